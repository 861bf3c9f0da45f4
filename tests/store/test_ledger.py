"""The audit trail cannot be altered unseen; a piece of work is claimed by one (R6 G13)."""

from __future__ import annotations

import asyncio
import datetime as dt
import random

import pytest

from hvb_followup.actions.operate.anchoring import anchor_daily, broken_trail
from hvb_followup.store import ledger
from hvb_followup.store.database import Database, open_database
from tests.world import World

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
TODAY, TOMORROW = dt.date(2026, 11, 22), dt.date(2026, 11, 23)
KEY = b"k" * 32
N_ROWS = 12
Row = dict[str, object]


async def chain(database: Database, key: bytes = KEY) -> int:
    async with database.transaction():
        return await ledger.chain(database, key)


async def trail(database: Database, key: bytes = KEY, count: int = N_ROWS) -> list[int]:
    """So many linked rows; their ids. They are chained in two batches."""
    for number in range(count):
        await ledger.note(
            database, NOW + dt.timedelta(seconds=number), f"person-{number}", "did", f"thing-{number}"
        )
        if number == count // 2:
            await chain(database, key)
    await chain(database, key)
    return [row["id"] for row in await database.run("SELECT id FROM audit ORDER BY id")]


async def test_a_whole_trail_is_found_whole_and_chaining_again_links_nothing(database: Database) -> None:
    await trail(database)
    assert await ledger.first_broken(database, KEY) is None
    assert await chain(database) == 0
    assert await ledger.first_broken(database, b"another key" * 3) is not None


@pytest.mark.parametrize(
    "change", ["at = '2026-11-22 11:59:59+00:00'", "who = 'annan'", "did = 'läste'", "what = ''"]
)
async def test_an_edit_of_any_column_is_found_at_its_row(database: Database, change: str) -> None:
    ids = await trail(database)
    for row in (ids[0], ids[5], ids[-1]):
        before = await database.run("SELECT at, who, did, what FROM audit WHERE id = ?", row)
        await database.run(f"UPDATE audit SET {change} WHERE id = ?", row)
        assert await ledger.first_broken(database, KEY) == row
        kept = before[0]
        await database.run(
            "UPDATE audit SET at = ?, who = ?, did = ?, what = ? WHERE id = ?",
            *(kept["at"], kept["who"], kept["did"], kept["what"], row),
        )
        assert await ledger.first_broken(database, KEY) is None


async def test_a_removed_a_swapped_and_a_doubled_row_are_found(database: Database) -> None:
    ids = await trail(database)
    dice = random.Random(11)
    for _ in range(20):
        first, second = sorted(dice.sample(ids[:-1], 2))
        for harm in (remove, swap, double):
            rows = await database.run("SELECT * FROM audit ORDER BY id")
            await harm(database, first, second)
            found = await ledger.first_broken(database, KEY)
            assert found is not None, harm.__name__
            await restore(database, rows)
    assert await ledger.first_broken(database, KEY) is None


async def remove(database: Database, first: int, _: int) -> None:
    await database.run("DELETE FROM audit WHERE id = ?", first)


async def swap(database: Database, first: int, second: int) -> None:
    """Two rows change ids, and take their links with them."""
    for was, becomes in ((first, -1), (second, first), (-1, second)):
        await database.run("UPDATE audit SET id = ? WHERE id = ?", becomes, was)


async def double(database: Database, first: int, _: int) -> None:
    """A copy at the end, with the link of its original."""
    await database.run(
        "INSERT INTO audit (id, at, who, did, what, link) "
        "SELECT (SELECT max(id) FROM audit) + 1, at, who, did, what, link FROM audit WHERE id = ?",
        first,
    )


async def restore(database: Database, rows: list[Row]) -> None:
    await database.run("DELETE FROM audit")
    for row in rows:
        await database.run(
            "INSERT INTO audit (id, at, who, did, what, link) VALUES (?, ?, ?, ?, ?, ?)",
            *(row[name] for name in ("id", "at", "who", "did", "what", "link")),
        )


async def test_a_tail_cut_is_missed_by_the_chain_and_found_by_the_anchor(world: World) -> None:
    keys = world.counter_keys
    ids = await trail(world.database, keys.audit)
    assert await anchor_daily(world.database, keys, TODAY) == ""
    await world.database.run("DELETE FROM audit WHERE id > ?", ids[-4])
    assert await ledger.first_broken(world.database, keys.audit) is None
    assert "anchored on 2026-11-22" in await broken_trail(world.database, keys)
    assert await anchor_daily(world.database, keys, TOMORROW) != ""
    assert list(keys.anchors()) == [TODAY.isoformat()]


async def test_the_anchor_is_laid_once_a_day_and_keeps_every_day(world: World) -> None:
    keys = world.counter_keys
    assert await anchor_daily(world.database, keys, TODAY) == ""
    assert keys.anchors() == {}
    ids = await trail(world.database, keys.audit)
    for day, rows in ((TODAY, ids[-1]), (TODAY, ids[-1]), (TOMORROW, ids[-1] + 1)):
        assert await anchor_daily(world.database, keys, day) == ""
        assert keys.anchors()[day.isoformat()][0] == rows
        await ledger.note(world.database, NOW, "en till", "did", "thing")
        await chain(world.database, keys.audit)
        await world.database.run("SELECT 1 AS one")
        if day == TODAY:
            await world.database.run("DELETE FROM audit WHERE id > ?", ids[-1] + 1)
    assert list(keys.anchors()) == ["2026-11-22", "2026-11-23"]
    assert await broken_trail(world.database, keys) == ""


async def test_a_row_that_commits_late_is_linked_in_its_place(database: Database, address: str) -> None:
    """PostgreSQL gives the id before the commit: chained in between, a later row would stand before it."""
    if database.sqlite is not None:
        pytest.skip("SQLite has one writer, so ids come in the order of commits")
    other = await open_database(address)
    async with other.transaction():
        await ledger.note(other, NOW, "långsam", "did", "thing")
        await ledger.note(database, NOW, "snabb", "did", "thing")
        chaining = asyncio.create_task(chain(database))
        await asyncio.sleep(0.2)
    assert await chaining == 2
    assert await ledger.first_broken(database, KEY) is None
    await other.close()


async def test_two_chains_at_once_make_one_trail(database: Database) -> None:
    for number in range(30):
        await ledger.note(database, NOW, "någon", "did", str(number))
    linked = await asyncio.gather(*(chain(database) for _ in range(4)))
    assert sum(linked) == 30
    assert await ledger.first_broken(database, KEY) is None


async def test_of_twenty_who_claim_a_piece_of_work_one_gets_it(database: Database) -> None:
    claims = await asyncio.gather(*(ledger.claim(database, "räkna", NOW) for _ in range(20)))
    assert sorted(claims) == [False] * 19 + [True]
    assert await ledger.claim(database, "mäta", NOW)
