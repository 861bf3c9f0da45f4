"""Is it up, and is it fit: nothing is counted here, and nothing says who was here."""

from __future__ import annotations

import asyncio

from litestar import Response, get
from litestar.params import FromPath

from hvb_followup.errors import not_found
from hvb_followup.web import plotly
from hvb_followup.web.files import File
from hvb_followup.web.service import Asked, service_of

FOR_EVER = "public, max-age=31536000, immutable"


@get("/health", opt={"door": "public"})
async def health() -> Response[str]:
    """The process answers."""
    return Response("ok", media_type="text/plain")


@get("/ready", opt={"door": "public"})
async def ready(request: Asked) -> Response[str]:
    """The database answers too."""
    await service_of(request).database.run("SELECT 1 AS one")
    return Response("ok", media_type="text/plain")


async def _file(request: Asked, name: str) -> File | None:
    """A file of ours, or plotly's: the latter is heavy, and read when the first chart is drawn."""
    if name == plotly.script().name:
        return await asyncio.to_thread(plotly.file)
    return service_of(request).files.by_hashed.get(name)


@get("/static/{name:str}", opt={"door": "public"})
async def static(request: Asked, name: FromPath[str]) -> Response[bytes]:
    """A static file under its hashed name."""
    file = await _file(request, name)
    if file is None:
        raise not_found(name)
    headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            file.packed, media_type=file.media_type, headers={**headers, "content-encoding": "gzip"}
        )
    return Response(file.plain, media_type=file.media_type, headers=headers)
