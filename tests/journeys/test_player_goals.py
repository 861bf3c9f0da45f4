"""The player's goals in a real browser: R7 G2, G4–G8, G12 and G17, in Swedish, easy Swedish and Arabic.

In CI every template once in each; nightly every screen in every language and edition.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.installation import Visitor, click, until_sent
from tests.journeys.player import ALL, AR, EASY, SV, Edition, House, begin, enter, faults
from tests.journeys.player import house as house

pytestmark = pytest.mark.browser

COMMON = [SV, EASY, AR]
# Swedish walks without script and by keys are made in CI by test_answer_to_figure too; here nightly.
MOSTLY_NIGHTLY = [
    pytest.param(SV, marks=pytest.mark.nightly),
    pytest.param(EASY, marks=pytest.mark.nightly),
    AR,
]
FIRST_LOAD, NEXT_LOAD, REQUESTS = 30_000, 8_000, 4
FOCUSED = """() => {
  const element = document.activeElement, header = document.querySelector("header");
  if (element === document.body || header.contains(element) || element.matches(".skip")) return null;
  const box = (element.closest("label") || element).getBoundingClientRect();
  return [element.outerHTML.slice(0, 80), box.top < header.getBoundingClientRect().bottom || box.top >= innerHeight];
}"""
GROUP = "main fieldset input[name=answer]"


class Watch:
    """Looks at every screen of a new kind, or at every screen; keeps what is wrong."""

    def __init__(self, *, every: bool) -> None:
        self.every = every
        self.kinds: set[str] = set()
        self.wrong: dict[str, list[str]] = {}

    def look(self, kind: str, page: Page) -> None:
        if kind in self.kinds and not self.every:
            return
        self.kinds.add(kind)
        name = f"{kind} {page.url}"
        self.wrong |= {name: found} if (found := faults(page, spaced="question" in kind)) else {}


def kind_of(page: Page) -> str:
    """What sets one question's template apart: how many answers, which stand apart, bars and pictures."""
    options, apart = page.locator(GROUP).count(), page.locator("label.apart").count()
    drawn = page.locator("svg.picture, svg.bars").count()
    return f"question {options} {apart} {bool(drawn)} {page.locator('#hint').count()}"


def walk(young: Visitor, house: House, how: Edition, watch: Watch) -> list[str]:
    """Code to thanks, the last answer everywhere; the addresses of the questions that led to help."""
    page, led = young.page, []
    young.go(f"/svara?lang={how.language}")
    watch.look("code", page)
    enter(young, house, how)
    watch.look("start", page)
    click(page.locator("footer a"))
    watch.look("form", young.keep())
    click(page.locator("button.go"))
    page.locator(f"input[name=edition][value={how.edition}]").check()
    click(page.locator("button[value=yes]"))
    if page.url.endswith("/prova"):
        watch.look("practice", young.keep())
        click(page.locator("button[value=skip]"))
    while "/fraga/" in young.keep().url and page.locator(GROUP).count():
        watch.look(kind_of(page), page)
        here = page.url
        click(page.locator("fieldset .option:not(.apart)").last)
        click(page.locator("button[value=next]"))
        until_sent(page)
        if "/hjalp" in page.url:
            led.append(here)
            watch.look("help panel", young.keep())
            click(page.locator(".buttons a.go"))
    watch.look("finish", page)
    click(page.locator("button.go"))
    watch.look("thanks", young.keep())
    return led


