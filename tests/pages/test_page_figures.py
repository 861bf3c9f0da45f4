"""The geometry of an interval bar and the spelling of numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup.pages import bar
from hvb_followup.pages.figures import count_words, interval_words, number_words, percent_words, period_words


def test_a_bar_lies_where_its_numbers_say() -> None:
    geometry = bar(25.0, 75.0, 4, 6, 10, width=200)
    assert (geometry.interval_x, geometry.interval_width) == (50.0, 100.0)
    assert (geometry.count_x, geometry.count_width) == (80.0, 40.0)


@pytest.mark.parametrize(("x", "at"), [(0, 0.0), (5, 98.0), (10, 196.0)])
def test_an_exact_count_is_still_wide_enough_to_see_and_inside_the_bar(x: int, at: float) -> None:
    geometry = bar(0.0, 100.0, x, x, 10, width=200)
    assert (geometry.count_x, geometry.count_width) == (at, 4.0)


@given(
    ends=st.tuples(st.floats(0, 100), st.floats(0, 100)),
    counts=st.tuples(st.integers(0, 500), st.integers(0, 500), st.integers(1, 500)),
    width=st.integers(40, 1000),
)
def test_no_part_of_a_bar_ever_reaches_outside_it(
    ends: tuple[float, float], counts: tuple[int, int, int], width: int
) -> None:
    n = counts[2]
    x_lo, x_hi = sorted(min(count, n) for count in counts[:2])
    geometry = bar(min(ends), max(ends), x_lo, x_hi, n, width)
    for x, wide in (
        (geometry.interval_x, geometry.interval_width),
        (geometry.count_x, geometry.count_width),
    ):
        assert wide >= 4
        assert x >= 0
        assert x + wide <= width + 0.11


@pytest.mark.parametrize(
    "numbers", [(50.0, 40.0, 1, 2, 10), (0.0, 101.0, 1, 2, 10), (0.0, 50.0, 3, 2, 10), (0.0, 0.0, 0, 0, 0)]
)
def test_numbers_that_are_no_interval_draw_no_bar(numbers: tuple[float, float, int, int, int]) -> None:
    with pytest.raises(ValueError, match="interval bar"):
        bar(*numbers)


@pytest.mark.parametrize(
    ("x_lo", "x_hi", "n", "says"),
    [
        (17, 19, 30, "17–19 av 30"),
        (9, 10, 10, "minst 9 av 10"),
        (0, 1, 10, "högst 1 av 10"),
        (4, 4, 10, "4 av 10"),
        (0, 10, 10, "0–10 av 10"),
        (1200, 1300, 6412, "1 200–1 300 av 6 412"),
    ],
)
def test_a_coarse_count_is_said_as_a_person_would(x_lo: int, x_hi: int, n: int, says: str) -> None:
    assert count_words(x_lo, x_hi, n).replace("\u00a0", " ") == says


def test_numbers_are_spelled_as_in_swedish() -> None:
    assert number_words(6412) == "6\u00a0412"
    assert percent_words(2.5) == "3\u00a0%"
    assert interval_words(64.4, 97.5) == "64–98\u00a0%"
    assert interval_words(0.0, 0.0) == "0\u00a0%"
    assert interval_words(30.0000000001, 69.9999999999) == "30–70\u00a0%"


@pytest.mark.parametrize(
    ("first", "last", "says"),
    [
        ("2025H1", "2026H2", "jan 2025–dec 2026"),
        ("2025H2", "2025H2", "jul 2025–dec 2025"),
        ("2026H1", "2026H1", "jan 2026–jun 2026"),
    ],
)
def test_half_years_are_said_as_months(first: str, last: str, says: str) -> None:
    assert period_words(first, last).replace("\u00a0", " ") == says
