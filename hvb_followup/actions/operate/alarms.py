"""What the operator should look at: what the latest tick could not do, days of unusually many tries in vain, old help lines.

That a budget was spent is all that is kept: of a day and a kind of try, never of a net, a name, a home or an hour.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.deployment import Deployment
from hvb_followup.errors import Problem
from hvb_followup.periods import local_instant
from hvb_followup.safeguarding import helplines
from hvb_followup.store import ledger, spent, troubles
from hvb_followup.store.spent import Spent
from hvb_followup.store.troubles import Trouble

SHOWN = dt.timedelta(days=60)
SAID = {
    "code": "koder som inte finns",
    "receipt": "att ta bort svar",
    "status": "att se hur det går med ett ärende",
    "help": "att be om hjälp",
    "sign-in": "att logga in",
}


class Alarms(msgspec.Struct, frozen=True, kw_only=True):
    """What does not work now, days on which a budget was spent, the newest first, and what is wrong or soon will be
    with the help lines."""

    troubles: tuple[Trouble, ...]
    spent: tuple[tuple[dt.date, str], ...]
    helplines: tuple[Problem, ...]


async def alarms(context: Context, deployment: Deployment) -> Alarms:
    """The last sixty days; for the operator."""
    context.require(Permission.ALARM_READ)
    lines = {line.name: line.verified_on for line in deployment.helpline}
    found = await spent.days(context.database, context.today - SHOWN)
    return Alarms(
        troubles=tuple(await troubles.now(context.database)),
        spent=tuple((one.day, SAID[one.what]) for one in found),
        helplines=(*helplines.unfit(lines, context.today), *helplines.ageing(lines, context.today)),
    )


async def note_spent(context: Context) -> tuple[str, ...]:
    """An audit row and a line for each budget that was spent, once for each day; by the day, whenever it was."""
    found = await spent.days(context.database, context.today - dt.timedelta(days=1))
    return tuple([_line(one) for one in found if await _noted_now(context, one)])


async def _noted_now(context: Context, one: Spent) -> bool:
    """True for the one tick that notes it. Neither row tells the hour: both carry the day's first instant."""
    day = local_instant(one.day, 0)
    async with context.database.transaction():
        if not await ledger.claim(context.database, f"spent {one.day} {one.what}", day):
            return False
        await ledger.note(context.database, day, context.person.name, "budget:spent", f"{one.day} {one.what}")
    return True


def _line(one: Spent) -> str:
    return f"{one.day}: ovanligt många försök {SAID[one.what]}. Se /drift/larm."
