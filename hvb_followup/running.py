"""Opening a process's surroundings from its settings: what the web holds, what the counter holds, never both by accident."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from hvb_followup import clock, content
from hvb_followup.access import MACHINE_OPERATOR, Person, Role
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.opening import Means
from hvb_followup.actions.operate.sending import Mailing
from hvb_followup.actions.operate.ticking import Done, tick
from hvb_followup.catalogue import Catalogue
from hvb_followup.deployment import Deployment, read_deployment
from hvb_followup.errors import not_found
from hvb_followup.keys.counter import CounterKeys, open_counter_keys
from hvb_followup.keys.mailing import open_mailing_keys
from hvb_followup.mail.message import Carrier
from hvb_followup.mail.sms import Gateway
from hvb_followup.mail.smtp import Mailer
from hvb_followup.settings import Settings
from hvb_followup.store import accounts, homes, ledger
from hvb_followup.store.database import Database, opened
from hvb_followup.waves.contact import Channel


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """A command's surroundings: settings, definitions, facts, and the open database."""

    settings: Settings
    catalogue: Catalogue
    deployment: Deployment
    database: Database

    async def now(self) -> dt.datetime:
        """The time; a demonstration's clock may have been moved."""
        return clock.now(await ledger.seconds_ahead(self.database) if self.settings.demo else 0)

    async def context(self, person: Person = MACHINE_OPERATOR) -> Context:
        """An errand's surroundings."""
        return Context(database=self.database, catalogue=self.catalogue, now=await self.now(), person=person)

    async def person(self, name: str) -> Person:
        """The person of an account; NotFound when there is none."""
        account = await accounts.account(name)
        if account is None:
            raise not_found(name)
        return Person(name=account.name, role=Role(account.role), scope=account.scope)

    def receipt_words(self) -> tuple[str, ...]:
        """The words that receipts are made of."""
        return content.receipt_words(self.settings.content)

    def counter_keys(self) -> CounterKeys:
        """The counter's keys; only commands that count or measure ask for them."""
        return open_counter_keys(self.settings.counter_keys)

    async def tick(self) -> Done:
        """Do all that is due."""
        return await tick(await self.context(), self.means(), mailing(self.settings))

    def means(self) -> Means:
        """What waves are opened with."""
        return Means(
            keys=self.counter_keys(),
            public_folder=self.settings.public_keys,
            deployment=self.deployment,
            demo=self.settings.demo,
        )


def mailing(settings: Settings) -> Mailing | None:
    """What messages are sent with, by the channels that are set; None where none is."""
    carriers: dict[str, Carrier] = {}
    if settings.sms_url:
        carriers[Channel.SMS] = Gateway(
            url=settings.sms_url,
            body=settings.sms_body,
            headers=settings.sms_headers,
            authority=settings.mail_authority,
        )
    if settings.smtp_url:
        carriers[Channel.EMAIL] = Mailer(
            url=settings.smtp_url, sender=settings.mail_from, authority=settings.mail_authority
        )
    if not carriers:
        return None
    keys = open_mailing_keys(settings.counter_keys)
    return Mailing(
        keys=keys,
        carriers=carriers,
        answer_at=settings.answer_at,
        hears_stop=bool(settings.sms_in_authorization),
    )


@asynccontextmanager
async def operation(
    settings: Settings, *, jobs: bool = True, catalogue: Catalogue | None = None
) -> AsyncIterator[Operation]:
    """The surroundings of a command or of the jobs process, until it ends; ``catalogue`` where it has been read."""
    url = settings.jobs_database_url if jobs else settings.database_url
    async with opened(url, connections=4, alone=True) as database:
        yield Operation(
            settings=settings,
            catalogue=catalogue or content.read(settings.content, invented=settings.demo),
            deployment=read_deployment(settings.deployment),
            database=database,
        )


async def take_part(operation: Operation) -> None:
    """Let the deployment's municipalities be known to the registers."""
    async with operation.database.transaction():
        await homes.put_municipalities(operation.database, operation.deployment.municipality)
