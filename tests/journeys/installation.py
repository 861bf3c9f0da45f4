"""A service as its users meet it: an installation run by real commands, and somebody with a real browser."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import functools
import io
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, Response
from playwright.sync_api import TimeoutError as TooLong

from hvb_followup import content
from hvb_followup.keys.counter import open_counter_keys
from hvb_followup.keys.web import open_web_keys
from hvb_followup.settings import from_environment
from hvb_followup.store.database import opened
from tests.world import LILLBY, STORBY, World

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
SHIPPED = functools.cache(content.read)
# What no title and no address of the young people's may tell to whoever stands beside.
TELLING = re.compile(r"(?i)hvb|boende|utförare|norrgården|södergården|placer|socialtj|kommun")
PHONE = {"width": 390, "height": 844}
DEPLOYMENT = f"""\
operator = "Påhittade kommunförbundet"
contact = "fragor@exempel.invalid"
exit_url = "EXIT"

[feedback]
sv = "Resultatet sätts upp där du bor."
en = "The results are put up where you live."
ar = "تُعلَّق النتيجة حيث تسكن."

[[helpline]]
name = "Bris"
phone = "116 111"
hours = "Dygnet runt."
hours_in = {{ en = "Day and night." }}
oldest = 17
free = true
off_the_bill = true
anonymous = true
verified_on = 2026-11-01

[[municipality]]
code = "{LILLBY}"
name = "Lillby"
lan = "Gotland"

[[municipality]]
code = "{STORBY}"
name = "Storby"
lan = "Skåne"
"""


def in_a_thread(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What the coroutine gives; the browser's own loop holds the main thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


class Installation:
    """One installation: its folder, the environment of its web, the environment of its commands."""

    def __init__(self, folder: Path, web: dict[str, str], jobs: dict[str, str]) -> None:
        self.folder = folder
        self.port = free_port()
        shared = {"HVB_DEMO": "1", "HVB_DATA": str(folder), "HVB_PORT": str(self.port)}
        plain = {name: value for name, value in os.environ.items() if not name.startswith("HVB_")}
        self.web = {**plain, **shared, **web}
        self.jobs = {**plain, **shared, **web, **jobs}
        self.settings = from_environment({name: self.jobs[name] for name in self.jobs if name[:4] == "HVB_"})
        self.url = f"http://127.0.0.1:{self.port}"
        self.exit = f"http://localhost:{self.port}/health"  # another host, as dull as a weather page
        self.log = folder / "web.log"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "deployment.toml").write_text(DEPLOYMENT.replace("EXIT", self.exit), encoding="utf-8")
        self._server: subprocess.Popen[bytes] | None = None

    def hvb(self, *arguments: str, expect: int = 0, **environ: str) -> str:
        """What a command says; it must end as expected."""
        done = subprocess.run(
            [sys.executable, "-m", "hvb_followup", *arguments],
            cwd=ROOT, env={**self.jobs, **environ}, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == expect, f"hvb {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def register(self, kind: str, rows: list[dict[str, str]]) -> str:
        """Import a register as a sheet saved for Swedish Excel: headings first, semicolons between."""
        file = self.folder / f"{kind}.csv"
        with file.open("w", encoding="utf-8-sig", newline="") as sheet:
            writer = csv.DictWriter(sheet, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        return self.hvb("import", kind, str(file))

    def codes(self, unit: str, half_year: str, family: str) -> dict[str, str]:
        """The codes issued on a home's placements, as they are written on the cards."""
        out = self.folder / f"{unit}-{half_year}.csv"
        self.hvb("codes", unit, half_year, family, "--out", str(out))
        lines = out.read_text(encoding="utf-8").splitlines()
        return {line["placering"]: line["kod"] for line in csv.DictReader(lines, delimiter=";")}

    def errand(self, work: Callable[[World], Awaitable[T]]) -> T:
        """What an errand gives, run beside the service on the same database."""

        async def inside() -> T:
            async with opened(self.settings.jobs_database_url) as database:
                web = open_web_keys(self.settings.web_keys, self.settings.public_keys)
                counter = open_counter_keys(self.settings.counter_keys)
                return await work(World(database, SHIPPED(), web, counter, self.settings))

        return in_a_thread(inside)

    def get(self, path: str, *, status: int = 200) -> str:
        """The body behind an address, as a machine asks for it."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                found, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            found, body = error.code, error.read()
        assert found == status, f"{path}: {found}"
        return str(body.decode("utf-8-sig"))

    def rows(self, path: str) -> list[dict[str, str]]:
        """The rows of a CSV."""
        return list(csv.DictReader(io.StringIO(self.get(path))))

    def serve(self) -> None:
        """Start the web process and wait until it is ready."""
        with self.log.open("wb") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "hvb_followup", "serve", "--only", "web"],
                cwd=ROOT, env=self.web, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._is_ready():
            assert self._server.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, "the web was not ready within a minute"
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            return bool(self.get("/ready") == "ok")
        except OSError:
            return False

    def stop(self) -> None:
        """End the web process."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(20)


