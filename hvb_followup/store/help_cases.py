"""Help cases: put by the web, told of by the jobs, read and moved on by the desk.

What she wrote is ciphertext here. Whose case it is, or from which home, stands nowhere.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from hvb_followup.store.database import Database, Row

_CLEAR = "id, urgency, put_at, due_at, step, state, crowded"


BATCH = 50  # words that a worker claims at a time


class Notice(NamedTuple):
    """Word to one recipient that there is something to read."""

    id: str
    email: str


class NewCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case to be put: its id, the hash of its receipt, the sealed letter, how soon and when."""

    id: bytes
    receipt: bytes
    body: bytes
    urgency: str
    put_at: dt.datetime
    due_at: dt.datetime
    crowded: bool = False


class HelpCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it stands, without its letter."""

    id: bytes
    urgency: str
    put_at: dt.datetime
    due_at: dt.datetime
    step: int
    state: str
    crowded: bool = False


async def put(database: Database, case: NewCase) -> bool:
    """Put a case, on disk when this returns; False when its receipt is another's, and nothing was put."""
    rows = await database.run(
        "INSERT INTO help_case (id, receipt, body, urgency, put_at, due_at, step, state, crowded) "
        "VALUES (?, ?, ?, ?, ?, ?, 0, 'received', ?) ON CONFLICT (receipt) DO NOTHING RETURNING receipt",
        *(case.id, case.receipt, case.body, case.urgency, case.put_at, case.due_at, case.crowded),
    )
    return bool(rows)


async def state_of(database: Database, receipt: bytes) -> str | None:
    """How far the case with this receipt has come; None where there is none."""
    rows = await database.run("SELECT state FROM help_case WHERE receipt = ?", receipt)
    return str(rows[0]["state"]) if rows else None


async def open_cases(database: Database) -> list[HelpCase]:
    """Every case that is not closed, the one that is due first before the others; those of a crowd come last."""
    rows = await database.run(
        f"SELECT {_CLEAR} FROM help_case WHERE state <> 'closed' ORDER BY crowded, due_at, id"
    )
    return [_case(row) for row in rows]


async def to_be_told(database: Database, now: dt.datetime, states: Iterable[str]) -> list[HelpCase]:
    """Cases in one of these states that nobody was told of yet, or that are due."""
    marks, given = _marks(states)
    rows = await database.run(
        f"SELECT {_CLEAR} FROM help_case WHERE state IN ({marks}) AND (step = 0 OR due_at <= ?) ORDER BY id",
        *(*given, now),
    )
    return [_case(row) for row in rows]


async def tell(
    database: Database, case: HelpCase, emails: Sequence[str], now: dt.datetime, due_at: dt.datetime
) -> bool:
    """Take a step: word to these addresses, and when it is due next; False when somebody took the step before.

    Must run in a transaction.
    """
    rows = await database.run(
        "UPDATE help_case SET step = step + 1, due_at = ? WHERE id = ? AND step = ? "
        "AND state IN ('received', 'read') RETURNING id",
        *(due_at, case.id, case.step),
    )
    if rows:
        await database.run_many(
            "INSERT INTO help_notice (id, email, made_at, state) VALUES (?, ?, ?, 'waiting') "
            "ON CONFLICT (id) DO NOTHING",
            [(_notice(case, number, one, now), one, now) for number, one in enumerate(emails)],
        )
    return bool(rows)


def _notice(case: HelpCase, number: int, email: str, now: dt.datetime) -> str:
    """The word's id: one per case and step, but one every ten minutes for all the cases of a crowd."""
    if not case.crowded:
        return f"{case.id.hex()} {case.step} {number}"
    return f"crowd {int(now.timestamp()) // 600} {hashlib.sha256(email.encode()).hexdigest()[:32]}"


async def claim_notices(database: Database, now: dt.datetime, until: dt.datetime) -> list[Notice]:
    """Words that wait and that no other worker has, the oldest first; they are this worker's until an instant."""
    skip = "FOR UPDATE SKIP LOCKED" if database.sqlite is None else ""
    waiting = (
        "SELECT id FROM help_notice WHERE state = 'waiting' "
        f"AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY made_at, id LIMIT {BATCH} {skip}"
    )
    rows = await database.run(
        f"UPDATE help_notice SET claimed_until = ? WHERE id IN ({waiting}) RETURNING id, email", until, now
    )
    return [Notice(row["id"], row["email"]) for row in rows]


async def waiting_since(database: Database) -> dt.datetime | None:
    """When the oldest word that has not gone out was put there; None where none waits."""
    rows = await database.run("SELECT min(made_at) AS made_at FROM help_notice WHERE state = 'waiting'")
    return _instant(rows[0]["made_at"]) if rows[0]["made_at"] else None


async def end_notice(database: Database, notice: str, until: dt.datetime) -> bool:
    """The word has gone out, for the worker whose claim still holds; its address is forgotten."""
    rows = await database.run(
        "UPDATE help_notice SET state = 'done', email = '', claimed_until = NULL "
        "WHERE id = ? AND claimed_until = ? RETURNING id",
        *(notice, until),
    )
    return bool(rows)


async def put_back(database: Database, notice: str, until: dt.datetime) -> None:
    """The word waits again, for the worker whose claim still holds."""
    await database.run(
        "UPDATE help_notice SET claimed_until = NULL WHERE id = ? AND claimed_until = ?", notice, until
    )


async def letter(database: Database, case: bytes) -> tuple[HelpCase, bytes] | None:
    """A case with its sealed letter, or None."""
    rows = await database.run(f"SELECT {_CLEAR}, body FROM help_case WHERE id = ?", case)
    return (_case(rows[0]), rows[0]["body"]) if rows else None


async def move(database: Database, case: bytes, before: Iterable[str], to: str) -> bool:
    """Move a case on from one of these states; False when it stands in none of them."""
    marks, given = _marks(before)
    rows = await database.run(
        f"UPDATE help_case SET state = ? WHERE id = ? AND state IN ({marks}) RETURNING id", to, case, *given
    )
    return bool(rows)


def _marks(values: Iterable[str]) -> tuple[str, list[str]]:
    given = [str(one) for one in values]
    return ", ".join("?" * len(given)), given


def _case(row: Row) -> HelpCase:
    return HelpCase(
        id=bytes(row["id"]),
        urgency=row["urgency"],
        put_at=_instant(row["put_at"]),
        due_at=_instant(row["due_at"]),
        step=row["step"],
        state=row["state"],
        crowded=bool(row["crowded"]),
    )


def _instant(value: dt.datetime | str) -> dt.datetime:
    found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return found.astimezone(dt.UTC)
