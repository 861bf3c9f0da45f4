"""From staff rows to verdicts: what each person meets on a day, under the rules that bound that day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import polars as pl

from hvb_followup.actions.report.importing import lines_of_file
from hvb_followup.frames import FINDINGS
from hvb_followup.qualifications.check import Finding, check
from hvb_followup.qualifications.days import ONE_DAY
from hvb_followup.qualifications.staff import (
    Assessment,
    Education,
    Experience,
    PreviousEngagement,
    RegisterCheck,
    SpecialReason,
    StaffRecord,
    UnitHistory,
    UnitTerm,
)
from hvb_followup.qualifications.versions import Rulebook, verdicts
from hvb_followup.qualifications.words import MET, State
from hvb_followup.registers import Codelists, Known, Reading, read, sheets
from hvb_followup.registers.staff_checks import SCHOOL
from hvb_followup.registers.staff_row import StaffRow
from hvb_followup.registry import Term, Unit, is_unit_id, unit_id

Body = Mapping[str, Any]
ADULT = 18  # lag (2007:171) is of homes that receive children


def staff_record(row: StaffRow, employer: str = "") -> StaffRecord:
    """The row as the qualification rules read it; ``employer`` is the provider that runs the home.

    Evidence that nobody has said anything of is the person's own statement.
    """
    told = {
        "staff": row.staff,
        "unit": row.unit,
        "role": row.role,
        "engagement": row.engagement,
        "engaged_from_on": row.engaged_from_on,
        "engaged_to_on": row.engaged_to_on,
        "offered_on": row.offered_on,
        "employer": employer,
        "percent": row.percent,
        "duties": row.duties,
        "manager_from_on": row.manager_from_on,
        "manager_to_on": row.manager_to_on,
        "educations": _educations(row),
        "experience": _experience(row),
        "assessments": _assessments(row),
        "register_checks": _register_checks(row),
        "special_reasons": _special_reasons(row),
        "previous": _previous(row, employer),
    }
    return msgspec.convert(told, StaffRecord)


# The columns of each education by their names without its number.
_EDUCATION = {
    number: {
        name.removeprefix(f"education_{number}_"): name
        for name in StaffRow.__struct_fields__
        if name.startswith(f"education_{number}_")
    }
    for number in (1, 2)
}


def _educations(row: StaffRow) -> tuple[Education, ...] | None:
    """None where nobody has said anything: that is not the same as having none."""
    found = [_education(row, number) for number in (1, 2)]
    return tuple(one for one in found if one) or None


def _education(row: StaffRow, number: int) -> Education | None:
    said = {short: getattr(row, name) for short, name in _EDUCATION[number].items()}
    if said["level"] in SCHOOL:
        # Whenever it was completed, it was before the work: the day decides nothing here.
        said["completed_on"] = said["completed_on"] or row.engaged_from_on
    if not said["level"]:
        return None
    said["hp_credits"], said["yh_points"] = said.pop("hp"), said.pop("yh")
    said["deemed_equivalent_on"] = said.pop("equivalent_on")
    said["evidence"] = said["evidence"] or "own_statement"
    del said["issuer"]
    return msgspec.convert(said, Education)


def _experience(row: StaffRow) -> tuple[Experience, ...] | None:
    if row.experience_from_on is None:
        return None
    told = {
        "from_on": row.experience_from_on,
        "to_on": row.experience_to_on,
        "is_relevant": True,
        "evidence": row.experience_evidence or "own_statement",
    }
    return (msgspec.convert(told, Experience),)


def _assessments(row: StaffRow) -> tuple[Assessment, ...]:
    holds = row.suitability_holds is not False
    found = []
    if row.suitability_on:
        found.append(Assessment(of="personal_suitability", assessed_on=row.suitability_on, holds=holds))
    if row.competence_on:
        found.append(Assessment(of="combined_competence", assessed_on=row.competence_on))
    if row.target_group_on:
        found.append(Assessment(of="target_group_knowledge", assessed_on=row.target_group_on))
    return tuple(found)


def _register_checks(row: StaffRow) -> tuple[RegisterCheck, ...]:
    if not (row.check_registers and row.check_issued_on and row.check_on):
        return ()
    told = {
        "unit": row.unit,
        "engaged_on": row.engaged_from_on,
        "registers": row.check_registers,
        "issued_on": row.check_issued_on,
        "handed_over_on": row.check_handed_over_on,
        "checked_on": row.check_on,
        "is_fetched_by_employer": bool(row.check_by_employer),
        "evidence": "checked",  # somebody looked at it on a day that is known
    }
    return (msgspec.convert(told, RegisterCheck),)


def _special_reasons(row: StaffRow) -> tuple[SpecialReason, ...]:
    if not (row.special_rule and row.special_decided_on and row.special_expires_on):
        return ()
    return (
        SpecialReason(
            rule=row.special_rule, decided_on=row.special_decided_on, expires_on=row.special_expires_on
        ),
    )


def _previous(row: StaffRow, employer: str) -> PreviousEngagement | None:
    if row.previous_ended_on is None or row.previous_employer is None:
        return None
    who = employer if row.previous_employer == "same" else row.previous_employer
    return PreviousEngagement(employer=who, ended_on=row.previous_ended_on)


def history_of(unit: Unit, offered: Iterable[Body] = ()) -> UnitHistory:
    """What the home has been; ``offered`` are its stored rows of capacity, which say whom it takes from which day.

    A child is somebody under ADULT: a home that takes nobody so young receives none. Where it has not said whom it
    takes, it is taken to receive children; what it said first is taken to have held before.
    """
    told = sorted((dt.date.fromisoformat(row["from_on"]), row.get("takes_from")) for row in offered)
    return UnitHistory(unit=unit.id, terms=tuple(part for term in unit.terms for part in _parts(term, told)))


def _parts(term: Term, told: Sequence[tuple[dt.date, int | None]]) -> Iterator[UnitTerm]:
    """The term, cut on each day from which the home says anew whom it takes."""
    last = term.to_on or dt.date.max
    cuts = sorted({term.from_on, *(day for day, _ in told if term.from_on < day <= last)})
    ends = [*(day - ONE_DAY for day in cuts[1:]), term.to_on]
    for first, to_on in zip(cuts, ends, strict=True):
        said = [youngest for day, youngest in told if day <= first] or [youngest for _, youngest in told[:1]]
        youngest = said[-1] if said else None
        yield UnitTerm(
            unit_type=term.unit_type,
            from_on=first,
            to_on=to_on,
            receives_children=youngest is None or youngest < ADULT,
        )


def records_of(rows: Iterable[Body], units: Mapping[str, Unit], as_of: dt.date) -> list[StaffRecord]:
    """Stored staff rows of these homes, as the rules read them."""
    found = []
    for row in rows:
        unit = units.get(row["unit"])
        term = unit.term_on(as_of) if unit else None
        if unit:
            found.append(staff_record(msgspec.convert(row, StaffRow), term.provider if term else ""))
    return found


def findings_frame(found: Iterable[Finding]) -> pl.DataFrame:
    """FINDINGS: ``met`` is 1 for those who meet the rule, 0 for those who do not or have not shown it."""
    every = list(found)
    table: dict[str, list[Any]] = {
        name: [getattr(one, name) for one in every]
        for name in ("unit", "staff", "rule", "rule_set", "version", "as_of")
    }
    table["state"] = [str(one.state) for one in every]
    table["met"] = [None if one.state == State.NOT_APPLICABLE else int(one.state in MET) for one in every]
    table["evidence"] = [str(one.evidence) if one.evidence else None for one in every]
    return FINDINGS.conform(pl.DataFrame(table, schema=pl.Schema(FINDINGS.columns)))


def findings(
    rows: Iterable[Body], units: Mapping[str, Unit], rulebook: Rulebook, as_of: dt.date
) -> pl.DataFrame:
    """FINDINGS of everyone engaged on the day, from stored staff rows; homes by their ids."""
    histories = {unit.id: history_of(unit) for unit in units.values()}
    return findings_frame(
        finding
        for record in records_of(rows, units, as_of)
        for finding in verdicts(record, rulebook, histories[record.unit], as_of)
    )


def asked(
    record: StaffRecord, rulebook: Rulebook, home: UnitHistory, as_of: dt.date, rules: str
) -> list[Finding]:
    """Verdicts on a day; with ``rules``, those of one source or rule as if it held that day.

    Asked is the version that holds, or else the latest.
    NotFound when there is no such source and no such rule.
    """
    if not rules:
        return list(verdicts(record, rulebook, home, as_of))
    sets = rulebook.versions_of(rules) or (rulebook.rule_set(rules),)
    newest = [one for one in sets if one.is_in_force_on(as_of)] or [sets[-1]]
    return [one for rule_set in newest for one in check(record, rule_set, home, as_of, hypothetically=True)]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One person under one rule, as others can check it."""

    staff: str
    unit: str
    rule: str
    state: str
    reason: str
    says: str
    paragraph: str
    evidence: str | None
    rule_set: str
    version: str
    as_of: dt.date


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a staff file gave, and the verdicts on the rows that hold."""

    reading: Reading
    verdicts: tuple[Verdict, ...]


# A home for rows that name none: its type is given, and it has always been so.
SOME_HOME = unit_id("00000")


def judge_file(
    data: bytes,
    lists: Codelists,
    rulebook: Rulebook,
    unit: str,
    as_of: dt.date,
    *,
    rules: str = "",
    unit_type: str = "hvb",
) -> Judged:
    """Verdicts on a staff file alone, without a database: every home in it is of one type and receives children.

    A row that only awaits confirmation is judged as well: it may be odd and still be true.
    """
    sheet = sheets(lists)["staff"]
    lines = lines_of_file(sheet, data)
    named = {cell.upper() for line in lines for cell in line.cells if is_unit_id(cell.upper())}
    known = Known(units=frozenset({*named, unit or SOME_HOME}), today=as_of, rules=rulebook.rule_ids())
    reading = read(sheet, lines, known, unit=unit or ("" if named else SOME_HOME))
    found = [
        finding
        for row in (*reading.accepted, *reading.odd)
        for finding in asked(
            staff_record(row, row.unit), rulebook, _always(row.unit, unit_type), as_of, rules
        )
    ]
    return Judged(reading=reading, verdicts=tuple(map(_verdict, found)))


def _always(unit: str, unit_type: str) -> UnitHistory:
    term = UnitTerm(unit_type=unit_type, from_on=dt.date.min, receives_children=True)
    return UnitHistory(unit=unit, terms=(term,))


def _verdict(one: Finding) -> Verdict:
    return Verdict(
        staff=one.staff,
        unit=one.unit,
        rule=one.rule,
        state=str(one.state),
        reason=one.reason,
        says=one.says,
        paragraph=one.paragraph,
        evidence=str(one.evidence) if one.evidence else None,
        rule_set=one.rule_set,
        version=one.version,
        as_of=one.as_of,
    )
