"""Days without a manager who has shown the qualification."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup.qualifications.check import check
from hvb_followup.qualifications.days import Span
from hvb_followup.qualifications.managers import ManagerDays, manager_days
from hvb_followup.qualifications.staff import StaffRecord, UnitHistory, UnitTerm
from tests.qualifications.people import HOME, LONG_AGO, assessed, day, educated, home, manager, rulebook

DEGREE = educated("first_cycle_degree")
VOCATIONAL = educated("post_secondary", years=2)


def gaps(*people: StaffRecord, first: str, last: str, where: UnitHistory | None = None) -> ManagerDays:
    """The gaps under everything that ships."""
    return manager_days(people, rulebook().rule_sets, where or home(), day(first), day(last))


def span(first: str, last: str) -> Span:
    return Span(from_on=day(first), to_on=day(last))


def test_a_manager_with_everything_shown_leaves_no_gap() -> None:
    found = gaps(manager(DEGREE), first="2026-01-01", last="2026-12-31")
    assert (found.needed, found.gap_days, found.without_manager, found.not_shown) == (365, 0, (), ())


def test_the_days_between_two_managers_are_a_gap() -> None:
    left = manager(DEGREE, engaged_to_on=day("2026-03-15"))
    came = manager(DEGREE, staff="s2", engaged_from_on=day("2026-04-01"))
    found = gaps(left, came, first="2026-01-01", last="2026-06-30")
    assert found.without_manager == (span("2026-03-16", "2026-03-31"),)
    assert found.gap_days == 16


def test_a_stand_in_fills_the_gap_only_with_the_qualification() -> None:
    left = manager(DEGREE, engaged_to_on=day("2026-03-15"))
    days = {"manager_from_on": day("2026-03-16"), "manager_to_on": day("2026-03-31")}
    came = manager(DEGREE, staff="s2", engaged_from_on=day("2026-04-01"))
    able = manager(DEGREE, staff="s3", role="care_staff", **days)
    unable = manager(VOCATIONAL, staff="s3", role="care_staff", **days)
    assert gaps(left, came, able, first="2026-01-01", last="2026-06-30").gap_days == 0
    found = gaps(left, came, unable, first="2026-01-01", last="2026-06-30")
    assert (found.without_manager, found.not_shown) == ((), (span("2026-03-16", "2026-03-31"),))


def test_a_manager_has_not_shown_it_until_every_part_is_there() -> None:
    late = manager(
        DEGREE, assessments=assessed("personal_suitability", "combined_competence", on="2026-02-10")
    )
    found = gaps(late, first="2026-01-01", last="2026-03-31")
    assert found.not_shown == (span("2026-01-01", "2026-02-09"),)


def test_days_when_the_home_was_something_else_do_not_count() -> None:
    history = UnitHistory(
        unit=HOME,
        terms=(
            UnitTerm(unit_type="stodboende", from_on=LONG_AGO, to_on=day("2026-01-10")),
            UnitTerm(unit_type="hvb", from_on=day("2026-01-21"), to_on=day("2026-01-31")),
        ),
    )
    found = gaps(manager(VOCATIONAL), first="2026-01-01", last="2026-02-28", where=history)
    assert found.needed == 21
    assert found.not_shown == (span("2026-01-21", "2026-01-31"),)


def test_the_law_of_each_day_decides() -> None:
    # Two managers' ordinances meet on the first of July; only the newer asks for combined competence.
    old = manager(DEGREE, assessments=assessed("personal_suitability"))
    found = gaps(old, first="2025-06-01", last="2025-07-31")
    assert found.not_shown == (span("2025-07-01", "2025-07-31"),)


def test_another_homes_manager_does_not_fill_the_gap() -> None:
    other = manager(DEGREE, unit="H00002")
    assert gaps(other, first="2026-01-01", last="2026-01-31").gap_days == 31


@st.composite
def managers(draw: st.DrawFn) -> StaffRecord:
    """A manager with odd days around the new year of 2026."""

    def some_day() -> dt.date:
        return dt.date(2025, 12, 1) + dt.timedelta(days=draw(st.integers(0, 60)))

    starts, ends = sorted((some_day(), some_day()))
    return manager(
        educated("higher_education", completed_on=some_day()),
        staff=draw(st.sampled_from(("a", "b"))),
        engaged_from_on=starts,
        engaged_to_on=draw(st.sampled_from((ends, None))),
        manager_from_on=draw(st.one_of(st.none(), st.just(some_day()))),
        assessments=assessed("personal_suitability", "combined_competence", on=some_day().isoformat()),
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(managers(), max_size=3))
def test_day_by_day_asking_finds_the_same_gaps(people: list[StaffRecord]) -> None:
    first, last = dt.date(2025, 12, 1), dt.date(2026, 1, 31)
    law = rulebook().rule_set("sof-2025-468").only("FST-2025")
    found = manager_days(people, [law], home(), first, last)
    for number in range((last - first).days + 1):
        on = first + dt.timedelta(days=number)
        states = [check(one, law, home(), on)[0].state for one in people]
        is_gap = any(gap.covers(on) for gap in (*found.without_manager, *found.not_shown))
        assert is_gap == ("met" not in states)
