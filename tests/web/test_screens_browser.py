"""The player's screens in a real browser: reach, reading, keyboard, quick exit, and what is sent."""

from __future__ import annotations

import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import examples
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "dashboards" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
# Everything axe knows for WCAG A and AA and its best practice, and R7's sharper 7:1 for text.
RULES = {
    "resultTypes": ["violations"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}


class Site:
    """The rendered screens behind HTTP, with the policy of production; remembers what was asked for."""

    def __init__(self) -> None:
        self.pages = examples.screens() | {"weather": b"<!doctype html><title>Weather</title>Sun"}
        self.asked: list[str] = []
        self.posted: list[dict[str, list[str]]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __truediv__(self, name: str) -> str:
        return f"{self.address}/{name}"

    def found(self, path: str) -> tuple[bytes, str]:
        name = path.split("?")[0].removeprefix("/")
        if name.startswith("static/"):
            ending = name.rsplit(".", 1)[1]
            return STATIC.joinpath(f"svara.{ending}").read_bytes(), KINDS[ending]
        return self.pages.get(name, b""), "text/html; charset=utf-8"

    def handler(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                body, kind = site.found(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                may_sound = "; media-src 'self'" if self.path == "/question-recorded" else ""
                self.send_header("Content-Security-Policy", POLICY + may_sound)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                site.posted.append(parse_qs(self.rfile.read(length).decode()))
                waits = self.headers["x-waits"] is not None  # the player's own script
                self.send_response(204 if waits else 303)
                self.send_header("X-Next" if waits else "Location", "/question-first")
                if not waits:
                    self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        return Handler


@pytest.fixture(scope="module")
def chromium():
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and CI must not go without it")
        pytest.skip("Chromium is missing: the player's looks and keyboard were not tested")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def opened(chromium):
    """Opens a page with these settings of the browser; all are closed after the test."""
    contexts = []

    def opener(**settings):
        contexts.append(chromium.new_context(**({"viewport": NARROW} | settings)))
        page = contexts[-1].new_page()
        page.set_default_timeout(5_000)
        return page

    yield opener
    for context in contexts:
        context.close()


# By day axe sees them at 320 on the walks of ``tests/journeys``.
@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [pytest.param(NARROW, "light", marks=pytest.mark.nightly), (WIDE, "light"), (NARROW, "dark")],
    ids=["320", "1280", "dark"],
)
def test_axe_finds_nothing_on_any_screen(site, opened, viewport, scheme):
    page, found = opened(viewport=viewport, color_scheme=scheme), {}
    for name in examples.screens():
        page.goto(site / name)
        results = Axe().run(page, options=RULES)
        if results.violations_count:
            found[name] = results.generate_report()
    assert found == {}


SPACED = """() => document.querySelectorAll("*").forEach((element) => {
  const style = element.style;
  style.letterSpacing = "0.12em"; style.wordSpacing = "0.16em"; style.lineHeight = "1.5";
  if (element.matches("p")) style.marginBottom = "2em";
})"""
SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("spaced", [False, True], ids=["as it is", "with text spacing"])
def test_nothing_scrolls_sideways_at_320(site, opened, spaced):
    """R7 L1."""
    page, found = opened(), []
    for name in examples.screens():
        page.goto(site / name)
        if spaced:
            page.evaluate(SPACED)
        if page.evaluate(SIDEWAYS):
            found.append(name)
    assert found == []


SMALL = """(least) => [...document.querySelectorAll("a, button, label.option, input:not([type=radio]):not([type=checkbox])")]
  .filter((element) => element.checkVisibility())
  .map((element) => [element.outerHTML.slice(0, 60), element.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([html, box]) => `${html} ${box.width} × ${box.height}`)"""


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["320", "1280"])
def test_everything_to_press_is_44_pixels_or_more(site, opened, viewport):
    """R7 L3."""
    page, found = opened(viewport=viewport), {}
    for name in examples.screens():
        page.goto(site / name)
        found |= {name: small} if (small := page.evaluate(SMALL, 44)) else {}
    assert found == {}


def test_an_answer_is_a_card_of_56_pixels(site, opened):
    """R7 I2."""
    page = opened()
    page.goto(site / "question")
    heights = [card.bounding_box()["height"] for card in page.locator("label.option").all()]
    assert len(heights) == 4
    assert min(heights) >= 56


@pytest.mark.parametrize("name", ["question", "question-arabic", "start"])
def test_help_and_exit_stay_on_one_low_row(site, opened, name):
    """R7 L4."""
    page = opened()
    page.goto(site / name)
    page.mouse.wheel(0, 2000)
    header = page.locator("header").bounding_box()
    assert header["y"] == 0
    assert header["height"] <= 60
    tops = {link.bounding_box()["y"] for link in page.locator("header a").all()}
    assert len(tops) == 1


FOCUSED = """() => {
  const element = document.activeElement, header = document.querySelector("header");
  if (element === document.body || header.contains(element) || element.matches(".skip")) return null;
  const box = (element.closest("label") || element).getBoundingClientRect();
  return {
    what: element.outerHTML,
    hidden: box.top < header.getBoundingClientRect().bottom || box.bottom > innerHeight,
  };
}"""


def hidden_under(page, keys: list[str]) -> tuple[set[str], set[str]]:
    """What got focus by these keys, and what of it was out of sight."""
    seen, hidden = set(), set()
    for key in keys:
        page.keyboard.press(key)
        focused = page.evaluate(FOCUSED)
        if focused:
            seen.add(focused["what"])
            hidden |= {focused["what"]} if focused["hidden"] else set()
    return seen, hidden


LOW = {"width": 320, "height": 360}


@pytest.mark.parametrize("name", ["question-relevant", "question-ladder", "start", "thanks"])
def test_focus_is_never_under_the_header_by_tab(site, opened, name):
    page = opened(viewport=LOW)
    page.goto(site / name)
    seen, hidden = hidden_under(page, ["Tab"] * 12 + ["Shift+Tab"] * 12)
    assert len(seen) >= 3
    assert hidden == set()


@pytest.mark.parametrize(
    ("name", "choices"), [("question-relevant", 5), ("question-ladder", 11), ("start", 2)]
)
def test_focus_is_never_under_the_header_by_arrow(site, opened, name, choices):
    page = opened(viewport=LOW)
    page.goto(site / name)
    page.locator("input").first.focus()
    seen, hidden = hidden_under(page, ["ArrowDown"] * 12 + ["ArrowUp"] * 12)
    assert len(seen) == choices
    assert hidden == set()


@pytest.mark.parametrize(
    ("answer", "keys"),
    [
        ("always", ["Space"]),
        ("mostly", ["ArrowDown"]),
        ("sometimes", ["ArrowDown", "ArrowDown"]),
        ("never", ["ArrowUp"]),
    ],
)
def test_a_question_takes_six_keys_at_most(site, opened, answer, keys):
    """R7 I6."""
    page = opened()
    page.goto(site / "question")
    pressed = ["Tab", "Enter", "Tab", *keys, "Enter"]
    for key in pressed:
        page.keyboard.press(key)
    page.wait_for_url(site / "question-first")
    assert site.posted == [{"answer": [answer], "do": ["next"]}]
    assert len(pressed) <= 6


def test_a_goal_takes_six_keys_at_most(site, opened):
    page = opened()
    page.goto(site / "question-goals")
    pressed = ["Tab", "Enter", "Tab", "Space", "Enter"]
    for key in pressed:
        page.keyboard.press(key)
    page.wait_for_url(site / "question-first")
    assert site.posted == [{"answer": ["sleep"], "do": ["next"]}]


def test_goals_are_chosen_without_javascript(site, opened):
    page = opened(java_script_enabled=False)
    page.goto(site / "question-goals")
    for goal in ("Ha vänner", "Sova bättre", "Ha vänner", "Få jobb"):
        page.get_by_text(goal).click()
    page.get_by_role("button", name="Nästa").click()
    assert site.posted == [{"answer": ["sleep", "work"], "do": ["next"]}]


def test_a_question_passes_without_javascript(site, opened):
    page = opened(java_script_enabled=False)
    page.goto(site / "question")
    page.get_by_text("Oftast").click()
    page.get_by_role("button", name="Nästa").click()
    page.goto(site / "question")
    page.get_by_role("button", name="Hoppa över frågan").click()
    page.goto(site / "code")
    page.get_by_label("Skriv din kod").fill("K7MQ2-9TRXDA")
    page.get_by_role("button", name="Gå vidare").click()
    assert site.posted == [
        {"answer": ["mostly"], "do": ["next"]},
        {"do": ["skip"]},
        {"code": ["K7MQ2-9TRXDA"]},
    ]
    page.goto(site / "question")
    page.get_by_role("link", name="Göm sidan").click()
    assert page.url == site / "weather"


def test_a_reader_hears_what_a_screen_shows(site, opened):
    """R7 I7."""
    page = opened()
    page.goto(site / "question-prompt")
    group = page.get_by_role("group", name="Behandlar personalen dig med respekt?")
    assert group.get_by_role("radio").count() == 4
    assert "Välj ett svar" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("link", name="Göm sidan – lämna sidan snabbt").is_visible()


def test_nothing_is_refused_by_the_policy_and_nothing_is_stored(site, opened):
    page, said = opened(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in examples.screens():
        page.goto(site / name)
    assert said == []
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_a_first_question_is_at_most_four_requests_to_one_place(site, opened):
    page, addresses = opened(), []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(site / "question", wait_until="networkidle")
    assert len(set(site.asked)) <= 4
    assert all(address.startswith(site.address) for address in addresses)


def test_a_code_in_a_qr_waits_in_the_field_and_leaves_no_trace(site, opened):
    """DESIGN §4.8: opening an address sends nothing; the code goes when she presses the button, and with the form."""
    page = opened()
    page.goto(site / "code?lang=en#K7MQ29TRXDA", wait_until="networkidle")
    assert page.locator("#code").input_value() == "K7MQ29TRXDA"
    assert page.url == site / "code?lang=en"
    assert site.posted == []
    page.keyboard.press("Enter")
    page.wait_for_url(site / "question-first")
    assert site.posted == [{"code": ["K7MQ29TRXDA"]}]
    assert not any("K7MQ29TRXDA" in asked for asked in site.asked)
    page.go_back()
    assert page.url in (site / "code?lang=en", "about:blank")


def test_a_fragment_that_is_no_code_is_left_alone(site, opened):
    page = opened()
    page.goto(site / "code#question")
    page.goto(site / "code#<script>alert(1)")
    assert page.get_by_label("Skriv din kod").input_value() == ""
    assert site.posted == []


def test_shift_three_times_leaves_and_back_does_not_return(site, opened):
    page = opened()
    page.goto(site / "code")
    page.goto(site / "question-chosen")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(site / "weather")
    page.go_back()
    assert page.url == site / "code"


def test_the_exit_blanks_the_page_before_anything_answers(site, opened):
    page = opened()
    page.goto(site / "question-chosen")
    # "No content" leaves the old page standing, as a slow network would.
    page.route("**/weather", lambda route: route.fulfill(status=204))
    page.get_by_role("link", name="Göm sidan").click()
    assert page.evaluate("() => document.documentElement.getClientRects().length") == 0
    assert "personalen" not in page.title()


@pytest.mark.parametrize(
    "keys", [["Shift", "Shift"], ["Shift", "Shift", "a", "Shift"], ["Shift+A", "Shift+B", "Shift+C"]]
)
def test_writing_capitals_does_not_leave(site, opened, keys):
    page = opened()
    page.goto(site / "question")
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.url == site / "question"


def test_shift_held_down_does_not_leave(site, opened):
    page = opened()
    page.goto(site / "question")
    for _ in range(5):
        page.keyboard.down("Shift")
    page.wait_for_timeout(200)
    assert page.url == site / "question"


def test_a_page_out_of_the_browsers_memory_is_asked_for_anew(site, opened):
    """R7 I8."""
    page = opened()
    page.goto(site / "question")
    with page.expect_navigation():
        page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert site.asked.count("/question") == 2


@pytest.mark.parametrize("forced", ["none", "active"])
def test_the_chosen_answer_is_told_by_more_than_colour(site, opened, forced):
    """R7 L2."""
    page = opened(forced_colors=forced)
    page.goto(site / "question-chosen")
    border = "(text) => getComputedStyle(text, '::before').borderTopWidth"
    widths = [text.evaluate(border) for text in page.locator("label.option span").all()]
    assert widths == ["2px", "4px", "2px", "2px"]


def test_right_to_left_turns_the_page_and_keeps_the_numbers(site, opened):
    page = opened()
    page.goto(site / "question-arabic")
    radio = page.locator("input").first.bounding_box()
    text = page.locator("label.option span").first.bounding_box()
    assert radio["x"] > text["x"]
    assert "20" in page.locator(".way p").inner_text()
    transform = page.locator(".back svg").evaluate("(arrow) => getComputedStyle(arrow).transform")
    assert transform == "matrix(-1, 0, 0, 1, 0, 0)"
