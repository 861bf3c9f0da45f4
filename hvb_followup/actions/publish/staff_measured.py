"""From staff registers and staff answers to what a release tells of staff (class B): pure, frames in and figures out.

The registers hold every half-year that was ever told, so that it can be seen who came and went between two
classes of a home. Registers that are not there give no figures.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import polars as pl

from hvb_followup import periods, registry
from hvb_followup.actions.publish.opened import OpenedWave, staff_answers_frame
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure import staff_hours, staff_show, staff_survey, staff_what_if
from hvb_followup.disclosure.model import Datum, Figure, Shape
from hvb_followup.disclosure.staff import (
    STAFF_RULES,
    Heads,
    Hours,
    Manager,
    StaffFigure,
    StaffRules,
    Turnover,
)
from hvb_followup.disclosure.staff_audit import StaffLedger
from hvb_followup.disclosure.staff_survey import Group
from hvb_followup.frames import ENGAGEMENTS, FINDINGS, HOURS
from hvb_followup.indicators import staff
from hvb_followup.indicators.model import Indicator
from hvb_followup.registry import Unit


class StaffRegisters(msgspec.Struct, frozen=True, kw_only=True):
    """The frames FINDINGS, HOURS and ENGAGEMENTS.

    ``looked_on`` is, by home and half-year, the day on which the evidence of a manager who meets the rule
    was last looked at, where all of it was.
    """

    findings: pl.DataFrame
    hours: pl.DataFrame
    engagements: pl.DataFrame
    looked_on: Mapping[tuple[str, str], dt.date] = {}


NO_REGISTERS = StaffRegisters(findings=FINDINGS.empty(), hours=HOURS.empty(), engagements=ENGAGEMENTS.empty())


class StaffReleased(msgspec.Struct, frozen=True, kw_only=True):
    """What a release told of staff, as the audit reads it."""

    figures: tuple[StaffFigure, ...] = ()
    survey: tuple[Figure, ...] = ()
    data: tuple[Datum, ...] = ()


class StaffMeasured(msgspec.Struct, frozen=True, kw_only=True):
    """What may be told of staff at a half-year, and beside it the counts that only the audit sees."""

    released: StaffReleased = StaffReleased()
    groups: tuple[Group, ...] = ()
    heads: Mapping[str, tuple[Heads, ...]] = {}
    hours: Mapping[str, tuple[Hours, ...]] = {}


def staff_measured(
    half_year: str,
    catalogue: Catalogue,
    opened: Sequence[OpenedWave],
    units: Sequence[Unit],
    registers: StaffRegisters = NO_REGISTERS,
    earlier: Sequence[StaffFigure] = (),
    rules: StaffRules = STAFF_RULES,
) -> StaffMeasured:
    """Every figure about staff for a half-year; ``earlier`` is every one released before.

    ``opened`` are the staff waves counted up to the half-year.
    """
    owners = {unit.id: term.provider for unit in units if (term := unit.term_on(periods.last_day(half_year)))}
    chosen = [one for one in catalogue.indicators if one.person_class == "B"]
    groups = groups_of(catalogue, opened, units)
    data = staff_survey.survey_data(groups, rules)
    survey = _survey(half_year, chosen, opened, data, owners, rules) if opened else ()
    heads = {one.id: heads_of(one, registers.findings) for one in chosen if one.kind in ("heads", "what_if")}
    hours = {one.id: hours_of(one, registers) for one in chosen if one.kind == "hours_share"}
    figures = _figures(half_year, chosen, registers, heads, hours, owners, earlier, rules)
    return StaffMeasured(
        released=StaffReleased(figures=figures, survey=survey, data=data),
        groups=groups,
        heads=heads,
        hours=hours,
    )


def staff_ledger(released: Iterable[StaffReleased], measured: StaffMeasured) -> StaffLedger:
    """Everything ever told of staff, beside the counts it was told from."""
    everything = list(released)
    return StaffLedger(
        figures=tuple(figure for one in everything for figure in one.figures),
        survey=tuple(figure for one in everything for figure in one.survey),
        data=tuple(dict.fromkeys(datum for one in everything for datum in one.data)),
        groups=measured.groups,
        heads=dict(measured.heads),
        hours=dict(measured.hours),
    )


def heads_of(indicator: Indicator, findings: pl.DataFrame) -> tuple[Heads, ...]:
    """Whom the rule bound and who met it, per home and half-year; nobody in a home that it is not for."""
    grouped = (
        staff.marks(indicator, findings)
        .group_by("unit", "half_year", maintain_order=True)
        .agg(
            pl.col("staff").filter(pl.col("den") == 1).alias("bound"),
            pl.col("staff").filter(pl.col("num") == 1).alias("met"),
        )
    )
    return tuple(
        Heads(unit=unit, half_year=half_year, bound=frozenset(everybody), met=frozenset(met))
        for unit, half_year, everybody, met in grouped.iter_rows()
    )


def hours_of(indicator: Indicator, registers: StaffRegisters) -> tuple[Hours, ...]:
    """Scheduled minutes by those who meet the rule, per home and half-year."""
    found = staff.hours(staff.marks(indicator, registers.findings), registers.hours)
    return tuple(
        Hours(unit=one.unit, half_year=one.half_year, minutes=one.minutes, met=one.met, whole=one.whole)
        for one in found
    )


def managers_of(indicator: Indicator, registers: StaffRegisters) -> tuple[Manager, ...]:
    """Per home and half-year, whether anybody whom the rule for managers binds has been shown to meet it.

    A home of which anything was found and no manager among it has not shown it.
    """
    marked = staff.marks(indicator, registers.findings)
    shown = {(unit, half) for _, unit, half, _, num, _ in marked.iter_rows() if num}
    days = registers.findings.select("unit", "as_of").unique().sort("unit", "as_of").iter_rows()
    homes = dict.fromkeys((unit, periods.half_year_of(day)) for unit, day in days)
    return tuple(
        Manager(
            unit=unit,
            half_year=half,
            is_shown=(unit, half) in shown,
            looked_on=registers.looked_on.get((unit, half)) if (unit, half) in shown else None,
        )
        for unit, half in homes
    )


def turnover_of(indicator: Indicator, registers: StaffRegisters, half_year: str) -> tuple[Turnover, ...]:
    """Per home, who was engaged and who left in the twelve months up to the half-year's last day."""
    found = staff.turnover(indicator, registers.engagements, [half_year])
    return tuple(
        Turnover(unit=one.unit, half_year=one.half_year, ended=one.ended, summed=one.summed, ever=one.ever)
        for one in found
    )


