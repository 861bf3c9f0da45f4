"""Failing the i-th statement of whatever runs: BEGIN, every change, COMMIT; on both engines (R6 G3c)."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionProxy

from hvb_followup.store.database import Database
from tests.counted import every_row


class Fault(Exception):
    """The disk, the network or the server said no."""


class SqliteFault(Fault, sqlite3.OperationalError):
    """As SQLite says it."""


class PostgresFault(Fault, asyncpg.PostgresError):
    """As PostgreSQL says it."""


class Faults:
    """Counts statements, and fails the one it is armed for, once."""

    def __init__(self) -> None:
        self.left = 0
        self.has_fired = False
        self.statements: list[str] = []

    def arm(self, number: int) -> None:
        """Fail the statement with this number, counted from one."""
        self.left, self.has_fired, self.statements = number, False, []

    def disarm(self) -> None:
        """Fail nothing more."""
        self.left = 0

    def meet(self, query: str, error: type[Fault]) -> None:
        """A statement is about to run."""
        if not self.left or query.lstrip()[:8].upper() == "ROLLBACK":
            return
        self.statements.append(query)
        self.left -= 1
        if self.left == 0:
            self.has_fired = True
            raise error(query)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Faults in every connection opened from now on; ask for it before the database."""
    made = Faults()
    _into_sqlite(made, monkeypatch)
    _into_postgres(made, monkeypatch)
    return made


def _into_sqlite(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    class FaultyCursor(sqlite3.Cursor):
        def execute(self, query: str, *args: Any) -> FaultyCursor:
            faults.meet(query, SqliteFault)
            return super().execute(query, *args)

    class Faulty(sqlite3.Connection):
        def cursor(self, *args: Any, **more: Any) -> Any:
            return super().cursor(FaultyCursor)

        def execute(self, query: str, *args: Any) -> sqlite3.Cursor:
            faults.meet(query, SqliteFault)
            return super().execute(query, *args)

        def executemany(self, query: str, *args: Any) -> sqlite3.Cursor:
            faults.meet(query, SqliteFault)
            return super().executemany(query, *args)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda **settings: connect(**settings, factory=Faulty))


def _into_postgres(faults: Faults, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements go through the pool's proxy; BEGIN and COMMIT through the connection itself."""
    _wrap(faults, monkeypatch, PoolConnectionProxy, "fetch")
    _wrap(faults, monkeypatch, PoolConnectionProxy, "executemany")
    _wrap(faults, monkeypatch, asyncpg.Connection, "execute", only=("BEGIN", "COMMIT"))


def _wrap(
    faults: Faults, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, only: tuple[str, ...] = ("",)
) -> None:
    real: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def faulty(self: Any, query: str, *args: Any, **more: Any) -> Any:
        if query.lstrip().upper().startswith(only):
            faults.meet(query, PostgresFault)
        return await real(self, query, *args, **more)

    monkeypatch.setattr(owner, name, faulty)


async def fail_each_statement(
    faults: Faults, database: Database, errand: Callable[[], Awaitable[Any]], *, survives: str = ""
) -> list[str]:
    """Run an errand with its first statement failing, then its second … until none fails; its statements.

    After every fault the whole database is as it was before; at the end it is not. Only a fault in a statement that
    names what it ``survives`` may leave the errand done.
    """
    before = await every_row(database)
    for number in range(1, 200):
        faults.arm(number)
        try:
            await errand()
        except Fault:
            faults.disarm()
            assert await every_row(database) == before, f"something stayed after {faults.statements[-1]}"
            continue
        faults.disarm()
        if faults.has_fired and survives and survives in faults.statements[-1]:
            assert await every_row(database) != before
            before = await every_row(database)
            continue
        assert not faults.has_fired, f"the errand went on after a fault in {faults.statements[-1]}"
        assert await every_row(database) != before
        return faults.statements
    raise AssertionError("two hundred statements and no end")
