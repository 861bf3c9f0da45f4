"""Every page of the running service at 320 and 1 280 pixels: axe, width, console, neutrality; pictures on request.

``HVB_TEST_SHOTS=folder`` keeps a picture of each page as a phone and as a desk show it, to be looked at.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from hvb_followup import content
from hvb_followup.access import Person, Role
from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.actions.publish.facts import refresh
from hvb_followup.actions.report.importing import import_register
from hvb_followup.ballot.card import issuer
from hvb_followup.store import sent, spent
from hvb_followup.store.database import opened
from hvb_followup.store.migrate import migrate
from hvb_followup.waves.contact import stop_token
from hvb_followup.waves.schedule import window
from tests.journeys.installation import PHONE, TELLING, Installation, Visitor, click, in_a_thread
from tests.telling_back import tell_back
from tests.web.own_home import placements_csv, sheet
from tests.world import ALFA, BETA, FAMILY, HALF_YEAR, LILLBY, NORTH, OTHER, SOUTH, World, make_world

pytestmark = pytest.mark.browser

WIDTHS = (320, 1280)
SHOTS = os.environ.get("HVB_TEST_SHOTS")
# All that axe knows, its best practice included; for the young also R7's sharper 7:1 for text.
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
SHARPER = {**RULES, "rules": {**RULES["rules"], "color-contrast-enhanced": {"enabled": True}}}  # type: ignore[dict-item]
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
BANNER = "Påhittade uppgifter – inga riktiga hem eller personer"
ENGLISH_BANNER = "Invented data – no real homes or people"


class Inspector:
    """Looks at a page as each reader meets it, and keeps what is wrong."""

    def __init__(self, axe_at: Sequence[int] = WIDTHS) -> None:
        self.axe_at = axe_at
        self.wrong: dict[str, list[str]] = {}
        self.looked: list[str] = []

    def look(self, visitor: Visitor, name: str) -> None:
        """Every width; all that folds out folded out; then back to the phone."""
        page, found = visitor.keep(), visitor.complaints()
        is_answering = "/svara" in page.url
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if width in self.axe_at:
                broken = Axe().run(page, options=SHARPER if is_answering else RULES).response["violations"]
                found += [f"{width}: {one['id']} {one['nodes'][0]['html'][:80]}" for one in broken]
            found += [f"{width}: scrolls sideways"] if page.evaluate(WIDE) else []
        found += neutral(visitor) if is_answering else told_as_invented(visitor)
        self.take_pictures(visitor, name)
        page.set_viewport_size(PHONE)
        visitor.said.clear()
        assert name not in self.looked
        self.looked.append(name)
        self.wrong |= {name: found} if found else {}

    def take_pictures(self, visitor: Visitor, name: str) -> None:
        """A picture as a phone and as a desk show it, where somebody asked for them."""
        if SHOTS is None:
            return
        visitor.page.evaluate("document.querySelectorAll('details').forEach(details => details.open = false)")
        folder = Path(SHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        for width in (390, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 844})
            visitor.page.screenshot(path=folder / f"{name.replace(' ', '-')}-{width}.png", full_page=True)


def neutral(visitor: Visitor) -> list[str]:
    """Somebody may stand beside: no title, address or icon says what this is or where; nothing is remembered."""
    page = visitor.page
    said = f"{page.title()} {page.url}"
    return [
        *(["tells too much: " + said] if TELLING.search(said) else []),
        *(["has a banner"] if BANNER in page.content() else []),
        *(["stores something"] if page.evaluate("localStorage.length + sessionStorage.length") else []),
    ]


def told_as_invented(visitor: Visitor) -> list[str]:
    """A demonstration says so on every page but the young people's."""
    banner = ENGLISH_BANNER if "lang=en" in visitor.page.url else BANNER
    return [] if banner in visitor.page.inner_text("header") else ["does not say that it is invented"]


@pytest.fixture
def house(tmp_path: Path, chromium: Any) -> Any:
    """Three homes in the middle of a wave: twelve have answered in one, six in another; the web is up."""
    made = Installation(tmp_path / "data", {}, {})
    in_a_thread(lambda: build(made))
    made.serve()
    yield made
    made.stop()


