"""The audit of staff figures held against figures written by hand, each class at its very edge (DESIGN §4.6–4.7)."""

from __future__ import annotations

import datetime as dt
import random

import msgspec
import pytest

from hvb_followup.disclosure.model import Datum, Figure
from hvb_followup.disclosure.staff import Heads, Hours, Kind, StaffFigure
from hvb_followup.disclosure.staff_audit import StaffLedger, audit_staff
from hvb_followup.disclosure.staff_survey import Group

from .named import named

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
    ids=named,
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
    (1210, "turn:0-1", 0, 10),
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
    ((7, "missing:2", 5, 5), (7, "missing:three-", 0, 4), 5, True),  # a count itself, whoever it is
    ((7, "missing:three-", 0, 4), (7, "missing:2", 5, 5), 5, True),
    ((5, "missing:5", 0, 0), (5, "missing:three-", 0, 2), 5, True),
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


def home(number: int, n: int, lowest: int, highest: int, kind: Kind = "heads") -> StaffFigure:
    """A home's class whose band no test of sums looks at."""
    return told(n, "", lowest, highest, kind, place=f"H{number}")


def of_owner(
    summed_up: list[StaffFigure], band: str, kind: Kind = "heads", place: str = "P1", **more: object
) -> StaffFigure:
    """The sum of these homes' classes."""
    n, lowest, highest = (sum(getattr(one, name) for one in summed_up) for name in ("n", "lowest", "highest"))
    units = tuple(one.place for one in summed_up)
    summed = {"place": place, "level": "provider", "homes": units, **more}
    return replace(told(n, band, lowest, highest, kind), **summed)


def of_sums(*figures: StaffFigure, **more: object) -> set[str]:
    """The rules about sums that are broken."""
    about = ("staff-sum", "staff-sum-few", "staff-hours-few", "staff-hours")
    return {rule for rule in found(*figures, **more) if rule in about}


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        ("share:7-9", set()),
        ("share:7-10", set()),
        ("share:6-9", set()),
        ("share:7-11", set()),
        ("share:8-9", {"staff-sum"}),
        ("share:7-8", {"staff-sum"}),
        ("all", {"staff-sum"}),
        ("missing:one-two", {"staff-sum"}),
        ("", {"staff-sum"}),
    ],
)
def test_a_sum_of_heads_reaches_over_all_that_its_homes_say(band: str, expected: set[str]) -> None:
    """Twenty heads in three homes, of whom 14 to 17 meet the rule: from 70 to under 90 %."""
    homes = [home(1, 7, 5, 6), home(2, 7, 5, 6), home(3, 6, 4, 5)]
    assert of_sums(*homes, of_owner(homes, band)) == expected


def test_a_sum_that_ends_on_a_step_lies_in_the_next() -> None:
    homes = [home(1, 7, 6, 7), home(2, 7, 5, 6), home(3, 6, 4, 5)]
    assert of_sums(*homes, of_owner(homes, "share:7-9")) == {"staff-sum"}
    assert of_sums(*homes, of_owner(homes, "share:7-10")) == set()
    nearly = [home(1, 7, 6, 7), home(2, 7, 5, 6), home(3, 6, 4, 5)]
    assert of_sums(*nearly, of_owner(nearly, "share:8-11")) == {"staff-sum"}, "15 of 20 are not 80 %"
    everybody = [home(1, 7, 7, 7), home(2, 7, 7, 7), home(3, 6, 6, 6)]
    assert of_sums(*everybody, of_owner(everybody, "all")) == set()
    assert of_sums(*everybody, of_owner(everybody, "share:10-11")) == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"n": 19}, {"staff-sum"}),
        ({"n": 21}, {"staff-sum"}),
        ({"lowest": 13}, {"staff-sum"}),
        ({"highest": 18}, {"staff-sum"}),
        ({"homes": ("H1", "H2", "H3", "H9")}, {"staff-sum"}),
        ({"indicator": "P02"}, {"staff-sum", "staff-sum-few"}),
        ({"release": LATER}, {"staff-sum", "staff-sum-few"}),
        ({"status": ".."}, set()),
    ],
    ids=named,
)
def test_a_sum_is_of_the_homes_it_names(change: dict[str, object], expected: set[str]) -> None:
    homes = [home(1, 7, 5, 6), home(2, 7, 5, 6), home(3, 6, 4, 5)]
    assert of_sums(*homes, of_owner(homes, "share:0-", **change)) == expected


