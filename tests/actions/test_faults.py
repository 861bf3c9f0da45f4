"""Every write errand, with its first statement failing, then its second … : nothing of it stays (R6 G3c)."""

from __future__ import annotations

from hvb_followup.access import Person, Role
from hvb_followup.actions.operate.accounts import NewAccount, make_account, sign_in
from hvb_followup.actions.operate.opening import open_waves
from hvb_followup.actions.publish.counting import close_and_count, count
from hvb_followup.actions.publish.keeping import keep_registers
from hvb_followup.actions.publish.measuring import measure
from hvb_followup.actions.publish.publishing import publish
from hvb_followup.actions.report.importing import import_register
from hvb_followup.actions.respond import answering
from hvb_followup.registry import check_symbol
from hvb_followup.store import ledger, waves
from hvb_followup.waves.schedule import window
from tests.counted import counted_in, envelopes
from tests.faults import Fault, Faults, fail_each_statement
from tests.world import FAMILY, HALF_YEAR, NORTH, World

ANALYST = Person(name="analytiker", role=Role.ANALYST)
PROVIDERS = "".join(
    f"{line}\n"
    for line in (
        "Utförarens id;Namn",
        f"PAAAAA{check_symbol('AAAAA')};Första",
        f"PBBBBB{check_symbol('BBBBB')};Andra",
    )
).encode()


async def test_opening_waves_opens_all_or_none(faults: Faults, world: World) -> None:
    said = await fail_each_statement(
        faults,
        world.database,
        lambda: open_waves(world.context(), world.means, HALF_YEAR),
    )
    assert any("INSERT INTO wave" in one for one in said)


async def test_issuing_gives_all_codes_or_none(faults: Faults, world: World) -> None:
    await world.placements(NORTH, 3)
    await world.open()
    said = await fail_each_statement(faults, world.database, lambda: world.codes(NORTH))
    assert any("INSERT INTO code" in one for one in said)
    assert any("INSERT INTO audit" in one for one in said)


async def test_saving_an_answer_saves_it_or_not(faults: Faults, world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await world.enter(issued.code)
    await fail_each_statement(faults, world.database, lambda: world.write(sitting, {"safe_here": "very"}))


async def test_klar_uses_the_code_and_seals_the_envelope_or_neither(faults: Faults, world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    sitting = await world.enter(issued.code)
    await world.write(sitting, {"safe_here": "very"})
    said = await fail_each_statement(faults, world.database, lambda: answering.finish(world.box, sitting))
    assert await envelopes(world) == 1
    for change in ("UPDATE code", "INSERT INTO envelope", "DELETE FROM draft"):
        assert any(change in one for one in said)


async def test_taking_back_is_noted_or_not(faults: Faults, world: World) -> None:
    words = ("ek", "sjö", "moln")
    await fail_each_statement(faults, world.database, lambda: answering.withdraw(world.box, words))


async def test_sealing_a_wave_changes_everything_or_nothing(faults: Faults, world: World) -> None:
    await answered(world, 6)
    await waves.close_due(world.database, window(HALF_YEAR).closes_at)
    wave = next(one for one in await waves.in_state("closed") if (one.unit, one.family) == (NORTH, FAMILY))
    said = await fail_each_statement(
        faults,
        world.database,
        lambda: count(world.database, world.catalogue, world.counter_keys, [wave]),
    )
    assert said[-1].upper().startswith("COMMIT")
    assert len(await counted_in(world)) == 6


async def test_a_count_that_fails_anywhere_is_done_again_with_the_same_answers(
    faults: Faults, world: World
) -> None:
    """Closing and counting are several transactions: each fault leaves some of them done and none half done."""
    issued = await answered(world, 6)
    closes_at = window(HALF_YEAR).closes_at
    failed = 0
    for number in range(1, 100):
        faults.arm(number)
        try:
            await close_and_count(world.database, world.catalogue, world.counter_keys, closes_at)
        except Fault:
            failed += 1
        faults.disarm()
        wave = await waves.wave(f"{NORTH}:ung-upplevelse:{HALF_YEAR}")
        assert wave is not None
        assert await envelopes(world) == (0 if wave.state == "counted" else 6)
        if not faults.has_fired:
            break
    assert failed > 5
    assert len(await counted_in(world)) == len(issued) == 6


async def test_measuring_leaves_a_whole_draft_or_none(faults: Faults, world: World) -> None:
    await answered(world, 12)
    await world.close()
    await keep_registers(world.context(), world.counter_keys, HALF_YEAR)
    said = await fail_each_statement(
        faults, world.database, lambda: measure(world.context(), world.counter_keys, HALF_YEAR)
    )
    assert any("INSERT INTO release" in one for one in said)


async def test_keeping_the_registers_keeps_all_or_nothing(faults: Faults, world: World) -> None:
    said = await fail_each_statement(
        faults, world.database, lambda: keep_registers(world.context(), world.counter_keys, HALF_YEAR)
    )
    assert any("INSERT INTO datum" in one for one in said)


async def test_publishing_turns_every_row_or_none(faults: Faults, world: World) -> None:
    await answered(world, 12)
    await world.close()
    draft = await measure(world.context(), world.counter_keys, HALF_YEAR)
    await fail_each_statement(
        faults, world.database, lambda: publish(world.context(ANALYST), world.counter_keys, draft)
    )
    rows = await world.database.run("SELECT state, signed_by FROM release")
    assert {(row["state"], row["signed_by"]) for row in rows} == {("published", "analytiker")}


async def test_importing_stores_all_accepted_rows_or_none(faults: Faults, world: World) -> None:
    said = await fail_each_statement(
        faults,
        world.database,
        lambda: import_register(world.context(), "provider", PROVIDERS, dry_run=False),
    )
    assert any("INSERT INTO provider" in one for one in said)


async def test_an_account_is_made_with_its_audit_row_or_not_at_all(faults: Faults, world: World) -> None:
    new = NewAccount(name="ny", role=Role.ANALYST, scope="", password="ett-långt-lösenord")
    said = await fail_each_statement(
        faults, world.database, lambda: make_account(world.context(), new, second_factor=False)
    )
    assert [any(f"INSERT INTO {table}" in one for one in said) for table in ("account", "audit")] == [
        True
    ] * 2
    name, password, now = new.name, new.password, world.now
    await fail_each_statement(faults, world.database, lambda: sign_in(world.gate, name, password, "", now))


async def test_chaining_links_every_loose_row_or_none(faults: Faults, world: World) -> None:
    for number in range(3):
        await ledger.note(world.database, world.now, "någon", "något", str(number))

    async def chain() -> None:
        async with world.database.transaction():
            await ledger.chain(world.database, world.counter_keys.audit)

    await fail_each_statement(faults, world.database, chain)
    assert await ledger.first_broken(world.database, world.counter_keys.audit) is None


async def answered(world: World, count: int) -> list[str]:
    """So many have answered in the northern home; their placements."""
    await world.placements(NORTH, count)
    await world.open()
    issued = await world.codes(NORTH)
    for one in issued:
        await world.answer(one.code)
    return [one.placement for one in issued]
