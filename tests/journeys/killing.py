"""A web process that is killed again and again, and young people who answer it all the same."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from hvb_followup.settings import Settings

FORM = {"content-type": "application/x-www-form-urlencoded"}
UP_WITHIN = 30  # seconds
LIFE = 90  # replies, at most


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """The environment of a child process that serves the test's own database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HVB_")}
    return {
        **kept,
        "HVB_DATA": str(settings.data),
        "HVB_DATABASE_URL": settings.database_url,
        "HVB_DEMO": "1",
        **more,
    }


class Server:
    """``python -m hvb_followup serve --only web``, started and killed at will on one port."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = environment(settings, HVB_PORT=str(self.port))
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hvb_followup", "serve", "--only", "web"],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        async with httpx.AsyncClient(base_url=self.address, verify=False) as client:
            for _ in range(UP_WITHIN * 50):
                try:
                    if (await client.get("/ready")).status_code == 200:
                        return
                except httpx.TransportError:
                    assert self._process.poll() is None, self._log.read_text()
                await asyncio.sleep(0.02)
        raise AssertionError(f"not up within {UP_WITHIN} s: {self._log.read_text()}")

    def kill(self) -> None:
        """kill -9: no goodbye, no flush, no rollback."""
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Visitor:
    """A young person with one cookie. What got no reply is sent again, except by one who gives up."""

    def __init__(self, placement: str, code: str, said: str, *, gives_up: bool) -> None:
        self.placement = placement
        self.code = code
        self.said = said
        self.gives_up = gives_up
        self.thanked = ""  # the thanks page, once it was seen
        self.unheard = 0  # how many times "Klar" got no reply
        self.heard = 0  # how many replies she got to anything

    async def answer(self, address: str) -> None:
        """From the code to the thanks page, however often the server dies on the way."""
        async with httpx.AsyncClient(base_url=address, verify=False, timeout=30) as client:
            await self._send(client, "/svara", code=self.code)
            await self._send(client, "/svara/start", choice="yes", edition="standard")
            await self._send(client, "/svara/fraga/2", answer=self.said)
            thanks = await self._send(client, "/svara/klar")
            if thanks is not None:
                assert thanks.status_code == 200
                self.thanked = thanks.text

    async def _send(self, client: httpx.AsyncClient, path: str, **form: str) -> httpx.Response | None:
        while True:
            try:
                found = await client.post(path, data=form, headers=FORM)
            except httpx.ConnectError:
                await asyncio.sleep(0.01)
                continue
            except httpx.TransportError:
                if path == "/svara/klar":
                    self.unheard += 1
                    # Where the head of the reply came through, the sitting has ended: she cannot ask once more.
                    if self.gives_up or not client.cookies:
                        return None
                continue
            assert found.status_code in {200, 303}, (path, found.status_code, found.text)
            self.heard += 1
            return found


async def answer_under_fire(
    server: Server, visitors: Sequence[Visitor], *, at_once: int, dice: random.Random
) -> int:
    """Let everybody answer while the server is killed at random moments; how many times it was.

    A life lasts a random number of replies and a moment more, so that a slow machine gets on too.
    """
    waiting = iter(visitors)

    async def one_after_another() -> None:
        for visitor in waiting:
            await visitor.answer(server.address)

    queue = asyncio.gather(*(one_after_another() for _ in range(at_once)))
    kills = 0
    try:
        while not queue.done():
            await server.start()
            enough = sum(one.heard for one in visitors) + dice.randint(1, LIFE)
            while not queue.done() and sum(one.heard for one in visitors) < enough:
                await asyncio.sleep(0.001)
            await asyncio.wait([queue], timeout=dice.uniform(0, 0.03))
            server.kill()
            kills += not queue.done()
    finally:
        server.kill()
        queue.cancel()
    await asyncio.gather(queue, return_exceptions=False)
    return kills


class Counters:
    """Two counting processes that start to count at the same moment."""

    def __init__(self, settings: Settings, now: dt.datetime) -> None:
        self.loaded = asyncio.Event()
        self._command = [sys.executable, "-m", "tests.journeys.counter", now.isoformat()]
        self._environment = environment(settings)

    async def run_both(self, *, kill_after: float | None) -> list[int]:
        """Let both count, or kill both so soon after they began; how many waves each says it counted."""
        both = await asyncio.gather(self._start(), self._start())
        self.loaded.set()
        await asyncio.sleep(0.02)
        for one in both:
            assert one.stdin is not None
            one.stdin.write(b"go\n")
        if kill_after is not None:
            await asyncio.sleep(kill_after)
            for one in both:
                if one.returncode is None:
                    one.kill()
        said = [await one.communicate() for one in both]
        assert [error for _, error in said] == [b"", b""]
        return [int(out) for out, _ in said if out.strip()]

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stdin=pipe, stdout=pipe, stderr=pipe
        )
        assert process.stdout is not None
        assert await process.stdout.readline() == b"loaded\n"
        return process
