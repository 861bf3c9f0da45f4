"""The public pages: what a release says, what a permalink keeps, and what the banner tells."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import msgspec

from hvb_followup.access import Role
from hvb_followup.actions.publish.measuring import measure
from hvb_followup.questionnaires.help_lines import HelpLine
from hvb_followup.web.pages_of import source_of
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


def test_every_indicator_stands_under_who_tells_it(world: World) -> None:
    """Young people, staff, registers: written from R8 §3, not from the definitions."""
    told = {one.id: source_of(one) for one in world.catalogue.indicators}
    for source, indicators in {
        "known": "Q01",
        "young": "U01 U01w U05 D01 D02w H06 T01",
        "change": "R01 R01k R02 R03 R03s",
        "placements": "S01 S02 S07 S10 S12 H01 H03 T08",
        "staff": "P01 P02 P03 P04 S08",
        "staff_answers": "P08a P08bw",
        "events": "T03 T06",
        "duty": "D04",
    }.items():
        assert {one: told[one] for one in indicators.split()} == dict.fromkeys(indicators.split(), source)


async def test_a_homes_page_ends_with_the_lines_that_somebody_has_tried(world: World) -> None:
    tried = HelpLine(
        name="Bris", phone="116 111", verified_on=dt.date(2026, 11, 1), hours="Dygnet runt.",
        hours_in={"en": "Day and night."}, oldest=17, free=True,
    )  # fmt: skip
    untried = HelpLine(name="Påhittade linjen", phone="020-00 00 00", hours="Ibland.")
    await world.published()
    # No wave opens with a line that nobody has tried; it may be added while none is open.
    world.deployment = msgspec.structs.replace(world.deployment, helpline=(tried, untried))
    app = await world.app()
    for language, heading, said in (
        ("sv", "Bor du här? Så här kan du säga till", "Dygnet runt. För dig under 18 år. Gratis."),
        ("en", "Do you live here? This is how you can speak up", "Day and night."),
    ):
        page = (await ask(app, "GET", f"/hem/{NORTH}?lang={language}")).text
        foot = page[page.index(heading) :]
        assert 'href="tel:116111"' in foot
        assert said in " ".join(re.sub(r"<[^>]+>", "", foot).split())
        assert "Påhittade linjen" not in page


async def test_every_sign_of_the_files_is_explained_and_no_other(world: World) -> None:
    release = await world.published()
    app = await world.app()
    file = (await ask(app, "GET", f"/export/{release}/figures.csv")).body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file)))
    page = (await ask(app, "GET", "/data")).text
    signs = page[page.index('id="tecken"') :]
    for column in ("status", "outcome"):
        told = {row[column] for row in rows} - {""}
        assert set(re.findall(rf"<code>{column}</code> = <code>(.*?)</code>", signs)) == told
    assert {row["status"] for row in rows} == {"", ".."}
    method = (await ask(app, "GET", "/metod")).text
    explained = method[method.index('id="tecken"') :]
    assert "väntar på fler" in explained
    assert "inte inlämnat" not in explained
