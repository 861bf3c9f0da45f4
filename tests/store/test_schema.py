"""The migrations make what the tables say, on both engines; and what must hold, the database holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest
from piccolo.table import Table

from hvb_followup.errors import Unsound
from hvb_followup.store.database import Database, is_migrated, opened
from hvb_followup.store.migrate import migrate
from hvb_followup.store.tables import TABLES
from hvb_followup.web.app import create_app
from tests.world import NORTH, World

Columns = dict[str, tuple[str, bool, bool]]  # name: family of type, may be null, is the key

FAMILY_OF = {  # as SQLite's migration and PostgreSQL's catalogue write the same type
    "BLOB": "BYTEA",
    "SERIAL": "INTEGER",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ",
}
POSTGRES_COLUMNS = """
SELECT a.attname AS name, upper(format_type(a.atttypid, a.atttypmod)) AS type, NOT a.attnotnull AS nullable,
       coalesce(i.indisprimary, false) AS is_key
FROM pg_attribute a
LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
WHERE a.attrelid = ?::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""
POSTGRES_REFERENCES = """
SELECT a.attname AS name, c.confrelid::regclass::text AS target, c.confdeltype::text AS on_delete
FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
WHERE c.contype = 'f' AND c.conrelid = ?::text::regclass
"""
POSTGRES_INDEXED = """
SELECT a.attname AS name FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
WHERE i.indrelid = ?::text::regclass
"""
RESTRICT = {"r": "RESTRICT"}
REFUSED = (sqlite3.IntegrityError, asyncpg.UniqueViolationError)


async def live_columns(database: Database, table: str) -> Columns:
    if database.sqlite is None:
        rows = await database.run(POSTGRES_COLUMNS, table)
        return {row["name"]: (family(row["type"]), row["nullable"], row["is_key"]) for row in rows}
    rows = await database.run(f"PRAGMA table_info({table})")
    # SQLite has one integer; Piccolo calls its BigInt so too.
    kinds = {row["name"]: family(row["type"]).replace("BIGINT", "INTEGER") for row in rows}
    return {row["name"]: (kinds[row["name"]], not row["notnull"], bool(row["pk"])) for row in rows}


async def live_references(database: Database, table: str) -> set[tuple[str, str, str]]:
    """Column, table it points to, and what deleting there does."""
    if database.sqlite is None:
        rows = await database.run(POSTGRES_REFERENCES, table)
        return {(row["name"], row["target"], RESTRICT.get(row["on_delete"], "?")) for row in rows}
    rows = await database.run(f"PRAGMA foreign_key_list({table})")
    return {(row["from"], row["table"], row["on_delete"]) for row in rows}


async def indexed(database: Database, table: str) -> set[str]:
    """The columns that an index begins with."""
    if database.sqlite is None:
        return {row["name"] for row in await database.run(POSTGRES_INDEXED, table)}
    found = set()
    for index in await database.run(f"PRAGMA index_list({table})"):
        columns = await database.run(f"PRAGMA index_info({index['name']})")
        found.add(next(row["name"] for row in columns if row["seqno"] == 0))
    return found


def family(written: str) -> str:
    """One name per type: CHARACTER VARYING(8) and VARCHAR(8) are the same."""
    name = written.upper().replace("CHARACTER VARYING", "VARCHAR")
    return FAMILY_OF.get(name, name)


def declared_columns(table: type[Table]) -> Columns:
    found = {}
    for column in table._meta.columns:
        points_to = column._meta.params.get("references")
        typed = points_to._meta.primary_key if isinstance(points_to, type) else column
        found[column._meta.name] = (
            family(typed.column_type),
            column._meta.null,
            column._meta.primary_key,
        )
    return found


def declared_references(table: type[Table]) -> set[tuple[str, str, str]]:
    return {
        (
            column._meta.name,
            column._foreign_key_meta.resolved_references._meta.tablename,
            column._foreign_key_meta.on_delete.value.upper(),
        )
        for column in table._meta.foreign_key_columns
    }


