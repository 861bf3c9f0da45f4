"""A social worker's walk: from the first page to a printed comparison of three homes, by keyboard alone on a small screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from hvb_followup import content
from hvb_followup.store.database import opened
from hvb_followup.store.migrate import migrate
from tests.journeys.installation import Installation, Visitor, in_a_thread
from tests.world import NORTH, OTHER, SOUTH, make_world

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 640}
FARTHEST = 120  # presses of Tab from one thing to the next, at most
# What has the focus: what it is called, and whether it can be seen whole on the screen.
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const label = one.labels && one.labels[0] ? one.labels[0].innerText : one.innerText || one.value || '';
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return [label.trim(), box.top >= 0 && box.bottom <= innerHeight, !!at && (one.contains(at) || at.contains(one))];
}"""


PLACE = "JSON.stringify([document.activeElement.getBoundingClientRect(), innerHeight, scrollY])"


@pytest.fixture
def house(tmp_path: Path, chromium: Any) -> Any:
    """Three homes whose figures are published; the web is up."""
    made = Installation(tmp_path / "data", {}, {})
    in_a_thread(lambda: build(made))
    made.serve()
    yield made
    made.stop()


async def build(made: Installation) -> None:
    async with opened(made.settings.database_url) as database:
        await migrate(database)
        world = await make_world(database, content.read(), made.folder.parent, made.settings.database_url)
        for unit, count in ((NORTH, 12), (SOUTH, 11), (OTHER, 6)):
            await world.placements(unit, count)
        await world.open()
        for unit in (NORTH, SOUTH, OTHER):
            for number, issued in enumerate(await world.codes(unit)):
                await world.answer(issued.code, safe_here="quite" if number % 4 else "not")
        await world.close()
        await world.release()
        await world.set_clock()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus; it must be in sight and not covered."""
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        label, *_ = page.evaluate(FOCUSED)
        if label.split("\n")[0].startswith(name):
            # The browser scrolls to what has the focus a moment later.
            for _ in range(20):
                if page.evaluate(FOCUSED)[1:] == [True, True]:
                    return
                page.wait_for_timeout(50)
            raise AssertionError(f"{name} has the focus out of sight: {page.evaluate(PLACE)}")
    raise AssertionError(f"{name} cannot be reached with Tab")


def past_the_menu(page: Page) -> None:
    """The first thing on every page leads past the menu."""
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)[0] == "Hoppa till innehållet"
    page.keyboard.press("Enter")


def heading(page: Page) -> str:
    return str(page.locator("h1").inner_text())


def test_from_the_first_page_to_a_printed_comparison_by_keyboard_alone(
    house: Installation, visitor: Callable[..., Visitor]
) -> None:
    # Without the soft scrolling, which is still under way when the next key is pressed.
    worker = visitor(house.url, viewport=SMALL, reduced_motion="reduce")
    page = worker.go("/")
    past_the_menu(page)
    tab_to(page, "Hitta hem")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hitta")
    assert heading(page) == "Hitta hem"

    past_the_menu(page)
    tab_to(page, "Län")
    page.keyboard.press("Enter")
    tab_to(page, "Gotland")
    page.keyboard.press("Space")
    tab_to(page, "Minst så många platser")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hitta?*")
    assert "Inga hem passar alla villkor." in page.inner_text("main")
    past_the_menu(page)
    tab_to(page, "Ta bort ”Minst så många platser: 9” (3 hem)")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hitta?lan=Gotland")
    names = page.locator("table.homes tbody th").all_inner_texts()
    assert names == ["Andra", "Norrgården", "Södergården"]

    past_the_menu(page)
    for _ in names:
        tab_to(page, "Jämför")
        page.keyboard.press("Space")
    tab_to(page, "Jämför valda")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jamfor?*")
    assert heading(page) == "Hemmen bredvid varandra"
    said = page.inner_text("main")
    for part in (
        "Norrgården",
        "9\u00a0av\u00a012",
        "Södergården",
        "väntar på fler",
        "Hela landet",
    ):
        assert part in said, part
    past_the_menu(page)
    tab_to(page, "Till sökningen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hitta?*")
    assert page.locator("input[name=ou]:checked").count() == 3

    page.go_back()
    assert worker.complaints() == []
    printed(page)


def printed(page: Page) -> None:
    """On paper: the figures, no menus and forms, and the paper lies down."""
    page.emulate_media(media="print")
    assert page.locator("table.grid").is_visible()
    assert not page.locator("nav[aria-label=Huvudmeny]").is_visible()
    assert not page.get_by_text("Välj nyckeltal").is_visible()
    paper = page.pdf(prefer_css_page_size=True)
    sizes = {(float(w), float(h)) for w, h in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)}
    assert sizes
    assert all(width > height for width, height in sizes)


def test_a_search_can_be_printed_with_its_conditions_and_without_its_form(
    house: Installation, visitor: Callable[..., Visitor]
) -> None:
    page = visitor(house.url).go("/hitta?lan=Gotland&platser=6")
    page.emulate_media(media="print")
    assert not page.locator("section.filters").is_visible()
    assert page.get_by_text("Län: Gotland").is_visible()
    assert page.get_by_text("Minst så många platser: 6").is_visible()
    assert page.locator("table.homes tbody tr").count() == 3
