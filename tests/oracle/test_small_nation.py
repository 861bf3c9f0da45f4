"""Every core indicator of a small demo nation, recomputed from the raw material, agrees: counts, classes, figures."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from hvb_followup.actions.publish import measuring
from hvb_followup.actions.publish.staff_measured import heads_of, hours_of, turnover_of
from hvb_followup.catalogue import Catalogue
from hvb_followup.comparison.intervals import wilson_coarse
from hvb_followup.comparison.register_words import rate_limits
from hvb_followup.disclosure import freeze
from hvb_followup.registry import by_id
from tests.demo.nation import HALF_YEARS, SmallNation
from tests.oracle import answers, blocks, classes, duties, staff, telling
from tests.oracle.days import end_of, first_of, last_of, owner_between, quarter_name, term_on
from tests.oracle.telling import Count, Told

Row = dict[str, Any]
Place = tuple[str, str]
# The published core of R8 §3 with DESIGN §3's P08a and P08b; R01–R03 have an oracle of their own.
CORE = {
    *("U01", "U02", "U03", "U04", "U05", "D01", "D02", "H06", "S01", "S02", "S04", "S06", "S08"),
    *("P01", "P03", "P04", "P08a", "P08b", "T06", "T07", "T08", "H01", "H03", "Q01"),
}
WITHOUT = {"R01", "R01k", "R02", "R02k", "R03", "R03s"}  # counted again in tests/actions/test_pairs.py
HEADS, HOURS, MANAGERS, TURNOVER = ("P01", "P04"), "P02", "P03", "S08"
WHAT_IF = "P11"  # counted again here; how homes are told of in it has tests of its own (tests/disclosure)
OF_STAFF = (*HEADS, HOURS, MANAGERS, TURNOVER, WHAT_IF)
DUTIES = ("D04",)
LEAST_OF_BAND = {"< 30 %": 0.0, "30–49 %": 0.3, "50–69 %": 0.5, "≥ 70 %": 0.7}
ORACLES = {*answers.RULES, *blocks.RULES, *staff.SURVEY, *OF_STAFF, *DUTIES, "Q01"}
FACTS = {"T07"}
# Sixteen homes are too few for five endings of one code at any provider.
SHOWN_NOWHERE = {"S07"}
PAIRS = [*((name, f"{name}w") for name in answers.PAIRS), ("T01",), *((name,) for name in blocks.RULES)]


def test_every_indicator_but_three_has_an_oracle(catalogue: Catalogue) -> None:
    known = {one.id for one in catalogue.indicators}
    assert known - ORACLES == WITHOUT
    assert ORACLES - known == set()
    assert CORE - ORACLES == FACTS


# --- exact counts -------------------------------------------------------------------------------------------


@cache
def counted(nation: SmallNation) -> dict[str, list[Count]]:
    """What the oracle counts of answers and blocks up to the newest half-year."""
    now = end_of(HALF_YEARS[-1])
    return {
        **answers.counts(nation.units, nation.waves, now),
        **blocks.counts(nation.units, nation.rows, HALF_YEARS),
    }


def test_answers_in_every_atom_are_counted_alike(small_nation: SmallNation, catalogue: Catalogue) -> None:
    _, young = measuring.of_staff(small_nation.opened, catalogue)
    waves = [measuring.wave_of(wave, by_id(small_nation.homes)) for wave in young]
    atoms = freeze.atoms(waves, now=HALF_YEARS[-1])
    values = measuring.exact_values(catalogue, young, freeze.frozen(atoms, waves))
    made = {(row["indicator"], row["atom"]): (row["n"], row["x"]) for row in values.to_dicts()}
    told = {
        (name, one.group): (one.n, one.x) for name in answers.RULES for one in counted(small_nation)[name]
    }
    assert made == told
    assert len({group for _, group in told}) > 15


def test_what_was_kept_of_answers_was_given_alone_and_not_two_half_years_running(
    small_nation: SmallNation,
) -> None:
    kept = {(wave["unit"], wave["family"], wave["half_year"]): wave for wave in small_nation.waves}
    for (unit, family, half_year), wave in kept.items():
        assert len(wave["counted"]) <= wave["n_valid"] <= wave["n_invited"]
        if family != answers.FAMILY:
            continue
        before = HALF_YEARS[max(HALF_YEARS.index(half_year) - 1, 0)]
        earlier = (
            kept.get((unit, family, before), {"counted": []}) if before != half_year else {"counted": []}
        )
        links = [row["link"] for row in wave["counted"]]
        assert len(links) == len(set(links))
        assert not set(links) & {row["link"] for row in earlier["counted"]}
        assert not [row for row in wave["counted"] if row["answers"].get("alone") == "helped_staff"]


@pytest.mark.parametrize("name", blocks.RULES)
def test_every_block_is_counted_alike_and_known_in_the_same_quarter(
    small_nation: SmallNation, name: str
) -> None:
    made = {
        one.atom: (one.n, one.x, one.known) for one in small_nation.frozen.counts if one.indicator == name
    }
    told = {one.group: (one.n, one.x, quarter_name(one.quarter)) for one in counted(small_nation)[name]}
    assert made == told
    assert len(told) > 5


# --- coarse counts ------------------------------------------------------------------------------------------


@cache
def coarse(nation: SmallNation, until: int) -> dict[str, list[Told]]:
    """The coarse counts of answers and blocks that were known by a quarter."""
    found: dict[str, list[Told]] = {}
    for pair in PAIRS:
        known = {name: [one for one in counted(nation)[name] if one.quarter <= until] for name in pair}
        if pair == ("T01",):
            found |= telling.told(known, values=3, persons=21, by_owner=True)
        elif pair[0] in blocks.BY_CODE:
            found |= telling.told(known, values=5, persons=30, by_owner=True)
        else:
            values = blocks.values_of(pair[0]) if pair[0] in blocks.RULES else 2
            found |= telling.told(known, values=values)
    return found


@pytest.mark.parametrize("name", [name for pair in PAIRS for name in pair])
def test_every_datum_is_made_coarse_alike(small_nation: SmallNation, name: str) -> None:
    def quarter(period: str) -> str:
        return period if "K" in period else quarter_name(end_of(period))

    made = [
        (one.home, one.provider, quarter(one.closed), one.n, one.x_lo, one.x_hi)
        for one in small_nation.data
        if one.indicator == name
    ]
    told = [
        (one.home, one.owner, quarter_name(one.quarter), one.n, one.x_lo, one.x_hi)
        for one in coarse(small_nation, end_of(HALF_YEARS[-1]))[name]
    ]
    assert sorted(made) == sorted(told)
    assert told


# --- figures ------------------------------------------------------------------------------------------------


def owners(nation: SmallNation, half_year: str) -> dict[str, str]:
    """Who runs each home on the half-year's last day."""
    found = {unit["id"]: term_on(unit["terms"], last_of(end_of(half_year))) for unit in nation.units}
    return {unit: str(term["provider"]) for unit, term in found.items() if term}


