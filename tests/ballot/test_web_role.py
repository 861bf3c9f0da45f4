"""On PostgreSQL the web's own role can put an answer in and never look at one (DESIGN §6)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import asyncpg
import httpx
import msgspec
import pytest

from hvb_followup.access import Role
from hvb_followup.actions.respond import answering
from hvb_followup.store import ballots
from hvb_followup.store.ballots import Outcome
from hvb_followup.store.database import Database, bind, open_database
from hvb_followup.store.migrate import WEB_MAY, grant
from hvb_followup.store.tables import TABLES
from hvb_followup.web.app import create_app
from tests.world import FAMILY, NORTH, OTHER, World

WEB, JOBS = "hvb_web_test", "hvb_jobs_test"
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
EVERY_TABLE = sorted(table._meta.tablename for table in TABLES)

# What the web may never do, with what DESIGN says of it.
REFUSED = [
    "SELECT body FROM envelope",
    "SELECT count(*) FROM envelope",
    "SELECT xmin, ctid FROM envelope",
    "UPDATE envelope SET body = body",
    "DELETE FROM envelope",
    "INSERT INTO envelope (id, wave, body) VALUES ('', '', '') RETURNING body",
    "SELECT receipt FROM withdrawal",
    "DELETE FROM withdrawal",
    "SELECT record FROM sealed_wave",
    "SELECT unit FROM sealed_wave",
    "INSERT INTO sealed_wave (wave, unit, record) VALUES ('', '', '')",
    "DELETE FROM sealed_wave",
    "SELECT body FROM datum",
    "SELECT body FROM help_case",
    "SELECT id FROM help_case",
    "SELECT put_at, urgency FROM help_case",
    "SELECT * FROM help_case",
    "UPDATE help_case SET state = 'taken'",
    "DELETE FROM help_case",
    "SELECT email FROM help_notice",
    "INSERT INTO help_notice (id) VALUES ('')",
    "SELECT what FROM audit",
    "UPDATE audit SET what = ''",
    "DELETE FROM audit",
    "INSERT INTO audit (id, who) VALUES (-1, 'web')",
    "INSERT INTO audit (who, link) VALUES ('web', '')",
    "SELECT key FROM job_run",
    "SELECT body FROM contact",
    "SELECT id FROM outbox",
    "INSERT INTO outbox (id, body) VALUES ('', '')",
    "SELECT pile FROM own_words",
    "SELECT body FROM words_read",
    "SELECT asked_on FROM asked",
    "UPDATE sendout SET handled = 0",
    "INSERT INTO code (hash, wave, holder, card) VALUES ('', '', '', '')",
    "UPDATE code SET holder = ''",
    "UPDATE code SET card = ''",
    "UPDATE code SET hash = ''",
    "DELETE FROM code",
    "UPDATE wave SET state = 'open'",
    "UPDATE wave SET closes_at = now()",
    "UPDATE placement SET id = ''",
    "UPDATE release SET state = 'published'",
    "INSERT INTO release (id) VALUES ('')",
    "INSERT INTO account (name) VALUES ('eve')",
    "UPDATE account SET role = 'operator'",
    "UPDATE stored_clock SET ahead = 0",
    "CREATE TABLE mine (id integer)",
    "SET ROLE hvb_jobs_test",
    "SELECT lo_import('/etc/hostname')",
    "COPY envelope TO STDOUT",
    "COPY help_case TO STDOUT",
    "SELECT pg_read_file('pg_hba.conf')",
]


class WebRole(msgspec.Struct, frozen=True):
    """The world with its database opened by the web's role; cards and a manager's account, made by the owner."""

    world: World
    codes: tuple[str, ...]
    manager: tuple[str, str]


@pytest.fixture
async def as_web(world: World) -> AsyncIterator[WebRole]:
    """Everything the web is not allowed to make is made first; then its own role takes over."""
    owner = world.database
    await grant(owner, web_role=WEB, jobs_role=JOBS)
    await world.placements(NORTH, 6)
    await world.open()
    codes = tuple(one.code for one in await world.codes(NORTH))
    manager = await world.account(Role.UNIT_MANAGER, NORTH)
    await world.set_clock()
    await take_over(world, WEB)
    yield WebRole(world, codes, manager)
    await world.database.close()
    bind(owner.engine)


async def take_over(world: World, role: str) -> None:
    """Let the world's errands run as this role."""
    world.database = await open_database(of_role(world.settings.database_url, role))
    world.box = msgspec.structs.replace(world.box, database=world.database)


