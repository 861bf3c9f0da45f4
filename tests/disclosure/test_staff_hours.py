"""Hours beside heads: why no home is told its hours, and that several homes together may be (DESIGN §4.6)."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup.disclosure.staff import Heads, Hours, StaffRules, heads_bands
from hvb_followup.disclosure.staff_hours import Schedule, cells, hours_figures, leaves_two, limits, schedule
from hvb_followup.disclosure.staff_show import heads_figures

MONTH = 9600


def test_a_home_told_in_heads_and_hours_gives_its_count_away() -> None:
    """The trap: 10–19 heads who work alike. That is why no home is told its hours."""
    given_away = set()
    for n in range(10, 20):
        for band in heads_bands(n):
            for tens in range(10):
                both = [met for met in range(band.lowest, band.highest + 1) if 10 * met // n == tens]
                if len(both) == 1 and band.key != "all":
                    given_away.add(n)
    assert given_away == set(range(10, 20))


def test_from_twenty_heads_unequal_schedules_give_it_away_and_point_at_persons_too() -> None:
    """Eighteen work little and two much: "90 % or more" of the heads and "80 to under 90 %" of the hours."""
    minutes = [MONTH] * 18 + [2 * MONTH] * 2
    (band,) = [one for one in heads_bands(20) if one.key == "share:9-10"]
    home = schedule(minutes, band.lowest, band.highest)
    whole = sum(minutes)
    assert not leaves_two([home], whole, (), (8, 9))
    # Exactly two are missing, and it is the two.
    ways = {
        (missing, heavy)
        for missing in (1, 2)
        for heavy in range(missing + 1)
        if 8 * whole <= 10 * (whole - MONTH * (missing + heavy)) < 9 * whole
    }
    assert ways == {(2, 1), (2, 2)}


@pytest.mark.parametrize("n", range(20, 41))
def test_every_pair_of_told_classes_leaves_each_home_two_counts(n: int) -> None:
    """Three homes of one provider, 20…40 heads who work alike: every class of each beside every step of the hours."""
    sizes = [n // 3, (n + 1) // 3, (n + 2) // 3]
    whole = n * MONTH
    for bands in product(*(heads_bands(size) for size in sizes)):
        homes = [
            schedule([MONTH] * size, band.lowest, band.highest)
            for size, band in zip(sizes, bands, strict=True)
        ]
        ranges = [range(band.lowest, band.highest + 1) for band in bands]
        for cell in cells(homes, whole):
            first, after = limits(whole, cell)
            ways = [way for way in product(*ranges) if first <= sum(way) * MONTH < after]
            for place, band in enumerate(bands):
                counts = {way[place] for way in ways}
                assert not ways or band.key == "all" or len(counts) >= 2, (n, bands, cell)


minutes_of_a_home = st.lists(st.integers(0, 12).map(lambda tens: tens * 10), min_size=5, max_size=8)


@settings(max_examples=40, deadline=None)
@given(st.lists(minutes_of_a_home, min_size=3, max_size=3), st.data())
def test_a_step_leaves_two_counts_whoever_knows_every_schedule(
    minutes: list[list[int]], data: st.DataObject
) -> None:
    """Unequal schedules, every choice of persons tried: a home keeps two counts in every step that is told."""
    bands = [data.draw(st.sampled_from(heads_bands(len(each)))) for each in minutes]
    homes = [schedule(each, band.lowest, band.highest) for each, band in zip(minutes, bands, strict=True)]
    whole = sum(map(sum, minutes))
    if not whole:
        return
    sums = [choices(each, home) for each, home in zip(minutes, homes, strict=True)]
    told = cells(homes, whole)
    assert told[0][0] == 0
    assert told[-1][1] == 11
    for cell in told:
        if cell == (0, 11):
            continue  # not shown
        first, after = limits(whole, cell)
        ways = [way for way in product(*sums) if first <= sum(worked for _, worked in way) < after]
        for place, band in enumerate(bands):
            counts = {way[place][0] for way in ways}
            assert not ways or band.key == "all" or len(counts) >= 2


def choices(minutes: list[int], home: Schedule) -> set[tuple[int, int]]:
    """Every count of persons within the class, with every sum of minutes it can have."""
    found = {(0, 0)}
    for worked in minutes:
        found |= {(count + 1, total + worked) for count, total in found}
    return {(count, total) for count, total in found if home.lowest <= count <= home.highest}


def reported(sizes: dict[str, int], missing: int = 2) -> tuple[list[Heads], list[Hours]]:
    heads, hours = [], []
    for unit, n in sizes.items():
        keys = [f"{unit}{number}" for number in range(n)]
        heads.append(
            Heads(unit=unit, half_year="2026H2", bound=frozenset(keys), met=frozenset(keys[missing:]))
        )
        hours.append(
            Hours(
                unit=unit,
                half_year="2026H2",
                minutes=dict.fromkeys(keys, MONTH),
                met=(n - missing) * MONTH,
                whole=n * MONTH,
            )
        )
    return heads, hours


UNITS = {f"H{number}": "PSTOR" for number in range(5)} | {"H5": "PLITEN", "H6": "PLITEN"}


def test_hours_are_told_of_a_provider_with_three_homes_and_the_nation_and_never_of_a_home() -> None:
    heads, hours = reported(dict.fromkeys(UNITS, 12))
    told = heads_figures("P01", heads, units=UNITS, release="2026H2")
    figures = hours_figures("P02", hours, told, units=UNITS, release="2026H2")
    shown = {(one.level, one.place): one.band for one in figures if one.is_told}
    assert set(shown) == {("nation", ""), ("provider", "PSTOR")}
    assert {one.level for one in figures} == {"nation", "provider"}
    assert all(one.beside == "P01" for one in figures if one.is_told)
    silent = next(one for one in figures if one.place == "PLITEN")
    assert (silent.n, silent.band, silent.homes) == (None, "", ())


def test_hours_stand_in_the_step_that_they_lie_in() -> None:
    heads, hours = reported(dict.fromkeys(UNITS, 12), missing=4)
    told = heads_figures("P01", heads, units=UNITS, release="2026H2")
    for one in hours_figures("P02", hours, told, units=UNITS, release="2026H2"):
        if one.is_told:
            met = sum(home.met for home in hours if home.unit in one.homes)
            assert one.lowest <= met <= one.highest
            low, high = (int(part) for part in one.band.removeprefix("share:").split("-"))
            assert low <= 10 * met / one.n < high


def test_without_the_rule_a_step_narrows_a_home_to_one_count() -> None:
    """Every home lacks two of "one or two": the step of 70 to under 80 per cent then says so of each."""
    units = {"H0": "P", "H1": "P", "H2": "P"}
    heads, hours = reported(dict.fromkeys(units, 9), missing=2)
    told = heads_figures("P01", heads, units=units, release="2026H2")
    careless = hours_figures(
        "P02", hours, told, units=units, release="2026H2", rules=StaffRules(hours_leave_two=False)
    )
    careful = hours_figures("P02", hours, told, units=units, release="2026H2")
    narrow, wide = (next(one for one in found if one.place == "P").band for found in (careless, careful))
    assert (narrow, wide) == ("share:7-8", "share:7-9")
