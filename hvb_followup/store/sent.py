"""How many messages ended in each län on each day. Nothing here was ever about one of them."""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.store.database import Database


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """What ended in a län on a day: messages sent or dropped, first ones among them, and those not delivered."""

    day: dt.date
    lan: str
    handled: int
    first: int
    undeliverable: int


async def count(database: Database, day: dt.date, lan: str, *, first: bool, undeliverable: bool) -> None:
    """One more message ended in a län on a day."""
    await database.run(
        "INSERT INTO sendout (id, day, lan, handled, first, undeliverable) VALUES (?, ?, ?, 1, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET handled = sendout.handled + 1, "
        "first = sendout.first + excluded.first, "
        "undeliverable = sendout.undeliverable + excluded.undeliverable",
        *(f"{day} {lan}", day, lan, int(first), int(undeliverable)),
    )


async def days(database: Database, since: dt.date) -> list[Day]:
    """How many messages ended each day in each län since a day."""
    rows = await database.run(
        "SELECT day, lan, handled, first, undeliverable FROM sendout WHERE day >= ? ORDER BY day DESC, lan",
        since,
    )
    return [msgspec.convert({**row, "day": _date(row["day"])}, Day) for row in rows]


def _date(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
