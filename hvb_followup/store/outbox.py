"""Messages that wait, claimed so that several workers send each once; and what was asked when.

What stands in clear of a message is when it is due and whether it is done: to whom, with which code and why is
sealed, and ``done`` is said of one that went and one that was dropped alike. The done row's body is emptied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from hvb_followup.store.database import Database


class Waiting(NamedTuple):
    """A message that waits, as it is stored."""

    id: bytes
    due_at: dt.datetime
    body: bytes


async def put(database: Database, rows: Sequence[Waiting]) -> None:
    """Store messages in order of their random ids; must run in a transaction."""
    await database.run_many(
        "INSERT INTO outbox (id, state, due_at, body) VALUES (?, 'waiting', ?, ?)", sorted(rows)
    )


async def claim(database: Database, now: dt.datetime, until: dt.datetime, limit: int) -> list[Waiting]:
    """Messages that are due and that no other worker has; they are this worker's until an instant."""
    skip = "FOR UPDATE SKIP LOCKED" if database.sqlite is None else ""
    due = (
        "SELECT id FROM outbox WHERE state = 'waiting' AND due_at <= ? "
        f"AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY due_at, id LIMIT {int(limit)} {skip}"
    )
    rows = await database.run(
        f"UPDATE outbox SET claimed_until = ? WHERE id IN ({due}) RETURNING id, due_at, body",
        *(until, now, now),
    )
    return [Waiting(bytes(row["id"]), row["due_at"], bytes(row["body"])) for row in rows]


async def end(database: Database, message: bytes, until: dt.datetime) -> bool:
    """The message is done, for the worker whose claim still holds; False for any other."""
    rows = await database.run(
        "UPDATE outbox SET state = 'done', claimed_until = NULL, body = ? "
        "WHERE id = ? AND state = 'waiting' AND claimed_until = ? RETURNING id",
        *(b"", message, until),
    )
    return bool(rows)


async def reseal(database: Database, message: bytes, body: bytes) -> None:
    """Another content for a message that waits."""
    await database.run("UPDATE outbox SET body = ? WHERE id = ? AND state = 'waiting'", body, message)


async def put_off(
    database: Database, message: bytes, until: dt.datetime, due_at: dt.datetime, body: bytes
) -> bool:
    """The message waits until another instant, for the worker whose claim still holds."""
    rows = await database.run(
        "UPDATE outbox SET claimed_until = NULL, due_at = ?, body = ? "
        "WHERE id = ? AND state = 'waiting' AND claimed_until = ? RETURNING id",
        *(due_at, body, message, until),
    )
    return bool(rows)


async def sweep(database: Database, before: dt.datetime, asked_before: dt.date) -> None:
    """Forget messages that are done and were due before an instant, and what was asked before a day."""
    await database.run("DELETE FROM outbox WHERE state = 'done' AND due_at < ?", before)
    await database.run("DELETE FROM asked WHERE asked_on < ?", asked_before)


async def asked_on(database: Database) -> dict[bytes, dt.date]:
    """When each moment was last asked about, by its keyed hash."""
    rows = await database.run("SELECT id, asked_on FROM asked")
    return {bytes(row["id"]): _date(row["asked_on"]) for row in rows}


async def mark_asked(database: Database, moment: bytes, day: dt.date, first_on: dt.date) -> bool:
    """True for the one worker that gets to ask about the moment, once in the days that began with ``first_on``."""
    rows = await database.run(
        "INSERT INTO asked (id, asked_on) VALUES (?, ?) ON CONFLICT (id) DO UPDATE "
        "SET asked_on = excluded.asked_on WHERE asked.asked_on < ? RETURNING id",
        *(moment, day, first_on),
    )
    return bool(rows)


def _date(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
