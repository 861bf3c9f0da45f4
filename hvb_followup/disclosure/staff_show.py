"""Showing figures about staff: each home's class, and sums made of classes alone (DESIGN §4.6).

Homes are told in heads, by how many are missing. A provider's or the nation's figure is the sum of its
homes' classes, as a span: it follows from what is told of the homes, so that nothing can be taken from it
by subtraction. Hours are another room's: ``staff_hours``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from hvb_followup.disclosure.model import HalfYear, Level
from hvb_followup.disclosure.staff import (
    ALL,
    MONTHS,
    NOT_APPLICABLE,
    NOT_SHOWN,
    SHOWN,
    STAFF_RULES,
    Band,
    Heads,
    Kind,
    Manager,
    StaffFigure,
    StaffRules,
    Turnover,
    heads_band,
    span_key,
    turnover_band,
    turnover_steps,
)
from hvb_followup.disclosure.staff_change import may_point_out
from hvb_followup.periods import half_years_between

Homes = dict[str, StaffFigure]
Span = tuple[int, int, int]  # n, lowest, highest


def heads_figures(
    indicator: str,
    heads: Iterable[Heads],
    *,
    units: Mapping[str, str],
    release: HalfYear,
    earlier: Iterable[StaffFigure] = (),
    rules: StaffRules = STAFF_RULES,
) -> tuple[StaffFigure, ...]:
    """The class of each home, and the sums over homes.

    ``heads`` holds every half-year that was ever told, so that it can be seen who came and went.
    """
    known = {(one.unit, one.half_year): one for one in heads}
    told = fresh_by_home(indicator, earlier)
    homes = {
        unit: _home(indicator, unit, release, known, told.get(unit, ()), rules) for unit in sorted(units)
    }

    def exactly(figure: StaffFigure) -> int:
        """The count itself, for a sum that no rule makes coarse."""
        now = known.get((figure.place, figure.as_of))
        return len(now.met) if now else figure.numbers[1]

    return (*homes.values(), *sums(homes, units, exactly, rules))


def turnover_figures(
    indicator: str,
    turnovers: Iterable[Turnover],
    *,
    units: Mapping[str, str],
    release: HalfYear,
    earlier: Iterable[StaffFigure] = (),
    rules: StaffRules = STAFF_RULES,
) -> tuple[StaffFigure, ...]:
    """The class of how many left each home in twelve months, and the sums over homes."""
    now = {one.unit: one for one in turnovers if one.half_year == release}
    told = fresh_by_home(indicator, earlier)
    homes: Homes = {}
    for unit in sorted(units):
        bare = _bare(indicator, "turnover", "unit", unit, release)
        if again := _told_already(told.get(unit, ()), release):
            homes[unit] = again
        elif unit not in now:
            homes[unit] = silent(bare, "missing")
        else:
            one = now[unit]
            band = turnover_band(one.ended, one.summed, one.ever, rules)
            homes[unit] = _classed(bare, band, one.summed)
    exact = {unit: one.ended for unit, one in now.items()}
    return (*homes.values(), *sums(homes, units, lambda one: exact.get(one.place, 0), rules))


def manager_figures(
    indicator: str, managers: Iterable[Manager], *, units: Mapping[str, str], release: HalfYear
) -> tuple[StaffFigure, ...]:
    """Whether each home has shown that its manager meets the rule; above homes, how many of them have."""
    now = {one.unit: one for one in managers if one.half_year == release}
    homes: Homes = {}
    for unit in sorted(units):
        bare = _bare(indicator, "manager", "unit", unit, release)
        one = now.get(unit)
        if one is None:
            homes[unit] = silent(bare, "missing")
            continue
        homes[unit] = msgspec.structs.replace(
            bare,
            band=SHOWN if one.is_shown else NOT_SHOWN,
            as_of=release,
            n=1,
            lowest=int(one.is_shown),
            highest=int(one.is_shown),
            looked_on=one.looked_on if one.is_shown else None,
        )
    counted = (
        _counted_homes(_bare(indicator, "manager", level, place, release), members)
        for level, place, members in places(homes, units)
    )
    return (*homes.values(), *counted)


def fresh_by_home(indicator: str, earlier: Iterable[StaffFigure]) -> dict[str, list[StaffFigure]]:
    """Every class of an indicator that was ever told of a home's own half-year, the oldest first."""
    told: defaultdict[str, dict[HalfYear, StaffFigure]] = defaultdict(dict)
    for figure in earlier:
        if figure.indicator == indicator and figure.level == "unit" and figure.is_fresh:
            told[figure.place].setdefault(figure.as_of, figure)
    return {unit: [classes[as_of] for as_of in sorted(classes)] for unit, classes in told.items()}


def places(homes: Homes, units: Mapping[str, str]) -> list[tuple[Level, str, list[StaffFigure]]]:
    """The nation and each provider, with the figures of their homes."""
    owned: defaultdict[str, list[StaffFigure]] = defaultdict(list)
    for unit, figure in homes.items():
        owned[units[unit]].append(figure)
    found: list[tuple[Level, str, list[StaffFigure]]] = [("nation", "", list(homes.values()))]
    return [*found, *(("provider", provider, owned[provider]) for provider in sorted(owned))]


