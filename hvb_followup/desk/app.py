"""The desk's application, and serving it on this machine until it is told to stop."""

from __future__ import annotations

import asyncio
import logging

import uvicorn
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from litestar import Litestar, Response
from litestar.datastructures import State

from hvb_followup import content
from hvb_followup.content import root
from hvb_followup.deployment import read_deployment
from hvb_followup.desk import pages
from hvb_followup.desk.handlers import HANDLERS, HTML, css
from hvb_followup.desk.room import Asked, Room, room_of
from hvb_followup.errors import HvbError, NotSignedIn, Problem, Unsound
from hvb_followup.settings import Settings
from hvb_followup.store.database import Database, is_migrated, opened
from hvb_followup.web.files import read_files
from hvb_followup.web.problems import SAYS, status_of, wait_of
from hvb_followup.web.security import Doorkeeper, add_headers, refuse_unguarded

MAX_BODY = 20_000  # bytes
HERE = (
    "127.0.0.1"  # who is to read comes to this machine, or tunnels to it; in a container compose sees to that
)
LOG = logging.getLogger("hvb.desk")


def create_desk(room: Room) -> Litestar:
    """The application around an open database and an unlocked key."""
    app = Litestar(
        route_handlers=list(HANDLERS),
        state=State({"room": room}),
        middleware=[Doorkeeper()],
        before_send=[add_headers],
        exception_handlers={Exception: answer_error},
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=None,
    )
    refuse_unguarded(app)
    return app


def answer_error(request: Asked, error: Exception) -> Response[bytes]:
    """A page that says what is wrong; a surprise is logged by its type, never by what it carries."""
    if isinstance(error, NotSignedIn):
        return Response(b"", status_code=303, headers={"location": "/logga-in"})
    status = status_of(error)
    if status >= 500:
        LOG.error("%s", type(error).__name__)
    plain = (Problem(code=f"http-{status}", where="", says=SAYS.get(status, SAYS[500])),)
    problems = error.problems if isinstance(error, HvbError) else plain
    page = pages.problem(css(room_of(request)), problems)
    return Response(page, media_type=HTML, status_code=status, headers=wait_of(error))


def make_room(settings: Settings, database: Database, key: X25519PrivateKey) -> Room:
    """The surroundings of one desk process."""
    return Room(
        settings=settings,
        catalogue=content.read(settings.content),
        deployment=read_deployment(settings.deployment),
        database=database,
        key=key,
        files=read_files(root(settings.content) / "dashboards" / "static"),
    )


async def refuse_unmigrated(database: Database) -> None:
    """Unsound where the tables are missing."""
    if not await is_migrated(database):
        raise Unsound(
            Problem(
                code="not-migrated", where="databasen", says="Tabellerna saknas.", mend="Kör `hvb migrate`."
            )
        )


def serve_desk(settings: Settings, key: X25519PrivateKey, port: int, host: str = HERE) -> None:
    """Serve until told to stop; no access log, and the key is gone with the process."""

    async def inside() -> None:
        async with opened(settings.desk_database_url) as database:
            await refuse_unmigrated(database)
            app = create_desk(make_room(settings, database, key))
            config = uvicorn.Config(
                app, host=host, port=port, access_log=False, log_level="warning", server_header=False
            )
            await uvicorn.Server(config).serve()

    asyncio.run(inside())
