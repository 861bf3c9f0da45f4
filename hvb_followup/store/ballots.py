"""Codes, drafts and envelopes: the web's side of the ballot box.

These are the only statements on the answering path. None of them writes a time, an address or an audit row
(DESIGN §4.2), and the web's role may run no others on these tables.
"""

from __future__ import annotations

import secrets
import sqlite3
from enum import StrEnum

import msgspec

from hvb_followup.store.database import Database, Row

# One look-up for every code that is typed, right or wrong: the same statement, then the same answer.
FIND_CODE = (
    "SELECT code.wave, code.placement, code.issue, code.age, code.used, wave.state, wave.family, wave.major, "
    "wave.half_year, wave.closes_at FROM code JOIN wave ON wave.id = code.wave WHERE code.hash = ?"
)


FIND_WITH_DRAFT = FIND_CODE.replace(" FROM code", ", (SELECT body FROM draft WHERE id = ?) AS body FROM code")


class FoundCode(msgspec.Struct, frozen=True, kw_only=True):
    """What a code opens: the right to write once, in one wave."""

    wave: str
    placement: str
    issue: int
    age: int
    family: str
    major: int
    half_year: str
    used: bool
    is_open: bool


class Outcome(StrEnum):
    """How a "Klar" ended."""

    TAKEN = "taken"
    REPEATED = "repeated"
    OVER = "over"


async def find_code(database: Database, code_hash: bytes) -> FoundCode | None:
    """What the code with this hash opens, whether or not it is used or its wave is over."""
    rows = await database.look(FIND_CODE, code_hash)
    return _found(rows[0]) if rows else None


def _found(row: Row) -> FoundCode:
    return FoundCode(
        wave=row["wave"],
        placement=row["placement"],
        issue=row["issue"],
        age=row["age"],
        family=row["family"],
        major=row["major"],
        half_year=row["half_year"],
        used=bool(row["used"]),
        is_open=row["state"] == "open",
    )


async def find_with_draft(
    database: Database, code_hash: bytes, draft_id: bytes
) -> tuple[FoundCode | None, bytes | None]:
    """What a code opens and the draft's ciphertext, in one look-up."""
    rows = await database.look(FIND_WITH_DRAFT, draft_id, code_hash)
    return (_found(rows[0]), rows[0]["body"]) if rows else (None, None)


async def read_draft(database: Database, draft_id: bytes) -> bytes | None:
    """The draft's ciphertext, if there is one."""
    rows = await database.look("SELECT body FROM draft WHERE id = ?", draft_id)
    return rows[0]["body"] if rows else None


async def save_draft(database: Database, draft_id: bytes, wave: str, body: bytes) -> bool:
    """Save the draft; False when its wave is no longer open. Acknowledged means on disk."""
    if database.sqlite is not None:
        rows = await database.sqlite.write(
            lambda lane: lane.execute(SAVE_SQLITE, (draft_id, body, wave)).fetchall()
        )
    else:
        rows = await database.run(SAVE_POSTGRES, draft_id, body, wave)
    return bool(rows)


_SAVE = (
    "INSERT INTO draft (id, wave, body) SELECT {id}, wave.id, {body} FROM wave "
    "WHERE wave.id = ? AND wave.state = 'open' "
    "ON CONFLICT (id) DO UPDATE SET body = excluded.body RETURNING 1 AS saved"
)
SAVE_SQLITE = _SAVE.replace("{id}", "?1").replace("{body}", "?2").replace("wave.id = ?", "wave.id = ?3")
SAVE_POSTGRES = _SAVE.replace("{id}", "?::bytea").replace("{body}", "?::bytea")


