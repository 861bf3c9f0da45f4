"""Many waves held at once: who gives codes in many homes and who closes them never wait for each other in a ring."""

from __future__ import annotations

import asyncio
import datetime as dt

import asyncpg
import pytest

from hvb_followup.store import ballots, waves
from hvb_followup.store.database import Database, opened
from tests.world import FAMILY, HALF_YEAR, NORTH, World

OPENS = dt.datetime(2026, 10, 1, 2, tzinfo=dt.UTC)
CLOSES = dt.datetime(2026, 12, 1, 3, tzinfo=dt.UTC)


async def test_the_close_takes_the_waves_in_order_of_id_whatever_their_order_in_the_table(
    world: World, address: str
) -> None:
    """Put in as c, b, a; somebody holds b. The close has then taken a and waits, and c is still free for another."""
    if world.database.sqlite is not None:
        pytest.skip("SQLite has one writer: nobody holds one wave of many")
    await waves.open_all(world.database, [wave(family) for family in "cba"])
    holder, other = [await asyncpg.connect(address) for _ in range(2)]
    try:
        await holder.execute("BEGIN")
        await holder.execute("SELECT id FROM wave WHERE family = 'b' FOR UPDATE")
        closing = asyncio.create_task(waves.close_due(world.database, CLOSES))
        await waiting_for_a_lock(world.database)
        await other.execute("BEGIN")
        assert await other.fetch("SELECT id FROM wave WHERE family = 'c' FOR UPDATE NOWAIT")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await other.fetch("SELECT id FROM wave WHERE family = 'a' FOR UPDATE NOWAIT")
    finally:
        await other.close()
        await holder.close()
    assert len(await closing) == 3


async def test_codes_are_laid_anew_while_their_waves_are_held(world: World, address: str) -> None:
    """One worker plans and another lays the codes anew: whoever holds the waves may want the codes next."""
    if world.database.sqlite is not None:
        pytest.skip("SQLite has one writer: nobody holds a wave while another lays codes")
    await world.placements(NORTH, 3)
    await world.open()
    await world.codes(NORTH)
    async with opened(address) as beside, beside.transaction():
        assert await ballots.hold_open(beside, waves.wave_id(NORTH, FAMILY, HALF_YEAR))
        async with asyncio.timeout(20):
            await ballots.lay_anew(world.database)


async def test_two_who_open_the_same_waves_at_once_open_each_once(world: World, address: str) -> None:
    new = [wave(f"f{number:02d}") for number in range(100)]
    async with opened(address) as beside:
        for _ in range(5):
            found = await asyncio.gather(*(waves.open_all(one, new) for one in (world.database, beside)))
            assert sum(found) == len(new)
            await world.database.run("DELETE FROM wave")


async def waiting_for_a_lock(database: Database) -> None:
    """Until somebody waits for what another holds."""
    async with asyncio.timeout(20):
        while not await database.run(
            "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE wave%'"
        ):
            await asyncio.sleep(0.05)


def wave(family: str) -> waves.Wave:
    return waves.Wave(
        id=waves.wave_id(NORTH, family, "2026H2"),
        unit=NORTH,
        family=family,
        major=1,
        half_year="2026H2",
        state="open",
        opens_at=OPENS,
        closes_at=CLOSES,
    )
