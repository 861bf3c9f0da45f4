"""When a half-year's wave is open.

Families published as level: April–May and October–November (R7 §3.9). Families published as change follow
placements that start and end on any day, so their waves lie end to end: each opens when the one before closes.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup import periods

_FIRST_MONTH = {1: 4, 2: 10}
_MONTHS_OPEN = 2
CLOSING_HOUR = 4  # local; never between 02 and 03, which may come twice or not at all
RESULTS_DAYS = 45  # from close to the day by which the results are promised


class Window(msgspec.Struct, frozen=True):
    """The instants a wave opens and closes, and the day by which its results are promised."""

    opens_at: dt.datetime
    closes_at: dt.datetime
    results_by: dt.date

    @property
    def last_moment(self) -> dt.datetime:
        """An instant in the last whole day on which one can answer."""
        return self.closes_at - dt.timedelta(hours=CLOSING_HOUR + 1)


def window(half_year: str) -> Window:
    """The window of a half-year's wave; it closes at four in the morning after its last day."""
    year, half = int(half_year[:4]), int(half_year[-1])
    first = dt.date(year, _FIRST_MONTH[half], 1)
    after = dt.date(year, _FIRST_MONTH[half] + _MONTHS_OPEN, 1)
    return Window(
        opens_at=periods.local_instant(first, CLOSING_HOUR),
        closes_at=periods.local_instant(after, CLOSING_HOUR),
        results_by=after + dt.timedelta(days=RESULTS_DAYS),
    )


def following_window(half_year: str) -> Window:
    """The window of a wave that follows placements: from the close of the wave before to the same close."""
    times = window(half_year)
    return Window(
        opens_at=window(periods.shift(half_year, -1)).closes_at,
        closes_at=times.closes_at,
        results_by=times.results_by,
    )


def followed_half_year(now: dt.datetime) -> str:
    """The half-year whose wave follows placements now; there always is one."""
    half_year = periods.half_year_of(periods.local_day(now))
    return half_year if now < window(half_year).closes_at else periods.shift(half_year, 1)


def open_half_year(now: dt.datetime) -> str | None:
    """The half-year whose wave is to be open now, if any."""
    half_year = periods.half_year_of(periods.local_day(now))
    times = window(half_year)
    return half_year if times.opens_at <= now < times.closes_at else None
