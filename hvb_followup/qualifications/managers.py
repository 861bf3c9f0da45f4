"""Days on which a home must have a manager (föreståndare) and none has shown the qualification.

SoF (2025:468) 4 kap. 2–3 §§ and 5 kap. 2 and 5 §§: there shall be one, and the manager shall have it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from hvb_followup.qualifications.check import Finding, check
from hvb_followup.qualifications.days import ONE_DAY, Span, runs
from hvb_followup.qualifications.model import RuleSet
from hvb_followup.qualifications.staff import Evidence, StaffRecord, UnitHistory
from hvb_followup.qualifications.words import MET

Kind = Literal["not_needed", "met", "not_shown", "none"]


class ManagerDays(msgspec.Struct, frozen=True, kw_only=True):
    """Of the days in a period: how many needed a manager, and when there was none, or none who has shown it."""

    needed: int
    without_manager: tuple[Span, ...]
    not_shown: tuple[Span, ...]

    @property
    def gap_days(self) -> int:
        """Days without a manager who has shown the qualification, for whichever of the two causes."""
        return sum(
            (span.to_on - span.from_on).days + 1
            for span in (*self.without_manager, *self.not_shown)
            if span.to_on
        )


def manager_days(
    records: Iterable[StaffRecord],
    rule_sets: Iterable[RuleSet],
    history: UnitHistory,
    first: dt.date,
    last: dt.date,
    *,
    weakest: Evidence = Evidence.ATTACHED,
) -> ManagerDays:
    """The gaps of a home in a period, both days included.

    Only binding rules for managers count; advice and proposals make no gaps. Anyone may fill the gap, a
    stand-in as well.
    """
    people = [record for record in records if record.unit == history.unit]
    rules = [rule_set for rule_set in map(_manager_rules, rule_sets) if rule_set.rule]
    kinds = _kinds(people, rules, history, first, last, weakest)
    return ManagerDays(
        needed=sum(kind != "not_needed" for _, kind in kinds),
        without_manager=runs(day for day, kind in kinds if kind == "none"),
        not_shown=runs(day for day, kind in kinds if kind == "not_shown"),
    )


def _manager_rules(rule_set: RuleSet) -> RuleSet:
    binding = rule_set.status in ("in_force", "repealed")
    return rule_set.only(*(rule.id for rule in rule_set.rule if rule.is_for_managers and binding))


def _kinds(
    people: Sequence[StaffRecord],
    rules: Sequence[RuleSet],
    history: UnitHistory,
    first: dt.date,
    last: dt.date,
    weakest: Evidence,
) -> list[tuple[dt.date, Kind]]:
    """The kind of every day. Between two days on which anything changes, every day is like the one before."""
    changes = _changes(people, rules, history)
    kinds: list[tuple[dt.date, Kind]] = []
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        kind = _kind(people, rules, history, day, weakest) if not kinds or day in changes else kinds[-1][1]
        kinds.append((day, kind))
    return kinds


def _kind(
    people: Sequence[StaffRecord],
    rules: Sequence[RuleSet],
    history: UnitHistory,
    day: dt.date,
    weakest: Evidence,
) -> Kind:
    if not _is_needed(rules, history, day):
        return "not_needed"
    managers = [one for one in people if one.is_engaged_on(day) and one.role_on(day) == "unit_manager"]
    if not managers:
        return "none"
    return "met" if any(_has_shown(one, rules, history, day, weakest) for one in managers) else "not_shown"


def _is_needed(rules: Sequence[RuleSet], history: UnitHistory, day: dt.date) -> bool:
    term = history.on(day)
    return term is not None and any(
        term.unit_type in rule.unit_types
        for rule_set in rules
        if rule_set.is_in_force_on(day)
        for rule in rule_set.rule
    )


def _has_shown(
    record: StaffRecord, rules: Sequence[RuleSet], history: UnitHistory, day: dt.date, weakest: Evidence
) -> bool:
    findings: list[Finding] = []
    for rule_set in rules:
        findings += check(record, rule_set, history, day, weakest=weakest)
    bound = [finding for finding in findings if finding.state != "not_applicable"]
    return bool(bound) and all(finding.state in MET for finding in bound)


def _changes(
    people: Sequence[StaffRecord], rules: Sequence[RuleSet], history: UnitHistory
) -> frozenset[dt.date]:
    """Every day that stands anywhere in what is looked at, and the day after each."""
    days: set[dt.date] = set()
    for value in (*people, *rules, history):
        _gather(value, days)
    # No day comes after the last of the calendar, which stands for "still".
    return frozenset(days | {day + ONE_DAY for day in days if day < dt.date.max})


def _gather(value: object, days: set[dt.date]) -> None:
    if isinstance(value, dt.date):
        days.add(value)
    elif isinstance(value, tuple):
        for part in value:
            _gather(part, days)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _gather(getattr(value, name), days)
