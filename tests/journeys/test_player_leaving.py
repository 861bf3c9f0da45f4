"""Leaving the player in a real browser: quick exit, the end, a page that lies still (R7 G10, G11, D4, D6); and sound (S4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.installation import Visitor, click, until_sent
from tests.journeys.player import AR, EASY, SV, Edition, House, begin, enter, faults
from tests.journeys.player import house as house

pytestmark = pytest.mark.browser

QUESTION = "fieldset input[name=answer]"
LEFT = """async () => [document.cookie, localStorage.length, sessionStorage.length,
  window.caches ? (await caches.keys()).length : 0,
  (await (navigator.serviceWorker ? navigator.serviceWorker.getRegistrations() : [])).length]"""
NOTHING = ["", 0, 0, 0, 0]
# Voices as a browser tells of them; what is said is written down instead of spoken.
VOICES = """(voices) => {
  const said = window.said = [];
  class Utterance { constructor(text) { this.text = text; } }
  window.SpeechSynthesisUtterance = Utterance;
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices, addEventListener() {}, cancel() { said.push("cancelled"); },
    speak(one) { said.push(`${one.lang} ${one.voice.name}: ${one.text}`); },
  } });
}"""


def shows_no_question(page: Page) -> bool:
    return page.locator(QUESTION).count() == 0


def back_and_forth(page: Page) -> None:
    """Back as far as it goes: no page on the way holds a question."""
    for _ in range(4):
        page.go_back()
        assert shows_no_question(page), page.url


@pytest.mark.parametrize("how", [SV, pytest.param(AR, marks=pytest.mark.nightly)], ids=str)
def test_the_quick_exit_leaves_nothing_and_back_shows_no_question(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """G10, D6: from each kind of page, by the link and by Shift three times."""
    for way in ("/svara/start", "/svara/fraga/1", "/svara/form?n=1", "/svara/hjalp?n=1"):
        young = visitor(house.url)
        page = begin(young, house, how)
        click(page.locator("fieldset .option").first)
        click(page.locator("button[value=next]"))
        until_sent(page)
        young.go(way)
        if way.startswith("/svara/fraga"):
            for _ in range(3):
                page.keyboard.press("Shift")
        else:
            click(page.locator("a.exit"))
        page.wait_for_url("**/health")
        assert young.strangers() == [house.made.exit]
        assert young.context.cookies() == []
        back_and_forth(page)


@pytest.mark.parametrize("how", [EASY], ids=str)
def test_after_klar_nothing_is_left_and_back_asks_for_the_code(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """G11: no cookie, no storage, no page kept."""
    young = visitor(house.url)
    page = begin(young, house, how)
    click(page.locator("fieldset .option").first)
    click(page.locator("button[value=next]"))
    until_sent(page)
    young.go("/svara/fraga/99")
    click(page.locator("button.go"))
    page.wait_for_url("**/klar")
    assert page.locator(".receipt").count() == 1
    assert young.context.cookies() == []
    assert page.evaluate(LEFT) == NOTHING
    back_and_forth(page)
    young.go("/svara/fraga/1")
    click(page.locator("a.go"))
    assert page.locator("#code").count() == 1


def test_a_shared_screen_is_covered_and_one_key_keeps_it_open(
    house: House, visitor: Callable[..., Visitor]
) -> None:
    """D4, WCAG 2.2.1: told half a minute before; Enter stays; three minutes of nothing ask for the code."""
    young = visitor(house.url)
    young.page.clock.install()
    page = begin(young, house, SV, shared=True)
    page.clock.run_for(149_000)
    assert page.locator("#still").is_hidden()
    page.clock.run_for(3_000)
    assert page.locator("#still").is_visible()
    assert not page.locator("h1").is_visible()
    assert faults(page) == []
    with page.expect_response("**/svara/kvar") as told:
        page.keyboard.press("Enter")
    assert told.value.status == 204
    page.locator("#still").wait_for(state="hidden")
    page.clock.run_for(100_000)
    page.keyboard.press("Tab")  # she moves: the time runs from here
    page.clock.run_for(100_000)
    assert page.locator("#still").is_hidden()
    page.clock.run_for(85_000)
    page.wait_for_url("**/svara?delad=1")
    assert page.locator("input[name=shared]").is_checked()
    assert young.context.cookies() == []
    back_and_forth(page)


def test_after_klar_a_shared_screen_goes_back_unless_told_to_wait(
    house: House, visitor: Callable[..., Visitor]
) -> None:
    """D4: after twenty seconds; her four words can be kept in sight."""
    for is_read in (True, False):
        young = visitor(house.url)
        young.page.clock.install()
        page = begin(young, house, SV, shared=True)
        young.go("/svara/fraga/99")
        click(page.locator("button.go"))
        page.locator("#closing").wait_for(state="visible")
        if is_read:
            click(page.locator("#closing button"))
            page.clock.run_for(60_000)
            assert page.locator(".receipt").is_visible()
        else:
            page.clock.run_for(21_000)
            page.wait_for_url("**/svara?delad=1")
            back_and_forth(page)


def test_on_ones_own_device_half_an_hour_is_told_of(house: House, visitor: Callable[..., Visitor]) -> None:
    """P1: idle for 30 minutes."""
    young = visitor(house.url)
    young.page.clock.install()
    page = begin(young, house, SV)
    page.clock.run_for(1_760_000)
    assert page.locator("#still").is_hidden()
    page.clock.run_for(12_000)
    assert page.locator("#still").is_visible()
    page.clock.run_for(40_000)
    page.wait_for_url("**/svara")
    assert shows_no_question(page)
    asked = [url for url in young.asked if url.endswith("/svara/stang")]
    assert len(asked) == 1, "asked for every second, no page would ever come on a slow net"


def test_one_button_reads_the_recorded_question_and_its_answers(
    house: House, visitor: Callable[..., Visitor]
) -> None:
    """S4: nothing is loaded until it is asked for; without script there are the browser's own players."""
    young = visitor(house.url)
    page = begin(young, house, SV)
    click(page.locator("footer a"))
    page.locator("input[name=sound]").check()
    click(page.locator("button.go"))
    assert not [url for url in young.asked if "/ljud/" in url]
    button = page.locator("#listen button")
    assert page.locator(".recorded").is_hidden()
    click(button)
    assert button.inner_text() == "Stoppa"
    expect(button).to_have_text("Lyssna", timeout=15_000)
    assert len({url for url in young.asked if "/ljud/" in url}) == 5
    assert young.complaints() == []
    assert faults(page) == []
    plain = visitor(house.url, java_script_enabled=False)
    plain.context.add_cookies(young.context.cookies())  # type: ignore[arg-type]
    plain.page.goto("/svara/fraga/1")
    assert plain.page.locator("audio[controls][preload=none]").count() == 5
    assert plain.page.locator("#listen > button").is_hidden()


