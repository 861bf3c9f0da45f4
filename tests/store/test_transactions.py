"""One write errand is one transaction, and one that fails or is cancelled leaves the next a free writer (R5 §3)."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator

import asyncpg
import pytest

from hvb_followup.registry import Provider
from hvb_followup.store import homes
from hvb_followup.store.database import Database, open_database, opened

SOON = 5  # seconds; a writer that is not free would wait for ever
ORPHANS = (
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent VARCHAR(8) REFERENCES provider (id) "
    "DEFERRABLE INITIALLY DEFERRED)"
)
REFUSED = (sqlite3.IntegrityError, asyncpg.ForeignKeyViolationError)

HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(0.7)
connection.execute("COMMIT")
"""


@pytest.fixture(params=("sqlite", "sqlite alone", "postgres"))
def way(request: pytest.FixtureRequest) -> str:
    """Which database, and whether SQLite is asked in the caller's own thread."""
    return str(request.param)


@pytest.fixture
def engine(way: str) -> str:
    return way.split()[0]


@pytest.fixture
async def database(address: str, way: str) -> AsyncIterator[Database]:
    """A fresh migrated database, open."""
    async with opened(address, alone="alone" in way) as database:
        yield database


async def put(database: Database, *names: str) -> None:
    """Providers with these ids, in one transaction, with a pause where a task can be cancelled."""
    async with database.transaction():
        for name in names:
            await homes.put_providers(database, [Provider(id=name, name=name)])
            await asyncio.sleep(0)


async def names(database: Database) -> set[str]:
    return {row["id"] for row in await database.run("SELECT id FROM provider")}


async def test_a_commit_that_fails_leaves_the_writer_free(address: str, way: str) -> None:
    """Five times on two connections: one leaked each time would hang the third."""
    async with opened(address, connections=2, alone="alone" in way) as database:
        await database.run(ORPHANS)
        for number in range(5):
            with pytest.raises(REFUSED):
                async with asyncio.timeout(SOON), database.transaction():
                    await database.run("INSERT INTO child (id, parent) VALUES (?, 'PNONE')", number)
        assert await database.run("SELECT id FROM child") == []
        async with asyncio.timeout(SOON):
            await put(database, "PAFTER")
        assert await names(database) == {"PAFTER"}


async def fail(database: Database) -> None:
    async with database.transaction():
        await homes.put_providers(database, [Provider(id="PHALF", name="Halv")])
        raise ZeroDivisionError


async def nest(database: Database) -> None:
    async with database.transaction():
        await homes.put_providers(database, [Provider(id="POUTER", name="Yttre")])
        await put(database, "PINNER")


async def test_an_errand_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail(database)
    assert await names(database) == set()
    await put(database, "PNEXT")


async def test_a_transaction_inside_a_transaction_is_refused_and_undoes_the_errand(
    database: Database,
) -> None:
    with pytest.raises(RuntimeError, match="not a savepoint"):
        await nest(database)
    assert await names(database) == set()
    async with asyncio.timeout(SOON):
        await put(database, "PNEXT")


async def test_a_cancelled_errand_leaves_all_or_nothing_and_a_free_writer(database: Database) -> None:
    """Cancelled at every step on its way: waiting, beginning, writing, committing."""
    dice = random.Random(7)
    for number in range(60):
        pair = {f"P{number}A", f"P{number}B"}
        task = asyncio.create_task(put(database, *sorted(pair)))
        for _ in range(number % 12):
            await asyncio.sleep(0)
        if number >= 12:
            await asyncio.sleep(dice.uniform(0, 0.002))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(SOON):
            await put(database, "PNEXT")
            found = await names(database)
        assert found & pair in (set(), pair)


async def test_a_begin_that_is_cancelled_while_the_writer_is_busy_begins_nothing(database: Database) -> None:
    if database.sqlite is None:
        pytest.skip("PostgreSQL has a connection per writer")
    held = asyncio.Event()

    def hold(connection: sqlite3.Connection) -> None:
        loop.call_soon_threadsafe(held.set)
        connection.execute("SELECT 1")

    loop = asyncio.get_running_loop()
    for _ in range(200):
        held.clear()
        busy = asyncio.create_task(database.sqlite.writer.run(hold))
        task = asyncio.create_task(put(database, "PGONE"))
        await held.wait()
        task.cancel()
        await asyncio.gather(busy, task, return_exceptions=True)
        async with asyncio.timeout(SOON):
            await put(database, "PNEXT")


async def test_sixty_writers_at_once_all_get_their_turn(database: Database) -> None:
    async with asyncio.timeout(30):
        await asyncio.gather(*(put(database, f"P{number}") for number in range(60)))
    assert len(await names(database)) == 60


async def test_a_writer_in_another_process_is_waited_for(database: Database, address: str) -> None:
    if database.sqlite is not None:
        path = address.removeprefix("sqlite:///")
        holder = subprocess.Popen([sys.executable, "-c", HOLDER, path], stdout=subprocess.PIPE)
        assert holder.stdout is not None
        assert await asyncio.to_thread(holder.stdout.readline) == b"held\n"
        started = asyncio.get_running_loop().time()
        await put(database, "PWAIT")
        assert asyncio.get_running_loop().time() - started > 0.3
        holder.communicate()
    else:
        other = await open_database(address)
        async with other.transaction():
            await homes.put_providers(other, [Provider(id="PWAIT", name="Först")])
            waiting = asyncio.create_task(put(database, "PWAIT"))
            await asyncio.sleep(0.2)
            assert not waiting.done()
        await waiting
        await other.close()
    assert await names(database) == {"PWAIT"}
