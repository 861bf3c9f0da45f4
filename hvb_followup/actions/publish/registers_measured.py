"""Frozen registers to figures: exact counts of blocks → coarse data → what may be shown (DESIGN §2, §4.4–4.5).

Pure, like ``measuring.measured_until``, which it stands beside; and what the audit reads of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import polars as pl

from hvb_followup.actions.publish.block_sets import PREFIX, family_of
from hvb_followup.actions.publish.frozen import Count, Frozen, as_of
from hvb_followup.disclosure import coarse, show
from hvb_followup.disclosure.model import RULES, Atom, Datum, Figure, Rules, Scale, Shape
from hvb_followup.frames import VALUES
from hvb_followup.indicators.model import Indicator


class RegistersMeasured(msgspec.Struct, frozen=True, kw_only=True):
    """What was frozen of the registers by the end of a period, and what may be shown of it."""

    frozen: Frozen
    data: tuple[Datum, ...]
    figures: tuple[Figure, ...]


def measure_registers(
    frozen: Frozen,
    *,
    until: str,
    indicators: Sequence[Indicator],
    owners: Mapping[str, str],
    earlier: Iterable[Figure] = (),
    rules: Rules = RULES,
    with_figures: bool = True,
) -> RegistersMeasured:
    """Blocks closed by the end of ``until``, each indicator's coarse data, and every figure of the release.

    ``owners`` are today's homes with their provider, ``earlier`` everything released before. Without figures for
    the audit, which reads those that were released.
    """
    now = as_of(frozen, until)
    shapes = tuple(shape_of(one, rules) for one in indicators)
    values = _values(now.counts)
    data = _data(now, values, shapes, rules)
    if not with_figures:
        return RegistersMeasured(frozen=now, data=data, figures=())
    figures = show.figures(
        data, now.atoms, values, shapes=shapes, units=owners, release=until, earlier=earlier, rules=rules
    )
    return RegistersMeasured(frozen=now, data=data, figures=figures)


def shape_of(indicator: Indicator, rules: Rules = RULES) -> Shape:
    """What disclosure control needs to know of an indicator of blocks."""
    return Shape(
        id=indicator.id,
        family=family_of(indicator, rules),
        group=indicator.id,
        sensitivity=indicator.sensitivity,
        smallest_n=indicator.smallest_n,
        lowest_level="nation" if indicator.lowest_level == "lan" else indicator.lowest_level,
        scale=_scale(indicator),
        exact_apart=True,
    )


def frozen_answers(frozen: Frozen, columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Who stands in which quarter of which block, in the shape in which the audit reads kept answers."""
    counted = [(wave, link) for wave in frozen.waves for link in wave.links]
    told = {name: [getattr(wave, name) for wave, _ in counted] for name in _OF_WAVE}
    told["link"] = [link for _, link in counted]
    rows = pl.DataFrame(told, schema={name: columns[name] for name in told})
    same = {"moment": "", "issue": 1, "alone": "", "flagged": False}
    return rows.with_columns(pl.lit(value, columns[name]).alias(name) for name, value in same.items()).select(
        *columns
    )


_OF_WAVE = ("unit", "provider", "family", "major", "half_year")


def splits(frozen: Frozen, indicators: Iterable[Indicator]) -> dict[str, frozenset[tuple[str, str]]]:
    """Indicators that leave somebody in their blocks out, with those they count: a split (DESIGN §4.7)."""
    out: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for indicator, link, quarter in frozen.strays:
        out[indicator].add((link, quarter))
    block = {one.id: one.block for one in indicators}
    everyone = {
        name: {
            (link, wave.half_year)
            for wave in frozen.waves
            if wave.family == f"{PREFIX}{block[name]}"
            for link in wave.links
        }
        for name in out
    }
    return {name: frozenset(everyone[name] - strays) for name, strays in out.items()}


def _scale(indicator: Indicator) -> Scale:
    if indicator.kind == "rate":
        return "rate"
    if indicator.kind == "endings":
        return "codes"
    return "endings" if indicator.block == "endings" else "share"


def _values(counts: Iterable[Count]) -> pl.DataFrame:
    rows = list(counts)
    columns = {name: [getattr(one, name) for one in rows] for name in VALUES.columns}
    return pl.DataFrame(columns, schema=pl.Schema(VALUES.columns)).sort("indicator", "atom")


def _data(now: Frozen, values: pl.DataFrame, shapes: Sequence[Shape], rules: Rules) -> tuple[Datum, ...]:
    """Each indicator's data over the blocks of which it is known, in the order in which it became known."""
    known: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for count in now.counts:
        known[count.indicator][count.atom] = count.known
    of_family: defaultdict[str, list[Atom]] = defaultdict(list)
    for atom in now.atoms:
        of_family[atom.family].append(atom)
    found: list[Datum] = []
    for shape in shapes:
        own = values.filter(pl.col("indicator") == shape.id)
        found += coarse.data(_known(of_family[shape.family], known[shape.id]), own, [shape], rules)
    return tuple(found)


def _known(atoms: Iterable[Atom], quarters: Mapping[str, str]) -> list[Atom]:
    """The blocks as the indicator sees them: closed when its count became known."""
    return [msgspec.structs.replace(atom, closed=quarters[atom.id]) for atom in atoms if atom.id in quarters]
