"""Open data: the same figures as the pages, in Kolada's shape and as CSV (DESIGN §8). No key, no rank.

Nothing is computed here: a figure is what the release holds, and a withheld one carries only its reason.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from litestar import Response, Router, get
from litestar.params import FromPath

from hvb_followup.errors import Problem, Refused, not_found
from hvb_followup.periods import is_half_year
from hvb_followup.store import releases
from hvb_followup.web.public.pages import asked_release
from hvb_followup.web.service import Asked, service_of
from hvb_followup.web.shelf import Published, signed

PAGE_SIZE = 5000
TOLD = ("period_from", "period_to", "n", "x_lo", "x_hi", "lo", "hi", "response")
CSV_COLUMNS = (
    "kpi", "level", "ou", "period", "period_from", "period_to", "gender", "status", "outcome", "value", "n", "x_lo", "x_hi",
    "lo", "hi", "response", "flags", "sentence", "release",
)  # fmt: skip
OPEN = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
Answer = Response[bytes]
Row = dict[str, Any]


@get("/kpi", opt={"door": "public"})
async def kpi(request: Asked) -> Answer:
    """The indicators."""
    service = service_of(request)
    rows = [
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
    return listing(request, rows, await asked_release(request, service))


@get("/ou", opt={"door": "public"})
async def ou(request: Asked) -> Answer:
    """The homes: what is open about them."""
    published = await asked_release(request, service_of(request))
    units = published.content["units"] if published else []
    return listing(request, [{"title": unit["name"], **unit} for unit in units], published)


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
    """Figures by any two or three of ``kpi/…``, ``ou/…``, ``period/…``; or ``kpi/…/group/SE`` and ``/provider/…``."""
    asked = read_parts(parts)
    service = service_of(request)
    published = await _of_period(request, asked.get("period"))
    known = {one.id for one in service.catalogue.indicators}
    if "kpi" in asked and asked["kpi"] not in known:
        raise not_found(asked["kpi"])
    rows = list(figure_rows(published, asked)) if published else []
    if not rows:
        raise not_found(parts)
    return listing(request, rows, published)


@get("/export/{release:str}/{table:str}", opt={"door": "public"})
async def export(request: Asked, release: FromPath[str], table: FromPath[str]) -> Answer:
    """A whole release as CSV: ``figures.csv``."""
    published = await service_of(request).shelf.get(release) if len(release) <= 40 else None
    if published is None or table != "figures.csv":
        raise not_found(f"{release}/{table}")
    body = csv_text(figure_rows(published, {})).encode("utf-8-sig")
    headers = {"content-disposition": f'attachment; filename="hvb-{release}.csv"', **OPEN}
    return Response(body, media_type="text/csv", headers=headers)


def read_parts(parts: str) -> dict[str, str]:
    """The pairs of a data address; Refused where it is not made of two or three known ones."""
    names = [part for part in parts.split("/") if part]
    pairs = dict(zip(names[::2], names[1::2], strict=False))
    whose = {"ou", "group", "provider"} & set(pairs)
    is_odd = len(names) % 2 or len(pairs) * 2 != len(names) or not set(pairs) <= WHOSE | {"kpi", "period"}
    if is_odd or len(pairs) < 2 or len(whose) > 1:
        raise Refused(_wrong(parts, "Ange två eller tre av kpi/…, ou/… och period/…."))
    if "period" in pairs and not is_half_year(pairs["period"]):
        raise Refused(_wrong(parts, "En period skrivs som 2026H2."))
    return pairs


WHOSE = {"ou", "group", "provider"}
LEVELS = {"ou": "unit", "group": "nation", "provider": "provider"}


async def _of_period(request: Asked, period: str | None) -> Published | None:
    """The newest release of a period, or the one asked for."""
    service = service_of(request)
    if period is None or "r" in request.query_params:
        named = await asked_release(request, service)
        return named if named is None or period in (None, named.release.period) else None
    found = [one.id for one in await releases.published("statistics") if one.period == period]
    return await service.shelf.get(found[-1]) if found else None


def figure_rows(published: Published, asked: Mapping[str, str]) -> Iterator[Row]:
    """The release's figures that fit what is asked, in the API's shape."""
    for figure in published.content["figures"]:
        if "kpi" in asked and figure["indicator"] != asked["kpi"]:
            continue
        if any(
            name in asked and (figure["level"], figure["whose"]) != (LEVELS[name], asked[name])
            for name in WHOSE
        ):
            continue
        yield row_of(figure, published)


def row_of(figure: Row, published: Published) -> Row:
    """One figure in Kolada's shape; a withheld one has a status, an outcome and no number."""
    place = {
        "kpi": figure["indicator"],
        "level": figure["level"],
        "ou": figure["whose"],
        "period": published.release.period,
        "gender": "T",
        "status": figure["status"],
        "outcome": figure["outcome"],
        "sentence": figure["sentence_sv"],
        "release": published.release.id,
    }
    if figure["status"]:
        return {**place, "value": None, "count": None}
    told = {name: figure.get(name) for name in TOLD}
    return {**place, **told, "value": figure.get("value"), "count": figure.get("n"), "flags": figure["flags"]}


def csv_text(rows: Iterable[Row]) -> str:
    """Rows as CSV; a text cell that a spreadsheet would take for a formula is made a text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for row in rows:
        cells = {**row, "flags": " ".join(row.get("flags", ()))}
        writer.writerow([inert(cells.get(column)) for column in CSV_COLUMNS])
    return out.getvalue()


def inert(cell: Any) -> Any:
    """A text that begins as a formula gets an apostrophe before it (OWASP: CSV injection)."""
    if isinstance(cell, str) and re.match(r"[=+\-@\t\r＝＋－＠]", cell):
        return f"'{cell}"
    return "" if cell is None else cell


def listing(request: Asked, rows: list[Row], published: Published | None) -> Answer:
    """A list as every list is: values, count, next_url, release; with an ETag."""
    start = _start(request)
    following = start + PAGE_SIZE
    more = f"{request.scope['path']}?start={following}" if following < len(rows) else None
    name = published.release.id if published else None
    body = msgspec.json.encode(
        {"values": rows[start:following], "count": len(rows), "next_url": more, "release": name}
    )
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "public, max-age=300", **OPEN}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers, media_type="application/json")
    return Response(body, media_type="application/json", headers=headers)


def _start(request: Asked) -> int:
    asked = request.query_params.get("start", "0")
    if not (asked.isascii() and asked.isdigit()) or len(asked) > 9:
        raise Refused(_wrong("start", "start är ett antal rader, 0 eller mer."))
    return int(asked)


def _wrong(where: str, mend: str) -> Problem:
    return Problem(code="address", where=where[:80], says="Adressen går inte att förstå.", mend=mend)


router = Router(path="/api/v1", route_handlers=[kpi, ou, periods, all_releases, data])
