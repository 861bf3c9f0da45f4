"""A municipality prints its codes: only its own, once, in the answer that issues them (DESIGN §4.8, §4.13)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from hvb_followup.access import Role
from hvb_followup.pseudonyms import read_code
from tests.documents.reading import pages
from tests.web.test_sendouts import signed_in
from tests.world import FAMILY, HALF_YEAR, LILLBY, NORTH, OTHER, STORBY, World

KODER = "/min-kommun/koder"
WAVE = f"{NORTH}:{FAMILY}:{HALF_YEAR}"
CODE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")


def form(**changed: str) -> dict[str, str]:
    return {"matomgang": WAVE, "som": "letters", "sprak": "sv", **changed}


def codes_on(answered: httpx.Response) -> list[str]:
    assert answered.headers["content-type"] == "application/pdf"
    return [read_code(one) for one in CODE.findall(" ".join(pages(answered.content)))]


@pytest.fixture
async def lillby(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """Four in the north home, two of them Lillby's, and one of Storby's in the third; the wave is open."""
    await world.placements(NORTH, 4)
    await world.placements(OTHER, 1, first=2)
    await world.open()
    async with await signed_in(world, Role.CASE_WORKER, LILLBY) as client:
        yield client


@pytest.mark.parametrize(
    ("layout", "name", "n_pages"), [("letters", "brev.pdf", 2), ("cards", "kort.pdf", 1)]
)
async def test_letters_and_cards_hold_codes_that_open_and_come_once(
    lillby: httpx.AsyncClient, world: World, layout: str, name: str, n_pages: int
) -> None:
    answered = await lillby.post(KODER, data=form(som=layout))
    assert answered.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answered.headers["cache-control"] == "no-store"
    assert len(pages(answered.content)) == n_pages
    text = " ".join(pages(answered.content))
    assert [text.count(f"{NORTH}-{number}") for number in (1, 2, 3, 4)] == [1, 0, 1, 0]
    assert text.index(f"{NORTH}-1") < text.index(f"{NORTH}-3")
    assert "30 november 2026" in text
    sittings = [await world.enter(code) for code in codes_on(answered)]
    assert [one.placement for one in sittings] == [f"{NORTH}-1", f"{NORTH}-3"]
    refused = await lillby.post(KODER, data=form(som=layout))
    assert refused.status_code == 422
    assert "Alla har redan fått en kod" in refused.text
    assert len(await world.database.run("SELECT 1 FROM code")) == 2


async def test_the_page_offers_own_open_waves_and_says_how_many_to_ask(lillby: httpx.AsyncClient) -> None:
    page = (await lillby.get(KODER)).text
    assert f'value="{WAVE}"' in page
    assert 'Hur har du det där du bor? 2 att fråga, sista dag <span class="whole">2026-11-30</span>.' in page
    assert OTHER not in page
    assert "personal:" not in page


async def test_others_waves_look_like_none(lillby: httpx.AsyncClient, world: World) -> None:
    answers = [
        await lillby.post(KODER, data=form(matomgang=wave))
        for wave in (f"{OTHER}:{FAMILY}:{HALF_YEAR}", "HFINNSX:x:2026H2", "", f"{NORTH}:personal:{HALF_YEAR}")
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert await world.database.run("SELECT 1 FROM code") == []


async def test_only_the_placing_municipality_has_the_page(lillby: httpx.AsyncClient, world: World) -> None:
    for role, scope in ((Role.UNIT_MANAGER, NORTH), (Role.PROCURER, LILLBY), (Role.OPERATOR, "")):
        async with await signed_in(world, role, scope) as other:
            assert (await other.get(KODER)).status_code == 404
            assert (await other.post(KODER, data=form())).status_code == 404
    async with await signed_in(world, Role.CASE_WORKER, STORBY) as other:
        assert [len(codes_on(await other.post(KODER, data=form())))] == [2]


@pytest.mark.parametrize(
    ("changed", "settings", "says"),
    [
        ({"sprak": "klingon"}, {}, "Språket finns inte"),
        ({}, {"answer_url": "https://svara.hvb.invalid"}, "Adressen säger"),
    ],
)
async def test_what_cannot_be_printed_is_told_before_any_code_is_issued(
    lillby: httpx.AsyncClient, world: World, changed: dict[str, str], settings: dict[str, object], says: str
) -> None:
    async with await world.client(**settings) as client:
        client.cookies = lillby.cookies
        answered = await client.post(KODER, data=form(**changed))
    assert answered.status_code == 422
    assert says in answered.text
    assert await world.database.run("SELECT 1 FROM code") == []


async def test_letters_are_for_the_young_and_others_get_cards(world: World) -> None:
    """The contact person's card says neither what it is about nor whom, but on the stub."""
    await world.placement("L-NY", world.now.date().replace(day=10))
    await world.follow()
    async with await signed_in(world, Role.CASE_WORKER, LILLBY) as client:
        wave = f"{NORTH}:kontaktperson:{HALF_YEAR}"
        refused = await client.post(KODER, data=form(matomgang=wave))
        assert (refused.status_code, "Brev finns bara till unga" in refused.text) == (422, True)
        assert len(codes_on(await client.post(KODER, data=form(matomgang=wave, som="cards")))) == 1


async def test_a_code_on_paper_is_stored_nowhere_but_on_it(lillby: httpx.AsyncClient, world: World) -> None:
    found = codes_on(await lillby.post(KODER, data=form()))
    for table in ("code", "audit", "job_run"):
        rows = str(await world.database.run(f"SELECT * FROM {table}"))
        assert [one for one in found if one in rows] == []
    notes = await world.database.run("SELECT what FROM audit WHERE did = 'codes:issue'")
    assert [row["what"] for row in notes] == [f"{WAVE} 2"]


async def test_nothing_that_a_municipality_gets_differs_by_who_has_answered(
    lillby: httpx.AsyncClient, world: World
) -> None:
    """One answers with her first code, the other not at all: pages, counts, order and last days are the same after."""
    first = await lillby.post(KODER, data=form())
    before = await everything(lillby)
    await world.answer(codes_on(first)[1])
    assert await everything(lillby) == before
    again = await lillby.post(KODER, data=form(igen="ja"))
    assert CODE.sub("", " ".join(pages(again.content))) == CODE.sub("", " ".join(pages(first.content)))
    assert await everything(lillby) == before


async def everything(client: httpx.AsyncClient) -> list[str]:
    """What a case worker's pages say."""
    told = [await client.get(path) for path in (KODER, "/min-kommun/utskick", "/enhet")]
    told.append(await client.post(KODER, data=form()))
    assert [one.status_code for one in told] == [200, 200, 200, 422]
    return [one.text for one in told]
