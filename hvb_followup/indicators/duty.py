"""What homes have done of what they owe after each wave (class C): whole numbers, all waves, nobody's answer."""

from __future__ import annotations

import datetime as dt

import polars as pl

from hvb_followup.frames import FEEDBACK
from hvb_followup.indicators.expressions import parse
from hvb_followup.indicators.model import Example, Indicator

_EXAMPLE = {"unit": "H", "provider": "P", "lan": "", "is_own": False, "half_year": "2026H1"}
_EXAMPLE_DAY = dt.date(2026, 6, 1)


def counts(indicator: Indicator, waves: pl.DataFrame) -> tuple[int, int]:
    """``(n, x)``: how many waves of FEEDBACK there are, and for how many of them it was done."""
    return waves.height, int(waves.select(parse(indicator.numerator).fill_null(False).sum()).item())


def run_example(indicator: Indicator, example: Example) -> tuple[int, int]:
    """``(n, x)`` of an example's waves."""
    rows = [{"closed_on": _EXAMPLE_DAY, **_EXAMPLE, **row} for row in example.rows]
    known = [{name: row.get(name) for name in FEEDBACK.columns} for row in rows]
    return counts(indicator, pl.DataFrame(known, schema=pl.Schema(FEEDBACK.columns)))
