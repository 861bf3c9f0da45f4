"""Plain facts on the pages and in the open data: dated, in Swedish money, and new as soon as they are new."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import msgspec

from hvb_followup.actions.publish.facts import refresh
from tests.actions.test_facts import inspected, offered
from tests.asking import ask
from tests.world import NORTH, OTHER, SOUTH, World


async def told(world: World) -> str:
    """A release, and facts of one home beside it; the id of the facts."""
    await world.published()
    more = {"free": 2, "includes_school": True, "includes_travel": False}
    await offered(world, "2026-01-01", price=590_000, **more)
    await inspected(world, "3.5-9/2026", "2026-10-01", areas=["safety"], decision="fine", state="open")
    return await refresh(world.context())


async def text(app: object, target: str) -> str:
    """The words of a page, without its marks."""
    page = (await ask(app, "GET", target)).text  # type: ignore[arg-type]
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_a_home_tells_its_price_its_inspections_and_that_nobody_signed(world: World) -> None:
    await told(world)
    app = await world.app()
    page = await text(app, f"/hem/{NORTH}")
    for said in (
        "Platser 8, okänt antal lediga",  # said ten months ago
        "Dygnspris 5 900 kr",
        "Ingår i priset skola",
        "Ingår inte resor",
        "Platser och pris gäller från 2026-01-01",
        "Signerat inte signerat",
        "2026-10-01 årlig tillsyn trygghet och säkerhet föreläggande med vite öppen 3.5-9/2026",
    ):
        assert said in page, said
    assert "no inspection" in await text(app, f"/hem/{OTHER}?lang=en")
    assert "Injunction with a fine" in await text(app, f"/hem/{NORTH}?lang=en")


async def test_a_free_place_is_told_with_its_day_and_can_be_searched_for(world: World) -> None:
    await world.published()
    app = await world.app()
    assert 'name="ledig"' not in (await ask(app, "GET", "/hitta")).text
    await offered(world, "2026-11-20", free=1)
    await refresh(world.context())
    assert "Platser 8, varav 1 lediga (uppgift från 20 november 2026)" in await text(app, f"/hem/{NORTH}")
    assert "8, of which 1 free (as stated on 20 November 2026)" in await text(app, f"/hem/{NORTH}?lang=en")
    found = (await ask(app, "GET", "/hitta?ledig=ja")).text
    assert re.findall(r'href="/hem/([^"]+)"', found) == [NORTH]


async def test_a_page_kept_from_before_gives_way_to_newer_facts(world: World) -> None:
    release = await world.published()
    app = await world.app()
    for target in (f"/hem/{NORTH}", f"/hem/{NORTH}?r={release}"):
        assert "Dygnspris" not in await text(app, target)
    for price, said in ((590_000, "5 900 kr"), (610_050, "6 100,50 kr")):
        await offered(world, "2026-01-01", price=price)
        world.now += dt.timedelta(minutes=15)
        await refresh(world.context())
        for target in (f"/hem/{NORTH}", f"/hem/{NORTH}?r={release}"):
            assert said in await text(app, target)


async def test_price_and_age_are_asked_for_where_they_are_known(world: World) -> None:
    await world.published()
    app = await world.app()
    assert 'name="pris"' not in (await ask(app, "GET", "/hitta")).text
    await offered(world, "2026-01-01", price=590_000)
    await refresh(world.context())
    assert 'name="alder"' in (await ask(app, "GET", "/hitta")).text
    for asked, n in (("pris=5900", 1), ("pris=5899", 0), ("alder=16", 3), ("alder=21", 0)):
        page = (await ask(app, "GET", f"/hitta?{asked}")).text
        assert len(re.findall(r'href="/hem/', page)) == n, asked


async def test_a_homes_own_ages_and_licence_are_shown_and_its_own_ages_are_searched(world: World) -> None:
    await world.published()
    app = await world.app()
    await offered(
        world, "2026-01-01", takes_from=13, takes_to=15, licence_on="2024-05-02", licence="IVO 8.1-12345/2024"
    )
    await refresh(world.context())
    page = await text(app, f"/hem/{NORTH}")
    assert "Tar emot 13–15 år" in page
    assert "Tillstånd 2024-05-02, dnr 8.1-12345/2024" in page
    other = await text(app, f"/hem/{SOUTH}")
    assert "Får ta emot" in other  # what its type of home may take
    assert "Tillstånd" not in other
    for asked, is_there in (("alder=13", True), ("alder=15", True), ("alder=16", False), ("alder=12", False)):
        found = (await ask(app, "GET", f"/hitta?{asked}")).text
        assert (f'href="/hem/{NORTH}' in found) is is_there, asked
        assert f'href="/hem/{SOUTH}' in found


async def test_words_in_the_place_of_a_licence_number_are_never_told(world: World) -> None:
    await world.published()
    await offered(world, "2026-01-01", licence_on="2024-05-02", licence="handläggare Anna Andersson")
    await refresh(world.context())
    page = await text(await world.app(), f"/hem/{NORTH}")
    assert "Andersson" not in page
    assert "Tillstånd 2024-05-02" in page


async def test_price_stands_beside_quality_and_is_never_divided(world: World) -> None:
    await told(world)
    page = await text(await world.app(), f"/jamfor?ou={NORTH},{SOUTH}")
    assert page.count("5 900 kr") == 1
    assert not re.search(r"kr\s*(per|/)\s*(?!dygn)", page)


async def test_open_data_carries_the_facts_under_their_own_id(world: World) -> None:
    facts = await told(world)
    app = await world.app()
    rows = msgspec.json.decode((await ask(app, "GET", "/api/v1/ou")).body)["values"]
    known = {row["id"]: row["facts"] for row in rows}
    assert known[NORTH]["capacity"]["price"] == 590_000
    assert known[NORTH]["inspections"][0]["decision"] == "fine"
    assert "capacity" not in known[OTHER]
    files = {}
    for table in ("facts", "inspections"):
        answered = await ask(app, "GET", f"/export/{facts}/{table}.csv")
        files[table] = list(csv.DictReader(io.StringIO(answered.body.decode("utf-8-sig"))))
        assert (await ask(app, "GET", f"/export/{facts}/{table}.parquet")).status == 200
    by_home = {row["ou"]: row for row in files["facts"]}
    assert (by_home[NORTH]["price"], by_home[NORTH]["places"], by_home[OTHER]["price"]) == ("590000", "8", "")
    assert [(row["ou"], row["reference"]) for row in files["inspections"]] == [(NORTH, "3.5-9/2026")]
    assert f"/export/{facts}/facts.csv" in (await ask(app, "GET", "/data")).text


async def test_facts_are_no_release_and_a_release_has_no_facts_of_its_own(world: World) -> None:
    facts = await told(world)
    app = await world.app()
    release = msgspec.json.decode((await ask(app, "GET", "/api/v1/releases")).body)["values"][0]["id"]
    for target in (f"/?r={facts}", f"/export/{facts}/figures.csv", f"/export/{release}/facts.csv"):
        assert (await ask(app, "GET", target)).status == 404, target
