"""Signing in: fresh sessions, two factors, and one answer to everything that is wrong."""

from __future__ import annotations

import datetime as dt

import pyotp
from litestar import Litestar

from hvb_followup.access import Role
from hvb_followup.actions.operate.accounts import NewAccount, make_account
from tests.asking import Answered, ask, post
from tests.world import NORTH, World


async def sign_in(app: Litestar, name: str, password: str, code: str = "", session: str = "") -> Answered:
    headers = [("cookie", f"session={session}")] if session else []
    return await post(app, "/logga-in", f"name={name}&password={password}&code={code}", headers=headers)


async def is_in(app: Litestar, session: str) -> bool:
    return (await ask(app, "GET", "/enhet", headers=[("cookie", f"session={session}")])).status == 200


async def test_a_session_is_fresh_at_each_sign_in_and_the_old_one_is_dead(world: World) -> None:
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    app = await world.app()
    first = (await sign_in(app, name, password)).cookie("session")
    assert await is_in(app, first)
    second = (await sign_in(app, name, password, session=first)).cookie("session")
    assert second not in {first, ""}
    assert await is_in(app, second)
    assert not await is_in(app, first)


async def test_a_session_that_the_browser_chose_is_never_taken_over(world: World) -> None:
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    app = await world.app()
    await ask(app, "GET", "/enhet", headers=[("cookie", "session=valt-av-angripare")])
    given = (await sign_in(app, name, password, session="valt-av-angripare")).cookie("session")
    assert given != "valt-av-angripare"
    assert not await is_in(app, "valt-av-angripare")


async def test_the_database_never_holds_a_session_that_could_be_used(world: World) -> None:
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    token = (await sign_in(await world.app(), name, password)).cookie("session")
    (row,) = await world.database.run("SELECT * FROM session")
    assert token.encode() not in repr(row).encode()
    assert bytes(row["hash"]) != token.encode()


async def test_looking_at_pages_makes_no_session(world: World) -> None:
    app = await world.app()
    for target in ("/", "/logga-in", "/enhet", "/svara"):
        assert not (await ask(app, "GET", target)).cookie("session")
    assert await world.database.run("SELECT * FROM session") == []


async def test_signing_out_ends_the_session_and_drops_the_cookie(world: World) -> None:
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    app = await world.app()
    token = (await sign_in(app, name, password)).cookie("session")
    gone = await post(app, "/logga-ut", headers=[("cookie", f"session={token}")])
    assert (gone.status, gone.header("location")) == (303, "/")
    assert "Max-Age=0" in gone.header("set-cookie")
    assert not await is_in(app, token)


async def test_a_session_ends_after_eight_hours_and_with_its_account(world: World) -> None:
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    app = await world.app()
    token = (await sign_in(app, name, password)).cookie("session")
    last_day = (world.now - dt.timedelta(days=1)).date()
    await world.database.run("UPDATE account SET ends_on = ?", last_day)
    assert not await is_in(app, token)
    assert (await sign_in(app, name, password)).status == 422
    await world.database.run("UPDATE account SET ends_on = ?", world.now.date())
    assert await is_in(app, token)
    world.now += dt.timedelta(hours=7, minutes=59)
    await world.database.run("UPDATE account SET ends_on = NULL")
    await world.set_clock()
    assert await is_in(app, token)
    world.now += dt.timedelta(minutes=2)
    await world.set_clock()
    assert not await is_in(app, token)


async def test_whatever_is_wrong_the_answer_is_the_same_to_the_byte(world: World) -> None:
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    ended, its_password = await world.account(Role.ANALYST, name="slutat")
    await world.database.run("UPDATE account SET ends_on = ? WHERE name = ?", dt.date(2020, 1, 1), ended)
    app = await world.app()
    wrong = [
        await sign_in(app, name, "fel"),
        await sign_in(app, "finns-inte", password),
        await sign_in(app, "finns-inte", "fel"),
        await sign_in(app, ended, its_password),
        await sign_in(app, "", ""),
        await sign_in(app, name.upper(), password),
        await sign_in(app, "%00" + name, "%00"),
        await sign_in(app, "x" * 5000, "y" * 5000),
        await sign_in(app, "%C3%A5'--", "%F0%9F%98%80"),
    ]
    assert len(set(wrong)) == 1
    assert wrong[0].status == 422
    assert not wrong[0].all("set-cookie")
    assert (await sign_in(app, name, password)).status == 303


async def test_outside_a_demonstration_a_password_is_not_enough(world: World) -> None:
    new = NewAccount(name="anna", role=Role.UNIT_MANAGER, scope=NORTH, password="tolv-tecken-minst")
    secret = await make_account(world.context(), new, second_factor=True)
    app = await world.app()
    at = pyotp.TOTP(secret)
    wrong = [
        await sign_in(app, "anna", new.password),
        await sign_in(app, "anna", new.password, "000000"),
        await sign_in(app, "anna", new.password, at.at(world.now - dt.timedelta(minutes=5))),
        await sign_in(app, "anna", "fel-losenord", at.at(world.now)),
    ]
    assert len(set(wrong)) == 1
    assert wrong[0].status == 422
    assert (await sign_in(app, "anna", new.password, at.at(world.now))).status == 303


async def test_the_sign_in_page_asks_for_the_code_where_one_is_needed(world: World) -> None:
    for demo, asked in ((True, False), (False, True)):
        page = await ask(await world.app(demo=demo), "GET", "/logga-in")
        assert ('name="code"' in page.text) is asked


async def test_the_session_cookie_is_strict_and_secure_outside_demonstrations(world: World) -> None:
    name, password = await world.account(Role.UNIT_MANAGER, NORTH)
    for demo in (True, False):
        (cookie,) = (await sign_in(await world.app(demo=demo), name, password)).all("set-cookie")
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"path=/", "httponly", "samesite=strict", "max-age=28800"} <= parts
        assert ("secure" in parts) is not demo
