"""Visitors: a small HTTP client on raw sockets, so that the load costs the machine less than the service does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlencode


class Reply(NamedTuple):
    """What came back: status, the cookie that was set (if any), where to go, and the body's length."""

    status: int
    cookie: str
    location: str
    body: bytes


class Visitor:
    """One browser: one connection kept open, one cookie jar with room for one cookie."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.cookie = ""
        self.received = 0

    async def __aenter__(self) -> Visitor:
        self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    async def get(self, path: str) -> Reply:
        """Fetch a page."""
        return await self._ask(f"GET {path} HTTP/1.1\r\n", b"")

    async def post(self, path: str, **fields: str) -> Reply:
        """Send a form."""
        body = urlencode(fields).encode()
        head = f"POST {path} HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {len(body)}\r\n"
        return await self._ask(head, body)

    async def _ask(self, head: str, body: bytes) -> Reply:
        jar = f"cookie: s={self.cookie}\r\n" if self.cookie else ""
        self._writer.write(f"{head}host: {self.host}:{self.port}\r\n{jar}\r\n".encode() + body)
        raw = await self._reader.readuntil(b"\r\n\r\n")
        self.received += len(raw)
        return await self._read(raw.decode("latin-1"))

    async def _read(self, head: str) -> Reply:
        lines = head.split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        for line in lines[1:]:
            if line.lower().startswith("set-cookie: s="):
                self.cookie = line[len("set-cookie: s=") :].split(";", 1)[0].strip('"')
        length = int(fields.get("content-length", "0"))
        body = await self._reader.readexactly(length) if length else b""
        self.received += length
        return Reply(int(lines[0].split()[1]), self.cookie, fields.get("location", ""), body)


class Timed(NamedTuple):
    """How a load went: how many, in how long, and each one's time in order of size."""

    count: int
    seconds: float
    each: list[float]

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.count / self.seconds

    def quantile(self, share: float) -> float:
        """The time that this share did not exceed, in milliseconds."""
        return 1000 * self.each[min(len(self.each) - 1, int(share * len(self.each)))]


async def together(visitors: int, jobs: list[Callable[[], Awaitable[float]]]) -> Timed:
    """Do the jobs, so many at a time; a job gives the seconds it took."""
    waiting = list(reversed(jobs))
    each: list[float] = []

    async def one() -> None:
        while waiting:
            each.append(await waiting.pop()())

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(visitors)))
    return Timed(len(each), time.perf_counter() - began, sorted(each))
