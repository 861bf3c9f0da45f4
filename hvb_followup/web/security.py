"""What holds for every response and every form: headers, hosts, where a form may come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Litestar
from litestar.enums import HttpMethod
from litestar.handlers.base import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.routes import BaseRoute, HTTPRoute
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from litestar.utils import normalize_path

from hvb_followup.access import Permission
from hvb_followup.errors import HvbError, Problem, Unsound
from hvb_followup.web.service import Asked

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "strict-transport-security": "max-age=31536000",
    "cache-control": "no-store",
}
RAW_HEADERS = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
# A page with recordings, and no other, may load them.
MAY_SOUND = (b"content-security-policy", f"{CSP}; media-src 'self'".encode())
FORM = "application/x-www-form-urlencoded"
NO_DOOR = "The handler lacks opt door (public, respondent or signed-in), or a signed-in one its permission."
MAX_FORM = 20_000  # bytes
MAX_FIELDS = 50


class FormRefused(HvbError):
    """A form that is no form of ours."""

    status = 415


def refuse_unguarded(app: Litestar) -> None:
    """Refuse to be built with a route that does not say whose door it is, or what a signed-in person must be let do."""
    odd = [f"{route.path} {handler}" for route, handler in handlers_of(app) if not _is_guarded(handler)]
    if odd:
        raise Unsound(*(Problem(code="route-unguarded", where=one, says=NO_DOOR) for one in odd))


def handlers_of(app: Litestar) -> Iterator[tuple[BaseRoute, BaseRouteHandler]]:
    """Every route with every handler of ours; the router's own answer to OPTIONS says nothing."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            yield route, route.route_handler
            continue
        for handler in route.route_handlers:
            if handler.http_methods != {HttpMethod.OPTIONS}:
                yield route, handler


def _is_guarded(handler: BaseRouteHandler) -> bool:
    door = handler.opt.get("door")
    return door in {"public", "respondent"} or (
        door == "signed-in" and isinstance(handler.opt.get("permission"), Permission)
    )


async def add_headers(message: Message, scope: Scope) -> None:
    """Give every response its headers, errors included; a handler's own rule stands."""
    if message["type"] == "http.response.start":
        given = list(message.get("headers", ()))
        names = {name.lower() for name, _ in given}
        message["headers"] = given + [header for header in RAW_HEADERS if header[0] not in names]


class Doorkeeper(ASGIMiddleware):
    """Each host answers only its own routes, and no form is taken from another site.

    ``answer_host`` is the respondents' neutral host; empty when there is only one host (DESIGN §8).
    """

    def __init__(self, answer_host: str = "") -> None:
        self.answer_host = answer_host

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Let the request through, or answer it here."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        if self._is_wrong_host(scope["path"], headers.get(b"host", "")) or _holds_nul(scope):
            await _plain(send, 404, "Sidan finns inte.")
        elif scope.get("method") == "POST" and is_foreign(headers):
            await _plain(send, 403, "Formuläret kom från en annan sida. Öppna sidan igen och försök på nytt.")
        else:
            await next_app(scope, receive, send)

    def _is_wrong_host(self, path: str, host: str) -> bool:
        if not self.answer_host or path.startswith(("/static/", "/health", "/ready")):
            return False
        return is_answering(path) != (host.lower() == self.answer_host)


def answer_host(answer_url: str) -> str:
    """The respondents' neutral host; "" when there is only one host."""
    return urlsplit(answer_url).netloc.lower()


def is_answering(path: str) -> bool:
    """True for the respondents' addresses, also with the slashes that the router forgives."""
    return f"{normalize_path(path)}/".startswith("/svara/")


def _holds_nul(scope: Scope) -> bool:
    """True for an address with the one character that PostgreSQL has no place for; none of ours has it."""
    return "\0" in scope["path"] or b"%00" in scope["query_string"]


def is_foreign(headers: dict[bytes, str]) -> bool:
    """True when a browser says that the form was sent from another origin."""
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get(b"origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get(b"host", "").lower()


async def _plain(send: Send, status: int, text: str) -> None:
    body = text.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    headers += RAW_HEADERS
    start: Any = {"type": "http.response.start", "status": status, "headers": headers}
    end: Any = {"type": "http.response.body", "body": body, "more_body": False}
    await send(start)
    await send(end)


async def read_form(request: Asked, *, fields: int = MAX_FIELDS) -> dict[str, str]:
    """The fields of a form; FormRefused when it is none, too large or unreadable. The last of a name wins."""
    return dict(await read_fields(request, fields=fields))


async def read_fields(request: Asked, *, fields: int = MAX_FIELDS) -> list[tuple[str, str]]:
    """The fields of a form in order, a name perhaps several times; FormRefused as ``read_form``."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != FORM:
        raise FormRefused(_refused("Formuläret har fel slag av innehåll."))
    body = await request.body()
    if len(body) > MAX_FORM:
        raise FormRefused(_refused("Formuläret är för stort."))
    try:
        found = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=fields, errors="strict"
        )
    except ValueError:
        raise FormRefused(_refused("Formuläret går inte att läsa.")) from None
    return [(name, value.replace("\0", "")) for name, value in found]


async def read_parts(request: Asked) -> dict[str, bytes]:
    """The fields and the file of a ``multipart/form-data`` form, by name; FormRefused when it is none.

    The body is in memory already, within the route's own limit, and is never spooled to a file. The last of a
    name wins.
    """
    kind, _, boundary = request.headers.get("content-type", "").partition("boundary=")
    mark = boundary.strip().strip('"')
    if not kind.lower().startswith("multipart/form-data") or not 1 <= len(mark) <= 70:
        raise FormRefused(_refused("Formuläret har fel slag av innehåll."))
    try:
        pieces = (b"\r\n" + await request.body()).split(b"\r\n--" + mark.encode("ascii"))
        if len(pieces) > MAX_FIELDS or pieces[-1][:2] != b"--":
            raise ValueError
        return dict(_part(piece) for piece in pieces[1:-1])
    except ValueError:
        raise FormRefused(_refused("Formuläret går inte att läsa.")) from None


def _part(piece: bytes) -> tuple[str, bytes]:
    """Name and content of one part; a file's own name is not read."""
    head, found, content = piece.partition(b"\r\n\r\n")
    name = re.search(rb'(?im)^content-disposition:\s*form-data;\s*name="([^"\r\n]{1,80})"', head)
    if not found or name is None:
        raise ValueError
    return name[1].decode("utf-8"), content


def _refused(says: str) -> Problem:
    return Problem(code="form-refused", where="", says=says, mend="Gå tillbaka och försök igen.")
