"""What the machine itself can do: commits a second, one after another and on disk, with nothing around them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path

import asyncpg

BODY = b"x" * 3000  # about a draft
SECONDS = 2.0


def sqlite_commits(folder: Path) -> float:
    """Commits a second on SQLite, WAL, synchronous FULL: one connection, one row each."""
    connection = sqlite3.connect(folder / "raw.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE raw (id INTEGER PRIMARY KEY, body BLOB)")
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        connection.execute(
            "INSERT INTO raw VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (count % 500, BODY),
        )
        count += 1
    connection.close()
    return count / SECONDS


async def postgres_commits(address: str, connections: int = 8) -> float:
    """Commits a second on PostgreSQL with so many connections, one row each."""
    pool = await asyncpg.create_pool(address, min_size=connections, max_size=connections)
    await pool.execute("CREATE TABLE IF NOT EXISTS raw (id INTEGER PRIMARY KEY, body BYTEA)")
    began = time.perf_counter()
    counts = await asyncio.gather(*(_commit(pool, lane, began) for lane in range(connections)))
    await pool.execute("DROP TABLE raw")
    await pool.close()
    return sum(counts) / SECONDS


async def _commit(pool: asyncpg.Pool, lane: int, began: float) -> int:
    count = 0
    async with pool.acquire() as connection:
        while time.perf_counter() - began < SECONDS:
            await connection.execute(
                "INSERT INTO raw VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                lane * 100 + count % 50,
                BODY,
            )
            count += 1
    return count
