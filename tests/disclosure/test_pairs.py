"""Pairs of start and exit: one per placement, frozen when the second half came, and never told as level."""

from __future__ import annotations

import msgspec
import polars as pl
import pytest

from hvb_followup.disclosure.audit import ANSWER_COLUMNS, Ledger, audit
from hvb_followup.disclosure.coarse import data
from hvb_followup.disclosure.freeze import atoms
from hvb_followup.disclosure.model import RULES, Atom, Datum, Figure, Rules, Shape, Wave
from hvb_followup.disclosure.pairs import PAIR, Kind, Pair, Side, pairs, sides_of
from hvb_followup.disclosure.show import figures
from hvb_followup.frames import VALUES

from .registers import SCHEMA

replace = msgspec.structs.replace

CHANGE = Kind(first=("ung", "start"), last=("ung", "exit"))
BOTH = Kind(first=("ung", "exit"), last=("soc", "exit"), in_order=False)
SHAPE = Shape(id="R01", family="ung", group="R01")
# half-year, link, moment
Row = tuple[str, str, str]


def sides(*rows: Row, family: str = "ung", unit: str = "H1", major: int = 1) -> list[Side]:
    return [Side(unit, family, major, half_year, link, moment) for half_year, link, moment in rows]


def told(found: list[Pair]) -> list[tuple[str, str, str]]:
    return [(pair.link, pair.since, pair.half_year) for pair in found]


def test_a_pair_freezes_in_the_half_year_of_its_exit_however_long_the_start_has_waited() -> None:
    table = sides(
        ("2025H1", "a", "start"),
        ("2026H2", "a", "exit"),
        ("2026H1", "b", "start"),
        ("2026H1", "b", "exit"),
        ("2026H1", "c", "start"),
        ("2026H2", "d", "exit"),
    )
    found = pairs(table, CHANGE)
    assert told(found) == [("b", "2026H1", "2026H1"), ("a", "2025H1", "2026H2")]
    assert sorted(sides_of(found)) == [0, 1, 2, 3]


def test_a_placement_has_one_pair_of_its_earliest_answers() -> None:
    table = sides(
        ("2025H1", "a", "start"),
        ("2025H2", "a", "start"),
        ("2026H1", "a", "exit"),
        ("2026H2", "a", "exit"),
    )
    (pair,) = pairs(table, CHANGE)
    assert (pair.first, pair.last, pair.half_year) == (0, 2, "2026H1")


def test_a_start_after_the_exit_or_of_another_version_or_home_is_no_pair() -> None:
    late = sides(("2026H2", "a", "start"), ("2026H1", "a", "exit"))
    renewed = [*sides(("2026H1", "a", "start")), *sides(("2026H1", "a", "exit"), major=2)]
    moved = [*sides(("2026H1", "a", "start")), *sides(("2026H1", "a", "exit"), unit="H2")]
    assert [pairs(table, CHANGE) for table in (late, renewed, moved)] == [[], [], []]


def test_other_moments_and_families_make_no_pair() -> None:
    table = [
        *sides(("2026H1", "a", "start"), ("2026H1", "a", "follow_up"), ("2026H2", "a", "after")),
        *sides(("2026H2", "a", "exit"), family="soc"),
    ]
    assert pairs(table, CHANGE) == []


@pytest.mark.parametrize(("young", "social"), [("2026H1", "2026H2"), ("2026H2", "2026H1")])
def test_two_informants_at_one_exit_freeze_when_the_later_has_answered(young: str, social: str) -> None:
    table = [*sides((young, "a", "exit")), *sides((social, "a", "exit"), family="soc", major=3)]
    (pair,) = pairs(table, BOTH)
    assert (pair.family, pair.major, pair.since, pair.half_year) == ("soc", 3, "2026H1", "2026H2")
    assert (pair.first, pair.last) == (0, 1)


def test_what_is_answered_later_never_changes_a_pair() -> None:
    before = sides(("2025H1", "a", "start"), ("2025H2", "a", "exit"), ("2025H2", "b", "start"))
    after = [*before, *sides(("2026H1", "a", "start"), ("2026H1", "a", "exit"), ("2026H1", "b", "exit"))]
    assert pairs(after, CHANGE)[: len(pairs(before, CHANGE))] == pairs(before, CHANGE)


# What the audit finds when a rule is switched off: releases pooled, each made of what was answered by then.


def kept_row(pair: Pair, *, alone: str = "alone", moment: str = PAIR) -> tuple[object, ...]:
    return (
        pair.unit,
        "P1",
        pair.family,
        pair.major,
        pair.half_year,
        pair.link,
        moment,
        1,
        alone,
        False,
        *(1,) * 4,
    )


