"""Counting findings by heads and hours, and the classes that others may see (DESIGN §4.6)."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup.qualifications.hours import HIRED, Cover, HoursRow, cover
from hvb_followup.qualifications.shares import ALL, Band, band, by_heads, by_hours, hours_band, manager_words
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


def test_counting_two_rules_or_one_person_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        by_heads([FINDINGS[0], FINDINGS[0]])
    with pytest.raises(ValueError, match="one rule"):
        by_heads([FINDINGS[0], finding(STAFF["bo"], "STF-2025-SUIT", ON)])


@pytest.mark.parametrize(
    ("n", "met", "words"),
    [
        (5, 5, "alla"),
        (5, 4, "en eller två saknas"),
        (5, 3, "en eller två saknas"),
        (5, 2, "tre eller fler saknas"),
        (9, 0, "tre eller fler saknas"),
        (10, 10, "alla"),
        (10, 8, "1–2 saknas"),
        (10, 7, "3–5 saknas"),
        (19, 14, "3–5 saknas"),
        (19, 13, "fler än fem saknas"),
        (20, 20, "alla"),
        (20, 19, "90 % eller mer, men inte alla"),
        (20, 18, "90 % eller mer, men inte alla"),
        (20, 17, "80 till under 90 %"),
        (20, 4, "20 till under 30 %"),
        (20, 3, "under 20 %"),
        (607, 0, "under 20 %"),
    ],
)
def test_heads_are_told_in_classes(n: int, met: int, words: str) -> None:
    found = band(n, met)
    assert found is not None
    assert found.words == words


@pytest.mark.parametrize("n", range(5))
def test_under_five_heads_nothing_is_shown(n: int) -> None:
    assert [band(n, met) for met in range(n + 1)] == [None] * (n + 1)


def test_every_class_but_all_holds_at_least_two_counts() -> None:
    for n in range(5, 400):
        classes: defaultdict[Band, list[int]] = defaultdict(list)
        for met in range(n + 1):
            found = band(n, met)
            assert found is not None
            classes[found].append(met)
        for told, counts in classes.items():
            assert counts == list(range(told.lowest, told.highest + 1))
            assert told.words == ALL or len(counts) >= 2
        # No two classes of one home share their words, so nothing is told apart that reads alike.
        assert len({told.words for told in classes}) == len(classes)
        assert classes[Band(words=ALL, lowest=n, highest=n)] == [n]


@settings(max_examples=200)
@given(st.integers(10, 60), st.integers(200, 60_000), st.data())
def test_hours_are_told_in_steps_of_ten_per_cent(heads: int, minutes: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, minutes))
    found = hours_band(heads, minutes, met)
    assert found is not None
    assert found.lowest <= met <= found.highest
    assert found.words == ALL or found.highest - found.lowest >= 1
    # The oracle: which tenth the exact fraction lies in.
    tenth = Fraction(10 * met, minutes) // 1
    expected = ALL if met == minutes else "under 20 %" if tenth < 2 else str(10 * tenth)
    assert found.words.startswith(expected)


def test_hours_of_under_ten_heads_are_not_shown() -> None:
    assert hours_band(9, 10_000, 5_000) is None
    assert hours_band(10, 0, 0) is None


def test_a_count_outside_the_whole_is_refused() -> None:
    for n, met in ((10, 11), (10, -1)):
        with pytest.raises(ValueError, match="outside"):
            band(n, met)


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
        manager_words(finding(person, "FST-2025", ON) for person in people)
        for people in ([whole], [boss], [manager(degree, assessments=())], [manager()], [], [STAFF["anna"]])
    ]
    assert told == [
        "hemmet har visat det (kontrollerat 2026-02-03)",
        "hemmet har visat det",
        *["hemmet har inte visat det"] * 4,
    ]
