"""How many messages ended each day in each län, for the operator: counts from five, and never whose.

A message counts whether it went or was dropped because its code was used; only of first invitations, which are always
sent, is it told how many could not be delivered.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.store import sent

SMALLEST = 5
SHOWN = dt.timedelta(days=60)


class Sendout(msgspec.Struct, frozen=True, kw_only=True):
    """A day in a län. ``handled``: how many messages, None below five; then the other two are None as well."""

    day: dt.date
    lan: str
    handled: int | None
    first: int | None
    undeliverable: int | None


async def sendouts(context: Context) -> list[Sendout]:
    """The last sixty days, the newest first."""
    context.require(Permission.SENDOUT_READ)
    return [_shown(one) for one in await sent.days(context.database, context.today - SHOWN)]


def _shown(one: sent.Day) -> Sendout:
    enough = one.handled >= SMALLEST
    return Sendout(
        day=one.day,
        lan=one.lan,
        handled=one.handled if enough else None,
        first=_from_five(one.first) if enough else None,
        undeliverable=_from_five(one.undeliverable) if enough else None,
    )


def _from_five(n: int) -> int | None:
    return n if n == 0 or n >= SMALLEST else None
