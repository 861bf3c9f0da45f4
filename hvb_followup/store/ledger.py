"""The audit trail, claims on work that is due, and the demonstration's clock.

Audit rows are chained: each link is a keyed hash of the row and the link before it, so that a changed, removed or
swapped row is found (R6 G13).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from hvb_followup.store.database import Database, Row


async def note(database: Database, now: dt.datetime, who: str, did: str, what: str) -> None:
    """Write one audit row; it is chained later, by a job that holds the audit key."""
    await database.run("INSERT INTO audit (at, who, did, what) VALUES (?, ?, ?, ?)", now, who, did, what)


async def chain(database: Database, audit_key: bytes) -> int:
    """Link the rows that are not linked yet, in order; how many they were. Must run in a transaction of its own."""
    if database.sqlite is None:
        # Waits for whoever has taken an id and not committed: a row must not turn up before one that is linked.
        await database.run("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE")
    loose = await database.run("SELECT id, at, who, did, what FROM audit WHERE link IS NULL ORDER BY id")
    newest = await newest_link(database)
    before = newest[1] if newest else b""
    rows = []
    for row in loose:
        before = link_of(audit_key, before, row)
        rows.append((before, row["id"]))
    await database.run_many("UPDATE audit SET link = ? WHERE id = ? AND link IS NULL", rows)
    return len(rows)


async def first_broken(database: Database, audit_key: bytes) -> int | None:
    """The id of the first row whose link does not hold, or None."""
    before = b""
    for row in await database.run("SELECT * FROM audit WHERE link IS NOT NULL ORDER BY id"):
        before = link_of(audit_key, before, row)
        if before != row["link"]:
            return int(row["id"])
    return None


async def newest_link(database: Database) -> tuple[int, bytes] | None:
    """Id and link of the newest linked row."""
    rows = await database.run("SELECT id, link FROM audit WHERE link IS NOT NULL ORDER BY id DESC LIMIT 1")
    return (rows[0]["id"], rows[0]["link"]) if rows else None


async def has_link(database: Database, row_id: int, link: bytes) -> bool:
    """True when the row is there and bears this link."""
    return bool(await database.run("SELECT id FROM audit WHERE id = ? AND link = ?", row_id, link))


def link_of(audit_key: bytes, before: bytes, row: Row) -> bytes:
    """The link of a row after another."""
    at = row["at"] if isinstance(row["at"], dt.datetime) else dt.datetime.fromisoformat(row["at"])
    fields = (str(row["id"]), at.astimezone(dt.UTC).isoformat(), row["who"], row["did"], row["what"])
    return hmac.new(audit_key, before + "\x1f".join(fields).encode(), hashlib.sha256).digest()


async def claim(database: Database, key: str, now: dt.datetime) -> bool:
    """True for the one worker that gets to do this piece of work."""
    rows = await database.run(
        "INSERT INTO job_run (key, started_at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING RETURNING key",
        key,
        now,
    )
    return bool(rows)


async def is_claimed(database: Database, key: str) -> bool:
    """True when this piece of work has been claimed."""
    return bool(await database.run("SELECT key FROM job_run WHERE key = ?", key))


async def claim_every(database: Database, key: str, now: dt.datetime, pause: dt.timedelta) -> bool:
    """True for the one worker that gets to do this piece of work again, and not before a pause has passed."""
    rows = await database.run(
        "INSERT INTO job_run (key, started_at) VALUES (?, ?) ON CONFLICT (key) DO UPDATE "
        "SET started_at = excluded.started_at WHERE job_run.started_at <= ? RETURNING key",
        *(key, now, now - pause),
    )
    return bool(rows)


async def seconds_ahead(database: Database) -> int:
    """How far the demonstration's clock stands ahead of the machine's."""
    rows = await database.look("SELECT ahead FROM stored_clock WHERE id = 1")
    return int(rows[0]["ahead"]) if rows else 0


async def set_ahead(database: Database, seconds: int) -> None:
    """Move the demonstration's clock."""
    await database.run(
        "INSERT INTO stored_clock (id, ahead) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET ahead = excluded.ahead",
        seconds,
    )