LOCAL = {"name": "Alva", "lang": "sv-SE", "localService": True}


@pytest.mark.parametrize(
    ("voices", "reads"),
    [
        ([LOCAL], True),
        ([{**LOCAL, "localService": False}], False),
        ([{**LOCAL, "lang": "en-GB"}], False),
        ([], False),
    ],
    ids=["own", "far away", "another language", "none"],
)
def test_only_a_voice_of_the_devices_own_reads_what_is_not_recorded(
    house: House, visitor: Callable[..., Visitor], voices: list[dict[str, object]], reads: bool
) -> None:
    """S4: a remote voice would send the text away; and it is told that it is the device that reads."""
    young = visitor(house.url)
    page = enter(young, house, SV)
    page.add_init_script(f"({VOICES})({str(voices).replace('True', 'true').replace('False', 'false')})")
    click(page.locator("button[value=yes]"))
    young.go("/svara/form?n=2")
    page.locator("input[name=sound]").check()
    click(page.locator("button.go"))
    button = page.locator("#listen button")
    assert button.is_visible() is reads
    assert page.locator("#listen p").is_visible() is reads
    if reads:
        click(button)
        said = page.evaluate("window.said")
        assert said[0] == "sv-SE Alva: Hur trygg känner du dig där du bor?"
        assert len(said) == 5
        click(button)
        assert page.evaluate("window.said.at(-1)") == "cancelled"
