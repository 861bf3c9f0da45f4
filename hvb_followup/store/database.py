"""Opening the database, whichever it is, and the few ways of asking it that are not Piccolo's.

A query is written once with ``?``; PostgreSQL gets its ``$1``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from hvb_followup.errors import Problem, Unsound
from hvb_followup.store import postgres
from hvb_followup.store.convoy import Convoy
from hvb_followup.store.postgres import SafePostgres
from hvb_followup.store.sqlite import SafeSqlite
from hvb_followup.store.statements import Columns, LookUp, Write
from hvb_followup.store.storable import refuse_unstorable
from hvb_followup.store.tables import TABLES

Row = dict[str, Any]


class Database:
    """An open database: its engine, and which of the two it is."""

    def __init__(self, engine: SafeSqlite | SafePostgres) -> None:
        self.engine = engine
        self.sqlite = engine if isinstance(engine, SafeSqlite) else None
        self._convoys: dict[str, Convoy] = {}

    def transaction(self) -> Any:
        """One write errand: everything in it is committed together, or nothing is."""
        return self.engine.transaction()

    async def look(self, query: str, *args: Any) -> list[Row]:
        """The rows of a keyed look-up (never a scan: on SQLite it runs in the event loop)."""
        if self.sqlite is not None:
            return self.sqlite.peek(query, args)
        return await self.run(query, *args)

    async def find(self, look_up: LookUp, *args: Any) -> Row | None:
        """The row whose key is the first of these arguments: on SQLite at once, on PostgreSQL with others'."""
        if self.sqlite is not None:
            rows = self.sqlite.peek(look_up.one, args)
            return rows[0] if rows else None
        return await self._together(look_up.many, look_up.many, args)

    async def write(self, write: Write, *args: Any) -> bool:
        """True when the change was made for the key that comes first. All who write meanwhile share one commit.

        It is on disk then; inside a transaction, when that is.
        """
        return await self._together(write.postgres, write, args) is not None

    async def _together(self, name: str, what: str | Write, args: tuple[Any, ...]) -> Row | None:
        refuse_unstorable(args)
        if self.engine.current_transaction.get():
            return next(iter(await self._run_together(what, [[arg] for arg in args])), None)
        if name not in self._convoys:
            self._convoys[name] = Convoy(partial(self._run_together, what))
        return await self._convoys[name].ask(*args)

    async def _run_together(self, what: str | Write, columns: Columns) -> list[Row]:
        if self.sqlite is None:
            return await self.run(what.postgres if isinstance(what, Write) else what, *columns)
        assert isinstance(what, Write)  # a look-up is read at once
        current = self.engine.current_transaction.get()
        on: Any = current.connection.run if current else self.sqlite.write
        rows: list[Row] = await on(lambda lane: what.sqlite(lane, columns))
        return rows

    async def run(self, query: str, *args: Any) -> list[Row]:
        """The rows of one statement, inside the current transaction where there is one."""
        refuse_unstorable(args)
        current = self.engine.current_transaction.get()
        if self.sqlite is not None:
            connection = current.connection if current else None
            if connection is not None:
                return list(await connection.execute(query, args))
            return list(await self.sqlite._run_in_new_connection(query, args))
        if current:
            return [dict(row) for row in await current.connection.fetch(dollars(query), *args)]
        async with self.engine.pool.acquire() as connection:  # type: ignore[union-attr]
            return [dict(row) for row in await connection.fetch(dollars(query), *args)]

    async def run_many(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        """One statement over many rows, inside the current transaction."""
        for row in rows:
            refuse_unstorable(row)
        current: Any = self.engine.current_transaction.get()
        connection = current.connection
        if self.sqlite is not None:
            await connection.run(lambda lane: lane.executemany(query, rows))
        else:
            await connection.executemany(dollars(query), rows)

    async def close(self) -> None:
        """Close every connection."""
        if isinstance(self.engine, SafeSqlite):
            self.engine.close()
        else:
            await self.engine.close_connection_pool()


@lru_cache(maxsize=256)
def dollars(query: str) -> str:
    """The query with ``$1``, ``$2`` … for its question marks."""
    counter = iter(range(1, 1000))
    return re.sub(r"\?", lambda _: f"${next(counter)}", query)


@asynccontextmanager
async def opened(url: str, *, connections: int = 4, alone: bool = False) -> AsyncIterator[Database]:
    """The database at an address, sound and bound to the tables; closed again at the end."""
    database = await open_database(url, connections=connections, alone=alone)
    try:
        yield database
    finally:
        await database.close()


async def open_database(url: str, *, connections: int = 8, alone: bool = False) -> Database:
    """The database at ``sqlite:///file`` or ``postgresql://…``; Unsound when it may lose what it acknowledges.

    ``alone``: one thing at a time is done in the process, and SQLite is asked in its own thread.
    """
    engine: SafeSqlite | SafePostgres
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True)
        engine = SafeSqlite(str(path), alone=alone)
    elif url.startswith(("postgresql://", "postgres://")):
        engine = SafePostgres(url)
        await engine.start_connection_pool(min_size=1, max_size=connections, reset=_as_it_was)
        await _refuse_loose(engine)
    else:
        raise Unsound(_unfit("HVB_DATABASE_URL", "Adressen är varken sqlite:/// eller postgresql://."))
    bind(engine)
    return Database(engine)


async def is_migrated(database: Database) -> bool:
    """True when the tables are there."""
    if database.sqlite is not None:
        rows = await database.run("SELECT name FROM sqlite_master WHERE name = 'stored_clock'")
    else:
        rows = await database.run("SELECT 1 FROM pg_tables WHERE tablename = 'stored_clock'")
    return bool(rows)


def bind(engine: SafeSqlite | SafePostgres) -> None:
    """Let every table speak to this engine."""
    for table in TABLES:
        table._meta._db = engine


async def _as_it_was(connection: Any) -> None:
    """Nothing to put back between uses: no statement here changes a session. Saves a round trip each time."""


async def _refuse_loose(engine: SafePostgres) -> None:
    loose = await engine.loose_settings()
    if loose and not postgres.LOOSE_FOR_TESTS:
        await engine.close_connection_pool()
        raise Unsound(
            *(
                _unfit("PostgreSQL", f"{setting}: svar kan gå förlorade vid strömavbrott.")
                for setting in loose
            )
        )


def _unfit(where: str, says: str) -> Problem:
    return Problem(code="database-unfit", where=where, says=says, mend="Se docker/README.md.")
