"""On PostgreSQL the web's role puts a case and is told its state, and the desk's role reads cases and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from hvb_followup.access import Role
from hvb_followup.store.database import bind, open_database
from hvb_followup.store.migrate import grant
from hvb_followup.web.app import create_app
from tests.asking import Phone
from tests.ballot.test_web_role import of_role
from tests.safeguarding.reviewing import ANNA, Reader, Reviewed
from tests.safeguarding.writing import WRITTEN, marks_in, one_pool

WEB, JOBS, DESK = "hvb_help_web", "hvb_help_jobs", "hvb_help_desk"
SHUT = (
    "SELECT body FROM envelope",
    "SELECT body FROM draft",
    "SELECT card FROM code",
    "SELECT record FROM sealed_wave",
    "SELECT receipt FROM withdrawal",
    "INSERT INTO own_words (id, wave, pile) VALUES ('x', 'w', '')",
    "UPDATE own_words SET pile = ''",
    "DELETE FROM own_words",
    "DELETE FROM words_read",
    "UPDATE wave SET state = 'open'",
    "SELECT body FROM datum",
    "SELECT body FROM register_row",
    "SELECT hash FROM session",
    "INSERT INTO session (hash, account) VALUES ('', 'lasare-anna')",
    "UPDATE help_case SET body = ''",
    "UPDATE help_case SET due_at = now()",
    "DELETE FROM help_case",
    "INSERT INTO help_case (id, receipt, body) VALUES ('', '', '')",
    "UPDATE account SET role = 'operator'",
    "SELECT what FROM audit",
    "DELETE FROM audit",
    "UPDATE placement SET id = ''",
    "CREATE TABLE mine (id INTEGER)",
)


@pytest.fixture
def engine() -> str:
    """PostgreSQL alone has roles."""
    return "postgres"


@pytest.fixture
async def roles(reviewed: Reviewed) -> AsyncIterator[Reviewed]:
    """The world, with roles that have been given their rights."""
    owner = reviewed.world.database
    await grant(owner, web_role=WEB, jobs_role=JOBS, desk_role=DESK)
    yield reviewed
    bind(owner.engine)
    for role in (WEB, JOBS, DESK):
        await owner.engine.run_ddl(f"DROP OWNED BY {role}")
        await owner.engine.run_ddl(f"DROP ROLE {role}")


async def test_put_by_the_webs_role_told_by_the_jobs_and_read_by_the_desks(roles: Reviewed) -> None:
    world, owner = roles.world, roles.world.database
    name, password = await world.account(Role.SAFEGUARDING_REVIEWER, name=ANNA)
    await world.set_clock()
    world.database = web = await open_database(of_role(world.settings.database_url, WEB))
    phone = Phone(create_app(world.service()))
    assert (await phone.post("/svara/hjalp", "text=hemligt")).status == 200
    assert (await phone.post("/svara/hjalp/svar", "receipt=a+b+c")).status == 200
    await web.close()
    world.database = jobs = await open_database(of_role(world.settings.database_url, JOBS))
    assert (await roles.tell()).first == 1
    await jobs.close()
    world.database = owner
    await world.set_clock()
    world.database = desk = await open_database(of_role(world.settings.database_url, DESK))
    reader = Reader(roles.desk_app())
    assert (await reader.sign_in(name, password)).status == 303
    (case,) = await reader.cases()
    assert "hemligt" in (await reader.post(f"/arende/{case}/oppna", purpose="jour")).text
    assert (await reader.post(f"/arende/{case}/ta")).status == 303
    assert (await reader.post(f"/arende/{case}/avsluta", ending="talked")).status == 303
    await desk.close()
    world.database = owner


async def test_own_words_are_read_by_the_desks_role(roles: Reviewed) -> None:
    world, owner = roles.world, roles.world.database
    pool = await one_pool(roles)
    name, password = await world.account(Role.SAFEGUARDING_REVIEWER, name=ANNA)
    await world.set_clock()
    world.database = desk = await open_database(of_role(world.settings.database_url, DESK))
    reader = Reader(roles.desk_app())
    await reader.sign_in(name, password)
    page = (await reader.post(f"/egna-ord/{pool}/oppna", purpose="jour")).text
    assert WRITTEN in page
    (mark,) = marks_in(page)
    assert (await reader.post(f"/egna-ord/{pool}/teman", text=mark, **{mark: "food"})).status == 303
    assert (await reader.post(f"/egna-ord/{pool}/teman", text=mark, **{mark: "staff"})).status == 303
    await desk.close()
    world.database = owner


async def test_the_desks_role_may_do_nothing_else(roles: Reviewed) -> None:
    connection = await asyncpg.connect(of_role(roles.world.settings.database_url, DESK))
    for statement in SHUT:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    await connection.close()
