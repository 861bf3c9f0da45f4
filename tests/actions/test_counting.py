"""Counting: what may count is counted once, in an order that says nothing, and by one counter (DESIGN §4.2, §6)."""

from __future__ import annotations

import asyncio
import shutil
from itertools import count as count_up
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.actions.publish.counting import close_and_count, count
from hvb_followup.actions.respond import answering
from hvb_followup.ballot.count import open_envelope, open_record
from hvb_followup.errors import Unsound
from hvb_followup.keys.files import write_key
from hvb_followup.pseudonyms import link
from hvb_followup.questionnaires.scoring import points
from hvb_followup.store import ballots, counting, waves
from hvb_followup.waves.schedule import window
from tests.counted import counted_in, envelopes
from tests.world import FAMILY, HALF_YEAR, NORTH, OTHER, SOUTH, World

CLOSES_AT = window(HALF_YEAR).closes_at
WAVE = f"{NORTH}:{FAMILY}:{HALF_YEAR}"


async def answered(world: World, number: int, unit: str = NORTH, half_year: str = HALF_YEAR) -> list[str]:
    """So many answered in a home; their links."""
    await world.placements(unit, number)
    await world.open(half_year)
    issued = await world.codes(unit, half_year)
    for one in issued:
        await world.answer(one.code)
    return sorted(link(world.counter_keys.link, one.placement) for one in issued)


async def closed_wave(world: World) -> waves.Wave:
    await waves.close_due(world.database, CLOSES_AT)
    wave = await waves.wave(WAVE)
    assert wave is not None
    return wave


async def test_every_answer_is_counted_once_and_nothing_else_is_left(world: World) -> None:
    links = await answered(world, 7)
    await world.close()
    assert sorted(one.link for one in await counted_in(world)) == links
    assert await envelopes(world) == 0
    assert await world.database.run("SELECT id FROM draft") == []


async def test_two_counters_at_once_seal_one_record_and_one_of_them_is_told(world: World) -> None:
    links = await answered(world, 7)
    wave = await closed_wave(world)
    won = await asyncio.gather(
        *(count(world.database, world.catalogue, world.counter_keys, [wave]) for _ in range(4))
    )
    assert sorted(won) == [(0, []), (0, []), (0, []), (1, [])]
    assert sorted(one.link for one in await counted_in(world)) == links
    assert len(await world.database.run("SELECT wave FROM sealed_wave")) == 1


async def test_counting_again_changes_nothing(world: World) -> None:
    await answered(world, 7)
    await world.close()
    before = await world.database.run("SELECT * FROM sealed_wave")
    assert await close_and_count(world.database, world.catalogue, world.counter_keys, world.now) == 0
    assert await world.database.run("SELECT * FROM sealed_wave") == before


async def test_what_was_taken_back_does_not_count_and_is_answered_alike(world: World) -> None:
    await world.placements(NORTH, 7)
    await world.open()
    finished = [await world.answer(one.code) for one in await world.codes(NORTH)]
    assert await answering.withdraw(world.box, finished[0].receipt) is None
    assert await answering.withdraw(world.box, ("inga", "sådana", "ord")) is None
    await world.close()
    assert len(await counted_in(world)) == 6
    assert await world.database.run("SELECT id FROM withdrawal") == []


