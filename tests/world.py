"""A small world for tests: homes, placements, keys and a clock, driven through the same errands as anything else."""

from __future__ import annotations

import copy
import datetime as dt
from pathlib import Path
from typing import Any

import httpx
import msgspec
from litestar import Litestar
from litestar.datastructures import State

from hvb_followup import content
from hvb_followup.access import MACHINE_OPERATOR, Person, Role
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.accounts import NewAccount, make_account, token_hash
from hvb_followup.actions.operate.opening import Means, open_following, open_waves
from hvb_followup.actions.operate.sending import Mailing
from hvb_followup.actions.operate.ticking import Done, tick
from hvb_followup.actions.pacing import Gate
from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.actions.publish.measuring import measure
from hvb_followup.actions.publish.publishing import publish
from hvb_followup.actions.purchase.issuing import IssuedCode, issue_codes
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import Finished, make_box
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.catalogue import Catalogue
from hvb_followup.deployment import Deployment
from hvb_followup.keys.counter import CounterKeys, make_counter_keys
from hvb_followup.keys.mailing import make_mailing_keys
from hvb_followup.keys.web import WebKeys, make_web_keys
from hvb_followup.questionnaires.help_lines import HelpLine
from hvb_followup.registry import Municipality, OperatingForm, Placement, Provider, Term, Unit, unit_id
from hvb_followup.settings import Settings, from_environment
from hvb_followup.store import accounts, homes, ledger
from hvb_followup.store.accounts import Account
from hvb_followup.store.database import Database
from hvb_followup.waves.schedule import window
from hvb_followup.web.app import create_app
from hvb_followup.web.service import Service

FAMILY = "ung-upplevelse"
HALF_YEAR = "2026H2"
NORTH, SOUTH = unit_id("N0RTH"), unit_id("S0VTH")  # of one provider
OTHER = unit_id("0THER")  # of another
ALFA, BETA = "PALFA", "PBETA"
LILLBY, STORBY = "9001", "9002"

DEPLOYMENT = Deployment(
    operator="Påhittade kommunförbundet",
    feedback={
        "sv": "Resultatet sätts upp där du bor.",
        "en": "The results are put up where you live.",
        "ar": "تُعلَّق النتيجة حيث تسكن.",
    },
    helpline=(
        HelpLine(name="Bris", phone="116 111", verified_on=dt.date(2026, 11, 1), hours="Dygnet runt."),
    ),
    exit_url="https://www.smhi.se/",
)


ROUTES: dict[str, Litestar] = {}


