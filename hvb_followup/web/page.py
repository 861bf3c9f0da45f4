"""A page as it goes out on the answering path: bytes and headers, with nothing worked out on the way."""

from __future__ import annotations

from collections.abc import Sequence

from litestar.response.base import ASGIResponse
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send

Header = tuple[bytes, bytes]
HTML = b"text/html; charset=utf-8"


class Page(ASGIResponse):
    """A finished response. Litestar's own works out cookies and headers anew, at five times the cost."""

    def __init__(self, body: bytes = b"", *, status: int = 200, headers: Sequence[Header] = ()) -> None:
        self.status_code = status
        self.body = body
        self._headers = [*headers, (b"content-length", str(len(body)).encode())]
        if body and not any(name == b"content-type" for name, _ in headers):
            self._headers.append((b"content-type", HTML))

    def told(self, header: bytes) -> bytes:
        """What a header says, b"" where it is not there."""
        return dict(self._headers).get(header, b"")

    def also(self, header: Header) -> Page:
        """The same page with one header more."""
        self._headers.append(header)
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; to a HEAD, without its body."""
        start: HTTPResponseStartEvent = {
            "type": "http.response.start",
            "status": self.status_code,
            "headers": self._headers,
        }
        is_head = scope.get("method") == "HEAD"
        end: HTTPResponseBodyEvent = {
            "type": "http.response.body",
            "body": b"" if is_head else self.body,
            "more_body": False,
        }
        await send(start)
        await send(end)