async def build(made: Installation) -> None:
    """Fill the installation's database through the errands."""
    async with opened(made.settings.database_url) as database:
        await migrate(database)
        world = await make_world(database, content.read(), made.folder.parent, made.settings.database_url)
        for unit, count in ((NORTH, 12), (SOUTH, 6), (OTHER, 4)):
            await world.placements(unit, count)
        await world.placements(OTHER, 2, first=5, birth_year=2013)
        await world.open()
        for unit, best in ((NORTH, 11), (SOUTH, 3)):
            for number, issued in enumerate(await world.codes(unit)):
                await world.answer(issued.code, safe_here="quite" if number < best else "not")
        await world.account(Role.UNIT_MANAGER, SOUTH, "chef-soder")
        await world.account(Role.UNIT_MANAGER, NORTH, "chef-norr")
        await world.account(Role.DATA_ENTRY, NORTH, "inmatare-norr")
        await world.account(Role.CASE_WORKER, LILLBY, "handläggare")
        await world.account(Role.OPERATOR, "", "drift")
        # Two that had moved out before anybody was asked, entered by their home and not yet by the municipality.
        moved = [f"L-{n};2010;2025-01-1{n};2025-03-20;planned_goal_met" for n in (1, 2)]
        manager = Person(name="chef-annan", role=Role.UNIT_MANAGER, scope=OTHER)
        await import_register(
            world.context(manager), "placement", placements_csv(*moved), unit=OTHER, dry_run=False
        )
        await spent.put(database, world.context().today, "receipt")
        await sent.count(database, world.context().today, "Gotland", first=True, undeliverable=False)
        await world.set_clock()


async def cards(world: World) -> list[str]:
    """The third home's codes: four of sixteen years, two of thirteen."""
    return [issued.code for issued in await world.codes(OTHER)]


async def stop_token_of(world: World) -> str:
    """What stands in the link with which somebody gets no more messages."""
    return stop_token(issuer(world.web_keys.secret).secret, bytes(16))


def at(distance: dt.timedelta) -> Callable[[World], Any]:
    """Move the clock to so long from the wave's close, and count what has closed."""

    async def move(world: World) -> None:
        world.now = window(HALF_YEAR).closes_at + distance
        await world.set_clock()
        await close_and_count(world.database, world.catalogue, world.counter_keys, world.now)

    return move


async def publish(world: World) -> str:
    """One home tells its young people back; measure, audit, sign."""
    world.now = window(HALF_YEAR).closes_at + dt.timedelta(days=8)
    await world.set_clock()
    await tell_back(world, NORTH)
    await refresh(world.context())
    return await world.release()


@pytest.mark.parametrize("axe_at", [(320,), pytest.param(WIDTHS, marks=pytest.mark.nightly)], ids=str)
def test_every_page_can_be_read_by_everybody(
    house: Installation, visitor: Callable[..., Visitor], axe_at: Sequence[int]
) -> None:
    inspector = Inspector(axe_at)
    codes = house.errand(cards)
    the_case_worker(inspector, visitor(house.url))
    young = visitor(house.url)
    the_young(inspector, young, codes, house.errand(stop_token_of))
    assert young.strangers() == [house.exit]
    the_english(inspector, visitor(house.url), codes[1])
    late_comers(inspector, house, visitor(house.url), codes[2])
    before_the_first_figure(inspector, visitor(house.url))
    release = house.errand(publish)
    everybody(inspector, visitor(house.url), release)
    those_who_sign_in(inspector, lambda: visitor(house.url))
    assert inspector.wrong == {}
    assert len(inspector.looked) >= 80
    assert house.log.read_text() == ""


def enter(young: Visitor, code: str, path: str = "/svara") -> None:
    """Type a code."""
    young.go(path).locator("#code").fill(code)
    click(young.page.locator("button.go"))


