"""When a sum may be told exactly: only large ones, and only when they changed by as much (DESIGN §4.4).

A refusal must not tell what it hides. Sizes are public anyway; and a sum refused for lying within k of
either end (k values in an end class) may be any of k values there, so any one datum may still be any of
the k values of its class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hvb_followup.disclosure.model import Atom, Datum, Rules, Shape


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """The exact count over some data of one indicator: as told before, or as it would be told."""

    data: frozenset[str]
    x: int


class Under(msgspec.Struct, frozen=True, kw_only=True):
    """What lies under a datum: persons, waves as (unit, family, half-year), homes, first and last half-year."""

    links: frozenset[str]
    waves: frozenset[tuple[str, str, str]]
    homes: frozenset[str]
    first: str
    last: str


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What sizes and exact counts are looked up in: atoms by id; data, what is under them and exact counts by datum id."""

    atoms: Mapping[str, Atom]
    data: Mapping[str, Datum]
    exact: Mapping[str, int]
    under: Mapping[str, Under]

    def links(self, ids: Iterable[str]) -> set[str]:
        """Distinct persons over these data."""
        return set().union(*(self.under[one].links for one in ids))

    def homes(self, ids: Iterable[str]) -> set[str]:
        """Distinct homes over these data, those of the remainder included."""
        return set().union(*(self.under[one].homes for one in ids))

    def bounds(self, ids: frozenset[str]) -> tuple[int, int]:
        """The coarse sum over these data."""
        return sum(self.data[one].x_lo for one in ids), sum(self.data[one].x_hi for one in ids)


def under_each(data: Iterable[Datum], atoms: Mapping[str, Atom]) -> dict[str, Under]:
    """What lies under each datum; data of many indicators lie on the same atoms, which are gathered once."""
    found: dict[tuple[str, ...], Under] = {}
    return {
        one.id: found.get(one.atoms)
        or found.setdefault(one.atoms, _under([atoms[atom] for atom in one.atoms]))
        for one in data
    }


def _under(atoms: Sequence[Atom]) -> Under:
    half_years = [half_year for atom in atoms for half_year in atom.half_years]
    return Under(
        links=frozenset(link for atom in atoms for link in atom.links),
        waves=frozenset((unit, atom.family, half_year) for atom in atoms for unit, half_year in atom.members),
        homes=frozenset(unit for atom in atoms for unit, _ in atom.members),
        first=min(half_years),
        last=max(half_years),
    )


def exact_sum(
    chosen: Sequence[Datum], shape: Shape, told: Sequence[Sum], ground: Ground, rules: Rules
) -> Sum | None:
    """The exact count over the chosen data if it may be told beside those told before, else None.

    ``told`` are all exact sums ever told of the indicator, of whatever place. Against each of them the
    change (persons and homes in one sum but not in both) must be large, or nothing: the same data may
    be told again. The sum, and its difference from each, must lie at least as many counts from what
    the coarse data allow as an end class holds values, so that neither the number nor its absence
    says that everyone answered alike.
    """
    ids = frozenset(datum.id for datum in chosen)
    # Whether enough have answered is seen at once; who they are takes longer.
    if sum(datum.n for datum in chosen) < rules.exact_persons:
        return None
    if not _is_large(ids, ground, rules.exact_persons, rules.exact_homes):
        return None
    new = Sum(data=ids, x=sum(ground.exact[one] for one in ids))
    if any(new.data == old.data for old in told):
        return new
    # Of three sums that overlap, two differences may be large and the third not: small nations showed it.
    if shape.exact_apart and rules.exact_apart and any(new.data & old.data for old in told):
        return None
    margin = rules.ends(shape.sensitivity, shape.scale) if rules.exact_margin else 0
    others = [Sum(data=frozenset(), x=0), *told]
    if not all(_has_margin(new, old, ground, margin) for old in others):
        return None
    return new if all(_is_large_change(new, old, ground, rules) for old in told) else None


def _is_large(ids: frozenset[str], ground: Ground, persons: int, homes: int) -> bool:
    return len(ground.homes(ids)) >= homes and len(ground.links(ids)) >= persons


def _is_large_change(new: Sum, old: Sum, ground: Ground, rules: Rules) -> bool:
    change = new.data ^ old.data
    return _is_large(change, ground, rules.exact_change_persons, rules.exact_change_homes)


def _has_margin(new: Sum, old: Sum, ground: Ground, margin: int) -> bool:
    entered, left = ground.bounds(new.data - old.data), ground.bounds(old.data - new.data)
    low, high = entered[0] - left[1], entered[1] - left[0]
    return low + margin <= new.x - old.x <= high - margin
