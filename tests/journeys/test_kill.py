"""What was acknowledged is counted, once, whatever is killed and whenever (issue 2, R6 G3)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hvb_followup import content
from hvb_followup.ballot.count import Counted, open_record
from hvb_followup.ballot.draft import draft_id, draft_key
from hvb_followup.ballot.receipt import receipt
from hvb_followup.catalogue import Catalogue
from hvb_followup.pseudonyms import link
from hvb_followup.store import counting
from hvb_followup.store.database import opened
from tests.conftest import LOOSE
from tests.journeys.killing import Server, Visitor, answer_under_fire
from tests.world import FAMILY, HALF_YEAR, NORTH, World, make_world

SAID = ("very", "quite", "not_very", "not")


@pytest.fixture
def durable(engine: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """PostgreSQL as it must be where answers are real: a child process refuses to start on a loose one."""
    if engine == "sqlite":
        yield
        return
    server = request.getfixturevalue("postgres")
    asyncio.run(_set(server, "on"))
    yield
    asyncio.run(_set(server, "off"))


async def _set(server: str, value: str) -> None:
    connection = await asyncpg.connect(server)
    for setting in LOOSE:
        await connection.execute(f"ALTER SYSTEM SET {setting} = {value}")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.close()


async def test_every_acknowledged_answer_survives_kill_9_and_is_counted_once(
    durable: None, address: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    await fire(address, catalogue, tmp_path, persons=115, at_once=10)


@pytest.mark.nightly
@pytest.mark.parametrize("night", range(10))
async def test_a_night_of_kills_loses_nothing(
    durable: None, address: str, catalogue: Catalogue, tmp_path: Path, night: int
) -> None:
    await fire(address, catalogue, tmp_path, persons=400, at_once=16)


async def fire(address: str, catalogue: Catalogue, folder: Path, *, persons: int, at_once: int) -> None:
    """Answers under fire; then close, count, and compare with what everybody was told."""
    dice = random.Random()
    async with opened(address) as database:
        world = await make_world(database, catalogue, folder, address)
        await world.placements(NORTH, persons)
        await world.open()
        await world.set_clock()
        issued = await world.codes(NORTH)
    visitors = [
        Visitor(one.placement, one.code, dice.choice(SAID), gives_up=dice.random() < 0.2) for one in issued
    ]
    server = Server(world.settings, folder / "web.log")
    kills = await answer_under_fire(server, visitors, at_once=at_once, dice=dice)
    thanked = [visitor for visitor in visitors if visitor.thanked]
    unheard = [visitor for visitor in visitors if visitor.unheard]
    print(f"\n{kills} kills, {len(thanked)} thanked, {len(unheard)} of them or others unheard once or more")
    assert (folder / "web.log").read_text() == ""
    assert kills >= 3
    assert len(thanked) >= 100
    assert unheard, "no kill met a Klar; the test proves nothing"
    async with opened(address) as database:
        world = await make_world(database, catalogue, folder, address)
        await nothing_is_half_written(world, visitors)
        await world.close()
        await everybody_thanked_is_counted_once(world, visitors)


async def nothing_is_half_written(world: World, visitors: list[Visitor]) -> None:
    """A used code has its envelope and no draft; and the file itself is whole."""
    (found,) = await world.database.run(
        "SELECT (SELECT count(*) FROM code WHERE used) AS used, (SELECT count(*) FROM envelope) AS sealed"
    )
    assert found["used"] == found["sealed"] >= len([one for one in visitors if one.thanked])
    drafts = {row["id"] for row in await world.database.run("SELECT id FROM draft")}
    assert not drafts & {_draft_of(world, visitor) for visitor in visitors if visitor.thanked}
    if world.database.sqlite is not None:
        assert await world.database.run("PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def _draft_of(world: World, visitor: Visitor) -> bytes:
    return draft_id(draft_key(world.web_keys.secret, visitor.code))


async def everybody_thanked_is_counted_once(world: World, visitors: list[Visitor]) -> None:
    """Each thanked visitor's own answer is in the sealed wave, once; nobody is there who never said "Klar"."""
    counted = await counted_in(world)
    by_link = {one.link: one for one in counted}
    assert len(by_link) == len(counted)
    links = {link(world.counter_keys.link, visitor.placement): visitor for visitor in visitors}
    assert set(by_link) >= {name for name, visitor in links.items() if visitor.thanked}
    assert set(by_link) <= {name for name, visitor in links.items() if visitor.thanked or visitor.unheard}
    for name, one in by_link.items():
        assert one.answers["safe_here"] == links[name].said
    for visitor in visitors:
        if visitor.thanked:
            words = receipt(draft_key(world.web_keys.secret, visitor.code), content.receipt_words())
            assert all(word in visitor.thanked for word in words)


async def counted_in(world: World, unit: str = NORTH, half_year: str = HALF_YEAR) -> tuple[Counted, ...]:
    """The answer sets of a sealed wave."""
    sealed = await counting.sealed_wave(world.database, unit, FAMILY, half_year)
    assert sealed is not None
    return open_record(sealed.record, sealed.wave, world.counter_keys.storage).counted
