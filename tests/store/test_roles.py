"""On PostgreSQL the web's role can put an envelope in and never look at one (DESIGN §6)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import httpx
import msgspec
import pytest

from hvb_followup import clock
from hvb_followup.access import Person, Role
from hvb_followup.actions.operate.accounts import sign_in, sign_out
from hvb_followup.actions.pacing import Gate
from hvb_followup.actions.report import signing
from hvb_followup.actions.report.importing import import_register
from hvb_followup.actions.report.undoing import undo_import
from hvb_followup.actions.respond import answering
from hvb_followup.errors import Unsound
from hvb_followup.store import registers
from hvb_followup.store.ballots import Outcome
from hvb_followup.store.database import bind, open_database
from hvb_followup.store.migrate import grant
from hvb_followup.store.periods import signatures
from hvb_followup.web.app import create_app
from tests.world import LILLBY, NORTH, World

WEB, JOBS = "hvb_test_web", "hvb_test_jobs"
SHUT = (
    "SELECT * FROM envelope",
    "UPDATE envelope SET wave = wave",
    "DELETE FROM envelope",
    "SELECT * FROM withdrawal",
    "DELETE FROM withdrawal",
    "SELECT * FROM sealed_wave",
    "SELECT * FROM own_words",
    "INSERT INTO own_words (id, wave, pile) VALUES ('x', 'w', '')",
    "DELETE FROM own_words",
    "SELECT * FROM words_read",
    "INSERT INTO sealed_wave (wave, unit, record) VALUES ('w', 'u', '')",
    "UPDATE wave SET state = 'closed'",
    "UPDATE wave SET closes_at = now()",
    "INSERT INTO code (hash, wave, holder, card) VALUES ('', '', '', '')",
    "UPDATE code SET wave = ''",
    "UPDATE release SET body = ''",
    "UPDATE release SET state = 'published'",
    "SELECT * FROM datum",
    "SELECT * FROM audit",
    "UPDATE audit SET who = ''",
    "DELETE FROM audit",
    "UPDATE account SET role = 'operator'",
    "INSERT INTO account (name) VALUES ('ny')",
    "INSERT INTO stored_clock (id, ahead) VALUES (1, 5)",
    "UPDATE register_row SET body = ''",
    "DELETE FROM register_row",
    "UPDATE batch SET made_at = now()",
    "DELETE FROM batch",
    "UPDATE period SET hash = ''",
    "UPDATE period SET quarter = ''",
    "DELETE FROM period",
    "UPDATE placement SET id = ''",
    "CREATE TABLE mine (id INTEGER)",
)


@pytest.fixture
def engine() -> str:
    """PostgreSQL alone has roles; on SQLite the sealing alone separates them."""
    return "postgres"


@pytest.fixture
async def web_address(world: World, address: str) -> AsyncIterator[str]:
    """The database's address for the web's role."""
    owner = world.database
    await grant(owner, web_role=WEB, jobs_role=JOBS)
    yield as_role(address, WEB)
    for role in (WEB, JOBS):
        await owner.engine.run_ddl(f"DROP OWNED BY {role}")
        await owner.engine.run_ddl(f"DROP ROLE {role}")


def as_role(address: str, role: str) -> str:
    """The same database for another role."""
    scheme, rest = address.split("://", 1)
    return f"{scheme}://{role}:@{rest.split('@', 1)[1]}"


async def test_the_webs_role_can_do_all_the_answering_door_does(world: World, web_address: str) -> None:
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    owner, web = world.database, await open_database(web_address)
    world.database = web
    world.box = msgspec.structs.replace(world.box, database=web)
    finished = await world.answer(issued.code)
    assert finished.outcome is Outcome.TAKEN
    await answering.withdraw(world.box, ("ord", "som", "inga"))
    token = await sign_in(
        Gate(database=web, secret=world.web_keys.secret), name, password, "", clock.machine_now()
    )
    assert token is not None
    async with client_of(world) as client:
        for path in ("/", "/metod", f"/enhet/{NORTH}", "/svara", "/ready"):
            page = await client.get(path, headers={"cookie": f"session={token}"})
            assert page.status_code == 200, (path, page.text)
    await sign_out(web, token)
    await web.close()
    world.database = owner
    bind(owner.engine)
    await world.close()
    assert len(await owner.run("SELECT wave FROM sealed_wave")) == 6


async def test_the_webs_role_can_import_and_take_back(world: World, web_address: str) -> None:
    owner, web = world.database, await open_database(web_address)
    world.database = web
    manager = Person(name="mona", role=Role.UNIT_MANAGER, scope=NORTH)
    data = f"Löpnummer;Hem;Kommun;Födelseår;Startdatum\nL1;{NORTH};{LILLBY};2010;2024-06-01\n".encode()
    for text in (data, data.replace(b"2024-06-01", b"2024-06-02")):
        imported = await import_register(world.context(manager), "placement", text, dry_run=False)
    assert imported.batch is not None
    await undo_import(world.context(manager), imported.batch)
    (row,) = await registers.rows(web, "placement", NORTH)
    assert row["starts_on"] == "2024-06-01"
    seen = await signing.quarter_of(world.context(manager), NORTH, "2026K3")
    await signing.sign_quarter(world.context(manager), NORTH, "2026K3", seen.hash)
    await signing.take_back_signature(world.context(manager), NORTH, "2026K3")
    assert await signatures(NORTH) == ()
    await web.close()
    world.database = owner
    bind(owner.engine)


def client_of(world: World) -> httpx.AsyncClient:
    """A client whose clock is not moved: the web's role may not move it."""
    app = create_app(world.service())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test.invalid")


async def test_the_webs_role_may_do_nothing_else(web_address: str) -> None:
    connection = await asyncpg.connect(web_address)
    for statement in SHUT:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()


async def test_the_jobs_role_may_count(world: World, web_address: str, address: str) -> None:
    jobs = await open_database(as_role(address, JOBS))
    world.database = jobs
    await world.open()
    await world.close()
    assert len(await jobs.run("SELECT wave FROM sealed_wave")) == 6
    await jobs.close()


async def test_a_role_with_an_odd_name_is_refused(world: World) -> None:
    with pytest.raises(Unsound):
        await grant(world.database, web_role="web; DROP TABLE wave", jobs_role=JOBS)
