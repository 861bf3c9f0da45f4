"""Half-years and the days of Stockholm."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup import periods
from hvb_followup.waves.schedule import open_half_year, window

HALF_YEARS = st.builds(lambda year, half: f"{year}H{half}", st.integers(1900, 2100), st.integers(1, 2))


@given(HALF_YEARS, st.integers(-50, 50))
def test_a_step_forth_and_back_leads_home(half_year: str, steps: int) -> None:
    there = periods.shift(half_year, steps)
    assert periods.shift(there, -steps) == half_year
    assert periods.half_years_between(half_year, there) == steps


@given(HALF_YEARS)
def test_half_years_lie_side_by_side_without_a_gap(half_year: str) -> None:
    first, last = periods.first_day(half_year), periods.last_day(half_year)
    assert periods.half_year_of(first) == periods.half_year_of(last) == half_year
    assert last + dt.timedelta(days=1) == periods.first_day(periods.shift(half_year, 1))


@pytest.mark.parametrize(
    "text",
    ["2026", "2026H3", "2026h1", "2026H1 ", " 2026H1", "26H1", "2026H1\n", "2026K1", "", "2026H²", "٢٠٢٦H1"],
)
def test_what_is_no_half_year_is_refused(text: str) -> None:
    assert not periods.is_half_year(text)
    with pytest.raises(ValueError, match="half-year"):
        periods.half_year_number(text)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-06-30T21:59:59+00:00", "2026-06-30"),
        ("2026-06-30T22:00:00+00:00", "2026-07-01"),  # summer: two hours before midnight in London
        ("2026-12-31T22:59:59+00:00", "2026-12-31"),
        ("2026-12-31T23:00:00+00:00", "2027-01-01"),
        ("2026-10-25T00:30:00+00:00", "2026-10-25"),  # the night with two half past two
        ("2026-10-25T01:30:00+00:00", "2026-10-25"),
    ],
)
def test_a_day_is_a_day_in_stockholm(instant: str, day: str) -> None:
    assert periods.local_day(dt.datetime.fromisoformat(instant)).isoformat() == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        periods.local_day(dt.datetime(2026, 1, 1))  # noqa: DTZ001 – that is the point


@given(HALF_YEARS)
def test_a_wave_opens_and_closes_within_its_half_year_and_never_in_the_doubled_hour(half_year: str) -> None:
    times = window(half_year)
    assert periods.first_day(half_year) <= periods.local_day(times.opens_at)
    assert periods.local_day(times.last_moment) <= periods.last_day(half_year)
    assert times.closes_at.astimezone(periods.STOCKHOLM).hour not in (2, 3)
    assert open_half_year(times.opens_at) == open_half_year(times.last_moment) == half_year
    assert open_half_year(times.closes_at) is None
    assert open_half_year(times.opens_at - dt.timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("period", "first", "last", "numbers"),
    [
        ("2026K1", "2026-01-01", "2026-03-31", (0, 0)),
        ("2026K4", "2026-10-01", "2026-12-31", (3, 3)),
        ("2026H1", "2026-01-01", "2026-06-30", (0, 1)),
        ("2026H2", "2026-07-01", "2026-12-31", (2, 3)),
    ],
)
def test_quarters_and_half_years_share_one_count_of_quarters(period, first, last, numbers):
    assert (str(periods.first_day(period)), str(periods.last_day(period))) == (first, last)
    start = periods.first_quarter("2026K1")
    assert (periods.first_quarter(period) - start, periods.last_quarter(period) - start) == numbers
    assert periods.quarter_of(periods.first_day(period)) == periods.quarter_from_number(start + numbers[0])


def test_quarters_between_looks_at_the_ends():
    assert periods.quarters_between("2026K2", "2026H1") == 0
    assert periods.quarters_between("2026K3", "2026H1") == -1
    assert periods.quarters_between("2024H1", "2026H1") == 8


@pytest.mark.parametrize("text", ["2026K5", "2026K0", "2026H1", "26K1", ""])
def test_what_is_no_quarter(text):
    assert not periods.is_quarter(text)
