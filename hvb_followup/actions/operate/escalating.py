"""Telling recipients of help cases: the first two at once, everybody when a deadline has passed, until somebody takes it.

What is told is that there is something to read, never what. Each step is taken by one worker, once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from hvb_followup.safeguarding.cases import UNTAKEN
from hvb_followup.safeguarding.deadlines import FIRST_TOLD, Urgency, again_at
from hvb_followup.safeguarding.recipients import Recipient
from hvb_followup.store import help_cases
from hvb_followup.store.database import Database
from hvb_followup.store.help_cases import HelpCase


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases were told of, how many of them late, and how many nobody could be told of."""

    first: int = 0
    again: int = 0
    nobody: int = 0


async def tell_recipients(database: Database, recipients: Sequence[Recipient], now: dt.datetime) -> Told:
    """Take the step that is due for every case that nobody has taken; a late run drops nothing."""
    cases = await help_cases.to_be_told(database, now, UNTAKEN)
    if not recipients:
        return Told(nobody=len(cases))  # the cases wait, and are told of when somebody is there again
    taken = []
    for case in cases:
        async with database.transaction():
            if await help_cases.tell(
                database, case, _addresses(case, recipients, now), now, _next(case, now)
            ):
                taken.append(case)
    first = sum(case.step == 0 for case in taken)
    return Told(first=first, again=len(taken) - first)


def _addresses(case: HelpCase, recipients: Sequence[Recipient], now: dt.datetime) -> list[str]:
    every = [one.email for one in recipients]
    return every[:FIRST_TOLD] if case.step == 0 and now < case.due_at else every


def _next(case: HelpCase, now: dt.datetime) -> dt.datetime:
    """The deadline it has, while that lies ahead; else the next time to tell everybody."""
    return case.due_at if now < case.due_at else again_at(Urgency(case.urgency), case.put_at, now)
