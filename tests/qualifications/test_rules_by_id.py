"""Every rule by its id: someone who meets it, someone who does not, and someone on the boundary day."""

from __future__ import annotations

import datetime as dt

import pytest

from hvb_followup.qualifications.check import check
from hvb_followup.qualifications.model import RuleSet
from hvb_followup.qualifications.staff import Education, SpecialReason, StaffRecord, UnitHistory
from tests.qualifications.people import (
    assessed,
    checked,
    day,
    educated,
    finding,
    home,
    manager,
    member,
    rulebook,
    state,
)

UNIVERSITY = educated("higher_education", hp_credits=120)
DEGREE = educated("first_cycle_degree", hp_credits=180)
TWO_YEARS = educated("post_secondary", yh_points=400)
UPPER = educated("upper_secondary", years=3)
ALMOST = educated("post_secondary", yh_points=399)
NEW_DEGREE = educated("first_cycle_degree", completed_on=dt.date(2026, 6, 5))
SHELTERED = home("skyddat_boende")
SUPPORTED = home("stodboende")
SUITABLE = assessed("personal_suitability")
UNSUITABLE = assessed("personal_suitability", holds=False)
BEGAN = "2025-09-01"
HVB = home()


def starting(issued: str, handed_over: str, checked_on: str, engaged: str = BEGAN) -> StaffRecord:
    """Someone who began that day, and whose extracts were handled on these days."""
    check_made = checked(issued, handed_over, checked_on, engaged)
    return member(engaged_from_on=day(engaged), register_checks=(check_made,))


def suitable(education: Education) -> StaffRecord:
    """Care staff with this education, judged suitable."""
    return member(educations=(education,), assessments=SUITABLE)


