"""Open data: the same figures as the pages, in Kolada's shape and as CSV (DESIGN §8). No key, no rank.

Nothing is computed here: a figure is what the release holds, and a withheld one carries only its reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Response, Router, get
from litestar.params import FromPath

from hvb_followup.errors import Problem, Refused, not_found
from hvb_followup.pages.facts import Facts
from hvb_followup.periods import is_half_year
from hvb_followup.store import releases
from hvb_followup.web.public.openapi import description
from hvb_followup.web.public.pages import asked_release
from hvb_followup.web.public.rows import (
    COMPARED_COLUMNS,
    CSV_COLUMNS,
    FACT_COLUMNS,
    FEEDBACK_COLUMNS,
    INSPECTION_COLUMNS,
    LEVELS,
    Row,
    compared_rows,
    csv_text,
    fact_rows,
    feedback_rows,
    figure_rows,
    inspection_rows,
    kolada_rows,
    parquet_bytes,
    provider_rows,
)
from hvb_followup.web.service import Asked, Service, language_of_pages, service_of
from hvb_followup.web.shelf import Published, signed

PAGE_SIZE = 5000
OPEN = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
Answer = Response[bytes]
KINDS = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
UNIT_COLUMNS = ("id", "title", "lan", "places", "provider", "provider_name", "operating_form", "unit_type")
PROVIDER_COLUMNS = ("id", "title", "ou")
KPI_COLUMNS = (
    "id",
    "title",
    "title_en",
    "domain",
    "direction",
    "version",
    "paired_with",
    "why_it_matters",
    "how_to_read",
    "not_for",
)
MOST_IDS = 100


@get("/kpi", opt={"door": "public"})
async def kpi(request: Asked) -> Answer:
    """The indicators."""
    service = service_of(request)
    return listing(request, kpi_rows(service), await asked_release(request, service))


def kpi_rows(service: Service) -> list[Row]:
    """The indicators' definitions."""
    return [
        {
            "id": one.id,
            "title": one.title.sv,
            "title_en": one.title.en,
            "domain": one.domain,
            "direction": one.direction,
            "version": one.version,
            "paired_with": one.paired_with or None,
            "why_it_matters": one.why_it_matters.sv,
            "how_to_read": one.how_to_read.sv,
            "not_for": one.not_for.sv,
        }
        for one in service.catalogue.indicators
    ]


@get("/ou", opt={"door": "public"})
async def ou(request: Asked) -> Answer:
    """The homes: what is open about them."""
    published = await asked_release(request, service_of(request))
    return listing(request, unit_rows(published), published)


def unit_rows(published: Published | None) -> list[Row]:
    """The homes of a release, as it holds them, each with the newest plain facts of it."""
    if published is None:
        return []
    known = published.page.homes
    return [
        {"title": unit["name"], **unit, "facts": msgspec.to_builtins(known[unit["id"]].known)}
        for unit in published.content["units"]
    ]


@get("/provider", opt={"door": "public"})
async def provider(request: Asked) -> Answer:
    """The providers and their homes."""
    published = await asked_release(request, service_of(request))
    return listing(request, provider_rows(published), published)


@get("/changes", opt={"door": "public"})
async def changes(request: Asked) -> Answer:
    """Publications and changed definitions, newest first; with ``since`` only those from a day on."""
    service = service_of(request)
    published = await asked_release(request, service)
    since = request.query_params.get("since", "")
    if since and not re.fullmatch(r"\d{4}-\d\d-\d\d", since):
        raise Refused(_wrong("since", "Ett datum skrivs som 2026-01-31."))
    rows = [
        *(
            {
                "id": one.id,
                "title": f"Publicering {one.period}",
                "kind": "release",
                "on": signed(one)["published_on"],
            }
            for one in await releases.published("statistics")
        ),
        *(
            {"id": one.id, "title": change.says, "kind": "kpi", "on": change.on.isoformat()}
            for one in service.catalogue.indicators
            for change in one.change
        ),
    ]
    rows = sorted((row for row in rows if row["on"] >= since), key=lambda row: row["id"])
    return listing(request, sorted(rows, key=lambda row: row["on"], reverse=True), published)


