"""Asking the application as a server hands it requests: any path, header and body, also those no client would send."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import msgspec
from litestar import Litestar

HOST = "test.invalid"
NET = "192.0.2.1"
FORM = "application/x-www-form-urlencoded"


class Answered(msgspec.Struct, frozen=True):
    """What came back, header by header, in order."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def header(self, name: str) -> str:
        """A header's value; "" where there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """Every value of a header that may come several times."""
        return [value for key, value in self.headers if key == name]

    def cookie(self, name: str) -> str:
        """The value a cookie was given; "" where it was not set, or dropped."""
        found = [one for one in self.all("set-cookie") if one.startswith(f"{name}=")]
        return found[-1].split(";")[0].partition("=")[2].strip('"') if found else ""


async def ask(
    app: Litestar,
    method: str,
    target: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    host: str = HOST,
    net: str = NET,
) -> Answered:
    """The answer to one request; ``target`` is the path and query as they stand on the wire."""
    path, _, query = target.partition("?")
    given = [(b"host", host.encode()), (b"content-length", str(len(body)).encode())]
    given += [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),  # as uvicorn does
        "raw_path": path.encode(),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": given,
        "client": (net, 5000),
        "server": ("192.0.2.2", 80),
        "state": {},
    }
    return await _exchange(app, scope, body)


async def _exchange(app: Litestar, scope: dict[str, Any], body: bytes) -> Answered:
    sent: list[dict[str, Any]] = []
    inbox = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return inbox.pop() if inbox else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]
    start = sent[0]
    headers = tuple((name.decode().lower(), value.decode("latin-1")) for name, value in start["headers"])
    return Answered(start["status"], headers, b"".join(one.get("body", b"") for one in sent[1:]))


async def post(
    app: Litestar,
    target: str,
    form: str = "",
    *,
    headers: Iterable[tuple[str, str]] = (),
    host: str = HOST,
    net: str = NET,
) -> Answered:
    """The answer to a form, already encoded."""
    sent = [("content-type", FORM), *headers]
    return await ask(app, "POST", target, headers=sent, body=form.encode(), host=host, net=net)


class Phone:
    """A respondent's browser: keeps the sitting's cookie, follows the way on, and remembers every answer it got."""

    def __init__(self, app: Litestar) -> None:
        self.app = app
        self.sitting = ""
        self.seen: list[Answered] = []
        self.at = ""

    async def get(self, target: str) -> Answered:
        """Go to a page."""
        return await self._go("GET", target, [], b"")

    async def post(self, target: str, form: str = "") -> Answered:
        """Send a form."""
        return await self._go("POST", target, [("content-type", FORM)], form.encode())

    async def enter(self, code: str) -> Answered:
        """Type the code."""
        return await self.post("/svara", f"code={code}")

    async def begin(self, code: str, edition: str = "standard") -> Answered:
        """Type the code and say yes; the first question to answer."""
        await self.enter(code)
        return await self.post("/svara/start", f"choice=yes&edition={edition}")

    async def say(self, *said: str) -> Answered:
        """Answer the questions from here on, one after another; "" skips."""
        for one in said:
            answered = await self.post(self.at, f"do=next&answer={one}" if one else "do=skip")
        return answered

    async def _go(self, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> Answered:
        cookie = [("cookie", f"s={self.sitting}")] if self.sitting else []
        answered = await ask(self.app, method, target, headers=headers + cookie, body=body)
        self.at = target
        self.seen.append(answered)
        if any(one.startswith("s=") for one in answered.all("set-cookie")):
            self.sitting = answered.cookie("s")
        way_on = answered.header("location")
        if answered.status == 303 and way_on.startswith("/svara"):
            return await self._go("GET", way_on, [], b"")
        return answered
