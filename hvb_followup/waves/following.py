"""At which moment a placement is to be given a card today: start, day 7–14, exit, or after (R7 §3.9, DESIGN §12).

Exit wins over start. A start card is given on day 7–14 and can be used for two weeks more; an exit card from two
weeks before the last day to two weeks after it, and can be used for two weeks more; a card after exit within four
weeks from six and from twelve months after it, likewise. The room must never know who has answered: a moment is due
by the register's dates alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import msgspec

from hvb_followup.periods import months_after
from hvb_followup.registry import Placement

START_FROM, START_TO = 7, 14
AROUND_EXIT = 14
DAYS_TO_ANSWER = 14
AFTER_MONTHS = (6, 12)
ON_CARDS = ("start", "exit", "after")  # what cards and letters ask about
AFTER_DAYS = 28
SHORTEST_STAY = 14  # who stayed less had no start to be compared with, and is nobody's loss to follow-up


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """The moment to ask about, and the last day on which it can be answered."""

    moment: str
    last_on: dt.date


def due(placement: Placement, moments: Collection[str], today: dt.date) -> Due | None:
    """What to ask about the placement today, of the moments that a questionnaire has; None: nothing."""
    if "exit" in moments and placement.ends_on is not None:
        last_on = placement.ends_on + dt.timedelta(days=AROUND_EXIT)
        if placement.ends_on - dt.timedelta(days=AROUND_EXIT) <= today <= last_on:
            return Due(moment="exit", last_on=last_on + dt.timedelta(days=DAYS_TO_ANSWER))
    has_ended = placement.ends_on is not None and placement.ends_on <= today
    day = (today - placement.starts_on).days
    if "start" in moments and not has_ended and START_FROM <= day <= START_TO:
        last_on = placement.starts_on + dt.timedelta(days=START_TO + DAYS_TO_ANSWER)
        return Due(moment="start", last_on=last_on)
    return _after(placement, today) if "after" in moments else None


def first_end(moments: Collection[str], today: dt.date) -> dt.date:
    """The first last day of a stay that a questionnaire with these moments may still ask about today."""
    if "after" not in moments:
        return today - dt.timedelta(days=AROUND_EXIT)
    return months_after(today, -AFTER_MONTHS[-1]) - dt.timedelta(
        days=AFTER_DAYS + 3
    )  # months differ in length


def _after(placement: Placement, today: dt.date) -> Due | None:
    """Six or twelve months after the end, when that is now."""
    if placement.ends_on is None:
        return None
    for months in AFTER_MONTHS:
        first = months_after(placement.ends_on, months)
        last = first + dt.timedelta(days=AFTER_DAYS)
        if first <= today <= last:
            return Due(moment="after", last_on=last + dt.timedelta(days=DAYS_TO_ANSWER))
    return None


def is_to_be_followed(placement: Placement, first: dt.date, last: dt.date) -> bool:
    """True when the placement ended within these days after so long a stay that a change could be seen."""
    if placement.ends_on is None or not first <= placement.ends_on <= last:
        return False
    return (placement.ends_on - placement.starts_on).days >= SHORTEST_STAY


def age_at_start(placement: Placement) -> int:
    """The age reached in the year in which the placement started: it decides who is asked, also after the end."""
    return placement.starts_on.year - placement.birth_year
