"""Findings of one rule counted by heads and by hours, exactly, as the home sees its own staff.

What others may see of a count is ``disclosure``'s to say (DESIGN §4.6).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from hvb_followup.qualifications.check import Finding
from hvb_followup.qualifications.hours import HIRED, HoursRow
from hvb_followup.qualifications.words import MET, State, heaviest


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """``met`` of ``of`` (heads or minutes); ``by_state`` tells the same whole apart by state.

    Special reasons, transition and missing evidence are not met; they are shown by themselves.
    """

    met: int
    of: int
    by_state: Mapping[State, int]


def by_heads(findings: Iterable[Finding]) -> Share:
    """How many whom one rule binds meet it; two rules are an error.

    A person found twice, in two engagements that reach into one another, counts once, by what weighs heaviest.
    """
    return share(Counter(finding.state for finding in _of_one_rule(findings).values()))


def by_hours(findings: Iterable[Finding], rows: Iterable[HoursRow], *, at_night: bool = False) -> Share:
    """The same in scheduled minutes: all of them, or those at night.

    Hired staff without a key, and anybody nothing was found of, count as not assessed; those whom the
    rule does not bind are left out.
    """
    states = {who: finding.state for who, finding in _of_one_rule(findings).items()}
    return hours_of(states, rows, at_night=at_night)


def hours_of(
    states: Mapping[tuple[str, str], State], rows: Iterable[HoursRow], *, at_night: bool = False
) -> Share:
    """Scheduled minutes by what each person's state is, by home and key."""
    minutes: Counter[State] = Counter()
    for row in rows:
        state = State.NOT_ASSESSED
        if row.staff != HIRED:
            state = states.get((row.unit, row.staff), State.NOT_ASSESSED)
        minutes[state] += row.night_minutes if at_night else row.minutes
    return share(minutes)


def share(counts: Mapping[State, int]) -> Share:
    """A count of states as met and whole; those whom nothing binds are left out."""
    bound: dict[State, int] = {
        state: counts[state] for state in State if counts.get(state) and state != State.NOT_APPLICABLE
    }
    met = sum(count for state, count in bound.items() if state in MET)
    return Share(met=met, of=sum(bound.values()), by_state=bound)


def _of_one_rule(findings: Iterable[Finding]) -> dict[tuple[str, str], Finding]:
    found: dict[tuple[str, str], Finding] = {}
    rules = set()
    for finding in findings:
        key = (finding.unit, finding.staff)
        first = found.get(key, finding)
        found[key] = finding if heaviest((first.state, finding.state)) == finding.state else first
        rules.add(finding.rule)
    if len(rules) > 1:
        raise ValueError("findings of more than one rule")
    return found


class ManagerShown(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a home has shown that a manager meets the rule, and the day its evidence was last looked at."""

    is_shown: bool
    looked_on: dt.date | None = None


def manager_shown(findings: Iterable[Finding]) -> ManagerShown:
    """What others may know, and never why not; ``findings`` are those of the rule for managers, of a whole home."""
    met = [finding for finding in findings if finding.state in MET]
    looked_on = max((finding.checked_on for finding in met if finding.checked_on), default=None)
    return ManagerShown(is_shown=bool(met), looked_on=looked_on)
