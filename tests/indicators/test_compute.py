from __future__ import annotations

import datetime as dt

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup import content
from hvb_followup.frames import ANSWERS, FROZEN
from hvb_followup.indicators import compute, model

SAFE = content.read().indicator("U01")
WORST = content.read().indicator("U01w")
SCHEMA = ANSWERS.with_columns({"safe_here": pl.String}).columns


def answers(*rows: tuple[str, str, str, str], **changed: object) -> pl.DataFrame:
    """Rows of link, half-year, edition and answer, all in one home."""
    ordinary = {"unit": "H1", "family": "ung-upplevelse", "major": 1, "age_band": "15–17", "moment": ""}
    ordinary |= {"language": "sv", "mode": "web", **changed}
    return pl.DataFrame(
        [{**ordinary, "link": a, "half_year": b, "edition": c, "safe_here": d} for a, b, c, d in rows],
        schema=SCHEMA,
    )


def frozen(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=FROZEN.columns, orient="row")


def test_the_two_best_of_four_count_and_only_the_first_of_the_easy_ones():
    """R7 U3."""
    marked = compute.marks(
        SAFE,
        answers(
            ("a", "2026H1", "standard", "very"),
            ("b", "2026H1", "standard", "quite"),
            ("c", "2026H1", "standard", "not_very"),
            ("d", "2026H1", "easy", "very"),
            ("e", "2026H1", "easy", "not_very"),
            ("f", "2026H1", "standard", "skipped"),
            ("g", "2026H1", "standard", "refused"),
        ),
    )
    assert marked.select("link", "num", "den").rows() == [
        ("a", 1, 1),
        ("b", 1, 1),
        ("c", 0, 1),
        ("d", 1, 1),
        ("e", 0, 1),
        ("f", 0, 0),
        ("g", 0, 0),
    ]


def test_answers_of_other_families_and_majors_are_left_out():
    rows = ("a", "2026H1", "standard", "very")
    assert compute.marks(SAFE, answers(rows, family="personal")).is_empty()
    assert compute.marks(SAFE, answers(rows, major=2)).is_empty()


def test_an_answer_that_is_not_there_is_neither_counted_nor_lost():
    frame = answers(("a", "2026H1", "standard", "very")).with_columns(
        pl.lit(None, pl.String).alias("safe_here")
    )
    assert compute.marks(SAFE, frame).select("num", "den").rows() == [(0, 0)]


def test_where_keeps_a_person_out_of_the_denominator_and_in_the_rows():
    narrowed = msgspec.structs.replace(SAFE, where="safe_here != 'not'")
    marked = compute.marks(
        narrowed, answers(("a", "2026H1", "standard", "not"), ("b", "2026H1", "standard", "very"))
    )
    assert marked.select("num", "den").rows() == [(0, 0), (1, 1)]


def test_the_last_moment_of_a_half_year_stands_for_the_person():
    late = answers(("a", "2026H1", "standard", "very"), moment="exit")
    early = answers(("a", "2026H1", "standard", "not"), moment="start")
    for frame in (pl.concat([late, early]), pl.concat([early, late])):
        assert compute.marks(SAFE, frame)["num"].to_list() == [1]


def test_a_person_counts_once_in_an_atom_with_her_latest_answer():
    marked = compute.marks(
        SAFE,
        answers(
            ("a", "2026H2", "standard", "not"),
            ("a", "2026H1", "standard", "very"),
            ("b", "2026H1", "standard", "very"),
        ),
    )
    placed = frozen(("k1", "H1", "2026H1", "a"), ("k1", "H1", "2026H2", "a"), ("k1", "H1", "2026H1", "b"))
    assert compute.values(marked, placed).rows() == [("U01", "k1", 2, 2, 1)]


def test_a_latest_answer_that_was_skipped_does_not_bring_back_an_older_one():
    marked = compute.marks(
        SAFE, answers(("a", "2026H1", "standard", "very"), ("a", "2026H2", "standard", "skipped"))
    )
    placed = frozen(("k1", "H1", "2026H1", "a"), ("k1", "H1", "2026H2", "a"))
    assert compute.values(marked, placed).rows() == [("U01", "k1", 1, 0, 0)]


def test_in_two_atoms_a_person_counts_in_each():
    marked = compute.marks(
        SAFE, answers(("a", "2026H1", "standard", "very"), ("a", "2026H2", "standard", "not"))
    )
    placed = frozen(("k1", "H1", "2026H1", "a"), ("k2", "H1", "2026H2", "a"))
    assert compute.values(marked, placed).rows() == [("U01", "k1", 1, 1, 1), ("U01", "k2", 1, 1, 0)]


def test_answers_that_lie_in_no_atom_are_in_no_value():
    marked = compute.marks(SAFE, answers(("a", "2026H1", "standard", "very")))
    assert compute.values(marked, frozen()).is_empty()
    assert compute.values(marked, frozen(("k1", "H2", "2026H1", "a"))).is_empty()


