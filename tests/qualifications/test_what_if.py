"""The same staff under other rules, for a home, a provider or everybody."""

from __future__ import annotations

import msgspec
import pytest

from hvb_followup.qualifications.model import RuleSet
from hvb_followup.qualifications.staff import SpecialReason, StaffRecord
from hvb_followup.qualifications.what_if import WhatIf, what_if
from tests.qualifications.people import assessed, day, educated, home, manager, member, rulebook

ON = day("2026-11-22")
SUITABLE = assessed("personal_suitability")
LAW = rulebook().rule_set("sof-2025-468")
PROPOSAL = rulebook().rule_set("sou-2023-66")
REASON = SpecialReason(rule="STF-2025-EDU", decided_on=day("2026-01-01"), expires_on=day("2026-12-31"))

# key, home, education, and what it is under the law and under the proposal
PEOPLE = [
    member(staff="anna", educations=(educated("post_secondary", years=2),), assessments=SUITABLE),
    member(staff="bo", educations=(educated("upper_secondary"),), assessments=SUITABLE),
    member(
        staff="cia",
        educations=(educated("post_secondary", years=2, field="other_relevant"),),
        assessments=SUITABLE,
    ),
    member(
        staff="dan",
        unit="H00002",
        educations=(educated("upper_secondary"),),
        assessments=SUITABLE,
        special_reasons=(REASON,),
    ),
    member(staff="eva", unit="H00002", role="other_staff", duties=("kitchen",), assessments=SUITABLE),
]
HOMES = {"H00001": home(), "H00002": home(unit="H00002")}


def asked(rule_set: RuleSet, *people: StaffRecord) -> WhatIf:
    """The law on education against another reading of it."""
    before = (LAW.only("STF-2025-EDU"),)
    return what_if(people or PEOPLE, HOMES, before, (rule_set,), ON)


def test_under_the_proposal_those_change_who_lean_on_the_transition_or_another_subject() -> None:
    found = asked(PROPOSAL.only("P-2366-STF"))
    assert [(one.staff, one.before, one.after) for one in found.changes] == [
        ("bo", "in_transition", "not_met"),
        ("cia", "met", "not_met"),
    ]
    assert (found.before.met, found.before.of) == (2, 4)
    assert (found.after.met, found.after.of) == (1, 4)
    assert found.after.by_state == {"met": 1, "special_reasons": 1, "not_met": 2}


def test_a_person_in_two_engagements_at_once_counts_once_under_both_rules() -> None:
    anna, bo = PEOPLE[:2]
    twin = msgspec.structs.replace(bo, staff=anna.staff, engaged_from_on=day("2026-01-01"))
    found = asked(LAW.only("STF-2025-EDU").without_transition(), anna, twin)
    assert [(one.staff, one.before, one.after) for one in found.changes] == [
        ("anna", "in_transition", "not_met")
    ]
    assert (found.before.of, found.after.of) == (1, 1)


def test_when_the_transition_ends_only_those_in_it_change() -> None:
    found = asked(LAW.only("STF-2025-EDU").without_transition())
    assert [(one.staff, one.after) for one in found.changes] == [("bo", "not_met")]


def test_a_change_says_why_and_that_it_is_only_asked() -> None:
    [bo, _] = asked(PROPOSAL).changes
    [reason] = [one for one in bo.findings if one.state == "not_met"]
    assert (reason.rule, reason.reason, reason.is_hypothetical) == ("P-2366-STF", "level_too_low", True)


def test_the_list_of_people_decides_the_level() -> None:
    one_home = asked(PROPOSAL, *(person for person in PEOPLE if person.unit == "H00002"))
    assert (one_home.before.of, one_home.changes) == (1, ())


def test_an_old_rule_can_be_asked_of_the_staff_of_today() -> None:
    old = rulebook().rule_set("sosfs-2003-20")
    boss = manager(educated("higher_education"), assessments=SUITABLE)
    found = what_if([boss], HOMES, (LAW.only("FST-2025"),), (old,), ON)
    assert [(one.before, one.after) for one in found.changes] == [("not_assessed", "met")]
    assert found.changes[0].findings[0].is_hypothetical


def test_the_same_rules_change_nobody() -> None:
    found = what_if(PEOPLE, HOMES, (LAW,), (LAW,), ON)
    assert found.changes == ()
    assert found.before == found.after


def test_under_several_rules_the_heaviest_state_is_the_persons() -> None:
    unsuitable = member(
        educations=(educated("post_secondary", years=2),),
        assessments=assessed("personal_suitability", holds=False),
    )
    found = what_if([unsuitable], HOMES, (LAW,), (LAW.only("STF-2025-EDU"),), ON)
    assert [(one.before, one.after) for one in found.changes] == [("not_met", "met")]


def test_a_home_without_history_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(KeyError):
        what_if(PEOPLE, {}, (LAW,), (PROPOSAL,), ON)
