"""Codes on placements: one each, in an open wave, by the one who may (DESIGN §4.8)."""

from __future__ import annotations

import asyncio

import pytest

from hvb_followup.access import Person, Role
from hvb_followup.actions.purchase.issuing import issue_codes, issue_everywhere
from hvb_followup.actions.respond.answering import code_hash
from hvb_followup.errors import Conflict, NotFound
from hvb_followup.store import waves
from hvb_followup.waves.schedule import window
from tests.world import FAMILY, HALF_YEAR, LILLBY, NORTH, OTHER, SOUTH, World

LILLBY_WORKER = Person(name="lisa", role=Role.CASE_WORKER, scope=LILLBY)


async def codes_as(world: World, person: Person) -> list[str]:
    issued = await issue_codes(world.context(person), world.web_keys.secret, NORTH, HALF_YEAR, FAMILY)
    return [one.placement for one in issued]


async def test_each_placement_gets_one_code_and_a_second_only_when_asked_for(world: World) -> None:
    await world.placements(NORTH, 3)
    await world.open()
    assert len(await world.codes(NORTH)) == 3
    assert await world.codes(NORTH) == []
    assert len(await world.codes(NORTH, again=True)) == 3
    rows = await world.database.run("SELECT issue, count(*) AS n FROM code GROUP BY issue ORDER BY issue")
    assert [(row["issue"], row["n"]) for row in rows] == [(1, 3), (2, 3)]
    wave = await waves.wave(f"{NORTH}:{FAMILY}:{HALF_YEAR}")
    assert wave is not None
    assert wave.invited == 3


async def test_a_case_worker_reaches_her_own_placements_and_otto_none(world: World) -> None:
    await world.placements(NORTH, 4)
    await world.open()
    assert await codes_as(world, LILLBY_WORKER) == [f"{NORTH}-1", f"{NORTH}-3"]
    for otto in (
        Person(name="otto", role=Role.CASE_WORKER, scope="9999"),
        Person(name="otto", role=Role.UNIT_MANAGER, scope=NORTH),
        Person(name="otto", role=Role.ANALYST),
    ):
        with pytest.raises(NotFound):
            await codes_as(world, otto)


async def test_the_oldest_and_the_youngest_who_may_answer_are_invited(world: World) -> None:
    for number, birth_year in enumerate((2005, 2006, 2013, 2014), 1):
        await world.placements(NORTH, 1, first=number, birth_year=birth_year)
    await world.open()
    assert [one.placement for one in await world.codes(NORTH)] == [f"{NORTH}-2", f"{NORTH}-3"]


async def test_four_who_issue_at_once_give_one_code_each(world: World) -> None:
    await world.placements(NORTH, 5)
    await world.open()
    given = await asyncio.gather(*(world.codes(NORTH) for _ in range(4)))
    assert sorted(map(len, given)) == [0, 0, 0, 5]
    assert len(await world.database.run("SELECT hash FROM code")) == 5


async def test_no_code_is_issued_in_a_wave_that_is_not_open(world: World) -> None:
    await world.placements(NORTH, 2)
    with pytest.raises(Conflict, match="inte öppen"):
        await world.codes(NORTH)
    await world.open()
    await world.close()
    with pytest.raises(Conflict, match="inte öppen"):
        await world.codes(NORTH)
    assert await world.database.run("SELECT hash FROM code") == []


async def test_a_wave_that_closes_while_codes_are_issued_gets_all_of_them_or_none(world: World) -> None:
    await world.placements(NORTH, 5)
    for number in range(6):
        half_year = f"{2026 + number}H2"
        await world.open(half_year)
        closing = waves.close_due(world.database, window(half_year).closes_at)
        issuing, closed = await asyncio.gather(world.codes(NORTH, half_year), closing, return_exceptions=True)
        for said in (issuing, closed):
            if isinstance(said, BaseException) and not isinstance(said, Conflict):
                raise said
        wave = await waves.wave(f"{NORTH}:{FAMILY}:{half_year}")
        rows = await world.database.run(
            "SELECT hash FROM code WHERE wave = ?", f"{NORTH}:{FAMILY}:{half_year}"
        )
        assert wave is not None
        assert wave.invited == len(rows) == (0 if isinstance(issuing, Conflict) else 5)


async def test_a_code_in_clear_is_stored_nowhere(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    for table in ("code", "audit", "job_run"):
        assert issued.code not in str(await world.database.run(f"SELECT * FROM {table}"))


async def test_what_is_stored_and_audited_is_in_no_order_of_the_register(world: World) -> None:
    """Rows go in by hash, whatever the order of those invited; the audit says how many, and never which."""
    await world.placements(NORTH, 8)
    await world.open()
    orders = []
    for again in (False, True, True):
        issued = await world.codes(NORTH, again=again)
        assert [one.placement for one in issued] == [f"{NORTH}-{number}" for number in range(1, 9)]
        orders.append([code_hash(world.web_keys.secret, one.code) for one in issued])
    assert [sorted(order) for order in orders] != orders
    if world.database.sqlite is None:
        heap = await world.database.run("SELECT hash FROM code ORDER BY ctid")
        assert [row["hash"] for row in heap] == [one for order in orders for one in sorted(order)]
    notes = await world.database.run("SELECT what FROM audit WHERE did = 'codes:issue'")
    assert [row["what"] for row in notes] == [f"{NORTH}:{FAMILY}:{HALF_YEAR} 8"] * 3


async def test_a_new_card_opens_as_hers_and_the_old_one_too(world: World) -> None:
    await world.placements(NORTH, 2, birth_year=2012)
    await world.open()
    first, second = await world.codes(NORTH), await world.codes(NORTH, again=True)
    for issue, issued in enumerate((first, second), 1):
        for one in issued:
            sitting = await world.enter(one.code)
            assert (sitting.placement, sitting.issue, sitting.age) == (one.placement, issue, 14)


async def test_codes_for_every_home_at_once_are_those_that_each_home_would_be_given(world: World) -> None:
    await world.placements(NORTH, 4)
    await world.placements(SOUTH, 2)
    await world.open()
    await world.codes(SOUTH)
    issued = await issue_everywhere(world.context(), world.web_keys.secret, HALF_YEAR, FAMILY)
    assert {unit: [one.placement for one in codes] for unit, codes in issued.items()} == {
        NORTH: [f"{NORTH}-{number}" for number in (1, 2, 3, 4)],
        SOUTH: [],
        OTHER: [],
    }
    rows = await world.database.run("SELECT unit, invited FROM wave WHERE family = ?", FAMILY)
    assert {row["unit"]: row["invited"] for row in rows} == {NORTH: 4, SOUTH: 2, OTHER: 0}
    assert await world.codes(NORTH) == []


async def test_only_the_operator_issues_everywhere(world: World) -> None:
    await world.placements(NORTH, 2)
    await world.open()
    with pytest.raises(NotFound):
        await issue_everywhere(world.context(LILLBY_WORKER), world.web_keys.secret, HALF_YEAR, FAMILY)
    assert await world.database.run("SELECT 1 FROM code") == []