def test_a_sum_over_a_silent_home_is_found() -> None:
    homes = [home(number, 7, 5, 6) for number in range(4)]
    silent = [*homes[:3], replace(homes[3], status="..", n=None, lowest=None, highest=None)]
    assert of_sums(*silent, of_owner(homes[:3], "share:0-")) == set()
    over = of_owner(homes[:3], "share:0-", homes=("H0", "H1", "H2", "H3"))
    assert of_sums(*silent, over) == {"staff-sum"}


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((7, 7, 6), set()), ((7, 7, 5), {"staff-sum-few"}), ((10, 10), {"staff-sum-few"})],
    ids=named,
)
def test_a_sum_is_of_three_homes_and_twenty_heads(sizes: tuple[int, ...], expected: set[str]) -> None:
    homes = [home(number, n, n - 2, n - 1) for number, n in enumerate(sizes)]
    assert of_sums(*homes, of_owner(homes, "share:0-")) == expected


@pytest.mark.parametrize(
    ("summed", "each", "band", "expected"),
    [
        (80, (0, 1), "turn:0-2", set()),
        (80, (0, 1), "turn:0-1", {"staff-sum"}),
        (80, (2, 3), "turn:3-5", set()),
        (80, (2, 3), "turn:3-", set()),
        (80, (2, 3), "turn:4-5", {"staff-sum"}),
        (80, (2, 3), "turn:3-4", {"staff-sum"}),
        (79, (0, 1), "turn:0-2", {"staff-sum-few"}),
    ],
)
def test_a_sum_of_turnover_is_of_a_mean_of_twenty_and_reaches_over_its_homes(
    summed: int, each: tuple[int, int], band: str, expected: set[str]
) -> None:
    homes = [home(number, summed, *each, "turnover") for number in range(3)]
    assert of_sums(*homes, of_owner(homes, band, "turnover")) == expected


def test_two_who_left_of_a_mean_of_21_are_not_ten_per_cent() -> None:
    homes = [home(1, 84, 0, 1, "turnover"), home(2, 83, 0, 1, "turnover"), home(3, 83, 2, 3, "turnover")]
    assert of_sums(*homes, of_owner(homes, "turn:0-", "turnover")) == set()
    assert of_sums(*homes, of_owner(homes, "turn:1-", "turnover")) == {"staff-sum"}


def test_homes_whose_manager_has_shown_it_are_counted_however_few() -> None:
    one = replace(home(1, 1, 1, 1, "manager"), band="shown")
    two = replace(home(2, 1, 0, 0, "manager"), band="not_shown")
    both = of_owner([one, two], "", "manager")
    assert found(one, two, both) == set()
    assert found(one, two, replace(both, highest=2)) == {"staff-sum"}


# Hours: three homes, whose heads told by class and whose scheduled minutes by person are known to the opponent.


def staffed(number: int, n: int, lowest: int, highest: int, minutes: list[int]) -> tuple[StaffFigure, Hours]:
    scheduled = {f"s{place}": one for place, one in enumerate(minutes)}
    hours = Hours(unit=f"H{number}", half_year=NOW, minutes=scheduled, met=0, whole=sum(minutes))
    return home(number, n, lowest, highest), hours


def step(lowest: int, highest: int, units: tuple[str, ...], **more: object) -> StaffFigure:
    """Minutes of all these homes together, in a step."""
    one = told(9999, "share:0-10", lowest, highest, "hours", indicator="P02", level="nation", place="")
    return replace(one, homes=units, beside="P01", **more)


@pytest.mark.parametrize(("first", "expected"), [(130, set()), (131, {"staff-hours"})])
def test_nobody_of_a_home_is_a_count_like_any_other(first: int, expected: set[str]) -> None:
    """Two homes of which all meet the rule have 130 minutes, and of the third it is nobody or one."""
    homes = [staffed(1, 7, 7, 7, [10] * 7), staffed(2, 6, 6, 6, [10] * 6), staffed(3, 7, 0, 1, [10] * 7)]
    figures = [*(one for one, _ in homes), step(first, 150, ("H1", "H2", "H3"))]
    assert of_sums(*figures, hours={"P02": tuple(hours for _, hours in homes)}) == expected


