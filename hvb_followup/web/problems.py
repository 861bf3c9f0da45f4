"""Errors to answers: a page for people, a problem document for machines, a neutral page for respondents.

A stranger's error says nothing of what went wrong inside; it is logged without values instead.
"""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from hvb_followup.errors import HvbError, NotSignedIn, Problem, TooMany
from hvb_followup.web import screens_of
from hvb_followup.web.end_screens import MessageKind
from hvb_followup.web.security import answer_host, is_answering
from hvb_followup.web.service import Asked, Service, language_of, language_of_pages
from hvb_followup.web.templating import View

HTML = "text/html"  # the framework adds the charset
LOG = logging.getLogger("hvb.web")


def answer_error(request: Asked, error: Exception) -> Response[Any]:
    """The answer to an error, in the manner of the door it came through."""
    status = status_of(error)
    if status >= 500:
        # The type and the place, never the message: a message may carry what somebody wrote.
        LOG.error("%s %s: %s at %s", request.method, _route(request), type(error).__name__, _place(error))
    service: Service = request.app.state.service
    # Not request.url: it cannot be made of every address that a stranger may send.
    path = request.scope["path"]
    if path.startswith(("/api/", "/export/", "/kolada/", "/openapi.json")):
        return problem_document(error, status)
    if is_answering(path) or _is_neutral_host(request, service):
        return _neutral(service, language_of(request, service), error, status)
    if isinstance(error, NotSignedIn):
        return Response(b"", status_code=303, headers={"location": "/logga-in"})
    page = service.pages.problem(status, _problems(error, status), View(language=language_of_pages(request)))
    return Response(page, media_type=HTML, status_code=status, headers=wait_of(error))


def wait_of(error: Exception) -> dict[str, str]:
    """After how long to try again, where it was too much: in whole seconds, and the same for everybody."""
    return {"retry-after": str(int(error.after.total_seconds()))} if isinstance(error, TooMany) else {}


def status_of(error: Exception) -> int:
    """The HTTP status of an error; 500 for a surprise."""
    if isinstance(error, HvbError):
        return error.status
    return error.status_code if isinstance(error, HTTPException) else 500


def problem_document(error: Exception, status: int) -> Response[bytes]:
    """``application/problem+json`` (RFC 9457)."""
    problems = _problems(error, status)
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": " ".join(problem.says for problem in problems),
        "errors": [msgspec.to_builtins(problem) for problem in problems],
    }
    body = msgspec.json.encode(document)
    return Response(body, media_type="application/problem+json", status_code=status)


def _problems(error: Exception, status: int) -> tuple[Problem, ...]:
    if isinstance(error, HvbError):
        return error.problems
    says = SAYS.get(status, "Något gick fel.")
    return (Problem(code=f"http-{status}", where="", says=says),)


SAYS = {
    400: "Det som skickades går inte att förstå.",
    404: "Sidan eller uppgiften finns inte.",
    405: "Sidan kan inte användas på det sättet.",
    413: "Det som skickades är för stort.",
    500: "Något gick fel hos oss.",
}


NEUTRAL: dict[int, MessageKind] = {404: "missing", 429: "refused"}


def _neutral(service: Service, language: str, error: Exception, status: int) -> Response[bytes]:
    page = screens_of.message(service, language, NEUTRAL.get(status, "fault"))
    return Response(page, media_type=HTML, status_code=status, headers=wait_of(error))


def _is_neutral_host(request: Asked, service: Service) -> bool:
    """True on the respondents' own host: not even a missing page may say what stands behind it (DESIGN §4.8)."""
    neutral = answer_host(service.settings.answer_url)
    return bool(neutral) and request.headers.get("host", "").lower() == neutral


def _place(error: Exception) -> str:
    """File and line of the last frame: enough to find the fault, and no value."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "-"


def _route(request: Asked) -> str:
    handler = request.scope.get("route_handler")
    return str(handler) if handler else "-"
