"""What the desk's handlers lean on: the unlocked key, the open database, the facts and the time."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from litestar import Request

from hvb_followup import clock
from hvb_followup.access import Person, Role
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.accounts import proved, token_hash
from hvb_followup.actions.operate.safeguards import free_recipients
from hvb_followup.actions.pacing import Gate
from hvb_followup.actions.review.cases import Desk
from hvb_followup.catalogue import Catalogue
from hvb_followup.deployment import Deployment
from hvb_followup.errors import NotSignedIn, Problem
from hvb_followup.settings import Settings
from hvb_followup.store import accounts, ledger
from hvb_followup.store.database import Database
from hvb_followup.web.files import Files

Asked = Request[Any, Any, Any]
COOKIE = "desk"
SESSION = dt.timedelta(hours=1)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """One desk process.

    Its sessions live in its memory: a session in the database could be put there by whoever holds the web's role.
    """

    settings: Settings
    catalogue: Catalogue
    deployment: Deployment
    database: Database
    key: X25519PrivateKey
    files: Files
    sessions: dict[bytes, tuple[str, dt.datetime]] = {}
    # Of this process alone: who opens the desk anew begins counting anew, and has typed the passphrase to do so.
    counting: bytes = msgspec.field(default_factory=lambda: secrets.token_bytes(32))

    async def now(self) -> dt.datetime:
        """The time, with what a demonstration has moved it."""
        return clock.now(await ledger.seconds_ahead(self.database) if self.settings.demo else 0)

    async def person(self, request: Asked) -> Person:
        """Who is signed in; NotSignedIn when nobody is."""
        name, ends_at = self.sessions.get(_hash(request), ("", dt.datetime.min.replace(tzinfo=dt.UTC)))
        now = await self.now()
        account = await accounts.account(name) if now < ends_at else None
        if account is None or (account.ends_on is not None and account.ends_on < now.date()):
            raise NotSignedIn(Problem(code="not-signed-in", where="", says="Du behöver logga in."))
        return Person(name=account.name, role=Role(account.role), scope=account.scope)

    async def sign_in(self, name: str, password: str, one_time_code: str) -> str | None:
        """The token of a fresh session, or None."""
        now = await self.now()
        gate = Gate(database=self.database, secret=self.counting)
        account = await proved(gate, name, password, one_time_code, now)
        if account is None:
            return None
        token = secrets.token_urlsafe(32)
        self.sessions[token_hash(token)] = account.name, now + SESSION
        return token

    def sign_out(self, request: Asked) -> None:
        """End the session."""
        self.sessions.pop(_hash(request), None)

    async def desk(self, request: Asked) -> Desk:
        """An errand's surroundings for whoever asks; who may read is asked anew each time."""
        context = Context(
            database=self.database,
            catalogue=self.catalogue,
            now=await self.now(),
            person=await self.person(request),
        )
        free = await free_recipients(self.deployment, context.today)
        return Desk(context=context, key=self.key, readers=frozenset(one.account for one in free))


def _hash(request: Asked) -> bytes:
    return token_hash(request.cookies.get(COOKIE, ""))


def room_of(request: Asked) -> Room:
    """The desk a request came to."""
    room: Room = request.app.state.room
    return room
