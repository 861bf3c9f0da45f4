"""When a placement is to be asked about, by the register's dates alone."""

from __future__ import annotations

import datetime as dt

import pytest

from hvb_followup.registry import Placement
from hvb_followup.waves.cards import due
from hvb_followup.waves.following import age_at_start, first_end, is_to_be_followed
from hvb_followup.waves.schedule import followed_half_year, following_window, window

START = dt.date(2026, 9, 1)
BOTH = ("start", "exit")
DAY = dt.timedelta(days=1)


def placed(ends: int | None = None, birth_year: int = 2010) -> Placement:
    """A placement from the first of September, for so many days."""
    ends_on = None if ends is None else START + ends * DAY
    return Placement(
        id="L1", unit="H", municipality="9001", birth_year=birth_year, starts_on=START, ends_on=ends_on
    )


@pytest.mark.parametrize(
    ("day", "ends", "moment", "last_day"),
    [
        (6, None, None, None),
        (7, None, "start", 28),
        (14, None, "start", 28),
        (15, None, None, None),
        (85, 100, None, None),
        (86, 100, "exit", 128),
        (100, 100, "exit", 128),
        (114, 100, "exit", 128),
        (115, 100, None, None),
        (10, 20, "exit", 48),  # both are due: exit wins
        (10, 30, "start", 28),
        (10, 5, "exit", 33),
    ],
)
def test_start_is_due_on_day_7_to_14_and_exit_two_weeks_around_the_end(
    day: int, ends: int | None, moment: str | None, last_day: int | None
) -> None:
    found = due(placed(ends), BOTH, START + day * DAY)
    assert (None if found is None else found.name) == moment
    if found is not None and last_day is not None:
        assert found.answer_by == START + last_day * DAY


@pytest.mark.parametrize(
    ("today", "last_on"),
    [
        ("2027-03-09", None),
        ("2027-03-10", "2027-04-21"),  # six months after 10 September
        ("2027-04-07", "2027-04-21"),
        ("2027-04-08", None),
        ("2027-09-10", "2027-10-22"),
        ("2027-10-08", "2027-10-22"),
        ("2027-10-09", None),
    ],
)
def test_after_exit_a_card_is_due_for_four_weeks_from_six_and_from_twelve_months(
    today: str, last_on: str | None
) -> None:
    day = dt.date.fromisoformat(today)
    found = due(placed(9), ("start", "exit", "after"), day)
    assert (found and (found.name, str(found.answer_by))) == (last_on and ("after", last_on))
    assert due(placed(9), BOTH, day) is None
    assert found is None or first_end(("after",), day) <= START + 9 * DAY


@pytest.mark.parametrize(
    ("today", "ends", "moment"),
    [
        ("2026-11-30", None, None),
        ("2026-12-01", None, "follow_up"),  # three months
        ("2027-01-12", None, "follow_up"),
        ("2027-01-13", None, None),
        ("2027-03-01", None, "follow_up"),  # six
        ("2027-04-13", None, None),
        ("2027-09-01", None, "follow_up"),  # and then every six
        ("2028-03-01", None, "follow_up"),
        ("2026-12-01", 185, "follow_up"),  # the exit is asked about in eleven weeks
        ("2026-12-15", 185, None),  # in nine: it is waited for
        ("2027-03-01", 185, "exit"),
    ],
)
def test_along_the_way_a_card_is_due_for_six_weeks_unless_the_exit_is_near(
    today: str, ends: int | None, moment: str | None
) -> None:
    """R7 §3.9, R3: after three months, six, and then every six; never within ten weeks of the exit."""
    for names in (("start", "follow_up", "exit", "after"), ("follow_up", "exit")):
        found = due(placed(ends), names, dt.date.fromisoformat(today))
        assert (found and found.name) == moment


def test_only_moments_that_the_questionnaire_has_are_due() -> None:
    assert due(placed(), ("exit",), START + 10 * DAY) is None
    assert due(placed(100), ("start",), START + 100 * DAY) is None


def test_the_age_that_decides_is_that_at_the_start() -> None:
    assert age_at_start(placed(birth_year=2006)) == 20


@pytest.mark.parametrize(
    ("ends", "followed"), [(None, False), (13, False), (14, True), (60, True), (61, False)]
)
def test_who_stayed_two_weeks_and_left_within_the_wave_was_to_be_followed(
    ends: int | None, followed: bool
) -> None:
    assert is_to_be_followed(placed(ends), START, START + 60 * DAY) is followed


def test_the_waves_that_follow_lie_end_to_end_and_one_is_always_open() -> None:
    for half_year, following in (("2026H1", "2026H2"), ("2026H2", "2027H1")):
        times = following_window(half_year)
        assert times.closes_at == window(half_year).closes_at == following_window(following).opens_at
        assert followed_half_year(times.opens_at) == half_year
        assert followed_half_year(times.closes_at - DAY) == half_year
        assert followed_half_year(times.closes_at) == following
