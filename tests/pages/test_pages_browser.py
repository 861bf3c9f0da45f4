"""Every page in a real browser, under the real policy: reachable, narrow enough, its controls big enough."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from invented_release import STATIC
from playwright.sync_api import Browser, sync_playwright
from test_pages import PAGES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TOO_SMALL = """[...document.querySelectorAll(
  'nav a, button, summary, .links a, .back a, .button, .homes th a, .box label, .tick label, select, '
  + 'input:not([type=hidden], [type=checkbox])'
)].filter(control => !control.hidden && control.getBoundingClientRect().height < 43.9).map(control => control.outerHTML)"""

pytestmark = [
    pytest.mark.browser,
    # CI must not go without the browser: there a missing one fails where it is started.
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium on this machine"),
]


class Server(BaseHTTPRequestHandler):
    """Serves the rendered pages and their stylesheet."""

    def do_GET(self) -> None:
        name = unquote(self.path[1:])
        if name in PAGES:
            self._answer(PAGES[name].encode(), "text/html; charset=utf-8")
        elif name == "static/site.css":
            self._answer((STATIC / "site.css").read_bytes(), "text/css")
        elif name == "static/svara.svg":
            self._answer((STATIC / "svara.svg").read_bytes(), "image/svg+xml")
        else:
            self.send_error(404)

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


# By day the walk through every page of a running service is looked at by axe at 320 (``tests/journeys``).
@pytest.mark.parametrize("width", [pytest.param(320, marks=pytest.mark.nightly), 1280])
def test_every_page_passes_axe_with_all_its_details_open(chromium: Browser, address: str, width: int) -> None:
    # Axe itself is injected, which the policy rightly forbids.
    page = chromium.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)
    found = {}
    for name in PAGES:
        page.goto(f"{address}/{quote(name)}")
        page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        found[name] = [violation["id"] for violation in Axe().run(page).response["violations"]]
    page.close()
    assert found == {name: [] for name in PAGES}


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_scrolls_sideways_or_has_a_control_too_small_to_hit(
    chromium: Browser, address: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for name in PAGES:
        page.goto(f"{address}/{quote(name)}")
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
        assert page.evaluate(TOO_SMALL) == [], name
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(11, 61, 102)"
    page.close()
    assert [text for text in said if "Content Security Policy" in text] == []


FOLDED = ["home", "own home"]


@pytest.mark.parametrize("name", FOLDED)
def test_a_home_is_folded_by_theme_and_short_on_a_phone(chromium: Browser, address: str, name: str) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/{quote(name)}")
    assert page.evaluate("document.documentElement.scrollHeight") <= 6000
    assert not page.locator("figure").first.is_visible()
    page.close()


@pytest.mark.parametrize("name", FOLDED)
def test_a_link_to_a_figure_opens_its_theme(chromium: Browser, address: str, name: str) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=True)
    page.goto(f"{address}/{quote(name)}#U02")
    page.wait_for_function("document.querySelector('details.theme:has(#U02)').open")
    assert page.locator("#U02-finding").is_visible()
    page.close()


@pytest.mark.parametrize("name", FOLDED)
def test_a_theme_opens_by_keyboard_alone(chromium: Browser, address: str, name: str) -> None:
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/{quote(name)}")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('details.theme > summary')"):
            break
    page.keyboard.press("Enter")
    assert page.locator("details.theme[open] figure").first.is_visible()
    page.close()


@pytest.mark.parametrize("name", FOLDED)
def test_on_paper_every_theme_is_open(chromium: Browser, address: str, name: str) -> None:
    page = chromium.new_page(viewport={"width": 800, "height": 1100})
    page.goto(f"{address}/{quote(name)}")
    page.emulate_media(media="print")
    findings = page.locator("figure .finding")
    assert findings.count() > 1
    assert all(findings.nth(number).bounding_box() for number in range(findings.count()))
    assert page.evaluate(
        "[...document.querySelectorAll('figure .finding')].every(one => one.checkVisibility({contentVisibilityAuto: true}))"
    )
    page.close()
