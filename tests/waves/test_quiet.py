"""When a message may go out: working days 15–19 in Stockholm, and at no other instant (R7 R2)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup import periods
from hvb_followup.periods import STOCKHOLM
from hvb_followup.waves.quiet import may_send, sending_from

# Written off an almanac, not worked out: easter, ascension, whitsun, midsummer and all saints' of three years.
MOVED = {
    2024: ("03-29", "03-31", "04-01", "05-09", "05-19", "06-21", "06-22", "11-02"),
    2026: ("04-03", "04-05", "04-06", "05-14", "05-24", "06-19", "06-20", "10-31"),
    2027: ("03-26", "03-28", "03-29", "05-06", "05-16", "06-25", "06-26", "11-06"),
}
FIXED = ("01-01", "01-06", "05-01", "06-06", "12-24", "12-25", "12-26", "12-31")


def local(text: str) -> dt.datetime:
    """An instant, from Stockholm's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(dt.UTC)


@pytest.mark.parametrize("year", sorted(MOVED))
def test_the_holidays_are_those_of_the_almanac(year: int) -> None:
    days = {dt.date.fromisoformat(f"{year}-{one}") for one in (*MOVED[year], *FIXED)}
    assert periods.holidays(year) == days


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("2026-11-20T15:00", "2026-11-20T15:00"),  # a Friday afternoon
        ("2026-11-20T18:59", "2026-11-20T18:59"),
        ("2026-11-20T19:00", "2026-11-23T15:00"),  # the evening waits for Monday
        ("2026-11-23T03:00", "2026-11-23T15:00"),
        ("2026-12-23T20:00", "2026-12-28T15:00"),  # over Christmas and its weekend
        ("2026-12-30T20:00", "2027-01-04T15:00"),
        ("2027-01-05T19:30", "2027-01-07T15:00"),  # over Epiphany
        ("2026-03-29T02:30", "2026-03-30T15:00"),  # the hour that does not exist
        ("2026-10-25T02:30", "2026-10-26T15:00"),  # the hour that comes twice
        ("2026-04-02T19:00", "2026-04-07T15:00"),  # over Easter
        ("2026-06-18T19:00", "2026-06-22T15:00"),  # over midsummer
    ],
)
def test_a_message_waits_for_the_next_afternoon_of_a_working_day(asked: str, goes: str) -> None:
    assert sending_from(local(asked)) == local(goes)


INSTANTS = st.integers(26_000_000, 37_000_000).map(
    lambda minutes: dt.datetime.fromtimestamp(60 * minutes, dt.UTC)
)


@given(INSTANTS)
def test_whenever_it_is_asked_the_instant_is_allowed_and_none_before_it_was(instant: dt.datetime) -> None:
    goes = sending_from(instant)
    assert may_send(goes)
    assert goes >= instant
    hours = int((goes - instant) / dt.timedelta(hours=1))
    assert not any(may_send(instant + dt.timedelta(hours=n)) for n in range(hours) if goes != instant)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 400))
def test_months_later_is_the_same_day_or_the_months_last(day: dt.date, months: int) -> None:
    later = periods.months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (
        later.day < day.day and (later + dt.timedelta(days=1)).month != later.month
    )
