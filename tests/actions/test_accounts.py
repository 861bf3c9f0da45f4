"""Accounts: made by the operator, signed in to with password and second factor, told nothing else (DESIGN §8)."""

from __future__ import annotations

import datetime as dt

import msgspec
import pyotp
import pytest

from hvb_followup.access import Person, Role
from hvb_followup.actions.operate.accounts import (
    SESSION,
    NewAccount,
    make_account,
    sign_in,
    sign_out,
    token_hash,
    who_is,
)
from hvb_followup.errors import NotFound, Refused
from hvb_followup.store import accounts
from tests.world import NORTH, World

NEW = NewAccount(name="åsa", role=Role.UNIT_MANAGER, scope=NORTH, password="tolv tecken långt")


async def made(world: World, *, second_factor: bool = False) -> str:
    return await make_account(world.context(), NEW, second_factor=second_factor)


async def test_an_account_signs_in_and_out(world: World) -> None:
    await made(world)
    token = await sign_in(world.gate, NEW.name, NEW.password, "", world.now)
    assert token is not None
    assert await who_is(world.database, token, world.now) == Person(name="åsa", role=NEW.role, scope=NORTH)
    await sign_out(world.database, token)
    assert await who_is(world.database, token, world.now) is None


async def test_a_wrong_name_or_password_starts_no_session(world: World) -> None:
    await made(world)
    for name, password in (
        ("åsa", "tolv tecken lång"),
        ("åsa", ""),
        ("otto", NEW.password),
        ("", ""),
        ("ÅSA", NEW.password),
    ):
        assert await sign_in(world.gate, name, password, "", world.now) is None
    assert await world.database.run("SELECT hash FROM session") == []


async def test_the_second_factor_is_asked_for_and_lasts_a_minute(world: World) -> None:
    totp = pyotp.TOTP(await made(world, second_factor=True))
    at = world.now
    for code, is_right in (
        ("", False),
        ("000000", False),
        (totp.at(at - dt.timedelta(minutes=5)), False),
        (totp.at(at), True),
    ):
        token = await sign_in(world.gate, NEW.name, NEW.password, code, at)
        assert (token is not None) is is_right


async def test_a_session_ends_after_eight_hours_and_with_the_account(world: World) -> None:
    await made(world)
    token = await sign_in(world.gate, NEW.name, NEW.password, "", world.now)
    assert await who_is(world.database, token, world.now + SESSION - dt.timedelta(seconds=1)) is not None
    assert await who_is(world.database, token, world.now + SESSION) is None
    account = await accounts.account(NEW.name)
    assert account is not None
    ended = msgspec.structs.replace(account, ends_on=world.now.date() - dt.timedelta(days=1))
    await accounts.put_account(world.database, ended)
    assert await who_is(world.database, token, world.now) is None
    assert await sign_in(world.gate, NEW.name, NEW.password, "", world.now) is None


async def test_a_strange_token_is_nobody(world: World) -> None:
    for token in (None, "", "x" * 101, "nonsense", "\u2603"):
        assert await who_is(world.database, token, world.now) is None


async def test_neither_password_nor_token_is_stored(world: World) -> None:
    await made(world)
    token = await sign_in(world.gate, NEW.name, NEW.password, "", world.now)
    assert token is not None
    rows = await world.database.run("SELECT * FROM session")
    assert [row["hash"] for row in rows] == [token_hash(token)]
    everything = str(
        [await world.database.run(f"SELECT * FROM {table}") for table in ("account", "session", "audit")]
    )
    assert token not in everything
    assert NEW.password not in everything


async def test_nobody_but_the_operator_makes_accounts(world: World) -> None:
    for role in set(Role) - {Role.OPERATOR}:
        otto = world.context(Person(name="otto", role=role, scope=NORTH))
        with pytest.raises(NotFound):
            await make_account(otto, NEW, second_factor=False)
    assert await world.database.run("SELECT name FROM account") == []


async def test_a_short_password_and_an_unfit_name_are_refused(world: World) -> None:
    for field, value, code in (
        ("password", "elva tecken", "password-short"),
        ("name", "", "account-name"),
        ("name", "x" * 81, "account-name"),
        ("name", "rad\nrad", "account-name"),
        ("name", "nul\0", "account-name"),
    ):
        new = msgspec.structs.replace(NEW, **{field: value})
        with pytest.raises(Refused) as refused:
            await make_account(world.context(), new, second_factor=False)
        assert [problem.code for problem in refused.value.problems] == [code]
    assert await world.database.run("SELECT name FROM account") == []
