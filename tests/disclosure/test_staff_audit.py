"""Each rule about staff switched off, or broken by hand, and the audit finds it (DESIGN §4.6–4.7)."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import pytest

from hvb_followup.disclosure.model import Figure, Shape
from hvb_followup.disclosure.staff import (
    Heads,
    Hours,
    Manager,
    StaffFigure,
    StaffRules,
    Turnover,
)
from hvb_followup.disclosure.staff_audit import StaffLedger, audit_staff
from hvb_followup.disclosure.staff_hours import hours_figures
from hvb_followup.disclosure.staff_show import heads_figures, manager_figures, turnover_figures
from hvb_followup.disclosure.staff_survey import Group, survey_data, survey_figures
from hvb_followup.periods import shift

replace = msgspec.structs.replace
HALF_YEARS = [shift("2025H1", step) for step in range(5)]
UNITS = {f"H{number:02d}": f"P{number // 6}" for number in range(20)}
MONTH = 9600


def rosters(seed: int) -> list[Heads]:
    """Homes of 3 to 26 heads; each half-year some come, some go, and most keep what they had."""
    draw = random.Random(seed)
    found: list[Heads] = []
    for place, unit in enumerate(UNITS):
        people = {f"{unit}-{number}": draw.random() < 0.85 for number in range(3 + place + place // 3)}
        serial = len(people)
        for half_year in HALF_YEARS:
            met = frozenset(name for name, is_met in people.items() if is_met)
            found.append(Heads(unit=unit, half_year=half_year, bound=frozenset(people), met=met))
            for name in draw.sample(sorted(people), min(len(people), draw.choice([0, 0, 1, 2]))):
                del people[name]
            for _ in range(draw.choice([0, 1, 1, 2, 3])):
                serial += 1
                people[f"{unit}-{serial}"] = draw.random() < 0.6
    return found


def hours_of(heads: list[Heads]) -> list[Hours]:
    return [
        Hours(
            unit=one.unit,
            half_year=one.half_year,
            minutes=dict.fromkeys(one.bound, MONTH),
            met=len(one.met) * MONTH,
            whole=len(one.bound) * MONTH,
        )
        for one in heads
    ]


def groups_of(seed: int) -> list[Group]:
    draw = random.Random(seed)
    return [
        Group(
            indicator="P08a",
            unit=unit,
            provider=provider,
            family="personal",
            major=1,
            half_year=half_year,
            persons=3 + place,
            n=3 + place,
            x=draw.choice([0, 1, 2 + place, 3 + place]),
        )
        for half_year in HALF_YEARS
        if half_year.endswith("H2")
        for place, (unit, provider) in enumerate(UNITS.items())
    ]


def everything(seed: int = 0, rules: StaffRules | None = None) -> StaffLedger:
    """Every release of two years and a half, in order, each knowing those before it."""
    rules = rules or StaffRules()
    heads, groups = rosters(seed), groups_of(seed)
    hours = hours_of(heads)
    figures: list[StaffFigure] = []
    survey: list[Figure] = []
    data = survey_data(groups, rules)
    for release in HALF_YEARS:
        now = heads_figures("P01", heads, units=UNITS, release=release, earlier=figures, rules=rules)
        beside = hours_figures("P02", hours, now, units=UNITS, release=release, earlier=figures, rules=rules)
        left = [
            Turnover(
                unit=unit, half_year=release, ended=place % 9, summed=12 * (3 + place), ever=9 + 2 * place
            )
            for place, unit in enumerate(UNITS)
        ]
        gone = turnover_figures("S08", left, units=UNITS, release=release, earlier=figures, rules=rules)
        bosses = [
            Manager(unit=unit, half_year=release, is_shown=place % 3 > 0) for place, unit in enumerate(UNITS)
        ]
        led = manager_figures("P03", bosses, units=UNITS, release=release)
        figures += [*now, *beside, *gone, *led]
        survey += survey_figures(
            data,
            [Shape(id="P08a", family="personal", group="P08a")],
            units=UNITS,
            release=release,
            responses={},
            rules=rules,
        )
    return StaffLedger(
        figures=tuple(figures),
        survey=tuple(survey),
        data=data,
        groups=tuple(groups),
        heads={"P01": tuple(heads)},
        hours={"P02": tuple(hours)},
    )


def rules_of(ledger: StaffLedger) -> set[str]:
    return {finding.rule for finding in audit_staff(ledger)}


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_found_in_what_the_house_tells(seed: int) -> None:
    ledger = everything(seed)
    assert audit_staff(ledger) == ()
    # It tells a good deal, or the audit would have nothing to find.
    told = [one for one in ledger.figures if one.is_told]
    assert {(one.kind, one.level) for one in told} >= {
        ("heads", "unit"),
        ("heads", "provider"),
        ("heads", "nation"),
        ("hours", "nation"),
        ("turnover", "unit"),
        ("turnover", "nation"),
        ("manager", "unit"),
    }
    assert any(one.kind == "heads" and one.is_told and not one.is_fresh for one in told)
    assert any(one.is_shown and one.level == "unit" for one in ledger.survey)


@pytest.mark.parametrize(
    ("rules", "finding"),
    [
        (StaffRules(heads_from=3), "staff-few"),
        (StaffRules(two_counts=False), "staff-class"),
        (StaffRules(wait_for_others=False), "staff-person"),
        (StaffRules(coarse_sums=False), "staff-sum"),
        (StaffRules(sum_homes=1, sum_from=5), "staff-sum-few"),
        (StaffRules(hours_above_unit=False), "staff-hours-unit"),
        (StaffRules(sum_homes=1, sum_from=5), "staff-hours-few"),
        (StaffRules(turnover_from=3), "staff-few"),
        (StaffRules(survey_from=5), "staff-survey-few"),
        (StaffRules(survey_ends=1), "staff-survey-end"),
        (StaffRules(survey_window=4), "staff-survey-sum"),
    ],
    ids=str,
)
def test_a_rule_switched_off_is_found(rules: StaffRules, finding: str) -> None:
    assert finding in rules_of(everything(rules=rules))


def test_a_step_of_hours_that_is_not_widened_is_found() -> None:
    units = dict.fromkeys(("H0", "H1", "H2"), "P")
    heads = [
        Heads(
            unit=unit,
            half_year="2026H2",
            bound=frozenset(f"{unit}{number}" for number in range(9)),
            met=frozenset(f"{unit}{number}" for number in range(7)),
        )
        for unit in units
    ]
    hours = hours_of(heads)
    for rules, expected in ((StaffRules(), set()), (StaffRules(hours_leave_two=False), {"staff-hours"})):
        told = heads_figures("P01", heads, units=units, release="2026H2")
        steps = hours_figures("P02", hours, told, units=units, release="2026H2", rules=rules)
        ledger = StaffLedger(
            figures=(*told, *steps), heads={"P01": tuple(heads)}, hours={"P02": tuple(hours)}
        )
        assert rules_of(ledger) == expected


# What no rule can switch off is broken by hand.


def broken(
    choose: Callable[[StaffFigure], bool], change: Callable[[StaffFigure], StaffFigure]
) -> StaffLedger:
    ledger = everything()
    first = next(place for place, one in enumerate(ledger.figures) if choose(one))
    figures = list(ledger.figures)
    figures[first] = change(figures[first])
    return replace(ledger, figures=tuple(figures))


def test_a_silent_figure_that_carries_a_count_is_found() -> None:
    ledger = broken(lambda one: not one.is_told, lambda one: replace(one, n=4))
    assert "staff-withheld" in rules_of(ledger)


def test_a_reason_why_the_manager_has_not_shown_it_is_found() -> None:
    ledger = broken(lambda one: one.band == "not_shown", lambda one: replace(one, band="unverified_evidence"))
    assert "staff-manager" in rules_of(ledger)


def test_two_classes_of_one_half_year_are_found() -> None:
    ledger = everything()
    one = next(
        figure for figure in ledger.figures if figure.kind == "heads" and figure.is_fresh and figure.n == 12
    )
    other = replace(one, band="missing:6-", lowest=0, highest=6)
    assert one.band != other.band
    assert "staff-twice" in rules_of(replace(ledger, figures=(*ledger.figures, other)))


def test_a_class_whose_staff_list_is_gone_is_found() -> None:
    ledger = everything()
    kept = tuple(one for one in ledger.heads["P01"] if one.half_year != HALF_YEARS[0])
    assert "staff-unknown" in rules_of(replace(ledger, heads={"P01": kept}))


def test_a_sum_of_other_homes_than_it_says_is_found() -> None:
    ledger = broken(
        lambda one: one.level == "provider" and one.kind == "heads" and one.is_told,
        lambda one: replace(one, homes=one.homes[1:]),
    )
    assert "staff-sum" in rules_of(ledger)


def test_a_difference_between_two_sums_of_answers_is_never_fewer_than_eight() -> None:
    ledger = everything()
    size = {one.id: one.n for one in ledger.data}
    shown = [frozenset(one.data) for one in ledger.survey if one.is_shown]
    for one in shown:
        for other in shown:
            assert one == other or sum(size[datum] for datum in one ^ other) >= 8


def test_half_of_a_yearly_group_is_found() -> None:
    ledger = everything()
    figure = next(one for one in ledger.survey if one.is_shown and one.level == "nation")
    halved = replace(figure, data=figure.data[1:])
    survey = tuple(halved if one is figure else one for one in ledger.survey)
    assert "staff-survey-sum" in rules_of(replace(ledger, survey=survey))
    datum = replace(ledger.data[0], n=ledger.data[0].n - 1)
    assert "staff-survey-group" in rules_of(replace(ledger, data=(datum, *ledger.data[1:])))
