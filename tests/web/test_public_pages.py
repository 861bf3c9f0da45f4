"""The public pages: what a release says, what a permalink keeps, and what the banner tells."""

from __future__ import annotations

import re

from hvb_followup.access import Role
from hvb_followup.actions.publish.measuring import measure
from tests.asking import Phone, ask, post
from tests.world import HALF_YEAR, NORTH, OTHER, SOUTH, World

BANNER = "Påhittade uppgifter"


async def test_before_the_first_release_pages_say_so_and_no_home_has_one(world: World) -> None:
    app = await world.app()
    for target, status in (
        ("/", 200),
        ("/metod", 200),
        ("/data", 200),
        (f"/hem/{NORTH}", 404),
        ("/?r=x", 404),
    ):
        assert (await ask(app, "GET", target)).status == status, target


async def test_a_draft_is_seen_by_nobody_until_it_is_signed(world: World) -> None:
    await world.placements(NORTH, 12)
    await world.open()
    for issued in await world.codes(NORTH):
        await world.answer(issued.code)
    await world.close()
    draft = await measure(world.context(), world.counter_keys, HALF_YEAR)
    app = await world.app()
    for target in (
        f"/?r={draft}",
        f"/hem/{NORTH}?r={draft}",
        f"/export/{draft}/figures.csv",
        f"/api/v1/kpi?r={draft}",
    ):
        assert (await ask(app, "GET", target)).status == 404, target
    assert (await ask(app, "GET", "/api/v1/releases")).text.count(draft) == 0
    cookie = [("cookie", f"session={await world.session(Role.UNIT_MANAGER, NORTH)}")]
    assert (
        "Inga siffror är publicerade än."
        in (await ask(app, "GET", f"/enhet/{NORTH}/resultat", headers=cookie)).text
    )


async def test_rows_of_a_release_that_are_not_public_have_no_address(world: World) -> None:
    release = await world.published()
    app = await world.app()
    for inner in (f"{release}:ledger", f"{release}:{NORTH}", f"{release}%3A{SOUTH}", f"{release}:%25"):
        for target in (f"/?r={inner}", f"/export/{inner}/figures.csv", f"/api/v1/ou?r={inner}"):
            assert (await ask(app, "GET", target)).status == 404, target


async def test_a_home_shows_its_figure_or_why_there_is_none(world: World) -> None:
    await world.published()
    app = await world.app()
    assert "8\u00a0av\u00a012" in (await ask(app, "GET", f"/hem/{NORTH}")).text
    for unit in (SOUTH, OTHER):
        page = (await ask(app, "GET", f"/hem/{unit}")).text
        assert "väntar på fler" in page
        assert "av\u00a06" not in page


async def test_every_link_of_every_public_page_leads_somewhere(world: World) -> None:
    await world.published()
    app = await world.app()
    cookie = [("cookie", f"session={await world.session(Role.UNIT_MANAGER, NORTH)}")]
    waiting, seen = ["/", "/enhet", "/svara"], set[str]()
    while waiting:
        target = waiting.pop()
        if target in seen:
            continue
        seen.add(target)
        answered = await ask(app, "GET", target, headers=cookie)
        assert answered.status == 200, target
        if "html" in answered.header("content-type"):
            links = re.findall(r'(?:href|src)="(/[^"#]*)', answered.text)
            waiting += [link.replace("&amp;", "&") for link in links if not link.startswith("/svara/lamna")]
    assert len(seen) > 15


async def test_the_banner_stands_on_every_page_but_the_neutral_ones(world: World) -> None:
    await world.published()
    cookie = [("cookie", f"session={await world.session(Role.UNIT_MANAGER, NORTH)}")]
    pages = ("/", "/metod", "/data", f"/hem/{NORTH}", "/logga-in", "/enhet", f"/enhet/{NORTH}", "/finns-inte")
    for demo in (True, False):
        app = await world.app(demo=demo)
        token = cookie if demo else []
        for target in pages:
            answered = await ask(app, "GET", target, headers=token)
            if answered.status != 303:
                assert (BANNER in answered.text) is demo, target
        assert BANNER not in (await Phone(app).get("/svara")).text


async def test_no_answering_page_has_a_banner_either(world: World) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    phone = Phone(await world.app())
    await phone.begin(issued.code)
    await phone.get("/svara/hjalp")
    await phone.post("/svara/klar")
    assert not [one for one in phone.seen if BANNER in one.text or "hvb" in one.text.lower()]


async def test_a_signed_in_mistake_is_a_page_and_a_stranger_is_shown_in_nowhere(world: World) -> None:
    app = await world.app()
    assert (await ask(app, "GET", "/enhet")).header("location") == "/logga-in"
    assert (await post(app, "/logga-ut")).header("location") == "/"
