"""Showing: every figure of a release as a sum of coarse data, in words, or withheld (DESIGN §4.4–4.5).

It adds up what was made coarse and decides who may see the sum; it never makes anything finer, save
the exact sums of ``exact``. It must never know who answered what, only how many persons an atom holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

import msgspec
import polars as pl

from hvb_followup.disclosure.exact import Ground, Sum, Under, exact_sum, under_each
from hvb_followup.disclosure.model import RULES, Atom, Datum, Figure, Level, Rules, Shape
from hvb_followup.periods import quarters_between

LEVELS: tuple[Level, ...] = ("nation", "group", "lan", "provider", "unit")
NOBODYS = frozenset({"nation", "group", "lan"})
# Every exact sum is one more equation for the attacker and a linear program more per class for the audit:
# 21 län told exactly made it five times as slow, for intervals that are narrow enough already.
COARSE_LEVELS = frozenset({"lan"})
BANDS = ((0.30, "< 30 %"), (0.50, "30–49 %"), (0.70, "50–69 %"))
TOP_BAND = "≥ 70 %"
# More have answered than were asked: an error in what was handed in, which is said and not hidden.
ABOVE_ALL = "> 100 %"

# (unit, family, half-year) → (answers counted, persons invited)
Responses = Mapping[tuple[str, str, str], tuple[int, int]]
Place = tuple[Level, str]
# (home, half-year) → the län and the groups that the home lay in when the half-year ended
Wider = Callable[[str, str], Iterable[Place]]


class _Release(msgspec.Struct, frozen=True, kw_only=True):
    """One release in the making: its half-year, and everything figures are looked up in."""

    half_year: str
    ground: Ground
    responses: Responses
    coarse_only: frozenset[str]
    rules: Rules
    wider: Wider
    around: Sequence[Place]
    seen: dict[frozenset[tuple[str, ...]], Seen] = msgspec.field(default_factory=dict)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What stands under a sum whatever is asked: distinct persons, first and last half-year, response."""

    persons: int
    first: str
    last: str
    response: str


def _nowhere(_home: str, _half_year: str) -> tuple[Place, ...]:
    return ()


def response_band(counted: int, invited: int) -> str:
    """The share who answered, in four bands; "" when nobody was invited, ``> 100 %`` when fewer than answered."""
    if invited <= 0:
        return ""
    if counted > invited:
        return ABOVE_ALL
    return next((name for limit, name in BANDS if counted / invited < limit), TOP_BAND)


def waiting_percent(waiting: int, persons: int) -> int:
    """How many of a hundred persons wait for an atom, to whole 5 (half away from zero)."""
    return 0 if persons <= 0 else (40 * waiting + persons) // (2 * persons) * 5


def word(n: int, x_lo: int, x_hi: int) -> str:
    """ "få", "blandat" or "de flesta" for a coarse count of five persons or more.

    Few: at most a third for certain; most: at least two thirds for certain. Both look at the whole
    interval, and a third of five is more than one, so that an end class always has one word.
    """
    if 3 * x_hi <= n:
        return "få"
    return "de flesta" if 3 * x_lo >= 2 * n else "blandat"


def figures(
    data: Iterable[Datum],
    atoms: Iterable[Atom],
    values: pl.DataFrame,
    *,
    shapes: Iterable[Shape],
    units: Mapping[str, str],
    release: str,
    earlier: Iterable[Figure] = (),
    responses: Responses = MappingProxyType({}),
    coarse_only: frozenset[str] = frozenset(),
    rules: Rules = RULES,
    wider: Wider = _nowhere,
) -> tuple[Figure, ...]:
    """Every figure of a release: per indicator the nation, each group, län, provider and unit; withheld ones too.

    ``values`` is VALUES (exact, for exact sums), ``units`` are today's homes with their provider: a
    home's figure holds only its present owner's time. ``earlier`` is everything released before,
    ``coarse_only`` names indicators that the audit refused to see exactly. Where an exact sum may not
    be told, the coarse sum of the same window stands in its place. ``wider`` says where a home belongs;
    a datum counts for a län or a group when every home in it lay there as its atom closed.
    """
    ground = _ground(tuple(data), tuple(atoms), values)
    now = _Release(
        half_year=release,
        ground=ground,
        responses=responses,
        coarse_only=coarse_only,
        rules=rules,
        wider=wider,
        around=sorted({place for unit in units for place in wider(unit, release)}),
    )
    told = _told(earlier)
    of_indicator: defaultdict[str, list[Datum]] = defaultdict(list)
    for datum in ground.data.values():
        of_indicator[datum.indicator].append(datum)
    made: list[Figure] = []
    for shape in sorted(shapes, key=lambda shape: shape.id):
        places = _places(shape, of_indicator[shape.id], units, now)
        for (level, place), chosen in places.items():
            figure = _figure(shape, level, place, chosen, told[shape.id], now)
            if figure.is_exact:
                told[shape.id].append(_sum_of(figure))
            made.append(figure)
    return tuple(made)


