"""The ledger the audit reads: everything kept and everything ever released, and quick ways to look in it.

Nothing here trusts what freezing said of itself: persons are counted from the kept answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec
import polars as pl

from hvb_followup.disclosure.model import Atom, Datum, Figure, Shape
from hvb_followup.periods import last_quarter

ANSWER_COLUMNS = (
    "unit",
    "provider",
    "family",
    "major",
    "half_year",
    "link",
    "moment",
    "issue",
    "alone",
    "flagged",
)

_YEAR = pl.col("half_year").str.slice(0, 4).cast(pl.Int64)
_IN_YEAR = pl.col("half_year").str.slice(5, 1).cast(pl.Int64)
_IS_QUARTER = pl.col("half_year").str.slice(4, 1) == "K"
# The numbers of a period's first and last quarter.
LAST_QUARTER = _YEAR * 4 + pl.when(_IS_QUARTER).then(_IN_YEAR).otherwise(2 * _IN_YEAR)
FIRST_QUARTER = _YEAR * 4 + pl.when(_IS_QUARTER).then(_IN_YEAR).otherwise(2 * _IN_YEAR - 1)

# (unit, family, MAJOR, half-year)
WaveKey = tuple[str, str, int, str]
Answer = tuple[str, str]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that may not be released: the rule, where (wave, atom, datum or figure), and a sentence."""

    rule: str
    place: str
    says: str


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Everything, pooled: kept answers, atoms and data as ever used, figures of all releases and audiences.

    ``answers`` has ANSWER_COLUMNS (``provider`` null when the owner changed during the wave). Atoms and
    data may stand several times, once per release; they must not differ. ``splits`` names what selects
    persons on anything but their answers to the same set: an indicator's id, or a figure's ``split``,
    with the selected answers as (link, half-year). In ``presence_families`` a person stands anew in each
    quarter, since what is counted (a day in care, an event) happened in that quarter and in no other.
    """

    answers: pl.DataFrame
    atoms: tuple[Atom, ...]
    data: tuple[Datum, ...]
    figures: tuple[Figure, ...]
    shapes: tuple[Shape, ...]
    change_families: frozenset[str] = frozenset()
    presence_families: frozenset[str] = frozenset()
    splits: Mapping[str, frozenset[Answer]] = msgspec.field(default_factory=dict)


class Summed(NamedTuple):
    """A sum of data: how many of them are known, their counts, and all they are made of.

    ``closed`` is the number of the last quarter in which any of it was closed.
    """

    size: int
    n: int
    low: int
    high: int
    atoms: frozenset[str]
    closed: int
    indicators: frozenset[str]
    homes: frozenset[str]
    providers: frozenset[str]


class View:
    """The ledger seen from several sides, each worked out once."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.shapes = {shape.id: shape for shape in ledger.shapes}
        self.atoms = {atom.id: atom for atom in ledger.atoms}
        self.data = {datum.id: datum for datum in ledger.data}
        self.shown = [figure for figure in ledger.figures if figure.is_shown]
        self._sums: dict[tuple[str, ...], Summed] = {}
        self._closed: dict[str, int] = {}
        self._persons: dict[frozenset[str], int] = {}

    @cached_property
    def waves(self) -> dict[WaveKey, set[str]]:
        """The links kept in each wave."""
        columns = ["unit", "family", "major", "half_year"]
        waves = self.ledger.answers.group_by(columns, maintain_order=True).agg("link")
        return {
            (unit, family, major, half_year): set(links)
            for unit, family, major, half_year, links in waves.iter_rows()
        }

    @cached_property
    def majors(self) -> dict[tuple[str, str, str], set[int]]:
        """The MAJOR versions answered in each home, family and half-year."""
        majors: defaultdict[tuple[str, str, str], set[int]] = defaultdict(set)
        for unit, family, major, half_year in self.waves:
            majors[unit, family, half_year].add(major)
        return dict(majors)

    @cached_property
    def owners(self) -> dict[WaveKey, set[str | None]]:
        """The owners noted on each wave's answers."""
        owners: defaultdict[WaveKey, set[str | None]] = defaultdict(set)
        columns = ["unit", "family", "major", "half_year", "provider"]
        for *key, provider in self.ledger.answers.select(columns).unique().iter_rows():
            owners[key[0], key[1], key[2], key[3]].add(provider)
        return dict(owners)

    @cached_property
    def links(self) -> dict[str, frozenset[str]]:
        """The persons of each atom, counted from the answers."""
        return {
            atom.id: frozenset(link for key in wave_keys(atom) for link in self.waves.get(key, ()))
            for atom in self.ledger.atoms
        }

    def summed(self, data: tuple[str, ...]) -> Summed:
        """What is to be said of the sum of these data; many figures are sums of the same."""
        found = self._sums.get(data)  # a long tuple is hashed whole each time it is looked for
        if found is None:
            found = self._sums[data] = self._sum([self.data[one] for one in data if one in self.data])
        return found

    def _sum(self, data: Sequence[Datum]) -> Summed:
        return Summed(
            size=len(data),
            n=sum([one.n for one in data]),
            low=sum([one.x_lo for one in data]),
            high=sum([one.x_hi for one in data]),
            atoms=frozenset([atom for one in data for atom in one.atoms]),
            closed=max([self._closed_in(one) for one in data], default=0),
            indicators=frozenset([one.indicator for one in data]),
            homes=frozenset([one.home for one in data]),
            providers=frozenset([one.provider for one in data]),
        )

    def _closed_in(self, datum: Datum) -> int:
        """The quarter in which the datum and every atom under it were closed."""
        if datum.id not in self._closed:
            atoms = [self.atoms[one].closed for one in datum.atoms if one in self.atoms]
            self._closed[datum.id] = max(map(last_quarter, (datum.closed, *atoms)))
        return self._closed[datum.id]

    def atoms_of(self, data: tuple[str, ...]) -> frozenset[str]:
        """The atoms under these data."""
        return self.summed(data).atoms

    def persons(self, atoms: frozenset[str]) -> int:
        """Distinct persons over these atoms."""
        if atoms not in self._persons:
            self._persons[atoms] = len(frozenset().union(*(self.links.get(atom, ()) for atom in atoms)))
        return self._persons[atoms]

    def homes(self, atoms: Iterable[str]) -> int:
        """Distinct homes over these atoms, those in the remainder included."""
        return len({unit for atom in atoms if atom in self.atoms for unit, _ in self.atoms[atom].members})


def wave_keys(atom: Atom) -> list[WaveKey]:
    """The waves an atom says it is made of."""
    return [(unit, atom.family, atom.major, half_year) for unit, half_year in atom.members]
