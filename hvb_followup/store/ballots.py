"""Codes, drafts and envelopes: the web's side of the ballot box.

These are the only statements on the answering path. None of them writes a time, an address or an audit row
(DESIGN §4.2), and the web's role may run no others on these tables.
"""

from __future__ import annotations

import secrets
from enum import StrEnum

import msgspec

from hvb_followup.store.database import Database, Row
from hvb_followup.store.statements import CODE, CODE_AND_DRAFT, DRAFT, FINISH, SAVE


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
    row = await database.find(CODE, code_hash)
    return _found(row) if row else None


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
    row = await database.find(CODE_AND_DRAFT, code_hash, draft_id)
    return (_found(row), row["body"]) if row else (None, None)


async def read_draft(database: Database, draft_id: bytes) -> bytes | None:
    """The draft's ciphertext, if there is one."""
    row = await database.find(DRAFT, draft_id)
    return row["body"] if row else None


async def save_draft(database: Database, draft_id: bytes, wave: str, body: bytes) -> bool:
    """Save the draft; False when its wave is no longer open. Acknowledged means on disk."""
    return await database.write(SAVE, draft_id, wave, body)


async def finish(
    database: Database, code_hash: bytes, draft_id: bytes, wave: str, envelope: bytes
) -> Outcome:
    """ "Klar": code used, envelope in, draft gone, in one transaction that holds the open wave.

    The conditional update lets one "Klar" through per code. A repeated one changes nothing.
    """
    if await database.write(FINISH, code_hash, wave, secrets.token_bytes(16), envelope, draft_id):
        return Outcome.TAKEN
    found = await find_code(database, code_hash)
    return Outcome.REPEATED if found and found.used else Outcome.OVER


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
