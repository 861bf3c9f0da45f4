""" "Klar": once, never lost, and told the truth when the wave is over (DESIGN §6)."""

from __future__ import annotations

import asyncio
import random

import pytest

from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.sitting import Sitting, seal_sitting
from hvb_followup.pseudonyms import link
from hvb_followup.store import waves
from hvb_followup.store.ballots import Outcome
from hvb_followup.store.database import bind, open_database
from hvb_followup.waves.schedule import window
from tests.counted import counted_in, envelopes
from tests.world import HALF_YEAR, NORTH, World

EACH_ROUND = 16


async def written_sitting(world: World, code: str, **said: str) -> Sitting:
    """A sitting that has answered and not said "Klar"."""
    sitting = await world.enter(code)
    await world.write(sitting, {"safe_here": "very", **said})
    return sitting


async def test_a_repeated_klar_gets_the_same_receipt_and_counts_once(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await written_sitting(world, issued.code)
    first = await answering.finish(world.box, sitting)
    again = [await answering.finish(world.box, sitting) for _ in range(3)]
    assert first.outcome is Outcome.TAKEN
    assert [one.outcome for one in again] == [Outcome.REPEATED] * 3
    assert {one.receipt for one in again} == {first.receipt}
    assert await envelopes(world) == 1
    await world.close()
    assert (await answering.finish(world.box, sitting)).outcome is Outcome.REPEATED
    assert len(await counted_in(world)) == 1


async def test_twenty_klar_at_the_same_moment_leave_one_envelope(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await written_sitting(world, issued.code)
    said = await asyncio.gather(*(answering.finish(world.box, sitting) for _ in range(20)))
    assert sorted(one.outcome for one in said) == [Outcome.REPEATED] * 19 + [Outcome.TAKEN]
    assert await envelopes(world) == 1


async def test_the_page_thanks_again_with_the_same_words_even_after_the_wave(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await written_sitting(world, issued.code)
    headers = {
        "cookie": f"s={seal_sitting(sitting, world.web_keys.secret)}",
        "content-type": "application/x-www-form-urlencoded",
    }
    async with await world.client() as client:
        pages = [await client.post("/svara/klar", headers=headers) for _ in range(2)]
        await close_and_count(
            world.database, world.catalogue, world.counter_keys, window(HALF_YEAR).closes_at
        )
        pages.append(await client.post("/svara/klar", headers=headers))
    assert {page.status_code for page in pages} == {200}
    assert len({page.content for page in pages}) == 1
    assert len(await counted_in(world)) == 1


async def test_a_klar_after_the_close_is_told_that_the_wave_is_over(world: World) -> None:
    await world.placements(NORTH, 2)
    await world.open()
    early, late = [await written_sitting(world, one.code) for one in await world.codes(NORTH)]
    assert (await answering.finish(world.box, early)).outcome is Outcome.TAKEN
    await world.close()
    assert (await answering.finish(world.box, late)).outcome is Outcome.OVER
    assert len(await counted_in(world)) == 1
    assert await envelopes(world) == 0


async def test_no_answer_is_saved_after_the_close(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await written_sitting(world, issued.code)
    await world.close()
    draft = await answering.draft_of(world.box, sitting)
    item = world.box.questionnaire(sitting).item("home")
    assert draft.answers == {}
    assert not await answering.save(world.box, sitting, draft, item, "good")
    assert await world.database.run("SELECT id FROM draft") == []


async def test_a_wrong_a_used_and_an_expired_code_open_nothing(world: World) -> None:
    await world.placements(NORTH, 2)
    await world.open()
    used, expired = await world.codes(NORTH)
    await world.answer(used.code)
    for code in (used.code, "K7MQ29TRXDA", "", "å" * 80):
        assert await answering.enter(world.box, code, language="sv", now=world.now) is None
    await world.close()
    assert await answering.enter(world.box, expired.code, language="sv", now=world.now) is None


async def test_a_klar_racing_the_count_is_counted_or_told_that_the_wave_is_over(
    world: World, address: str
) -> None:
    """Two pools of connections on PostgreSQL, two engines on one file on SQLite; every round until both are seen."""
    seen: set[Outcome] = set()
    other = await open_database(address)
    bind(world.database.engine)
    dice = random.Random()
    try:
        for number in range(40):
            sittings = await _round(world, number)
            after = dice.uniform(0, 0.03)
            finished, _ = await asyncio.gather(
                asyncio.gather(*(_finish_soon(world, one, dice) for one in sittings.values())),
                _count_soon(world, other, _half_year(number), after),
            )
            told = dict(zip(sittings, [one.outcome for one in finished], strict=True))
            await _everybody_was_told_the_truth(world, _half_year(number), told)
            seen |= set(told.values())
            if seen == {Outcome.TAKEN, Outcome.OVER} and number >= 9:
                return
    finally:
        await other.close()
    pytest.fail(f"forty rounds saw only {seen}")


async def test_the_close_waits_for_a_klar_in_flight_and_counts_it(world: World, address: str) -> None:
    if world.database.sqlite is not None:
        pytest.skip("on SQLite a Klar is one hop with one writer: there is no in between to wait in")
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await written_sitting(world, issued.code)
    other = await open_database(address)
    async with world.database.transaction():
        assert (await answering.finish(world.box, sitting)).outcome is Outcome.TAKEN
        counting = asyncio.create_task(_count_soon(world, other, HALF_YEAR, 0))
        await asyncio.sleep(0.2)
        assert not counting.done()
    await counting
    await other.close()
    bind(world.database.engine)
    assert len(await counted_in(world)) == 1


async def test_a_klar_inside_a_transaction_that_fails_was_never_taken(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await written_sitting(world, issued.code)
    with pytest.raises(ZeroDivisionError):
        async with world.database.transaction():
            assert (await answering.finish(world.box, sitting)).outcome is Outcome.TAKEN
            raise ZeroDivisionError
    assert await envelopes(world) == 0
    assert (await answering.finish(world.box, sitting)).outcome is Outcome.TAKEN


async def test_a_klar_waits_for_a_close_in_flight_and_is_told(world: World, address: str) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await written_sitting(world, issued.code)
    other = await open_database(address)
    bind(world.database.engine)
    async with other.transaction():
        assert len(await waves.close_due(other, window(HALF_YEAR).closes_at)) == 6
        finishing = asyncio.create_task(answering.finish(world.box, sitting))
        await asyncio.sleep(0.2)
        assert not finishing.done()
    assert (await finishing).outcome is Outcome.OVER
    await other.close()
    assert await envelopes(world) == 0


def _half_year(number: int) -> str:
    return f"{2026 + number // 2}H{number % 2 + 1}"


async def _round(world: World, number: int) -> dict[str, Sitting]:
    """New young people of a new half-year who have answered, each by her link."""
    half_year = _half_year(number)
    first = 1 + number * EACH_ROUND
    await world.placements(NORTH, EACH_ROUND, first, birth_year=int(half_year[:4]) - 16)
    await world.open(half_year)
    new = {f"{NORTH}-{serial}" for serial in range(first, first + EACH_ROUND)}
    issued = [one for one in await world.codes(NORTH, half_year) if one.placement in new]
    return {
        link(world.counter_keys.link, one.placement): await written_sitting(world, one.code) for one in issued
    }


async def _finish_soon(world: World, sitting: Sitting, dice: random.Random) -> answering.Finished:
    await asyncio.sleep(dice.uniform(0, 0.03))
    return await answering.finish(world.box, sitting)


async def _count_soon(world: World, other: object, half_year: str, after: float) -> None:
    await asyncio.sleep(after)
    await close_and_count(other, world.catalogue, world.counter_keys, window(half_year).closes_at)


async def _everybody_was_told_the_truth(world: World, half_year: str, told: dict[str, Outcome]) -> None:
    counted = [one.link for one in await counted_in(world, half_year=half_year)]
    assert sorted(counted) == sorted(name for name, outcome in told.items() if outcome is Outcome.TAKEN)
    assert set(told.values()) <= {Outcome.TAKEN, Outcome.OVER}
    assert await envelopes(world) == 0
