"""The audit trail's anchor: once a day its newest link is written down beside the counter's keys.

The chain alone shows every edit but not a tail that was cut off; the anchor, which whoever holds the database cannot
reach, shows that too (R6 G13).
"""

from __future__ import annotations

import datetime as dt

from hvb_followup.keys.counter import CounterKeys
from hvb_followup.store import ledger
from hvb_followup.store.database import Database


async def anchor_daily(database: Database, keys: CounterKeys, day: dt.date) -> str:
    """Check the trail and anchor it, unless the day has its anchor; "" when all is well, or what is broken."""
    if day.isoformat() in keys.anchors():
        return ""
    if broken := await broken_trail(database, keys):
        return broken
    newest = await ledger.newest_link(database)
    if newest is not None:
        keys.anchor(day, *newest)
    return ""


async def broken_trail(database: Database, keys: CounterKeys) -> str:
    """What is broken in the audit trail, or ""."""
    row = await ledger.first_broken(database, keys.audit)
    if row is not None:
        return f"audit row {row} has been changed, or one before it has been removed"
    for day, (row, link) in sorted(keys.anchors().items()):
        if not await ledger.has_link(database, row, link):
            return f"the audit trail no longer holds row {row}, anchored on {day}"
    return ""
