"""Scheduled hours by those who meet a rule, in steps of ten per cent, for providers and the nation only.

Told of one home beside its class of heads, hours would give the count away: where all work alike, the two
classes have one count in common; where they do not, the heavier schedules point at persons. Told of several
homes together, the steps are widened until every home keeps two counts, whoever knows everybody's schedule.
How far they are widened follows from schedules and told classes and never from who meets the rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

import msgspec

from hvb_followup.disclosure.model import HalfYear, Level
from hvb_followup.disclosure.staff import NOT_APPLICABLE, STAFF_RULES, Hours, StaffFigure, StaffRules, edge
from hvb_followup.disclosure.staff_show import silent

Cell = tuple[int, int]  # from so many tenths, up to under so many; 11 also holds the whole


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """A home as the opponent sees it: everybody's minutes, and between which counts its told class lies.

    ``least[k]`` and ``most[k]`` are the fewest and the most minutes that k persons can have.
    """

    lowest: int
    highest: int
    least: tuple[int, ...]
    most: tuple[int, ...]

    @property
    def heaviest(self) -> int:
        """The longest schedule of one person."""
        return self.most[1] if len(self.most) > 1 else 0


def schedule(minutes: Iterable[int], lowest: int, highest: int) -> Schedule:
    """What the minutes of a home's staff and its told class allow."""
    rising = sorted(minutes)
    return Schedule(
        lowest=lowest,
        highest=highest,
        least=tuple(accumulate(rising, initial=0)),
        most=tuple(accumulate(reversed(rising), initial=0)),
    )


def cells(homes: Sequence[Schedule], whole: int, told: Sequence[tuple[int, int]] = ()) -> tuple[Cell, ...]:
    """The steps in which the minutes met of ``whole`` may be told, each wide enough.

    ``told`` are the ranges of minutes already told for parts of the whole whose homes are not in ``homes``.
    """
    found: list[Cell] = [(0, 2), *((tens, tens + 1) for tens in range(2, 9)), (9, 11)]
    place = 0
    while place < len(found):
        if len(found) == 1 or not _tells(homes, whole, told, found[place]):
            place += 1
            continue
        first = min(place, len(found) - 2)
        found[first : first + 2] = [(found[first][0], found[first + 1][1])]
        place = 0
    return tuple(found)


def leaves_two(homes: Sequence[Schedule], whole: int, told: Sequence[tuple[int, int]], cell: Cell) -> bool:
    """True when every home keeps two counts, and every part told before its whole range, if the step is told.

    Exact, not a bound: between the lightest choice of persons and the heaviest one lead choices that differ
    by one person's minutes at most, and a step is wider than that, so that no walk can jump over it.
    """
    first, after = limits(whole, cell)
    if max((home.heaviest for home in homes), default=0) > after - first:
        return False
    begins = sum(home.least[home.lowest] for home in homes) + sum(high for _, high in told)
    ends = sum(home.most[home.highest] for home in homes) + sum(low for low, _ in told)
    if told and not (begins < after and ends >= first):
        return False
    for home in homes:
        others = begins - home.least[home.lowest], ends - home.most[home.highest]
        counts = [
            count
            for count in range(home.lowest, home.highest + 1)
            if others[0] + home.least[count] < after and others[1] + home.most[count] >= first
        ]
        if home.lowest < home.highest and len(counts) < 2:
            return False
    return True


def limits(whole: int, cell: Cell) -> tuple[int, int]:
    """The least minutes in a step, and the least above it."""
    return edge(whole, cell[0]), whole + 1 if cell[1] == 11 else edge(whole, cell[1])