# A reader opens what is folded. It is done as each page becomes whole, because a press may return before the next
# page has come, and what would be opened then is the page that is left.
OPEN_FOLDS = """
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("details.theme").forEach(one => { one.open = true });
});
"""


def until_sent(page: Page) -> None:
    """Until the player's script, which sends an answer itself, has got it through and gone on."""
    page.locator("form[aria-busy]").wait_for(state="detached")


def click(target: Locator) -> None:
    """Press what is seen.

    Chromium on a loaded machine may stop drawing a page that has come (seen once in some thousand pages), and what is
    not drawn is never held to be still. Then it is brought to the front, which draws it, and pressed; where that does not
    help the walk fails, as it ought to.
    """
    try:
        target.click(timeout=8_000)
    except TooLong:
        target.page.bring_to_front()
        target.page.screenshot()
        print("brought to the front:", target.page.url, target.page.evaluate("document.readyState"))
        target.click()


class Visitor:
    """Somebody with a browser; remembers all that was asked for, answered and complained of."""

    def __init__(self, browser: Browser, url: str, **settings: Any) -> None:
        given = {"viewport": PHONE, "locale": "sv-SE", "timezone_id": "Europe/Stockholm", **settings}
        self.url = url
        self.context: BrowserContext = browser.new_context(base_url=url, **given)
        self.context.set_default_timeout(30_000)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.seen: list[str] = []
        self.bodies: list[str] = []
        self._unread: list[Response] = []
        self.context.add_init_script(OPEN_FOLDS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url.partition("#")[0]))
        self.page.on("response", self._receive)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.said.append(message.text)

    def _receive(self, answer: Response) -> None:
        self.seen.append(f"{answer.url} {answer.headers}")
        if answer.request.resource_type == "document" and not 300 <= answer.status < 400:
            self._unread.append(answer)

    def go(self, path: str) -> Page:
        """Open an address, and keep what came."""
        self.page.goto(path)
        return self.keep()

    def press(self, name: str, role: Any = "button") -> Page:
        """Press the button, or follow the link, with this name."""
        click(self.page.get_by_role(role, name=name, exact=True))
        return self.keep()

    def keep(self) -> Page:
        """Remember the page that is shown when it is whole, and every byte that came for it."""
        until_sent(self.page)
        self.page.wait_for_load_state()
        self.seen.append(self.page.content())
        while self._unread:
            answer = self._unread.pop()
            with contextlib.suppress(Error):  # a page that sent us on at once is gone from the browser
                self.bodies.append(answer.text())
        return self.page

    def complaints(self) -> list[str]:
        """What the browser complained of, but that a page was refused: that is what was asked for."""
        refused = "Failed to load resource: the server responded with a status of 4"
        return [text for text in self.said if not text.startswith(refused)]

    def strangers(self) -> list[str]:
        """Everything that was asked of another host."""
        return [url for url in self.asked if not url.startswith((f"{self.url}/", "about:", "data:"))]

    def close(self) -> None:
        """Shut the browser's window."""
        self.context.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
