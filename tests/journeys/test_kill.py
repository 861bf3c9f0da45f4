"""What was acknowledged is counted, once, whatever is killed and whenever (issue 2, R6 G3)."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hvb_followup import content
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.draft import draft_id, draft_key
from hvb_followup.ballot.receipt import receipt
from hvb_followup.catalogue import Catalogue
from hvb_followup.pseudonyms import link
from hvb_followup.store import counting, waves
from hvb_followup.store.ballots import Outcome
from hvb_followup.store.database import opened
from hvb_followup.store.waves import wave_id
from hvb_followup.waves.schedule import window
from tests.conftest import LOOSE
from tests.counted import counted_in
from tests.journeys.killing import Counters, Server, Visitor, answer_under_fire
from tests.world import FAMILY, HALF_YEAR, NORTH, OTHER, SOUTH, World, make_world

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
@pytest.mark.parametrize("night", range(5))
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
    assert (folder / "web.log").read_text() == ""
    assert kills >= 3
    assert len(thanked) >= 100
    assert unheard, "no kill met a Klar; the test proves nothing"
    async with opened(address) as database:
        world = await make_world(database, catalogue, folder, address)
        await nothing_is_half_written(world, visitors)
        await world.close()
        stored = await everybody_thanked_is_counted_once(world, visitors)
    print(
        f"\n{kills} kills, {len(thanked)} thanked, {len(unheard)} got no reply to a Klar, "
        f"{stored} gave up then and were counted all the same"
    )


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


async def everybody_thanked_is_counted_once(world: World, visitors: list[Visitor]) -> int:
    """Each thanked visitor's own answer is in the sealed wave, once; nobody is there who never said "Klar".

    How many are there who were never thanked: they were committed, and killed before the reply.
    """
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
    return sum(not links[name].thanked for name in by_link)


async def test_killing_the_counter_changes_nothing_and_two_counters_seal_once(
    durable: None, address: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    await kill_counters(address, catalogue, tmp_path, rounds=2)


@pytest.mark.nightly
async def test_a_night_of_killed_counters_changes_nothing(
    durable: None, address: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    await kill_counters(address, catalogue, tmp_path, rounds=60)


async def kill_counters(address: str, catalogue: Catalogue, folder: Path, *, rounds: int) -> None:
    """Kill a pair of counters, again and again, until two are left alone; each wave stays whole all the while."""
    async with opened(address) as database:
        world = await make_world(database, catalogue, folder, address)
        told = await three_homes_answer(world)
        counters = Counters(world.settings, window(HALF_YEAR).closes_at)
        dice = random.Random()
        for _ in range(rounds):
            await counters.run_both(kill_after=dice.uniform(0, 0.06))
            await each_wave_is_before_or_after(world, told)
        sums = await counters.run_both(kill_after=None)
        left = await each_wave_is_before_or_after(world, told)
    assert left == 0
    # Three homes, each asked by the young people's and by the staff's questionnaire.
    assert sum(sums) <= 6, f"a wave was counted twice: {sums}"


async def three_homes_answer(world: World) -> dict[str, set[str]]:
    """Twenty answers in each home; the links they are to be counted under, per home."""
    told = {}
    for unit in (NORTH, SOUTH, OTHER):
        await world.placements(unit, 20)
    await world.open()
    for unit in (NORTH, SOUTH, OTHER):
        issued = await world.codes(unit)
        for one in issued:
            await world.answer(one.code)
        told[unit] = {link(world.counter_keys.link, one.placement) for one in issued}
    return told


async def each_wave_is_before_or_after(world: World, told: dict[str, set[str]]) -> int:
    """Either all envelopes and no record, or the record with everybody and no envelope; how many are before."""
    before = 0
    for unit, links in told.items():
        sealed = await counting.sealed_wave(world.database, unit, FAMILY, HALF_YEAR)
        wave = await waves.wave(wave_id(unit, FAMILY, HALF_YEAR))
        waiting = await counting.envelopes(world.database, wave_id(unit, FAMILY, HALF_YEAR))
        assert wave is not None
        if sealed is None:
            before += 1
            assert wave.state in {"open", "closed"}
            assert len(waiting) == len(links)
        else:
            assert (wave.state, waiting) == ("counted", [])
            counted = [one.link for one in await counted_in(world, unit)]
            assert sorted(counted) == sorted(links)
    return before


async def test_a_klar_racing_the_jobs_process_is_counted_or_told_that_the_wave_is_over(
    durable: None, address: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    """The counter in a process of its own, as under ``hvb serve``, while one "Klar" follows another here."""
    async with opened(address) as database:
        world = await make_world(database, catalogue, tmp_path, address)
        await world.placements(NORTH, 120)
        await world.open()
        sittings = {}
        for one in await world.codes(NORTH):
            sitting = await world.enter(one.code)
            await world.write(sitting, {"safe_here": "very"})
            sittings[link(world.counter_keys.link, one.placement)] = sitting
        counters = Counters(world.settings, window(HALF_YEAR).closes_at)
        _, told = await asyncio.gather(
            counters.run_both(kill_after=None), klar_one_by_one(world, sittings, counters)
        )
        counted = [one.link for one in await counted_in(world)]
    assert set(told.values()) == {Outcome.TAKEN, Outcome.OVER}
    assert sorted(counted) == sorted(name for name, outcome in told.items() if outcome is Outcome.TAKEN)


async def klar_one_by_one(
    world: World, sittings: dict[str, Sitting], counters: Counters
) -> dict[str, Outcome]:
    """Say "Klar" steadily from just before the count until it is over; what each was told."""
    await counters.loaded.wait()
    told = {}
    for name, sitting in sittings.items():
        told[name] = (await answering.finish(world.box, sitting)).outcome
        await asyncio.sleep(0.001)
    return told