def _ground(data: Sequence[Datum], atoms: Sequence[Atom], values: pl.DataFrame) -> Ground:
    rows = values.select("indicator", "atom", "x").iter_rows()
    counts = {(indicator, atom): x for indicator, atom, x in rows}
    exact = {one.id: sum(counts.get((one.indicator, atom), 0) for atom in one.atoms) for one in data}
    by_id = {atom.id: atom for atom in atoms}
    return Ground(atoms=by_id, data={one.id: one for one in data}, exact=exact, under=under_each(data, by_id))


def _told(earlier: Iterable[Figure]) -> defaultdict[str, list[Sum]]:
    told: defaultdict[str, list[Sum]] = defaultdict(list)
    for figure in earlier:
        if figure.is_exact:
            told[figure.indicator].append(_sum_of(figure))
    return told


def _sum_of(figure: Figure) -> Sum:
    return Sum(data=frozenset(figure.data), x=figure.x_lo or 0)


def _places(
    shape: Shape, data: Iterable[Datum], units: Mapping[str, str], now: _Release
) -> dict[Place, list[Datum]]:
    """The data in the window for each place of each level the indicator is shown at; often none."""
    places: dict[Place, list[Datum]] = {("nation", ""): []}
    levels = _levels(shape, now.rules)
    places |= {place: [] for place in now.around if place[0] in levels}
    if "provider" in levels:
        places |= {("provider", provider): [] for provider in sorted(set(units.values()))}
    if "unit" in levels:
        places |= {("unit", unit): [] for unit in sorted(units)}
    for datum in data:
        if _is_in_window(datum, now):
            for key in _whose(datum, units, now):
                if key in places:
                    places[key].append(datum)
    return places


def _levels(shape: Shape, rules: Rules) -> tuple[Level, ...]:
    levels = LEVELS[: LEVELS.index(shape.lowest_level) + 1]
    is_above = shape.sensitivity == 2 and rules.sensitive_above_unit
    if is_above or shape.scale == "codes":
        levels = tuple(level for level in levels if level != "unit")
    return levels


def _is_in_window(datum: Datum, now: _Release) -> bool:
    return 0 <= quarters_between(datum.closed, now.half_year) < 2 * now.rules.window


def _whose(datum: Datum, units: Mapping[str, str], now: _Release) -> list[Place]:
    keys: list[Place] = [("nation", ""), ("provider", datum.provider)]
    atoms = [now.ground.atoms[atom] for atom in datum.atoms]
    keys += set.intersection(*(set(now.wider(atom.home, atom.closed)) for atom in atoms))
    if datum.home and units.get(datum.home) == datum.provider:
        keys.append(("unit", datum.home))
    return keys


