"""The register check of lag (2007:171): ages, engagements, homes, re-hire and history."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hvb_followup.qualifications.register import keep_until
from hvb_followup.qualifications.staff import (
    PreviousEngagement,
    RegisterCheck,
    StaffRecord,
    UnitHistory,
    UnitTerm,
)
from tests.qualifications.people import (
    HOME,
    LONG_AGO,
    OWNER,
    checked,
    day,
    finding,
    home,
    member,
    rulebook,
    state,
)

RULE = "REG-CHECK"
BEGAN = "2025-09-01"
ON = "2026-05-02"


def begun(*checks: RegisterCheck, on: str = BEGAN, **more: Any) -> StaffRecord:
    """Someone who began that day, with these checks."""
    return member(engaged_from_on=day(on), register_checks=checks, **more)


@pytest.mark.parametrize(
    ("issued", "handed_over", "expected"),
    [
        ("2025-02-28", "2025-08-28", "met"),
        ("2025-02-28", "2025-08-29", "not_met"),
        ("2024-08-31", "2025-02-28", "met"),
        ("2024-08-31", "2025-03-01", "not_met"),
        ("2023-08-31", "2024-02-29", "met"),
        ("2023-08-31", "2024-03-01", "not_met"),
        ("2024-02-29", "2024-08-29", "met"),
        ("2024-02-29", "2024-08-30", "not_met"),
        ("2025-08-25", "2025-08-25", "met"),
    ],
)
def test_an_extract_is_fresh_for_six_months_from_the_day_it_was_issued(
    issued: str, handed_over: str, expected: str
) -> None:
    anna = begun(checked(issued, handed_over, "2025-08-30", BEGAN))
    assert state(anna, RULE, ON) == expected


def test_an_old_extract_says_until_when_it_could_have_been_handed_over() -> None:
    found = finding(begun(checked("2025-01-31", "2025-08-01", "2025-08-30", BEGAN)), RULE, ON)
    assert (found.reason, found.says.count("2025-07-31")) == ("extract_too_old", 1)


@pytest.mark.parametrize(
    ("checked_on", "expected", "reason"),
    [
        ("2025-08-31", "met", "register_met"),
        ("2025-09-01", "met", "register_met"),
        ("2025-09-02", "not_met", "register_too_late"),
    ],
)
def test_the_check_comes_before_work_begins(checked_on: str, expected: str, reason: str) -> None:
    found = finding(begun(checked("2025-08-01", "2025-08-20", checked_on, BEGAN)), RULE, ON)
    assert (found.state, found.reason) == (expected, reason)


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        (checked("2025-08-01", "2025-08-20", "2025-08-21", BEGAN, unit="H00002"), "register_of_other"),
        (checked("2025-08-01", "2025-08-20", "2025-08-21", "2025-02-01"), "register_of_other"),
        (checked("2025-08-01", None, "2025-08-21", BEGAN), "handed_over_missing"),
        (checked("2025-08-22", "2025-08-20", "2025-08-21", BEGAN), "register_dates_contradict"),
        (checked("2025-08-01", "2025-08-22", "2025-08-21", BEGAN), "register_dates_contradict"),
        (
            checked("2025-08-01", "2025-08-20", "2025-08-21", BEGAN, registers=("criminal_record",)),
            "register_one_missing",
        ),
    ],
)
def test_a_check_that_cannot_be_told_to_suffice_is_not_assessed(check: RegisterCheck, reason: str) -> None:
    found = finding(begun(check), RULE, ON)
    assert (found.state, found.reason) == ("not_assessed", reason)


def test_the_two_registers_may_be_checked_apart_and_each_must_hold() -> None:
    one = checked("2025-08-01", "2025-08-20", "2025-08-21", BEGAN, registers=("criminal_record",))
    other = checked("2025-08-05", "2025-08-20", "2025-08-25", BEGAN, registers=("suspicion_register",))
    found = finding(begun(one, other), RULE, ON)
    assert (found.state, found.checked_on) == ("met", day("2025-08-25"))
    stale = checked("2025-01-05", "2025-08-20", "2025-08-25", BEGAN, registers=("suspicion_register",))
    assert state(begun(one, stale), RULE, ON) == "not_met"


def test_a_check_done_over_again_in_time_mends_a_bad_one() -> None:
    stale = checked("2025-01-05", "2025-08-20", "2025-08-25", BEGAN)
    fresh = checked("2025-08-20", "2025-08-28", "2025-08-28", BEGAN)
    assert state(begun(stale, fresh), RULE, ON) == "met"


def test_what_the_employer_fetched_itself_is_never_handed_over() -> None:
    fetched = checked("2025-02-28", None, "2025-08-28", BEGAN, is_fetched_by_employer=True)
    late = checked("2025-02-28", None, "2025-08-29", BEGAN, is_fetched_by_employer=True)
    assert [state(begun(one), RULE, ON) for one in (fetched, late)] == ["met", "not_met"]


def again(
    ended: str, offered: str | None, employer: str = OWNER, check: RegisterCheck | None = None
) -> StaffRecord:
    """Someone who came back to work the first of September."""
    return begun(
        *((check,) if check else ()),
        offered_on=day(offered) if offered else None,
        previous=PreviousEngagement(employer=employer, ended_on=day(ended)),
    )


@pytest.mark.parametrize(
    ("ended", "offered", "employer", "expected"),
    [
        ("2025-02-28", "2025-08-28", OWNER, "met_by_exemption"),
        ("2025-02-28", "2025-08-29", OWNER, "not_assessed"),
        ("2024-08-31", "2025-02-28", OWNER, "met_by_exemption"),
        ("2024-08-31", "2025-03-01", OWNER, "not_assessed"),
        ("2025-06-30", "2025-08-01", "P0002", "not_assessed"),
        ("2025-06-30", None, OWNER, "not_assessed"),
    ],
)
def test_a_rehire_counts_from_the_offer_and_only_with_the_same_employer(
    ended: str, offered: str | None, employer: str, expected: str
) -> None:
    assert state(again(ended, offered, employer), RULE, ON) == expected


def test_a_bad_check_does_not_take_away_what_a_rehire_gives() -> None:
    late = checked("2025-08-01", "2025-08-20", "2025-09-10", BEGAN)
    assert state(again("2025-06-30", "2025-08-01", check=late), RULE, ON) == "met_by_exemption"
    good = checked("2025-08-01", "2025-08-20", "2025-08-21", BEGAN)
    assert state(again("2025-06-30", "2025-08-01", check=good), RULE, ON) == "met"


def test_the_duty_is_judged_by_what_the_home_was_when_work_began() -> None:
    history = UnitHistory(
        unit=HOME,
        terms=(
            UnitTerm(unit_type="hvb", from_on=LONG_AGO, to_on=day("2025-08-31"), receives_children=False),
            UnitTerm(unit_type="hvb", from_on=day("2025-09-01"), receives_children=True),
        ),
    )
    reasons = [finding(begun(on=on), RULE, ON, history).reason for on in ("2025-08-31", "2025-09-01")]
    assert reasons == ["no_children", "register_missing"]
    unknown = home(receives_children=None)
    assert finding(begun(), RULE, ON, unknown).reason == "children_missing"


def test_who_began_before_the_home_is_known_is_judged_by_what_it_was_first() -> None:
    """A register of homes begins some day, and staff were there before: their checks are not therefore unknown."""
    history = UnitHistory(
        unit=HOME,
        terms=(
            UnitTerm(unit_type="stodboende", from_on=day("2026-01-01"), receives_children=True),
            UnitTerm(
                unit_type="hvb", from_on=day("2023-01-01"), to_on=day("2025-06-30"), receives_children=True
            ),
        ),
    )
    good = checked("2018-10-01", "2018-12-01", "2018-12-02", "2019-02-01")
    assert state(begun(good, on="2019-02-01"), RULE, ON, history) == "met"
    assert finding(begun(on="2019-02-01"), RULE, ON, history).reason == "register_missing"
    between = finding(begun(on="2025-09-01"), RULE, ON, history)
    assert (between.state, between.reason) == ("not_assessed", "unit_type_missing")
    nothing = UnitHistory(unit=HOME, terms=())
    assert finding(begun(on="2019-02-01"), RULE, ON, nothing).reason == "unit_type_missing"


@pytest.mark.parametrize(
    ("unit_type", "began", "engagement", "expected"),
    [
        ("hvb", "2007-06-30", "employment", "not_applicable"),
        ("hvb", "2007-07-01", "employment", "not_assessed"),
        ("stodboende", "2015-12-31", "employment", "not_applicable"),
        ("stodboende", "2016-01-01", "employment", "not_assessed"),
        ("skyddat_boende", "2024-03-31", "employment", "not_applicable"),
        ("skyddat_boende", "2024-04-01", "employment", "not_assessed"),
        ("hvb", "2024-03-31", "volunteer", "not_applicable"),
        ("hvb", "2024-04-01", "volunteer", "not_assessed"),
        ("hvb", "2010-01-01", "traineeship", "not_assessed"),
    ],
)
def test_who_was_engaged_before_the_duty_began_needs_no_check(
    unit_type: str, began: str, engagement: str, expected: str
) -> None:
    anna = begun(on=began, engagement=engagement)
    assert state(anna, RULE, ON, home(unit_type)) == expected


def test_the_version_of_the_day_work_began_stands_in_the_finding() -> None:
    began = ("2010-01-01", "2016-01-01", "2024-04-01", "2025-07-01", "2026-03-01")
    found = [finding(begun(on=on), RULE, "2026-05-02") for on in began]
    assert [one.version for one in found] == [
        "2007-07-01",
        "2016-01-01",
        "2024-04-01",
        "2025-07-01",
        "2026-03-01",
    ]
    assert found[-1].confidence == "press"


def test_a_check_that_is_not_made_yet_is_not_known_yet() -> None:
    anna = begun(checked("2025-08-01", "2025-08-20", "2025-09-10", BEGAN))
    assert finding(anna, RULE, "2025-09-09").reason == "register_missing"
    assert finding(anna, RULE, "2025-09-10").reason == "register_too_late"


@pytest.mark.parametrize(("began", "until"), [("2025-09-01", "2027-09-01"), ("2024-02-29", "2026-02-28")])
def test_an_extract_is_kept_two_years_from_the_start(began: str, until: str) -> None:
    need = rulebook().rule_set("lag-2007-171").rule[0].register_check
    assert need is not None
    assert keep_until(begun(on=began), need) == day(until)


def test_nothing_of_what_an_extract_said_can_be_stored() -> None:
    assert set(RegisterCheck.__struct_fields__) == {
        "unit", "engaged_on", "registers", "issued_on", "checked_on", "handed_over_on",
        "is_fetched_by_employer", "evidence",
    }  # fmt: skip
    told = msgspec.to_builtins(checked("2025-08-01", "2025-08-20", "2025-08-21", BEGAN))
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**told, "has_record": False}, RegisterCheck)