def sums(
    homes: Homes, units: Mapping[str, str], exactly: Callable[[StaffFigure], int], rules: StaffRules
) -> list[StaffFigure]:
    """The nation's and each provider's span; below three homes or twenty heads there is none."""
    return [_sum(level, place, members, exactly, rules) for level, place, members in places(homes, units)]


def sum_key(kind: Kind, n: int, lowest: int, highest: int) -> str:
    """The words' key of a span; "" where it says nothing."""
    if kind != "turnover":
        return span_key(n, lowest, highest)
    steps = turnover_steps(n)
    low, high = (
        max(place for place, (least, _) in enumerate(steps) if least <= x) for x in (lowest, highest)
    )
    if high == len(steps) - 1:
        return f"turn:{low}-" if low else ""
    return f"turn:{low}-{high + 1}"


def silent(bare: StaffFigure, outcome: str) -> StaffFigure:
    """A figure that carries its reason and nothing else."""
    status = {"missing": "-", NOT_APPLICABLE: "."}.get(outcome, "..")
    return msgspec.structs.replace(bare, status=status, outcome=outcome)


def _bare(indicator: str, kind: Kind, level: Level, place: str, release: HalfYear) -> StaffFigure:
    return StaffFigure(indicator=indicator, kind=kind, level=level, place=place, release=release)


def _home(
    indicator: str,
    unit: str,
    release: HalfYear,
    known: Mapping[tuple[str, HalfYear], Heads],
    told: Sequence[StaffFigure],
    rules: StaffRules,
) -> StaffFigure:
    bare = _bare(indicator, "heads", "unit", unit, release)
    if again := _told_already(told, release):
        return again
    now = known.get((unit, release))
    if now is None:
        return silent(bare, "missing")
    n = len(now.bound)
    if not n:
        return silent(bare, NOT_APPLICABLE)
    if n < rules.heads_from:
        return silent(bare, "too_few")
    if rules.wait_for_others and any(_must_wait(one, known, now, rules) for one in told):
        return _kept(bare, told[-1], rules)
    return _classed(bare, heads_band(n, len(now.met), rules), n)


def _told_already(told: Sequence[StaffFigure], release: HalfYear) -> StaffFigure | None:
    """Refreshed half-yearly: what was told of this half-year is told again, whatever the register says since."""
    return told[-1] if told and told[-1].as_of == release else None


def _must_wait(
    before: StaffFigure, known: Mapping[tuple[str, HalfYear], Heads], now: Heads, rules: StaffRules
) -> bool:
    then = known.get((before.place, before.as_of))
    if then is None or before.n is None or before.lowest is None or before.highest is None:
        return True  # nobody can say who came and went
    # A register mended since may count others than it did; what was told is what the opponent knows.
    stayed = min(len(then.bound & now.bound), before.n, len(now.bound))
    band = Band(key=before.band, lowest=before.lowest, highest=before.highest)
    return may_point_out(band, before.n, len(now.bound), stayed, rules)


def _kept(bare: StaffFigure, last: StaffFigure, rules: StaffRules) -> StaffFigure:
    """The class told before, under its own date, for as long as it is not too old."""
    if half_years_between(last.as_of, bare.release) >= rules.window:
        return silent(bare, "waiting")
    return msgspec.structs.replace(last, release=bare.release)


def _classed(bare: StaffFigure, band: Band | None, n: int) -> StaffFigure:
    if band is None:
        return silent(bare, "too_few")
    return msgspec.structs.replace(
        bare, band=band.key, as_of=bare.release, n=n, lowest=band.lowest, highest=band.highest
    )


def _sum(
    level: Level,
    place: str,
    members: Sequence[StaffFigure],
    exactly: Callable[[StaffFigure], int],
    rules: StaffRules,
) -> StaffFigure:
    first = members[0]
    bare = _bare(first.indicator, first.kind, level, place, first.release)
    if all(figure.outcome == NOT_APPLICABLE for figure in members):
        return silent(bare, NOT_APPLICABLE)
    told = [figure for figure in members if figure.is_told]
    n, lowest, highest = added(told)
    heads = n // MONTHS if first.kind == "turnover" else n
    if len(told) < rules.sum_homes or heads < rules.sum_from:
        return silent(bare, "too_few")
    if not rules.coarse_sums:
        lowest = highest = sum(map(exactly, told))
    key = sum_key(first.kind, n, lowest, highest)
    if not key:
        return silent(bare, "waiting")
    return msgspec.structs.replace(
        bare,
        band=key,
        as_of=max(figure.as_of for figure in told),
        n=n,
        lowest=lowest,
        highest=highest,
        homes=tuple(figure.place for figure in told),
    )


def added(told: Iterable[StaffFigure]) -> Span:
    """The sums of n and of the ends of the classes."""
    rows = [one.numbers for one in told]
    return sum(row[0] for row in rows), sum(row[1] for row in rows), sum(row[2] for row in rows)


def _counted_homes(bare: StaffFigure, members: Sequence[StaffFigure]) -> StaffFigure:
    """How many homes have shown it: each home says so itself, so the sum tells nothing more."""
    told = [figure for figure in members if figure.is_told]
    if not told:
        return silent(bare, "missing")
    n, shown, _ = added(told)
    return msgspec.structs.replace(
        bare,
        band=ALL if shown == n else "homes",
        as_of=bare.release,
        n=n,
        lowest=shown,
        highest=shown,
        homes=tuple(figure.place for figure in told),
    )
