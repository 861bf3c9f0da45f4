"""Differencing: what can be told apart by adding and subtracting everything shown."""

from __future__ import annotations

import polars as pl
import pytest

from hvb_followup.disclosure.audit import ANSWER_COLUMNS, Finding
from hvb_followup.disclosure.classes import small_classes
from hvb_followup.disclosure.ledger import Ledger, View
from hvb_followup.disclosure.model import Atom, Datum, Figure, Shape
from hvb_followup.periods import half_year_from_number, half_year_number


def cells(table: dict[str, int | str], half_years: dict[str, str] | None = None) -> Ledger:
    """A ledger of cells: each with so many persons, or with the persons named by the letters."""
    rows, atoms, data = [], [], []
    for name, persons in table.items():
        half_year = (half_years or {}).get(name, "2026H1")
        links = [f"{name}{one}" for one in range(persons)] if isinstance(persons, int) else list(persons)
        rows += [(name, "P1", "ung", 1, half_year, link, "half_year", 1, "alone", False) for link in links]
        atoms.append(
            Atom(
                id=name, home=name, provider="P1", family="ung", major=1, half_years=(half_year,),
                closed=half_year, members=((name, half_year),), links=tuple(sorted(links)),
            )
        )  # fmt: skip
        data.append(
            Datum(
                id=name, indicator="P01", atoms=(name,), home=name, provider="P1",
                closed=half_year, n=len(links), x_lo=2, x_hi=2,
            )
        )  # fmt: skip
    return Ledger(
        answers=pl.DataFrame(rows, schema=list(ANSWER_COLUMNS), orient="row"),
        atoms=tuple(atoms),
        data=tuple(data),
        figures=(),
        shapes=(Shape(id="P01", family="ung", group="P01"),),
    )


def shown(ledger: Ledger, *sums: str) -> list[Finding]:
    """The findings when these sums of cells are shown."""
    figures = tuple(
        Figure(
            indicator="P01", level="nation", place="", release="2026H2", n=1, x_lo=0, x_hi=1, data=tuple(one)
        )
        for one in sums
    )
    whole = Ledger(
        **{name: getattr(ledger, name) for name in ledger.__struct_fields__} | {"figures": figures}
    )
    return small_classes(View(whole))


# Differencing as reference case o32 has it: a shown pair is unsafe when 1–4 persons differ.
@pytest.mark.parametrize(
    ("table", "sums", "singled_out"),
    [
        ({"M": 9, "A": 1}, ["M", "MA"], "A"),  # a rolling window that grew by one answer
        ({"F": 10, "S": 4}, ["FS", "F"], "S"),  # the year minus its first half
        ({"P": 27, "K": 4}, ["PK", "P"], "K"),  # all homes minus the private ones
        ({"A": 5, "B": 5, "C": 3}, ["AB", "BC", "AC"], "C"),  # overlapping windows
    ],
)
def test_a_difference_of_fewer_than_five_persons_is_found(
    table: dict[str, int | str], sums: list[str], singled_out: str
) -> None:
    assert [finding.place for finding in shown(cells(table), *sums)] == [singled_out]


@pytest.mark.parametrize(
    ("table", "sums"),
    [({"A": 5, "B": 6}, ["AB", "A"]), ({"A": 2, "B": 3, "C": 5}, ["AB", "ABC"]), ({"A": 5, "B": 1}, ["A"])],
)
def test_differences_of_five_persons_are_safe(table: dict[str, int | str], sums: list[str]) -> None:
    assert shown(cells(table), *sums) == []


def test_the_same_person_in_two_cells_is_one_person() -> None:
    table: dict[str, int | str] = {"A": "abcd", "B": "abcd"}
    far = {"A": "2026H1", "B": half_year_from_number(half_year_number("2026H1") + 2)}
    assert [finding.rule for finding in shown(cells(table, far), "AB")] == ["class"]


def test_answers_in_adjacent_half_years_are_one_secret() -> None:
    # Six persons in each cell, but only one is in both: her run stands alone.
    table: dict[str, int | str] = {"A": "abcdef", "B": "fghijk"}
    adjacent = {"A": "2026H1", "B": "2026H2"}
    apart = {"A": "2026H1", "B": "2027H1"}
    assert [finding.place for finding in shown(cells(table, adjacent), "A", "B")] == ["A + B"]
    assert shown(cells(table, apart), "A", "B") == []


@pytest.mark.parametrize(
    ("first", "later", "is_found"),
    [
        ("2026K1", "2026K2", True),
        ("2026K1", "2026K3", False),
        ("2026K4", "2027K1", True),
        ("2026K4", "2027K2", False),
    ],
)
def test_quarters_in_a_row_are_one_secret_and_a_quarter_between_parts_them(
    first: str, later: str, is_found: bool
) -> None:
    table: dict[str, int | str] = {"A": "abcdef", "B": "fghijk"}
    ledger = cells(table, {"A": first, "B": later})
    assert [finding.place for finding in shown(ledger, "A", "B")] == (["A + B"] if is_found else [])