# id, what it is, person, day, home, state
CASES: list[tuple[str, str, StaffRecord, str, UnitHistory, str]] = [
    ("FST-2003", "meets", manager(UNIVERSITY), "2012-05-02", HVB, "met"),
    ("FST-2003", "does not", manager(TWO_YEARS), "2012-05-02", HVB, "not_met"),
    ("FST-2003", "boundary: last day", manager(UNIVERSITY), "2016-10-31", HVB, "met"),
    ("FST-2003", "boundary: day after", manager(UNIVERSITY), "2016-11-01", HVB, "not_applicable"),
    ("FST-2016", "meets", manager(UNIVERSITY), "2020-05-02", HVB, "met"),
    ("FST-2016", "does not", manager(TWO_YEARS), "2020-05-02", HVB, "not_met"),
    ("FST-2016", "boundary: day before", manager(UNIVERSITY), "2016-10-31", HVB, "not_applicable"),
    ("FST-2016", "boundary: first day", manager(UNIVERSITY), "2016-11-01", HVB, "met"),
    ("FST-2016", "boundary: last day", manager(UNIVERSITY), "2025-06-30", HVB, "met"),
    ("FST-2016", "boundary: day after", manager(UNIVERSITY), "2025-07-01", HVB, "not_applicable"),
    ("FST-2016-ADVICE", "meets", manager(DEGREE), "2020-05-02", HVB, "advisory_met"),
    ("FST-2016-ADVICE", "does not", manager(UNIVERSITY), "2020-05-02", HVB, "advisory_not_met"),
    ("FST-2016-ADVICE", "boundary: last day", manager(DEGREE), "2025-06-30", HVB, "advisory_met"),
    ("FST-2025", "meets", manager(UNIVERSITY), "2026-05-02", HVB, "met"),
    ("FST-2025", "does not", manager(TWO_YEARS), "2026-05-02", HVB, "not_met"),
    ("FST-2025", "boundary: day before", manager(UNIVERSITY), "2025-06-30", HVB, "not_applicable"),
    ("FST-2025", "boundary: first day", manager(UNIVERSITY), "2025-07-01", HVB, "met"),
    ("STF-2016", "meets", member(educations=(TWO_YEARS,)), "2020-05-02", HVB, "advisory_met"),
    ("STF-2016", "does not", member(educations=(UPPER,)), "2020-05-02", HVB, "advisory_not_met"),
    ("STF-2016", "boundary: day before", member(educations=(UPPER,)), "2016-10-31", HVB, "not_applicable"),
    ("STF-2016", "boundary: first day", member(educations=(UPPER,)), "2016-11-01", HVB, "advisory_not_met"),
    ("STF-2016", "boundary: last day", member(educations=(TWO_YEARS,)), "2025-06-30", HVB, "advisory_met"),
    ("STF-2025-EDU", "meets", member(educations=(TWO_YEARS,)), "2026-05-02", HVB, "met"),
    ("STF-2025-EDU", "does not", member(educations=(UPPER,)), "2031-09-02", HVB, "not_met"),
    ("STF-2025-EDU", "boundary: day before", member(educations=(UPPER,)), "2025-06-30", HVB, "not_applicable"),
    ("STF-2025-EDU", "boundary: first day", member(educations=(UPPER,)), "2025-07-01", HVB, "in_transition"),
    ("STF-2025-EDU", "boundary: transition ends", member(educations=(UPPER,)), "2031-06-30", HVB, "in_transition"),
    ("STF-2025-EDU", "boundary: transition over", member(educations=(UPPER,)), "2031-07-01", HVB, "not_met"),
    ("STF-2025-SUIT", "meets", member(assessments=SUITABLE), "2026-05-02", HVB, "met"),
    ("STF-2025-SUIT", "does not", member(assessments=UNSUITABLE), "2026-05-02", HVB, "not_met"),
    ("STF-2025-SUIT", "boundary: day before", member(assessments=SUITABLE), "2025-06-30", HVB, "not_applicable"),
    ("STF-2025-SUIT", "boundary: first day", member(assessments=SUITABLE), "2025-07-01", HVB, "met"),
    ("SB-FST-2016", "meets", manager(TWO_YEARS), "2020-05-02", SUPPORTED, "met"),
    ("SB-FST-2016", "does not", manager(UPPER), "2020-05-02", SUPPORTED, "not_met"),
    ("SB-FST-2016", "boundary: last day", manager(TWO_YEARS), "2025-06-30", SUPPORTED, "met"),
    ("SB-FST-2025", "meets", manager(TWO_YEARS), "2026-05-02", SUPPORTED, "met"),
    ("SB-FST-2025", "does not", manager(UPPER), "2026-05-02", SUPPORTED, "not_met"),
    ("SB-FST-2025", "boundary: day before", manager(TWO_YEARS), "2025-06-30", SUPPORTED, "not_applicable"),
    ("SB-FST-2025", "boundary: first day", manager(TWO_YEARS), "2025-07-01", SUPPORTED, "met"),
    ("SB-STF-2025", "meets", member(assessments=SUITABLE), "2026-05-02", SUPPORTED, "met"),
    ("SB-STF-2025", "does not", member(assessments=UNSUITABLE), "2026-05-02", SUPPORTED, "not_met"),
    ("SB-STF-2025", "boundary: day before", member(assessments=SUITABLE), "2025-06-30", SUPPORTED, "not_applicable"),
    ("SB-STF-2025", "boundary: first day", member(assessments=SUITABLE), "2025-07-01", SUPPORTED, "met"),
    ("SKB-FST-2025", "meets", manager(UNIVERSITY), "2026-05-02", SHELTERED, "met"),
    ("SKB-FST-2025", "does not", manager(TWO_YEARS), "2026-05-02", SHELTERED, "not_met"),
    ("SKB-FST-2025", "boundary: first day", manager(UNIVERSITY), "2025-07-01", SHELTERED, "met"),
    ("REG-CHECK", "meets", starting("2025-06-02", "2025-08-01", "2025-08-04"), "2026-05-02", HVB, "met"),
    ("REG-CHECK", "does not", starting("2025-01-02", "2025-08-01", "2025-08-04"), "2026-05-02", HVB, "not_met"),
    ("REG-CHECK", "boundary: last day", starting("2025-02-28", "2025-08-28", "2025-08-29"), "2026-05-02", HVB, "met"),
    ("REG-CHECK", "boundary: day after", starting("2025-02-28", "2025-08-29", "2025-08-29"), "2026-05-02", HVB, "not_met"),
    ("REG-CHECK", "boundary: first day of work", starting("2025-06-02", "2025-08-01", "2025-09-01"), "2026-05-02", HVB, "met"),
    ("REG-CHECK", "boundary: next day of work", starting("2025-06-02", "2025-08-01", "2025-09-02"), "2026-05-02", HVB, "not_met"),
    ("P-2366-FST", "meets", manager(DEGREE), "2026-05-02", HVB, "met"),
    ("P-2366-FST", "does not", manager(UNIVERSITY), "2026-05-02", HVB, "not_met"),
    ("P-2366-FST", "boundary: degree that day", manager(NEW_DEGREE), "2026-06-05", HVB, "met"),
    ("P-2366-FST", "boundary: degree next day", manager(NEW_DEGREE), "2026-06-04", HVB, "not_met"),
    ("P-2366-STF", "meets", suitable(TWO_YEARS), "2026-05-02", SUPPORTED, "met"),
    ("P-2366-STF", "does not", suitable(UPPER), "2026-05-02", SUPPORTED, "not_met"),
    ("P-2366-STF", "boundary: two years to the point", suitable(ALMOST), "2026-05-02", SUPPORTED, "not_met"),
]  # fmt: skip