def places(nation: SmallNation, name: str, half_year: str) -> Iterator[Place]:
    """Every place that an indicator is told of, or withheld for."""
    yield "nation", "SE"
    own = owners(nation, half_year)
    if name in answers.RULES:
        for unit in nation.units:
            if unit["id"] in own:
                yield from answers._around(unit, end_of(half_year))
    yield from (("provider", provider) for provider in set(own.values()))
    if name not in ("T01", *blocks.BY_CODE):
        yield from (("unit", unit) for unit in own)


def chosen(nation: SmallNation, name: str, place: Place, half_year: str) -> list[Told]:
    """What the place's figure is the sum of: two years of its coarse counts."""
    now, own = end_of(half_year), owners(nation, half_year)
    level, whose = place

    def is_of_it(one: Told) -> bool:
        if level == "nation":
            return True
        if level == "provider":
            return one.owner == whose
        if level == "unit":
            return one.home == whose and one.owner == own[whose]
        return place in one.places

    return [one for one in coarse(nation, now)[name] if now - 8 < one.quarter and is_of_it(one)]


def figure(nation: SmallNation, name: str, place: Place, half_year: str) -> Row:
    """The place's figure as the oracle tells it."""
    return telling.expected(
        chosen(nation, name, place, half_year),
        level=place[0],
        public_from={"T01": 21, "S07": 30}.get(name, 10),
        scale="rate" if name in blocks.RATES else "codes" if name in blocks.BY_CODE else "share",
        may_be_in_words=name != "T01",
    )


