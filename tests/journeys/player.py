"""A home with many codes for the player's journeys, and what every screen of the player must hold (R7 §6)."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from hvb_followup import content
from hvb_followup.periods import months_after
from hvb_followup.store.database import opened
from hvb_followup.store.migrate import migrate
from tests.journeys.installation import Installation, Visitor, click, in_a_thread
from tests.world import NORTH, SOUTH, make_world

# All that axe knows, its best practice included, and R7's sharper 7:1 for text (G4, G8).
RULES = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": True}},
}
WIDTHS = (320, 1280)
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SPACED = """document.querySelectorAll("*").forEach((element) => {
  const style = element.style;
  style.letterSpacing = "0.12em"; style.wordSpacing = "0.16em"; style.lineHeight = "1.5";
  if (element.matches("p")) style.marginBottom = "2em";
})"""
UNSPACED = 'document.querySelectorAll("[style]").forEach((element) => element.removeAttribute("style"))'
# A radio or a box is pressed through its card.
SMALL = """[...document.querySelectorAll("a, button, summary, label.option, input.field, textarea, audio")]
  .filter((element) => !element.closest("[hidden]") && !element.matches(".skip"))
  .map((element) => [element.outerHTML.slice(0, 60), element.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([html, box]) => `${html} ${box.width} × ${box.height}`)"""
# The border of a card that is not chosen, against the page; "rgb(r, g, b)" each.
EDGES = """[...document.querySelectorAll("label.option span")].map((text) => [
  getComputedStyle(text, "::before").borderTopColor, getComputedStyle(document.body).backgroundColor])"""
MANY, FEW = 60, 6
# One silent frame of MPEG-1 layer III, 44.1 kHz, 128 kbit/s: a recording of nothing, made here.
FRAME = b"\xff\xfb\x90\x64" + bytes(413)


class Edition(msgspec.Struct, frozen=True):
    """One way to meet the questions."""

    language: str
    edition: str

    def __str__(self) -> str:
        return f"{self.edition}-{self.language}"


SV, EASY, AR = Edition("sv", "standard"), Edition("sv", "easy"), Edition("ar", "standard")
ALL = [Edition(language, edition) for language in ("sv", "en", "ar") for edition in ("standard", "easy")]


class House(msgspec.Struct):
    """A running installation, and codes that nobody has used."""

    made: Installation
    codes: list[str]
    followed: dict[str, list[str]] = {}  # by moment, of the questionnaire that follows placements

    @property
    def url(self) -> str:
        return self.made.url


def silent_mp3(frames: int = 12) -> bytes:
    """About so many fortieths of a second of silence."""
    return FRAME * frames


def with_recordings(folder: Path) -> Path:
    """The content that ships, and recordings of nothing beside the first question in Swedish."""
    root = content.root()
    for name in ("surveys", "dashboards"):
        shutil.copytree(root / name, folder / name)
    place = folder / "surveys" / "ung-upplevelse" / "v1" / "sound" / "sv" / "standard"
    place.mkdir(parents=True)
    for number, name in enumerate(("home", "good.very_good", "good.good", "good.bad", "good.very_bad")):
        (place / f"{name}.mp3").write_bytes(silent_mp3(12 + number))
    return folder


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One home in the middle of a wave; the web is up, with recordings of one question."""
    folder = tmp_path_factory.mktemp("player")
    made = Installation(folder / "data", {"HVB_CONTENT": str(with_recordings(folder / "content"))}, {})
    codes: list[str] = []
    followed: dict[str, list[str]] = defaultdict(list)

    async def build() -> None:
        async with opened(made.settings.database_url) as database:
            await migrate(database)
            world = await make_world(database, content.read(), folder, made.settings.database_url)
            await world.placements(NORTH, MANY)
            await world.open()
            codes.extend(issued.code for issued in await world.codes(NORTH))
            for number in range(FEW):
                came_on, left_on = (
                    world.now.date() - dt.timedelta(days=10),
                    months_after(world.now.date(), -6),
                )
                await world.placement(f"came {number}", came_on, unit=SOUTH)
                await world.placement(f"left {number}", months_after(left_on, -6), left_on, unit=SOUTH)
            await world.follow()
            for one in await world.codes(SOUTH, family="ung-utfall"):
                followed[one.moment].append(one.code)
            await world.set_clock()

    in_a_thread(build)
    made.serve()
    yield House(made, codes, dict(followed))
    made.stop()


def enter(young: Visitor, house: House, how: Edition, *, shared: bool = False) -> Page:
    """Type a fresh code in a language, by keys."""
    page = young.go(f"/svara?lang={how.language}")
    if shared:
        page.locator("input[name=shared]").check()
    page.locator("#code").fill(house.codes.pop())
    page.locator("#code").press("Enter")
    page.wait_for_url("**/svara/start")
    return young.keep()


def begin(young: Visitor, house: House, how: Edition, *, shared: bool = False) -> Page:
    """To the first question in a language and an edition; past the practice, where there is one."""
    page = enter(young, house, how, shared=shared)
    page.locator(f"input[name=edition][value={how.edition}]").check()
    click(page.locator("button[value=yes]"))
    young.keep()
    if page.url.endswith("/prova"):
        click(page.locator("button[value=skip]"))
        young.keep()
    assert page.url.endswith("/svara/fraga/1")
    return page


def faults(page: Page, *, spaced: bool = True) -> list[str]:
    """What is wrong with a screen at both widths: axe, sideways scroll, small targets, weak edges (G4, G7, G8)."""
    found: list[str] = []
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        broken = Axe().run(page, options=RULES).response["violations"]
        found += [f"{width}: {one['id']} {one['nodes'][0]['html'][:90]}" for one in broken]
        found += [f"{width}: {small}" for small in page.evaluate(SMALL)]
        found += [f"{width}: scrolls sideways"] if page.evaluate(SIDEWAYS) else []
    page.set_viewport_size({"width": 320, "height": 800})
    found += [f"edge {edge} on {paper}" for edge, paper in page.evaluate(EDGES) if contrast(edge, paper) < 3]
    if spaced:
        page.evaluate(SPACED)
        found += ["spaced: scrolls sideways"] if page.evaluate(SIDEWAYS) else []
        page.evaluate(UNSPACED)
    return found


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG defines it."""
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: str) -> float:
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


Look = Callable[[str, Page], Any]
