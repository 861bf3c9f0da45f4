"""Staff registers to exact counts, beside slow and obvious ones (class B)."""

from __future__ import annotations

import datetime as dt
import random

import msgspec
import polars as pl
import pytest

from hvb_followup import content
from hvb_followup.actions.publish.staff_measured import heads_of
from hvb_followup.frames import ENGAGEMENTS, FINDINGS, HOURS, STAFF_ANSWERS
from hvb_followup.indicators import staff
from hvb_followup.indicators.expressions import register_problems
from hvb_followup.qualifications.hours import HIRED, HoursRow
from hvb_followup.qualifications.shares import by_heads, by_hours
from hvb_followup.qualifications.staff import Assessment
from hvb_followup.qualifications.words import MET, State
from tests.qualifications.people import HOME, educated, finding, home, manager, member

CATALOGUE = content.read()
HEADS, TIME, BOSS, LEFT = (CATALOGUE.indicator(one) for one in ("P01", "P02", "P03", "S08"))
RULE, DAY = "STF-2025-EDU", dt.date(2031, 12, 31)
PEOPLE = [
    member(staff="anna", educations=(educated("post_secondary", years=2),)),
    member(staff="bo", educations=(educated("upper_secondary"),)),
    member(staff="cia"),
    member(staff="dan", role="other_staff", duties=("kitchen",)),
    member(staff="eva", educations=(educated("post_secondary", years=3),)),
]
FOUND = [finding(person, RULE, DAY.isoformat()) for person in PEOPLE]
# key, month, hours
WORKED = [
    ("anna", "2031-10", 150),
    ("anna", "2031-12", 140),
    ("bo", "2031-11", 100),
    ("cia", "2031-12", 40),
    ("dan", "2031-12", 160),
    ("eva", "2031-07", 20),
    (HIRED, "2031-12", 50),
    ("fia", "2031-12", 30),
]


def findings(found: list[object]) -> pl.DataFrame:
    """Findings as the frame carries them: met is 1 or 0, null where the rule does not bind."""
    rows = [
        {
            "unit": one.unit,
            "staff": one.staff,
            "rule": one.rule,
            "rule_set": one.rule_set,
            "version": one.version,
            "as_of": one.as_of,
            "state": str(one.state),
            "met": None if one.state == State.NOT_APPLICABLE else int(one.state in MET),
            "evidence": one.evidence,
        }
        for one in found
    ]
    return pl.DataFrame(rows, schema=pl.Schema(FINDINGS.columns))


def worked() -> pl.DataFrame:
    rows = [(HOME, key, month, hours * 60, 0, key == HIRED) for key, month, hours in WORKED]
    return pl.DataFrame(rows, schema=pl.Schema(HOURS.columns), orient="row")


def test_heads_are_those_of_the_qualification_rules_themselves() -> None:
    marked = staff.marks(HEADS, findings(FOUND))
    share = by_heads(FOUND)
    assert (marked["num"].sum(), marked["den"].sum()) == (share.met, share.of) == (2, 4)


def test_nobody_in_stodboende_is_bound_by_an_education_however_suitable() -> None:
    """R8 P01–P02 under R1: the ordinance asks of staff in stödboende that they suit the work, and of no education."""
    suitable = (Assessment(of="personal_suitability", assessed_on=dt.date(2024, 8, 20)),)
    people = [member(staff=f"s{number}", assessments=suitable) for number in range(5)]
    where = home("stodboende")
    found = [finding(one, rule, DAY.isoformat(), where) for one in people for rule in (RULE, "SB-STF-2025")]
    assert {str(one.state) for one in found} == {"met", "not_applicable"}
    for indicator in (HEADS, TIME):
        marked = staff.marks(indicator, findings(found))
        assert (marked.height, marked["den"].sum(), marked["num"].sum()) == (5, 0, 0)
    (told,) = heads_of(HEADS, findings(found))
    assert (told.unit, told.bound, told.met) == (HOME, frozenset(), frozenset())
    assert heads_of(HEADS, findings([one for one in found if one.rule != RULE])) == ()


def test_hours_are_those_of_the_qualification_rules_themselves() -> None:
    rows = [HoursRow(staff=key, unit=HOME, month=month, minutes=hours * 60) for key, month, hours in WORKED]
    share = by_hours(FOUND, rows)
    (home,) = staff.hours(staff.marks(TIME, findings(FOUND)), worked())
    assert (home.met, home.whole) == (share.met, share.of)
    assert home.minutes == {"anna": 290 * 60, "bo": 6000, "cia": 2400, "eva": 1200}


