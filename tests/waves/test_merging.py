"""Who is asked what on which day, of dates alone: R7 R3 and §3.9 as corrected by DESIGN §12."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup.registry import Placement
from hvb_followup.waves.merging import BURDEN, Season, Sitting, sitting
from hvb_followup.waves.moments import is_still_of, last_moment_on

START = dt.date(2026, 1, 12)
DAY = dt.timedelta(days=1)
AUTUMN = Season(half_year="2026H2", first_on=dt.date(2026, 10, 1), last_on=dt.date(2026, 11, 30))
SPRING = Season(half_year="2026H1", first_on=dt.date(2026, 4, 1), last_on=dt.date(2026, 5, 31))


def placed(ends_on: dt.date | None = None, starts_on: dt.date = START) -> Placement:
    return Placement(
        id="L1", unit="H", municipality="9001", birth_year=2010, starts_on=starts_on, ends_on=ends_on
    )


def lived(placement: Placement, days: int, seasons: tuple[Season, ...] = ()) -> list[tuple[dt.date, Sitting]]:
    """Every invitation of a placement, planned day by day."""
    asked: dict[str, dt.date] = {}
    found: list[tuple[dt.date, Sitting]] = []
    for day in (placement.starts_on + n * DAY for n in range(days)):
        season = next((one for one in seasons if one.first_on <= day <= one.last_on), None)
        latest = found[-1][0] if found else None
        if one := sitting(placement, day, asked.get, latest, season):
            found.append((day, one))
            asked |= {key: day for key, _ in one.serves}
    return found


def told(found: list[tuple[dt.date, Sitting]]) -> list[tuple[str, str]]:
    return [(str(day), "+".join(part.moment or part.about for part in one.parts)) for day, one in found]


def test_start_on_day_seven_then_three_months_six_and_every_six() -> None:
    assert told(lived(placed(), 600)) == [
        ("2026-01-19", "start"),
        ("2026-04-12", "follow_up"),
        ("2026-07-12", "follow_up"),
        ("2027-01-12", "follow_up"),
        ("2027-07-12", "follow_up"),
    ]


def test_exit_and_six_and_twelve_months_after_it() -> None:
    found = told(lived(placed(dt.date(2026, 9, 1)), 700))
    assert found[-3:] == [("2026-08-18", "exit"), ("2027-03-01", "after"), ("2027-09-01", "after")]


def test_how_it_is_to_live_there_is_asked_together_with_a_moment_where_one_comes_in_time() -> None:
    """R7 R3: one sitting rather than two in a month."""
    assert told(lived(placed(), 200, (SPRING,))) == [
        ("2026-01-19", "start"),
        ("2026-04-12", "follow_up+experience"),
        ("2026-07-12", "follow_up"),
    ]


def test_exit_takes_in_what_else_is_due() -> None:
    """DESIGN §12: exit always wins and merges; the start that was due the same day is not asked besides."""
    short = placed(START + 20 * DAY)
    assert told(lived(short, 60)) == [("2026-01-18", "exit")]
    autumn = placed(dt.date(2026, 10, 20), dt.date(2026, 2, 1))
    assert ("2026-10-06", "exit+experience") in told(lived(autumn, 300, (AUTUMN,)))


def test_what_is_due_along_the_way_waits_for_an_exit_that_is_near() -> None:
    found = told(lived(placed(dt.date(2026, 8, 1)), 250))
    assert found == [("2026-01-19", "start"), ("2026-04-12", "follow_up"), ("2026-07-18", "exit")]


@pytest.mark.parametrize("later", [0, 3, 200])
def test_an_end_that_is_moved_far_is_another_exit_and_one_moved_little_is_not(later: int) -> None:
    end = dt.date(2026, 9, 1)
    moved = placed(end + later * DAY)
    asked = {"exit": end - 10 * DAY, "follow_up 6": end, "follow_up 12": end + 190 * DAY}
    days = [
        day
        for n in range(260)
        if (one := sitting(moved, (day := end + n * DAY), asked.get, end - 10 * DAY, None))
        and one.parts[0].moment == "exit"
    ]
    assert bool(days) == (later == 200)


def test_an_exit_is_not_lost_to_the_burden_cap() -> None:
    """The day before, something else was asked; whenever the end becomes known, the exit is due at once."""
    for known in range(-14, 15):
        end = dt.date(2026, 6, 1)
        day = end + known * DAY
        found = sitting(placed(end), day, {}.get, day - DAY, None)
        assert found is not None
        assert found.parts[0].moment == "exit"


def test_nobody_is_asked_in_the_last_week_of_a_season() -> None:
    """There would be no time to answer."""
    settled = placed(starts_on=dt.date(2026, 2, 1))
    days = (AUTUMN.last_on - 7 * DAY, AUTUMN.last_on - 6 * DAY)
    assert [sitting(settled, day, {}.get, None, AUTUMN) is not None for day in days] == [True, False]


def test_without_the_cap_two_would_come_in_a_month() -> None:
    """What the cap stops: in the middle of the season nothing else is due, but she was asked three weeks before."""
    settled = placed(starts_on=dt.date(2025, 12, 1))
    day = dt.date(2026, 10, 20)
    asked = {"follow_up 6": day, "follow_up 9": day}
    assert sitting(settled, day, asked.get, day - 21 * DAY, AUTUMN) is None
    assert sitting(settled, day, asked.get, day - BURDEN, AUTUMN) is not None


PLACEMENTS = st.builds(
    lambda start, length: placed(start + length * DAY if length < 900 else None, start),
    st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)),
    st.integers(1, 1000),
)


@settings(deadline=None, max_examples=25)
@given(PLACEMENTS)
def test_whatever_the_dates_nobody_is_asked_too_often_and_every_exit_is_asked_once(one: Placement) -> None:
    found = lived(one, 1100, (SPRING, AUTUMN))
    exits = [day for day, each in found if each.parts[0].moment == "exit"]
    assert len(exits) == (one.ends_on is not None)
    for (before, _), (day, each) in itertools.pairwise(found):
        assert day - before >= BURDEN or each.parts[0].moment == "exit"
    served = [key for _, each in found for key, _ in each.serves]
    assert len(served) == len(set(served))
    for day, each in found:
        assert all(is_still_of(part.moment, one, day) for part in each.parts)
        assert all(part.last_on - day >= 7 * DAY for part in each.parts)
    last = last_moment_on(one)
    assert last is None or all(each.last_on <= last for _, each in found)


STILL: Mapping[str, tuple[bool, ...]] = {
    # six weeks before the end, a week before, a week after, half a year after
    "start": (True, True, False, False),
    "follow_up": (True, True, False, False),
    "": (True, True, False, False),
    "exit": (False, True, True, True),
    "after": (False, False, True, True),
}


@pytest.mark.parametrize("moment", sorted(STILL))
def test_discharge_stops_what_is_asked_along_the_way_and_opens_exit_and_after(moment: str) -> None:
    end = dt.date(2026, 9, 1)
    days = (end - 42 * DAY, end - 7 * DAY, end + 7 * DAY, end + 182 * DAY)
    assert tuple(is_still_of(moment, placed(end), day) for day in days) == STILL[moment]
    assert is_still_of(moment, placed(), days[0]) is (moment in {"start", "follow_up", ""})
