"""Registers into blocks: what homes reported is frozen once, quarter by quarter, as waves are (DESIGN §4.4).

A register may be corrected for ever; a closed block may not. So what lay in a block when it closed, and each
exact count when it became known, is kept (``Frozen``) and taken as it was. What is reported too late lies in
the next quarter that is still open, or nowhere. Runs beside the counter: it makes links, and they stay here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import polars as pl

from hvb_followup import periods, pseudonyms, registry
from hvb_followup.disclosure import freeze
from hvb_followup.disclosure.model import RULES, Atom, Rules, Wave
from hvb_followup.frames import EVENTS, PLACEMENTS
from hvb_followup.indicators import blocks
from hvb_followup.indicators.model import Indicator
from hvb_followup.registry import Unit

PREFIX = "register:"
# Blocks in which a person stands anew in each quarter.
PRESENCE = ("presence", "events")
_DAYS = {"endings": "ends_on", "admissions": "starts_on", "events": "happened_on"}
Place = tuple[str, str]


class Registers(msgspec.Struct, frozen=True, kw_only=True):
    """What homes have reported, read on one day: frames of the shapes PLACEMENTS and EVENTS."""

    placements: pl.DataFrame
    events: pl.DataFrame


NOTHING = Registers(placements=PLACEMENTS.empty(), events=EVENTS.empty())


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator's exact count over one block, and the quarter in which it became known."""

    indicator: str
    atom: str
    persons: int
    n: int
    x: int
    known: str


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Everything frozen of the registers up to ``until``: links and exact counts, never to leave the counter.

    ``strays`` are persons in a block whom an indicator does not count, as (indicator, link, quarter): none,
    when all is well.
    """

    until: str = ""
    waves: tuple[Wave, ...] = ()
    atoms: tuple[Atom, ...] = ()
    counts: tuple[Count, ...] = ()
    strays: tuple[tuple[str, str, str], ...] = ()


NOT_YET = Frozen()


class Set(msgspec.Struct, frozen=True, kw_only=True):
    """Whom blocks gather: a kind of block, and a choice among the rows; ``wait`` until the choice is known."""

    block: str
    where: str
    wait: int
    indicators: tuple[Indicator, ...]

    @property
    def family(self) -> str:
        """The name of its waves' family."""
        return family(self.block, self.where)


def family(block: str, where: str) -> str:
    """The family that blocks of a kind and choice belong to."""
    return f"{PREFIX}{block}{':' if where else ''}{where}"


def family_of(indicator: Indicator, rules: Rules = RULES) -> str:
    """The family of an indicator's blocks."""
    return family(indicator.block, indicator.where if rules.own_blocks else "")


def presence_families(indicators: Iterable[Indicator]) -> frozenset[str]:
    """Families in which a person stands anew in each quarter."""
    return frozenset(family_of(one) for one in indicators if one.block in PRESENCE)


def freeze_registers(
    registers: Registers,
    *,
    until: str,
    units: Sequence[Unit],
    indicators: Iterable[Indicator],
    link_key: bytes,
    before: Frozen = NOT_YET,
    rules: Rules = RULES,
) -> Frozen:
    """What was frozen before, and what closes or becomes known by the end of ``until`` (never later rows).

    ``indicators`` are those of blocks. A period that ended before the last freezing freezes nothing new.
    """
    quarter = periods.quarter_from_number(periods.last_quarter(until))
    if before.until and periods.quarters_between(before.until, quarter) < 0:
        return before
    linked = _linked(registers, link_key, {unit.id for unit in units})
    frozen = msgspec.structs.replace(before, until=quarter)
    owner = _Owners(units)
    for one in _sets(indicators, rules):
        rows = _members(one, linked, quarter)
        waves = _waves(rows, one.family, before, owner, quarter)
        frozen = _with_blocks(frozen, waves, one.wait, before, rules)
        frozen = _with_counts(frozen, one, linked, before, rules)
    return frozen


def as_of(frozen: Frozen, until: str) -> Frozen:
    """What had been closed, and was known, by the end of a period."""
    atoms = tuple(atom for atom in frozen.atoms if periods.quarters_between(atom.closed, until) >= 0)
    members = {(atom.family, *member) for atom in atoms for member in atom.members}
    return Frozen(
        until=until,
        waves=tuple(one for one in frozen.waves if (one.family, one.unit, one.half_year) in members),
        atoms=atoms,
        counts=tuple(one for one in frozen.counts if periods.quarters_between(one.known, until) >= 0),
        strays=frozen.strays,
    )


