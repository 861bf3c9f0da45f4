"""Two workers in processes of their own, that are told to work at the same instant and are killed with kill -9."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable
from enum import Enum

import msgspec

from hvb_followup.mail.message import Message
from hvb_followup.settings import Settings
from tests.journeys.killing import environment
from tests.waves.worker import AWAY, DONE, TAKEN


class Fate(Enum):
    """What the gateway does with a message, or what becomes of the worker that hands it over."""

    TAKEN = TAKEN
    AWAY = AWAY
    KILLED = b""


Gateway = Callable[[Message], Awaitable[Fate]]


class Worker:
    """One worker's process, at the other end of a connection."""

    def __init__(self, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid, self.reader, self.writer = pid, reader, writer
        self.is_killed = False

    def kill(self) -> None:
        """kill -9: no goodbye, no flush, no rollback."""
        if not self.is_killed:
            self.is_killed = True
            os.kill(self.pid, signal.SIGKILL)
            self.writer.close()

    async def work(self, now: dt.datetime, gateway: Gateway) -> None:
        """Plan and send at an instant, until it says that it is done or is killed."""
        self.writer.write(f"{now.isoformat()}\n".encode())
        while (line := await self._heard()) not in (DONE, b""):
            fate = await gateway(msgspec.json.decode(line, type=Message))
            if fate is Fate.KILLED:
                self.kill()
            if not self.is_killed:
                self.writer.write(fate.value)

    async def _heard(self) -> bytes:
        """The next line; nothing of one that was killed."""
        try:
            line = b"" if self.is_killed else await self.reader.readline()
        except ConnectionError:
            line = b""
        assert line or self.is_killed, "a worker died that nobody killed"
        return b"" if self.is_killed else line


class Workers:
    """As many as there are at once, each replaced when it was killed."""

    def __init__(self, settings: Settings, n: int, dice: random.Random) -> None:
        self.n, self.dice, self.n_killed = n, dice, 0
        self._settings = settings
        self._alive: list[Worker] = []

    async def __aenter__(self) -> Workers:
        self._nursery = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.waves.worker"),
            env=environment(self._settings),
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._nursery.stdout is not None
        self._port = int(await self._nursery.stdout.readline())
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self._alive:
            worker.kill()
        self._nursery.kill()
        await self._nursery.wait()

    async def work(self, now: dt.datetime, gateway: Gateway) -> None:
        """All of them at once; now and then one is killed wherever it happens to be."""
        self._alive = [one for one in self._alive if not one.is_killed]
        self._alive += [await self._born() for _ in range(self.n - len(self._alive))]
        if self.dice.random() < 0.03:
            later = asyncio.get_running_loop().call_later
            later(self.dice.uniform(0, 0.05), self.dice.choice(self._alive).kill)
        await asyncio.gather(*(self._through(worker, now, gateway) for worker in self._alive))

    async def _through(self, worker: Worker, now: dt.datetime, gateway: Gateway) -> None:
        """A worker through one tick; another goes on in the place of one that was killed."""
        await worker.work(now, gateway)
        while worker.is_killed:
            self.n_killed += 1
            worker = await self._born()
            self._alive.append(worker)
            await worker.work(now, gateway)

    async def _born(self) -> Worker:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        return Worker(int(await reader.readline()), reader, writer)
