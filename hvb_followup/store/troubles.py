"""What did not work at the latest tick: the jobs write it, the operator's page shows it. Nothing here was ever about anybody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from hvb_followup.store.database import Database


class Trouble(NamedTuple):
    """A line for the operator, and the first day of what it says."""

    since_on: dt.date
    says: str


async def keep(database: Database, said: Mapping[str, str], today: dt.date) -> None:
    """These and no others, by what they are about; what is the same as before is not written again."""
    rows = await database.run("SELECT id, says FROM trouble")
    before = {row["id"]: row["says"] for row in rows}
    if before == dict(said):
        return
    async with database.transaction():
        await database.run_many(
            "DELETE FROM trouble WHERE id = ?", [(one,) for one in before.keys() - said.keys()]
        )
        await database.run_many(
            "INSERT INTO trouble (id, since_on, says) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET says = excluded.says",
            [(one, today, says) for one, says in sorted(said.items()) if before.get(one) != says],
        )


async def now(database: Database) -> list[Trouble]:
    """What the latest tick had to say, the oldest first."""
    rows = await database.run("SELECT since_on, says FROM trouble ORDER BY since_on, id")
    return [Trouble(_date(row["since_on"]), row["says"]) for row in rows]


def _date(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
