"""Batches of register rows: the newest active one wins, and one row lets a whole batch count or not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from hvb_followup.store import registers
from hvb_followup.store.database import Database
from hvb_followup.store.registers import Entry

NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
HOME, OTHER = "H000001", "H000002"


async def put(database: Database, *entries: Entry, unit: str = HOME, at: dt.datetime = NOW) -> int:
    return await registers.put(database, "staff", entries, unit=unit, made_at=at, made_by="någon")


def says(key: str, text: str, unit: str = HOME) -> Entry:
    return Entry(unit, key, {"unit": unit, "staff": key, "role": text, "to_on": None})


async def roles(database: Database, unit: str | None = None) -> dict[str, str]:
    return {row["staff"]: row["role"] for row in await registers.rows(database, "staff", unit)}


async def test_the_newest_batch_wins_key_by_key_and_an_empty_body_takes_a_row_away(
    database: Database,
) -> None:
    await put(database, says("s1", "a"), says("s2", "a"), says("s3", "a"))
    await put(database, says("s1", "b"), Entry(HOME, "s2", None))
    assert await roles(database) == {"s1": "b", "s3": "a"}
    await put(database, says("s2", "c"))
    assert await roles(database, HOME) == {"s1": "b", "s2": "c", "s3": "a"}


async def test_rows_come_back_as_written_without_what_was_not_said(database: Database) -> None:
    body: dict[str, Any] = {
        "unit": HOME,
        "staff": "å|1",
        "from_on": dt.date(2026, 3, 4),
        "percent": 80,
        "to_on": None,
    }
    await put(database, Entry(HOME, "å|1", body))
    assert await registers.rows(database, "staff") == [
        {"unit": HOME, "staff": "å|1", "from_on": "2026-03-04", "percent": 80}
    ]


async def test_rows_are_found_by_how_their_key_ends_in_their_newest_word(database: Database) -> None:
    await put(database, says("s1|2026-01", "a"), says("s1|2026-02", "a"), says("s2|2026-01", "a"))
    await put(database, says("s1|2026-01", "b"), says("2026-01", "c"), Entry(HOME, "s2|2026-01", None))
    found = await registers.rows(database, "staff", endings=["|2026-01", "|2026-03"])
    assert [(row["staff"], row["role"]) for row in found] == [("s1|2026-01", "b")]


async def test_one_homes_rows_and_kinds_are_apart(database: Database) -> None:
    await put(database, says("s1", "a"), says("s1", "b", OTHER), unit="")
    assert await roles(database, HOME) == {"s1": "a"}
    assert await roles(database, OTHER) == {"s1": "b"}
    assert await registers.rows(database, "hours") == []


async def test_an_inactive_batch_is_seen_by_nobody(database: Database) -> None:
    await put(database, says("s1", "a"))
    batch = await registers.open_batch(database, "staff", HOME, NOW, "någon")
    await registers.write_rows(database, batch, "staff", [says("s1", "b"), says("s2", "b")])
    assert await roles(database) == {"s1": "a"}
    assert await registers.activate(database, batch)
    assert await roles(database) == {"s1": "b", "s2": "b"}
    assert not await registers.activate(database, batch)


async def test_what_fails_beside_the_activation_leaves_a_long_batch_inactive_and_nothing_of_a_short(
    database: Database,
) -> None:
    for length, left in ((1, None), (registers.STEP + 1, "inactive")):
        many = [says(f"s{number}", "a") for number in range(length)]
        with pytest.raises(ZeroDivisionError):
            async with registers.new_batch(database, "staff", HOME, NOW, "någon", many) as batch:
                raise ZeroDivisionError
        assert await registers.rows(database, "staff") == []
        found = await registers.batch(batch)
        assert (found and found.state) == left


async def test_undoing_brings_back_what_was_before(database: Database) -> None:
    await put(database, says("s1", "a"))
    batch = await put(database, says("s1", "b"), says("s2", "b"))
    assert await registers.undo(database, batch, NOW + dt.timedelta(hours=23))
    assert await roles(database) == {"s1": "a"}
    assert [one.state for one in await registers.batches("staff", HOME)] == ["undone", "active"]
    assert not await registers.undo(database, batch, NOW)


async def test_nothing_is_undone_after_a_day_or_under_a_later_batch(database: Database) -> None:
    first = await put(database, says("s1", "a"))
    assert not await registers.undo(database, first, NOW + dt.timedelta(hours=25))
    second = await put(database, says("s1", "b"))
    other = await put(database, says("s9", "b", OTHER), unit=OTHER)
    assert not await registers.undo(database, first, NOW)
    assert await registers.undo(database, second, NOW)
    assert await registers.undo(database, first, NOW), "the later one no longer counts"
    assert await roles(database) == {"s9": "b"}
    assert await registers.undo(database, other, NOW)


async def test_many_rows_are_written_in_steps_and_all_are_there(database: Database) -> None:
    many = [says(f"s{number}", "a") for number in range(3 * registers.STEP + 1)]
    batch = await put(database, *many)
    assert len(await registers.rows(database, "staff")) == len(many)
    assert len(await registers.keys_of(database, batch)) == len(many)


async def test_what_never_counted_or_no_longer_does_is_forgotten_after_a_day(database: Database) -> None:
    await put(database, says("s1", "a"))
    undone = await put(database, says("s2", "a"))
    assert await registers.undo(database, undone, NOW)
    left = await registers.open_batch(database, "staff", HOME, NOW, "någon")
    await registers.write_rows(database, left, "staff", [says("s3", "a")])
    assert await registers.sweep(database, NOW + dt.timedelta(hours=24)) == 0
    assert await registers.sweep(database, NOW + dt.timedelta(hours=25)) == 2
    assert [row["key"] for row in await database.run("SELECT key FROM register_row")] == ["s1"]
    assert [one.state for one in await registers.batches("staff", HOME)] == ["active"]
