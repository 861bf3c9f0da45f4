"""Every route of the desk × everybody; and nothing of a case shows at any other door."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from hvb_followup.access import Role
from hvb_followup.desk.app import HERE
from hvb_followup.desk.room import COOKIE, SESSION
from hvb_followup.store import accounts
from hvb_followup.web.security import handlers_of
from tests.asking import ask
from tests.safeguarding.reviewing import ANNA, Reader, Reviewed
from tests.safeguarding.writing import one_pool
from tests.world import ALFA, LILLBY, NORTH

# method, route; what nobody gets, a reviewer who is a recipient, one who is not, and everybody else.
ROWS = """
GET   /                             303  200  404  404
GET   /arende/{case:str}            303  200  404  404
POST  /arende/{case:str}/oppna      303  400  404  404
POST  /arende/{case:str}/ta         303  409  404  404
POST  /arende/{case:str}/avsluta    303  400  404  404
GET   /egna-ord                     303  200  404  404
GET   /egna-ord/{pool:str}          303  200  404  404
POST  /egna-ord/{pool:str}/oppna    303  400  404  404
POST  /egna-ord/{pool:str}/teman    303  303  404  404
GET   /logga-in                     200  200  200  200
POST  /logga-in                     422  422  422  422
POST  /logga-ut                     303  303  303  303
GET   /static/{name:str}            404  404  404  404
"""
OTHERS = [role for role in Role if role is not Role.SAFEGUARDING_REVIEWER]
SCOPES = {
    Role.UNIT_MANAGER: NORTH,
    Role.DATA_ENTRY: NORTH,
    Role.PROVIDER_ADMIN: ALFA,
    Role.CASE_WORKER: LILLBY,
}


def rows() -> list[tuple[str, str, list[int]]]:
    lines = [line.split() for line in ROWS.strip().splitlines()]
    return [(method, route, [int(one) for one in statuses]) for method, route, *statuses in lines]


async def test_every_route_gives_what_the_table_says(reviewed: Reviewed) -> None:
    world = reviewed.world
    await reviewed.ask("hemligt")
    app = await reviewed.app()
    there = {
        (method, route.path)
        for route, handler in handlers_of(app)
        for method in sorted(handler.http_methods)  # type: ignore[attr-defined]
    }
    assert there == {(method, route) for method, route, _ in rows()}
    pool = await one_pool(reviewed)
    (row,) = await world.database.run("SELECT id FROM help_case")
    case = bytes(row["id"]).hex()
    accounts_made = [await world.account(Role.SAFEGUARDING_REVIEWER, name=ANNA)]
    accounts_made += [await world.account(Role.SAFEGUARDING_REVIEWER, name="utanför")]
    accounts_made += [await world.account(role, SCOPES.get(role, "")) for role in OTHERS]
    columns = [0, 1, 2, *[3] * len(OTHERS)]
    for column, person in zip(columns, [None, *accounts_made], strict=True):
        for method, route, statuses in rows():
            reader = Reader(app)
            if person is not None:
                await reader.sign_in(*person)
            target = route.replace("{case:str}", case).replace("{name:str}", "x").replace("{pool:str}", pool)
            got = await (reader.get(target) if method == "GET" else reader.post(target))
            assert got.status == statuses[column], (person, method, route)
            assert "hemligt" not in got.text


async def test_a_session_ends_and_dies_with_the_account_and_the_webs_opens_nothing(
    reviewed: Reviewed,
) -> None:
    """The web's role may put a row in ``session``; the desk asks its own memory alone."""
    world = reviewed.world
    name, password = await world.account(Role.SAFEGUARDING_REVIEWER, name=ANNA)
    reader = Reader(await reviewed.app())
    reader.cookie = await world.session(Role.SAFEGUARDING_REVIEWER)
    assert (await reader.get("/")).status == 303
    await reader.sign_in(name, password)
    assert (await reader.get("/")).status == 200
    world.now += SESSION + dt.timedelta(minutes=1)
    await world.set_clock()
    assert (await reader.get("/")).status == 303
    await reader.sign_in(name, password)
    account = await accounts.account(name)
    assert account is not None
    ended = msgspec.structs.replace(account, ends_on=dt.date(2026, 1, 1))
    async with world.database.transaction():
        await accounts.put_account(world.database, ended)
    assert (await reader.get("/")).status == 303


async def test_the_desk_listens_on_this_machine_and_takes_no_form_from_elsewhere(reviewed: Reviewed) -> None:
    assert HERE == "127.0.0.1"
    app = await reviewed.app()
    headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.invalid")]
    assert (await ask(app, "POST", "/logga-in", headers=headers)).status == 403
    name, password = await reviewed.world.account(Role.SAFEGUARDING_REVIEWER, name=ANNA)
    page = await Reader(app).sign_in(name, password)
    (cookie,) = page.all("set-cookie")
    assert cookie.startswith(f"{COOKIE}=")
    assert {"httponly", "samesite=strict"} <= {part.strip().lower() for part in cookie.split(";")}
    assert page.header("cache-control") == "no-store"


@pytest.mark.parametrize("role", [Role.UNIT_MANAGER, Role.DATA_ENTRY, Role.PROVIDER_ADMIN, Role.OPERATOR])
async def test_nothing_at_any_door_changes_when_somebody_asks_for_help(
    reviewed: Reviewed, role: Role
) -> None:
    """To the byte: what the home's and provider's people see is the same before a case, after, and when it is read."""
    world = reviewed.world
    await world.placements(NORTH, 2)
    await world.open()
    app, token = await world.app(), await world.session(role, SCOPES.get(role, ""))
    paths = [
        target.replace("{ou:str}", NORTH).replace("{quarter:str}", "2026K3").replace("{kind:str}", "staff")
        for route, handler in handlers_of(app)
        for target in [route.path]
        if "GET" in handler.http_methods  # type: ignore[attr-defined]
    ]

    async def seen() -> list[tuple[int, object, bytes]]:
        asked = [await ask(app, "GET", path, headers=[("cookie", f"session={token}")]) for path in paths]
        return [(one.status, one.headers, one.body) for one in asked]

    before = await seen()
    assert sum(status == 200 for status, *_ in before) > 10
    for number in range(20):
        await reviewed.ask(f"hemligt {number}", placement=f"{NORTH}-1")
    await reviewed.tell()
    assert await seen() == before
