"""The values of disclosure control: the rules, and what waves, atoms, data and figures are."""

from __future__ import annotations

from typing import Literal

import msgspec

Level = Literal["unit", "provider", "lan", "group", "nation"]
Audience = Literal["public", "unit", ""]
# ``2026H1``; in families of registers a quarter, ``2026K3``.
HalfYear = str
# How counts are told: of persons, of endings, of endings by their code, or events against care days.
Scale = Literal["share", "endings", "codes", "rate"]
Member = tuple[str, HalfYear]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Every rule of DESIGN §4.4–4.5 for survey answers and registers; the defaults are the law of the house.

    Only tests pass anything else, to see the audit find what a rule would have prevented.
    """

    drop_helped: bool = True
    drop_flagged: bool = True
    latest_only: bool = True
    skip_adjacent: bool = True
    one_pair: bool = True
    pair_at_last: bool = True
    smallest: int = 5
    cut_at_owner: bool = True
    cut_at_major: bool = True
    remainder_age: int = 4
    remainder_homes: int = 3
    answered: int = 5
    share_merges: bool = True
    end_values: int = 2
    sensitive_end_values: int = 3
    sensitive_group: int = 21
    window: int = 4
    public_from: int = 10
    sensitive_from: int = 21
    sensitive_above_unit: bool = True
    words_from: int = 5
    few_as_words: bool = True
    words_for_ordinary_only: bool = True
    words_to_owners_only: bool = True
    exact_persons: int = 100
    exact_homes: int = 20
    exact_change_persons: int = 100
    exact_change_homes: int = 20
    exact_margin: bool = True
    exact_apart: bool = True
    banded_response: bool = True
    bare_when_withheld: bool = True
    own_blocks: bool = True
    rate_days: int = 500
    rate_few: int = 4
    rates_in_words: bool = False
    endings_end_values: int = 3
    code_end_values: int = 5
    code_group: int = 30
    code_cell: int = 5

    def ends(self, sensitivity: int, scale: Scale = "share") -> int:
        """How many values a class at either end of the scale holds."""
        ordinary = self.sensitive_end_values if sensitivity == 2 else self.end_values
        if scale == "codes":
            return self.code_end_values
        return max(ordinary, self.endings_end_values) if scale == "endings" else ordinary


RULES = Rules()


class Wave(msgspec.Struct, frozen=True, kw_only=True):
    """One counted wave: unit × family × half-year, and the links kept in it.

    ``provider`` is the one owner over the whole wave, or None when it changed during it. In families of
    registers a wave is one quarter of one home; ``days`` are its care days, where care days are counted.
    """

    unit: str
    provider: str | None
    family: str
    major: int
    half_year: HalfYear
    links: tuple[str, ...]
    days: int | None = None


class Atom(msgspec.Struct, frozen=True, kw_only=True):
    """Whole waves closed together for ever; ``home`` and ``provider`` are "" in the national remainder.

    ``closed`` is the half-year at whose end it closed, ``members`` its waves as (unit, half-year).
    """

    id: str
    home: str
    provider: str
    family: str
    major: int
    half_years: tuple[HalfYear, ...]
    closed: HalfYear
    members: tuple[Member, ...]
    links: tuple[str, ...]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """What this room needs to know of an indicator; ``group`` is shared by those with one published score.

    Exact sums of an indicator that is ``exact_apart`` have no datum in common, at any place or time.
    """

    id: str
    family: str
    group: str
    sensitivity: Literal[1, 2] = 1
    smallest_n: int = 10
    lowest_level: Level = "unit"
    scale: Scale = "share"
    exact_apart: bool = False

    @property
    def is_grouped(self) -> bool:
        """True when atoms of one provider are grouped before they are told (DESIGN §4.4–4.5)."""
        return self.sensitivity == 2 or self.scale == "codes"


class Datum(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator over one or more whole atoms, made coarse once: between x_lo and x_hi of n.

    Of a rate, ``n`` are care days and ``x`` events.

    ``home`` is "" where atoms of several homes were grouped and in the remainder; ``provider`` is ""
    in the remainder only. The exact count is not in it.
    """

    id: str
    indicator: str
    atoms: tuple[str, ...]
    home: str
    provider: str
    closed: HalfYear
    n: int
    x_lo: int
    x_hi: int


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What one release shows of one indicator for one place (a unit, a provider, a län, a group, "" the nation).

    Counts: between ``x_lo`` and ``x_hi`` of ``n``; words: ``word``; withheld: status ".." and nothing
    but the ``outcome``. ``data`` are the ids of the summed data, for the audit. The number of distinct
    persons is deliberately absent: it would tell how many answered in two atoms.
    """

    indicator: str
    level: Level
    place: str
    release: HalfYear
    status: str = ""
    outcome: str = "shown"
    audience: Audience = ""
    n: int | None = None
    x_lo: int | None = None
    x_hi: int | None = None
    is_exact: bool = False
    word: str = ""
    first: HalfYear = ""
    last: HalfYear = ""
    response: str = ""
    data: tuple[str, ...] = ()
    split: str = ""

    @property
    def id(self) -> str:
        """A readable name of the figure within everything ever released."""
        place = self.place or "riket"
        return f"{self.release}/{self.indicator}/{self.level}/{place}{'/' if self.split else ''}{self.split}"

    @property
    def is_shown(self) -> bool:
        """True when anything but the reason for silence is told."""
        return self.status == ""