def kept_by(figure: StaffFigure, parts: list[StaffFigure], homes: list[tuple[StaffFigure, Hours]]) -> bool:
    """Without shortcuts: each home's every count, while everybody else lies anywhere within a class and a step."""
    ends, known = {}, {}
    for one, hours in homes:
        each = [0] * ((one.n or 0) - len(hours.minutes)) + sorted(hours.minutes.values())
        counts = range(one.lowest or 0, (one.highest or 0) + 1)
        known[one.place] = [(sum(each[:count]), sum(each[len(each) - count :])) for count in counts]
        ends[one.place] = (known[one.place][0][0], known[one.place][-1][1])
    for place, counts_of in known.items():
        possible = sum(_fits(figure, parts, {**ends, place: own}) for own in counts_of)
        if len(counts_of) > 1 and possible < 2:
            return False
    heaviest = max(max(hours.minutes.values(), default=0) for _, hours in homes)
    return heaviest <= (figure.highest or 0) - (figure.lowest or 0) + 1


def _fits(figure: StaffFigure, parts: list[StaffFigure], ends: dict[str, tuple[int, int]]) -> bool:
    alone = set(ends)
    low = high = 0
    for part in parts:
        alone -= set(part.homes)
        least = max(part.lowest or 0, sum(ends[unit][0] for unit in part.homes))
        most = min(part.highest or 0, sum(ends[unit][1] for unit in part.homes))
        if least > most:
            return False
        low, high = low + least, high + most
    low += sum(ends[unit][0] for unit in alone)
    high += sum(ends[unit][1] for unit in alone)
    return low <= (figure.highest or 0) and high >= (figure.lowest or 0)


@pytest.mark.parametrize("seed", range(4))
def test_a_step_of_hours_is_found_where_trying_every_count_finds_it(seed: int) -> None:
    draw = random.Random(seed)
    seen = set()
    for _ in range(60):
        homes = []
        for number in range(4):
            n = draw.randint(6, 9)
            lowest = draw.randint(0, n - 1)
            minutes = [draw.randint(1, 12) for _ in range(n - draw.choice([0, 0, 1]))]
            highest = draw.choice([lowest, lowest + 1, min(lowest + 2, n)])
            homes.append(staffed(number, n, lowest, highest, minutes))
        light = draw.randint(10, 120)
        nation = step(light, light + draw.randint(0, 30), ("H0", "H1", "H2", "H3"))
        of_some = homes[: draw.choice([0, 2, 3])]
        parts = []
        if of_some:
            low = draw.randint(5, 80)
            units = tuple(one.place for one, _ in of_some)
            parts.append(step(low, low + draw.randint(0, 40), units, level="provider", place="P1", status=""))
        expected = kept_by(nation, parts, homes)
        rules = {
            one.rule
            for one in audit_staff(
                StaffLedger(
                    figures=(*(one for one, _ in homes), nation, *parts),
                    hours={"P02": tuple(hours for _, hours in homes)},
                )
            )
            if one.place == nation.id
        }
        assert ("staff-hours" in rules) is not expected
        seen.add((expected, bool(parts)))
    assert len(seen) >= 3, "both answers, with and without a provider's step"


def test_hours_are_told_of_three_homes_and_twenty_heads_whose_classes_are_told_anew() -> None:
    homes = [staffed(number, 7, 4, 6, [10] * 7) for number in range(3)]
    figures, hours = [one for one, _ in homes], {"P02": tuple(one for _, one in homes)}
    nation = step(120, 180, ("H0", "H1", "H2"))
    assert of_sums(*figures, nation, hours=hours) == set()
    assert of_sums(*figures, replace(nation, homes=("H0", "H1")), hours=hours) == {"staff-hours-few"}
    assert of_sums(*figures[:2], nation, hours=hours) == {"staff-hours-few"}
    smaller = [replace(figures[0], n=5), *figures[1:]]
    assert of_sums(*smaller, nation, hours=hours) == {"staff-hours-few"}
    twenty = [replace(figures[0], n=6, lowest=3, highest=5), *figures[1:]]
    of_six = {"P02": (staffed(0, 6, 3, 5, [10] * 6)[1], *hours["P02"][1:])}
    assert of_sums(*twenty, nation, hours=of_six) == set()
    older = [replace(figures[0], as_of="2025H2"), *figures[1:]]
    assert of_sums(*older, nation, hours=hours) == {"staff-hours-few"}
    narrow = step(150, 150, ("H0", "H1", "H2"))
    assert of_sums(*figures, narrow, hours=hours) == {"staff-hours"}


