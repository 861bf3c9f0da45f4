"""A home's manager, with a keyboard alone and 320 pixels: sign in, staff list, verdicts, what-if, and a signed quarter."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FileChooser, Locator, Page

from hvb_followup import content
from hvb_followup.access import Role
from hvb_followup.store.database import opened
from hvb_followup.store.migrate import migrate
from tests.journeys.installation import Installation, Visitor, in_a_thread
from tests.journeys.test_every_page import Inspector, links_lead_somewhere
from tests.web.own_home import hours_csv, placements_csv, staff_csv
from tests.world import NORTH, make_world

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
TRIES = 6
NUMBER = "19121212" + "-" + "1212"  # of nobody: a test number of Skatteverket's


@pytest.fixture
def house(tmp_path: Path, chromium: Any) -> Any:
    """Three homes without a single row in their registers; the web is up."""
    made = Installation(tmp_path / "data", {}, {})
    in_a_thread(lambda: build(made))
    made.serve()
    yield made
    made.stop()


async def build(made: Installation) -> None:
    """Homes, a manager and a data entry clerk, on 20 October 2026."""
    async with opened(made.settings.database_url) as database:
        await migrate(database)
        world = await make_world(database, content.read(), made.folder.parent, made.settings.database_url)
        world.now = dt.datetime(2026, 10, 20, 10, tzinfo=dt.UTC)
        await world.account(Role.UNIT_MANAGER, NORTH, "chef-norr")
        await world.account(Role.DATA_ENTRY, NORTH, "inmatare-norr")
        await world.set_clock()


class Keys:
    """A keyboard and nothing else."""

    def __init__(self, visitor: Visitor, inspector: Inspector) -> None:
        self.visitor, self.inspector, self.page = visitor, inspector, visitor.page
        # Listened for from the first page on: a listener added with the key that opens the window may come too late.
        self.windows: list[FileChooser] = []
        self.page.on("filechooser", lambda window: self.windows.append(window))

    def to(self, control: Locator) -> None:
        """Tab until the control has focus; it must then be seen."""
        control.first.wait_for()
        for _ in range(120):
            if control.first.evaluate("one => one === document.activeElement"):
                assert control.first.evaluate(IN_VIEW), "what has focus cannot be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{control} cannot be reached with Tab")

    def write(self, label: str, said: str) -> None:
        """Type into a field."""
        self.to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(said)

    def press(self, name: str | re.Pattern[str], role: Any = "button") -> Page:
        """Tab to a button or link and press Enter; the page that comes is kept."""
        exact = isinstance(name, str)
        self.to(self.page.get_by_role(role, name=name, exact=exact))
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        return self.visitor.keep()

    def choose(self, label: str, option: str) -> None:
        """Pick an option of a list by its first letters."""
        box = self.page.get_by_label(label, exact=True)
        self.to(box)
        self.page.keyboard.press("Home")
        for _ in range(30):
            if box.evaluate("one => one.selectedOptions[0].textContent").startswith(option):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no option {option}")

    def attach(self, label: str, file: Path) -> None:
        """Choose a file in the browser's own window."""
        self.to(self.page.get_by_label(label, exact=True))
        self.windows.clear()
        for _ in range(TRIES):
            self.page.keyboard.press("Space")
            if self.opened():
                return self.windows[-1].set_files(file)
        raise AssertionError(f"no window opened for {label}")

    def opened(self) -> bool:
        """True when the browser's window came within ten seconds; a loaded machine may lose a key."""
        for _ in range(100):
            self.page.wait_for_timeout(100)
            if self.windows:
                return True
        return False

    def look(self, name: str) -> None:
        """The page as everybody meets it, and then narrow again."""
        self.inspector.look(self.visitor, name)
        self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]

    def says(self) -> str:
        """What the page says."""
        return " ".join(self.page.inner_text("main").split())


IN_VIEW = """one => { const box = one.getBoundingClientRect();
return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth }"""


