"""What the handlers lean on: the settings, the definitions, the web's keys, the open database, and the time.

The web holds no key that opens an answer; it cannot import the room that reads one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from litestar import Request

from hvb_followup import clock
from hvb_followup.access import Person
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.accounts import who_is
from hvb_followup.actions.pacing import Gate
from hvb_followup.actions.respond.answering import make_box
from hvb_followup.actions.respond.asking_for_help import HelpDesk
from hvb_followup.catalogue import Catalogue
from hvb_followup.content import root
from hvb_followup.deployment import Deployment
from hvb_followup.errors import NotSignedIn, Problem
from hvb_followup.keys.web import WebKeys
from hvb_followup.settings import Settings
from hvb_followup.store import ledger
from hvb_followup.store.database import Database
from hvb_followup.throttling import net_of
from hvb_followup.web.cupboard import Cupboard
from hvb_followup.web.files import read_files
from hvb_followup.web.pages_of import Pages
from hvb_followup.web.pictures import read_pictures
from hvb_followup.web.public.workbooks import Workbooks
from hvb_followup.web.screens import Assets
from hvb_followup.web.shelf import Shelf
from hvb_followup.web.sounds import read_sounds
from hvb_followup.web.words_of import flat

Asked = Request[Any, Any, Any]
SESSION_COOKIE = "session"


class Service:
    """One web process."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        keys: WebKeys,
        deployment: Deployment,
        receipt_words: Sequence[str],
    ) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.keys = keys
        self.deployment = deployment
        self.receipt_words = receipt_words
        self.files = read_files(root(settings.content) / "dashboards" / "static")
        self.player_assets = Assets(
            css=self.files.href("svara.css"),
            js=self.files.href("svara.js"),
            icon=self.files.href("svara.svg"),
        )
        surveys = root(settings.content) / "surveys"
        self.pictures = read_pictures(surveys / "pictures")
        self.sounds = read_sounds(surveys)
        self.player_words = {language: flat(words) for language, words in catalogue.words.items()}
        self.pages = Pages(settings, catalogue, deployment, self.files)
        self.thanks: dict[tuple[object, ...], list[bytes]] = {}
        self.shelf = Shelf()
        self.kept_pages = Cupboard()
        self.workbooks = Workbooks()
        self._database: Database | None = None

    @property
    def database(self) -> Database:
        """The open database."""
        if self._database is None:
            raise RuntimeError("the database is not open")
        return self._database

    @database.setter
    def database(self, database: Database | None) -> None:
        self._database = database
        if database is not None:
            self.box = make_box(database, self.catalogue, self.keys, self.receipt_words)
            self.help_desk = HelpDesk(database=database, keys=self.keys, receipt_words=self.receipt_words)

    @property
    def gate(self) -> Gate:
        """Where tries in vain are counted."""
        return Gate(database=self.database, secret=self.keys.secret)

    async def now(self) -> dt.datetime:
        """The time, with what a demonstration has moved it."""
        if not self.settings.demo:
            return clock.now()
        return clock.now(await ledger.seconds_ahead(self.database))

    async def person(self, request: Asked) -> Person:
        """Who is signed in; NotSignedIn when nobody is."""
        person = await who_is(self.database, request.cookies.get(SESSION_COOKIE), await self.now())
        if person is None:
            raise NotSignedIn(Problem(code="not-signed-in", where="", says="Du behöver logga in."))
        return person

    async def context(self, request: Asked) -> Context:
        """An errand's surroundings for whoever asks."""
        return Context(
            database=self.database,
            catalogue=self.catalogue,
            now=await self.now(),
            person=await self.person(request),
        )


def service_of(request: Asked) -> Service:
    """The service a request came to."""
    service: Service = request.app.state.service
    return service


def net_of_visitor(request: Asked) -> str:
    """The net that somebody comes from, for counting tries in vain; nothing else may ask for it."""
    return net_of(request.client.host) if request.client else ""


def language_of_pages(request: Asked) -> str:
    """The language of a public page: English where it is asked for."""
    return "en" if request.query_params.get("lang") == "en" else "sv"


def language_of(request: Asked, service: Service) -> str:
    """The language asked for, where there is one that may be met here; Swedish otherwise."""
    asked = request.query_params.get("lang", "sv")
    words = service.catalogue.words.get(asked)
    return asked if words and words.may_be_met(service.settings.demo) else "sv"
