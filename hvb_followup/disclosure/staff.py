"""Classes for figures about staff (class B, DESIGN §4.6): what others may know of a count, never the count.

Heads are told by how many are missing, turnover by how many have left. Every class but "all" holds at
least two counts. The room knows no qualification rule: who meets what arrives as counts and keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import msgspec

from hvb_followup.disclosure.model import HalfYear, Level

Kind = Literal["heads", "hours", "manager", "turnover", "what_if"]
ALL = "all"
SHOWN, NOT_SHOWN = "shown", "not_shown"
NOT_APPLICABLE = "not_applicable"  # the rule binds nobody in the home
MONTHS = 12
MIDDLE, TENS = 10, 20  # from ten heads finer classes, from twenty steps of ten per cent


class StaffRules(msgspec.Struct, frozen=True, kw_only=True):
    """Every rule of DESIGN §4.6 and what it takes to keep it over time; the defaults are the law of the house.

    Only tests pass anything else, to see the audit find what a rule would have prevented.
    """

    heads_from: int = 5
    two_counts: bool = True
    wait_for_others: bool = True
    coarse_sums: bool = True
    sum_homes: int = 3
    sum_from: int = TENS
    hours_above_unit: bool = True
    hours_leave_two: bool = True
    turnover_from: int = 6
    window: int = 4
    survey_from: int = 8
    survey_ends: int = 2
    survey_window: int = 2
    apart_from_law: bool = True


STAFF_RULES = StaffRules()


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """A class: its key (the words are another room's) and the counts it may be, both ends included."""

    key: str
    lowest: int
    highest: int

    @property
    def n_counts(self) -> int:
        """How many counts it holds."""
        return self.highest - self.lowest + 1


class Heads(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a rule bound in a home at the end of a half-year, and who of them met it, by the home's own keys.

    Nobody is bound where everybody was looked at and the rule is not for such a home or such work.
    """

    unit: str
    half_year: HalfYear
    bound: frozenset[str]
    met: frozenset[str]


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """Scheduled minutes of a home in a half-year: of each who may meet the rule, of those who do, and of all."""

    unit: str
    half_year: HalfYear
    minutes: Mapping[str, int]
    met: int
    whole: int


class Turnover(msgspec.Struct, frozen=True, kw_only=True):
    """Engagements that ended in twelve months; the engaged, summed over the twelve month ends; all ever engaged."""

    unit: str
    half_year: HalfYear
    ended: int
    summed: int
    ever: int


class Manager(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a home has shown that its manager meets the rule, and when the evidence was last looked at."""

    unit: str
    half_year: HalfYear
    is_shown: bool
    looked_on: dt.date | None = None


class StaffFigure(msgspec.Struct, frozen=True, kw_only=True):
    """What one release tells of staff for one place: a class, or the reason for silence.

    ``as_of`` is the half-year the class speaks of; it is older than ``release`` where the class is kept.
    ``n``, ``lowest`` and ``highest`` (heads, minutes, homes; the mean's twelvefold for turnover) stay in
    the audit's ledger. ``homes`` are those a sum is made of,
    ``beside`` the indicator by heads that hours, or other rules, stand beside. ``counts`` are, for what would
    hold under other rules, how many homes lie in each class.
    """

    indicator: str
    kind: Kind
    level: Level
    place: str
    release: HalfYear
    status: str = ""
    outcome: str = "class"
    band: str = ""
    as_of: HalfYear = ""
    n: int | None = None
    lowest: int | None = None
    highest: int | None = None
    homes: tuple[str, ...] = ()
    looked_on: dt.date | None = None
    beside: str = ""
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def id(self) -> str:
        """A readable name of the figure within everything ever released."""
        return f"{self.release}/{self.indicator}/{self.level}/{self.place or 'riket'}"

    @property
    def numbers(self) -> tuple[int, int, int]:
        """``n``, ``lowest`` and ``highest``; zeros where nothing is told."""
        return self.n or 0, self.lowest or 0, self.highest or 0

    @property
    def is_told(self) -> bool:
        """True when anything but the reason for silence is told."""
        return self.status == ""

    @property
    def is_fresh(self) -> bool:
        """True where the class speaks of the release's own half-year."""
        return self.is_told and self.as_of == self.release


def heads_band(n: int, met: int, rules: StaffRules = STAFF_RULES) -> Band | None:
    """The class of ``met`` of ``n`` heads, by how many are missing; None below five heads: not shown."""
    if not 0 <= met <= n:
        raise ValueError("a count outside 0 … n")
    missing = n - met
    if n < rules.heads_from:
        return None
    if not missing:
        return Band(key=ALL, lowest=n, highest=n)
    if not rules.two_counts:
        return Band(key=f"missing:{missing}", lowest=met, highest=met)
    if n >= TENS:
        return _tenths(n, met)
    if n < MIDDLE:
        return _missing(n, "one-two", 1, 2) if missing <= 2 else _missing(n, "three-", 3, n)
    if missing <= 2:
        return _missing(n, "1-2", 1, 2)
    return _missing(n, "3-5", 3, 5) if missing <= 5 else _missing(n, "6-", 6, n)


def heads_bands(n: int, rules: StaffRules = STAFF_RULES) -> tuple[Band, ...]:
    """Every class that ``n`` heads can be told in."""
    bands = (heads_band(n, met, rules) for met in range(n + 1))
    return tuple(dict.fromkeys(band for band in bands if band is not None))


def turnover_band(ended: int, summed: int, ever: int, rules: StaffRules = STAFF_RULES) -> Band | None:
    """The class of how many left; None below a mean of six engaged. ``summed`` is the mean's twelvefold."""
    if summed < rules.turnover_from * MONTHS:
        return None
    if not rules.two_counts:
        return Band(key=f"left:{ended}-{ended}", lowest=ended, highest=ended)
    steps = turnover_steps(summed)
    number = max(place for place, (least, _) in enumerate(steps) if least <= ended)
    least, name = steps[number]
    most = steps[number + 1][0] - 1 if number + 1 < len(steps) else max(ever, ended)
    return Band(key=name, lowest=least, highest=most)


def turnover_steps(summed: int) -> list[tuple[int, str]]:
    """The least count and the name of each class of a mean, in order."""
    if summed < MIDDLE * MONTHS:
        return [(0, "left:0-1"), (2, "left:2-3"), (4, "left:4-")]
    if summed < TENS * MONTHS:
        return [(0, "left:0-1"), (2, "left:2-3"), (4, "left:4-6"), (7, "left:7-")]
    names = [f"turn:{tens}-{tens + 1}" for tens in range(5)] + ["turn:5-"]
    return [(-(-tens * summed // (10 * MONTHS)), name) for tens, name in enumerate(names)]


def span_key(n: int, lowest: int, highest: int) -> str:
    """The steps of ten per cent between which a sum lies, outwards; "" where they say nothing.

    The lowest step is "under 20 %". ``share:7-9`` is from 70 up to under 90 %; 10 is under all, 11 all.
    """
    if lowest == n:
        return ALL
    low, high = 10 * lowest // n, 10 * highest // n + 1
    low = 0 if low < 2 else low
    return "" if (low, high) == (0, 11) else f"share:{low}-{max(high, 2)}"


def edge(whole: int, tens: int) -> int:
    """The least count that is at least so many tenths of the whole."""
    return -(-tens * whole // 10)


def _missing(n: int, name: str, least: int, most: int) -> Band:
    return Band(key=f"missing:{name}", lowest=n - most, highest=n - least)


def _tenths(n: int, met: int) -> Band:
    """Ten per cent of n from a whole ten, "all" taken out: with twenty or more, at least two counts."""
    tens = 10 * met // n
    if tens < 2:
        return Band(key="share:0-2", lowest=0, highest=edge(n, 2) - 1)
    return Band(key=f"share:{tens}-{tens + 1}", lowest=edge(n, tens), highest=edge(n, tens + 1) - 1)
