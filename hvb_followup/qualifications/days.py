"""Months added to a day as statutes count them, and runs of days with both ends included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

ONE_DAY = dt.timedelta(days=1)


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a day to a day, both included; no end: still going on."""

    from_on: dt.date
    to_on: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        """True when the day lies in the span."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


def is_between(day: dt.date, first: dt.date | None, last: dt.date | None) -> bool:
    """True when the day lies between two days, both included; an open end does not bind."""
    return (first is None or first <= day) and (last is None or day <= last)


def runs(days: Iterable[dt.date]) -> tuple[Span, ...]:
    """Days in order, gathered into unbroken spans."""
    found: list[Span] = []
    for day in days:
        if found and found[-1].to_on == day - ONE_DAY:
            found[-1] = Span(from_on=found[-1].from_on, to_on=day)
        else:
            found.append(Span(from_on=day, to_on=day))
    return tuple(found)
