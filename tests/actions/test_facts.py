"""Plain facts are refreshed four times an hour, hold nothing about a person, and change only when they change."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from hvb_followup.access import Person, Role
from hvb_followup.actions.publish.facts import KEPT, reference_of, refresh, refresh_when_due
from hvb_followup.actions.report.signing import quarter_of, sign_quarter
from hvb_followup.errors import NotFound
from hvb_followup.pages.facts import Facts
from hvb_followup.store import accounts, registers, releases
from hvb_followup.store.accounts import Account
from hvb_followup.store.registers import Entry
from tests.actions.test_ticking import ticked
from tests.world import NORTH, OTHER, SOUTH, World

MINUTE = dt.timedelta(minutes=1)


async def reported(world: World, register: str, row: str, body: dict[str, Any], unit: str = NORTH) -> None:
    """A home's row, as an import leaves it."""
    entry = Entry(unit, row, {"unit": unit, **body})
    await registers.put(world.database, register, [entry], unit=unit, made_at=world.now, made_by="prov")


async def offered(world: World, from_on: str, **more: Any) -> None:
    await reported(world, "capacity", from_on, {"from_on": from_on, "places": 8, **more})


async def inspected(world: World, reference: str, held_on: str, **more: Any) -> None:
    body = {"reference": reference, "held_on": held_on, "kind": "annual", **more}
    await reported(world, "inspections", reference, body)


async def newest(world: World) -> tuple[str, Facts]:
    """The newest facts: as they are written, and as they are read."""
    newest_id = await releases.newest_facts_id(world.database)
    row = await releases.release(newest_id or "")
    assert row is not None
    return row.body, msgspec.json.decode(row.body, type=Facts)


async def n_facts(world: World) -> int:
    return len(await releases.published("facts"))


async def test_the_price_is_the_one_that_holds_on_the_day(world: World) -> None:
    await offered(world, "2026-01-01", price=500_000)
    await offered(world, "2026-10-20", price=510_050, free=2, includes_school=True)
    await offered(world, "2026-10-21", price=900_000)
    await refresh(world.context())
    known = (await newest(world))[1].homes
    found = known[NORTH].capacity
    assert found is not None
    assert (found.from_on, found.price, found.free) == (dt.date(2026, 10, 20), 510_050, 2)
    assert (found.includes_school, found.includes_travel) == (True, None)
    assert known[OTHER].capacity is None
    world.now += dt.timedelta(days=1)
    await refresh(world.context())
    tomorrow = (await newest(world))[1].homes[NORTH].capacity
    assert tomorrow is not None
    assert tomorrow.price == 900_000


@pytest.mark.parametrize(("day", "free", "is_old"), [("2026-09-29", 2, False), ("2026-09-28", None, True)])
async def test_free_places_are_known_for_21_days(
    world: World, day: str, free: int | None, is_old: bool
) -> None:
    """R8 §7.4, counted to the day on which the facts are refreshed: here 20 October."""
    await offered(world, day, free=2)
    await refresh(world.context())
    found = (await newest(world))[1].homes[NORTH].capacity
    assert found is not None
    assert (found.free, found.is_free_old, found.places) == (free, is_old, 8)


async def test_free_places_grow_old_by_themselves(world: World) -> None:
    await offered(world, "2026-10-20", free=2)
    await refresh(world.context())
    world.now += dt.timedelta(days=21)
    assert await refresh(world.context()) == ""
    world.now += dt.timedelta(days=1)
    assert await refresh(world.context())


async def test_inspections_of_two_years_are_told_in_codes_the_newest_first(world: World) -> None:
    await inspected(world, "3.5-1/2024", "2024-10-18")
    await inspected(world, "3.5-2/2024", "2024-11-19", decision="no_remark", state="closed")
    await inspected(
        world, "3.5-9/2026", "2026-10-01", areas=["safety", "other"], decision="fine", state="open"
    )
    await refresh(world.context())
    found = (await newest(world))[1].homes[NORTH].inspections
    assert [one.reference for one in found] == ["3.5-9/2026", "3.5-2/2024"]
    assert (found[0].areas, found[0].decision, found[0].state) == (("safety", "other"), "fine", "open")


