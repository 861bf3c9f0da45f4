"""Whom a rule binds, how evidence weighs, and what a finding says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from hvb_followup.qualifications.check import check
from hvb_followup.qualifications.staff import Evidence, Experience, SpecialReason, UnitHistory, UnitTerm
from hvb_followup.qualifications.versions import verdicts
from hvb_followup.qualifications.words import REASONS, STATE_WORDS, State
from tests.qualifications.people import (
    HOME,
    LONG_AGO,
    assessed,
    day,
    educated,
    finding,
    home,
    manager,
    member,
    rulebook,
    state,
)

ON = "2026-05-02"
TWO_YEARS = educated("post_secondary", yh_points=400)
UPPER = educated("upper_secondary")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"role": "care_staff", "duties": ("upbringing",)}, "in_transition"),
        ({"role": "care_staff", "duties": ()}, "in_transition"),
        ({"role": "care_staff", "duties": ("cleaning",)}, "not_applicable"),
        ({"role": "other_staff", "duties": ("kitchen", "care")}, "in_transition"),
        ({"role": "other_staff", "duties": ("kitchen", "administration")}, "not_applicable"),
        ({"role": "other_staff", "duties": ()}, "not_applicable"),
        ({"role": "unit_manager", "duties": ("care",)}, "not_applicable"),
        ({"engagement": "agency"}, "in_transition"),
        ({"engagement": "volunteer"}, "not_applicable"),
    ],
)
def test_duties_decide_whom_the_education_rule_binds(more: dict[str, Any], expected: str) -> None:
    assert state(member(educations=(UPPER,), **more), "STF-2025-EDU", ON) == expected


def test_hired_staff_are_bound_by_the_register_check_and_by_suitability() -> None:
    hired = member(engagement="agency", engaged_from_on=day("2026-01-12"))
    assert state(hired, "REG-CHECK", ON) == "not_assessed"
    assert state(hired, "STF-2025-SUIT", ON) == "not_assessed"


def test_a_manager_is_one_only_within_the_days_as_manager() -> None:
    stand_in = member(educations=(UPPER,), manager_from_on=day("2026-02-01"), manager_to_on=day("2026-02-28"))
    roles = [stand_in.role_on(day(on)) for on in ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01")]
    assert roles == ["care_staff", "unit_manager", "unit_manager", "care_staff"]
    assert state(stand_in, "STF-2025-EDU", "2026-02-28") == "not_applicable"
    assert state(stand_in, "STF-2025-EDU", "2026-03-01") == "in_transition"


def test_nobody_is_judged_before_the_first_or_after_the_last_day_of_work() -> None:
    anna = member(educations=(UPPER,), engaged_from_on=day("2026-02-01"), engaged_to_on=day("2026-02-28"))
    found = {on: finding(anna, "STF-2025-EDU", on).reason for on in ("2026-01-31", "2026-03-01")}
    assert set(found.values()) == {"not_engaged"}
    assert state(anna, "STF-2025-EDU", "2026-02-28") == "in_transition"


def test_the_home_is_judged_as_what_it_was_that_day() -> None:
    changed = UnitHistory(
        unit=HOME,
        terms=(
            UnitTerm(unit_type="stodboende", from_on=LONG_AGO, to_on=day("2026-03-31")),
            UnitTerm(unit_type="hvb", from_on=day("2026-04-01"), to_on=day("2026-06-30")),
        ),
    )
    anna = member(educations=(UPPER,))
    assert state(anna, "STF-2025-EDU", "2026-03-31", changed) == "not_applicable"
    assert state(anna, "STF-2025-EDU", "2026-04-01", changed) == "in_transition"
    assert state(anna, "STF-2025-EDU", "2026-07-01", changed) == "not_assessed"


def test_the_states_homes_are_hvb_in_the_ordinance() -> None:
    assert state(member(educations=(TWO_YEARS,)), "STF-2025-EDU", ON, home("sis_ungdomshem")) == "met"


@pytest.mark.parametrize(
    ("education", "reason"),
    [
        (educated("upper_secondary", years=4), "level_too_low"),
        (educated("post_secondary", yh_points=399), "too_short"),
        (educated("higher_education", hp_credits=119.5), "too_short"),
        (educated("post_secondary", yh_points=400, field="unrelated"), "other_field"),
        (educated("post_secondary"), "length_missing"),
        (educated("post_secondary", yh_points=400, field=None), "field_missing"),
        (educated("post_secondary", years=2, completed_on=dt.date(2031, 9, 2)), "education_not_completed"),
    ],
)
def test_an_education_that_is_not_enough_says_why(education: Any, reason: str) -> None:
    found = finding(member(educations=(education,)), "STF-2025-EDU", "2031-09-01")
    assert found.reason == reason
    assert found.state == ("not_assessed" if reason.endswith("_missing") else "not_met")


@pytest.mark.parametrize(
    "education",
    [
        educated("post_secondary", yh_points=400),
        educated("post_secondary", years=2),
        educated("higher_education", hp_credits=120),
        educated("second_cycle_degree", hp_credits=300, field="other_relevant"),
        educated("post_secondary", years=2, completed_on=dt.date(2031, 9, 1)),
    ],
)
def test_two_years_may_be_told_in_years_hp_or_points(education: Any) -> None:
    assert state(member(educations=(education,)), "STF-2025-EDU", "2031-09-01") == "met"


@pytest.mark.parametrize(
    ("education", "reason", "says"),
    [
        (educated("post_secondary", yh_points=399), "too_short", "Utbildningen är för kort."),
        (
            educated("post_secondary", years=2, field="unrelated"),
            "other_field",
            "Utbildningen har en annan inriktning än den som krävs.",
        ),
        (
            educated("post_secondary", years=2, completed_on=dt.date(2027, 6, 4)),
            "education_not_completed",
            "Utbildningen är inte avslutad: den slutar 2027-06-04.",
        ),
    ],
)
def test_in_a_transition_it_is_still_told_what_is_wanting(education: Any, reason: str, says: str) -> None:
    found = finding(member(educations=(education,)), "STF-2025-EDU", ON)
    assert (found.state, found.reason) == ("in_transition", reason)
    assert found.says == f"{says} Övergångstid gäller till och med 2031-06-30."


def test_an_education_without_a_day_cannot_be_judged_and_outweighs_a_lower_one() -> None:
    undated = educated("second_cycle_degree", hp_credits=210, completed_on=None)
    for educations in ((undated,), (UPPER, undated), (undated, UPPER)):
        found = finding(member(educations=educations), "STF-2025-EDU", "2031-09-01")
        assert (found.state, found.reason) == ("not_assessed", "education_undated")
    assert state(member(educations=(undated, TWO_YEARS)), "STF-2025-EDU", ON) == "met"


def test_two_courses_of_a_year_are_not_one_education_of_two() -> None:
    year = educated("post_secondary", years=1)
    assert state(member(educations=(year, year)), "STF-2025-EDU", "2031-09-01") == "not_met"


def test_the_best_of_several_educations_counts() -> None:
    told = educated("higher_education", hp_credits=180, evidence="own_statement")
    checked = educated("post_secondary", years=2, evidence="checked", checked_on=dt.date(2026, 1, 7))
    found = finding(member(educations=(UPPER, told, checked)), "STF-2025-EDU", ON)
    assert (found.state, found.evidence, found.checked_on) == ("met", "checked", dt.date(2026, 1, 7))


def test_nothing_said_is_not_the_same_as_nothing_there() -> None:
    assert state(member(educations=None), "STF-2025-EDU", "2031-09-01") == "not_assessed"
    assert state(member(educations=()), "STF-2025-EDU", "2031-09-01") == "not_met"


def test_equivalence_counts_from_the_day_it_was_written_and_never_for_another_subject() -> None:
    foreign = educated("post_secondary", years=1.5, deemed_equivalent_on=dt.date(2031, 8, 1))
    assert state(member(educations=(foreign,)), "STF-2025-EDU", "2031-08-01") == "met_by_equivalence"
    assert state(member(educations=(foreign,)), "STF-2025-EDU", "2031-07-31") == "not_met"
    other = msgspec.structs.replace(foreign, field="unrelated")
    assert state(member(educations=(other,)), "STF-2025-EDU", "2031-08-01") == "not_met"
    # The advice of 2016 knew no equivalence.
    early = msgspec.structs.replace(foreign, deemed_equivalent_on=dt.date(2017, 1, 1))
    assert state(member(educations=(early,)), "STF-2016", "2020-01-01") == "advisory_not_met"


def test_only_the_homes_own_word_is_not_verified_unless_that_is_asked_for() -> None:
    anna = member(educations=(educated("post_secondary", years=2, evidence="own_statement"),))
    found = finding(anna, "STF-2025-EDU", ON)
    assert (found.state, found.evidence, found.reason) == (
        "unverified_evidence",
        "own_statement",
        "own_statement",
    )
    law = rulebook().rule_set("sof-2025-468").only("STF-2025-EDU")
    [lenient] = check(anna, law, home(), day(ON), weakest=Evidence.OWN_STATEMENT)
    [strict] = check(member(educations=(TWO_YEARS,)), law, home(), day(ON), weakest=Evidence.CHECKED)
    assert (lenient.state, lenient.evidence) == ("met", "own_statement")
    assert (strict.state, strict.evidence) == ("unverified_evidence", "attached")


def test_what_is_checked_later_was_not_checked_then() -> None:
    late = educated("post_secondary", years=2, evidence="checked", checked_on=dt.date(2026, 6, 1))
    anna = member(educations=(late,))
    before, after = (finding(anna, "STF-2025-EDU", on) for on in ("2026-05-31", "2026-06-01"))
    assert (before.evidence, before.checked_on) == ("attached", None)
    assert (after.evidence, after.checked_on) == ("checked", dt.date(2026, 6, 1))


def test_a_finding_is_as_weak_as_its_weakest_part() -> None:
    degree = educated("first_cycle_degree", evidence="checked", checked_on=dt.date(2026, 1, 7))
    stated = (Experience(from_on=dt.date(1999, 1, 1), is_relevant=True),)
    assert finding(manager(degree), "FST-2025", ON).evidence == "attached"
    assert state(manager(degree, experience=stated), "FST-2025", ON) == "unverified_evidence"


@pytest.mark.parametrize(
    ("more", "expected", "reason"),
    [
        ({"experience": None}, "not_assessed", "experience_missing"),
        ({"experience": ()}, "not_met", "experience_none"),
        ({"assessments": ()}, "not_assessed", "personal_suitability_missing"),
        ({"assessments": assessed("personal_suitability")}, "not_assessed", "combined_competence_missing"),
        (
            {"assessments": assessed("combined_competence", "personal_suitability", on="2026-05-03")},
            "not_assessed",
            "personal_suitability_missing",
        ),
        (
            {
                "assessments": assessed("combined_competence", "personal_suitability")
                + assessed("combined_competence", on="2026-05-02", holds=False)
            },
            "not_met",
            "combined_competence_not_met",
        ),
    ],
)
def test_a_manager_needs_every_part(more: dict[str, Any], expected: str, reason: str) -> None:
    found = finding(manager(educated("higher_education"), **more), "FST-2025", ON)
    assert (found.state, found.reason) == (expected, reason)


def test_what_surely_fails_outweighs_what_is_missing() -> None:
    found = finding(manager(UPPER, assessments=()), "FST-2025", ON)
    assert (found.state, found.reason) == ("not_met", "level_too_low")


def test_experience_in_something_else_does_not_count() -> None:
    other = (Experience(from_on=dt.date(1999, 1, 1), is_relevant=False, evidence=Evidence.CHECKED),)
    assert state(manager(educated("higher_education"), experience=other), "FST-2025", ON) == "not_met"


def test_experience_has_begun_before_the_day() -> None:
    entry = Experience(from_on=day("2026-05-02"), is_relevant=True, evidence=Evidence.ATTACHED)
    new = manager(educated("higher_education"), experience=(entry,))
    assert [state(new, "FST-2025", on) for on in ("2026-05-02", "2026-05-03")] == ["not_met", "met"]


def test_special_reasons_excuse_the_education_and_nothing_else() -> None:
    reason = SpecialReason(rule="STF-2025-EDU", decided_on=day("2026-01-01"), expires_on=day("2026-12-31"))
    anna = member(educations=(UPPER,), special_reasons=(reason,), assessments=())
    assert state(anna, "STF-2025-EDU", ON) == "special_reasons"
    assert state(anna, "P-2366-STF", ON) == "not_assessed"
    suitable = msgspec.structs.replace(anna, assessments=assessed("personal_suitability"))
    assert state(suitable, "P-2366-STF", ON) == "special_reasons"


def test_special_reasons_give_way_to_an_education_that_is_enough() -> None:
    reason = SpecialReason(rule="STF-2025-EDU", decided_on=day("2026-01-01"), expires_on=day("2026-12-31"))
    assert state(member(educations=(TWO_YEARS,), special_reasons=(reason,)), "STF-2025-EDU", ON) == "met"


def test_uncertain_law_is_marked_in_the_finding() -> None:
    sure = finding(member(educations=(TWO_YEARS,)), "STF-2025-EDU", ON)
    leaning = finding(member(educations=(UPPER,)), "STF-2025-EDU", ON)
    after = finding(member(educations=(UPPER,)), "STF-2025-EDU", "2031-07-01")
    hired = finding(member(educations=(TWO_YEARS,), engagement="agency"), "STF-2025-EDU", ON)
    proposal = finding(member(educations=(TWO_YEARS,)), "P-2366-STF", ON)
    told = [one.confidence for one in (sure, leaning, after, hired, proposal)]
    assert told == ["primary", "press", "press", "memory", "seed"]


def test_a_proposal_never_looks_like_law() -> None:
    found = finding(member(educations=(UPPER,)), "P-2366-STF", ON)
    assert (found.rule_status, found.is_hypothetical) == ("proposed", True)
    everything = verdicts(member(educations=(UPPER,)), rulebook(), home(), day(ON))
    assert not [one for one in everything if one.rule_status == "proposed" or one.is_hypothetical]


def test_what_a_record_cannot_show_is_said() -> None:
    anna = member(assessments=assessed("personal_suitability"))
    assert "bedömer hemmet" in finding(anna, "SB-STF-2025", ON, home("stodboende")).says


def test_everything_asked_of_a_person_on_a_day_is_found_once() -> None:
    anna = member(educations=(TWO_YEARS,), engaged_from_on=day("2025-09-01"))
    for on, expected in (
        ("2026-05-02", {"STF-2025-EDU", "STF-2025-SUIT", "REG-CHECK"}),
        ("2025-08-31", set()),
    ):
        found = [one.rule for one in verdicts(anna, rulebook(), home(), day(on))]
        assert sorted(found) == sorted(expected)


def test_a_finding_says_its_day_in_the_sentence() -> None:
    says = finding(member(educations=(UPPER,)), "STF-2025-EDU", ON).says
    assert says == "Utbildningen ligger på för låg nivå. Övergångstid gäller till och med 2031-06-30."


def test_findings_are_json_with_state_reason_and_paragraph() -> None:
    told = msgspec.json.decode(msgspec.json.encode(finding(member(educations=(UPPER,)), "STF-2025-EDU", ON)))
    assert (told["state"], told["reason"], told["paragraph"], told["as_of"]) == (
        "in_transition",
        "level_too_low",
        "SoF (2025:468) 5 kap. 4 §",
        ON,
    )


def test_every_state_has_words_and_every_reason_is_a_sentence() -> None:
    assert set(STATE_WORDS) == set(State)
    assert all(says[0].isupper() and says.endswith(".") for says in REASONS.values())
