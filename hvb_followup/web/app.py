"""The whole web application in one screenful."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin

from hvb_followup.errors import Problem, Unsound
from hvb_followup.store import database as databases
from hvb_followup.web import (
    answer,
    following,
    health,
    helping,
    manage,
    paper,
    placing,
    reading,
    sendouts,
    silence,
    staying,
    unit,
)
from hvb_followup.web.problems import answer_error
from hvb_followup.web.public import api, pages
from hvb_followup.web.security import Doorkeeper, add_headers, answer_host, refuse_unguarded
from hvb_followup.web.service import Service

MAX_BODY = 64_000  # bytes; no form here is larger


class Application(Litestar):
    """Litestar with msgspec and nothing else: what it would load for other kinds of values takes a tenth of the start."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def create_app(service: Service) -> Litestar:
    """The application; it opens the database when it starts and closes it when it ends."""
    app = Application(
        route_handlers=[
            answer.router,
            *helping.HANDLERS,
            *silence.HANDLERS,
            *reading.HANDLERS,
            *staying.HANDLERS,
            manage.sign_in_page,
            manage.sign_in,
            manage.sign_out,
            manage.own_units,
            manage.results,
            *unit.HANDLERS,
            paper.codes_page,
            paper.print_them,
            sendouts.contacts_page,
            sendouts.keep,
            sendouts.sent_page,
            sendouts.alarm_page,
            following.feedback_page,
            *placing.HANDLERS,
            pages.start,
            pages.search,
            pages.compare,
            pages.home,
            pages.provider,
            pages.operating_forms,
            pages.counties,
            pages.indicator,
            pages.chart,
            pages.axis,
            pages.theme,
            pages.method,
            pages.method_of,
            pages.model_card,
            pages.data,
            api.router,
            api.export,
            api.kolada,
            api.openapi,
            health.health,
            health.ready,
            health.static,
        ],
        state=State({"service": service}),
        lifespan=[_database(service)],
        middleware=[Doorkeeper(answer_host(service.settings.answer_url))],
        before_send=[add_headers],
        exception_handlers={Exception: answer_error},
        # Answers are never compressed: the length of a compressed page can tell what is in it.
        compression_config=CompressionConfig(
            backend="gzip", exclude=["^/svara", "^/static"], exclude_opt_key="packed"
        ),
        request_max_body_size=MAX_BODY,
        openapi_config=None,
        logging_config=None,
    )
    refuse_unguarded(app)
    return app


def _database(service: Service) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        async with databases.opened(service.settings.database_url) as database:
            if not await databases.is_migrated(database):
                raise Unsound(
                    Problem(
                        code="not-migrated",
                        where="databasen",
                        says="Tabellerna saknas.",
                        mend="Kör `hvb migrate`.",
                    )
                )
            service.database = database
            yield
            service.database = None

    return lifespan
