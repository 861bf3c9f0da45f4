"""The pictures of README's five-minute tour, taken of an invented nation.

    python -m tests.journeys.tour [--data DIR]

Builds forty homes (or uses a demonstration that is there), opens each stop of the tour in Chromium, and writes
``dashboards/tour/*.png``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.answering import HOST, served
from tests.benchmarks.nation import build
from tests.journeys.installation import ROOT, free_port

PICTURES = ROOT / "dashboards" / "tour"
DESK, PHONE = {"width": 1100, "height": 720}, {"width": 390, "height": 720}


class Stop(NamedTuple):
    """One picture: its name, the size of the window, and the way there."""

    name: str
    window: dict[str, int]
    go: Callable[[Page, dict[str, Any]], object]
    down: int = 0  # so many pixels below the top


def answer(page: Page, told: dict[str, Any]) -> None:
    """A young person's first question."""
    code = next(one["code"] for one in told["codes"] if one["family"].startswith("ung"))
    page.goto("/svara")
    page.get_by_label("Kod").first.fill(code)
    page.keyboard.press("Enter")
    page.locator("button[value=yes]").click()


def sign_in(page: Page, told: dict[str, Any], way: str) -> None:
    """The manager's door."""
    manager = next(one for one in told["accounts"] if one["role"] == "unit_manager")
    page.goto("/logga-in")
    page.fill("input[name=name]", manager["name"])
    page.fill("input[name=password]", manager["password"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/enhet")
    page.goto(f"/enhet/{manager['scope']}{way}")


def homes(told: dict[str, Any], count: int) -> str:
    return ",".join(unit["id"] for unit in told["units"][:count])


STOPS = (
    Stop("1-start", DESK, lambda page, told: page.goto("/")),
    Stop("2-svara", PHONE, answer),
    Stop("3-hitta", DESK, lambda page, told: page.goto("/hitta")),
    Stop("4-jamfor", DESK, lambda page, told: page.goto(f"/jamfor?ou={homes(told, 3)}&kpi=U01,S01,P01"), 600),
    Stop("5-enhet", DESK, lambda page, told: sign_in(page, told, "")),
    Stop("6-personal", DESK, lambda page, told: sign_in(page, told, "/personal"), 640),
)


def take(data: Path, port: int) -> None:
    """Take every picture of a service that runs on this port."""
    told = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for stop in STOPS:
            context = browser.new_context(
                base_url=f"http://{HOST}:{port}", viewport=stop.window, locale="sv-SE"
            )
            page = context.new_page()
            stop.go(page, told)
            page.evaluate(f"window.scrollTo(0, {stop.down})")
            page.screenshot(path=PICTURES / f"{stop.name}.png")
            context.close()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    data = given.data or Path(tempfile.mkdtemp(prefix="hvb-tour-"))
    if not (data / "demo.json").exists():
        build(40, 2, data)
    port = free_port()
    environ = {**os.environ, "HVB_DEMO": "1", "HVB_DATA": str(data.resolve()), "HVB_PORT": str(port)}
    with served(environ, port):
        take(data, port)
    if given.data is None:
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
