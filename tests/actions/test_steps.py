"""One step that fails stops no other, and the operator is told: of the fault, and never of anybody (issue 5, R6 G18)."""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging

import httpx
import pytest

from hvb_followup.access import Role
from hvb_followup.actions.operate import ticking
from hvb_followup.actions.operate.steps import Fault
from hvb_followup.actions.operate.ticking import Done
from hvb_followup.jobs.timetable import run_for_ever
from hvb_followup.serving.jobs import tell_of
from hvb_followup.store import troubles
from hvb_followup.waves.schedule import window
from tests.waves.sending import Kept, at, mailing, reach
from tests.world import HALF_YEAR, NORTH, World

SECRET = "Påhittade Alva, 070-000 00 00"


async def ticked(world: World, kept: Kept | None = None) -> Done:
    return await world.tick(mailing(world, kept) if kept else None)


async def operator(world: World) -> httpx.AsyncClient:
    await world.set_clock()
    client = await world.client()
    client.cookies.set("session", await world.session(Role.OPERATOR))
    return client


async def test_a_wave_that_cannot_be_counted_stops_nothing_else_and_is_told_until_it_can(
    world: World,
) -> None:
    await world.placements(NORTH, 5)
    await world.open()
    for issued in await world.codes(NORTH):
        await world.answer(issued.code)
    key = world.counter_keys.folder / f"counting-{HALF_YEAR}.key"
    aside = key.rename(key.with_suffix(".aside"))
    world.now = window(HALF_YEAR).closes_at
    done = await ticked(world)
    assert (done.counted, done.opened > 0, done.chained > 0) == (0, True, True)
    assert "Nyckelfilen saknas" in done.troubles["Att räkna"]
    async with await operator(world) as client:
        assert "Nyckelfilen saknas" in (await client.get("/drift/larm")).text
        aside.rename(key)
        done = await ticked(world)
        assert (done.counted > 0, done.troubles) == (True, {})
        assert "Allt som skulle göras senast gick att göra" in (await client.get("/drift/larm")).text


async def test_what_keeps_waves_shut_stands_on_the_operators_page(world: World) -> None:
    done = await world.tick(demo=False)
    first = done.not_opened.splitlines()[0]
    assert first
    async with await operator(world) as client:
        assert first in html.unescape((await client.get("/drift/larm")).text)


async def test_what_an_unexpected_error_says_is_kept_nowhere(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> int:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(ticking, "close_and_count", broken)
    done = await ticked(world)
    tell_of(done, set())
    (told,) = await troubles.now(world.database)
    assert "RuntimeError" in told.says
    assert done.opened > 0
    assert "in broken" in caplog.text
    for said in (caplog.text, told.says, str(done.faults)):
        assert SECRET not in said


async def test_where_stop_cannot_be_heeded_nothing_is_planned_or_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R7 R2: rather no message than one to somebody who wanted no more."""

    async def broken(*_: object) -> int:
        raise OSError

    kept = Kept()
    await world.placement("L1", at("2026-09-01").date())
    await reach(world, "L1")
    world.now = at("2026-09-08")
    with monkeypatch.context() as patched:
        patched.setattr(ticking, "heed_wishes", broken)
        done = await ticked(world, kept)
    assert (done.planned, done.messages, list(done.troubles)) == (0, 0, ["Att lyda stopp"])
    assert ((await ticked(world, kept)).messages, len(kept.sent)) == (1, 1)


async def test_a_first_tick_that_fails_leaves_the_jobs_going() -> None:
    async def broken() -> None:
        raise OSError

    going = asyncio.create_task(run_for_ever(broken))
    done, _ = await asyncio.wait([going], timeout=0.2)
    assert done == set()
    going.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await going


def test_a_trouble_that_lasts_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    done = Done(not_opened="stängd", faults=(Fault(step="Att räkna", says="gick inte", trace="här"),))
    said = tell_of(done, set())
    assert [one.getMessage() for one in caplog.records] == ["gick inte\nhär", "stängd"]
    assert tell_of(done, said) == said
    assert len(caplog.records) == 2
    tell_of(done, tell_of(Done(), said))
    assert len(caplog.records) == 4
