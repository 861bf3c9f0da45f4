"""A small invented register counted twice: by the product, and by a slow and obvious oracle."""

from __future__ import annotations

from functools import cache

import pytest

from hvb_followup import periods
from hvb_followup.disclosure.model import Datum, Figure

from . import oracle
from .invented import LAST, Nation, invent
from .released import Released, indicators, release

WINDOW_FROM = periods.last_day("2024H1")
# Ending codes are grouped per provider: their blocks are compared, their data in a test of their own.
OF_HOMES = [name for name in oracle.RULES if name != "S07"]


@cache
def the_nation() -> Nation:
    return invent(3, homes=12, late=0.0)


@cache
def the_release() -> Released:
    return release(the_nation(), ["2026H1"])


def test_the_oracle_knows_every_indicator_of_registers() -> None:
    assert set(oracle.RULES) == {one.id for one in indicators()}


def plain(datum: Datum) -> oracle.Datum:
    known = periods.last_day(datum.closed)
    return oracle.Datum(datum.indicator, datum.home, datum.provider, datum.n, datum.x_lo, datum.x_hi, known)


@pytest.mark.parametrize("indicator", OF_HOMES)
def test_every_block_of_every_home_counts_what_the_oracle_counts(indicator: str) -> None:
    made = sorted(plain(one) for one in the_release().data if one.indicator == indicator and one.home)
    assert made == sorted(oracle.data(the_nation(), indicator))
    assert len(made) > 5


def told(figure: Figure) -> tuple[int | None, int | None, int | None]:
    return figure.n, figure.x_lo, figure.x_hi


@pytest.mark.parametrize("indicator", OF_HOMES)
def test_every_home_and_provider_shows_the_oracles_sums(indicator: str) -> None:
    blocks = [one for one in oracle.data(the_nation(), indicator) if WINDOW_FROM < one.known <= LAST]
    for figure in the_release().figures:
        if figure.indicator != indicator or figure.level == "nation":
            continue
        whose = (lambda one: one.unit) if figure.level == "unit" else (lambda one: one.provider)
        owner = {unit.id: unit.terms[-1].provider for unit in the_nation().units}
        chosen = [
            one
            for one in blocks
            if whose(one) == figure.place and (figure.level != "unit" or owner[one.unit] == one.provider)
        ]
        if figure.is_shown and not figure.word:
            sums = [
                sum(column) for column in zip(*((one.n, one.x_lo, one.x_hi) for one in chosen), strict=True)
            ]
            assert told(figure) == tuple(sums), figure.id
        elif not figure.is_shown:
            assert figure.outcome == ("too_few" if chosen else "waiting"), figure.id


@pytest.mark.parametrize("indicator", OF_HOMES)
def test_the_nation_shows_the_oracles_sum_and_the_remainder(indicator: str) -> None:
    blocks = [one for one in oracle.data(the_nation(), indicator) if WINDOW_FROM < one.known <= LAST]
    rest = [
        one
        for one in the_release().data
        if one.indicator == indicator and not one.provider and periods.last_day(one.closed) > WINDOW_FROM
    ]
    (nation,) = [one for one in the_release().figures if (one.indicator, one.level) == (indicator, "nation")]
    low = sum(one.x_lo for one in [*blocks, *rest])
    high = sum(one.x_hi for one in [*blocks, *rest])
    assert nation.n == sum(one.n for one in [*blocks, *rest])
    assert low <= (nation.x_lo or 0) <= (nation.x_hi or 0) <= high
    assert nation.is_exact or (nation.x_lo, nation.x_hi) == (low, high)


def test_an_ending_code_is_told_of_a_provider_with_thirty_endings_and_five_each_way() -> None:
    atoms = {atom.id: atom for atom in the_release().atoms}
    links = {one.atom: one for one in the_release().frozen.counts if one.indicator == "S07"}
    data = [one for one in the_release().data if one.indicator == "S07"]
    assert data
    for datum in data:
        x = sum(links[atom].x for atom in datum.atoms)
        n = sum(len(atoms[atom].links) for atom in datum.atoms)
        assert n >= 30
        assert datum.x_lo <= x <= datum.x_hi
        assert (datum.x_lo, datum.x_hi) in {(0, 4), (x, x), (n - 4, n)}
    shown = [one for one in the_release().figures if one.indicator == "S07" and one.is_shown]
    assert all(one.level != "unit" for one in the_release().figures if one.indicator == "S07")
    assert all((one.x_lo or 0) >= 5 and (one.n or 0) - (one.x_hi or 0) >= 5 for one in shown)
