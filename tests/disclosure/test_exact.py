"""When a sum may be told exactly: each margin and each size on both sides of its edge (DESIGN §4.4)."""

from __future__ import annotations

import msgspec
import pytest

from hvb_followup.disclosure.exact import Ground, Sum, exact_sum, under_each
from hvb_followup.disclosure.model import Atom, Datum, Rules, Shape

SHAPE = Shape(id="P01", family="ung", group="P01")
SMALL = Rules(exact_persons=20, exact_homes=2, exact_change_persons=10, exact_change_homes=1)


def ground(counts: dict[str, int], persons: int = 10) -> tuple[dict[str, Datum], Ground]:
    """Homes in each of which so many said so, told as anything from none to all."""
    atoms = {
        home: Atom(
            id=home,
            home=home,
            provider="P1",
            family="ung",
            major=1,
            half_years=("2026H1",),
            closed="2026H1",
            members=((home, "2026H1"),),
            links=tuple(f"{home}{number}" for number in range(persons)),
        )
        for home in counts
    }
    data = {
        home: Datum(
            id=home,
            indicator="P01",
            atoms=(home,),
            home=home,
            provider="P1",
            closed="2026H1",
            n=persons,
            x_lo=0,
            x_hi=persons,
        )
        for home in counts
    }
    return data, Ground(atoms=atoms, data=data, exact=counts, under=under_each(data.values(), atoms))


@pytest.mark.parametrize(
    ("x", "is_told"), [((0, 1), False), ((1, 1), True), ((9, 9), True), ((9, 10), False)]
)
def test_a_sum_lies_two_from_what_the_coarse_data_allow(x: tuple[int, int], is_told: bool) -> None:
    data, on = ground({"A": x[0], "B": x[1]})
    told = exact_sum([*data.values()], SHAPE, [], on, SMALL)
    assert told == (Sum(data=frozenset("AB"), x=sum(x)) if is_told else None)


def test_without_the_margin_even_nobody_is_told() -> None:
    data, on = ground({"A": 0, "B": 0})
    rules = Rules(exact_persons=20, exact_homes=2, exact_margin=False)
    assert exact_sum([*data.values()], SHAPE, [], on, rules) == Sum(data=frozenset("AB"), x=0)


@pytest.mark.parametrize(("before", "is_told"), [(1, False), (2, True), (10, True), (18, True), (19, False)])
def test_so_does_its_difference_from_every_sum_told_before(before: int, is_told: bool) -> None:
    """A and B now, ten in all; B and C before: A less C is anything from −10 to 10."""
    data, on = ground({"A": 5, "B": 5, "C": 5})
    told = exact_sum([data["A"], data["B"]], SHAPE, [Sum(data=frozenset("BC"), x=before)], on, SMALL)
    assert (told is not None) is is_told


@pytest.mark.parametrize(("before", "is_told"), [(4, False), (5, True)])
def test_what_is_certain_of_a_home_that_has_left_counts_too(before: int, is_told: bool) -> None:
    """C is three at least: A less C is at most seven."""
    data, on = ground({"A": 5, "B": 5, "C": 5})
    certain = msgspec.structs.replace(data["C"], x_lo=3)
    on = msgspec.structs.replace(on, data={**data, "C": certain})
    told = exact_sum([data["A"], data["B"]], SHAPE, [Sum(data=frozenset("BC"), x=before)], on, SMALL)
    assert (told is not None) is is_told


@pytest.mark.parametrize(("before", "is_told"), [(1, False), (2, True), (8, True), (9, False)])
def test_a_home_that_has_come_keeps_its_margin(before: int, is_told: bool) -> None:
    data, on = ground({"A": 5, "B": 5})
    both = [data["A"], data["B"]]
    told = exact_sum(both, SHAPE, [Sum(data=frozenset("B"), x=before)], on, SMALL)
    assert (told is not None) is is_told


def test_a_sum_is_large_in_answers_persons_and_homes() -> None:
    data, on = ground({"A": 5, "B": 5})
    both = [*data.values()]
    assert exact_sum(both, SHAPE, [], on, SMALL)
    assert exact_sum(both[:1], SHAPE, [], on, SMALL) is None
    assert exact_sum(both, SHAPE, [], on, Rules(exact_persons=21, exact_homes=2)) is None
    assert exact_sum(both, SHAPE, [], on, Rules(exact_persons=20, exact_homes=3)) is None
    fewer = [
        Datum(**{**{name: getattr(one, name) for name in one.__struct_fields__}, "n": 9}) for one in both
    ]
    assert exact_sum(fewer, SHAPE, [], on, SMALL) is None


def test_its_change_is_as_large_or_nothing() -> None:
    data, on = ground({"A": 5, "B": 5, "C": 5})
    both, before = [data["A"], data["B"]], Sum(data=frozenset("A"), x=5)
    assert exact_sum(both, SHAPE, [before], on, SMALL)
    for change in ({"exact_change_persons": 11}, {"exact_change_homes": 2}):
        rules = Rules(
            exact_persons=20, exact_homes=2, **{"exact_change_persons": 10, "exact_change_homes": 1} | change
        )
        assert exact_sum(both, SHAPE, [before], on, rules) is None
        again = Sum(data=frozenset("AB"), x=10)
        assert exact_sum(both, SHAPE, [before, again], on, rules) == again, "the same may be told again"


def test_sums_that_are_kept_apart_share_no_datum() -> None:
    data, on = ground({"A": 5, "B": 5, "C": 5, "D": 5})
    apart = Shape(id="P01", family="ung", group="P01", exact_apart=True)
    both = [data["A"], data["B"]]
    assert exact_sum(both, apart, [Sum(data=frozenset("CD"), x=10)], on, SMALL)
    assert exact_sum(both, apart, [Sum(data=frozenset("BC"), x=10)], on, SMALL) is None
    assert exact_sum(both, SHAPE, [Sum(data=frozenset("BC"), x=10)], on, SMALL)
