"""Charts in a real browser under the real policy: drawn where they come into view, asked for on phones, silent else."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from drawn import LATEST, OWN, UNITS, compared, statistics
from playwright.sync_api import Browser, Page, sync_playwright

from hvb_followup import content
from hvb_followup.pages.model import Release, release_from
from hvb_followup.settings import from_environment
from hvb_followup.web import plotly
from hvb_followup.web.files import read_files
from hvb_followup.web.pages_of import Pages
from hvb_followup.web.security import CSP
from hvb_followup.web.templating import View
from tests.world import DEPLOYMENT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PAGE = f"/indikator/U01?hem={OWN}"
DRAWN = ".chart[data-drawn]"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium on this machine"),
]


class Site:
    """The pages, charts and files of the invented nation, as the application makes them."""

    def __init__(self, folder: Path) -> None:
        settings = from_environment({"HVB_DATA": str(folder), "HVB_DEMO": "1"})
        self.files = read_files(content.root() / "dashboards" / "static")
        self.pages = Pages(settings, content.read(), DEPLOYMENT, self.files)
        told = {
            half_year: release_from({**statistics(half_year, half_year, *sums), "published_on": "", "signed_by": ""})
            for half_year, sums in {"2025H1": (120, 80, 90), "2025H2": (260, 190, 205), "2026H1": (400, 290, 315)}.items()
        }  # fmt: skip
        self.release: Release = msgspec.structs.replace(told["2026H1"], id=LATEST, compared=compared())
        self.history = {"U01": {half_year: one.at("nation", "SE")[0] for half_year, one in told.items()}}

    def answer(self, target: str) -> tuple[bytes, str]:
        """The body and type of an address."""
        address = urlsplit(target)
        pairs, own = parse_qsl(address.query), dict(parse_qsl(address.query)).get("hem", "")
        if address.path == "/indikator/U01":
            return self.pages.indicator(self.release, "U01", View(), own, self.history), "text/html"
        if address.path == "/jamfor":
            return self.pages.compare(self.release, pairs, View())[0], "text/html"
        if address.path == "/diagram/jamfor":
            return self.pages.axis(self.release, pairs, View()), "application/json"
        if address.path.startswith("/diagram/U01/"):
            kind = address.path.rpartition("/")[2]
            return self.pages.chart(self.release, "U01", kind, View(), own, self.history), "application/json"
        name = address.path.removeprefix("/static/")
        file = plotly.file() if name == plotly.script().name else self.files.by_hashed[name]
        return file.plain, file.media_type


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    made = Site(tmp_path_factory.mktemp("site"))

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                body, kind = made.answer(self.path)
            except KeyError:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", CSP)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    asyncio.set_event_loop(None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def scroll_through(page: Page) -> None:
    for chart in page.query_selector_all(".chart"):
        chart.scroll_into_view_if_needed()
        page.wait_for_function("one => one.dataset.drawn !== undefined", arg=chart)


def watched(page: Page) -> tuple[list[str], list[str]]:
    """What the page complains of, and what it fetches."""
    said: list[str] = []
    fetched: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    return said, fetched


def test_on_a_desk_every_chart_draws_itself_without_a_complaint_and_fetches_nothing_elsewhere(
    chromium: Browser, site: str
) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    said, fetched = watched(page)
    page.goto(f"{site}{PAGE}")
    scroll_through(page)
    assert page.locator(DRAWN).count() == 3
    assert page.locator(".chart .main-svg .point").count() > 8
    assert said == []
    assert [one for one in fetched if not one.startswith(site)] == []
    assert page.locator("style").count() == 0
    assert page.locator(".modebar-btn").count() == 0
    page.close()


def test_a_dot_says_its_home_when_it_is_pointed_at(chromium: Browser, site: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{site}{PAGE}")
    scroll_through(page)
    chart = page.locator(".chart").nth(1)
    chart.scroll_into_view_if_needed()
    box = chart.locator(".points path").last.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".hoverlayer .hovertext")
    assert "av" in page.locator(".hoverlayer").inner_text() or "Björken" in chart.inner_text()
    page.close()


@pytest.mark.parametrize("is_sparing", [False, True])
def test_on_a_phone_and_with_save_data_nothing_is_fetched_until_the_button_is_pressed(
    chromium: Browser, site: str, is_sparing: bool
) -> None:
    page = chromium.new_page(viewport={"width": 1280 if is_sparing else 390, "height": 800})
    if is_sparing:
        page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    _, fetched = watched(page)
    page.goto(f"{site}{PAGE}")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    assert not [one for one in fetched if "/diagram/" in one or "plotly" in one]
    button = page.get_by_role("button", name="Visa diagrammet").first
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(DRAWN)
    assert len([one for one in fetched if "/diagram/" in one]) == 1
    assert not button.is_visible() or page.get_by_role("button", name="Visa diagrammet").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_a_comparison_is_drawn_when_it_is_asked_for(chromium: Browser, site: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    said, _ = watched(page)
    page.goto(f"{site}/jamfor?ou={UNITS[0]},{UNITS[1]},{UNITS[2]}")
    assert page.locator(DRAWN).count() == 0
    page.get_by_role("button", name="Visa diagrammet").click()
    page.wait_for_selector(DRAWN)
    assert page.locator(".chart .points path").count() == 3
    assert said == []
    page.close()


def test_where_a_chart_cannot_be_fetched_the_page_says_so(chromium: Browser, site: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.route("**/diagram/**", lambda route: route.abort())
    page.goto(f"{site}{PAGE}")
    page.locator(".chart").first.scroll_into_view_if_needed()
    page.wait_for_selector(".chart-failed:not([hidden])")
    page.close()


def test_without_script_there_is_no_chart_and_no_button_but_the_table(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}{PAGE}")
    assert page.locator(".chart:visible").count() == 0
    assert page.locator("#niva-unit:visible").count() == 1
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("forced", ["none", "active"])
def test_drawn_charts_pass_axe_also_with_forced_colours(
    chromium: Browser, site: str, width: int, forced: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        forced_colors="active" if forced == "active" else "none",
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(f"{site}{PAGE}")
    for button in page.get_by_role("button", name="Visa diagrammet").all():
        button.click()
    scroll_through(page)
    found = [(one["id"], one["nodes"][0]["html"][:120]) for one in Axe().run(page).response["violations"]]
    assert found == []
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.chart-room')).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    context.close()
