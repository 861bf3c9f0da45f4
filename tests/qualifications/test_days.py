"""Months are added as statutes count them."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup.periods import months_after
from hvb_followup.qualifications.days import Span, runs
from tests.qualifications.people import day


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-15", 6, "2026-07-15"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2023-08-29", 6, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 6, "2024-08-29"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
    ],
)
def test_months_are_added_and_short_months_end_early(start: str, months: int, end: str) -> None:
    assert months_after(day(start), months) == day(end)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 1, 1)), st.integers(-60, 60))
def test_polars_counts_months_alike(start: dt.date, months: int) -> None:
    witness = pl.Series([start]).dt.offset_by(f"{months}mo").item()
    assert months_after(start, months) == witness


@given(st.sets(st.integers(0, 40)))
def test_runs_hold_exactly_the_days_they_were_made_of(numbers: set[int]) -> None:
    start = dt.date(2026, 1, 1)
    days = sorted(start + dt.timedelta(days=number) for number in numbers)
    found = runs(days)
    every = [start + dt.timedelta(days=number) for number in range(41)]
    assert [one for one in every if any(span.covers(one) for span in found)] == days
    # Spans that touch would be one.
    gaps = [second.from_on - (first.to_on or start) for first, second in pairwise(found)]
    assert all(gap > dt.timedelta(days=1) for gap in gaps)


def test_a_span_without_an_end_goes_on() -> None:
    assert Span(from_on=day("2026-01-01")).covers(day("2100-01-01"))
    assert not Span(from_on=day("2026-01-01")).covers(day("2025-12-31"))
