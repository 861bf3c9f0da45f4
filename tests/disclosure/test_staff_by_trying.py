"""What a class of staff may be told beside, held against trying every count; and what the numbers of hours are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import product

import msgspec
import pytest

from hvb_followup.disclosure.model import Shape
from hvb_followup.disclosure.staff import (
    Band,
    Heads,
    Hours,
    Kind,
    Manager,
    StaffFigure,
    StaffRules,
    Turnover,
    heads_bands,
    span_key,
    turnover_band,
    turnover_steps,
)
from hvb_followup.disclosure.staff_audit import StaffLedger, audit_staff
from hvb_followup.disclosure.staff_change import may_point_out, points_out
from hvb_followup.disclosure.staff_hours import cells, hours_figures, leaves_two, limits, padded, schedule
from hvb_followup.disclosure.staff_show import heads_figures, manager_figures, sum_key, turnover_figures
from hvb_followup.disclosure.staff_survey import Group, survey_data, survey_figures
from hvb_followup.disclosure.staff_what_if import may_meet

replace = msgspec.structs.replace


def missing(band: Band, n: int) -> range:
    return range(n - band.highest, n - band.lowest + 1)


def says_how_one_is(was: range, now: range, left: int, joined: int, stayed: int) -> bool:
    """Every way that those who stayed, left and joined can be missing; and whether some group is left one count."""
    ways = [
        (same, gone, come)
        for same, gone, come in product(range(stayed + 1), range(left + 1), range(joined + 1))
        if same + gone in was and same + come in now
    ]
    if not ways:
        return False
    everybody_said = range(1)  # "all": nobody is missing, and that may be said
    of_before = len({same + gone for same, gone, _ in ways}) == 1 and was != everybody_said
    of_after = len({same + come for same, _, come in ways}) == 1 and now != everybody_said
    of_left = left > 0 and len({gone for _, gone, _ in ways}) == 1 and was != everybody_said
    of_joined = joined > 0 and len({come for _, _, come in ways}) == 1 and now != everybody_said
    return of_before or of_after or of_left or of_joined


def found_by_the_audit(before: Band, n_before: int, after: Band, n_now: int, stayed: int) -> bool:
    figures, heads = [], []
    for half_year, band, n in (("2026H1", before, n_before), ("2026H2", after, n_now)):
        figures.append(
            replace(
                of_ten(1),
                release=half_year,
                as_of=half_year,
                band=band.key,
                n=n,
                lowest=band.lowest,
                highest=band.highest,
            )
        )
        names = [f"s{number}" for number in range(stayed)]
        names += [f"{half_year}-{number}" for number in range(stayed, n)]
        heads.append(Heads(unit="H1", half_year=half_year, bound=frozenset(names), met=frozenset()))
    ledger = StaffLedger(figures=tuple(figures), heads={"P01": tuple(heads)})
    return "staff-person" in {one.rule for one in audit_staff(ledger)}


@pytest.mark.parametrize("n_before", [5, 6, 9, 10, 12, 20])
@pytest.mark.parametrize("n_now", [5, 7, 9, 10, 11, 21])
def test_two_classes_point_somebody_out_where_trying_every_count_does(n_before: int, n_now: int) -> None:
    for stayed in range(max(0, min(n_before, n_now) - 4), min(n_before, n_now) + 1):
        for before in heads_bands(n_before):
            found = []
            for after in heads_bands(n_now):
                is_found = says_how_one_is(
                    missing(before, n_before),
                    missing(after, n_now),
                    n_before - stayed,
                    n_now - stayed,
                    stayed,
                )
                told = (before, n_before, after, n_now, stayed)
                assert points_out(*told) is is_found, told
                assert found_by_the_audit(*told) is is_found, told
                found.append(is_found)
            assert may_point_out(before, n_before, n_now, stayed) is any(found)


def test_a_class_under_other_rules_is_left_out_where_some_pair_of_classes_leaves_one_count() -> None:
    for n_law, n in product(range(5, 24), repeat=2):
        expected = False
        for one, other in product(heads_bands(n_law), heads_bands(n)):
            pairs = list(product(missing(one, n_law), missing(other, n)))
            for possible in ([p for p in pairs if p[0] <= p[1]], [p for p in pairs if p[0] >= p[1]]):
                for place, band in enumerate((one, other)):
                    left = {pair[place] for pair in possible}
                    expected |= len(left) == 1 and band.n_counts > 1
        assert may_meet(n_law, n) is expected, (n_law, n)


def test_a_schedule_knows_the_fewest_and_the_most_minutes_of_so_many_persons() -> None:
    one = schedule([30, 10, 20], 1, 2)
    assert (one.least, one.most, one.heaviest) == ((0, 10, 30, 60), (0, 30, 50, 60), 30)
    assert schedule([30], 0, 1).heaviest == 30
    nobody = schedule([], 0, 0)
    assert (nobody.least, nobody.most, nobody.heaviest) == ((0,), (0,), 0)


def of_ten(number: int) -> StaffFigure:
    """A home of ten heads, of whom none to four meet the rule."""
    return StaffFigure(
        indicator="P01",
        kind="heads",
        level="unit",
        place=f"H{number}",
        release="2026H1",
        band="missing:6-",
        as_of="2026H1",
        n=10,
        lowest=0,
        highest=4,
    )


def test_a_step_of_hours_holds_its_minutes_and_no_more() -> None:
    """Three homes of ten, all with 100 minutes: 600 of 3 000 are 20 %."""
    units = {f"H{number}": "P" for number in range(3)}
    each = {f"s{number}": 100 for number in range(10)}
    for met, expected in ((200, ("share:2-3", 600, 899)), (100, ("share:0-2", 0, 599))):
        hours = [Hours(unit=unit, half_year="2026H1", minutes=each, met=met, whole=1000) for unit in units]
        heads = [of_ten(number) for number in range(3)]
        nation, owner = hours_figures("P02", hours, heads, units=units, release="2026H1")
        assert nation.numbers[0] == owner.numbers[0] == 3000
        assert (owner.band, owner.lowest, owner.highest) == expected
        assert (owner.homes, owner.beside, owner.as_of) == (("H0", "H1", "H2"), "P01", "2026H1")


def group(unit: str, persons: int, x: int, half_year: str = "2025H2", n: int | None = None) -> Group:
    return Group(
        indicator="P08a",
        unit=unit,
        provider="P1",
        family="personal",
        major=2,
        half_year=half_year,
        persons=persons,
        n=persons if n is None else n,
        x=x,
    )


def test_a_years_group_is_named_by_home_family_version_and_year() -> None:
    assert group("H1", 8, 4).name == group("H1", 8, 4, "2025H1").name == "H1:personal:2:2025"
    (datum,) = survey_data([group("H1", 9, 4)])
    assert (datum.id, datum.atoms) == ("P08a@H1:personal:2:2025", ("H1:personal:2:2025",))
    assert (datum.home, datum.provider, datum.closed, datum.n) == ("H1", "P1", "2025H2", 9)


@pytest.mark.parametrize(
    ("persons", "x", "expected"),
    [(8, 0, (0, 1)), (8, 1, (0, 1)), (8, 2, (2, 2)), (8, 6, (6, 6)), (8, 7, (7, 8)), (8, 8, (7, 8))],
)
def test_a_years_answers_are_made_coarse_at_both_ends(
    persons: int, x: int, expected: tuple[int, int]
) -> None:
    (datum,) = survey_data([group("H1", persons, x)])
    assert (datum.x_lo, datum.x_hi) == expected


def test_seven_answers_make_no_datum() -> None:
    assert survey_data([group("H1", 7, 3), group("H2", 8, 3, n=7)]) == ()


def test_staffs_answers_are_summed_by_home_owner_and_nation_with_the_response() -> None:
    data = survey_data([group("H1", 8, 4), group("H2", 9, 5)])
    shape = Shape(id="P08a", family="personal", group="P08a")
    told = survey_figures(
        data,
        [shape],
        units={"H1": "P1", "H2": "P1"},
        release="2025H2",
        responses={("H1", "2025H2"): (8, 20), ("H2", "2025H2"): (9, 12)},
    )
    found = {(one.level, one.place): (one.n, one.x_lo, one.x_hi, one.response) for one in told}
    assert found["unit", "H1"] == (8, 4, 4, "30–49 %")
    assert found["unit", "H2"] == (9, 5, 5, "≥ 70 %")
    assert found["provider", "P1"] == found["nation", ""] == (17, 9, 9, "50–69 %")
    assert {one.audience for one in told} == {"public"}
    assert {(one.first, one.last) for one in told} == {("2025H2", "2025H2")}


@pytest.mark.parametrize(
    ("responses", "band"),
    [
        ({("H1", "2025H2"): (13, 20)}, "50–69 %"),
        ({("H1", "2025H2"): (14, 20)}, "≥ 70 %"),
        ({("H1", "2025H2"): (10, 20)}, "50–69 %"),
        ({("H1", "2025H2"): (2, 3)}, "50–69 %"),
        ({}, ""),
    ],
)
def test_a_home_of_which_no_invitations_are_known_adds_none(
    responses: dict[tuple[str, str], tuple[int, int]], band: str
) -> None:
    data = survey_data([group("H1", 8, 4), group("H2", 9, 5)])
    shape = Shape(id="P08a", family="personal", group="P08a")
    told = survey_figures(
        data, [shape], units={"H1": "P1", "H2": "P1"}, release="2025H2", responses=responses
    )
    assert {one.response for one in told if one.level == "nation"} == {band}


def test_a_class_beside_the_laws_is_found_where_trying_every_pair_leaves_one_count() -> None:
    for n_law, n in product((5, 8, 10, 12, 20), repeat=2):
        for one, other in product(heads_bands(n_law), heads_bands(n)):
            law = replace(of_ten(1), band=one.key, n=n_law, lowest=one.lowest, highest=one.highest)
            then = replace(of_ten(1), band=other.key, n=n, lowest=other.lowest, highest=other.highest)
            then = replace(then, kind="what_if", indicator="P11", beside="P01")
            rules = {finding.rule for finding in audit_staff(StaffLedger(figures=(law, then)))}
            pairs = list(product(missing(one, n_law), missing(other, n)))
            expected = False
            for possible in ([p for p in pairs if p[0] <= p[1]], [p for p in pairs if p[0] >= p[1]]):
                for place, band in enumerate((one, other)):
                    expected |= len({pair[place] for pair in possible}) == 1 and band.n_counts > 1
            assert ("staff-what-if" in rules) is expected, (one, other)


def test_two_classes_of_two_counts_that_meet_in_one_are_found() -> None:
    """Eight or nine of 24 are missing under the law, nine or ten of 20 under other rules: stricter ones leave nine."""
    law = replace(of_ten(1), band="share:6-7", n=24, lowest=15, highest=16)
    then = replace(of_ten(1), band="share:5-6", n=20, lowest=10, highest=11)
    then = replace(then, kind="what_if", indicator="P11", beside="P01")
    assert [one.rule for one in audit_staff(StaffLedger(figures=(law, then)))] == ["staff-what-if"]


@pytest.mark.parametrize(
    ("n", "lowest", "highest", "key"),
    [
        (20, 20, 20, "all"),
        (20, 0, 1, "share:0-2"),
        (20, 0, 3, "share:0-2"),
        (20, 0, 4, "share:0-3"),
        (20, 3, 9, "share:0-5"),
        (20, 4, 9, "share:2-5"),
        (20, 6, 10, "share:3-6"),
        (20, 10, 20, "share:5-11"),
        (20, 3, 20, ""),
        (20, 4, 20, "share:2-11"),
        (20, 0, 19, "share:0-10"),
    ],
)
def test_a_span_is_named_outwards_by_its_steps(n: int, lowest: int, highest: int, key: str) -> None:
    assert span_key(n, lowest, highest) == sum_key("heads", n, lowest, highest) == key


@pytest.mark.parametrize(
    ("kind", "lowest", "highest", "key"),
    [
        ("turnover", 0, 1, "turn:0-1"),
        ("turnover", 0, 3, "turn:0-2"),
        ("turnover", 2, 3, "turn:1-2"),
        ("turnover", 4, 12, "turn:2-"),
        ("turnover", 0, 12, ""),
        ("heads", 60, 71, "share:2-3"),
    ],
)
def test_a_sum_of_turnover_is_named_by_steps_of_the_mean(
    kind: Kind, lowest: int, highest: int, key: str
) -> None:
    """Engaged summed over twelve months: 240, a mean of twenty."""
    assert sum_key(kind, 240, lowest, highest) == key


def test_of_managers_it_is_told_who_has_shown_it_and_how_many_homes_have() -> None:
    units = {"H1": "P1", "H2": "P1", "H3": "P2"}
    looked_on = dt.date(2026, 1, 1)
    bosses = [
        Manager(unit="H1", half_year="2026H1", is_shown=True, looked_on=looked_on),
        Manager(unit="H2", half_year="2026H1", is_shown=False, looked_on=looked_on),
        Manager(unit="H3", half_year="2025H2", is_shown=True),
    ]
    told = manager_figures("P03", bosses, units=units, release="2026H1")
    found = {(one.level, one.place): (one.status, one.band, *one.numbers) for one in told}
    assert found == {
        ("unit", "H1"): ("", "shown", 1, 1, 1),
        ("unit", "H2"): ("", "not_shown", 1, 0, 0),
        ("unit", "H3"): ("-", "", 0, 0, 0),
        ("nation", ""): ("", "homes", 2, 1, 1),
        ("provider", "P1"): ("", "homes", 2, 1, 1),
        ("provider", "P2"): ("-", "", 0, 0, 0),
    }
    assert {one.place: one.looked_on for one in told if one.looked_on} == {"H1": looked_on}
    assert {one.outcome for one in told if not one.is_told} == {"missing"}
    assert {one.id for one in told} >= {"2026H1/P03/unit/H1", "2026H1/P03/nation/riket"}
    everybody = manager_figures("P03", bosses[:1], units={"H1": "P1"}, release="2026H1")
    assert {one.band for one in everybody if one.level != "unit"} == {"all"}


def staff(half_year: str, n: int, missing: int = 0) -> Heads:
    names = [f"s{number}" for number in range(n)]
    return Heads(unit="H1", half_year=half_year, bound=frozenset(names), met=frozenset(names[missing:]))


def test_a_home_without_a_staff_list_says_so_and_one_of_four_is_too_small() -> None:
    none, *_ = heads_figures("P01", [], units={"H1": "P1"}, release="2026H1")
    assert (none.status, none.outcome, none.level) == ("-", "missing", "unit")
    few, *_ = heads_figures("P01", [staff("2026H1", 4)], units={"H1": "P1"}, release="2026H1")
    assert (few.status, few.outcome) == ("..", "too_few")
    five, *_ = heads_figures("P01", [staff("2026H1", 5)], units={"H1": "P1"}, release="2026H1")
    assert (five.band, *five.numbers) == ("all", 5, 5, 5)


def test_a_class_is_kept_when_nobody_can_say_who_came_and_went() -> None:
    """The staff list behind the class told before is gone."""
    old, *_ = heads_figures("P01", [staff("2025H2", 9, 1)], units={"H1": "P1"}, release="2025H2")
    lists = [staff("2026H1", 9, 5)]
    new, *_ = heads_figures("P01", lists, units={"H1": "P1"}, release="2026H1", earlier=[old])
    assert (new.as_of, new.release, new.numbers) == ("2025H2", "2026H1", old.numbers)
    known = [staff("2025H2", 9, 1), *lists]
    anew, *_ = heads_figures("P01", known, units={"H1": "P1"}, release="2026H1", earlier=[old])
    assert (anew.as_of, anew.numbers) == ("2026H1", (9, 0, 6))


def test_what_was_told_of_a_half_year_is_told_again_whatever_the_register_says_since() -> None:
    lists = [staff("2025H2", 9, 1), staff("2026H1", 9, 5)]
    told: list[StaffFigure] = []
    for release in ("2025H2", "2026H1"):
        told += heads_figures("P01", lists, units={"H1": "P1"}, release=release, earlier=told)[:1]
    assert [one.band for one in told] == ["missing:one-two", "missing:three-"]
    mended = [lists[0], staff("2026H1", 9)]
    again, *_ = heads_figures("P01", mended, units={"H1": "P1"}, release="2026H1", earlier=told)
    assert again == told[-1]


def test_the_class_that_is_kept_is_the_newest() -> None:
    lists = [staff("2025H1", 9, 1), staff("2025H2", 9, 5)]
    told: list[StaffFigure] = []
    for release in ("2025H1", "2025H2"):
        told += heads_figures("P01", lists, units={"H1": "P1"}, release=release, earlier=told)[:1]
    without = [lists[0], staff("2026H1", 9, 5)]
    kept, *_ = heads_figures("P01", without, units={"H1": "P1"}, release="2026H1", earlier=told)
    assert (kept.as_of, kept.band, kept.release) == ("2025H2", "missing:three-", "2026H1")


def test_who_is_bound_by_a_rule_and_had_no_shift_has_no_minutes() -> None:
    one = Hours(unit="H1", half_year="2026H1", minutes={"a": 100, "b": 50}, met=100, whole=150)
    assert sorted(padded(one, 4)) == [0, 0, 50, 100]


@pytest.mark.parametrize(
    ("told", "leaves"),
    [((200, 299), True), ((200, 300), False), ((199, 299), False), ((250, 250), True)],
)
def test_a_part_told_before_keeps_its_whole_range_in_the_wholes_step(
    told: tuple[int, int], leaves: bool
) -> None:
    assert leaves_two([], 1000, [told], (2, 3)) is leaves


def test_a_step_is_widened_where_it_can_be_the_true_one_and_no_more() -> None:
    """Three homes of ten with 100 minutes each: 3 000 in all."""
    from_two = [schedule([100] * 10, 2, 9) for _ in range(3)]
    assert cells(from_two, 3000)[0] == (0, 2), "600 minutes at least: the lowest step is never told"
    to_five = [schedule([100] * 10, 0, 5) for _ in range(3)]
    assert (5, 6) not in cells(to_five, 3000), "1 500 minutes are five in each home"


def test_a_home_keeps_the_count_that_reaches_just_into_a_step() -> None:
    """Of the first, none to two meet the rule; five others have 500 minutes: with one of hers they have 600."""
    ends = [(0, 2), (2, 2), (3, 3)]
    homes = [schedule([100] * 10, *one) for one in ends]
    assert leaves_two(homes, 3000, (), (2, 3)) is True
    assert leaves_two([schedule([100] * 10, 0, 1), *homes[1:]], 3000, (), (2, 3)) is False


def test_a_schedule_longer_than_a_step_high_up_is_not_told_beside() -> None:
    homes = [schedule([longest, *[50] * 4], 0, 5) for longest in (300, 300)]
    assert leaves_two(homes, 1000, (), (5, 6)) is False
    assert leaves_two([schedule([100, *[50] * 8], 0, 9) for _ in homes], 1000, (), (5, 6)) is True


def test_what_is_longer_than_the_whole_leaves_the_one_step_that_is_not_shown() -> None:
    assert cells([schedule([5000], 0, 1)], 1000) == ((0, 11),)


def test_a_step_that_was_widened_is_looked_at_again() -> None:
    """One schedule of 1 000 minutes: steps of 600 and of 900 are too narrow, and 1 200 are more than all work."""
    one = schedule([1000, *[1] * 9], 0, 10)
    assert cells([one], 3000) == ((0, 4), *((tens, tens + 1) for tens in range(4, 9)), (9, 11))
    at_last = cells([schedule([100] * 10, 1, 9) for _ in range(3)], 3000)
    assert at_last == ((0, 2), *((tens, tens + 1) for tens in range(2, 8)), (8, 11)), "2 700 are nine in each"
    at_first = [schedule([100] * 10, least, 9) for least in (2, 2, 1)]
    assert cells(at_first, 3000)[0] == (0, 3), "under 600 minutes are the fewest in each home"


def test_hours_told_of_a_half_year_are_told_again_whatever_the_register_says_since() -> None:
    units = {f"H{number}": "P" for number in range(3)}
    heads, each = [of_ten(number) for number in range(3)], {f"s{number}": 100 for number in range(10)}

    def told(met: int, earlier: Sequence[StaffFigure], release: str = "2026H1") -> tuple[StaffFigure, ...]:
        hours = [Hours(unit=unit, half_year=release, minutes=each, met=met, whole=1000) for unit in units]
        now = [replace(one, release=release, as_of=release) for one in heads]
        return hours_figures("P02", hours, now, units=units, release=release, earlier=earlier)

    first = told(200, ())
    others = [replace(one, indicator="P05", band="share:9-11") for one in first]
    assert told(100, [*others, *first]) == first
    assert {one.band for one in told(100, others)} == {"share:0-2"}
    assert {one.band for one in told(100, first, "2026H2")} == {"share:0-2"}


def test_a_schedule_longer_than_a_step_is_not_told_beside() -> None:
    heavy = schedule([301, *[1] * 9], 2, 8)
    assert leaves_two([schedule([300, *[1] * 9], 2, 8)], 3000, (), (0, 1)) is True
    assert leaves_two([heavy], 3000, (), (0, 1)) is False
    assert leaves_two([heavy], 3000, (), (2, 3)) is False


def test_hours_wait_where_every_step_would_tell() -> None:
    """One schedule is nearly everything: only a step as wide as the whole would hide whose it is."""
    units = {f"H{number}": "P" for number in range(3)}
    hours = []
    for unit in units:
        each = {f"s{number}": 1 for number in range(10)} | ({"s0": 1000} if unit == "H0" else {})
        hours.append(Hours(unit=unit, half_year="2026H1", minutes=each, met=1, whole=sum(each.values())))
    figures = hours_figures(
        "P02", hours, [of_ten(number) for number in range(3)], units=units, release="2026H1"
    )
    assert {(one.status, one.outcome, *one.numbers) for one in figures} == {("..", "waiting", 0, 0, 0)}


def test_steps_that_nothing_widens_are_of_ten_per_cent_but_the_first_and_the_last() -> None:
    assert cells((), 1000) == ((0, 2), *((tens, tens + 1) for tens in range(2, 9)), (9, 11))
    assert [limits(1000, cell) for cell in ((0, 2), (2, 3), (9, 11))] == [(0, 200), (200, 300), (900, 1001)]
    assert limits(1005, (2, 3)) == (201, 302), "a step begins with the first whole minute in it"


@pytest.mark.parametrize(("last", "is_told"), [(6, True), (5, False)])
def test_hours_are_told_of_twenty_heads(last: int, is_told: bool) -> None:
    units = {f"H{number}": "P" for number in range(3)}
    heads, hours = [], []
    for unit, n in zip(units, (7, 7, last), strict=True):
        heads.append(replace(of_ten(1), place=unit, n=n, lowest=0, highest=n - 3))
        each = {f"s{number}": 100 for number in range(n)}
        hours.append(Hours(unit=unit, half_year="2026H1", minutes=each, met=200, whole=100 * n))
    told = hours_figures("P02", hours, heads, units=units, release="2026H1")
    assert {one.is_told for one in told} == {is_told}


@pytest.mark.parametrize(("last", "status"), [(6, ""), (5, "..")])
def test_a_sum_of_heads_is_told_of_three_homes_and_twenty_heads(last: int, status: str) -> None:
    units = {"H1": "P", "H2": "P", "H3": "P"}
    lists = [replace(staff("2026H1", n, 2), unit=unit) for unit, n in zip(units, (7, 7, last), strict=True)]
    told = heads_figures("P01", lists, units=units, release="2026H1")
    assert {one.status for one in told if one.level != "unit"} == {status}


def test_the_steps_of_turnover_are_named_by_their_tenths() -> None:
    names = ["turn:0-1", "turn:1-2", "turn:2-3", "turn:3-4", "turn:4-5", "turn:5-"]
    assert turnover_steps(240) == list(zip((0, 2, 4, 6, 8, 10), names, strict=True))
    assert turnover_steps(250) == list(zip((0, 3, 5, 7, 9, 11), names, strict=True))


@pytest.mark.parametrize(("summed", "outcome"), [(80, "class"), (79, "too_few")])
def test_a_sum_of_turnover_is_told_of_three_homes_and_a_mean_of_twenty(summed: int, outcome: str) -> None:
    units = {"H1": "P", "H2": "P", "H3": "P"}
    left = [Turnover(unit=unit, half_year="2026H1", ended=1, summed=summed, ever=9) for unit in units]
    told = turnover_figures("S08", left, units=units, release="2026H1")
    assert {one.outcome for one in told if one.level != "unit"} == {outcome}


def test_a_sum_that_reaches_over_every_step_waits() -> None:
    """A home of six whom hundreds have left, beside two of two hundred: from under 10 % to over 50 %."""
    units = {"H1": "P", "H2": "P", "H3": "P"}
    left = [
        Turnover(unit="H1", half_year="2026H1", ended=0, summed=2400, ever=300),
        Turnover(unit="H2", half_year="2026H1", ended=0, summed=2400, ever=300),
        Turnover(unit="H3", half_year="2026H1", ended=300, summed=72, ever=500),
    ]
    told = turnover_figures("S08", left, units=units, release="2026H1")
    assert [(one.status, one.outcome) for one in told if one.level != "unit"] == [("..", "waiting")] * 2


def test_without_the_rules_a_class_and_a_sum_say_the_count() -> None:
    """What the audit is to find (switched off in test_staff_audit) is the count itself."""
    band = turnover_band(3, 72, 9, StaffRules(two_counts=False))
    assert band == Band(key="left:3-3", lowest=3, highest=3)
    units = {"H1": "P", "H2": "P", "H3": "P"}
    lists = [replace(staff("2026H1", n, 1), unit=unit) for unit, n in zip(units, (7, 7, 6), strict=True)]
    exact = StaffRules(coarse_sums=False)
    told = heads_figures("P01", lists, units=units, release="2026H1", rules=exact)
    assert {one.numbers for one in told if one.level != "unit"} == {(20, 17, 17)}
