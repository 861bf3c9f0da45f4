"""The municipality gives addresses that nobody reads again, and the operator sees counts from five (issue 5, deliver 3)."""

from __future__ import annotations

import datetime as dt
import re

import httpx

from hvb_followup.access import Role
from hvb_followup.keys.contacts import open_contact
from hvb_followup.store import contacts, sent
from hvb_followup.waves.contact import Channel
from tests.world import LILLBY, NORTH, OTHER, STORBY, World

START = dt.date(2026, 6, 1)
PHONE = "070-123 45 67"


async def signed_in(world: World, role: Role, scope: str = "") -> httpx.AsyncClient:
    token = await world.session(role, scope)
    client = await world.client()
    client.cookies.set("session", token)
    return client


def form(**changed: str) -> dict[str, str]:
    return {"placering": "L1", "kanal": "sms", "adress": PHONE, "sprak": "sv", "do": "keep", **changed}


async def kept(world: World, placement: str = "L1") -> tuple[str, str] | None:
    """Channel and address as whoever sends will read them."""
    reached = await contacts.one(world.database, placement)
    if reached is None:
        return None
    contact = open_contact(reached.body, placement, world.mailing_keys.contacts)
    assert contact is not None
    return contact.channel, contact.address


async def test_an_address_is_sealed_and_never_shown_again(world: World) -> None:
    await world.placement("L1", START)
    async with await signed_in(world, Role.CASE_WORKER, LILLBY) as client:
        assert "i brev från er" in (await client.get("/min-kommun/utskick")).text
        answered = await client.post("/min-kommun/utskick", data=form())
        page = (await client.get("/min-kommun/utskick")).text
    assert answered.status_code == 303
    assert "till adressen som ni har lagt in" in page
    assert "123 45" not in page
    assert await kept(world) == (Channel.SMS, "+46701234567")
    rows = await world.database.run("SELECT body FROM contact")
    assert b"46701234567" not in bytes(rows[0]["body"])
    noted = await world.database.run("SELECT what FROM audit WHERE did = 'contact:keep'")
    assert sorted(row["what"] for row in noted) == [LILLBY + " sett", LILLBY + " sett", "L1 lagd"]


async def test_protected_identity_keeps_no_address_and_looks_like_any_other(world: World) -> None:
    """R7 R1: protected identity is a letter and nothing else, and the municipality sees that it is to write it."""
    await world.placement("L1", START)
    await world.placement("L2", START)
    async with await signed_in(world, Role.CASE_WORKER, LILLBY) as client:
        for placement, chosen in (("L1", {"skyddad": "ja"}), ("L2", {"kanal": "letter"})):
            for one in ({}, chosen):  # an address that is there already is forgotten
                saved = await client.post("/min-kommun/utskick", data=form(placering=placement, **one))
                assert saved.status_code == 303
        page = (await client.get("/min-kommun/utskick")).text
    assert page.count("i brev från er") == 2
    assert "till adressen" not in page
    assert await world.database.run("SELECT placement FROM contact") == []


async def test_an_address_that_is_none_is_refused_with_how_to_write_it(world: World) -> None:
    await world.placement("L1", START)
    async with await signed_in(world, Role.CASE_WORKER, LILLBY) as client:
        for channel, typed in (("sms", "tolv"), ("email", "a@b"), ("sms", ""), ("brevduva", PHONE)):
            refused = await client.post("/min-kommun/utskick", data=form(kanal=channel, adress=typed))
            assert refused.status_code == 422
            assert "070-123 45 67" in refused.text
    assert await kept(world) is None


async def test_only_the_placing_municipality_gives_an_address_or_takes_it_back(world: World) -> None:
    await world.placement("L1", START)
    await world.placement("L3", START, unit=OTHER, municipality=STORBY)
    async with await signed_in(world, Role.CASE_WORKER, LILLBY) as client:
        foreign = await client.post("/min-kommun/utskick", data=form(placering="L3"))
        missing = await client.post("/min-kommun/utskick", data=form(placering="L9"))
        assert (foreign.status_code, foreign.content) == (404, missing.content)
        await client.post("/min-kommun/utskick", data=form())
        assert "L3" not in (await client.get("/min-kommun/utskick")).text
        async with await signed_in(world, Role.CASE_WORKER, STORBY) as other:
            assert (await other.post("/min-kommun/utskick", data=form(do="erase"))).status_code == 404
        assert await kept(world) is not None
        assert (await client.post("/min-kommun/utskick", data=form(do="erase"))).status_code == 303
    assert await kept(world) is None


async def test_the_municipality_is_told_which_address_to_mend_until_it_is(world: World) -> None:
    await world.placement("L1", START)
    async with await signed_in(world, Role.CASE_WORKER, LILLBY) as client:
        await client.post("/min-kommun/utskick", data=form())
        async with world.database.transaction():
            await contacts.to_be_mended(world.database, "L1")
        assert "Kontrollera adressen" in (await client.get("/min-kommun/utskick")).text
        await client.post("/min-kommun/utskick", data=form(adress="0701234568"))
        assert "Kontrollera adressen" not in (await client.get("/min-kommun/utskick")).text


async def test_the_operator_sees_counts_from_five_and_of_few_nothing_else(world: World) -> None:
    day = world.now.date()
    counts = {"Skåne": (12, 7, 5), "Gotland": (4, 4, 4), "Kalmar": (6, 6, 2), "Halland": (5, 0, 0)}
    async with world.database.transaction():
        for lan, (handled, first, failed) in counts.items():
            for number in range(handled):
                await sent.count(
                    world.database, day, lan, first=number < first, undeliverable=number < failed
                )
    async with await signed_in(world, Role.OPERATOR) as client:
        page = (await client.get("/drift/utskick")).text
    rows = {cells[0]: cells[1:] for cells in _rows(page)}
    few = "färre än 5"
    assert rows == {
        "Skåne": ["12", "7", "5"],
        "Gotland": [few, "–", "–"],
        "Kalmar": ["6", "6", few],
        "Halland": ["5", "0", "0"],
    }


async def test_the_pages_are_found_from_the_first_one_after_signing_in(world: World) -> None:
    for role, scope, ways in (
        (
            Role.CASE_WORKER,
            LILLBY,
            [f"/min-kommun/{one}" for one in ("placeringar", "koder", "utskick", "aterkoppling")],
        ),
        (Role.OPERATOR, "", ["/drift/utskick", "/drift/larm"]),
        (Role.UNIT_MANAGER, NORTH, []),
    ):
        async with await signed_in(world, role, scope) as client:
            found = re.findall(r'href="(/(?:min-kommun|drift)[^"]*)"', (await client.get("/enhet")).text)
        assert found == ways


def _rows(page: str) -> list[list[str]]:
    body = page.split("<tbody")[1]
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("<tr ")[1:]]
