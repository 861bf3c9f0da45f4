"""Windows of a trend share no answers, and hold what was really there, whatever the releases let be seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup.pages.model import Figure
from hvb_followup.pages.trends import added
from hvb_followup.periods import shift

FIRST = "2020H1"


def figure(first: str, last: str, n: int, x_lo: int, x_hi: int) -> Figure:
    return Figure(
        indicator="U01", level="nation", whose="SE", period_from=first, period_to=last,
        n=n, x_lo=x_lo, x_hi=x_hi, lo=0.0, hi=100.0, value=50.0, flags=() if x_lo == x_hi else ("g",),
    )  # fmt: skip


def published(groups: list[tuple[int, int, int]], exact: set[int]) -> dict[str, Figure]:
    """What is released after each half-year of the last four groups of (n, x_lo, x_hi); exact: the middle."""
    found = {}
    for at in range(len(groups)):
        window = groups[max(0, at - 3) : at + 1]
        n, low, high = (sum(one[k] for one in window) for k in range(3))
        if at in exact:
            low = high = sum((one[1] + one[2]) // 2 for one in window)
        half_year = shift(FIRST, at)
        found[half_year] = figure(shift(FIRST, max(0, at - 3)), half_year, n, low, high)
    return found


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([(100, 60, 70)], [("2020H1", 100, 60, 70)]),
        ([(100, 60, 70), (200, 150, 160)], [("2020H1", 100, 60, 70), ("2020H2", 200, 150, 160)]),
        (
            [(100, 10, 12)] * 4 + [(300, 200, 210), (150, 0, 9)],
            [(shift(FIRST, at), 100, 10, 12) for at in range(4)]
            + [("2022H1", 300, 200, 210), ("2022H2", 150, 0, 9)],
        ),
    ],
)
def test_what_each_half_year_added_is_found_again_also_when_the_window_has_slid(
    groups: list[tuple[int, int, int]], expected: list[tuple[Any, ...]]
) -> None:
    assert [(one.last, one.n, one.x_lo, one.x_hi) for one in added(published(groups, set()))] == expected


def test_a_window_of_fewer_than_a_hundred_waits_for_the_next() -> None:
    found = added(published([(60, 30, 31), (60, 30, 31), (99, 1, 2)], set()))
    assert [(one.first, one.last, one.n) for one in found] == [("2020H1", "2020H2", 120)]


def test_nothing_is_told_apart_where_the_first_release_holds_older_answers_or_a_half_year_is_missing() -> (
    None
):
    told = published([(100, 60, 70)] * 3, set())
    old = {**told, FIRST: figure("2019H2", FIRST, 100, 60, 70)}
    assert added(old) == ()
    gap = {half_year: one for half_year, one in told.items() if half_year != "2020H2"}
    assert [one.last for one in added(gap)] == [FIRST]


groups = st.lists(
    st.tuples(st.integers(100, 400), st.integers(0, 50), st.integers(0, 50)).map(
        lambda one: (one[0], one[1], one[1] + one[2])
    ),
    min_size=1,
    max_size=9,
)


@given(groups, st.sets(st.integers(0, 8)))
def test_every_window_holds_what_was_there_whichever_sums_were_told_exactly(
    groups: list[tuple[int, int, int]], exact: set[int]
) -> None:
    found = added(published(groups, exact))
    assert sum(one.n for one in found) == sum(one[0] for one in groups)
    for window, (n, low, high) in zip(found, groups, strict=True):
        assert window.n == n
        assert window.x_lo <= (low + high) // 2 <= window.x_hi
