"""The audit of staff figures held against figures written by hand, each class at its very edge (DESIGN §4.6–4.7)."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from hvb_followup.disclosure.staff import Heads, Kind, StaffFigure
from hvb_followup.disclosure.staff_audit import StaffLedger, audit_staff

replace = msgspec.structs.replace
NOW, LATER = "2026H1", "2026H2"


def told(
    n: int, band: str, lowest: int, highest: int, kind: Kind = "heads", as_of: str = NOW, **more: object
) -> StaffFigure:
    """A class told of one home."""
    one = StaffFigure(
        indicator="P01", kind=kind, level="unit", place="H1", release=as_of, band=band, as_of=as_of
    )
    return replace(one, n=n, lowest=lowest, highest=highest, **more)


def found(*figures: StaffFigure, **more: object) -> set[str]:
    """The rules that these figures break."""
    return {one.rule for one in audit_staff(StaffLedger(figures=figures, **more))}  # type: ignore[arg-type]


# All classes of some sizes: heads of whom so many may meet the rule.
HEADS = (
    (5, "all", 5, 5),
    (5, "missing:one-two", 3, 4),
    (5, "missing:three-", 0, 2),
    (9, "missing:one-two", 7, 8),
    (9, "missing:three-", 0, 6),
    (10, "all", 10, 10),
    (10, "missing:1-2", 8, 9),
    (10, "missing:3-5", 5, 7),
    (10, "missing:6-", 0, 4),
    (19, "missing:3-5", 14, 16),
    (19, "missing:6-", 0, 13),
    (20, "all", 20, 20),
    (20, "share:0-2", 0, 3),
    (20, "share:2-3", 4, 5),
    (20, "share:9-10", 18, 19),
    (25, "share:0-2", 0, 4),
    (25, "share:2-3", 5, 7),
    (25, "share:8-9", 20, 22),
)


@pytest.mark.parametrize("kind", ["heads", "what_if"])
@pytest.mark.parametrize(("n", "band", "lowest", "highest"), HEADS)
def test_a_class_of_heads_is_that_class_and_no_other(
    n: int, band: str, lowest: int, highest: int, kind: Kind
) -> None:
    known = {"heads": {"P01": (Heads(unit="H1", half_year=NOW, bound=frozenset(), met=frozenset()),)}}
    assert found(told(n, band, lowest, highest, kind), **known) == set()
    for wrong in (
        told(n, band, lowest - 1, highest, kind),
        told(n, band, lowest + 1, highest, kind),
        told(n, band, lowest, highest - 1, kind),
        told(n, band, lowest, highest + 1, kind),
        told(n, "", lowest, highest, kind),
    ):
        assert "staff-class" in found(wrong, **known), wrong


def test_heads_are_told_in_the_classes_of_their_own_number() -> None:
    """Nine in the classes of ten, ten in those of nine, nineteen in those of twenty, twenty in those of nineteen."""
    assert found(told(9, "missing:1-2", 7, 8)) == {"staff-class"}
    assert found(told(10, "missing:one-two", 8, 9)) == {"staff-class"}
    assert found(told(19, "share:2-3", 4, 5)) == {"staff-class"}
    assert found(told(20, "missing:1-2", 18, 19)) == {"staff-class"}


def test_four_heads_are_told_in_no_class() -> None:
    assert found(told(4, "all", 4, 4)) == {"staff-few", "staff-class"}
    assert found(told(0, "all", 0, 0)) == {"staff-few", "staff-class"}
    assert found(told(5, "all", 5, 5)) == set()


@pytest.mark.parametrize(
    "more",
    [
        {"n": 0},
        {"lowest": 0},
        {"highest": 0},
        {"looked_on": dt.date(2026, 1, 1)},
        {"band": "all"},
        {"as_of": NOW},
        {"homes": ("H1",)},
        {"counts": (("law:all", 1),)},
    ],
    ids=str,
)
def test_a_silence_says_its_reason_and_nothing_else(more: dict[str, object]) -> None:
    silent = StaffFigure(indicator="P01", kind="heads", level="unit", place="H1", release=NOW, status="..")
    assert found(silent) == set()
    assert found(replace(silent, **more)) == {"staff-withheld"}


def test_of_the_manager_it_is_told_that_it_is_shown_or_not() -> None:
    one = StaffFigure(
        indicator="P03", kind="manager", level="unit", place="H1", release=NOW, band="shown", as_of=NOW
    )
    looked_on = dt.date(2026, 1, 1)
    assert found(one) == found(replace(one, looked_on=looked_on)) == set()
    assert found(replace(one, band="not_shown")) == set()
    assert found(replace(one, band="not_shown", looked_on=looked_on)) == {"staff-manager"}
    assert found(replace(one, band="all")) == {"staff-manager"}
    assert found(one, replace(one, band="not_shown")) == set(), "a home may show it later in the half-year"


def test_hours_of_one_home_are_found() -> None:
    assert found(told(96000, "share:7-8", 67200, 76799, "hours")) == {"staff-hours-unit"}


# Engaged summed over twelve months; a class, and how many may have left.
LEFT = (
    (72, "left:0-1", 0, 1),
    (72, "left:2-3", 2, 3),
    (72, "left:4-", 4, 5),
    (119, "left:4-", 4, 14),
    (120, "left:0-1", 0, 1),
    (120, "left:2-3", 2, 3),
    (120, "left:4-6", 4, 6),
    (120, "left:7-", 7, 8),
    (239, "left:4-6", 4, 6),
    (240, "turn:0-1", 0, 1),
    (240, "turn:4-5", 8, 9),
    (240, "turn:5-", 10, 20),
)


@pytest.mark.parametrize(("summed", "band", "lowest", "highest"), LEFT)
def test_a_class_of_turnover_is_that_class_and_no_other(
    summed: int, band: str, lowest: int, highest: int
) -> None:
    assert found(told(summed, band, lowest, highest, "turnover")) == set()
    assert "staff-class" in found(told(summed, band, lowest, lowest, "turnover"))
    if lowest:
        assert "staff-class" in found(told(summed, band, lowest - 1, highest, "turnover"))
    if not band.endswith("-"):
        assert "staff-class" in found(told(summed, band, lowest, highest + 1, "turnover"))
    if summed < 240:
        assert "staff-class" in found(told(summed, "turn:0-1", lowest, highest, "turnover"))
        assert "staff-class" in found(told(summed, band, lowest + 1, highest + 1, "turnover"))


def test_turnover_of_fewer_than_six_is_found() -> None:
    assert found(told(71, "left:2-3", 2, 3, "turnover")) >= {"staff-few"}
    assert "staff-few" not in found(told(72, "left:2-3", 2, 3, "turnover"))
    assert found(told(0, "", 0, 0, "turnover")) >= {"staff-few", "staff-class"}


def test_a_home_is_told_in_one_class_a_half_year() -> None:
    one, other = told(9, "missing:one-two", 7, 8), told(9, "missing:three-", 0, 6)
    known = {"heads": {"P01": tuple(_people(half_year, 9, 9) for half_year in (NOW, LATER))}}
    assert "staff-twice" in found(one, other, **known)
    assert "staff-twice" not in found(one, one, **known)
    for apart in ({"indicator": "P02"}, {"place": "H2"}, {"as_of": LATER, "release": LATER}):
        assert "staff-twice" not in found(one, replace(other, **apart), **known), apart
    of_more = [replace(figure, level="provider", place="P1") for figure in (one, other)]
    assert "staff-twice" not in found(*of_more, **known)


def _people(half_year: str, n: int, stayed: int) -> Heads:
    """So many people, of whom the first are there in every half-year."""
    names = [f"s{number}" for number in range(stayed)]
    names += [f"{half_year}-{number}" for number in range(stayed, n)]
    return Heads(unit="H1", half_year=half_year, bound=frozenset(names), met=frozenset())


# Two classes of a home, who stayed in between, and whether together they say how one who came or left is.
TWO_CLASSES = (
    (
        (5, "missing:one-two", 3, 4),
        (6, "missing:three-", 0, 3),
        5,
        True,
    ),  # two stayed and are missing: so is she
    ((5, "missing:one-two", 3, 4), (6, "missing:one-two", 4, 5), 5, False),
    ((5, "missing:one-two", 3, 4), (6, "all", 6, 6), 5, False),  # those who stayed have changed
    ((6, "missing:three-", 0, 3), (5, "missing:one-two", 3, 4), 5, True),  # the one who left was missing
    ((6, "missing:one-two", 4, 5), (5, "all", 5, 5), 5, True),
    ((5, "all", 5, 5), (6, "missing:one-two", 4, 5), 5, True),  # only the new one can be missing
    ((5, "all", 5, 5), (7, "missing:one-two", 5, 6), 5, False),  # one of two, or both
    ((7, "missing:one-two", 5, 6), (5, "all", 5, 5), 5, False),
    ((5, "all", 5, 5), (8, "missing:three-", 0, 5), 5, True),  # three came and all are missing
    ((5, "all", 5, 5), (5, "all", 5, 5), 5, False),
    ((9, "missing:three-", 0, 6), (9, "missing:one-two", 7, 8), 0, False),
    ((9, "missing:three-", 0, 6), (9, "missing:one-two", 7, 8), 8, True),  # at most two stayed so: her too
)


@pytest.mark.parametrize(("before", "after", "stayed", "is_found"), TWO_CLASSES)
def test_two_classes_that_say_how_one_person_is_are_found(
    before: tuple[int, str, int, int], after: tuple[int, str, int, int], stayed: int, is_found: bool
) -> None:
    people = _people(NOW, before[0], stayed), _people(LATER, after[0], stayed)
    figures = told(*before), told(*after, as_of=LATER)
    assert ("staff-person" in found(*figures, heads={"P01": people})) is is_found
    # A class that is told again of the older half-year says nothing more.
    kept = replace(figures[0], release=LATER)
    assert "staff-person" not in found(figures[0], kept, heads={"P01": people})
