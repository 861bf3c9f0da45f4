"""What a class of staff may be told beside, held against trying every count; and what the numbers of hours are."""

from __future__ import annotations

from itertools import product

import msgspec
import pytest

from hvb_followup.disclosure.model import Shape
from hvb_followup.disclosure.staff import Band, Heads, Hours, StaffFigure, heads_bands
from hvb_followup.disclosure.staff_audit import StaffLedger, audit_staff
from hvb_followup.disclosure.staff_change import may_point_out, points_out
from hvb_followup.disclosure.staff_hours import hours_figures, schedule
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
