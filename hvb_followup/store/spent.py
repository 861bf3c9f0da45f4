"""On which days the whole service's budget of tries in vain was spent, and on what. Nothing here was ever about anybody."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from hvb_followup.store.database import Database


class Spent(NamedTuple):
    """A day on which a kind of try was made in vain as often as a window allows."""

    day: dt.date
    what: str


async def put(database: Database, day: dt.date, what: str) -> None:
    """The budget was spent that day; said again, it changes nothing."""
    await database.run(
        "INSERT INTO spent (id, day, what) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
        *(f"{day} {what}", day, what),
    )


async def days(database: Database, since: dt.date) -> list[Spent]:
    """Every day since then, the newest first."""
    rows = await database.run("SELECT day, what FROM spent WHERE day >= ? ORDER BY day DESC, what", since)
    return [Spent(_date(row["day"]), row["what"]) for row in rows]


def _date(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
