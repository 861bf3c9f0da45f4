"""The player as a phone on a poor line meets it: the first question, and how soon "Göm sidan" has hidden the page.

    python -m tests.benchmarks.player [--rounds 5]

Chromium, its line throttled to 400 kbit/s with 400 ms of delay; a real web process on a fresh database. Each time is
printed beside its limit (R7 G3, G10); the slowest round counts.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from hvb_followup import content
from hvb_followup.store.database import opened
from hvb_followup.store.migrate import migrate
from tests.benchmarks.answering import line
from tests.journeys.conftest import FLAGS
from tests.journeys.installation import Installation, Visitor, in_a_thread
from tests.journeys.player import AR, EASY, SV, Edition, House, begin
from tests.world import NORTH, make_world

WATCH = """() => {
  let pressed = NaN;
  addEventListener("click", () => { pressed = performance.now(); }, { capture: true });
  const look = () => { if (document.documentElement.hidden) tellBlank(performance.now() - pressed); };
  new MutationObserver(look).observe(document.documentElement, { attributeFilter: ["hidden"] });
}"""
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def prepared(folder: Path, codes: int) -> House:
    """An installation with one home and so many codes."""
    made = Installation(folder / "data", {}, {})

    async def build() -> list[str]:
        async with opened(made.settings.database_url) as database:
            await migrate(database)
            world = await make_world(database, content.read(), folder, made.settings.database_url)
            await world.placements(NORTH, codes)
            await world.open()
            await world.set_clock()
            return [issued.code for issued in await world.codes(NORTH)]

    return House(made, in_a_thread(build))


def first_question(browser: Browser, house: House, how: Edition) -> float:
    """Seconds until the first question can be read, nothing of it being there before."""
    warm = Visitor(browser, house.url)
    begin(warm, house, how)
    cookies = warm.context.cookies()
    warm.close()
    cold = Visitor(browser, house.url)
    cold.context.add_cookies(cookies)  # type: ignore[arg-type]
    wire = cold.context.new_cdp_session(cold.page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW)
    began = time.perf_counter()
    cold.page.goto("/svara/fraga/1", wait_until="load")
    cold.page.locator("fieldset input[name=answer]").first.wait_for()
    took = time.perf_counter() - began
    cold.close()
    return took


def exit_times(browser: Browser, house: House) -> tuple[float, float]:
    """Milliseconds from the press on "Göm sidan" until the page is blank, and until another page is there.

    The page itself tells when it was pressed and when it was hidden: another comes so soon that nobody could look.
    """
    young = Visitor(browser, house.url)
    page = begin(young, house, SV)
    blank: list[float] = []
    page.expose_function("tellBlank", lambda took: blank.append(took))
    page.evaluate(WATCH)
    began = time.perf_counter()
    page.locator("a.exit").click(no_wait_after=True)
    page.wait_for_url("**/health", wait_until="commit")
    gone = 1000 * (time.perf_counter() - began)
    young.close()
    if not blank:
        raise SystemExit("the page never was blank before another came")
    return blank[0], gone


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    folder = Path(tempfile.mkdtemp(prefix="hvb-player-"))
    house = prepared(folder, 4 * rounds + 4)
    house.made.serve()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            for how in (SV, EASY, AR):
                times = [first_question(browser, house, how) for _ in range(rounds)]
                line(f"first question, 400 kbit/s and 400 ms, {how}", max(times), "s", "≤ 3")
                print(f"  median {statistics.median(times):.1f} s")
            exits = [exit_times(browser, house) for _ in range(rounds)]
            line("quick exit: the page is blank", max(blank for blank, _ in exits), "ms", "≤ 500")
            line("quick exit: another page is there", max(gone for _, gone in exits), "ms", "≤ 500")
            browser.close()
    finally:
        house.made.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
