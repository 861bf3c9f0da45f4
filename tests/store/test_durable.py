"""What is acknowledged is on disk; a database that would not promise it is refused at start (R6 G3b)."""

from __future__ import annotations

import asyncpg
import pytest

from hvb_followup.errors import Unsound
from hvb_followup.store import postgres as store_postgres
from hvb_followup.store import sqlite
from hvb_followup.store.database import Database, open_database, opened
from tests.conftest import LOOSE

HELD = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


async def test_every_sqlite_connection_holds_every_pragma(database: Database) -> None:
    if database.sqlite is None:
        pytest.skip("pragmas are SQLite's")
    lanes = [database.sqlite.writer, *database.sqlite._readers]
    for name, wanted in HELD.items():
        for lane in lanes:
            (row,) = await lane.execute(f"PRAGMA {name}")
            assert list(row.values()) == [wanted]
        assert [list(row.values()) for row in database.sqlite.peek(f"PRAGMA {name}", ())] == [[wanted]]


async def test_only_the_writer_can_write(database: Database) -> None:
    if database.sqlite is None:
        pytest.skip("PostgreSQL has roles for that")
    with pytest.raises(Exception, match="readonly"):
        database.sqlite.peek("DELETE FROM provider", ())


async def test_sqlite_is_refused_where_a_pragma_does_not_hold(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database in memory cannot keep a write-ahead log."""
    with pytest.raises(Unsound, match="journal_mode=wal"):
        await open_database("sqlite:///:memory:")
    monkeypatch.setitem(sqlite.PRAGMAS, "foreign_keys", 2)
    with pytest.raises(Unsound, match="foreign_keys=2"):
        await open_database(f"sqlite:///{tmp_path}/hvb.sqlite")


async def test_an_address_of_another_kind_is_refused() -> None:
    with pytest.raises(Unsound, match="HVB_DATABASE_URL"):
        await open_database("mysql://somewhere/hvb")


async def test_a_loose_postgres_is_refused_with_every_setting_named(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_postgres, "LOOSE_FOR_TESTS", False)
    connection = await asyncpg.connect(postgres)
    for setting in LOOSE:
        await connection.execute(f"ALTER SYSTEM SET {setting} = off")
    await connection.execute("SELECT pg_reload_conf()")
    with pytest.raises(Unsound) as refused:
        await open_database(postgres)
    assert all(f"{setting}=off" in str(refused.value) for setting in LOOSE)
    await connection.close()


@pytest.mark.parametrize("setting", LOOSE)
async def test_one_loose_setting_is_enough_to_be_refused(
    postgres: str, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setattr(store_postgres, "LOOSE_FOR_TESTS", False)
    connection = await asyncpg.connect(postgres)
    try:
        await _set(connection, {name: "off" if name == setting else "on" for name in LOOSE})
        with pytest.raises(Unsound, match=f"{setting}=off"):
            await open_database(postgres)
        await _set(connection, dict.fromkeys(LOOSE, "on"))
        async with opened(postgres):
            pass
    finally:
        await _set(connection, dict.fromkeys(LOOSE, "off"))
        await connection.close()


async def _set(connection: asyncpg.Connection, values: dict[str, str]) -> None:
    for setting, value in values.items():
        await connection.execute(f"ALTER SYSTEM SET {setting} = {value}")
    await connection.execute("SELECT pg_reload_conf()")
    for name, value in values.items():
        while await connection.fetchval("SELECT current_setting($1)", name) != value:
            await connection.execute("SELECT pg_sleep(0.01)")
