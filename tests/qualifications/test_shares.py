"""Counting findings by heads and hours, exactly, as the home sees its own staff (DESIGN §4.6)."""

from __future__ import annotations

import msgspec
import pytest

from hvb_followup.qualifications.hours import HIRED, Cover, HoursRow, cover
from hvb_followup.qualifications.shares import ManagerShown, Share, by_heads, by_hours, manager_shown
from hvb_followup.qualifications.staff import Evidence, SpecialReason
from hvb_followup.qualifications.words import State
from tests.qualifications.people import HOME, assessed, day, educated, finding, manager, member

RULE, ON = "STF-2025-EDU", "2031-09-01"
TWO_YEARS = educated("post_secondary", years=2)
REASON = SpecialReason(rule=RULE, decided_on=day("2031-07-01"), expires_on=day("2032-06-30"))
STAFF = {
    "anna": member(staff="anna", educations=(TWO_YEARS,)),
    "bo": member(staff="bo", educations=(educated("upper_secondary"),)),
    "cia": member(staff="cia", educations=(), special_reasons=(REASON,)),
    "dan": member(staff="dan"),
    "eva": member(staff="eva", role="other_staff", duties=("kitchen",)),
    "fia": member(staff="fia", engagement="agency", educations=(TWO_YEARS,)),
}
FINDINGS = [finding(person, RULE, ON) for person in STAFF.values()]
# key, hours, of which night
ROWS = [
    HoursRow(staff=staff, unit=HOME, month="2031-08", minutes=hours * 60, night_minutes=night * 60)
    for staff, hours, night in (
        ("anna", 150, 30),
        ("bo", 100, 60),
        ("cia", 80, 0),
        ("dan", 40, 40),
        ("eva", 160, 0),
        ("fia", 20, 10),
        (HIRED, 50, 50),
    )
]


def test_heads_meet_by_the_rule_itself_and_the_rest_is_shown_apart() -> None:
    share = by_heads(FINDINGS)
    assert (share.met, share.of) == (2, 5)
    assert share.by_state == {"met": 2, "special_reasons": 1, "not_met": 1, "not_assessed": 1}


def test_hours_weigh_and_hired_hands_without_a_key_count_as_not_assessed() -> None:
    share = by_hours(FINDINGS, ROWS)
    assert (share.met, share.of) == (170 * 60, 440 * 60)
    assert share.by_state[State.NOT_ASSESSED] == 90 * 60


def test_nights_are_counted_by_themselves() -> None:
    share = by_hours(FINDINGS, ROWS, at_night=True)
    assert (share.met, share.of) == (40 * 60, 190 * 60)


def test_whom_nothing_was_found_of_is_not_assessed() -> None:
    stranger = HoursRow(staff="gun", unit=HOME, month="2031-08", minutes=60)
    elsewhere = HoursRow(staff="anna", unit="H00002", month="2031-08", minutes=60)
    assert by_hours(FINDINGS, [stranger, elsewhere]).by_state == {"not_assessed": 120}


def test_hired_cover_counts_those_with_and_without_a_key() -> None:
    assert cover(ROWS, STAFF.values()) == Cover(
        minutes=600 * 60, night=190 * 60, hired=70 * 60, hired_night=60 * 60
    )


def test_a_night_is_part_of_the_month() -> None:
    with pytest.raises(ValueError, match="night"):
        HoursRow(staff="anna", unit=HOME, month="2031-08", minutes=60, night_minutes=61)


def test_a_person_found_twice_counts_once_by_what_weighs_heaviest() -> None:
    """A register can hold two engagements of one key that reach into one another: a fault, but nobody is two."""
    met, missing = finding(STAFF["anna"], "STF-2025-EDU", ON), finding(STAFF["bo"], "STF-2025-EDU", ON)
    assert (met.state, missing.state) == ("met", "not_met")
    twin = msgspec.structs.replace(missing, staff=met.staff)
    for pair in ([met, twin], [twin, met]):
        assert by_heads(pair) == Share(met=0, of=1, by_state={State.NOT_MET: 1})
    assert (by_heads([met, met]).met, by_heads([met, met]).of) == (1, 1)


def test_counting_two_rules_is_refused() -> None:
    with pytest.raises(ValueError, match="one rule"):
        by_heads([FINDINGS[0], finding(STAFF["bo"], "STF-2025-SUIT", ON)])


def test_others_learn_whether_a_manager_has_shown_it_and_never_why_not() -> None:
    seen = {"evidence": "checked", "checked_on": "2026-01-07"}
    degree = educated("first_cycle_degree", **seen)
    boss = manager(degree)
    judged = [
        msgspec.structs.replace(one, evidence=Evidence.CHECKED, checked_on=day("2026-02-03"))
        for one in assessed("personal_suitability", "combined_competence")
    ]
    lived = [
        msgspec.structs.replace(one, evidence=Evidence.CHECKED, checked_on=day("2026-01-07"))
        for one in boss.experience or ()
    ]
    whole = msgspec.structs.replace(boss, assessments=tuple(judged), experience=tuple(lived))
    told = [
        manager_shown(finding(person, "FST-2025", ON) for person in people)
        for people in ([whole], [boss], [manager(degree, assessments=())], [manager()], [], [STAFF["anna"]])
    ]
    assert told == [
        ManagerShown(is_shown=True, looked_on=day("2026-02-03")),
        ManagerShown(is_shown=True),
        *[ManagerShown(is_shown=False)] * 4,
    ]
