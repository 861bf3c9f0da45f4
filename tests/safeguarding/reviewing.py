"""A world with a desk: two conflict-free recipients with accounts, a key, and the desk's own application."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from litestar import Litestar

from hvb_followup.access import Person, Role
from hvb_followup.actions.operate.escalating import Told, tell_recipients
from hvb_followup.actions.operate.safeguards import free_recipients
from hvb_followup.actions.respond.asking_for_help import HelpDesk, ask_for_help
from hvb_followup.actions.review.cases import Desk
from hvb_followup.ballot.letter import Letter
from hvb_followup.content import receipt_words, root
from hvb_followup.desk.app import create_desk
from hvb_followup.desk.room import Room
from hvb_followup.keys.files import write_key
from hvb_followup.keys.web import desk_public_path
from hvb_followup.safeguarding.recipients import Recipient
from hvb_followup.store.accounts import Account, put_account
from hvb_followup.web.files import read_files
from tests.asking import FORM, Answered, ask
from tests.world import World

ANNA, BODIL = "lasare-anna", "lasare-bodil"
RECIPIENTS = tuple(
    Recipient(name=f"Påhittade {name}", account=name, email=f"{name}@exempel.invalid")
    for name in (ANNA, BODIL)
)


class Reviewed:
    """The world, and what its recipients do."""

    def __init__(self, world: World, key: X25519PrivateKey) -> None:
        self.world = world
        self.key = key
        world.deployment = msgspec.structs.replace(world.deployment, recipient=RECIPIENTS)

    @property
    def web(self) -> HelpDesk:
        """What the web leans on: the public half and no other."""
        return HelpDesk(database=self.world.database, keys=self.world.web_keys, receipt_words=receipt_words())

    async def ask(self, text: str = "", soon: str = "today", **more: str) -> tuple[str, str, str]:
        """Somebody asks for help; her receipt."""
        return await ask_for_help(self.web, Letter(text=text, **more), soon, self.world.now)

    def desk(self, name: str = ANNA, role: Role = Role.SAFEGUARDING_REVIEWER, scope: str = "") -> Desk:
        """The desk as somebody stands at it."""
        person = Person(name=name, role=role, scope=scope)
        return Desk(context=self.world.context(person), key=self.key, readers={ANNA, BODIL})

    async def tell(self) -> Told:
        """What the tick does of help cases."""
        free = await free_recipients(self.world.deployment, self.world.context().today)
        return await tell_recipients(self.world.database, free, self.world.now)

    async def notices(self) -> list[tuple[str, str]]:
        """Step and address of every word that was put out."""
        rows = await self.world.database.run("SELECT id, email FROM help_notice ORDER BY id")
        return [(row["id"].split()[1], row["email"].split("@")[0]) for row in rows]

    async def app(self) -> Litestar:
        """The desk's application, whose clock stands where the test's does."""
        await self.world.set_clock()
        return self.desk_app()

    def desk_app(self) -> Litestar:
        """The desk's application, over the world's database."""
        return create_desk(
            Room(
                settings=self.world.settings,
                catalogue=self.world.catalogue,
                deployment=self.world.deployment,
                database=self.world.database,
                key=self.key,
                files=read_files(root(None) / "dashboards" / "static"),
                sessions={},
            )
        )


async def make_reviewed(world: World) -> Reviewed:
    """Two reviewers' accounts and the desk's key; the passphrase is tried in its own test."""
    key = make_desk_key(world)
    async with world.database.transaction():
        for name in (ANNA, BODIL):
            role = str(Role.SAFEGUARDING_REVIEWER)
            await put_account(world.database, Account(name=name, role=role, scope="", password="x"))
    return Reviewed(world, key)


def make_desk_key(world: World) -> X25519PrivateKey:
    """The desk's key, with its public half where the web finds it."""
    key = X25519PrivateKey.generate()
    public = desk_public_path(world.settings.public_keys)
    write_key(public, key.public_key().public_bytes_raw(), is_public=True)
    return key


class Reader:
    """A reviewer's browser at the desk."""

    def __init__(self, app: Litestar) -> None:
        self.app = app
        self.cookie = ""

    async def get(self, target: str) -> Answered:
        return await self._go("GET", target, b"")

    async def post(self, target: str, **form: str) -> Answered:
        return await self._go("POST", target, urlencode(form).encode())

    async def sign_in(self, name: str, password: str) -> Answered:
        answered = await self.post("/logga-in", name=name, password=password)
        self.cookie = answered.cookie("desk")
        return answered

    async def cases(self) -> list[str]:
        """The cases on the list, in order."""
        return re.findall(r'href="/arende/([0-9a-f]+)"', (await self.get("/")).text)

    async def _go(self, method: str, target: str, body: bytes) -> Answered:
        headers = [("content-type", FORM)] if method == "POST" else []
        headers += [("cookie", f"desk={self.cookie}")] if self.cookie else []
        return await ask(self.app, method, target, headers=headers, body=body)
