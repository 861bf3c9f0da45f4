"""SMS through a gateway that takes an HTTP request: its address, headers and body are settings.

In the body ``{to}``, ``{text}`` and ``{id}`` are filled in, quoted as the body's own kind wants it. The request carries
the message's id as ``Idempotency-Key``, so that a gateway that knows it sends a message once that was tried twice.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from urllib.parse import quote_plus, urlsplit

import msgspec

from hvb_followup.mail.message import Message, Unavailable, Undeliverable
from hvb_followup.mail.smtp import LOOPBACK, TIMEOUT

FOR_NOW = (401, 403, 404, 408, 409, 425, 429)  # our own fault, or too much at once: not the address's


class Gateway(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway: an https address, the headers of a request, and its body with places to fill in."""

    url: str
    body: str = '{"to": {to}, "message": {text}}'
    headers: Mapping[str, str] = {}
    authority: str = ""

    async def send(self, message: Message) -> None:
        """Hand the message over to the gateway."""
        await asyncio.to_thread(self._send, message)

    def _send(self, message: Message) -> None:
        try:
            with self._opener().open(self._request(message), timeout=TIMEOUT):
                return
        except urllib.error.HTTPError as refused:
            refused.close()
            if 400 <= refused.code < 500 and refused.code not in FOR_NOW:
                raise Undeliverable(f"HTTP {refused.code}") from None
            raise Unavailable(f"HTTP {refused.code}") from None
        except (OSError, ValueError) as error:
            raise Unavailable(type(error).__name__) from None

    def _request(self, message: Message) -> urllib.request.Request:
        if not is_safe(self.url):
            raise ValueError("not https")
        is_json = self.body.lstrip().startswith("{")
        kind = "application/json" if is_json else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Idempotency-Key": message.id, **self.headers}
        body = filled(self.body, message, is_json=is_json).encode()
        return urllib.request.Request(self.url, data=body, headers=headers, method="POST")

    def _opener(self) -> urllib.request.OpenerDirector:
        """TLS that is verified, no proxy from the environment, and nothing followed: a redirect would carry an address off."""
        trusted = ssl.create_default_context(cafile=self.authority or None)
        return urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted), _NoRedirect()
        )


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def is_safe(url: str) -> bool:
    """True for https, and for http to this machine itself."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def filled(body: str, message: Message, *, is_json: bool) -> str:
    """The body with its places filled in; what is filled in can close no quotation and add no field."""
    quoted = json.dumps if is_json else quote_plus
    for name, value in (("{id}", message.id), ("{to}", message.to)):
        body = body.replace(name, quoted(value))
    return body.replace("{text}", quoted(message.text))  # last: nothing in a text is a place to fill in