class _Linked(msgspec.Struct, frozen=True):
    """The registers with a link in each placement's place."""

    placements: pl.DataFrame
    events: pl.DataFrame

    def of(self, source: str) -> pl.DataFrame:
        return self.placements if source == "placements" else self.events


class _Owners:
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


def _sets(indicators: Iterable[Indicator], rules: Rules) -> list[Set]:
    found: defaultdict[Place, list[Indicator]] = defaultdict(list)
    for one in sorted(indicators, key=lambda one: one.id):
        found[one.block, one.where if rules.own_blocks else ""].append(one)
    return [
        Set(
            block=block,
            where=where,
            # Whoever is in a block of everybody is known at once; a choice may need some days.
            wait=max(one.known_after for one in chosen) if where else 0,
            indicators=tuple(chosen),
        )
        for (block, where), chosen in sorted(found.items())
    ]


def _linked(registers: Registers, link_key: bytes, units: set[str]) -> _Linked:
    placements, events = (
        frame.filter(pl.col("unit").is_in(sorted(units)))
        for frame in (registers.placements, registers.events)
    )
    names = {one for frame in (placements, events) for one in frame["placement"].unique() if one}
    links = {name: pseudonyms.link(link_key, name) for name in sorted(names)}
    in_place = pl.col("placement").replace_strict(links, default=None, return_dtype=pl.String).alias("link")
    return _Linked(placements.with_columns(in_place), events.with_columns(in_place))


def _quarter(column: str) -> pl.Expr:
    day = pl.col(column).dt
    return pl.concat_str(day.year(), pl.lit("K"), day.quarter())


def _members(one: Set, linked: _Linked, until: str) -> pl.DataFrame:
    """unit, quarter, link, days: who stands in which quarter; events of nobody keep their row without a link."""
    if one.block == "presence":
        return _present(linked.placements, until)
    rows = linked.of("events" if one.block == "events" else "placements")
    if one.where:
        rows = rows.filter(blocks.chosen(one.indicators[0]))
    day = _DAYS[one.block]
    quarters = rows.filter(pl.col(day).is_not_null()).select(
        "unit", _quarter(day).alias("quarter"), "link", pl.lit(None, pl.Int64).alias("days")
    )
    return quarters.filter(_is_over(one.wait, until))


def _is_over(wait: int, until: str) -> pl.Expr:
    """True for quarters that ended so many days before ``until`` did."""
    day = periods.last_day(until) - dt.timedelta(days=wait)
    last = periods.last_quarter(periods.quarter_of(day + dt.timedelta(days=1))) - 1
    return pl.col("quarter") <= periods.quarter_from_number(last)


def _present(placements: pl.DataFrame, until: str) -> pl.DataFrame:
    """Each resident in each quarter with her care days: from her first day to the day before she left."""
    first = placements["starts_on"].min()
    start = periods.last_quarter(periods.quarter_of(first)) if isinstance(first, dt.date) else 0
    stop = periods.last_quarter(until) + 1 if isinstance(first, dt.date) else 0
    parts = [_present_in(placements, periods.quarter_from_number(number)) for number in range(start, stop)]
    schema = {"unit": pl.String, "quarter": pl.String, "link": pl.String, "days": pl.Int64}
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _present_in(placements: pl.DataFrame, quarter: str) -> pl.DataFrame:
    first, after = periods.first_day(quarter), periods.last_day(quarter) + dt.timedelta(days=1)
    left = pl.min_horizontal(pl.col("ends_on").fill_null(after), pl.lit(after))
    came = pl.max_horizontal(pl.col("starts_on"), pl.lit(first))
    days = (left - came).dt.total_days().cast(pl.Int64).alias("days")
    here = placements.select("unit", pl.lit(quarter).alias("quarter"), "link", days)
    return here.filter(pl.col("days") > 0)