def _figure(
    shape: Shape, level: Level, place: str, chosen: Sequence[Datum], told: Sequence[Sum], now: _Release
) -> Figure:
    bare = Figure(indicator=shape.id, level=level, place=place, release=now.half_year)
    if not chosen:
        return msgspec.structs.replace(bare, status="..", outcome="waiting")
    # Both count: persons in the atoms, and answers to the item.
    n = sum(datum.n for datum in chosen)
    size = min(n, _seen(chosen, now).persons)
    if not _may_be_told(shape, chosen, now.rules):
        return _withheld(bare, n, now)
    if size >= _public_from(shape, now.rules):
        return _counted(bare, shape, chosen, told, now)
    # A nation, group or län has no home, provider or purchaser to tell in words: it waits until it may be counted.
    is_nobodys = level in NOBODYS and now.rules.words_to_owners_only
    if (
        size < now.rules.words_from
        or is_nobodys
        or (shape.scale == "codes" or (shape.scale == "rate" and not now.rules.rates_in_words))
        or (shape.sensitivity == 2 and now.rules.words_for_ordinary_only)
    ):
        return _withheld(bare, n, now)
    return _worded(bare, chosen, now)


def _may_be_told(shape: Shape, chosen: Sequence[Datum], rules: Rules) -> bool:
    """False for an ending code of which fewer than five, or all but fewer than five, may have ended so."""
    if shape.scale != "codes":
        return True
    n = sum(datum.n for datum in chosen)
    least, most = sum(datum.x_lo for datum in chosen), sum(datum.x_hi for datum in chosen)
    return min(least, n - most) >= rules.code_cell


def _public_from(shape: Shape, rules: Rules) -> int:
    ordinary = max(rules.sensitive_from if shape.sensitivity == 2 else rules.public_from, shape.smallest_n)
    return max(ordinary, rules.code_group) if shape.scale == "codes" else ordinary


def _withheld(bare: Figure, n: int, now: _Release) -> Figure:
    silent = msgspec.structs.replace(bare, status="..", outcome="too_few")
    return silent if now.rules.bare_when_withheld else msgspec.structs.replace(silent, n=n)


def _counted(
    bare: Figure, shape: Shape, chosen: Sequence[Datum], told: Sequence[Sum], now: _Release
) -> Figure:
    may_be_exact = shape.id not in now.coarse_only and bare.level not in COARSE_LEVELS
    exact = exact_sum(chosen, shape, told, now.ground, now.rules) if may_be_exact else None
    return msgspec.structs.replace(
        _described(bare, chosen, now),
        audience="public",
        n=sum(datum.n for datum in chosen),
        x_lo=exact.x if exact else sum(datum.x_lo for datum in chosen),
        x_hi=exact.x if exact else sum(datum.x_hi for datum in chosen),
        is_exact=exact is not None,
    )


def _worded(bare: Figure, chosen: Sequence[Datum], now: _Release) -> Figure:
    figure = msgspec.structs.replace(_described(bare, chosen, now), audience="unit", outcome="words")
    n = sum(datum.n for datum in chosen)
    x_lo, x_hi = sum(datum.x_lo for datum in chosen), sum(datum.x_hi for datum in chosen)
    if now.rules.few_as_words:
        return msgspec.structs.replace(figure, word=word(n, x_lo, x_hi))
    return msgspec.structs.replace(figure, n=n, x_lo=x_lo, x_hi=x_hi)


def _described(bare: Figure, chosen: Sequence[Datum], now: _Release) -> Figure:
    """The figure with its period, its response and the data it is the sum of."""
    seen = _seen(chosen, now)
    return msgspec.structs.replace(
        bare,
        first=seen.first,
        last=seen.last,
        response=seen.response,
        data=tuple(datum.id for datum in chosen),
    )


def _seen(chosen: Sequence[Datum], now: _Release) -> Seen:
    """What stands under the data; those of many indicators lie on the same atoms, which are looked at once."""
    atoms = frozenset(datum.atoms for datum in chosen)
    if atoms not in now.seen:
        under = [now.ground.under[datum.id] for datum in chosen]
        now.seen[atoms] = Seen(
            persons=len(now.ground.links(datum.id for datum in chosen)),
            first=min(one.first for one in under),
            last=max(one.last for one in under),
            response=_response(under, now),
        )
    return now.seen[atoms]


def _response(under: Sequence[Under], now: _Release) -> str:
    waves: set[tuple[str, str, str]] = set().union(*(one.waves for one in under))
    pairs = [now.responses.get(wave, (0, 0)) for wave in waves]
    counted, invited = sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)
    if now.rules.banded_response or not invited:
        return response_band(counted, invited)
    return f"{counted} av {invited}"
