"""What homes have done of what they owe after each wave (class C): whole numbers, all waves, nobody's answer."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import polars as pl

from hvb_followup.frames import FEEDBACK
from hvb_followup.indicators.expressions import parse
from hvb_followup.indicators.model import Example, Indicator

_EXAMPLE = {"unit": "H", "provider": "P", "lan": "", "is_own": False, "half_year": "2026H1"}
_EXAMPLE_DAY = dt.date(2026, 6, 1)


class Tally(NamedTuple):
    """How many waves there are, for how many of them it was done, and the first and last half-year."""

    n: int
    x: int
    first: str
    last: str


def tallies(indicator: Indicator, waves: pl.DataFrame, *columns: str) -> dict[tuple[Any, ...], Tally]:
    """Of the waves of FEEDBACK, by what these columns hold; without columns all under ``()``. None of no waves."""
    counted = (
        pl.len().alias("n"),
        parse(indicator.numerator).fill_null(False).sum().alias("x"),
        pl.col("half_year").min().alias("first"),
        pl.col("half_year").max().alias("last"),
    )
    found = waves.group_by(columns).agg(counted) if columns else waves.select(counted)
    rows = found.select(*columns, "n", "x", "first", "last").iter_rows()
    return {row[:-4]: Tally(*row[-4:]) for row in rows if row[-4]}


def run_example(indicator: Indicator, example: Example) -> tuple[int, int]:
    """``(n, x)`` of an example's waves."""
    rows = [{"closed_on": _EXAMPLE_DAY, **_EXAMPLE, **row} for row in example.rows]
    known = [{name: row.get(name) for name in FEEDBACK.columns} for row in rows]
    found = tallies(indicator, pl.DataFrame(known, schema=pl.Schema(FEEDBACK.columns)))
    return found[()][:2] if found else (0, 0)