async def finish(
    database: Database, code_hash: bytes, draft_id: bytes, wave: str, envelope: bytes
) -> Outcome:
    """ "Klar": code used, envelope in, draft gone, in one transaction that holds the open wave.

    The conditional update lets one "Klar" through per code. A repeated one changes nothing.
    """
    envelope_id = secrets.token_bytes(16)
    if database.sqlite is not None:
        return await database.sqlite.write(
            lambda lane: _finish_sqlite(lane, code_hash, draft_id, wave, envelope_id, envelope)
        )
    rows = await database.run(FINISH_POSTGRES, wave, code_hash, envelope_id, envelope, draft_id)
    if rows[0]["taken"]:
        return Outcome.TAKEN
    found = await find_code(database, code_hash)
    return _outcome(taken=False, used=found is not None and found.used)


def _finish_sqlite(
    lane: sqlite3.Connection,
    code_hash: bytes,
    draft_id: bytes,
    wave: str,
    envelope_id: bytes,
    envelope: bytes,
) -> Outcome:
    taken = lane.execute(
        "UPDATE code SET used = 1 WHERE hash = ? AND used = 0 AND wave = ? "
        "AND EXISTS (SELECT 1 FROM wave WHERE id = code.wave AND state = 'open')",
        (code_hash, wave),
    ).rowcount
    if taken:
        lane.execute("INSERT INTO envelope (id, wave, body) VALUES (?, ?, ?)", (envelope_id, wave, envelope))
        lane.execute("DELETE FROM draft WHERE id = ?", (draft_id,))
        return Outcome.TAKEN
    used = lane.execute("SELECT used AS u FROM code WHERE hash = ?", (code_hash,)).fetchone()
    return _outcome(taken=False, used=bool(used and used["u"]))


# FOR SHARE holds the wave's row until commit: the close waits for this "Klar", or this "Klar" sees it closed.
FINISH_POSTGRES = (
    "WITH open_wave AS (SELECT id FROM wave WHERE id = $1 AND state = 'open' FOR SHARE), "
    "taken AS (UPDATE code SET used = true FROM open_wave "
    "WHERE code.hash = $2 AND NOT code.used AND code.wave = open_wave.id RETURNING 1), "
    "sealed AS (INSERT INTO envelope (id, wave, body) SELECT $3::bytea, open_wave.id, $4::bytea "
    "FROM open_wave, taken), "
    "gone AS (DELETE FROM draft USING taken WHERE draft.id = $5 RETURNING 1) "
    "SELECT (SELECT count(*) FROM taken) AS taken"
)


def _outcome(*, taken: bool, used: bool) -> Outcome:
    if taken:
        return Outcome.TAKEN
    return Outcome.REPEATED if used else Outcome.OVER


async def withdraw(database: Database, receipt: bytes) -> None:
    """Put a wish to take an answer back; whether it matches is seen by the counter alone, at close."""
    await database.run("INSERT INTO withdrawal (id, receipt) VALUES (?, ?)", secrets.token_bytes(16), receipt)


async def put_codes(database: Database, rows: list[tuple[bytes, str, str, int, int]]) -> None:
    """Store issued codes: (hash, wave, placement, issue, age)."""
    await database.run_many(
        "INSERT INTO code (hash, wave, placement, issue, age, used) VALUES (?, ?, ?, ?, ?, false)", rows
    )


async def last_issues(database: Database, wave: str) -> dict[str, int]:
    """How many codes each placement has been given in a wave."""
    rows = await database.run(
        "SELECT placement, max(issue) AS issue FROM code WHERE wave = ? GROUP BY placement", wave
    )
    return {row["placement"]: row["issue"] for row in rows}


async def hold_open(database: Database, wave: str) -> bool:
    """Hold an open wave until the transaction ends; False when it is not open (any more)."""
    return bool(
        await database.run("UPDATE wave SET held = held WHERE id = ? AND state = 'open' RETURNING id", wave)
    )


async def count_invited(database: Database, wave: str) -> None:
    """Let the wave know how many placements have a code."""
    await database.run(
        "UPDATE wave SET invited = (SELECT count(DISTINCT placement) FROM code WHERE wave = ?) WHERE id = ?",
        wave,
        wave,
    )