def asked(nation: SmallNation) -> dict[tuple[str, str], tuple[int, int]]:
    """How many answered, of how many, in each wave of young people."""
    return {
        (wave["unit"], wave["half_year"]): (wave["n_valid"], wave["n_invited"])
        for wave in nation.waves
        if wave["family"] == answers.FAMILY
    }


@pytest.mark.parametrize("half_year", HALF_YEARS)
@pytest.mark.parametrize("name", [*answers.RULES, *blocks.RULES])
def test_every_figure_of_every_place_is_told_alike(
    small_nation: SmallNation, name: str, half_year: str
) -> None:
    rows = small_nation.figures(half_year)
    everywhere = set(places(small_nation, name, half_year))
    assert {key[1:] for key in rows if key[0] == name} == everywhere
    for place in everywhere:
        row, told = rows[(name, *place)], figure(small_nation, name, place, half_year)
        assert (row["status"], row["outcome"]) == (told["status"], told["outcome"]), place
        if row["status"]:
            assert not {"n", "x_lo", "x_hi", "value", "lo", "hi"} & set(row), place
            continue
        exact = ("n", "x_lo", "x_hi", "value", "period_from", "period_to")
        assert {key: row[key] for key in exact} == {key: told[key] for key in exact}, place
        assert (row["lo"], row["hi"]) == (telling.six(told["lo"]), telling.six(told["hi"])), place
        assert row["flags"] == ["g"]
        waves = frozenset().union(*(one.waves for one in chosen(small_nation, name, place, half_year)))
        assert row["response"] == telling.response(waves, asked(small_nation)), place


def test_limits_agree_to_the_ninth_decimal_before_they_are_rounded(small_nation: SmallNation) -> None:
    n = 0
    for half_year in HALF_YEARS:
        for (name, *_), row in small_nation.figures(half_year).items():
            if row["status"] or name not in (*answers.RULES, *blocks.RULES, *staff.SURVEY, *WITHOUT):
                continue
            count = row["x_lo"], row["x_hi"], row["n"]
            if name in blocks.RATES:
                made, told = rate_limits(*count), telling.limits_of_rate(*count)
            else:
                made, told = wilson_coarse(*count), telling.limits_of_share(*count)
            assert made == pytest.approx(told, abs=1e-9, rel=0), (name, count)
            n += 1
    assert n > 600


def test_what_pairs_may_be_of_all_who_were_to_be_followed(small_nation: SmallNation) -> None:
    """R01–R03: the silent would all have said no, or all yes, and they are as many as their band allows."""
    n = 0
    for half_year in HALF_YEARS:
        for (name, *place), row in small_nation.figures(half_year).items():
            if name not in WITHOUT or row["status"]:
                continue
            followed = LEAST_OF_BAND[row["response"]]
            low, high = row["x_lo"] / row["n"] * followed, 1 - (1 - row["x_hi"] / row["n"]) * followed
            assert (row["bounds_lo"], row["bounds_hi"]) == (
                telling.six(100 * low),
                telling.six(100 * high),
            ), place
            limits = telling.limits_of_share(row["x_lo"], row["x_hi"], row["n"])
            assert (row["lo"], row["hi"]) == tuple(telling.six(100 * one) for one in limits), place
            assert row["value"] == telling.whole_per_cent(row["n"], row["x_lo"], row["x_hi"])
            n += 1
    assert n > 5


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_homes_are_told_in_a_word_where_they_are_five_to_nine(
    small_nation: SmallNation, half_year: str
) -> None:
    for unit in owners(small_nation, half_year):
        own = {row["indicator"]: row for row in small_nation.own[half_year, unit]["figures"]}
        for name in (*answers.RULES, *blocks.RULES):
            if name in ("T01", "S07"):
                assert name not in own
                continue
            told = figure(small_nation, name, ("unit", unit), half_year)
            if "word" in told:
                assert (own[name]["outcome"], own[name]["band"]) == ("words", told["word"]), (name, unit)
                assert not {"n", "x_lo", "x_hi", "value", "lo", "hi"} & set(own[name])
            else:
                assert own[name].get("band") is None
                assert own[name]["status"] == told["status"]