async def test_a_signature_is_told_by_role_and_day_and_never_by_name(world: World) -> None:
    manager = Person(name="Påhittad Person", role=Role.UNIT_MANAGER, scope=NORTH)
    async with world.database.transaction():
        account = Account(name=manager.name, role="unit_manager", scope=NORTH, password="x")
        await accounts.put_account(world.database, account)
    await offered(world, "2026-02-01")
    for quarter in ("2026K3", "2026K1"):
        await offered(world, "2026-08-01")
        seen = await quarter_of(world.context(manager), NORTH, quarter)
        await sign_quarter(world.context(manager), NORTH, quarter, seen.hash)
    await refresh(world.context())
    body, facts = await newest(world)
    signed = facts.homes[NORTH].signed
    assert signed is not None
    assert (signed.quarter, signed.role, signed.signed_on) == (
        "2026K3",
        "unit_manager",
        dt.date(2026, 10, 20),
    )
    assert facts.homes[SOUTH].signed is None
    assert manager.name not in body


async def test_nothing_that_was_written_in_words_and_nobodys_id_gets_in(world: World) -> None:
    await world.placements(NORTH, 3)
    planted = {
        "supplement": "Kalle extra natt",
        "agreement": "Avtal om Kalle",
        "placement": f"{NORTH}-1",
        "staff": "P-17 Kalle",
        "note": "Kalle",
    }
    await offered(world, "2026-01-01", price=1, **planted)
    await inspected(
        world, f"{NORTH}-1", "2026-10-01", decision="Kalle", areas=["Kalle"], state="Kalle", **planted
    )
    await reported(world, "staff", "P-17", {"key": "P-17", "signature": "Kalle"})
    event = {"id": "E-17", "placement": f"{NORTH}-1", "description": "Kalle"}
    await reported(world, "events", "E-17", event)
    await refresh(world.context())
    body, facts = await newest(world)
    for one in ("Kalle", "kalle", f"{NORTH}-1", "P-17", "E-17", "placement", "staff", "supplement"):
        assert one not in body, one
    assert len(facts.homes[NORTH].inspections) == 1
    # The reader refuses any field that is not declared: the shape is the whole of what can be told.
    more = body.replace('"places":8', '"places":8,"agreement":"x"')
    assert more != body
    with pytest.raises(msgspec.ValidationError, match="agreement"):
        msgspec.json.decode(more, type=Facts)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("3.5.1-41234/2025-8", "3.5.1-41234/2025-8"),
        ("IVO 2025/123", "2025/123"),
        ("SoN 2026:17", "2026:17"),
        ("PÅHITT 01234-1/2026", "01234-1/2026"),
        ("Kalle Karlsson 2026/1", ""),
        ("Kalle 2010-05-12", ""),
        ("2010-05-12-1234", ""),
        ("20100512-1234", ""),
        ("L-000123", ""),
        ("P-17", ""),
        ("ring 070-123 45 67", ""),
        ("2026", ""),
    ],
)
def test_of_a_reference_only_the_number_of_a_diary_is_told(said: str, told: str) -> None:
    assert reference_of(said) == told


async def test_the_same_facts_are_published_once_and_come_back_as_the_same(world: World) -> None:
    await offered(world, "2026-01-01", price=500_000)
    first = await refresh(world.context())
    assert first
    assert await refresh(world.context()) == ""
    await offered(world, "2026-01-01", price=510_000)
    world.now += MINUTE
    assert await refresh(world.context()) not in ("", first)
    await offered(world, "2026-01-01", price=500_000)
    world.now += MINUTE
    assert await refresh(world.context()) == first
    assert await releases.newest_facts_id(world.database) == first
    assert await n_facts(world) == 2


async def test_a_tick_refreshes_every_fifteen_minutes_and_no_oftener(world: World) -> None:
    start = world.now
    assert (await ticked(world, start)).facts
    await offered(world, "2026-01-01")
    assert (await ticked(world, start + 14 * MINUTE)).facts == ""
    assert (await ticked(world, start + 15 * MINUTE)).facts
    assert (await ticked(world, start + 16 * MINUTE)).facts == ""
    assert (await ticked(world, start + 45 * MINUTE)).facts == ""
    assert await n_facts(world) == 2


async def test_facts_of_ninety_days_ago_are_forgotten_but_never_the_newest(world: World) -> None:
    first = await refresh(world.context())
    world.now += KEPT + MINUTE
    assert await refresh_when_due(world.context()) == ""
    assert await n_facts(world) == 1
    await offered(world, "2026-01-01")
    second = await refresh(world.context())
    assert [one.id for one in await releases.published("facts")] == [second]
    assert await releases.release(first) is None


async def test_only_who_may_measure_may_refresh(world: World) -> None:
    with pytest.raises(NotFound):
        await refresh(world.context(Person(name="x", role=Role.UNIT_MANAGER, scope=NORTH)))
    assert await n_facts(world) == 0
