"""Who is put together with whom before anything is counted (DESIGN §4.4): five persons of one home and owner.

A home's periods pile up until they hold five different persons (and 500 care days, where days are counted). What
is left over, or waits, for two years goes to a heap of the whole country, and leaves it five persons and three
homes at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

TWO_YEARS = 8  # quarters


class Part(NamedTuple):
    """One period of one home: ``name`` of the period, the quarter it ends with, who was there, care days if counted."""

    unit: str
    name: str
    quarter: int
    owner: str | None
    persons: frozenset[str]
    days: int | None = None


class Group(NamedTuple):
    """Parts that were put together for ever; ``home`` and ``owner`` are "" in the country's heap."""

    name: str
    home: str
    owner: str
    closed: int
    parts: tuple[Part, ...]

    @property
    def persons(self) -> frozenset[str]:
        return frozenset().union(*(part.persons for part in self.parts))

    @property
    def days(self) -> int:
        return sum(part.days or 0 for part in self.parts)


def enough(parts: list[Part]) -> bool:
    persons = set()
    for part in parts:
        persons |= part.persons
    counted = [part.days for part in parts if part.days is not None]
    return len(persons) >= 5 and (not counted or sum(counted) >= 500)


def gather(family: str, parts: Iterable[Part], now: int, heaped_before: int = 0) -> list[Group]:
    """Every group that is full by the end of quarter ``now``."""
    waiting = sorted(parts, key=lambda part: (part.quarter, part.unit))
    piles: dict[str, list[Part]] = {}
    loose: list[Part] = []
    heap: list[Part] = []
    found: list[Group] = []
    for quarter in range(waiting[0].quarter if waiting else now, now + 1):
        for part in waiting:
            if part.quarter != quarter:
                continue
            pile = piles.setdefault(part.unit, [])
            if pile and pile[-1].owner != part.owner:
                loose += pile
                pile.clear()
            pile.append(part)
            if part.owner is None:
                loose += pile
                pile.clear()
            elif enough(pile):
                found.append(_of_home(family, pile))
                pile.clear()
        heap += _aged([*piles.values(), loose], quarter)
        heaped_before = _out_of_heap(family, heap, quarter, heaped_before, found)
    return found


def _of_home(family: str, pile: list[Part]) -> Group:
    first, last = pile[0], pile[-1]
    span = first.name if first.name == last.name else f"{first.name}-{last.name}"
    name = f"{last.unit}:{family}:1:{span}"
    return Group(name, last.unit, str(last.owner), last.quarter, tuple(pile))


def _aged(lists: list[list[Part]], quarter: int) -> list[Part]:
    """What has waited for two years, taken out of where it waits; a period of nobody is forgotten."""
    old = []
    for parts in lists:
        for part in list(parts):
            if quarter - part.quarter >= TWO_YEARS:
                parts.remove(part)
                old.append(part)
    return sorted((part for part in old if part.persons), key=lambda part: (part.quarter, part.unit))


def _out_of_heap(family: str, heap: list[Part], quarter: int, serial: int, found: list[Group]) -> int:
    taken: list[Part] = []
    for part in list(heap):
        taken.append(part)
        if enough(taken) and len({one.unit for one in taken}) >= 3:
            serial += 1
            found.append(Group(f"rest:{family}:1:{serial}", "", "", quarter, tuple(taken)))
            for one in taken:
                heap.remove(one)
            taken = []
    return serial
