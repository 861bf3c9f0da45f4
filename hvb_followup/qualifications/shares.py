"""Findings of one rule counted by heads and by hours, and the classes others may see (DESIGN §4.6).

The home sees its own staff in full. Everybody else sees a class, and every class but "alla" holds at
least two counts, so that nobody learns of one person from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from hvb_followup.qualifications.check import Finding
from hvb_followup.qualifications.hours import HIRED, HoursRow
from hvb_followup.qualifications.words import MET, State

SMALLEST_HEADS = 5
SMALLEST_HEADS_FOR_HOURS = 10
ALL = "alla"
_THREE_OR_MORE = "tre eller fler saknas"


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """``met`` of ``of`` (heads or minutes); ``by_state`` tells the same whole apart by state.

    Special reasons, transition and missing evidence are not met; they are shown by themselves.
    """

    met: int
    of: int
    by_state: Mapping[State, int]


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """What others may know of a count: its words, and the counts it may be (both ends included)."""

    words: str
    lowest: int
    highest: int


def by_heads(findings: Iterable[Finding]) -> Share:
    """How many whom one rule binds meet it. A person found twice, or two rules, is an error."""
    return share(Counter(finding.state for finding in _of_one_rule(findings).values()))


def by_hours(findings: Iterable[Finding], rows: Iterable[HoursRow], *, at_night: bool = False) -> Share:
    """The same in scheduled minutes: all of them, or those at night.

    Hired staff without a key, and anybody nothing was found of, count as not assessed; those whom the
    rule does not bind are left out.
    """
    found = _of_one_rule(findings)
    minutes: Counter[State] = Counter()
    for row in rows:
        finding = None if row.staff == HIRED else found.get((row.unit, row.staff))
        state = finding.state if finding else State.NOT_ASSESSED
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
        if key in found:
            raise ValueError("a person is found twice")
        found[key] = finding
        rules.add(finding.rule)
    if len(rules) > 1:
        raise ValueError("findings of more than one rule")
    return found


def band(n: int, met: int) -> Band | None:
    """The class of ``met`` of ``n`` heads, by how many are missing; None below five heads: not shown."""
    _refuse_outside(n, met)
    if n < SMALLEST_HEADS:
        return None
    missing = n - met
    if not missing:
        return Band(words=ALL, lowest=n, highest=n)
    if n < 10:
        return _missing(n, "en eller två saknas", 1, 2) if missing <= 2 else _missing(n, _THREE_OR_MORE, 3, n)
    if n < 20:
        if missing <= 2:
            return _missing(n, "1–2 saknas", 1, 2)
        return _missing(n, "3–5 saknas", 3, 5) if missing <= 5 else _missing(n, "fler än fem saknas", 6, n)
    return _step(n, met)


def hours_band(heads: int, minutes: int, met: int) -> Band | None:
    """The class of ``met`` of ``minutes`` in steps of ten per cent; None below ten heads: not shown."""
    _refuse_outside(minutes, met)
    if heads < SMALLEST_HEADS_FOR_HOURS or not minutes:
        return None
    return Band(words=ALL, lowest=met, highest=met) if met == minutes else _step(minutes, met)


def manager_words(findings: Iterable[Finding]) -> str:
    """Whether a home has shown that its manager meets the rule, and when that was looked at; never why not.

    ``findings`` are those of the rule for managers, of everyone in the home.
    """
    met = [finding for finding in findings if finding.state in MET]
    if not met:
        return "hemmet har inte visat det"
    looked_at = max((finding.checked_on for finding in met if finding.checked_on), default=None)
    return f"hemmet har visat det (kontrollerat {looked_at})" if looked_at else "hemmet har visat det"


def _refuse_outside(n: int, met: int) -> None:
    if not 0 <= met <= n:
        raise ValueError("a count outside 0 … n")


def _missing(n: int, words: str, least: int, most: int) -> Band:
    return Band(words=words, lowest=n - most, highest=n - least)


def _step(n: int, met: int) -> Band:
    """Ten per cent of n from a whole ten, "all" taken out: with twenty or more, at least two counts."""
    tens = 10 * met // n
    if tens < 2:
        return Band(words="under 20 %", lowest=0, highest=_first_of(n, 2) - 1)
    words = f"{10 * tens} till under {10 * tens + 10} %" if tens < 9 else "90 % eller mer, men inte alla"
    return Band(words=words, lowest=_first_of(n, tens), highest=_first_of(n, tens + 1) - 1)


def _first_of(n: int, tens: int) -> int:
    """The least count that is at least so many tenths of n."""
    return -(-tens * n // 10)
