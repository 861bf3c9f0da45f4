"""The public pages: overview, a home, how figures are made."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from hvb_followup.errors import not_found
from hvb_followup.web.service import Asked, Service, service_of
from hvb_followup.web.shelf import Published

HTML = "text/html"  # the framework adds the charset
# Pages change when a release does; a permalink with r= never does.
FRESH = {"cache-control": "public, max-age=300"}
Page = Response[bytes]


@get("/", opt={"door": "public"})
async def start(request: Asked) -> Page:
    """The overview."""
    service = service_of(request)
    published = await asked_release(request, service)
    return html(service.pages.start(published.page if published else None))


@get("/hem/{ou:str}", opt={"door": "public"})
async def home(request: Asked, ou: FromPath[str]) -> Page:
    """One home."""
    service = service_of(request)
    published = await asked_release(request, service)
    if published is None:
        raise not_found(ou)
    return html(service.pages.home(published.page, ou))


@get("/metod", opt={"door": "public"})
async def method(request: Asked) -> Page:
    """How the figures are made and what they cannot say."""
    service = service_of(request)
    published = await asked_release(request, service)
    return html(service.pages.method(published.page if published else None))


@get("/data", opt={"door": "public"})
async def data(request: Asked) -> Page:
    """Where the figures can be fetched."""
    service = service_of(request)
    published = await asked_release(request, service)
    return html(service.pages.data(published.page if published else None))


async def asked_release(request: Asked, service: Service) -> Published | None:
    """The release a permalink names, or the newest; NotFound for one that is not published."""
    named = request.query_params.get("r")
    if named is None:
        return await service.shelf.newest(service.database)
    published = await service.shelf.get(named) if len(named) <= 40 else None
    if published is None:
        raise not_found(named)
    return published


def html(body: bytes) -> Page:
    """A public page."""
    return Response(body, media_type=HTML, headers=FRESH)
