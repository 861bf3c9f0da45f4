"""Writes that share a commit: each caller gets its own answer, and one bad write spoils nobody else's."""

from __future__ import annotations

import asyncio

import pytest

from hvb_followup.store.convoy import MOST, Convoy


class Road:
    """A database that remembers which keys came together, and refuses the key ``bad``."""

    def __init__(self) -> None:
        self.trips: list[list[str]] = []

    async def many(self, columns):
        self.trips.append(list(columns[0]))
        await asyncio.sleep(0)
        if "bad" in columns[0]:
            raise ValueError("bad")
        return [{"key": key, "said": said} for key, said in zip(*columns, strict=True) if said]


@pytest.fixture
def road() -> Road:
    return Road()


async def test_who_asks_while_a_batch_is_away_goes_with_the_next(road):
    convoy = Convoy(road.many)
    rows = await asyncio.gather(*(convoy.ask(f"k{number}", number + 1) for number in range(20)))
    assert [row["said"] for row in rows] == list(range(1, 21))
    assert len(road.trips) <= 2


async def test_a_key_without_a_row_gets_none(road):
    assert await Convoy(road.many).ask("k", 0) is None


async def test_one_key_never_travels_twice_in_a_batch_and_keeps_its_order(road):
    convoy = Convoy(road.many)
    rows = await asyncio.gather(*(convoy.ask("same", said) for said in (1, 2, 3)))
    assert [row["said"] for row in rows] == [1, 2, 3]
    assert road.trips == [["same"], ["same"], ["same"]]


async def test_no_batch_is_longer_than_the_most(road):
    convoy = Convoy(road.many)
    await asyncio.gather(*(convoy.ask(f"k{number}", 1) for number in range(3 * MOST)))
    assert max(map(len, road.trips)) == MOST


async def test_a_bad_write_fails_alone(road):
    convoy = Convoy(road.many)
    good, bad, other = await asyncio.gather(
        convoy.ask("good", 1), convoy.ask("bad", 1), convoy.ask("other", 1), return_exceptions=True
    )
    assert (good["said"], str(bad), other["said"]) == (1, "bad", 1)


async def test_who_gives_up_waiting_holds_nobody_up(road):
    convoy = Convoy(road.many)
    tired, patient = asyncio.create_task(convoy.ask("a", 1)), asyncio.create_task(convoy.ask("b", 2))
    await asyncio.sleep(0)
    tired.cancel()
    assert (await patient)["said"] == 2
    assert (await convoy.ask("c", 3))["said"] == 3
