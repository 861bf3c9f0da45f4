"""The same staff under other rules: who would change state, and the counts before and after.

The list of people decides the level: a home, a provider or the nation. What is shown to anybody outside
the home goes through the classes of ``disclosure``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hvb_followup.qualifications.check import Finding, check
from hvb_followup.qualifications.hours import HIRED, HoursRow
from hvb_followup.qualifications.model import RuleSet
from hvb_followup.qualifications.shares import Share, hours_of, share
from hvb_followup.qualifications.staff import Evidence, StaffRecord, UnitHistory
from hvb_followup.qualifications.words import State, heaviest


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Someone whose state would be another; ``findings`` are those under the rules asked about."""

    staff: str
    unit: str
    before: State
    after: State
    findings: tuple[Finding, ...]


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """The counts under the rules that hold and under the rules asked about, and who would change.

    ``states`` are everybody's, before and after, by home and key.
    """

    as_of: dt.date
    before: Share
    after: Share
    changes: tuple[Change, ...]
    states: Mapping[tuple[str, str], tuple[State, State]]

    def hours(self, rows: Sequence[HoursRow]) -> tuple[Share, Share]:
        """The same in scheduled minutes, before and after; rows of others than these are left out.

        Hired staff without a key are part of the whole, and not assessed under any rules.
        """
        known = [row for row in rows if row.staff == HIRED or (row.unit, row.staff) in self.states]
        before = {who: first for who, (first, _) in self.states.items()}
        after = {who: second for who, (_, second) in self.states.items()}
        return hours_of(before, known), hours_of(after, known)


def what_if(
    records: Iterable[StaffRecord],
    histories: Mapping[str, UnitHistory],
    before: Sequence[RuleSet],
    after: Sequence[RuleSet],
    on: dt.date,
    *,
    weakest: Evidence = Evidence.ATTACHED,
) -> WhatIf:
    """Everyone under ``before`` as it held that day, and under ``after`` as if it held.

    Under several rules a person has the state that weighs heaviest, and so under two engagements that reach into
    one another: she counts once. Give ``rule_set.only("…")`` to
    compare two single rules, ``without_transition()`` to ask what happens when a transition ends.
    ``histories`` holds every home by its id.
    """
    changes: list[Change] = []
    was: Counter[State] = Counter()
    would: Counter[State] = Counter()
    states: dict[tuple[str, str], tuple[State, State]] = {}
    for (unit, staff), own in _by_person(records).items():
        home = histories[unit]
        first = _state(_findings(own, before, home, on, weakest, hypothetically=False))
        found = _findings(own, after, home, on, weakest, hypothetically=True)
        second = _state(found)
        states[unit, staff] = first, second
        was[first] += 1
        would[second] += 1
        if first != second:
            changes.append(Change(staff=staff, unit=unit, before=first, after=second, findings=found))
    return WhatIf(as_of=on, before=share(was), after=share(would), changes=tuple(changes), states=states)


def _by_person(records: Iterable[StaffRecord]) -> dict[tuple[str, str], list[StaffRecord]]:
    """Each person's engagements, by home and key."""
    found: dict[tuple[str, str], list[StaffRecord]] = {}
    for record in records:
        found.setdefault((record.unit, record.staff), []).append(record)
    return found


def _findings(
    own: Sequence[StaffRecord],
    rule_sets: Sequence[RuleSet],
    home: UnitHistory,
    on: dt.date,
    weakest: Evidence,
    *,
    hypothetically: bool,
) -> tuple[Finding, ...]:
    return tuple(
        finding
        for record in own
        for rule_set in rule_sets
        for finding in check(record, rule_set, home, on, hypothetically=hypothetically, weakest=weakest)
        if finding.state != State.NOT_APPLICABLE
    )


def _state(findings: Iterable[Finding]) -> State:
    return heaviest(finding.state for finding in findings)