def the_young(inspector: Inspector, young: Visitor, codes: list[str], stop: str) -> None:
    """All that a young person can meet while the questions are open."""
    page = young.page
    young.go("/svara")
    inspector.look(young, "code")
    enter(young, "00000-00000-0")
    inspector.look(young, "code failed")
    young.go("/svara/hjalp")
    inspector.look(young, "help without a code")
    young.go("/svara/ta-bort")
    inspector.look(young, "withdraw")
    page.get_by_label("Fyra ord").fill("bara två")
    young.press("Ta bort")
    inspector.look(young, "withdraw failed")
    page.get_by_label("Fyra ord").fill("fyra ord står här")
    young.press("Ta bort")
    inspector.look(young, "withdrawn")
    young.go(f"/svara/inga-fler?k={stop}")
    inspector.look(young, "no more messages")
    young.press("Skicka inga fler")
    inspector.look(young, "no more messages are sent")
    young.go("/svara/finns-inte")
    inspector.look(young, "no such page for the young")
    young.go("/svara/fraga/1")
    inspector.look(young, "ended")

    enter(young, codes[5])
    inspector.look(young, "start easy")
    young.press("Nej, inte nu")
    inspector.look(young, "declined")
    enter(young, codes[5])
    young.press("Ja, jag vill svara")
    inspector.look(young, "practice")
    young.press("Hoppa över frågan")
    inspector.look(young, "question easy")
    young.press("Språk, bilder och ljud", "link")
    inspector.look(young, "how to read")
    page.get_by_label("العربية").check()
    young.press("Spara och gå vidare")
    inspector.look(young, "question in Arabic")
    young.go("/svara/form?n=1")
    inspector.look(young, "how to read in Arabic")
    page.get_by_label("Svenska").check()
    click(page.locator("button.go"))
    young.press("Göm sidan – Göm sidan och visa en annan i stället", "link")
    page.wait_for_url("**/health")
    assert young.context.cookies() == []
    page.go_back()
    assert page.locator("fieldset").count() == 0

    enter(young, codes[0])
    inspector.look(young, "start")
    young.press("Ja, jag vill svara")
    inspector.look(young, "question")
    young.press("Nästa")
    inspector.look(young, "question prompt")
    click(page.locator("label.option").first)
    young.press("Nästa")
    young.press("Tillbaka", "link")
    inspector.look(young, "question chosen")
    young.press("Jag vill ha hjälp", "link")
    assert "Det som har hänt" not in page.inner_text("main")
    inspector.look(young, "help from a question")
    young.press("Fortsätt med frågorna", "link")
    enter(young, codes[0])
    young.press("Ja, jag vill svara")
    inspector.look(young, "question resumed")
    while page.locator("h1").inner_text() != "Hjälper personalen dig så att skolan går bra?":
        young.press("Hoppa över frågan")
    inspector.look(young, "question not relevant")
    while "gjort dig illa" not in page.locator("h1").inner_text():
        young.press("Hoppa över frågan")
    inspector.look(young, "question of harm")
    click(page.get_by_text("Ja, flera gånger"))
    young.press("Nästa")
    inspector.look(young, "help panel")
    young.press("Fortsätt med frågorna", "link")
    while page.locator("h1").inner_text() != "Det var alla frågor":
        young.press("Hoppa över frågan")
    inspector.look(young, "finish")
    young.press("Klar")
    inspector.look(young, "thanks")


def the_english(inspector: Inspector, young: Visitor, code: str) -> None:
    """The same in English."""
    young.go("/svara?lang=en")
    inspector.look(young, "code in English")
    enter(young, code, "/svara?lang=en")
    inspector.look(young, "start in English")
    young.press("Yes, I want to answer")
    inspector.look(young, "question in English")
    young.press("I want help", "link")
    inspector.look(young, "help in English")
    young.go("/svara/fraga/22")
    inspector.look(young, "finish in English")
    young.press("Done")
    inspector.look(young, "thanks in English")


def the_case_worker(inspector: Inspector, person: Visitor) -> None:
    """Letters and cards for her own, while a wave is open; a file once, then told that all have one."""
    page = person.page
    person.go("/logga-in")
    page.get_by_label("Användarnamn").fill("handläggare")
    page.get_by_label("Lösenord").fill("handläggare-losenord")
    person.press("Logga in")
    person.press("Brev och kort med koder", "link")
    links_lead_somewhere(person)
    inspector.look(person, "letters and cards")
    page.locator(f'input[value="{SOUTH}:{FAMILY}:{HALF_YEAR}"]').check()
    page.get_by_label("Nya koder också").check()
    with page.expect_download() as got:
        person.press("Gör koder och hämta PDF")
    assert got.value.suggested_filename == "brev.pdf"
    page.get_by_label("Nya koder också").uncheck()
    person.press("Gör koder och hämta PDF")
    assert page.get_by_role("alert").is_visible()
    inspector.look(person, "letters and cards in vain")
    the_placements(inspector, person)


