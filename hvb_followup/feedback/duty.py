"""When the young people are to be told back, and whether they were."""

from __future__ import annotations

import datetime as dt

WITHIN_DAYS = 30  # after the wave closed (R7 §3.9 R5); R8's 60 days gave way to it


def due_on(closed_on: dt.date) -> dt.date:
    """The last day to tell back after a wave that closed on a day."""
    return closed_on + dt.timedelta(days=WITHIN_DAYS)


def days_to_feedback(closed_on: dt.date, given_on: dt.date | None) -> int | None:
    """Days from the close to the day the young people were told; None while they have not been."""
    return None if given_on is None else (given_on - closed_on).days
