"""The linear programs of the audit, against a published table and against counting everything."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup.disclosure.bounds import attainable

# A two-way table with cells suppressed (from sdcTable's tests): what the margins give away.
TABLE = {
    "w": {"a": 30, "b": 47, "c": 64, "d": 89},
    "x": {"a": 90, "b": 124, "c": 5, "d": 31},
    "y": {"a": 92, "b": 100, "c": 59, "d": 85},
    "z": {"a": 800, "b": 991, "c": 651, "d": 685},
}
SUPPRESSED = {
    "wa": (25, 94), "wb": (47, 47), "wc": (0, 69), "xa": (26, 95), "xc": (0, 69),
    "yb": (0, 185), "yd": (0, 185), "zb": (906, 1091), "zd": (585, 770),
}  # fmt: skip


def test_a_suppressed_table_gives_the_ranges_its_authors_found() -> None:
    cells = {row + column: value for row, line in TABLE.items() for column, value in line.items()}
    margins = [[row + column for column in "abcd"] for row in TABLE]
    margins += [[row + column for row in TABLE] for column in "abcd"]
    sums = []
    for margin in margins:
        hidden = frozenset(cell for cell in margin if cell in SUPPRESSED)
        total = sum(cells[cell] for cell in hidden)
        sums.append((hidden, (total, total)))
    assert attainable(dict.fromkeys(SUPPRESSED, (0, 5000)), sums) == SUPPRESSED


def test_two_of_whom_one_at_least_said_so_may_each_be_either() -> None:
    boxes = {"a": (0, 1), "b": (0, 1), "c": (0, 1)}
    assert attainable(boxes, [(frozenset("ab"), (1, 2))]) == {"a": (0, 1), "b": (0, 1)}
    assert attainable(boxes, [(frozenset("ab"), (2, 2))]) == {"a": (1, 1), "b": (1, 1)}
    assert attainable(boxes, [(frozenset("abc"), (0, 1))]) == dict.fromkeys("abc", (0, 1))


boxes_and_counts = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2)).flatmap(
        lambda box: st.tuples(st.just((box[0], box[0] + box[1])), st.integers(box[0], box[0] + box[1]))
    ),
    min_size=2,
    max_size=5,
)


@settings(deadline=None, max_examples=60)
@given(boxes_and_counts, st.lists(st.sets(st.integers(0, 4), min_size=1), min_size=1, max_size=3))
def test_the_range_holds_every_value_that_some_table_allows(
    table: list[tuple[tuple[int, int], int]], chosen: list[set[int]]
) -> None:
    boxes = {str(number): box for number, (box, _) in enumerate(table)}
    sums = []
    for numbers in chosen:
        ids = frozenset(str(number) for number in numbers if number < len(table))
        x = sum(table[int(one)][1] for one in ids)
        sums.append((ids, (x, x)))
    worlds = [
        world
        for world in product(*(range(low, high + 1) for low, high in boxes.values()))
        if all(sum(world[int(one)] for one in ids) == interval[0] for ids, interval in sums)
    ]
    for one, (least, greatest) in attainable(boxes, sums).items():
        values = {world[int(one)] for world in worlds}
        # A relaxation may allow more than whole numbers do, never less; it is exact for one sum.
        assert least <= min(values)
        assert max(values) <= greatest
        if len({ids for ids, _ in sums}) == 1:
            assert (least, greatest) == (min(values), max(values))


@pytest.mark.parametrize(("told", "reached"), [(10, (5, 5)), (9, (4, 5)), (8, (4, 4))])
def test_a_sum_at_its_end_tells_everyone(told: int, reached: tuple[int, int]) -> None:
    found = attainable({"A": (4, 5), "B": (4, 5)}, [(frozenset("AB"), (told, told))])
    assert found == {"A": reached, "B": reached}


def test_sums_that_contradict_each_other_leave_no_value() -> None:
    found = attainable({"A": (4, 5)}, [(frozenset("A"), (7, 7))])
    assert found == {"A": (1, 0)}
