"""The moments of a placement at which she is asked how she is: start, along the way, exit, after (R7 §3.9, DESIGN §12).

Each is anchored to the register's dates and has days between which an invitation may go out. The room must never
know who has answered: a moment is due by dates alone.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.periods import months_after
from hvb_followup.registry import Placement
from hvb_followup.waves.following import (
    AFTER_DAYS,
    AFTER_MONTHS,
    AROUND_EXIT,
    DAYS_TO_ANSWER,
    START_FROM,
    START_TO,
)

LAST_AFTER = f"after {AFTER_MONTHS[-1]}"
FOLLOW_UP_DAYS = 42  # a moment along the way may wait so long for another, or for the burden cap

DAY = dt.timedelta(days=1)
# Between which days, from the one a moment is anchored to, an invitation may go out.
_START, _ALONG = (START_FROM * DAY, START_TO * DAY), (0 * DAY, FOLLOW_UP_DAYS * DAY)
_EXIT, _AFTER = (-AROUND_EXIT * DAY, AROUND_EXIT * DAY), (0 * DAY, AFTER_DAYS * DAY)


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment: its name in the questionnaire, its key within the placement, and the days for an invitation."""

    name: str
    key: str
    first_on: dt.date
    last_on: dt.date

    @property
    def answer_by(self) -> dt.date:
        """The last day on which an answer about the moment opens."""
        return self.last_on + dt.timedelta(days=DAYS_TO_ANSWER)

    def is_open_on(self, day: dt.date) -> bool:
        """True when an invitation may go out that day."""
        return self.first_on <= day <= self.last_on


def moments(placement: Placement, day: dt.date, *, still: dt.date = dt.date.min) -> tuple[Moment, ...]:
    """Every moment of the placement that has begun by a day, in order of time; none along the way once it ended.

    Of those along the way, which are many, only the ones about which an invitation may go out on ``still`` or later.
    """
    found = [_start(placement), *_along(placement, still, day), *_around_the_end(placement)]
    begun = [one for one in found if one.first_on <= day and _is_of(one, placement)]
    return tuple(sorted(begun, key=lambda one: one.first_on))


def last_moment_on(placement: Placement) -> dt.date | None:
    """The last day on which anything can be answered about an ended placement; None while it goes on."""
    ends = _around_the_end(placement)
    return max(one.answer_by for one in ends) if ends else None


def is_still_of(name: str, placement: Placement, day: dt.date) -> bool:
    """True when a moment asked about earlier still is one: she lives there, or has left, as the moment says.

    An exit is one from two weeks before the end that the register now tells of.
    """
    if placement.ends_on is None or day < placement.ends_on - dt.timedelta(days=AROUND_EXIT):
        return name in {"start", "follow_up", ""}
    if name == "after":
        return placement.ends_on <= day
    return name == "exit" or placement.is_resident_on(day)


def gives_way(name: str, placement: Placement, day: dt.date) -> bool:
    """True of what was to be asked first by now, had it not been held up until the exit is asked about: exit wins."""
    return name not in {"exit", "after"} and any(
        one.name == "exit" and one.first_on <= day for one in _around_the_end(placement)
    )


def _start(placement: Placement) -> Moment:
    return _between("start", "start", placement.starts_on, *_START)


def _along(placement: Placement, still: dt.date, day: dt.date) -> list[Moment]:
    """After three months, six, and then every six."""
    found, months = [], 3
    while (on := months_after(placement.starts_on, months)) <= day:
        one = _between("follow_up", f"follow_up {months}", on, *_ALONG)
        found += [one] if still <= one.last_on else []
        months = months + 6 if months > 3 else 6
    return found


def _around_the_end(placement: Placement) -> list[Moment]:
    if placement.ends_on is None:
        return []
    after = [
        _between("after", f"after {months}", months_after(placement.ends_on, months), *_AFTER)
        for months in AFTER_MONTHS
    ]
    return [_between("exit", "exit", placement.ends_on, *_EXIT), *after]


def _between(name: str, key: str, on: dt.date, first: dt.timedelta, last: dt.timedelta) -> Moment:
    return Moment(name=name, key=key, first_on=on + first, last_on=on + last)


def _is_of(one: Moment, placement: Placement) -> bool:
    """A moment that begins when she has left is none, but for exit and after."""
    return one.name in {"exit", "after"} or placement.is_resident_on(one.first_on)
