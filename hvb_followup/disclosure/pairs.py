"""Pairs: in families published as change, two answers about one placement freeze together, once (DESIGN §4.4).

A start waits unfrozen; the pair belongs to the half-year in which its other half came, so that an atom that has
closed never gets another person. The room must never know what was answered, only who answered when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from hvb_followup.disclosure.model import RULES, Rules
from hvb_followup.periods import half_year_number

PAIR = "pair"  # the moment of a frozen pair, where a single answer has its own


class Side(NamedTuple):
    """What pairing looks at in one kept answer."""

    unit: str
    family: str
    major: int
    half_year: str
    link: str
    moment: str


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """Which two answers make a pair, each a family and a moment; the pair is of the last one's family.

    ``in_order``: the first must not come in a later half-year than the last.
    """

    first: tuple[str, str]
    last: tuple[str, str]
    in_order: bool = True

    @property
    def family(self) -> str:
        """The family under which the pairs are frozen."""
        return self.last[0]


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """One placement's pair: ``first`` and ``last`` are places among the answers it was made of.

    ``since`` is the half-year of its earlier answer, ``half_year`` that in which it freezes.
    """

    family: str
    unit: str
    major: int
    half_year: str
    link: str
    since: str
    first: int
    last: int


def pairs(answers: Sequence[Side], kind: Kind, rules: Rules = RULES) -> list[Pair]:
    """The pairs of one kind among the answers kept so far, at most one per link, in order of time and link.

    Each side is the earliest there is: what is answered later never changes a pair. Sides of one family are of
    one MAJOR, and both are of one home. An answer without its other half makes none.
    """
    firsts = {answers[place].link: place for place in reversed(_of(answers, kind.first))}
    lasts = _of(answers, kind.last)
    if rules.one_pair:
        lasts = list({answers[place].link: place for place in reversed(lasts)}.values())
    made = [
        _pair(answers, kind, firsts[answers[last].link], last, rules)
        for last in lasts
        if answers[last].link in firsts and _belong(answers[firsts[answers[last].link]], answers[last], kind)
    ]
    return sorted(made, key=lambda pair: (half_year_number(pair.half_year), pair.unit, pair.link))


def sides_of(found: Iterable[Pair]) -> Iterator[int]:
    """The places of the answers that lie in a pair."""
    for pair in found:
        yield from (pair.first, pair.last)


def _of(answers: Sequence[Side], side: tuple[str, str]) -> list[int]:
    """The places of a side's answers, in order of time."""
    places = [place for place, one in enumerate(answers) if (one.family, one.moment) == side]
    return sorted(places, key=lambda place: half_year_number(answers[place].half_year))


def _belong(first: Side, last: Side, kind: Kind) -> bool:
    is_late = half_year_number(first.half_year) > half_year_number(last.half_year)
    other_version = first.family == last.family and first.major != last.major
    return first.unit == last.unit and not other_version and not (kind.in_order and is_late)


def _pair(answers: Sequence[Side], kind: Kind, first: int, last: int, rules: Rules) -> Pair:
    earlier, later = sorted(
        (answers[first].half_year, answers[last].half_year), key=lambda one: half_year_number(one)
    )
    return Pair(
        family=kind.family,
        unit=answers[last].unit,
        major=answers[last].major,
        half_year=later if rules.pair_at_last else earlier,
        link=answers[last].link,
        since=earlier,
        first=first,
        last=last,
    )