def released(table: list[Side], releases: list[str], rules: Rules = RULES) -> Ledger:
    """Everything told in these half-years of pairs; two in five of a home are better."""
    closed_by: dict[Atom, None] = {}
    made: dict[Datum, None] = {}
    shown: list[Figure] = []
    rows: list[tuple[object, ...]] = []
    for now in releases:
        known = [one for one in table if one.half_year <= now]
        found = pairs(known, CHANGE, rules)
        waves = waves_of(found)
        closed = atoms(waves, now=now, rules=rules)
        values = exact(closed)
        coarse = data(closed, values, [SHAPE], rules)
        shown += figures(
            coarse,
            closed,
            values,
            shapes=[SHAPE],
            units={"H1": "P1", "H2": "P1"},
            release=now,
            earlier=shown,
            rules=rules,
        )
        closed_by |= dict.fromkeys(closed)
        made |= dict.fromkeys(coarse)
        rows = [kept_row(pair) for pair in found]
    answers = pl.DataFrame(rows, schema=SCHEMA, orient="row").select(ANSWER_COLUMNS)
    return Ledger(
        answers=answers,
        atoms=tuple(closed_by),
        data=tuple(made),
        figures=tuple(shown),
        shapes=(SHAPE,),
        change_families=frozenset({"ung"}),
    )


def waves_of(found: list[Pair]) -> list[Wave]:
    """Each home's pairs of a half-year as a wave."""
    keys = sorted({(pair.unit, pair.half_year) for pair in found})
    return [
        Wave(
            unit=unit,
            provider="P1",
            family="ung",
            major=1,
            half_year=half_year,
            links=tuple(
                sorted({pair.link for pair in found if (pair.unit, pair.half_year) == (unit, half_year)})
            ),
        )
        for unit, half_year in keys
    ]


def exact(closed: tuple[Atom, ...]) -> pl.DataFrame:
    rows = [("R01", atom.id, len(atom.links), len(atom.links), 2 * len(atom.links) // 5) for atom in closed]
    return pl.DataFrame(rows, schema=pl.Schema(VALUES.columns), orient="row")


def twelve(half_year_of_exit: str = "2026H1", start: str = "2025H2") -> list[Side]:
    rows = [(start, f"p{one}", "start") for one in range(12)]
    return sides(*rows, *((half_year_of_exit, f"p{one}", "exit") for one in range(12)))


def rules_of(ledger: Ledger) -> set[str]:
    return {finding.rule for finding in audit(ledger)}


def one_exit_more() -> list[Side]:
    """Twelve were followed; the thirteenth, who came when they came, leaves half a year later."""
    return [*twelve(), *sides(("2025H2", "late", "start"), ("2026H2", "late", "exit"))]


def test_pairs_are_told_from_ten_and_the_release_has_no_findings() -> None:
    ledger = released(one_exit_more(), ["2026H1", "2026H2"])
    assert audit(ledger) == ()
    home = [one for one in ledger.figures if one.level == "unit" and one.place == "H1"]
    assert [(one.n, one.x_lo, one.x_hi) for one in home] == [(12, 4, 4), (12, 4, 4)]
    few = released(twelve()[:9] + twelve()[12:21], ["2026H1"])
    assert {one.n for one in few.figures} == {None}


def test_one_exit_more_between_two_releases_is_found_when_pairs_freeze_at_their_start() -> None:
    """The thirteenth would be told by subtraction: the figure with her less the figure without."""
    careless = released(one_exit_more(), ["2026H1", "2026H2"], Rules(pair_at_last=False))
    assert {"atom-reopened", "datum-remade"} <= rules_of(careless)


def test_a_second_exit_counted_as_a_second_pair_is_found() -> None:
    again = [*twelve(), *(one._replace(half_year="2026H2") for one in twelve() if one.moment == "exit")]
    assert audit(released(again, ["2026H1", "2026H2"])) == ()
    assert "one-pair" in rules_of(released(again, ["2026H1", "2026H2"], Rules(one_pair=False)))


def test_four_pairs_told_as_an_atom_are_found() -> None:
    four = [one for one in twelve() if one.link in {"p0", "p1", "p2", "p3"}]
    assert audit(released(four, ["2026H1"])) == ()
    careless = released(four, ["2026H1"], Rules(smallest=4, answered=4))
    assert {"atom-small", "datum-answered"} <= rules_of(careless)


def test_a_family_of_change_told_as_level_is_found() -> None:
    """Starts frozen by themselves, in a family whose exits will freeze with them later."""
    ledger = released(twelve(), ["2026H1"])
    single = ledger.answers.with_columns(moment=pl.lit("start"))
    assert rules_of(replace(ledger, answers=single)) == {"change-as-level"}


def test_a_pair_of_which_staff_helped_with_one_half_is_found() -> None:
    ledger = released(twelve(), ["2026H1"])
    helped = ledger.answers.with_columns(alone=pl.lit("helped_staff"))
    assert "helped" in rules_of(replace(ledger, answers=helped))
