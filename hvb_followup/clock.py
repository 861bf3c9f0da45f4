"""The one place that reads the time."""

from __future__ import annotations

import datetime as dt


def machine_now() -> dt.datetime:
    """The machine's time, UTC."""
    return dt.datetime.now(dt.UTC)


def now(seconds_ahead: int = 0) -> dt.datetime:
    """The service's time: the machine's, plus what a demonstration has moved its clock."""
    return machine_now() + dt.timedelta(seconds=seconds_ahead)