@pytest.mark.parametrize("how", COMMON, ids=str)
def test_every_template_can_be_read_by_everybody(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """G4, G7, G8, G17: 0 axe at 320 and 1 280; no sideways scroll, also spaced; targets of 44; help follows harm."""
    young, watch = visitor(house.url), Watch(every=False)
    led = walk(young, house, how, watch)
    assert watch.wrong == {}
    assert len([kind for kind in watch.kinds if kind.startswith("question")]) >= 4
    assert len(led) == 1  # the second question of harm in a sitting has had its help page
    assert young.complaints() == []


@pytest.mark.nightly
@pytest.mark.parametrize("how", ALL, ids=str)
def test_every_screen_can_be_read_by_everybody(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """The same for every screen, language and edition, in the dark too."""
    for scheme in ("light", "dark"):
        young, watch = visitor(house.url, color_scheme=scheme), Watch(every=True)
        walk(young, house, how, watch)
        assert watch.wrong == {}
        assert young.complaints() == []


@pytest.mark.nightly
@pytest.mark.parametrize("moment", ["start", "after"])
@pytest.mark.parametrize("how", [SV, EASY], ids=str)
def test_every_screen_of_what_follows_a_placement_can_be_read_by_everybody(
    house: House, visitor: Callable[..., Visitor], how: Edition, moment: str
) -> None:
    """The same of the other questionnaire: goals out of a list, the ladder, and how it is after she has left."""
    young, watch = visitor(house.url), Watch(every=True)
    walk(young, msgspec.structs.replace(house, codes=house.followed[moment]), how, watch)
    assert watch.wrong == {}
    assert young.complaints() == []
    assert young.page.locator(".receipt").count() == 1
    asked = {url for url in young.asked if "/svara/fraga/" in url}
    assert len(asked) > 12, asked


@pytest.mark.parametrize("how", MOSTLY_NIGHTLY, ids=str)
def test_it_is_completed_without_javascript(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """R7 D2: G5: two taps a question and nothing else; after harm the help page comes all the same (G17)."""
    young = visitor(house.url, java_script_enabled=False)
    page = young.page
    page.goto(f"/svara?lang={how.language}")
    page.locator("#code").fill(house.codes.pop())
    click(page.locator("button.go"))
    page.locator(f"input[name=edition][value={how.edition}]").check()
    click(page.locator("button[value=yes]"))
    if page.url.endswith("/prova"):
        click(page.locator("label.option").first)
        click(page.locator("button[value=next]"))
    questions = helped = 0
    while page.locator(GROUP).count():
        click(page.locator("fieldset .option:not(.apart)").last)
        click(page.locator("button[value=next]"))
        questions += 1
        if "/hjalp" in page.url:
            click(page.locator(".buttons a.go"))
            helped += 1
    click(page.locator("button.go"))
    assert page.locator(".receipt .words span").count() == 4
    assert (questions, helped) == (15 if how.edition == "easy" else 21, 1)
    assert young.context.cookies() == []


@pytest.mark.parametrize("how", MOSTLY_NIGHTLY, ids=str)
def test_it_is_completed_by_keys_six_at_most_a_question(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """G6."""
    young = visitor(house.url)
    page = begin(young, house, how)
    number = 1
    while page.locator(GROUP).count():
        keys = ["Tab", "Enter", "Tab", "ArrowDown", "Enter"]
        with page.expect_navigation(url=re.compile(r"/(?:fraga/|hjalp\?n=)\d+$")):
            for key in keys:
                page.keyboard.press(key)
        assert len(keys) <= 6
        if "/hjalp" in page.url:
            with page.expect_navigation():
                page.locator(".buttons a.go").press("Enter")
        number += 1
        assert page.url.endswith(f"/fraga/{number}")
    page.locator("button.go").press("Enter")
    page.wait_for_url("**/klar")


@pytest.mark.parametrize("how", COMMON, ids=str)
def test_a_first_question_is_light(house: House, chromium: Browser, how: Edition) -> None:
    """R7 D1: G2: cold, at most 30 kB as sent and four requests; the next at most 8 kB. Nothing comes from elsewhere."""
    young = Visitor(chromium, house.url)
    begin(young, house, how)
    cookies = young.context.cookies()
    young.close()
    cold = Visitor(chromium, house.url)
    cold.context.add_cookies(cookies)  # type: ignore[arg-type]
    wire = cold.context.new_cdp_session(cold.page)
    wire.send("Network.enable")
    sent: list[float] = []
    wire.on("Network.loadingFinished", lambda told: sent.append(told["encodedDataLength"]))
    cold.page.goto("/svara/fraga/1", wait_until="networkidle")
    assert cold.page.locator(GROUP).count() > 0
    assert len(set(cold.asked)) <= REQUESTS
    assert sum(sent) <= FIRST_LOAD, sent
    assert cold.strangers() == []
    sent.clear()
    click(cold.page.locator("button[value=skip]"))
    until_sent(cold.page)
    cold.page.wait_for_load_state("networkidle")
    assert sum(sent) <= NEXT_LOAD, sent
    cold.close()


@pytest.mark.parametrize("how", COMMON, ids=str)
def test_focus_is_never_under_the_header(house: House, visitor: Callable[..., Visitor], how: Edition) -> None:
    """G7: by Tab and back again, on a low screen."""
    young = visitor(house.url)
    page = begin(young, house, how)
    for path in ("/svara/fraga/8", "/svara/form?n=8"):
        young.go(path)
        page.set_viewport_size({"width": 320, "height": 360})
        seen: dict[str, bool] = {}
        for key in ["Tab"] * 12 + ["Shift+Tab"] * 12:
            page.keyboard.press(key)
            if told := page.evaluate(FOCUSED):
                seen[told[0]] = seen.get(told[0], False) or told[1]
        assert len(seen) >= 4
        assert [what for what, is_hidden in seen.items() if is_hidden] == []


@pytest.mark.parametrize("how", COMMON, ids=str)
def test_the_page_runs_the_way_of_its_script(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """R7 L6: the arrow and the order turn, numbers do not."""
    page = begin(visitor(house.url), house, how)
    page.goto("/svara/fraga/3")
    is_right = how.language == "ar"
    radio = page.locator(GROUP).first.bounding_box()
    text = page.locator("label.option span").first.bounding_box()
    assert radio is not None
    assert text is not None
    assert (radio["x"] > text["x"]) is is_right
    turned = page.locator(".back svg").evaluate("(arrow) => getComputedStyle(arrow).transform")
    assert turned == ("matrix(-1, 0, 0, 1, 0, 0)" if is_right else "none")
    assert re.search(r"\b3\b.*\b(21|15)\b", page.locator(".way p").inner_text())
    page.goto("/svara/hjalp")
    assert page.locator(".number").first.evaluate("(number) => getComputedStyle(number).direction") == "ltr"


def marks(answered: str) -> list[str]:
    """What of an answer a response holds."""
    return re.findall(r'name="answer"[^>]*checked|do=next', answered)


@pytest.mark.parametrize("how", MOSTLY_NIGHTLY, ids=str)
def test_after_a_sitting_no_response_holds_an_answer(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """G12: whatever is asked for after the exit, and in a new sitting of the same code."""
    young = visitor(house.url)
    code = house.codes[-1]
    page = begin(young, house, how)
    click(page.locator("fieldset .option").first)
    click(page.locator("button[value=next]"))
    until_sent(page)
    young.go("/svara/fraga/1")
    assert marks(page.content()) or page.locator(f"{GROUP}:checked").count() == 1
    click(page.locator("a.exit"))
    page.wait_for_url("**/health")
    young.bodies.clear()
    ways = ["start", "fraga/1", "fraga/2", "form", "form?n=1", "prova", "hjalp?n=1", "ta-bort"]
    for way in ways:
        young.go(f"/svara/{way}")
        assert page.locator("fieldset input[name=answer]").count() == 0
    young.go("/svara")
    page.locator("#code").fill(code)
    page.locator("#code").press("Enter")
    page.locator(f"input[name=edition][value={how.edition}]").check()
    click(page.locator("button[value=yes]"))
    young.keep()
    for way in ways[1:]:
        young.go(f"/svara/{way}")
    assert len(young.bodies) >= 2 * len(ways) - 1
    assert [mark for body in young.bodies for mark in marks(body)] == []