async def test_a_draft_without_klar_is_dropped_at_close(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    await world.write(await world.enter(issued.code), {"safe_here": "very"})
    await world.close()
    assert await counted_in(world) == ()
    assert await world.database.run("SELECT id FROM draft") == []


async def test_an_answer_helped_by_staff_counts_neither_in_the_figures_nor_as_a_response(
    world: World,
) -> None:
    await world.placements(NORTH, 3)
    await world.open()
    for number, one in enumerate(await world.codes(NORTH)):
        await world.answer(one.code, alone="helped_staff" if number == 0 else "alone")
    await world.close()
    assert len(await counted_in(world)) == 2
    sealed = await counting.sealed_wave(world.database, NORTH, FAMILY, HALF_YEAR)
    assert sealed is not None
    record = open_record(sealed.record, sealed.wave, world.counter_keys.storage)
    assert (record.n_valid, record.n_invited) == (2, 3)


@pytest.mark.parametrize(
    ("used", "counted"),
    [
        (["old"], "old"),
        (["new"], "new"),
        (["old", "new"], "new"),
        (["new", "old"], "new"),
        (["old", "newer"], "newer"),
        (["newer", "old", "new"], "newer"),
    ],
)
async def test_of_several_codes_each_works_and_the_one_issued_last_of_those_used_counts(
    world: World, used: list[str], counted: str
) -> None:
    """A re-issued code always works and so does the old one; one person is one answer, and one who was invited."""
    await world.placements(NORTH, 1)
    await world.open()
    codes = {}
    for name in ("old", "new", "newer"):
        ((codes[name]),) = await world.codes(NORTH, again=name != "old")
    says = {"old": "very", "new": "not", "newer": "quite"}
    for name in used:
        assert (await world.answer(codes[name].code, safe_here=says[name])).outcome == "taken"
    await world.close()
    assert [one.answers["safe_here"] for one in await counted_in(world)] == [says[counted]]
    wave = await waves.wave(f"{NORTH}:{FAMILY}:{HALF_YEAR}")
    assert wave is not None
    assert wave.invited == 1


async def test_who_was_kept_half_a_year_ago_is_not_kept_again(world: World) -> None:
    await answered(world, 3, half_year="2026H1")
    await world.close("2026H1")
    links = await answered(world, 5)
    await world.close()
    kept_before = {one.link for one in await counted_in(world, half_year="2026H1")}
    assert len(kept_before) == 3
    assert {one.link for one in await counted_in(world)} == set(links) - kept_before


async def test_an_envelope_moved_to_another_wave_is_not_counted_there(world: World) -> None:
    await answered(world, 2)
    await answered(world, 2, unit=SOUTH)
    await world.database.run(
        "UPDATE envelope SET wave = ? WHERE id = (SELECT min(id) FROM envelope WHERE wave = ?)"
        if world.database.sqlite is not None
        else "UPDATE envelope SET wave = ? WHERE id = (SELECT id FROM envelope WHERE wave = ? LIMIT 1)",
        f"{SOUTH}:{FAMILY}:{HALF_YEAR}",
        WAVE,
    )
    await world.close()
    assert [len(await counted_in(world, unit)) for unit in (NORTH, SOUTH)] == [1, 2]


async def test_a_key_that_opens_no_envelope_stops_the_count_before_anything_is_deleted(world: World) -> None:
    """Keys restored from the wrong place must not cost a wave its answers."""
    await answered(world, 3)
    right = world.counter_keys.folder / f"counting-{HALF_YEAR}.key"
    aside = right.with_suffix(".aside")
    shutil.move(right, aside)
    write_key(right, X25519PrivateKey.generate().private_bytes_raw())
    with pytest.raises(Unsound, match="öppnar inget kuvert"):
        await world.close()
    assert await envelopes(world) == 3
    shutil.move(aside, right)
    await world.close()
    assert len(await counted_in(world)) == 3


async def test_the_sealed_order_is_not_the_order_of_arrival(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen shuffled: that they lie as they came has a chance of one in twenty million millions.

    The envelopes' ids are made to tell the order, so that nothing but the counter's shuffle hides it.
    """
    serial = count_up()
    in_order = SimpleNamespace(token_bytes=lambda n: next(serial).to_bytes(n, "big"))
    monkeypatch.setattr(ballots, "secrets", in_order)
    await world.placements(NORTH, 16)
    await world.open()
    issued = await world.codes(NORTH)
    for one in issued:
        await world.answer(one.code)
    came = [link(world.counter_keys.link, one.placement) for one in issued]
    await world.close()
    lies = [one.link for one in await counted_in(world)]
    assert lies != came
    assert lies != sorted(came)
    assert sorted(lies) == sorted(came)


async def test_a_record_of_nobody_is_as_long_as_one_of_everybody(world: World) -> None:
    for unit in (NORTH, SOUTH):
        await world.placements(unit, 5)
    await world.open()
    for one in await world.codes(NORTH):
        await world.answer(one.code)
    await world.codes(SOUTH)
    await world.close()
    rows = await world.database.run(
        "SELECT length(record) AS n FROM sealed_wave WHERE unit IN (?, ?) AND family = ?",
        *(NORTH, SOUTH, FAMILY),
    )
    assert len({row["n"] for row in rows}) == 1


async def test_after_the_key_is_destroyed_an_old_backups_envelope_stays_shut(world: World) -> None:
    await answered(world, 1)
    backup = (await counting.envelopes(world.database, WAVE))[0]
    key = world.counter_keys.counting_key(HALF_YEAR)
    assert open_envelope(backup, WAVE, key) is not None
    await world.close()
    world.counter_keys.destroy_counting_key(HALF_YEAR)
    with pytest.raises(Unsound, match="Nyckelfilen saknas"):
        world.counter_keys.counting_key(HALF_YEAR)
    for path in world.settings.data.rglob("*"):
        if path.is_file() and path.stat().st_size == 32:
            other = X25519PrivateKey.from_private_bytes(path.read_bytes())
            assert open_envelope(backup, WAVE, other) is None


async def test_a_wave_that_cannot_be_counted_keeps_no_other_waiting(world: World) -> None:
    """Somebody put an envelope of another wave into one that nobody answered: it is told, and the others count."""
    await world.placements(NORTH, 2)
    await world.open()
    for issued in await world.codes(NORTH):
        await world.answer(issued.code)
    stray = f"{OTHER}:{FAMILY}:{HALF_YEAR}"
    await world.database.run(
        "INSERT INTO envelope (id, wave, body) SELECT ?, ?, body FROM envelope LIMIT 1", b"s" * 16, stray
    )
    with pytest.raises(Unsound) as told:
        await world.close()
    assert [problem.where for problem in told.value.problems] == [stray]
    rows = await world.database.run("SELECT id FROM wave WHERE state = 'closed'")
    assert [row["id"] for row in rows] == [stray]


async def test_answers_that_nobody_can_have_meant_are_not_counted_and_not_told_of(world: World) -> None:
    """R7 P5 as corrected by DESIGN §4.4: flagged at the close by what was answered, and dropped; no number says so."""
    questionnaire = world.catalogue.questionnaire(FAMILY, 1)
    same = {
        name: list(points(questionnaire, questionnaire.item(name), "standard"))[1]
        for score in questionnaire.scores
        for name in score.items
    }
    await world.placements(NORTH, 9)
    await world.open()
    issued = await world.codes(NORTH)
    for number, one in enumerate(issued):
        await world.answer(one.code, **(same if number < 5 else {}))
    await world.close()
    kept = sorted(one.link for one in await counted_in(world))
    assert kept == sorted(link(world.counter_keys.link, one.placement) for one in issued[5:])
    (sealed,) = [one for one in await counting.sealed_waves(world.database) if one.wave == WAVE]
    record = open_record(sealed.record, WAVE, world.counter_keys.storage)
    assert (record.n_valid, record.n_invited) == (4, 9)
    assert not any(one.flagged for one in record.counted)