def test_somebody_is_told_in_words(small_nation: SmallNation) -> None:
    bands = {row.get("band") for body in small_nation.own.values() for row in body["figures"]}
    assert {"få", "blandat", "de flesta"} <= bands


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_response_is_that_of_the_waves_of_a_told_figure(small_nation: SmallNation, half_year: str) -> None:
    rows = small_nation.figures(half_year)
    everywhere = {place for name in answers.RULES for place in places(small_nation, name, half_year)}
    assert {key[1:] for key in rows if key[0] == "Q01"} == everywhere
    for place in everywhere:
        told = [
            (name, figure(small_nation, name, place, half_year))
            for name in sorted(answers.RULES)
            if (name, *place) in rows
        ]
        shown = [(name, one) for name, one in told if not one["status"]]
        row = rows[("Q01", *place)]
        if not shown:
            assert (row["status"], row["outcome"]) == ("..", told[-1][1]["outcome"])
            continue
        name, one = shown[0]
        waves = frozenset().union(*(part.waves for part in chosen(small_nation, name, place, half_year)))
        assert row["status"] == ""
        assert row["response"] == telling.response(waves, asked(small_nation))
        assert (row["period_from"], row["period_to"]) == (one["period_from"], one["period_to"])


# --- staff --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half_year", HALF_YEARS)
@pytest.mark.parametrize("name", [*HEADS, HOURS, MANAGERS, WHAT_IF])
def test_the_same_people_are_bound_and_the_same_meet_it(
    small_nation: SmallNation, catalogue: Catalogue, name: str, half_year: str
) -> None:
    findings = small_nation.staff[half_year].findings
    made = {
        one.unit: {key: key in one.met for key in one.bound}
        for one in heads_of(catalogue.indicator(name), findings)
        if one.half_year == half_year and one.bound
    }
    assert made == staff.found(
        name, small_nation.units, small_nation.rows["staff"], half_year, small_nation.rows["capacity"]
    )
    assert bool(made) is (half_year >= "2025H2" or name in ("P04", WHAT_IF))


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_the_same_minutes_are_worked(small_nation: SmallNation, catalogue: Catalogue, half_year: str) -> None:
    known = hours_of(catalogue.indicator(HOURS), small_nation.staff[half_year])
    made = {one.unit: (dict(one.minutes), one.met, one.whole) for one in known if one.half_year == half_year}
    told = worked(small_nation, half_year)
    for unit, (people, met, whole) in told.items():
        assert made[unit] == (people, met, whole), unit
    assert set(made) - set(told) <= {unit["id"] for unit in small_nation.units}


def worked(nation: SmallNation, half_year: str) -> dict[str, tuple[dict[str, int], int, int]]:
    bound = staff.found(HOURS, nation.units, nation.rows["staff"], half_year, nation.rows["capacity"])
    return staff.minutes(bound, nation.rows["staff"], nation.rows["hours"], half_year)


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_the_same_people_left(small_nation: SmallNation, catalogue: Catalogue, half_year: str) -> None:
    known = turnover_of(catalogue.indicator(TURNOVER), small_nation.staff[half_year], half_year)
    made = {one.unit: (one.ended, one.summed, one.ever) for one in known}
    assert made == staff.left(small_nation.rows["staff"], half_year)


