"""Accounts and their sessions; of a session only the hash of its token is kept."""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.store import tables
from hvb_followup.store.database import Database

FIND_SESSION = (
    "SELECT account.name, account.role, account.scope FROM session JOIN account ON account.name = session.account "
    "WHERE session.hash = ? AND session.ends_at > ? AND (account.ends_on IS NULL OR account.ends_on >= ?)"
)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in: role and scope, password hash and, outside demonstrations, a second factor's secret."""

    name: str
    role: str
    scope: str
    password: str
    second_factor: str = ""
    ends_on: dt.date | None = None


async def put_account(database: Database, account: Account) -> None:
    """Store an account, or replace the one with its name."""
    await database.run(
        "INSERT INTO account (name, role, scope, password, second_factor, ends_on) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET role = excluded.role, scope = excluded.scope, "
        "password = excluded.password, second_factor = excluded.second_factor, ends_on = excluded.ends_on",
        *(
            account.name,
            account.role,
            account.scope,
            account.password,
            account.second_factor,
            account.ends_on,
        ),
    )


async def account(name: str) -> Account | None:
    """One account, or None."""
    row = await tables.Account.select().where(tables.Account.name == name).first()
    return None if row is None else msgspec.convert(dict(row), Account)


async def spend_step(database: Database, name: str, step: int) -> bool:
    """True for the one who uses the one-time code of this half-minute; never again, nor one before it."""
    rows = await database.run(
        "UPDATE account SET used_step = ? WHERE name = ? AND used_step < ? RETURNING name", step, name, step
    )
    return bool(rows)


async def roles() -> dict[str, str]:
    """The role of every account, by name."""
    table = tables.Account
    return {row["name"]: row["role"] for row in await table.select(table.name, table.role)}


async def start_session(database: Database, token_hash: bytes, name: str, ends_at: dt.datetime) -> None:
    """Store a session."""
    await database.run(
        "INSERT INTO session (hash, account, ends_at) VALUES (?, ?, ?)", token_hash, name, ends_at
    )


async def end_session(database: Database, token_hash: bytes) -> None:
    """Forget a session."""
    await database.run("DELETE FROM session WHERE hash = ?", token_hash)


async def session(database: Database, token_hash: bytes, now: dt.datetime) -> tuple[str, str, str] | None:
    """Name, role and scope of whoever holds the session, while it and the account last."""
    rows = await database.look(FIND_SESSION, token_hash, now, now.date())
    return (rows[0]["name"], rows[0]["role"], rows[0]["scope"]) if rows else None
