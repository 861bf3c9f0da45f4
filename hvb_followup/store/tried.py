"""How often something was tried in vain today: rows of a keyed hash and a number.

What was tried, from where and at which hour only the hash knows, and its key turns daily; no row says whose anything
is. Rows are gone the day after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hvb_followup.store.database import Database


async def counts(database: Database, ids: Sequence[bytes]) -> dict[bytes, int]:
    """How often, by id, of those that were tried at all."""
    marks = ", ".join("?" * len(ids))
    rows = await database.look(f"SELECT id, n FROM tried WHERE id IN ({marks})", *ids)
    return {bytes(row["id"]): row["n"] for row in rows}


async def add(database: Database, ids: Sequence[bytes], day: dt.date) -> dict[bytes, int]:
    """One more of each, in one statement, and how many now; in order of id, so that no two wait in a ring."""
    values = ", ".join(["(?, ?, 1)"] * len(ids))
    rows = await database.run(
        f"INSERT INTO tried (id, day, n) VALUES {values} ON CONFLICT (id) DO UPDATE SET n = tried.n + 1 "
        "RETURNING id, n",
        *(one for id_ in sorted(ids) for one in (id_, day)),
    )
    return {bytes(row["id"]): row["n"] for row in rows}


async def take(database: Database, turn: bytes, day: dt.date) -> bool:
    """True for the one who gets the turn."""
    rows = await database.run(
        "INSERT INTO tried (id, day, n) VALUES (?, ?, 1) ON CONFLICT (id) DO NOTHING RETURNING id", turn, day
    )
    return bool(rows)


async def sweep(database: Database, today: dt.date) -> None:
    """Forget every day but this."""
    await database.run("DELETE FROM tried WHERE day < ?", today)
