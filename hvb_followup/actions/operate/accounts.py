"""Accounts and signing in: argon2 for the password, a one-time code beside it except in demonstrations."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from functools import cache

import msgspec
import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from hvb_followup.access import Permission, Person, Role
from hvb_followup.actions.context import Context
from hvb_followup.actions.pacing import Gate, count_in_vain, refuse_too_fast
from hvb_followup.errors import Problem, Refused
from hvb_followup.store import accounts
from hvb_followup.store.accounts import Account
from hvb_followup.store.database import Database
from hvb_followup.throttling import SIGN_IN, Visitor

SESSION = dt.timedelta(hours=8)
MIN_PASSWORD = 12
MAX_NAME = 80
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobody() -> str:
    """Checked when there is no such account, so that a missing name takes as long as a wrong password."""
    return HASHER.hash(secrets.token_urlsafe(16))


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: a name, a role, whom it speaks for, and a password of at least twelve characters."""

    name: str
    role: Role
    scope: str
    password: str


async def make_account(context: Context, new: NewAccount, *, second_factor: bool) -> str:
    """Store the account; the second factor's secret, to be shown once, or ""."""
    context.require(Permission.ACCOUNT_MAKE)
    if len(new.password) < MIN_PASSWORD:
        raise Refused(
            Problem(
                code="password-short",
                where="password",
                says="Lösenordet är för kort.",
                mend="Minst tolv tecken.",
            )
        )
    if not 1 <= len(new.name) <= MAX_NAME or not new.name.isprintable():
        raise Refused(
            Problem(
                code="account-name",
                where="name",
                says="Kontonamnet är tomt, för långt eller har tecken som inte syns.",
                mend=f"Högst {MAX_NAME} synliga tecken.",
            )
        )
    secret = pyotp.random_base32() if second_factor else ""
    account = Account(
        name=new.name,
        role=str(new.role),
        scope=new.scope,
        password=HASHER.hash(new.password),
        second_factor=secret,
    )
    async with context.database.transaction():
        await accounts.put_account(context.database, account)
        await context.note(Permission.ACCOUNT_MAKE, f"{new.name} {new.role}")
    return secret


async def sign_in(
    gate: Gate, name: str, password: str, one_time_code: str, now: dt.datetime, net: str = ""
) -> str | None:
    """The token of a fresh session, or None; only its hash is stored. Raises TooMany, whoever's name it is."""
    account = await proved(gate, name, password, one_time_code, now, net)
    if account is None:
        return None
    token = secrets.token_urlsafe(32)
    await accounts.start_session(gate.database, token_hash(token), account.name, now + SESSION)
    return token


async def proved(
    gate: Gate, name: str, password: str, one_time_code: str, now: dt.datetime, net: str = ""
) -> Account | None:
    """The account whose holder this is, by password and second factor; None otherwise. Raises TooMany."""
    visitor = Visitor(net=net, name=name)
    await refuse_too_fast(gate, SIGN_IN, visitor, now)
    account = await accounts.account(name)
    is_own = is_password(account, password, now)
    if account is not None and is_own and await _has_factor(gate.database, account, one_time_code, now):
        return account
    await count_in_vain(gate, SIGN_IN, visitor, now)
    return None


def is_password(account: Account | None, password: str, now: dt.datetime) -> bool:
    """True when the password is the account's, and it has not ended; a missing account costs the same work."""
    nobody = _nobody()  # whoever asks first: the first name to be missing must not take longer
    try:
        HASHER.verify(account.password if account else nobody, password)
    except VerifyMismatchError:
        return False
    return account is not None and (account.ends_on is None or account.ends_on >= now.date())


async def _has_factor(database: Database, account: Account, one_time_code: str, now: dt.datetime) -> bool:
    """True when the account has no second factor, or the code is one of now that nobody has used."""
    if not account.second_factor:
        return True
    step = _step_of(pyotp.TOTP(account.second_factor), one_time_code, now)
    return step is not None and await accounts.spend_step(database, account.name, step)


def _step_of(codes: pyotp.TOTP, one_time_code: str, now: dt.datetime) -> int | None:
    """The half-minute whose code this is: now, or the one before or after; None when it is none of theirs."""
    step = int(now.timestamp()) // codes.interval
    near = (step, step - 1, step + 1)
    given = one_time_code.encode()
    found = [one for one in near if hmac.compare_digest(codes.generate_otp(one).encode(), given)]
    return found[0] if found else None


async def who_is(database: Database, token: str | None, now: dt.datetime) -> Person | None:
    """The person of a session token, if any."""
    if not token or len(token) > 100:
        return None
    found = await accounts.session(database, token_hash(token), now)
    return Person(name=found[0], role=Role(found[1]), scope=found[2]) if found else None


async def sign_out(database: Database, token: str | None) -> None:
    """End the session of a token."""
    if token:
        await accounts.end_session(database, token_hash(token))


def token_hash(token: str) -> bytes:
    """What the database knows of a session."""
    return hashlib.sha256(token.encode()).digest()