def the_placements(inspector: Inspector, person: Visitor) -> None:
    """What waits for a municipality's word; one by hand with faults; a file that is read; one confirmed."""
    page = person.page
    person.go("/enhet")
    person.press("Placeringar: lägg in och bekräfta", "link")
    inspector.look(person, "placements that wait for a municipality")
    person.press("Lägg till en placering", "link")
    page.get_by_label("Löpnummer").fill("L 7!")
    person.press("Spara")
    inspector.look(person, "placement of a municipality with faults")
    person.go("/min-kommun/importera")
    inspector.look(person, "import of a municipality")
    rows = [{"Löpnummer": f"L-{n}", "Hem": OTHER, "Födelseår": "2010"} for n in (1, 9)]
    days = ({"Startdatum": "2025-01-11", "Slutdatum": "2025-03-20"}, {"Startdatum": "2027-02-30"})
    file = sheet([{**row, "Kommun": LILLBY, **told} for row, told in zip(rows, days, strict=True)])
    page.set_input_files("#file", {"name": "lista.csv", "mimeType": "text/csv", "buffer": file})
    person.press("Kontrollera filen")
    assert page.locator("h1").inner_text() == "Placeringar: filen är läst"
    inspector.look(person, "file of a municipality")
    person.press("Placeringar", "link")
    page.get_by_label("Bekräfta L-1").check()
    person.press("Bekräfta de markerade")
    inspector.look(person, "placements of a municipality")


def late_comers(inspector: Inspector, house: Installation, young: Visitor, code: str) -> None:
    """Who is in the middle when the wave closes is told; a sitting of yesterday has ended."""
    house.errand(at(dt.timedelta(minutes=-10)))
    enter(young, code)
    young.press("Ja, jag vill svara")
    house.errand(at(dt.timedelta(minutes=5)))
    click(young.page.locator("label.option").first)
    young.press("Nästa")
    assert young.page.locator("h1").inner_text() == "Det går inte att svara längre"
    inspector.look(young, "over")


def before_the_first_figure(inspector: Inspector, anybody: Visitor) -> None:
    """An installation without a publication."""
    empty = {
        "/": "first page", "/hitta": "search", "/jamfor": "comparison", "/lan": "counties", "/regi": "own and bought",
        "/indikator/U01": "indicator", "/metod": "method", "/data": "data",
    }  # fmt: skip
    for path, name in ((path, f"{name} empty") for path, name in empty.items()):
        anybody.go(path)
        inspector.look(anybody, name)


def everybody(inspector: Inspector, anybody: Visitor, release: str) -> None:
    """The public pages, and that every link on them leads somewhere."""
    pages = {
        "first page": "/", "home with a figure": f"/hem/{NORTH}", "home that waits": f"/hem/{SOUTH}",
        "method": "/metod", "data": "/data", "permalink": f"/hem/{NORTH}?r={release}",
        "search": "/hitta", "search with filters": "/hitta?lan=Gotland&svar=10&platser=sex",
        "search in vain": "/hitta?lan=Gotland&platser=9", "comparison": f"/jamfor?ou={NORTH},{SOUTH},{OTHER}",
        "comparison of providers": f"/jamfor?utforare={ALFA},{BETA}", "nothing to compare": "/jamfor",
        "provider": f"/utforare/{ALFA}", "indicator": "/indikator/U01",
        "indicator of homes": "/indikator/D04", "counties": "/lan?kpi=U02",
        "own and bought": "/regi", "first page in English": "/?lang=en", "search in English": "/hitta?lang=en",
        "comparison in English": f"/jamfor?ou={NORTH},{SOUTH}&lang=en&r={release}", "method in English": "/metod?lang=en",
        "data in English": "/data?lang=en", "indicator in English": "/indikator/U01?lang=en",
    }  # fmt: skip
    for name, path in pages.items():
        anybody.go(path)
        links_lead_somewhere(anybody)
        inspector.look(anybody, name)
    for name, path in {
        "no such home": "/hem/HFINNSX", "one to compare": f"/jamfor?ou={NORTH}", "unknown to compare": "/jamfor?ou=HX,HY",
        "no such home in English": "/hem/HFINNSX?lang=en",
    }.items():  # fmt: skip
        anybody.go(path)
        inspector.look(anybody, name)


