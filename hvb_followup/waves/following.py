"""How a placement is followed from start to end and after: between which days, and of whom (R7 §3.9, DESIGN §12).

A start is asked about on day 7–14, an exit from two weeks before the last day to two weeks after it, what came after
within four weeks from six and from twelve months after it; each can be answered for two weeks more. The room must
never know who has answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from hvb_followup.periods import months_after
from hvb_followup.registry import Placement

START_FROM, START_TO = 7, 14
AROUND_EXIT = 14
DAYS_TO_ANSWER = 14
AFTER_MONTHS = (6, 12)
AFTER_DAYS = 28
SHORTEST_STAY = 14  # who stayed less had no start to be compared with, and is nobody's loss to follow-up


def first_end(moments: Collection[str], today: dt.date) -> dt.date:
    """The first last day of a stay that a questionnaire with these moments may still ask about today."""
    if "after" not in moments:
        return today - dt.timedelta(days=AROUND_EXIT)
    return months_after(today, -AFTER_MONTHS[-1]) - dt.timedelta(
        days=AFTER_DAYS + 3
    )  # months differ in length


def is_to_be_followed(placement: Placement, first: dt.date, last: dt.date) -> bool:
    """True when the placement ended within these days after so long a stay that a change could be seen."""
    if placement.ends_on is None or not first <= placement.ends_on <= last:
        return False
    return (placement.ends_on - placement.starts_on).days >= SHORTEST_STAY


def age_at_start(placement: Placement) -> int:
    """The age reached in the year in which the placement started: it decides who is asked, also after the end."""
    return placement.starts_on.year - placement.birth_year