def test_the_national_remainder_names_no_home():
    marked = compute.marks(SAFE, answers(("a", "2026H1", "standard", "very")))
    assert compute.values(marked, frozen(("n1", "", "2026H1", "a"))).rows() == [("U01", "n1", 1, 1, 1)]


@pytest.mark.parametrize(
    ("invited", "counted", "share"), [(8, 6, 0.75), (8, 0, 0.0), (0, 0, None), (5, 5, 1.0)]
)
def test_response_is_counted_of_invited(invited, counted, share):
    assert compute.response(invited, counted) == share


@pytest.mark.parametrize(("invited", "counted"), [(5, 6), (5, -1)])
def test_more_answers_than_codes_is_no_response(invited, counted):
    with pytest.raises(ValueError, match="invited"):
        compute.response(invited, counted)


def test_the_response_is_not_computed_from_answers():
    with pytest.raises(ValueError, match="Q01"):
        compute.marks(content.read().indicator("Q01"), answers())


ROW = st.tuples(
    st.sampled_from("abcdefg"),
    st.sampled_from(["2025H2", "2026H1", "2026H2"]),
    st.sampled_from(["standard", "easy"]),
    st.sampled_from(["very", "quite", "not_very", "not", "skipped"]),
)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(ROW, unique_by=lambda row: row[:2], max_size=15), turn=st.randoms())
def test_values_are_what_counting_by_hand_gives_in_any_order(rows, turn):
    turn.shuffle(rows)
    links = sorted({(half, link) for link, half, _, _ in rows})
    placed = frozen(*[("k1" if half == "2025H2" else "k2", "H1", half, link) for half, link in links])
    latest: dict[tuple[str, str], tuple[str, str, str]] = {}
    for link, half, edition, code in sorted(rows, key=lambda row: row[1]):
        latest["k1" if half == "2025H2" else "k2", link] = (half, edition, code)
    expected = []
    for atom in sorted({atom for atom, _ in latest}):
        mine = [value for (where, _), value in latest.items() if where == atom]
        n = [code for _, _, code in mine if code != "skipped"]
        x = [1 for _, edition, code in mine if code == "very" or (code == "quite" and edition == "standard")]
        expected.append(("U01", atom, len(mine), len(n), len(x)))
    assert compute.values(compute.marks(SAFE, answers(*rows)), placed).rows() == expected


@settings(max_examples=25, deadline=None)
@given(
    rows=st.lists(ROW, unique_by=lambda row: row[:2], max_size=15),
    moment=st.sampled_from(["start", "exit"]),
    major=st.sampled_from([1, 2]),
)
def test_many_indicators_in_one_look_are_what_each_is_alone(rows, moment, major):
    other = [(link, half, edition, "not") for link, half, edition, _ in rows[::2]]
    frame = pl.concat([answers(*rows, moment="follow_up"), answers(*other, moment=moment, major=major)])
    placed = frozen(*[(f"k{half[:4]}", "H1", half, link) for link, half, _, _ in rows])
    asked = [
        SAFE,
        WORST,
        msgspec.structs.replace(SAFE, id="U99", majors=(1, 2), where="safe_here != 'quite'"),
    ]
    alone = [compute.values(compute.marks(one, frame), placed) for one in asked]
    together = compute.values_of(asked, frame, placed)
    assert together.rows() == pl.concat(alone).sort("indicator", "atom").rows()
    assert together.schema == alone[0].schema


def test_of_no_indicators_there_are_no_values():
    assert compute.values_of([], answers(), frozen()).is_empty()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"smallest_n": 9}, "smallest_n"),
        ({"sensitivity": 2, "lowest_level": "provider", "smallest_n": 20}, "smallest_n"),
        ({"sensitivity": 2, "smallest_n": 21}, "lowest_level"),
        ({"checked_by": "metodansvarig"}, "checked_by"),
        ({"next_review_on": dt.date(2026, 11, 22)}, "next_review_on"),
        ({"example": ()}, "example"),
        ({"change": ()}, "change"),
        ({"numerator": ""}, "numerator"),
        ({"kind": "response", "numerator": "", "denominator": "", "example": ()}, "example"),
        ({"paired_with": "U01"}, "paired_with"),
        ({"title": model.Text(sv="Trygg", en="")}, "title"),
        ({"id": "trygg"}, "id"),
        ({"majors": ()}, "majors"),
    ],
)
def test_a_definition_that_leaves_out_or_contradicts_is_found(change, where):
    found = model.problems(msgspec.structs.replace(SAFE, **change), "f")
    assert [problem.where for problem in found] == [f"f: $.{where}"]


def test_a_review_is_overdue_the_day_after_its_date():
    assert model.overdue(SAFE, dt.date(2027, 11, 22), "f") == ()
    assert [p.code for p in model.overdue(SAFE, dt.date(2027, 11, 23), "f")] == ["review-overdue"]
