"""Exact counts over blocks: each is taken once, in the quarter in which what it asks is known of every member."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import polars as pl

from hvb_followup import periods
from hvb_followup.actions.publish.block_rows import DAYS, Linked, quarter_of
from hvb_followup.actions.publish.block_sets import Set
from hvb_followup.actions.publish.frozen import Count, Frozen, not_in_the_past
from hvb_followup.disclosure.model import Atom, Rules, Wave
from hvb_followup.indicators import blocks
from hvb_followup.indicators.model import Indicator

Place = tuple[str, str]


def with_counts(frozen: Frozen, one: Set, linked: Linked, before: Frozen, rules: Rules) -> Frozen:
    """What has become known of the set's blocks since; what was known before stays as it was."""
    counted = {(count.indicator, count.atom) for count in before.counts}
    asked = {count.indicator for count in before.counts}
    atoms = [atom for atom in frozen.atoms if atom.family == one.family]
    waves = [wave for wave in frozen.waves if wave.family == one.family]
    days = {(wave.unit, wave.half_year): wave.days or 0 for wave in waves}
    counts: list[Count] = []
    strays: list[tuple[str, str, str]] = []
    for indicator in one.indicators:
        waiting = [atom for atom in atoms if (indicator.id, atom.id) not in counted]
        tallies = _tallies(indicator, linked, waiting)
        # A definition that is new may look at old blocks; one that was asked before may not change what it said.
        past = before.until if indicator.id in asked else ""
        for atom in waiting:
            counts += _count(indicator, atom, tallies, days, past, frozen.until, rules)
        if not rules.own_blocks and indicator.where:
            strays += _strays(indicator, waves, _tallies(indicator, linked, atoms))
    return msgspec.structs.replace(frozen, counts=(*frozen.counts, *counts), strays=(*frozen.strays, *strays))


class _Tally(msgspec.Struct):
    """Rows of one placement, or events of one home and quarter: chosen, of them counted, and when known."""

    n: int = 0
    x: int = 0
    ready: dt.date = dt.date.min
    links: Sequence[str] = ()


def _tallies(indicator: Indicator, linked: Linked, atoms: Iterable[Atom]) -> dict[object, _Tally]:
    """By (home, quarter) of events, by link of placements; of those in the atoms, since most are counted already."""
    rows = _rows(indicator, linked)
    keys = ["unit", "quarter"] if indicator.source == "events" else ["link"]
    asked: set[tuple[str, ...]] = set()
    for atom in atoms:
        asked |= set(atom.members) if len(keys) > 1 else {(link,) for link in atom.links}
    among = pl.DataFrame(sorted(asked), schema=dict.fromkeys(keys, pl.String), orient="row")
    told = (
        rows.join(among, on=keys, how="semi")
        .group_by(*(pl.col(key).alias(f"key_{key}") for key in keys))
        .agg(
            pl.col("n").sum(), pl.col("x").sum(), pl.col("ready").max(), pl.col("link").drop_nulls().unique()
        )
    )
    return {
        tuple(key) if len(keys) > 1 else key[0]: _Tally(n=n, x=x, ready=ready, links=links)
        for *key, n, x, ready, links in told.iter_rows()
    }


def _rows(indicator: Indicator, linked: Linked) -> pl.DataFrame:
    """Each row of the indicator's register: where, whose, whether it is chosen and counted, and when that is known."""
    day = "happened_on" if indicator.source == "events" else DAYS[indicator.block]
    ended = pl.col("ends_on") if indicator.block == "admissions" else pl.lit(None, pl.Date)
    known = pl.col(day).dt.offset_by(f"{indicator.known_after}d")
    chosen = blocks.chosen(indicator)
    return (
        linked.of(indicator.source)
        .filter(pl.col(day).is_not_null())
        .select(
            *("unit", "link", quarter_of(day).alias("quarter")),
            # Nothing more can happen to a stay that has ended.
            pl.min_horizontal(known, ended).alias("ready"),
            chosen.cast(pl.Int64).alias("n"),
            (blocks.counts(indicator) & chosen).cast(pl.Int64).alias("x"),
        )
    )


def _count(
    indicator: Indicator,
    atom: Atom,
    tallies: Mapping[object, _Tally],
    days: Mapping[Place, int],
    before: str,
    until: str,
    rules: Rules,
) -> list[Count]:
    """The block's exact count, when every member's is known; else nothing yet."""
    keys: Sequence[object] = atom.members if indicator.source == "events" else atom.links
    found = [tallies[key] for key in keys if key in tallies]
    ready = max((one.ready for one in found), default=dt.date.min)
    if ready > periods.last_day(until):
        return []
    chosen = sum(one.n for one in found)
    everyone = len(atom.links) if indicator.source == "placements" else chosen
    n = sum(days[member] for member in atom.members) if indicator.kind == "rate" else everyone
    known = max(atom.closed, periods.quarter_of(ready)) if ready > dt.date.min else atom.closed
    return [
        Count(
            indicator=indicator.id,
            atom=atom.id,
            persons=len({link for one in found for link in one.links} | set(atom.links)),
            n=n if rules.own_blocks or indicator.kind == "rate" else chosen,
            x=sum(one.x for one in found),
            known=min(not_in_the_past(known, before, until), until),
        )
    ]


def _strays(
    indicator: Indicator, waves: Sequence[Wave], tallies: Mapping[object, _Tally]
) -> Iterator[tuple[str, str, str]]:
    """Who lies in the blocks without being counted."""
    for wave in waves:
        for link in wave.links:
            if link not in tallies or not tallies[link].n:
                yield indicator.id, link, wave.half_year
