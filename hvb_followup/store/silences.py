"""Who wants no more messages: wishes in from the web as ciphertext, and addresses kept silent by a keyed hash."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from hvb_followup.store.database import Database


async def put_wish(database: Database, body: bytes) -> None:
    """Put a wish; whose it is only whoever sends can see."""
    await database.run("INSERT INTO silence_wish (id, body) VALUES (?, ?)", secrets.token_bytes(16), body)


async def wishes(database: Database) -> dict[bytes, bytes]:
    """Every wish that has not been heeded, by its id."""
    rows = await database.run("SELECT id, body FROM silence_wish")
    return {bytes(row["id"]): bytes(row["body"]) for row in rows}


async def end_wishes(database: Database, ids: Iterable[bytes]) -> None:
    """The wishes are heeded; must run in a transaction."""
    await database.run_many("DELETE FROM silence_wish WHERE id = ?", [(one,) for one in ids])


async def silence(database: Database, ids: Iterable[bytes], day: dt.date) -> None:
    """Keep these addresses silent from a day; must run in a transaction."""
    await database.run_many(
        "INSERT INTO silenced (id, since) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET since = excluded.since",
        [(one, day) for one in ids],
    )


async def is_silenced(database: Database, id_: bytes) -> bool:
    """True when nothing more is to be sent to the address."""
    return bool(await database.run("SELECT id FROM silenced WHERE id = ?", id_))


async def sweep(database: Database, before: dt.date) -> None:
    """Forget who has been silent since before a day."""
    await database.run("DELETE FROM silenced WHERE since < ?", before)