def test_a_manager_walks_from_sign_in_to_what_if_by_keyboard_alone(
    house: Installation, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    inspector = Inspector()
    manager = visitor(house.url, viewport=NARROW, reduced_motion="reduce")
    keys = Keys(manager, inspector)
    manager.go("/logga-in")
    keys.write("Användarnamn", "chef-norr")
    keys.write("Lösenord", "chef-norr-losenord")
    keys.press("Logga in")
    keys.press("Norrgården", "link")
    keys.look("hemmet empty")
    the_empty_pages(keys)
    a_staff_list(keys, tmp_path)
    verdicts(keys)
    what_if(keys)
    the_rest_of_the_quarter(keys, tmp_path)
    signing(keys)
    assert inspector.wrong == {}
    assert manager.complaints() == []
    assert manager.strangers() == []
    assert not [text for text in [*manager.bodies, *manager.seen] if NUMBER in text]
    assert house.log.read_text() == ""


def the_empty_pages(keys: Keys) -> None:
    """Each says what to do first; every link leads somewhere."""
    for way, name in (("Placeringar", "placements"), ("Personal", "staff"), ("Importera", "import")):
        keys.press(way, "link")
        links_lead_somewhere(keys.visitor)
        keys.look(f"{name} empty")


def a_staff_list(keys: Keys, folder: Path) -> None:
    """Refused for a personnummer; read with faults and questions; mended; put in."""
    file = folder / "personal.csv"
    file.write_bytes(staff_csv({("P-02", "Personalnyckel"): NUMBER}))
    keys.attach("Personal: fil", file)
    keys.press("Kontrollera filen")
    assert "Rad 3, cell A3, Personalnyckel: Cellen ser ut som ett personnummer." in keys.says()
    keys.look("import refused")
    file.write_bytes(staff_csv({("P-03", "Roll"): "chefen", ("P-02", "Utbildning 1 år"): "12"}))
    keys.attach("Personal: fil", file)
    keys.press("Kontrollera filen")
    assert "5 rader lästa: 3 klara, 1 att bekräfta, 1 med fel." in keys.says()
    keys.look("import read")
    keys.to(keys.page.get_by_role("checkbox"))
    keys.page.keyboard.press("Space")
    keys.press("Lägg in")
    assert "Skriv varför raderna stämmer" in keys.says()
    keys.look("import without a reason")
    keys.press("Avbryt och välj en annan fil", "link")
    file.write_bytes(staff_csv())
    keys.attach("Personal: fil", file)
    keys.press("Kontrollera filen")
    assert "5 rader lästa: 5 klara." in keys.says()
    keys.press("Lägg in")
    assert "Personal, 2026-10-20" in keys.says()
    keys.look("import done")


def verdicts(keys: Keys) -> None:
    """Person by person, with reason and paragraph, and on another day."""
    keys.press("Personal", "link")
    assert "5 personer arbetar här 2026-10-20." in keys.says()
    summary = keys.page.locator("#p-P-04 summary")
    keys.to(summary)
    keys.page.keyboard.press("Enter")
    keys.page.locator("#p-P-04 details[open]").first.wait_for()
    told = keys.page.locator("#p-P-04").inner_text()
    assert "Särskilda skäl är nedskrivna och gäller till och med 2026-11-30." in told
    assert "SoF (2025:468) 5 kap. 4 §" in told
    links_lead_somewhere(keys.visitor)
    keys.look("staff")
    keys.write("Dag", "i morgon")
    keys.press("Visa")
    assert "Datumet ändrades inte" in keys.says()
    keys.look("staff wrong day")
    keys.write("Dag", "2021-06-01")
    keys.press("Visa")
    assert "2 personer arbetar här 2021-06-01." in keys.says()
    keys.look("staff another day")


def what_if(keys: Keys) -> None:
    """Under the law proposed, beside the rules that hold."""
    keys.write("Dag", "2026-10-20")
    keys.choose("Jämför med andra regler", "Förslag")
    keys.press("Visa")
    assert "1 person skulle få ett annat utfall." in keys.says()
    assert "Bedömning av kunskapen om målgruppen saknas." in keys.says()
    keys.look("staff what if")


def the_rest_of_the_quarter(keys: Keys, folder: Path) -> None:
    """Hours and placements by file, one placement by hand with a mistake first."""
    for kind, register, data in (
        ("Bemanning", "Bemanning", hours_csv()),
        (
            "Placeringar",
            "Placeringar",
            placements_csv("L-1;2010;2026-07-10;;", "L-2;2011;2026-01-01;2026-08-31;planned_goal_met"),
        ),
    ):
        keys.press("Importera", "link")
        keys.choose("Vad vill du lägga in?", kind)
        keys.press("Välj")
        file = folder / f"{kind}.csv"
        file.write_bytes(data)
        keys.attach(f"{register}: fil", file)
        keys.press("Kontrollera filen")
        keys.press("Lägg in")
    keys.press("Placeringar", "link")
    keys.press("Lägg till en placering", "link")
    keys.look("form")
    keys.write("Löpnummer", "L-3")
    keys.write("Kommun", "9001")
    keys.write("Födelseår", "2010")
    keys.write("Startdatum", "igår")
    keys.press("Spara")
    assert "Inget är sparat än" in keys.says()
    assert keys.page.get_by_label("Löpnummer").input_value() == "L-3"
    keys.look("form wrong")
    keys.write("Startdatum", "2026-09-01")
    keys.press("Spara")
    assert "Bor här nu (2)" in keys.says()
    links_lead_somewhere(keys.visitor)
    keys.look("placements")


def signing(keys: Keys) -> None:
    """What there is to do, the quarter, the signature, and taking it back."""
    keys.press("Hemmet", "link")
    links_lead_somewhere(keys.visitor)
    keys.look("hemmet")
    keys.press("Gå igenom och signera", "link")
    keys.look("quarter")
    keys.press("Intyga och signera kvartalet")
    assert "Signerat av chef-norr 2026-10-20." in keys.says()
    keys.look("quarter signed")
    keys.press("Ta tillbaka signaturen")
    assert "Inte signerat, försenat 5 dagar" in keys.says()


def test_data_entry_reports_but_neither_signs_nor_sees_results(
    house: Installation, visitor: Callable[..., Visitor]
) -> None:
    clerk = visitor(house.url, viewport=NARROW, java_script_enabled=False)
    clerk.go("/logga-in")
    clerk.page.get_by_label("Användarnamn").fill("inmatare-norr")
    clerk.page.get_by_label("Lösenord").fill("inmatare-norr-losenord")
    clerk.press("Logga in")
    page = clerk.press("Norrgården", "link")
    ways = page.get_by_role("navigation", name="Sidor för Norrgården").get_by_role("link").all_inner_texts()
    assert ways == ["Hemmet", "Placeringar", "Personal", "Återkoppling", "Importera"]
    assert clerk.context.request.get(f"/enhet/{NORTH}/resultat").status == 404
    assert clerk.go(f"/enhet/{NORTH}/importera").get_by_role("button", name="Kontrollera filen").count() == 1
