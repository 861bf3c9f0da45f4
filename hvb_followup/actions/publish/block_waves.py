"""Quarters of homes that no block has closed yet, and the blocks that they fill (DESIGN §4.4).

What is reported too late lies in the next quarter that is still open, or nowhere.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec
import polars as pl

from hvb_followup import periods, registry
from hvb_followup.actions.publish.block_sets import PREFIX, PRESENCE
from hvb_followup.actions.publish.frozen import Frozen, not_in_the_past
from hvb_followup.disclosure import freeze
from hvb_followup.disclosure.model import Atom, Rules, Wave
from hvb_followup.registry import Unit

Place = tuple[str, str]


class Owners:
    """The one owner of a home over a quarter, or None; each looked up once."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._units = registry.by_id(units)
        self._known: dict[Place, str | None] = {}

    def __call__(self, unit: str, quarter: str) -> str | None:
        place = unit, quarter
        if place not in self._known:
            first, last = periods.first_day(quarter), periods.last_day(quarter)
            self._known[place] = registry.unit_owner(self._units[unit], first, last)
        return self._known[place]


def open_waves(rows: pl.DataFrame, family: str, before: Frozen, owner: Owners, until: str) -> list[Wave]:
    """The quarters that are not in a closed block, with what was reported too late for one that is."""
    shut = [one for one in before.waves if one.family == family]
    closed = {(one.unit, one.half_year) for one in shut}
    is_presence = family.removeprefix(PREFIX).split(":")[0] in PRESENCE
    # Whoever stands in a closed block stands nowhere else, and nothing is added to one: most rows go here.
    fresh = _outside(rows, closed) if is_presence else _unseen(rows, shut)
    links: defaultdict[Place, set[str]] = defaultdict(set)
    days: Counter[Place] = Counter()
    for unit, quarter, link, n in fresh.iter_rows():
        place = (unit, quarter) if is_presence else (unit, _open_quarter((unit, quarter), closed, owner))
        if not place[1] or place[1] > until:
            continue
        links[place] |= {link} if link else set()
        days[place] += n or 0
    return [
        Wave(
            unit=unit,
            provider=owner(unit, quarter),
            family=family,
            major=1,
            half_year=quarter,
            links=tuple(sorted(links[unit, quarter])),
            days=days[unit, quarter] if family == f"{PREFIX}presence" else None,
        )
        for unit, quarter in sorted(links)
    ]


def _outside(rows: pl.DataFrame, closed: Iterable[Place]) -> pl.DataFrame:
    places = pl.DataFrame(sorted(closed), schema={"unit": pl.String, "quarter": pl.String}, orient="row")
    return rows.join(places, on=["unit", "quarter"], how="anti")


def _unseen(rows: pl.DataFrame, shut: Iterable[Wave]) -> pl.DataFrame:
    seen = pl.Series("link", sorted({link for one in shut for link in one.links}), dtype=pl.String)
    return rows.filter(pl.col("link").is_null() | ~pl.col("link").is_in(seen.implode()))


def _open_quarter(place: Place, closed: set[Place], owner: Owners) -> str:
    """The quarter itself, or the next that no block has closed; "" where the home was sold meanwhile."""
    unit, quarter = place
    while (unit, quarter) in closed:
        quarter = periods.quarter_from_number(periods.last_quarter(quarter) + 1)
    return quarter if quarter == place[1] or owner(unit, quarter) == owner(*place) else ""


def with_blocks(frozen: Frozen, waves: Sequence[Wave], wait: int, before: Frozen, rules: Rules) -> Frozen:
    """What was frozen, and the blocks that the waves fill."""
    rest = Counter((atom.family, atom.major) for atom in before.atoms if not atom.home)
    closed = [
        _stamped(atom, wait, before.until, frozen.until)
        for atom in freeze.atoms(waves, now=frozen.until, rules=rules, serials=rest)
    ]
    members = {(atom.family, *member) for atom in closed for member in atom.members}
    return msgspec.structs.replace(
        frozen,
        atoms=(*frozen.atoms, *closed),
        waves=(*frozen.waves, *(one for one in waves if (one.family, one.unit, one.half_year) in members)),
    )


def _stamped(atom: Atom, wait: int, before: str, until: str) -> Atom:
    """A block closes when the choice of its members is known; one that a late report filled closes now."""
    known = periods.last_day(atom.closed) + dt.timedelta(days=wait)
    # Exactly so many days after a quarter's last day the next quarter's has come: then it is known there.
    closed = min(max(atom.closed, periods.quarter_of(known)), until)
    return msgspec.structs.replace(atom, closed=not_in_the_past(closed, before, until))