class Kept:
    """The classes of heads of every home, half-year after half-year, as they are told."""

    def __init__(self, nation: SmallNation, name: str) -> None:
        self.fresh: dict[str, list[tuple[str, classes.Class]]] = {}
        self.looked_at = {
            half: staff.at_work(nation.units, nation.rows["staff"], half)
            for half in HALF_YEARS
            if name == "P04" or last_of(end_of(half)) >= staff.NEW_ORDINANCE
        }
        self.told: dict[str, dict[str, tuple[str, classes.Class] | str]] = {}
        found = {
            half: staff.found(name, nation.units, nation.rows["staff"], half, nation.rows["capacity"])
            for half in HALF_YEARS
        }
        for half in HALF_YEARS:
            self.told[half] = {unit: self._of(found, unit, half) for unit in owners(nation, half)}

    def _of(
        self, found: dict[str, dict[str, dict[str, bool]]], unit: str, half: str
    ) -> tuple[str, classes.Class] | str:
        people = found[half].get(unit)
        if people is None:
            return "not_applicable" if unit in self.looked_at.get(half, ()) else "missing"
        now = classes.of_heads(len(people), sum(people.values()))
        if now is None:
            return "too_few"
        before = self.fresh.setdefault(unit, [])
        for then, one in before:
            stayed = set(found[then][unit]) & set(people)
            if classes.must_wait(one, len(people), len(stayed)):
                age = HALF_YEARS.index(half) - HALF_YEARS.index(before[-1][0])
                return before[-1] if age < 4 else "waiting"
        before.append((half, now))
        return half, now


@cache
def kept(nation: SmallNation, name: str) -> Kept:
    return Kept(nation, name)


def of_place(nation: SmallNation, place: Place, half_year: str) -> list[str]:
    own = owners(nation, half_year)
    return sorted(unit for unit in own if place[0] == "nation" or own[unit] == place[1])


def wide(nation: SmallNation, half_year: str) -> list[Place]:
    return [("nation", "SE"), *(("provider", one) for one in sorted(set(owners(nation, half_year).values())))]


@pytest.mark.parametrize("half_year", HALF_YEARS)
@pytest.mark.parametrize("name", [*HEADS, TURNOVER])
def test_every_class_of_staff_is_told_alike(small_nation: SmallNation, name: str, half_year: str) -> None:
    rows = small_nation.figures(half_year)
    if name == TURNOVER:
        left = staff.left(small_nation.rows["staff"], half_year)
        told: dict[str, Any] = {}
        for unit in owners(small_nation, half_year):
            one = classes.of_turnover(*left[unit]) if unit in left else None
            told[unit] = (half_year, one) if one else "too_few" if unit in left else "missing"
    else:
        told = kept(small_nation, name).told[half_year]
    for unit, one in told.items():
        assert seen(rows[name, "unit", unit]) == (one if isinstance(one, str) else (one[1].key, one[0])), unit
    for place in wide(small_nation, half_year):
        parts = [told[unit] for unit in of_place(small_nation, place, half_year)]
        known = [one for one in parts if not isinstance(one, str)]
        whole = classes.of_sum([one for _, one in known], is_turnover=name == TURNOVER)
        expected = whole if isinstance(whole, str) else (whole.key, max(half for half, _ in known))
        if set(parts) == {"not_applicable"}:
            expected = "not_applicable"
        assert seen(rows[(name, *place)]) == expected, place