# The staff's own answers: one year's group of a home.


def answered(
    n: int, low: int, high: int, unit: str = "H1", persons: int | None = None
) -> tuple[Datum, Group]:
    group = Group(
        indicator="P08a",
        unit=unit,
        provider="P1",
        family="personal",
        major=1,
        half_year="2025H2",
        persons=n if persons is None else persons,
        n=n,
        x=low,
    )
    datum = Datum(
        id=f"P08a@{group.name}",
        indicator="P08a",
        atoms=(group.name,),
        home=unit,
        provider="P1",
        closed="2025H2",
        n=n,
        x_lo=low,
        x_hi=high,
    )
    return datum, group


@pytest.mark.parametrize(
    ("n", "low", "high", "expected"),
    [
        (8, 0, 1, set()),
        (8, 2, 2, set()),
        (8, 6, 6, set()),
        (8, 7, 8, set()),
        (8, 0, 0, {"staff-survey-end"}),
        (8, 1, 1, {"staff-survey-end"}),
        (8, 7, 7, {"staff-survey-end"}),
        (8, 8, 8, {"staff-survey-end"}),
        (7, 3, 3, {"staff-survey-few"}),
    ],
)
def test_a_years_answers_are_of_eight_and_coarse_at_the_ends(
    n: int, low: int, high: int, expected: set[str]
) -> None:
    datum, group = answered(n, low, high)
    assert found(data=(datum,), groups=(group,)) == expected


def test_eight_must_have_answered_at_all_and_the_item() -> None:
    datum, group = answered(8, 4, 4, persons=7)
    assert found(data=(datum,), groups=(group,)) == {"staff-survey-few"}
    datum, group = answered(7, 4, 4, persons=8)
    assert found(data=(datum,), groups=(group,)) == {"staff-survey-few"}


@pytest.mark.parametrize(
    "change", [{"n": 9}, {"home": "H2"}, {"atoms": ("a", "b")}, {"atoms": ()}, {"id": "P08a@x"}], ids=named
)
def test_a_years_answers_are_of_one_group(change: dict[str, object]) -> None:
    datum, group = answered(8, 4, 4)
    assert found(data=(replace(datum, **change),), groups=(group,)) == {"staff-survey-group"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, set()),
        ({"n": 17}, {"staff-survey-sum"}),
        ({"x_lo": 7}, {"staff-survey-sum"}),
        ({"x_hi": 9}, {"staff-survey-sum"}),
        ({"level": "unit"}, {"staff-survey-sum"}),
        ({"data": ()}, {"staff-survey-sum"}),
        ({"data": (), "n": 0, "x_lo": 0, "x_hi": 0}, {"staff-survey-sum"}),
        ({"data": ("gone",)}, {"staff-survey-sum"}),
        ({"data": (), "status": "..", "n": None, "x_lo": None, "x_hi": None}, set()),
    ],
    ids=named,
)
def test_a_sum_of_answers_is_of_whole_groups(change: dict[str, object], expected: set[str]) -> None:
    both = [answered(8, 4, 4, "H1"), answered(8, 4, 4, "H2")]
    one = Figure(
        indicator="P08a",
        level="provider",
        place="P1",
        release=NOW,
        n=16,
        x_lo=8,
        x_hi=8,
        data=tuple(datum.id for datum, _ in both),
    )
    groups, data = tuple(group for _, group in both), tuple(datum for datum, _ in both)
    assert found(data=data, groups=groups, survey=(replace(one, **change),)) == expected
