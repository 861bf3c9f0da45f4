"""Rows of registers with links for placements, and in which quarter whom of them a block may gather."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec
import polars as pl

from hvb_followup import periods, pseudonyms
from hvb_followup.actions.publish.block_sets import Set
from hvb_followup.frames import EVENTS, PLACEMENTS
from hvb_followup.indicators import blocks

# The day that puts a row into a quarter, by kind of block.
DAYS = {"endings": "ends_on", "admissions": "starts_on", "events": "happened_on"}


class Registers(msgspec.Struct, frozen=True, kw_only=True):
    """What homes have reported, read on one day: frames of the shapes PLACEMENTS and EVENTS."""

    placements: pl.DataFrame
    events: pl.DataFrame


NOTHING = Registers(placements=PLACEMENTS.empty(), events=EVENTS.empty())


class Linked(msgspec.Struct, frozen=True):
    """The registers with a link in each placement's place."""

    placements: pl.DataFrame
    events: pl.DataFrame

    def of(self, source: str) -> pl.DataFrame:
        """The rows of one register."""
        return self.placements if source == "placements" else self.events


def linked(registers: Registers, link_key: bytes, units: Iterable[str]) -> Linked:
    """The rows of these homes, each with the link of its placement."""
    here = sorted(units)
    placements, events = (
        frame.filter(pl.col("unit").is_in(here)) for frame in (registers.placements, registers.events)
    )
    links = _links(link_key, [placements, events])
    in_place = pl.col("placement").replace_strict(links, default=None, return_dtype=pl.String).alias("link")
    return Linked(placements.with_columns(in_place), events.with_columns(in_place))


def _links(link_key: bytes, frames: Sequence[pl.DataFrame]) -> dict[str, str]:
    names = {one for frame in frames for one in frame["placement"].unique() if one}
    return {name: pseudonyms.link(link_key, name) for name in sorted(names)}


def quarter_of(column: str) -> pl.Expr:
    """The quarter of a day, ``2026K3``."""
    day = pl.col(column).dt
    return pl.concat_str(day.year(), pl.lit("K"), day.quarter())


def members(one: Set, rows: Linked, until: str) -> pl.DataFrame:
    """unit, quarter, link, days: who stands in which quarter; events of nobody keep their row without a link."""
    if one.block == "presence":
        return _present(rows.placements, until)
    asked = rows.of("events" if one.block == "events" else "placements")
    if one.where:
        asked = asked.filter(blocks.chosen(one.indicators[0]))
    day = DAYS[one.block]
    quarters = asked.filter(pl.col(day).is_not_null()).select(
        "unit", quarter_of(day).alias("quarter"), "link", pl.lit(None, pl.Int64).alias("days")
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