@get("/periods", opt={"door": "public"})
async def periods(request: Asked) -> Answer:
    """The half-years that have been published."""
    published = await asked_release(request, service_of(request))
    known = sorted({release.period for release in await releases.published("statistics")})
    rows = [
        {"id": period, "title": f"{'Första' if period[-1] == '1' else 'Andra'} halvåret {period[:4]}"}
        for period in known
    ]
    return listing(request, rows, published)


@get("/releases", opt={"door": "public"})
async def all_releases(request: Asked) -> Answer:
    """Everything that was ever published, with its hash."""
    published = await asked_release(request, service_of(request))
    rows = [
        {
            "id": one.id,
            "title": f"Publicering {one.period}",
            "period": one.period,
            "hash": one.hash,
            **signed(one),
        }
        for one in await releases.published("statistics")
    ]
    return listing(request, rows, published)


@get("/data/{parts:path}", opt={"door": "public"})
async def data(request: Asked, parts: FromPath[str]) -> Answer:
    """Figures by any two or three of ``kpi/…``, ``ou/…``, ``period/…``; or ``group/…`` or ``provider/…`` for ``ou``."""
    asked = read_parts(parts)
    service = service_of(request)
    published = await _of_period(request, asked.get("period"))
    known = {one.id for one in service.catalogue.indicators}
    wanted = {name: _ids(value) for name, value in asked.items() if name != "period"}
    if not wanted.get("kpi", frozenset()) <= known:
        raise not_found(asked["kpi"])
    rows = list(figure_rows(published, wanted, language_of_pages(request))) if published else []
    if not rows:
        raise not_found(parts)
    return listing(request, rows, published)


@get("/kolada/v3/oudata/kpi/{kpi_ids:str}/ou/{ou_ids:str}", opt={"door": "public"})
async def kolada(request: Asked, kpi_ids: FromPath[str], ou_ids: FromPath[str]) -> Answer:
    """Kolada's shape with our ids: one value per turn of the year, from the last publication of its second half-year."""
    service = service_of(request)
    years = {
        one.period: one.id for one in await releases.published("statistics") if one.period.endswith("H2")
    }
    found = [await service.shelf.get(release) for _, release in sorted(years.items())]
    kpis, homes = sorted(_ids(kpi_ids)), sorted(_ids(ou_ids))
    rows = list(kolada_rows([one for one in found if one], kpis, homes))
    body = {"count": len(rows), "next_url": None, "previous_url": None, "values": rows}
    return tagged(request, msgspec.json.encode(body))


@get("/openapi.json", opt={"door": "public"})
async def openapi(request: Asked) -> Answer:
    """The description of all this, for programs."""
    return tagged(request, DESCRIPTION)


@get("/export/{release:str}/{table:str}", opt={"door": "public"})
async def export(request: Asked, release: FromPath[str], table: FromPath[str]) -> Answer:
    """A whole table as CSV, Excel or Parquet: figures, compared, ou, provider, kpi; or facts, inspections, feedback."""
    service = service_of(request)
    if table.partition(".")[0] in FACT_TABLES:
        return await _export_of_facts(service, release, table)
    published = await service.shelf.get(release) if len(release) <= 40 else None
    name, _, kind = table.partition(".")
    if published is None or kind not in KINDS or name not in TABLES:
        raise not_found(f"{release}/{table}")
    columns, rows_of = TABLES[name]
    file = f"hvb-{release}.{kind}" if name == "figures" else f"hvb-{release}-{name}.{kind}"
    return await _file(service, file, kind, rows_of(published, service), columns)


async def _export_of_facts(service: Service, facts_id: str, table: str) -> Answer:
    """A table of plain facts: they have an id of their own, since they are refreshed between publications."""
    facts = await service.shelf.facts(facts_id) if len(facts_id) <= 40 else None
    name, _, kind = table.partition(".")
    if facts is None or kind not in KINDS:
        raise not_found(f"{facts_id}/{table}")
    columns, rows_of = FACT_TABLES[name]
    return await _file(service, f"hvb-{facts_id}-{name}.{kind}", kind, rows_of(facts), columns)


