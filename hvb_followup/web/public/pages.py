"""The public pages: overview, finding homes, side by side, a home, a provider, groups, län, indicators, method.

A page is made of the release and the address, and of nothing else; so it is made once and kept.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Response, get
from litestar.params import FromPath

from hvb_followup.errors import Problem, Refused, not_found
from hvb_followup.pages.finding import FILTERS
from hvb_followup.pages.model import Release
from hvb_followup.web.cupboard import Kept
from hvb_followup.web.service import Asked, Service, language_of_pages, service_of
from hvb_followup.web.shelf import NO_HISTORY, Published
from hvb_followup.web.templating import View

JSON = "application/json"
HTML = "text/html"  # the framework adds the charset
FRESH = "public, max-age=300"  # pages change when a release does
# What is compressed already is not compressed again.
PUBLIC: dict[str, Any] = {"door": "public", "packed": True}
# What an address may ask; anything else makes no other page.
NAMES = frozenset({"lang", "r", "ou", "utforare", "kpi", "sida", "hem", *(one.id for one in FILTERS)})
MOST_PAIRS = 200
LONGEST_QUERY = 4000
Page = Response[bytes]
Made = tuple[bytes, int]


@get("/", opt=PUBLIC)
async def start(request: Asked) -> Page:
    """The overview."""
    pages = service_of(request).pages
    return await page(request, lambda release, view: (pages.start(release, view), 200))


@get("/hitta", opt=PUBLIC)
async def search(request: Asked) -> Page:
    """Homes by what is open about them."""
    pages, pairs = service_of(request).pages, pairs_of(request)
    return await page(request, lambda release, view: (pages.search(release, pairs, view), 200))


@get("/jamfor", opt=PUBLIC)
async def compare(request: Asked) -> Page:
    """Two to six homes or providers side by side."""
    pages, pairs = service_of(request).pages, pairs_of(request)
    return await page(request, lambda release, view: pages.compare(release, pairs, view))


@get("/hem/{ou:str}", opt=PUBLIC)
async def home(request: Asked, ou: FromPath[str]) -> Page:
    """One home."""
    pages = service_of(request).pages
    return await page(request, lambda release, view: (pages.home(there(release, ou), ou, view), 200))


@get("/utforare/{provider_id:str}", opt=PUBLIC)
async def provider(request: Asked, provider_id: FromPath[str]) -> Page:
    """One provider."""
    pages = service_of(request).pages
    return await page(
        request,
        lambda release, view: (pages.provider(there(release, provider_id), provider_id, view), 200),
    )


@get("/indikator/{kpi:str}", opt=PUBLIC)
async def indicator(request: Asked, kpi: FromPath[str]) -> Page:
    """One indicator."""
    service = service_of(request)
    published, own = await asked_release(request, service), request.query_params.get("hem", "")
    history = await service.shelf.history(published) if published else NO_HISTORY
    make = service.pages.indicator
    return await page(request, lambda release, view: (make(release, kpi, view, own, history), 200))


@get("/diagram/jamfor", opt=PUBLIC)
async def axis(request: Asked) -> Page:
    """What plotly.js draws of a comparison."""
    pages, pairs = service_of(request).pages, pairs_of(request)
    return await page(
        request,
        lambda release, view: (pages.axis(there(release, "diagram"), pairs, view), 200),
        media_type=JSON,
    )


@get("/diagram/{kpi:str}/{kind:str}", opt=PUBLIC)
async def chart(request: Asked, kpi: FromPath[str], kind: FromPath[str]) -> Page:
    """What plotly.js draws of one indicator: ``tratt`` or ``trend``."""
    service = service_of(request)
    published, own = await asked_release(request, service), request.query_params.get("hem", "")
    history = await service.shelf.history(published) if published else NO_HISTORY
    draw = service.pages.chart
    return await page(
        request,
        lambda release, view: (draw(there(release, kpi), kpi, kind, view, own, history), 200),
        media_type=JSON,
    )


@get("/lan", opt=PUBLIC)
async def counties(request: Asked) -> Page:
    """The län as tiles."""
    pages, pairs = service_of(request).pages, pairs_of(request)
    return await page(request, lambda release, view: (pages.counties(release, pairs, view), 200))


@get("/regi", opt=PUBLIC)
async def operating_forms(request: Asked) -> Page:
    """Own against bought care."""
    pages = service_of(request).pages
    return await page(request, lambda release, view: (pages.operating_forms(release, view), 200))


@get("/tema/{theme_id:str}", opt=PUBLIC)
async def theme(request: Asked, theme_id: FromPath[str]) -> Page:
    """A theme."""
    pages = service_of(request).pages
    return await page(request, lambda release, view: (pages.theme(release, theme_id, view), 200))


@get("/metod", opt=PUBLIC)
async def method(request: Asked) -> Page:
    """How the figures are made and what they cannot say."""
    pages = service_of(request).pages
    return await page(request, lambda release, view: (pages.method(release, view), 200))


@get("/metod/{method_id:str}", opt=PUBLIC)
async def method_of(request: Asked, method_id: FromPath[str]) -> Page:
    """One method."""
    pages = service_of(request).pages
    return await page(request, lambda release, view: (pages.method_of(release, method_id, view), 200))


@get("/metod/modell/{kpi:str}", opt=PUBLIC)
async def model_card(request: Asked, kpi: FromPath[str]) -> Page:
    """The model card of an indicator."""
    pages = service_of(request).pages
    return await page(request, lambda release, view: (pages.model_card(release, kpi, view), 200))


@get("/data", opt=PUBLIC)
async def data(request: Asked) -> Page:
    """Where the figures can be fetched."""
    pages = service_of(request).pages
    return await page(request, lambda release, view: (pages.data(release, view), 200))


async def page(request: Asked, make: Callable[[Release | None, View], Made], media_type: str = HTML) -> Page:
    """The page that ``make`` makes of the asked release, or the one that was kept from the last time."""
    service = service_of(request)
    published = await asked_release(request, service)
    release = published.page if published else None
    view = view_of(request)
    address = f"{request.scope['path']}?{urlencode(pairs_of(request))}"
    name = f"{release.id} {release.facts}" if release else ""
    return answer(request, service.kept_pages.get(name, address, lambda: make(release, view)), media_type)


def answer(request: Asked, page: Kept, media_type: str = HTML) -> Response[bytes]:
    """The page, compressed where the browser can read that; 304 where it already has it."""
    headers = {"etag": page.tag, "cache-control": FRESH, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == page.tag:
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(page.packed, status_code=page.status, headers=headers, media_type=media_type)
    return Response(
        gzip.decompress(page.packed), status_code=page.status, headers=headers, media_type=media_type
    )


def view_of(request: Asked) -> View:
    """The language and the pinned release of an address, and the same page in the other language."""
    language = language_of_pages(request)
    kept = [(name, value) for name, value in pairs_of(request) if name != "lang"]
    if language == "sv":
        kept.append(("lang", "en"))
    query = f"?{urlencode(kept, safe=',')}" if kept else ""
    pinned = request.query_params.get("r", "")
    return View(language=language, pinned=pinned, other=f"{request.scope['path']}{query}")


def pairs_of(request: Asked) -> list[tuple[str, str]]:
    """What an address asks, in order, without what is empty or unknown; Refused when there is far too much."""
    asked = parse_qsl(request.scope["query_string"].decode("latin-1"))
    pairs = [(name, value) for name, value in asked if name in NAMES and value.strip()]
    if len(asked) > MOST_PAIRS or len(request.scope["query_string"]) > LONGEST_QUERY:
        says = "Adressen är för lång."
        raise Refused(Problem(code="address", where="", says=says, mend="Välj färre filter."))
    return pairs


def there(release: Release | None, name: str) -> Release:
    """The release; NotFound before the first."""
    if release is None:
        raise not_found(name)
    return release


async def asked_release(request: Asked, service: Service) -> Published | None:
    """The release a permalink names, or the newest, with today's plain facts; NotFound for one not published."""
    named = request.query_params.get("r")
    if named is None:
        published = await service.shelf.newest(service.database)
    else:
        published = await service.shelf.get(named) if len(named) <= 40 else None
        if published is None:
            raise not_found(named)
    return await service.shelf.with_newest_facts(service.database, published) if published else None