def seen(row: Row) -> str | tuple[str, str]:
    """The class of a row and the half-year it speaks of, or why there is none; never a count."""
    assert row.get("n") is None
    assert row.get("x_lo") is None
    assert row.get("value") is None
    if row["status"]:
        return str(row["outcome"])
    assert row["outcome"] == "class"
    assert row["period_from"] == row["period_to"]
    return row["class"], row["period_to"]


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_hours_are_told_in_the_tenths_that_leave_every_home_two_counts(
    small_nation: SmallNation, half_year: str
) -> None:
    rows = small_nation.figures(half_year)
    heads = kept(small_nation, "P01").told[half_year]
    hours = worked(small_nation, half_year)
    told_of: dict[str, tuple[list[str], tuple[int, int]]] = {}
    for level, whose in reversed(wide(small_nation, half_year)):
        inside = [
            unit
            for unit in of_place(small_nation, (level, whose), half_year)
            if not isinstance(heads[unit], str)
            and heads[unit][0] == half_year
            and hours.get(unit, ({}, 0, 0))[2]
        ]
        known = {unit: heads[unit][1] for unit in inside}
        row = rows[HOURS, level, whose]
        if len(inside) < 3 or sum(one.n for one in known.values()) < 20:  # type: ignore[union-attr]
            parts = {heads[unit] for unit in of_place(small_nation, (level, whose), half_year)}
            assert seen(row) == ("not_applicable" if parts == {"not_applicable"} else "too_few")
            continue
        done = {unit for homes, _ in told_of.values() for unit in homes}
        people = [
            (known[unit], [*hours[unit][0].values(), *[0] * (known[unit].n - len(hours[unit][0]))])  # type: ignore[union-attr]
            for unit in inside
            if unit not in done
        ]
        whole, met = (sum(hours[unit][place] for unit in inside) for place in (2, 1))
        before = [reach for _, reach in told_of.values()] if level == "nation" else []
        steps = classes.steps_of_hours(people, whole, before)  # type: ignore[arg-type]
        (step,) = [one for one in steps if classes.span(whole, one)[0] <= met <= classes.span(whole, one)[1]]
        if step == (0, 11):
            assert seen(row) == "waiting"
            continue
        assert seen(row) == (f"share:{step[0]}-{step[1]}", half_year)
        assert (row["lo"], row["hi"]) == (10 * step[0], min(10 * step[1], 100))
        told_of[whose] = inside, classes.span(whole, step)
    assert bool(told_of) is (half_year >= "2025H2")


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_managers_are_told_as_shown_or_not_and_never_why(small_nation: SmallNation, half_year: str) -> None:
    rows = small_nation.figures(half_year)
    found = staff.found(
        MANAGERS, small_nation.units, small_nation.rows["staff"], half_year, small_nation.rows["capacity"]
    )
    staffed = staff.at_work(small_nation.units, small_nation.rows["staff"], half_year)
    shown = {unit: any(found.get(unit, {}).values()) for unit in staffed}
    for unit in owners(small_nation, half_year):
        expected = ("shown" if shown[unit] else "not_shown", half_year) if unit in shown else "missing"
        assert seen(rows[MANAGERS, "unit", unit]) == expected, unit
    for place in wide(small_nation, half_year):
        homes = [unit for unit in of_place(small_nation, place, half_year) if unit in shown]
        n, row = sum(shown[unit] for unit in homes), rows[(MANAGERS, *place)]
        assert seen(row) == ("all" if n == len(homes) else "homes", half_year)
        assert row["class_sv"].startswith(f"{n} av {len(homes)} hem")