def links_lead_somewhere(anybody: Visitor) -> None:
    """Each address on a page answers; each part of a page that is pointed at is there."""
    page = anybody.page
    here = page.url.split("#")[0]
    for href in page.eval_on_selector_all(
        "a[href]:not([href^='tel:'])", "links => links.map(link => link.href)"
    ):
        address, _, part = href.partition("#")
        answer = anybody.context.request.get(address)
        assert answer.status == 200, f"{here}: {href}"
        assert not part or f'id="{part}"' in answer.text(), f"{here}: {href}"


def those_who_sign_in(inspector: Inspector, new: Callable[[], Visitor]) -> None:
    """The managers of six and of twelve; data entry, who sees no results; a municipality; and the operator."""
    for name, home in (
        ("chef-soder", "Södergården"),
        ("chef-norr", "Norrgården"),
        ("inmatare-norr", ""),
        ("handläggare", ""),
        ("drift", ""),
    ):
        person = new()
        person.go("/logga-in")
        if name == "chef-soder":
            inspector.look(person, "sign in")
            person.page.get_by_label("Användarnamn").fill(name)
            person.page.get_by_label("Lösenord").fill("inte detta")
            person.press("Logga in")
            inspector.look(person, "sign in failed")
        person.page.get_by_label("Användarnamn").fill(name)
        person.page.get_by_label("Lösenord").fill(f"{name}-losenord")
        person.press("Logga in")
        inspector.look(person, f"own homes of {name}")
        if home:
            person.press(home, "link")
            links_lead_somewhere(person)
            inspector.look(person, f"own home of {name}")
            person.press("Resultat", "link")
            links_lead_somewhere(person)
            inspector.look(person, f"own results of {name}")
        if name == "chef-soder":
            told_back_not_yet(inspector, person)
            person.go(f"/enhet/{NORTH}")
            inspector.look(person, "no such own home")
        if name == "chef-norr":
            told_back(inspector, person)
        if name == "handläggare":
            person.press("Har hemmen återkopplat till de unga?", "link")
            links_lead_somewhere(person)
            inspector.look(person, "feedback for a municipality")
        if name == "drift":
            for link, state in (("Utskick per dag och län", "messages by day"), ("Larm", "alarms")):
                person.go("/enhet")
                person.press(link, "link")
                links_lead_somewhere(person)
                inspector.look(person, state)


def told_back_not_yet(inspector: Inspector, manager: Visitor) -> None:
    """The waves of a home that has not told back, the form, and the form with what is wrong."""
    manager.go(f"/enhet/{SOUTH}/aterkoppling")
    links_lead_somewhere(manager)
    inspector.look(manager, "feedback of a home")
    manager.go(f"/enhet/{SOUTH}/aterkoppling/{FAMILY}/{HALF_YEAR}")
    inspector.look(manager, "feedback form")
    manager.page.get_by_label("Några ord till de unga").fill("Verksamhetens kvalitetsutveckling fortsätter.")
    manager.page.get_by_label("Vad ändras?").first.fill("Ni får välja mat på fredag.")
    manager.press("Publicera")
    inspector.look(manager, "feedback form with faults")


def told_back(inspector: Inspector, manager: Visitor) -> None:
    """What stands, the form of a newer version, and the sheet with figures on it."""
    manager.go(f"/enhet/{NORTH}/aterkoppling/{FAMILY}/{HALF_YEAR}")
    links_lead_somewhere(manager)
    inspector.look(manager, "feedback given")
    manager.press("Skriv en ny version", "link")
    inspector.look(manager, "feedback in a newer version")
    manager.go(f"/enhet/{NORTH}/aterkoppling/{FAMILY}/{HALF_YEAR}/blad")
    assert "Så svarade ni" in manager.page.inner_text("h1")
    inspector.look(manager, "sheet to put up")
    if SHOTS is not None:
        manager.page.emulate_media(media="print")
        manager.page.pdf(path=Path(SHOTS) / "sheet.pdf", prefer_css_page_size=True)