async def test_every_table_is_what_its_migrations_made(database: Database) -> None:
    for table in TABLES:
        name = table._meta.tablename
        assert (name, await live_columns(database, name)) == (name, declared_columns(table))
        assert (name, await live_references(database, name)) == (name, declared_references(table))


async def test_no_table_but_the_declared_ones_is_there(database: Database) -> None:
    if database.sqlite is None:
        rows = await database.run("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
    else:
        rows = await database.run(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
    assert {row["name"] for row in rows} == {table._meta.tablename for table in TABLES} | {"migration"}


async def test_every_foreign_key_is_indexed_restricts_and_must_be_given(database: Database) -> None:
    n_keys = 0
    for table in TABLES:
        name = table._meta.tablename
        columns, found = await live_columns(database, name), await indexed(database, name)
        for column, _, on_delete in await live_references(database, name):
            n_keys += 1
            assert column in found, f"{name}.{column} has no index"
            assert on_delete == "RESTRICT"
            assert not columns[column][1], f"{name}.{column} may be null"
    assert n_keys == 14


ROWS: Mapping[str, tuple[str, tuple[object, ...], tuple[object, ...]]] = {
    "one wave per home, family and half-year": (
        "INSERT INTO wave (id, unit, family, half_year) VALUES (?, ?, ?, ?)",
        ("W1", "{unit}", "f", "2026H2"),
        ("W2", "{unit}", "f", "2026H2"),
    ),
    "one code per wave, holder and issue": (
        "INSERT INTO code (hash, wave, holder, issue, card) VALUES (?, '{wave}', ?, ?, ?)",
        (b"1", b"h", 1, b"c"),
        (b"2", b"h", 1, b"d"),
    ),
    "one sealed record per home, family and half-year": (
        "INSERT INTO sealed_wave (wave, unit, family, half_year, record) VALUES (?, ?, ?, ?, ?)",
        ("W1", "{unit}", "f", "2026H2", b"r"),
        ("W2", "{unit}", "f", "2026H2", b"r"),
    ),
    "one row per batch, home and key": (
        "INSERT INTO register_row (batch, kind, unit, key, body) VALUES (?, 'staff', ?, 's1', '{{}}')",
        (1, "{unit}"),
        (1, "{unit}"),
    ),
    "one account per name": (
        "INSERT INTO account (name, role) VALUES (?, ?)",
        ("samma", "analyst"),
        ("samma", "operator"),
    ),
    "one claim per piece of work": (
        "INSERT INTO job_run (key) VALUES (?)",
        ("tick",),
        ("tick",),
    ),
    "one term per home and first day": (
        "INSERT INTO unit_term (unit, provider, from_on) VALUES ('{unit}', 'PALFA', '2030-01-01')",
        (),
        (),
    ),
}


async def test_the_database_itself_holds_that_there_is_one_of_each(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (wave, *_) = await world.database.run("SELECT id, unit FROM wave WHERE unit = ?", NORTH)
    await world.database.run("INSERT INTO batch (id, kind) VALUES (1, 'staff')")
    names = {"unit": wave["unit"], "wave": wave["id"], "placement": f"{wave['unit']}-1"}

    def row(values: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(value.format(**names) if isinstance(value, str) else value for value in values)

    for query, first, second in ROWS.values():
        filled = query.format(**names)
        await world.database.run(filled, *row(first))
        with pytest.raises(REFUSED):
            await world.database.run(filled, *row(second))


async def test_migrating_twice_changes_nothing_and_an_empty_database_is_known_as_empty(
    database: Database, tmp_path: Path
) -> None:
    before = await database.run("SELECT name FROM migration")
    await migrate(database)
    assert await database.run("SELECT name FROM migration") == before
    assert await is_migrated(database)
    async with opened(f"sqlite:///{tmp_path / 'empty.sqlite'}") as empty:
        assert not await is_migrated(empty)


async def test_the_web_does_not_start_on_a_database_without_tables(world: World, tmp_path: Path) -> None:
    service = world.service(database_url=f"sqlite:///{tmp_path / 'empty.sqlite'}")
    app = create_app(service)
    with pytest.RaisesGroup(pytest.RaisesExc(Unsound, match="hvb migrate"), flatten_subgroups=True):
        async with app.lifespan():
            pass