def groups_of(catalogue: Catalogue, opened: Sequence[OpenedWave], units: Sequence[Unit]) -> tuple[Group, ...]:
    """Each year's answers of each home that one provider owned throughout the wave, per indicator."""
    by_id = registry.by_id(units)
    found: list[Group] = []
    for questionnaire in catalogue.questionnaires:
        if questionnaire.audience != "staff":
            continue
        answers = staff_answers_frame(opened, questionnaire)
        for indicator in catalogue.indicators_of(questionnaire.id):
            if indicator.kind == "share" and questionnaire.major in indicator.majors:
                found += _groups(indicator, answers.filter(pl.col("major") == questionnaire.major), by_id)
    return tuple(found)


def _groups(indicator: Indicator, answers: pl.DataFrame, units: Mapping[str, Unit]) -> list[Group]:
    found = []
    for row in staff.values(indicator, answers).iter_rows(named=True):
        first, last = periods.first_day(row["half_year"]), periods.last_day(row["half_year"])
        owner = registry.unit_owner(units[row["unit"]], first, last)
        if owner is not None:
            found.append(Group(provider=owner, **row))
    return found


def _survey(
    half_year: str,
    chosen: Sequence[Indicator],
    opened: Sequence[OpenedWave],
    data: Sequence[Datum],
    owners: Mapping[str, str],
    rules: StaffRules,
) -> tuple[Figure, ...]:
    shapes = [
        Shape(id=one.id, family=one.source, group=one.id, smallest_n=one.smallest_n)
        for one in chosen
        if one.kind == "share"
    ]
    responses = {
        (one.sealed.unit, one.sealed.half_year): (one.record.n_valid, one.record.n_invited) for one in opened
    }
    return staff_survey.survey_figures(
        data, shapes, units=owners, release=half_year, responses=responses, rules=rules
    )


def _figures(
    half_year: str,
    chosen: Sequence[Indicator],
    registers: StaffRegisters,
    heads: Mapping[str, Sequence[Heads]],
    hours: Mapping[str, Sequence[Hours]],
    owners: Mapping[str, str],
    earlier: Sequence[StaffFigure],
    rules: StaffRules,
) -> tuple[StaffFigure, ...]:
    """The register figures, those by heads first: hours stand beside them."""
    found: list[StaffFigure] = []
    for one in sorted(chosen, key=lambda one: (one.kind != "heads", one.id)):
        is_reported = not registers.findings.is_empty()
        if one.kind == "turnover" and not registers.engagements.is_empty():
            left = turnover_of(one, registers, half_year)
            found += staff_show.turnover_figures(
                one.id, left, units=owners, release=half_year, earlier=earlier, rules=rules
            )
        elif one.kind == "heads" and is_reported:
            found += staff_show.heads_figures(
                one.id, heads[one.id], units=owners, release=half_year, earlier=earlier, rules=rules
            )
        elif one.kind == "what_if" and heads[one.id]:
            law = [figure for figure in found if figure.indicator == one.beside]
            found += staff_what_if.what_if_figures(
                one.id, heads[one.id], law, units=owners, release=half_year, earlier=earlier, rules=rules
            )
        elif one.kind == "manager" and is_reported:
            managers = managers_of(one, registers)
            found += staff_show.manager_figures(one.id, managers, units=owners, release=half_year)
        elif one.kind == "hours_share" and is_reported:
            beside = [figure for figure in found if figure.indicator == one.paired_with]
            found += staff_hours.hours_figures(
                one.id, hours[one.id], beside, units=owners, release=half_year, earlier=earlier, rules=rules
            )
    return tuple(found)