def of_role(address: str, role: str) -> str:
    """The same database's address, for another role."""
    if "user=" in address:
        return re.sub(r"user=[^&]*", f"user={role}", address)
    return re.sub(r"//([^@/]*@)?", f"//{role}@", address, count=1)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_the_whole_answering_path_works_for_the_web_role(as_web: WebRole) -> None:
    world, codes = as_web.world, as_web.codes
    (who,) = await world.database.run("SELECT current_user AS name")
    assert who["name"] == WEB
    finished = await world.answer(codes[0])
    assert finished.outcome is Outcome.TAKEN
    await answering.withdraw(world.box, finished.receipt)
    sitting = await world.enter(codes[1])
    await world.write(sitting, {"safe_here": "very"})
    assert (await answering.finish(world.box, sitting)).outcome is Outcome.TAKEN
    assert (await answering.finish(world.box, sitting)).outcome is Outcome.REPEATED
    assert await answering.enter(world.box, codes[1], language="sv", now=world.now) is None
    assert await answering.enter(world.box, "K7MQ29TRXDX", language="sv", now=world.now) is None


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_what_the_web_role_put_in_the_jobs_role_counts(as_web: WebRole) -> None:
    world = as_web.world
    for code in as_web.codes[:5]:
        await world.answer(code)
    web = world.database
    await take_over(world, JOBS)
    await web.close()
    await world.close()
    rows = await world.database.run(
        "SELECT wave FROM sealed_wave WHERE unit = ? AND family = ?", NORTH, FAMILY
    )
    assert len(rows) == 1
    assert await world.database.run("SELECT id FROM envelope") == []
    await world.release()


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_the_web_role_is_refused_whatever_is_not_its_own(as_web: WebRole) -> None:
    done = [statement for statement in REFUSED if not await is_refused(as_web.world.database, statement)]
    assert done == []


async def is_refused(database: Database, statement: str) -> bool:
    """True when the server says that this role may not."""
    try:
        await database.run(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    return False


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_the_web_role_has_the_rights_that_are_listed_and_no_other(as_web: WebRole) -> None:
    granted = await as_web.world.database.run(
        "SELECT table_name AS t, privilege_type AS p FROM information_schema.table_privileges WHERE grantee = ?",
        WEB,
    )
    listed = {
        (table, right) for right, tables in WEB_MAY.items() for table in tables.split() if right in RIGHTS
    }
    assert {(row["t"], row["p"]) for row in granted} == listed
    (role,) = await as_web.world.database.run(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles "
        "WHERE rolname = ?",
        WEB,
    )
    assert not any(role.values())
    owned = await as_web.world.database.run("SELECT tablename FROM pg_tables WHERE tableowner = ?", WEB)
    assert owned == []


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_every_page_that_needs_no_more_works_for_the_web_role(as_web: WebRole) -> None:
    """The doors for people, opened with the web's role: nothing there asks for more than it may."""
    world, codes = as_web.world, as_web.codes
    name, password = as_web.manager
    async with client_of(world) as client:
        assert (await client.get("/")).status_code == 200
        assert (await client.get(f"/hem/{NORTH}")).status_code in {200, 404}
        signed_in = await client.post("/logga-in", data={"name": name, "password": password})
        assert signed_in.status_code == 303
        assert (await client.get(f"/enhet/{NORTH}")).status_code == 200
        assert (await client.get(f"/enhet/{OTHER}")).status_code == 404
        assert (await client.post("/logga-ut", data={})).status_code == 303
        assert (await client.get("/ready")).status_code == 200
        assert (await client.post("/svara", data={"code": codes[0]})).status_code == 303
        await client.post("/svara/start", data={"choice": "yes"})
        assert (await client.post("/svara/fraga/1", data={"do": "skip"})).status_code == 303
        assert (await client.post("/svara/klar", data={})).status_code == 200
        assert (await client.post("/svara/ta-bort", data={"receipt": "a b c"})).status_code == 200


def client_of(world: World) -> httpx.AsyncClient:
    """A client of the web application; its clock was set by the database's owner."""
    app = create_app(world.service())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test.invalid")


def test_every_table_has_been_thought_of() -> None:
    """A new table is out of the web's reach until somebody writes it here."""
    named = {table for tables in WEB_MAY.values() for table in tables.split()}
    unreachable = {
        "sealed_wave",
        "datum",
        "job_run",
        "help_notice",
        "asked",
        "outbox",
        "silenced",
        "own_words",
        "words_read",
    }
    assert named | unreachable == set(EVERY_TABLE)
    assert not named & unreachable


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_sqlite_has_no_roles_and_sealing_alone_separates(database: Database) -> None:
    await grant(database, web_role=WEB, jobs_role=JOBS)
    assert await ballots.find_code(database, b"nobody's") is None
