"""A contact person's walk in a browser: the personal code, which placement it is about, ten answers, "Klar"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hvb_followup import content
from hvb_followup.pseudonyms import written
from hvb_followup.store.database import opened
from hvb_followup.store.migrate import migrate
from tests.journeys.installation import Installation, Visitor, click, in_a_thread, until_sent
from tests.world import NORTH, make_world

pytestmark = pytest.mark.browser

NOW = dt.datetime(2026, 9, 20, 10, tzinfo=dt.UTC)


@pytest.fixture
def house(tmp_path: Path, chromium: Any) -> Any:
    """One young person came ten days ago; the web is up."""
    made = Installation(tmp_path / "data", {}, {})
    codes: list[str] = []
    in_a_thread(lambda: build(made, codes))
    made.serve()
    yield made, codes[0]
    made.stop()


async def build(made: Installation, codes: list[str]) -> None:
    async with opened(made.settings.database_url) as database:
        await migrate(database)
        world = await make_world(database, content.read(), made.folder.parent, made.settings.database_url)
        await world.placement("L1", dt.date(2026, 9, 10))
        await world.follow(now=NOW)
        codes += [written(one.code) for one in await world.codes(NORTH, family="kontaktperson")]
        await world.set_clock()


def test_a_contact_person_answers_about_one_placement(
    house: tuple[Installation, str], visitor: Callable[..., Visitor]
) -> None:
    made, code = house
    page = visitor(made.url, viewport={"width": 320, "height": 640}).page
    page.goto(f"{made.url}/svara")
    page.get_by_role("textbox").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/svara/start")
    assert "Det gäller placeringen som började den 10 september 2026." in page.inner_text("main")
    assert "Om du misstänker att den unge far illa" in page.inner_text("main")
    click(page.locator("button[value=yes]"))
    for _ in range(10):
        page.get_by_role("radio").first.check()
        click(page.locator("button[value=next]"))
        until_sent(page)
    click(page.locator("form[action='/svara/klar'] button"))
    page.wait_for_url("**/klar")
    assert "Ingen kan se vad just du har svarat." in page.inner_text("main")
    page.go_back()
    assert page.get_by_role("radio").count() == 0
