"""Every byte that a database leaves on its disk, file and write-ahead log or the server's whole data folder; and
the keys, none of which may lie there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from hvb_followup.store.database import Database
from tests.world import HALF_YEAR, World

Files = dict[str, bytes]


async def on_disk(database: Database) -> Files:
    """What lies on the disk now, by file; on PostgreSQL with its log, its dead rows and its statistics."""
    if database.sqlite is not None:
        file = Path(database.sqlite.path)
        return _read([file, file.with_name(f"{file.name}-wal")])
    await database.run("CHECKPOINT")
    folder = Path(await _one(database, "SELECT current_setting('data_directory') AS one"))
    own = await _one(database, "SELECT oid::text AS one FROM pg_database WHERE datname = current_database()")
    if not folder.is_dir():
        pytest.skip("the PostgreSQL server's files are on another machine")
    return _read([*(folder / "base" / own).iterdir(), *(folder / "pg_wal").iterdir(), *folder.glob("*log*")])


async def _one(database: Database, query: str) -> str:
    return str((await database.run(query))[0]["one"])


def _read(paths: list[Path]) -> Files:
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def holding(files: Files, needle: bytes) -> list[str]:
    """The files in which the bytes stand."""
    return sorted(name for name, content in files.items() if needle in content)


def secrets_of(world: World) -> list[bytes]:
    """Every key there is."""
    private = world.counter_keys.counting_key(HALF_YEAR).private_bytes_raw()
    return [
        world.web_keys.secret,
        world.counter_keys.storage,
        world.counter_keys.link,
        world.counter_keys.audit,
        private,
    ]
