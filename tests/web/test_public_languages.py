"""English all the way, pages that need not be fetched twice, and permalinks that stay with their release."""

from __future__ import annotations

import gzip
import re
from html import unescape

from litestar import Litestar

from hvb_followup.web.cupboard import Cupboard
from tests.asking import Answered, ask
from tests.world import ALFA, NORTH, OTHER, SOUTH, World

PAGES = (
    "/",
    "/hitta",
    "/hitta?lan=Gotland&platser=9",
    f"/jamfor?ou={NORTH},{SOUTH}",
    f"/jamfor?utforare={ALFA}",
    "/jamfor",
    f"/hem/{NORTH}",
    f"/hem/{OTHER}",
    f"/utforare/{ALFA}",
    "/indikator/U01",
    "/lan",
    "/regi",
    "/metod",
    "/data",
    "/hem/HFINNSX",
)
# Without a language: files, open data, the staff's door.
NO_LANGUAGE = ("/static/", "/export/", "/openapi.json", "/logga-in")
# What is Swedish on an English page by right: names, the way to Swedish, the log of an indicator.
NAMES = (
    "HVB-uppföljning",
    "Norrgården",
    "Södergården",
    "Beta Vård",
    "Påhittade kommunförbundet",
    "På svenska",
)


def linked(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'(?:href|action)="(/[^"]*)"', page)]


def words_of(page: str) -> str:
    page = re.sub(r'<(\w+)[^>]* lang="sv"[^>]*>.*?</\1>', " ", page, flags=re.DOTALL)
    page = re.sub(r'<ul class="(?:lan-map|plain-list)">.*?</ul>', " ", page, flags=re.DOTALL)
    text = unescape(re.sub(r"<[^>]+>", " ", page))
    for name in NAMES:
        text = text.replace(name, " ")
    return text


async def english(app: Litestar, target: str) -> Answered:
    return await ask(app, "GET", f"{target}{'&' if '?' in target else '?'}lang=en")


async def test_an_english_page_leads_only_to_english_pages(world: World) -> None:
    await world.published()
    app = await world.app()
    for target in PAGES:
        page = (await english(app, target)).text
        assert '<html lang="en">' in page, target
        strays = [
            one
            for one in linked(page)
            if "lang=en" not in one
            and not one.startswith(NO_LANGUAGE)
            and one.partition("?")[0] != target.partition("?")[0]
        ]
        if '<form class="search' in page:
            assert '<input type="hidden" name="lang" value="en">' in page
            strays = [one for one in strays if f'action="{one}"' not in page]
        assert strays == [], target


async def test_an_english_page_has_no_swedish_sentence(world: World) -> None:
    await world.published()
    app = await world.app()
    counties = {"Skåne", "Västra", "Götaland", "Västmanland", "Västernorrland", "Västerbotten", "Värmland", "Södermanland",
                "Jönköping", "Jämtland", "Gävleborg", "Östergötland", "Örebro"}  # fmt: skip
    for target in PAGES:
        said = set(re.findall(r"\w*[åäöÅÄÖ]\w*", words_of((await english(app, target)).text)))
        assert said - counties == set(), target


async def test_the_other_language_is_the_same_page(world: World) -> None:
    release = await world.published()
    app = await world.app()
    for target in ("/", f"/jamfor?ou={NORTH},{SOUTH}&kpi=U01", f"/lan?kpi=U02&r={release}"):
        page = (await ask(app, "GET", target)).text
        (other,) = [one for one in linked(page) if f'href="{one.replace("&", "&amp;")}" lang="en"' in page]
        back = (await ask(app, "GET", other)).text
        assert f'href="{target.replace("&", "&amp;")}" lang="sv"' in back


async def test_a_page_of_a_named_release_leads_on_within_that_release(world: World) -> None:
    release = await world.published()
    app = await world.app()
    page = (await ask(app, "GET", f"/hem/{NORTH}?r={release}")).text
    own = [one for one in linked(page) if not one.startswith(NO_LANGUAGE)]
    assert own
    assert [one for one in own if f"r={release}" not in one] == []


async def test_a_page_has_a_tag_and_need_not_come_twice(world: World) -> None:
    await world.published()
    app = await world.app()
    tags = set()
    for target in PAGES[:-1]:
        first = await ask(app, "GET", target, headers=[("accept-encoding", "gzip")])
        assert first.header("content-encoding") == "gzip"
        assert first.header("cache-control") == "public, max-age=300"
        assert first.header("vary") == "accept-encoding"
        plain = await ask(app, "GET", target)
        assert gzip.decompress(first.body) == plain.body
        again = await ask(app, "GET", target, headers=[("if-none-match", first.header("etag"))])
        assert (again.status, again.body) == (304, b"")
        tags.add(first.header("etag"))
    assert len(tags) == len(PAGES) - 1


async def test_what_an_address_asks_that_nobody_knows_makes_no_other_page(world: World) -> None:
    await world.published()
    app = await world.app()
    plain = await ask(app, "GET", "/hitta")
    odd = await ask(app, "GET", "/hitta?utm=1&x=%3Cscript%3E")
    assert odd.body == plain.body
    assert (await ask(app, "GET", "/hitta?" + "&".join(["lan=A"] * 201))).status == 400


def test_a_cupboard_makes_a_page_once_and_throws_out_the_least_used() -> None:
    made: list[str] = []

    def page(name: str) -> tuple[bytes, int]:
        made.append(name)
        return name.encode() * 10, 200

    cupboard = Cupboard(room=1200)
    for name in ("a", "b", "a", "c", "a", "b"):
        kept = cupboard.get("release", name, lambda name=name: page(name))  # type: ignore[misc]
        assert gzip.decompress(kept.packed) == name.encode() * 10
    assert made == ["a", "b", "c", "b"]
    assert cupboard.used <= cupboard.room