async def _file(
    service: Service, file: str, kind: str, rows: Iterable[Row], columns: Sequence[str]
) -> Answer:
    if kind == "xlsx":
        body = await service.workbooks.get(file, rows, columns)
    else:
        body = (
            parquet_bytes(rows, columns) if kind == "parquet" else csv_text(rows, columns).encode("utf-8-sig")
        )
    headers = {"content-disposition": f'attachment; filename="{file}"', **OPEN}
    return Response(body, media_type=KINDS[kind], headers=headers)


TABLES: dict[str, tuple[Sequence[str], Callable[[Published, Service], Iterable[Row]]]] = {
    "figures": (CSV_COLUMNS, lambda published, _: figure_rows(published, {})),
    "ou": (UNIT_COLUMNS, lambda published, _: unit_rows(published)),
    "provider": (PROVIDER_COLUMNS, lambda published, _: provider_rows(published)),
    "compared": (COMPARED_COLUMNS, lambda published, _: compared_rows(published)),
    "kpi": (KPI_COLUMNS, lambda _, service: kpi_rows(service)),
}

FACT_TABLES: dict[str, tuple[Sequence[str], Callable[[Facts], Iterable[Row]]]] = {
    "facts": (FACT_COLUMNS, fact_rows),
    "inspections": (INSPECTION_COLUMNS, inspection_rows),
    "feedback": (FEEDBACK_COLUMNS, feedback_rows),
}


def read_parts(parts: str) -> dict[str, str]:
    """The pairs of a data address; Refused where it is not made of two or three known ones."""
    names = [part for part in parts.split("/") if part]
    pairs = dict(zip(names[::2], names[1::2], strict=False))
    whose = WHOSE & set(pairs)
    is_odd = len(names) % 2 or len(pairs) * 2 != len(names) or not set(pairs) <= WHOSE | {"kpi", "period"}
    if is_odd or len(pairs) < 2 or len(whose) > 1:
        raise Refused(_wrong(parts, "Ange två eller tre av kpi/…, ou/… och period/…."))
    if "period" in pairs and not is_half_year(pairs["period"]):
        raise Refused(_wrong(parts, "En period skrivs som 2026H2."))
    return pairs


WHOSE = set(LEVELS)


async def _of_period(request: Asked, period: str | None) -> Published | None:
    """The newest release of a period, or the one asked for."""
    service = service_of(request)
    if period is None or "r" in request.query_params:
        named = await asked_release(request, service)
        return named if named is None or period in (None, named.release.period) else None
    found = [one.id for one in await releases.published("statistics") if one.period == period]
    return await service.shelf.get(found[-1]) if found else None


def listing(request: Asked, rows: list[Row], published: Published | None) -> Answer:
    """A list as every list is: values, count, next_url, release; with an ETag."""
    start = _start(request)
    following = start + PAGE_SIZE
    asked = parse_qsl(request.scope["query_string"].decode("latin-1"))
    kept = [(key, value) for key, value in asked if key != "start"]
    next_page = f"{request.scope['path']}?{urlencode([*kept, ('start', following)])}"
    more = next_page if following < len(rows) else None
    name = published.release.id if published else None
    body = msgspec.json.encode(
        {"values": rows[start:following], "count": len(rows), "next_url": more, "release": name}
    )
    return tagged(request, body)


def tagged(request: Asked, body: bytes) -> Answer:
    """JSON with an ETag, for anybody on any site."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "public, max-age=300", **OPEN}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers, media_type="application/json")
    return Response(body, media_type="application/json", headers=headers)


def _ids(text: str) -> frozenset[str]:
    """Ids with commas between; Refused when there are too many."""
    found = frozenset(part for part in text.split(",") if part)
    if len(found) > MOST_IDS:
        raise Refused(_wrong(text, f"Ange högst {MOST_IDS} id åt gången."))
    return found


def _start(request: Asked) -> int:
    asked = request.query_params.get("start", "0")
    if not (asked.isascii() and asked.isdigit()) or len(asked) > 9:
        raise Refused(_wrong("start", "start är ett antal rader, 0 eller mer."))
    return int(asked)


def _wrong(where: str, mend: str) -> Problem:
    return Problem(code="address", where=where[:80], says="Adressen går inte att förstå.", mend=mend)


DESCRIPTION = msgspec.json.encode(description())
router = Router(path="/api/v1", route_handlers=[kpi, ou, provider, periods, all_releases, changes, data])