@pytest.mark.parametrize("half_year", HALF_YEARS)
@pytest.mark.parametrize("name", staff.SURVEY)
def test_what_staff_answer_is_told_of_a_year_with_eight_answers(
    small_nation: SmallNation, name: str, half_year: str
) -> None:
    rows, own = small_nation.figures(half_year), owners(small_nation, half_year)
    terms = {unit["id"]: unit["terms"] for unit in small_nation.units}
    year: list[tuple[str, str | None, Row, int, int]] = []
    for wave in small_nation.waves:
        last = end_of(wave["half_year"])
        if wave["family"] != "personal" or not 0 <= end_of(half_year) - last < 4:
            continue
        owner = owner_between(terms[wave["unit"]], first_of(last - 1), last_of(last))
        n, x = staff.said(name, wave["counted"])
        if owner and len(wave["counted"]) >= 8 and n >= 8:
            year.append((wave["unit"], owner, wave, n, x))
    for level, whose in [*wide(small_nation, half_year), *(("unit", unit) for unit in own)]:
        parts = [
            one
            for one in year
            if level == "nation" or whose == (one[1] if level == "provider" else one[0])
            if level != "unit" or own[whose] == one[1]
        ]
        row = rows[name, level, whose]
        if not parts:
            assert (row["status"], row["outcome"]) == ("..", "waiting")
            continue
        ends = [telling.blurred(n, x, 2) for *_, n, x in parts]
        n, low, high = (
            sum(one[3] for one in parts),
            sum(low for low, _ in ends),
            sum(high for _, high in ends),
        )
        assert (row["n"], row["x_lo"], row["x_hi"]) == (n, low, high)
        limits = telling.limits_of_share(low, high, n)
        assert (row["lo"], row["hi"]) == tuple(telling.six(100 * one) for one in limits)
        assert row["value"] == telling.whole_per_cent(n, low, high)
        valid = {(one[0], one[2]["half_year"]): (one[2]["n_valid"], one[2]["n_invited"]) for one in parts}
        assert row["response"] == telling.response(frozenset(valid), valid)


# --- facts, and what was covered ----------------------------------------------------------------------------


def test_inspections_of_two_years_are_told_as_they_were_reported(small_nation: SmallNation) -> None:
    """T07: a list and no share. Two years back from the clock of the demonstration's last day."""
    today = max(row["held_on"] for row in small_nation.rows["inspections"])
    assert today > "2026"
    n = 0
    for unit, facts in small_nation.facts["homes"].items():
        listed = facts.get("inspections", [])
        told = [
            (one["held_on"], one["kind"], one.get("decision", ""), one.get("state", "")) for one in listed
        ]
        known = [
            (row["held_on"], row["kind"], row.get("decision") or "", row.get("state") or "")
            for row in small_nation.rows["inspections"]
            if row["unit"] == unit and row["held_on"] >= "2024-11-21"
        ]
        assert sorted(told) == sorted(known)
        assert told == sorted(told, key=lambda one: one[0], reverse=True)
        n += len(told)
    assert n > 3


def test_every_indicator_with_an_oracle_is_told_of_somebody(small_nation: SmallNation) -> None:
    shown = {
        name
        for half_year in HALF_YEARS
        for (name, *_), row in small_nation.figures(half_year).items()
        if not row["status"]
    }
    assert ORACLES - shown == SHOWN_NOWHERE
    assert shown | FACTS >= CORE


# --- what homes owe ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("half_year", HALF_YEARS)
def test_waves_told_back_in_time_are_counted_alike(small_nation: SmallNation, half_year: str) -> None:
    asked_of = [
        (one["unit"], one["half_year"]) for one in small_nation.waves if one["family"] == answers.FAMILY
    ]
    wanted = duties.counts(small_nation.units, asked_of, small_nation.told_back, half_year)
    rows = {key[1:]: row for key, row in small_nation.figures(half_year).items() if key[0] == "D04"}
    told = {
        place: (row["n"], row["x_lo"], row["period_from"], row["period_to"])
        for place, row in rows.items()
        if not row["status"]
    }
    assert told == wanted
    assert {row["outcome"] for place, row in rows.items() if place not in wanted} <= {"not_due"}
    assert bool(wanted) is (half_year != HALF_YEARS[0])
    if half_year == HALF_YEARS[-1]:
        n, x, *_ = wanted["nation", "SE"]
        assert 0.5 < x / n < 0.95


def test_some_homes_tell_back_late_and_some_never(small_nation: SmallNation) -> None:
    after = {(day - duties.closes_on(then)).days for (_, then), day in small_nation.told_back.items()}
    assert min(after) <= 30 < max(after)
    assert len(small_nation.told_back) < len(small_nation.units) * len(HALF_YEARS)
