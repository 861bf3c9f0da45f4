"""What a home's manager meets first: what there is to do, worked out from the home's own registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from hvb_followup import periods
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.feedback import Told, told_of
from hvb_followup.actions.report.own_register import OWN_KINDS
from hvb_followup.actions.report.signing import Quarter, quarters_of
from hvb_followup.actions.report.staffing import Staffing, staff_of
from hvb_followup.qualifications.check import Finding
from hvb_followup.qualifications.managers import ManagerDays
from hvb_followup.qualifications.staff import SpecialReason
from hvb_followup.qualifications.versions import Rulebook
from hvb_followup.qualifications.words import LAWFUL, State
from hvb_followup.registers.tallies import Tally, tallies
from hvb_followup.registry import Provider, Unit
from hvb_followup.store import homes, registers, releases, waves
from hvb_followup.waves.schedule import window

AHEAD = dt.timedelta(days=90)  # so early is said that special reasons run out


class Expiring(msgspec.Struct, frozen=True, kw_only=True):
    """Special reasons of one member of staff that run out soon or have run out."""

    staff: str
    reason: SpecialReason


class AskedWave(msgspec.Struct, frozen=True, kw_only=True):
    """A questionnaire that is or was asked in the home in a half-year, by the calendar and never by who answered."""

    id: str
    title: str
    half_year: str
    closes_at: dt.datetime
    last_on: dt.date
    results_by: dt.date
    is_published: bool


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """A home, its quarters and all that its manager should know of, as data; the words are the page's.

    ``due`` is the quarter that ended last. ``months_missing`` of it have no scheduled hours. ``unchecked`` are
    members of staff whose register check is not documented. ``unconfirmed`` placements wait for the home's word.
    ``told`` is what the young people have been told of closed waves, the newest first.
    """

    unit: Unit
    provider: Provider | None
    may_sign: bool
    may_see_results: bool
    quarters: tuple[Quarter, ...]
    counts: Mapping[str, int]
    tallies: Mapping[str, tuple[Tally, ...]]
    months_missing: tuple[str, ...]
    expiring: tuple[Expiring, ...]
    unchecked: tuple[str, ...]
    unmet: tuple[str, ...]
    manager: ManagerDays
    manager_span: tuple[dt.date, dt.date]
    unconfirmed: int
    staffing: Staffing
    waves: tuple[AskedWave, ...]
    told: tuple[Told, ...]
    now: dt.datetime

    @property
    def due(self) -> Quarter:
        """The quarter that ended last."""
        return self.quarters[1]


async def overview(context: Context, unit_id: str, rulebook: Rulebook) -> Overview:
    """Everything of one's own home that the first page tells; the look is noted, for it names staff by key."""
    unit = await context.unit(unit_id, Permission.REGISTER_READ)
    await context.note(Permission.REGISTER_READ, f"översikt {unit.id}")
    quarters = await quarters_of(context, unit.id)
    staffing = await staff_of(context, unit, context.today)
    rows = {kind: await registers.rows(context.database, kind, unit.id) for kind in OWN_KINDS}
    found = [finding for _, own in staffing.findings(rulebook) for finding in own]
    checks = {rule.id for one in rulebook.rule_sets for rule in one.rule if rule.register_check}
    span = (periods.first_day(quarters[1].quarter), context.today)
    term = unit.term_on(context.today)
    return Overview(
        unit=unit,
        provider=(await homes.providers()).get(term.provider) if term else None,
        may_sign=await context.can(unit, Permission.QUARTER_SIGN),
        may_see_results=await context.can(unit, Permission.OWN_RESULTS_READ),
        quarters=quarters,
        counts={kind: len(rows[kind]) for kind in rows},
        tallies={kind: tallies(context.catalogue.sheet(kind), rows[kind], context.today) for kind in rows},
        months_missing=_months_missing(quarters[1]),
        expiring=_expiring(staffing, context.today),
        unchecked=_wrong(one for one in found if one.rule in checks),
        unmet=_wrong(one for one in found if one.rule not in checks),
        manager=staffing.manager_days(rulebook, *span),
        manager_span=span,
        unconfirmed=sum(not row.get("confirmed_by_home_on") for row in rows["placement"]),
        staffing=staffing,
        waves=await _waves(context, unit.id),
        told=await told_of(context, unit),
        now=context.now,
    )


async def _waves(context: Context, unit: str) -> tuple[AskedWave, ...]:
    """The waves of the two newest half-years that the home was asked in, the newest first."""
    newest = ((await releases.newest_id(context.database)) or "").partition("-")[0]
    titles = {one.id: one.title("sv") for one in context.catalogue.questionnaires}
    found = sorted(await waves.of_unit(unit), key=lambda one: (one.half_year, one.family))
    asked = sorted({one.half_year for one in found})[-2:]
    return tuple(
        AskedWave(
            id=one.id,
            title=titles.get(one.family, one.family),
            half_year=one.half_year,
            closes_at=one.closes_at,
            last_on=periods.local_day(window(one.half_year).last_moment),
            results_by=window(one.half_year).results_by,
            is_published=one.half_year <= newest,
        )
        for one in reversed(found)
        if one.half_year in asked
    )


def _months_missing(due: Quarter) -> tuple[str, ...]:
    """The months of the quarter without any scheduled hours."""
    first = periods.first_day(due.quarter)
    months = [f"{first.year}-{first.month + more:02}" for more in range(3)]
    there = {row["month"] for row in due.rows["hours"]}
    return tuple(month for month in months if month not in there)


def _expiring(staffing: Staffing, today: dt.date) -> tuple[Expiring, ...]:
    found = [
        Expiring(staff=record.staff, reason=max(record.special_reasons, key=lambda one: one.expires_on))
        for record in staffing.engaged
        if record.special_reasons
    ]
    soon = [one for one in found if one.reason.expires_on <= today + AHEAD]
    return tuple(sorted(soon, key=lambda one: one.reason.expires_on))


def _wrong(found: Iterable[Finding]) -> tuple[str, ...]:
    """The keys of those who do not meet a binding rule as it stands, or of whom it cannot be told."""
    return tuple(sorted({one.staff for one in found if one.state not in LAWFUL | {State.ADVISORY_NOT_MET}}))
