"""What homes have reported, read from the registers into the frames that measuring starts from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import Any

import polars as pl

from hvb_followup import periods, registry
from hvb_followup.actions.publish.block_rows import Registers
from hvb_followup.actions.publish.staff_measured import StaffRegisters
from hvb_followup.actions.report.verdicts import findings_frame, history_of, records_of
from hvb_followup.catalogue import Catalogue
from hvb_followup.indicators.expressions import parse
from hvb_followup.qualifications.check import Finding, check
from hvb_followup.qualifications.shares import manager_shown
from hvb_followup.qualifications.staff import StaffRecord, UnitHistory
from hvb_followup.qualifications.versions import Rulebook
from hvb_followup.registers import history
from hvb_followup.registry import Unit
from hvb_followup.store import registers
from hvb_followup.store.database import Database


async def young_people(database: Database, catalogue: Catalogue, day: dt.date) -> Registers:
    """Placements and events as they stood on a day."""
    placements = await registers.rows(database, "placement")
    events = await registers.rows(database, "events")
    return Registers(
        placements=history.placements(placements, catalogue.codelists["endings"], day),
        events=history.events(events, catalogue.codelists["event_kinds"], day),
    )


async def staff(
    database: Database, catalogue: Catalogue, units: Sequence[Unit], half_year: str
) -> StaffRegisters:
    """Verdicts on the half-year's last day, the half-year's scheduled hours, and who is and has been engaged."""
    first, last = periods.first_day(half_year), periods.last_day(half_year)
    rows = await registers.rows(database, "staff")
    records = records_of(
        [row for row in rows if _is_engaged_on(row, last.isoformat())], registry.by_id(units), last
    )
    were = await histories(database, units)
    found = verdicts_on(records, catalogue.rulebook, were, last)
    would_be = proposed_on(records, catalogue, were, last)
    months = [f"|{first.year}-{first.month + step:02}" for step in range(6)]
    hours = history.hours(await registers.rows(database, "hours", endings=months), rows, last)
    return StaffRegisters(
        findings=findings_frame([*found, *would_be]),
        hours=hours.filter(pl.col("month") >= f"{first:%Y-%m}"),
        engagements=history.engagements(rows, last),
        looked_on=looked_on(found, rules_of(catalogue, "manager"), half_year),
    )


async def histories(database: Database, units: Sequence[Unit]) -> dict[str, UnitHistory]:
    """What each home has been and whom it has said that it takes, by its id."""
    offered: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in await registers.rows(database, "capacity"):
        offered[row["unit"]].append(row)
    return {unit.id: history_of(unit, offered[unit.id]) for unit in units}


def _is_engaged_on(row: Mapping[str, Any], day: str) -> bool:
    """True when the row, as it is stored, covers the day: the rules have nothing to say of others."""
    return bool(row["engaged_from_on"] <= day <= (row.get("engaged_to_on") or day))


def verdicts_on(
    records: Sequence[StaffRecord], rulebook: Rulebook, were: Mapping[str, UnitHistory], day: dt.date
) -> list[Finding]:
    """What is found of everybody engaged, under what decides that day; also whom a rule does not bind.

    The register check is a duty of the day somebody began: the version of that day tells whether she meets it.
    """
    return [
        finding
        for record in records
        if record.is_engaged_on(day)
        for rule_set in rulebook.decisive(record, day)
        for finding in check(record, rule_set, were[record.unit], day)
    ]


def proposed_on(
    records: Sequence[StaffRecord], catalogue: Catalogue, were: Mapping[str, UnitHistory], day: dt.date
) -> list[Finding]:
    """What would be found under the proposals that figures ask about, as if they held that day."""
    asked_about = rules_of(catalogue, "what_if")
    proposed = [
        rule_set.only(rule.id)
        for rule_set in catalogue.rulebook.rule_sets
        for rule in rule_set.rule
        if rule_set.status == "proposed" and rule.id in asked_about
    ]
    return [
        finding
        for record in records
        if proposed and record.is_engaged_on(day)
        for rule_set in proposed
        for finding in check(record, rule_set, were[record.unit], day, hypothetically=True)
    ]


def rules_of(catalogue: Catalogue, kind: str) -> frozenset[str]:
    """The rules that figures of a kind look at, as their own definitions say."""
    every = pl.DataFrame({"rule": sorted(catalogue.rulebook.rule_ids())})
    looked_at = [parse(one.where) for one in catalogue.indicators if one.kind == kind]
    return frozenset(rule for claim in looked_at for rule in every.filter(claim)["rule"])


def looked_on(found: Sequence[Finding], rules: Set[str], half_year: str) -> dict[tuple[str, str], dt.date]:
    """By home, the day on which the evidence of a manager who meets the rule was last looked at."""
    of_home: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.rule in rules:
            of_home.setdefault(finding.unit, []).append(finding)
    days = {unit: manager_shown(own).looked_on for unit, own in of_home.items()}
    return {(unit, half_year): day for unit, day in days.items() if day is not None}
