"""Coarse data: both ends blurred once, the middle kept, and every sum still holds the truth."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup.disclosure.coarse import coarse, data
from hvb_followup.disclosure.model import Atom, Scale, Shape
from hvb_followup.frames import VALUES
from hvb_followup.periods import shift

from .registers import invent, release

ONE = Shape(id="P01", family="ung", group="g")
TWO = Shape(id="P02", family="ung", group="g")


def atom(number: int, home: str = "H1", provider: str = "P1", links: str = "abcde", major: int = 1) -> Atom:
    half_year = shift("2026H1", number)
    return Atom(
        id=f"{home}-{number}",
        home=home,
        provider=provider,
        family="ung",
        major=major,
        half_years=(half_year,),
        closed=half_year,
        members=((home, half_year),),
        links=tuple(f"{home}{number}{link}" for link in links),
    )


def values(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    table = [(indicator, one, n, n, x) for indicator, one, n, x in rows]
    return pl.DataFrame(table, schema=pl.Schema(VALUES.columns), orient="row")


@pytest.mark.parametrize(
    ("n", "sensitivity", "classes"),
    [
        (0, 1, [(0, 0)]),
        (2, 1, [(0, 2)]),
        (3, 1, [(0, 1), (2, 3)]),
        (5, 1, [(0, 1), (2, 2), (3, 3), (4, 5)]),
        (4, 2, [(0, 4)]),
        (5, 2, [(0, 2), (3, 5)]),
        (7, 2, [(0, 2), (3, 3), (4, 4), (5, 7)]),
    ],
)
def test_the_classes_of_small_groups(n: int, sensitivity: int, classes: list[tuple[int, int]]) -> None:
    assert sorted({coarse(n, x, sensitivity) for x in range(n + 1)}) == classes


@given(st.integers(0, 300), st.sampled_from([1, 2]))
def test_classes_partition_the_scale_and_ends_hold_two_or_three_values(n: int, sensitivity: int) -> None:
    classes = sorted({coarse(n, x, sensitivity) for x in range(n + 1)})
    assert [x for low, high in classes for x in range(low, high + 1)] == list(range(n + 1))
    assert all(low <= x <= high for x in range(n + 1) for low, high in [coarse(n, x, sensitivity)])
    for low, high in (classes[0], classes[-1]):
        assert high - low + 1 >= min(sensitivity + 1, n + 1)


@pytest.mark.parametrize(
    ("scale", "n", "classes"),
    [
        ("rate", 500, {0: (0, 0), 1: (1, 4), 4: (1, 4), 5: (5, 5), 6: (6, 6)}),
        ("endings", 10, {0: (0, 2), 2: (0, 2), 3: (3, 3), 7: (7, 7), 8: (8, 10)}),
        ("codes", 30, {0: (0, 4), 4: (0, 4), 5: (5, 5), 25: (25, 25), 26: (26, 30), 30: (26, 30)}),
    ],
)
def test_the_classes_of_rates_and_endings(scale: Scale, n: int, classes: dict[int, tuple[int, int]]) -> None:
    assert {x: coarse(n, x, 1, scale=scale) for x in classes} == classes


def test_an_atom_in_which_nobody_answered_adds_nothing() -> None:
    table = values(("P01", "H1-0", 3, 2), ("P01", "H1-2", 2, 1))
    (one,) = data([atom(0), atom(1), atom(2)], table, [ONE])
    assert (one.n, one.x_lo, one.x_hi, one.atoms) == (5, 3, 3, ("H1-0", "H1-1", "H1-2"))


def test_a_count_outside_its_scale_is_refused() -> None:
    for x in (-1, 6):
        with pytest.raises(ValueError, match="outside"):
            coarse(5, x, 1)


def test_atoms_are_merged_until_five_answered_each_item_of_the_score() -> None:
    atoms = [atom(0), atom(1), atom(2)]
    table = values(
        ("P01", "H1-0", 5, 5), ("P01", "H1-1", 5, 4), ("P01", "H1-2", 5, 3),
        ("P02", "H1-0", 3, 1), ("P02", "H1-1", 2, 1), ("P02", "H1-2", 5, 2),
    )  # fmt: skip
    found = [(one.id, one.n, one.x_lo, one.x_hi) for one in data(atoms, table, [ONE, TWO])]
    assert found == [
        ("P01@H1-0..H1-1", 10, 9, 10),
        ("P02@H1-0..H1-1", 5, 2, 2),
        ("P01@H1-2", 5, 3, 3),
        ("P02@H1-2", 5, 2, 2),
    ]


def test_one_who_is_in_both_atoms_is_not_counted_as_two_who_answered() -> None:
    again = atom(1)
    same_person = Atom(**{**{f: getattr(again, f) for f in again.__struct_fields__}, "links": atom(0).links})
    table = values(("P01", "H1-0", 3, 1), ("P01", "H1-1", 3, 1))
    assert data([atom(0), again], table, [ONE]) != ()
    assert data([atom(0), same_person], table, [ONE]) == ()


def test_atoms_of_two_owners_versions_or_homes_are_never_merged() -> None:
    table = values(("P01", "H1-0", 3, 1), ("P01", "H1-1", 3, 1), ("P01", "H2-1", 3, 1))
    for other in (atom(1, provider="P2"), atom(1, major=2), atom(1, home="H2")):
        assert data([atom(0), other], table, [ONE]) == ()


def test_a_sensitive_datum_waits_for_21_persons_of_one_provider() -> None:
    sensitive = Shape(id="S01", family="ung", group="s", sensitivity=2)
    atoms = [atom(step, home=f"H{step}", links="abcdefg") for step in range(3)]
    table = values(*[("S01", one.id, 7, 1) for one in atoms])
    assert data(atoms[:2], table, [sensitive]) == ()
    (datum,) = data(atoms, table, [sensitive])
    assert (datum.n, datum.x_lo, datum.x_hi, datum.home, datum.provider) == (21, 3, 3, "", "P1")
    foreign = [*atoms[:2], atom(2, home="H2", provider="P2", links="abcdefg")]
    assert data(foreign, table, [sensitive]) == ()


def test_indicators_of_one_score_must_agree_on_sensitivity() -> None:
    odd = Shape(id="P02", family="ung", group="g", sensitivity=2)
    with pytest.raises(ValueError, match="g: "):
        data([], values(), [ONE, odd])


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10_000))
def test_data_never_change_and_sums_of_coarse_hold_the_exact_count(seed: int) -> None:
    register = invent(seed, n_half_years=8, homes=(5, 8))
    world = release(register, n_releases=5)
    ids = [datum.id for datum in world.data]
    assert len(ids) == len(set(ids))
    exact = {(row[0], row[1]): row[2] for row in world.values.select("indicator", "atom", "x").iter_rows()}
    for indicator in ("P01", "P02", "P03", "S01"):
        chosen = [datum for datum in world.data if datum.indicator == indicator]
        x = sum(exact[indicator, one] for datum in chosen for one in datum.atoms)
        assert sum(datum.x_lo for datum in chosen) <= x <= sum(datum.x_hi for datum in chosen)