def test_hours_of_a_half_year_without_findings_are_of_nobody() -> None:
    assert (
        staff.hours(staff.marks(TIME, findings(FOUND)), worked().with_columns(month=pl.lit("2031-06"))) == []
    )


def test_the_manager_counts_by_her_own_rule_and_not_among_the_heads() -> None:
    boss = findings([finding(manager(staff="chef"), "FST-2025", DAY.isoformat())])
    assert staff.marks(BOSS, boss).select("num", "den").rows() == [(0, 1)]
    assert staff.marks(HEADS, boss).is_empty()


def test_who_is_bound_by_two_rules_meets_both_or_none() -> None:
    both = msgspec.structs.replace(HEADS, where="")
    rows = [("a", "x", 1), ("a", "y", 0), ("b", "x", 1), ("b", "y", 1), ("c", "x", None), ("c", "y", 1)]
    frame = pl.DataFrame(
        [{"unit": "H", "staff": key, "rule": rule, "as_of": DAY, "met": met} for key, rule, met in rows],
        schema_overrides={"met": pl.Int64},
    )
    assert staff.marks(both, frame).select("staff", "num", "den").rows() == [
        ("a", 0, 1),
        ("b", 1, 1),
        ("c", 1, 1),
    ]


def test_turnover_is_what_counting_day_by_day_gives() -> None:
    draw = random.Random(7)
    first = dt.date(2025, 1, 1)
    rows = []
    for number in range(40):
        start = first + dt.timedelta(days=draw.randrange(-200, 700))
        end = start + dt.timedelta(days=draw.randrange(5, 500))
        rows.append(("H", f"s{number}", "care_staff", "employment", start, draw.choice([end, None]), 100))
    frame = pl.DataFrame(rows, schema=pl.Schema(ENGAGEMENTS.columns), orient="row")
    (home,) = staff.turnover(LEFT, frame, ["2026H1"])
    window = [dt.date(2025, 7, 1) + dt.timedelta(days=day) for day in range(365)]
    month_ends = [day for day in window if (day + dt.timedelta(days=1)).day == 1]
    present = {
        day: sum(row[4] <= day and (row[5] is None or day <= row[5]) for row in rows) for day in window
    }
    assert len(month_ends) == 12
    assert home.ended == sum(row[5] in window for row in rows)
    assert home.summed == sum(present[day] for day in month_ends)
    assert home.ever == sum(
        any(row[4] <= day and (row[5] is None or day <= row[5]) for day in window) for row in rows
    )


def test_a_person_in_several_engagements_at_once_is_one_and_has_not_left() -> None:
    long, within, after = (
        (dt.date(2020, 1, 1), None),
        (dt.date(2021, 1, 1), dt.date(2025, 12, 31)),
        (dt.date(2026, 3, 1), None),
    )
    rows = [("H", "a", "care_staff", "employment", *days, 100) for days in (within, after, long)]
    frame = pl.DataFrame(rows, schema=pl.Schema(ENGAGEMENTS.columns), orient="row")
    (home,) = staff.turnover(LEFT, frame, ["2026H1"])
    assert (home.ended, home.summed, home.ever) == (0, 12, 1)


def test_answers_of_staff_are_counted_by_home_and_wave_without_any_link() -> None:
    assert "link" not in STAFF_ANSWERS.columns
    schema = STAFF_ANSWERS.with_columns({"speak_up": pl.String}).columns
    said = [("H1", "fully"), ("H1", "mostly"), ("H1", "not"), ("H1", "dont_know"), ("H2", "not")]
    rows = [(unit, "personal", 1, "2026H2", "sv", "standard", "web", code) for unit, code in said]
    found = staff.values(CATALOGUE.indicator("P08a"), pl.DataFrame(rows, schema=schema, orient="row"))
    assert found.select("unit", "persons", "n", "x").rows() == [("H1", 4, 3, 2), ("H2", 1, 1, 0)]


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("persnr = '1'", "finns inte"),
        ("upper(rule) = 'X'", "Funktionen"),
        ("met", "inte sant eller falskt"),
        ("rule = 'X'; drop", "hör inte"),
    ],
)
def test_an_expression_over_a_register_sees_its_columns_and_nothing_else(where: str, says: str) -> None:
    odd = msgspec.structs.replace(HEADS, where=where)
    found = register_problems(odd, FINDINGS, "P01.toml")
    assert any(says in problem.says for problem in found)
    assert {problem.where for problem in found} == {"P01.toml: $.where"}