class World:
    """What a test leans on, and short names for what it does."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        web_keys: WebKeys,
        counter_keys: CounterKeys,
        settings: Settings,
    ) -> None:
        self.database = database
        self.catalogue = catalogue
        self.web_keys = web_keys
        self.counter_keys = counter_keys
        self.settings = settings
        self.mailing_keys = make_mailing_keys(settings.counter_keys, settings.public_keys, web_keys.secret)
        self.deployment = DEPLOYMENT
        self.issued: list[IssuedCode] = []
        self.now = dt.datetime(2026, 10, 20, 10, tzinfo=dt.UTC)
        self.box = make_box(database, catalogue, web_keys, content.receipt_words())

    @property
    def gate(self) -> Gate:
        return Gate(database=self.database, secret=self.web_keys.secret)

    def context(self, person: Person = MACHINE_OPERATOR) -> Context:
        return Context(database=self.database, catalogue=self.catalogue, now=self.now, person=person)

    async def placements(self, unit: str, count: int, first: int = 1, birth_year: int = 2010) -> None:
        """So many young people live in a home from the summer of 2024."""
        async with self.database.transaction():
            await homes.put_placements(
                self.database,
                [
                    Placement(
                        id=f"{unit}-{number}",
                        unit=unit,
                        municipality=LILLBY if number % 2 else STORBY,
                        birth_year=birth_year,
                        starts_on=dt.date(2024, 6, 1),
                    )
                    for number in range(first, first + count)
                ],
            )

    @property
    def means(self) -> Means:
        """What the demonstration's waves are opened with."""
        public = self.settings.public_keys
        return Means(keys=self.counter_keys, public_folder=public, deployment=self.deployment, demo=True)

    async def tick(
        self, mailing: Mailing | None = None, *, demo: bool = True, deployment: Deployment | None = None
    ) -> Done:
        """Do all that is due."""
        facts = deployment or self.deployment
        return await tick(
            self.context(), msgspec.structs.replace(self.means, demo=demo, deployment=facts), mailing
        )

    async def open(self, half_year: str = HALF_YEAR) -> None:
        """Open the half-year's waves, in the middle of their window."""
        times = window(half_year)
        self.now = times.opens_at + (times.closes_at - times.opens_at) / 2
        await open_waves(self.context(), self.means, half_year)

    async def follow(self, half_year: str = HALF_YEAR, now: dt.datetime | None = None) -> None:
        """Open the half-year's waves that follow placements."""
        self.now = now or self.now
        await open_following(self.context(), self.means, half_year)

    async def placement(
        self, placement: str, starts_on: dt.date, ends_on: dt.date | None = None, **changed: Any
    ) -> None:
        """One young person of 16 from Lillby in the north home, unless told otherwise."""
        told = {"unit": NORTH, "municipality": LILLBY, "birth_year": starts_on.year - 16, **changed}
        one = Placement(id=placement, starts_on=starts_on, ends_on=ends_on, **told)
        async with self.database.transaction():
            await homes.put_placements(self.database, [one])

    async def codes(
        self, unit: str, half_year: str = HALF_YEAR, *, again: bool = False, family: str = FAMILY
    ) -> list[IssuedCode]:
        return await issue_codes(self.context(), self.web_keys.secret, unit, half_year, family, again=again)

    async def enter(self, code: str) -> Sitting:
        sitting = await answering.enter(self.box, code, language="sv", now=self.now)
        assert sitting is not None
        return sitting

    async def write(self, sitting: Sitting, said: dict[str, str]) -> None:
        """Save the answers one by one, as the pages do."""
        for item_id, chosen in said.items():
            draft = await answering.draft_of(self.box, sitting)
            item = self.box.questionnaire(sitting).item(item_id)
            assert await answering.save(self.box, sitting, draft, item, chosen)

    async def answer(self, code: str, **said: str) -> Finished:
        """One young person answers: ``safe_here="very"`` and that she was alone, unless told otherwise."""
        sitting = await self.enter(code)
        await self.write(sitting, {"safe_here": "very", "alone": "alone", **said})
        return await answering.finish(self.box, sitting)

    async def close(self, half_year: str = HALF_YEAR) -> None:
        """Let the half-year's waves close and be counted."""
        self.now = window(half_year).closes_at + dt.timedelta(hours=1)
        desk_key = self.web_keys.desk_key()
        await close_and_count(self.database, self.catalogue, self.counter_keys, self.now, desk_key)

    async def release(self, half_year: str = HALF_YEAR) -> str:
        """Measure, audit, sign and publish; the release's id."""
        release_id = await measure(self.context(), self.counter_keys, half_year)
        analyst = Person(name="analytiker", role=Role.ANALYST)
        await publish(self.context(analyst), self.counter_keys, release_id)
        return release_id

    async def published(self) -> str:
        """Twelve answered in the north home, six in the south, and it is published; the release's id."""
        await self.placements(NORTH, 12)
        await self.placements(SOUTH, 6)
        await self.open()
        for unit in (NORTH, SOUTH):
            for number, issued in enumerate(await self.codes(unit)):
                self.issued.append(issued)
                await self.answer(issued.code, safe_here="very" if number < 8 else "not")
        await self.close()
        return await self.release()

    async def account(self, role: Role, scope: str = "", name: str = "") -> tuple[str, str]:
        """Name and password of a fresh account."""
        name = name or f"{role}-{scope or 'alla'}"
        new = NewAccount(name=name, role=role, scope=scope, password=f"{name}-losenord")
        await make_account(self.context(), new, second_factor=False)
        return name, new.password

    async def session(self, role: Role, scope: str = "") -> str:
        """The token of a fresh account of this role, signed in without its password: that takes time."""
        name, token = f"{role}-{scope or 'alla'}", f"token-{role}-{scope}"
        ends_at = self.now + dt.timedelta(hours=8)
        async with self.database.transaction():
            account = Account(name=name, role=str(role), scope=scope, password="x")
            await accounts.put_account(self.database, account)
            await accounts.start_session(self.database, token_hash(token), name, ends_at)
        return token

    def service(self, **changed: object) -> Service:
        settings = msgspec.structs.replace(self.settings, **changed)
        service = Service(settings, self.catalogue, self.web_keys, self.deployment, content.receipt_words())
        service.database = self.database
        return service

    async def app(self, **changed: object) -> Litestar:
        """The web application, whose clock stands where the test's does."""
        await self.set_clock()
        return standing(self.service(**changed))

    async def client(self, base_url: str = "http://test.invalid", **changed: object) -> httpx.AsyncClient:
        """A client of the web application, whose clock stands where the test's does."""
        app = await self.app(**changed)
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base_url)

    async def set_clock(self) -> None:
        """Let every process see the test's time."""
        ahead = round((self.now - dt.datetime.now(dt.UTC)).total_seconds())
        async with self.database.transaction():
            await ledger.set_ahead(self.database, ahead)


def standing(service: Service) -> Litestar:
    """The application around a service: as ``create_app`` makes it, but for what it does when it starts and ends.

    Its routes know of no service and are made once for each answer host, since making them takes as long as a test does.
    """
    url = service.settings.answer_url
    if url not in ROUTES:
        ROUTES[url] = create_app(service)
    app = copy.copy(ROUTES[url])
    app.state = State({"service": service})
    return app


async def make_world(database: Database, catalogue: Catalogue, folder: Path, address: str) -> World:
    """Homes, providers and municipalities, in an empty database."""
    settings = from_environment(
        {"HVB_DATA": str(folder / "data"), "HVB_DEMO": "1", "HVB_DATABASE_URL": address}
    )
    world = World(
        database,
        catalogue,
        make_web_keys(settings.web_keys, settings.public_keys),
        make_counter_keys(settings.counter_keys),
        settings,
    )
    async with database.transaction():
        await homes.put_municipalities(
            database,
            [
                Municipality(code=LILLBY, name="Lillby", lan="Gotland"),
                Municipality(code=STORBY, name="Storby", lan="Skåne"),
            ],
        )
        await homes.put_providers(
            database, [Provider(id=ALFA, name="Alfa Omsorg"), Provider(id=BETA, name="Beta Vård")]
        )
        await homes.put_units(
            database,
            [
                _home(NORTH, "Norrgården", ALFA),
                _home(SOUTH, "Södergården", ALFA),
                _home(OTHER, "Andra", BETA),
            ],
        )
    return world


def _home(unit: str, name: str, provider: str) -> Unit:
    term = Term(
        provider=provider,
        unit_type="hvb",
        operating_form=OperatingForm.PRIVATE,
        from_on=dt.date(2020, 1, 1),
    )
    return Unit(id=unit, name=name, lan="Gotland", places=8, terms=(term,))
