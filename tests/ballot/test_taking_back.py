"""Four words take an answer back until its wave is counted, and tell nobody whether they matched (DESIGN §4.2)."""

from __future__ import annotations

from urllib.parse import quote_plus

import pytest

from hvb_followup.actions.publish.opened import open_waves
from hvb_followup.actions.respond import answering
from hvb_followup.pseudonyms import link
from hvb_followup.store import counting
from tests.asking import Phone
from tests.world import FAMILY, HALF_YEAR, NORTH, OTHER, SOUTH, World


async def links_counted(world: World) -> set[str]:
    """The links in the home's sealed waves."""
    opened = open_waves(await counting.sealed_waves(world.database), world.counter_keys.storage)
    return {one.link for wave in opened if wave.sealed.unit == NORTH for one in wave.record.counted}


async def test_the_answer_with_the_words_is_not_counted_and_every_other_is(world: World) -> None:
    """R7 P7."""
    await world.placements(NORTH, 6)
    await world.open()
    issued = await world.codes(NORTH)
    receipts = [(await world.answer(one.code)).receipt for one in issued]
    await answering.withdraw(world.box, [word.upper() for word in receipts[2]])
    await answering.withdraw(world.box, receipts[2])
    await answering.withdraw(world.box, ("inga", "sådana", "ord", "finns"))
    await answering.withdraw(world.box, receipts[3][::-1])
    await world.close()
    kept = [one.placement for number, one in enumerate(issued) if number != 2]
    assert await links_counted(world) == {link(world.counter_keys.link, one) for one in kept}
    assert await world.database.run("SELECT id FROM withdrawal") == []


async def test_three_words_from_before_there_were_four_take_back_what_they_were_given_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wave may have been open when receipts were lengthened: old ones go on working until it closes."""
    await world.placements(NORTH, 6)
    await world.open()
    issued = await world.codes(NORTH)
    with monkeypatch.context() as before:
        before.setattr("hvb_followup.ballot.receipt.N_WORDS", 3)
        old = [(await world.answer(one.code)).receipt for one in issued[:3]]
    new = [(await world.answer(one.code)).receipt for one in issued[3:]]
    door = Phone(await world.app())
    for words, said in (
        (old[0], 3),
        (new[0], 4),
        (new[1][:3], 3),
    ):  # the last are three of four: they match nothing
        assert len(words) == said
        assert (await door.post("/svara/ta-bort", f"receipt={quote_plus(' '.join(words))}")).status == 200
    await world.close()
    kept = [one.placement for number, one in enumerate(issued) if number not in (0, 3)]
    assert await links_counted(world) == {link(world.counter_keys.link, one) for one in kept}


async def test_words_after_the_count_change_nothing(world: World) -> None:
    await world.placements(NORTH, 5)
    await world.open()
    receipts = [(await world.answer(one.code)).receipt for one in await world.codes(NORTH)]
    await world.close()
    before = await links_counted(world)
    await answering.withdraw(world.box, receipts[0])
    await world.close()
    assert await links_counted(world) == before
    assert len(before) == 5


async def test_an_envelope_moved_to_another_home_or_copied_counts_nowhere_else(world: World) -> None:
    """Who can write in the database cannot make an answer count twice or elsewhere."""
    live = {NORTH: 5, SOUTH: 2, OTHER: 2}
    for unit, number in live.items():
        await world.placements(unit, number)
    await world.open()
    for unit in live:
        for one in await world.codes(unit):
            await world.answer(one.code)
    stolen = f"{NORTH}:{FAMILY}:{HALF_YEAR}"
    body = (await world.database.run("SELECT body FROM envelope WHERE wave = ?", stolen))[0]["body"]
    waves = await world.database.run("SELECT id, unit FROM wave WHERE family = ?", FAMILY)
    for number, wave in enumerate(waves):
        await world.database.run(
            "INSERT INTO envelope (id, wave, body) VALUES (?, ?, ?)", bytes([number]) * 16, wave["id"], body
        )
    await world.close()
    opened = open_waves(await counting.sealed_waves(world.database), world.counter_keys.storage)
    young = [wave for wave in opened if wave.sealed.family == FAMILY]
    assert {wave.sealed.unit: len(wave.record.counted) for wave in young} == live
    assert {wave.record.n_valid for wave in young} == {5, 2}