def hours_figures(
    indicator: str,
    hours: Iterable[Hours],
    heads: Iterable[StaffFigure],
    *,
    units: Mapping[str, str],
    release: HalfYear,
    earlier: Iterable[StaffFigure] = (),
    rules: StaffRules = STAFF_RULES,
) -> tuple[StaffFigure, ...]:
    """Each provider's step, and the nation's; ``heads`` are the classes of the rule's figure by heads.

    Only homes whose class of heads is told for this half-year are in, and no home stands alone.
    """
    beside = list(heads)
    classes = {one.place: one for one in beside if one.level == "unit" and one.is_fresh}
    unbound = {one.place for one in beside if one.level == "provider" and one.outcome == NOT_APPLICABLE}
    now = {one.unit: one for one in hours if one.half_year == release and one.unit in classes and one.whole}
    before = {
        (one.level, one.place): one
        for one in earlier
        if one.indicator == indicator and one.is_fresh and one.as_of == release
    }
    owned: defaultdict[str, list[str]] = defaultdict(list)
    for unit in sorted(now):
        if unit in units:
            owned[units[unit]].append(unit)

    def figure(level: Level, place: str, chosen: Sequence[str], parts: Sequence[StaffFigure]) -> StaffFigure:
        if told := before.get((level, place)):
            return told
        if level == "provider" and place in unbound:
            bare = StaffFigure(indicator=indicator, kind="hours", level=level, place=place, release=release)
            return silent(bare, NOT_APPLICABLE)
        return _figure(indicator, level, place, release, [now[one] for one in chosen], classes, parts, rules)

    providers = [figure("provider", one, owned[one], ()) for one in sorted(set(units.values()))]
    parts = [one for one in providers if one.is_told]
    everyone = [unit for unit in now if unit in units]
    found = [figure("nation", "", everyone, parts), *providers]
    if not rules.hours_above_unit:
        found += [figure("unit", unit, [unit], ()) for unit in everyone]
    return tuple(found)


def _figure(
    indicator: str,
    level: Level,
    place: str,
    release: HalfYear,
    chosen: Sequence[Hours],
    classes: Mapping[str, StaffFigure],
    parts: Sequence[StaffFigure],
    rules: StaffRules,
) -> StaffFigure:
    bare = StaffFigure(indicator=indicator, kind="hours", level=level, place=place, release=release)
    heads = sum(classes[one.unit].numbers[0] for one in chosen)
    if level != "unit" and (len(chosen) < rules.sum_homes or heads < rules.sum_from):
        return silent(bare, "too_few")
    inside = {unit for part in parts for unit in part.homes}
    free = [
        schedule(padded(one, n), lowest, highest)
        for one in chosen
        if one.unit not in inside
        for n, lowest, highest in [classes[one.unit].numbers]
    ]
    whole, met = sum(one.whole for one in chosen), sum(one.met for one in chosen)
    told = [part.numbers[1:] for part in parts]
    steps = cells(free, whole, told) if rules.hours_leave_two and level != "unit" else cells((), whole)
    cell = next(one for one in steps if limits(whole, one)[0] <= met < limits(whole, one)[1])
    if cell == (0, 11):
        return silent(bare, "waiting")
    first, after = limits(whole, cell)
    return msgspec.structs.replace(
        bare,
        beside=classes[chosen[0].unit].indicator,
        band=f"share:{cell[0]}-{cell[1]}",
        as_of=release,
        n=whole,
        lowest=first,
        highest=min(after - 1, whole),
        homes=tuple(one.unit for one in chosen),
    )


def padded(one: Hours, n: int) -> list[int]:
    """The minutes of everybody in the class of heads; who had no shift has none."""
    return [*one.minutes.values(), *[0] * (n - len(one.minutes))]


def _tells(homes: Sequence[Schedule], whole: int, told: Sequence[tuple[int, int]], cell: Cell) -> bool:
    """True when the step can be the true one and would leave some home a single count."""
    first, after = limits(whole, cell)
    begins = sum(home.least[home.lowest] for home in homes) + sum(low for low, _ in told)
    ends = sum(home.most[home.highest] for home in homes) + sum(high for _, high in told)
    return begins < after and ends >= first and not leaves_two(homes, whole, told, cell)
