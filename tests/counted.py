"""Looking into the box, as only a test may: what a wave's record holds, and every row of the database."""

from __future__ import annotations

from typing import Any

from hvb_followup.ballot.count import Counted, open_record
from hvb_followup.store import counting
from hvb_followup.store.database import Database
from hvb_followup.store.tables import TABLES
from tests.world import FAMILY, HALF_YEAR, NORTH, World

Rows = dict[str, list[tuple[Any, ...]]]


async def counted_in(world: World, unit: str = NORTH, half_year: str = HALF_YEAR) -> tuple[Counted, ...]:
    """The answer sets of a sealed wave."""
    sealed = await counting.sealed_wave(world.database, unit, FAMILY, half_year)
    assert sealed is not None
    return open_record(sealed.record, sealed.wave, world.counter_keys.storage).counted


async def envelopes(world: World) -> int:
    """How many envelopes lie in the box."""
    return len(await world.database.run("SELECT id FROM envelope"))


async def every_row(database: Database) -> Rows:
    """The whole database as values: two states are the same when these are equal."""
    found = {}
    for table in TABLES:
        name = table._meta.tablename
        rows = await database.run(f"SELECT * FROM {name}")
        found[name] = sorted((tuple(row.values()) for row in rows), key=repr)
    return found
