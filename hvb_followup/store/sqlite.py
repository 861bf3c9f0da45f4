"""SQLite as an engine that loses nothing: one writer, a few readers, every commit on disk.

Piccolo's own engine opens a connection per query, begins deferred and leaks a failed commit (R5 §3); this one
keeps one writer connection behind a lock, so that writers queue in order within the process. Who serves many has its
connections in threads; who works alone asks in its own, where no statement costs two hops and the turns between them.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory

from hvb_followup.errors import Problem, Unsound
from hvb_followup.store.storable import refuse_unstorable

T = TypeVar("T")
Row = dict[str, Any]

# FULL, not NORMAL: under NORMAL an acknowledged answer can vanish at power loss (R6 §0.6).
# Secure delete: a draft would else lie in freed pages for years, and card and web secret together open it.
# It costs "Klar" 0.8 pages more beside 9.5, and a page step nothing.
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 30_000,
    "secure_delete": 1,
}
READERS = 2


def connect(settings: dict[str, Any], *, writing: bool) -> sqlite3.Connection:
    """A connection with every pragma set and seen to hold; refuses to go on otherwise."""
    connection: sqlite3.Connection = sqlite3.connect(
        **settings, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = dict_factory
    for name, wanted in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={wanted}")
        (found,) = connection.execute(f"PRAGMA {name}").fetchone().values()
        if found != wanted:
            connection.close()
            raise Unsound(_would_not(f"{name}={wanted}", str(found)))
    if not writing:
        connection.execute("PRAGMA query_only=1")
    return connection


def _would_not(wanted: str, found: str) -> Problem:
    return Problem(
        code="database-unfit",
        where="SQLite",
        says=f"{wanted} går inte att ställa in ({found}): svar kan gå förlorade.",
        mend="Lägg databasen i en fil på en lokal disk.",
    )


class Lane:
    """One connection in the thread of whoever asks: what runs in it runs in order, and nothing beside it."""

    def __init__(self, settings: dict[str, Any], *, writing: bool) -> None:
        self._connection = connect(settings, writing=writing)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of the work, done with the lane's connection."""
        return work(self._connection)

    async def execute(self, query: str, args: Sequence[Any] = ()) -> list[Row]:
        """The rows of one statement."""
        return await self.run(lambda connection: rows_of(connection, query, args))

    def undo_next(self) -> None:
        """Roll back what a failed BEGIN may have begun, before anything else runs in the lane."""
        undo(self._connection)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


class ThreadLane(Lane):
    """One connection in a thread of its own: others in the process go on meanwhile."""

    def __init__(self, settings: dict[str, Any], *, writing: bool) -> None:
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hvb-sqlite")
        self._connection = self._pool.submit(connect, settings, writing=writing).result()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of the work, done with the lane's connection."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, self._connection)

    def undo_next(self) -> None:
        """Roll back what a cancelled BEGIN may have begun, before anything else runs in the lane."""
        self._pool.submit(undo, self._connection)

    def close(self) -> None:
        """Close the connection and end the thread."""
        self._pool.submit(self._connection.close).result()
        self._pool.shutdown()


class WriteTransaction(SQLiteTransaction):
    """``BEGIN IMMEDIATE`` on the one writer; a failed commit rolls back and frees it."""

    __slots__ = ()
    engine: SafeSqlite

    async def __aenter__(self) -> SQLiteTransaction:
        if self._parent is not None:
            raise RuntimeError(
                "a transaction inside a transaction is not a savepoint: write one errand as one"
            )
        await self.engine.writing.acquire()
        self.connection = self.engine.writer
        try:
            await self.begin()  # type: ignore[no-untyped-call]
        except BaseException:
            self.connection.undo_next()
            self.engine.writing.release()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        try:
            await asyncio.shield(self._end(failed=exception is not None))
        finally:
            self.engine.current_transaction.reset(self.context)
            self.engine.writing.release()
        return False

    async def _end(self, *, failed: bool) -> None:
        """In one hop, so that no other writer gets in between a failed commit and its rollback."""
        await self.connection.run(undo if failed else commit)


class SafeSqlite(SQLiteEngine):
    """Piccolo's SQLite engine with one writer lane and a few reader lanes, in threads unless it is asked ``alone``."""

    __slots__ = ("_readers", "_turn", "peeker", "writer", "writing")

    def __init__(self, path: str, *, alone: bool = False) -> None:
        super().__init__(path=path)
        lane = Lane if alone else ThreadLane
        self.writer = lane(self.connection_kwargs, writing=True)
        self._readers = [lane(self.connection_kwargs, writing=False) for _ in range(READERS)]
        self.peeker = connect(self.connection_kwargs, writing=False)
        self._turn = 0
        self.writing = asyncio.Lock()

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file by the last one."""
        self.peeker.close()
        for lane in (*self._readers, self.writer):
            lane.close()

    def peek(self, query: str, args: Sequence[Any]) -> list[Row]:
        """The rows of a keyed look-up, read at once: a thread hop would cost five times the look-up."""
        refuse_unstorable(args)
        return rows_of(self.peeker, query, args)

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of the work, on disk; or nothing of it, and its error. One hop to the writer's thread."""
        async with self.writing:
            return await asyncio.shield(self.writer.run(partial(commit_one, work=work)))

    async def _run_in_new_connection(
        self, query: str, args: Any = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        refuse_unstorable(args or ())
        if query.lstrip()[:6].upper() in {"SELECT", "PRAGMA"}:
            self._turn = (self._turn + 1) % READERS
            return await self._readers[self._turn].execute(query, args or ())
        async with self.writing:
            return await self.writer.execute(query, args or ())

    async def _run_in_existing_connection(
        self, connection: Any, query: str, args: Any = None, query_type: str = "generic", table: Any = None
    ) -> Any:
        return await connection.execute(query, args or ())

    def transaction(
        self, transaction_type: TransactionType = TransactionType.immediate, allow_nested: bool = False
    ) -> WriteTransaction:
        """A write transaction, immediate always."""
        return WriteTransaction(engine=self, transaction_type=TransactionType.immediate, allow_nested=True)


def rows_of(connection: sqlite3.Connection, query: str, args: Sequence[Any]) -> list[Row]:
    """The rows of one statement; the names of their columns are asked for once, not row by row."""
    cursor = connection.cursor()
    cursor.row_factory = None
    cursor.execute(query, args)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def commit_one(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """The result of the work after its commit; nothing is left open when either fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
    except BaseException:
        undo(connection)
        raise
    commit(connection)
    return result


def commit(connection: sqlite3.Connection) -> None:
    """Commit, or leave nothing open behind."""
    try:
        connection.execute("COMMIT")
    except BaseException:
        undo(connection)
        raise


def undo(connection: sqlite3.Connection) -> None:
    """Roll back, unless SQLite has done so already (it does when the disk is full)."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")