# The ids of the shared rule data; each keeps its meaning for ever.
IDS = (
    "FST-2003", "FST-2016", "FST-2025", "STF-2016", "STF-2025-EDU", "STF-2025-SUIT",
    "SB-FST-2025", "SB-STF-2025", "REG-CHECK", "P-2366-FST", "P-2366-STF",
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "person", "on", "where", "expected"),
    [pytest.param(rule, *rest, id=f"{rule} {what}") for rule, what, *rest in CASES],
)
def test_a_rule_finds(rule: str, person: StaffRecord, on: str, where: UnitHistory, expected: str) -> None:
    assert state(person, rule, on, where) == expected


def test_every_rule_that_ships_is_tried_in_all_three_ways() -> None:
    shipped = {rule.id for rule_set in rulebook().rule_sets for rule in rule_set.rule}
    assert shipped >= set(IDS)
    tried = {(rule, what.split(":")[0]) for rule, what, *_ in CASES}
    assert tried == {(rule, way) for rule in shipped for way in ("meets", "does not", "boundary")}


@pytest.mark.parametrize("rule", IDS)
def test_a_finding_carries_paragraph_version_day_and_sentence(rule: str) -> None:
    _, _, person, on, where, _ = next(case for case in CASES if case[:2] == (rule, "does not"))
    found = finding(person, rule, on, where)
    holds = rulebook().rule_set(found.rule_set, found.version)
    assert found.rule == rule
    assert found.paragraph == next(one.paragraph for one in holds.rule if one.id == rule)
    assert found.as_of == day(on)
    assert found.says.endswith(".")
    assert "{" not in found.says


def test_special_reasons_last_through_their_last_day() -> None:
    reason = SpecialReason(rule="STF-2025-EDU", decided_on=day("2031-07-01"), expires_on=day("2032-02-29"))
    anna = member(educations=(UPPER,), special_reasons=(reason,))
    states = [state(anna, "STF-2025-EDU", on) for on in ("2031-07-01", "2032-02-29", "2032-03-01")]
    assert states == ["special_reasons", "special_reasons", "not_met"]
    assert finding(anna, "STF-2025-EDU", "2032-03-01").reason == "special_reasons_expired"


def test_special_reasons_do_not_reach_back_or_over_to_other_rules() -> None:
    later = SpecialReason(rule="STF-2025-EDU", decided_on=day("2031-09-01"), expires_on=day("2032-08-31"))
    other = SpecialReason(rule="P-2366-STF", decided_on=day("2031-01-01"), expires_on=day("2032-08-31"))
    unwritten = SpecialReason(
        rule="STF-2025-EDU",
        decided_on=day("2031-01-01"),
        expires_on=day("2032-08-31"),
        is_documented=False,
    )
    for reason in (later, other, unwritten):
        anna = member(educations=(UPPER,), special_reasons=(reason,))
        assert state(anna, "STF-2025-EDU", "2031-08-31") == "not_met"


def test_a_transition_for_those_already_employed_leaves_out_the_newcomer() -> None:
    law = rulebook().rule_set("sof-2025-468").only("STF-2025-EDU")
    before = member(educations=(UPPER,), engaged_from_on=day("2025-06-30"))
    newcomer = member(educations=(UPPER,), engaged_from_on=day("2025-07-01"))
    on = day("2026-05-02")

    def states(rule_set: RuleSet) -> list[str]:
        return [str(check(one, rule_set, home(), on)[0].state) for one in (before, newcomer)]

    assert states(law) == ["in_transition", "in_transition"]
    assert states(law.with_scope("employed_before")) == ["in_transition", "not_met"]
    assert states(law.without_transition()) == ["not_met", "not_met"]