def _waves(rows: pl.DataFrame, family: str, before: Frozen, owner: _Owners, until: str) -> list[Wave]:
    """The quarters that are not in a closed block, with what was reported too late for one that is."""
    closed = {(one.unit, one.half_year) for one in before.waves if one.family == family}
    seen = {link for one in before.waves if one.family == family for link in one.links}
    is_presence = family.removeprefix(PREFIX).split(":")[0] in PRESENCE
    links: defaultdict[Place, set[str]] = defaultdict(set)
    days: Counter[Place] = Counter()
    for unit, quarter, link, n in rows.iter_rows():
        place = unit, quarter
        if not is_presence:
            place = unit, "" if link in seen else _open_quarter(place, closed, owner)
        if place in closed or not place[1] or place[1] > until:
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


def _open_quarter(place: Place, closed: set[Place], owner: _Owners) -> str:
    """The quarter itself, or the next that no block has closed; "" where the home was sold meanwhile."""
    unit, quarter = place
    while (unit, quarter) in closed:
        quarter = periods.quarter_from_number(periods.last_quarter(quarter) + 1)
    return quarter if quarter == place[1] or owner(unit, quarter) == owner(*place) else ""


def _with_blocks(frozen: Frozen, waves: Sequence[Wave], wait: int, before: Frozen, rules: Rules) -> Frozen:
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
    return msgspec.structs.replace(atom, closed=_not_in_the_past(closed, before, until))


def _not_in_the_past(quarter: str, before: str, until: str) -> str:
    return until if before and quarter <= before else quarter


def _with_counts(frozen: Frozen, one: Set, linked: _Linked, before: Frozen, rules: Rules) -> Frozen:
    """What has become known of the set's blocks since; what was known before stays as it was."""
    counted = {(count.indicator, count.atom) for count in before.counts}
    asked = {count.indicator for count in before.counts}
    atoms = [atom for atom in frozen.atoms if atom.family == one.family]
    waves = [wave for wave in frozen.waves if wave.family == one.family]
    days = {(wave.unit, wave.half_year): wave.days or 0 for wave in waves}
    counts: list[Count] = []
    strays: list[tuple[str, str, str]] = []
    for indicator in one.indicators:
        tallies = _tallies(indicator, linked)
        # A definition that is new may look at old blocks; one that was asked before may not change what it said.
        past = before.until if indicator.id in asked else ""
        for atom in atoms:
            if (indicator.id, atom.id) not in counted:
                counts += _count(indicator, atom, tallies, days, past, frozen.until, rules)
        if not rules.own_blocks and indicator.where:
            strays += _strays(indicator, waves, tallies)
    return msgspec.structs.replace(frozen, counts=(*frozen.counts, *counts), strays=(*frozen.strays, *strays))


class _Tally(msgspec.Struct):
    """Rows of one placement, or events of one home and quarter: chosen, of them counted, and when known."""

    n: int = 0
    x: int = 0
    ready: dt.date = dt.date.min
    links: set[str] = msgspec.field(default_factory=set)


def _tallies(indicator: Indicator, linked: _Linked) -> dict[object, _Tally]:
    """By (home, quarter) of events, by link of placements."""
    is_of_events = indicator.source == "events"
    day = "happened_on" if is_of_events else _DAYS[indicator.block]
    ended = pl.col("ends_on") if indicator.block == "admissions" else pl.lit(None, pl.Date)
    chosen = blocks.chosen(indicator)
    rows = (
        linked.of(indicator.source)
        .filter(pl.col(day).is_not_null())
        .select(
            *("unit", "link", _quarter(day).alias("quarter")),
            *(
                # Nothing more can happen to a stay that has ended.
                pl.min_horizontal(pl.col(day).dt.offset_by(f"{indicator.known_after}d"), ended).alias(
                    "ready"
                ),
                chosen.cast(pl.Int64).alias("n"),
                (blocks.counts(indicator) & chosen).cast(pl.Int64).alias("x"),
            ),
        )
    )
    keys = ("unit", "quarter") if is_of_events else ("key",)
    told = (
        rows.with_columns(key=pl.col("link"))
        .group_by(*keys)
        .agg(
            pl.col("n").sum(), pl.col("x").sum(), pl.col("ready").max(), pl.col("link").drop_nulls().unique()
        )
    )
    return {
        tuple(key) if is_of_events else key[0]: _Tally(n=n, x=x, ready=ready, links=set(links))
        for *key, n, x, ready, links in told.iter_rows()
    }


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
            known=min(_not_in_the_past(known, before, until), until),
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
