"""Codes, drafts and envelopes: the web's side of the ballot box.

These are the only statements on the answering path. None of them writes a time, an address or an audit row
(DESIGN §4.2), and the web's role may run no others on these tables.
"""

from __future__ import annotations

import secrets
from enum import StrEnum
from typing import NamedTuple

import msgspec

from hvb_followup.store.database import Database
from hvb_followup.store.statements import CODE, CODE_AND_DRAFT, DRAFT, FINISH, SAVE
from hvb_followup.store.waves import in_order


class CodeRow(NamedTuple):
    """A code as it is stored: nothing in it says whose it is without the code and the web's secret."""

    hash: bytes
    wave: str
    holder: bytes
    issue: int
    card: bytes


class FoundCode(msgspec.Struct, frozen=True, kw_only=True):
    """What a code opens: the right to write once, in one wave; whose it is, its card says to who has the code."""

    wave: str
    card: bytes
    family: str
    major: int
    half_year: str
    used: bool
    is_open: bool


class FoundForKlar(msgspec.Struct, frozen=True, kw_only=True):
    """What a "Klar" must know: whether the code is used, whether the wave is open, and the draft's ciphertext."""

    used: bool
    is_open: bool
    draft: bytes | None


class Outcome(StrEnum):
    """How a "Klar" ended."""

    TAKEN = "taken"
    REPEATED = "repeated"
    OVER = "over"


async def find_code(database: Database, code_hash: bytes) -> FoundCode | None:
    """What the code with this hash opens, whether or not it is used or its wave is over."""
    row = await database.find(CODE, code_hash)
    if row is None:
        return None
    return FoundCode(
        wave=row["wave"],
        card=row["card"],
        family=row["family"],
        major=row["major"],
        half_year=row["half_year"],
        used=bool(row["used"]),
        is_open=row["state"] == "open",
    )


async def find_for_klar(database: Database, code_hash: bytes, draft_id: bytes) -> FoundForKlar | None:
    """How a code and its wave stand, and the draft, in one look-up; None when there is no such code."""
    row = await database.find(CODE_AND_DRAFT, code_hash, draft_id)
    if row is None:
        return None
    return FoundForKlar(used=bool(row["used"]), is_open=row["state"] == "open", draft=row["body"])


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


async def put_codes(database: Database, rows: list[CodeRow]) -> None:
    """Store issued codes in order of their hashes: heap and pages keep the order in which rows came."""
    await database.run_many(
        "INSERT INTO code (hash, wave, holder, issue, card, used) VALUES (?, ?, ?, ?, ?, false)", sorted(rows)
    )


# What a sitting can leave, by the random or keyed column that is its order: beside each other the times at which rows
# came would tell who has answered, who wanted it back, and who wanted to hear no more.
LAID = {"code": "hash", "withdrawal": "id", "tried": "id", "silence_wish": "id", "silenced": "id"}


async def lay_anew(database: Database) -> None:
    """Write every such row anew in order of its key, so that where it lies tells nothing of when it came.

    SQLite keeps rows in that order by itself. PostgreSQL keeps them as they came, each with its transaction's
    number, and what was deleted until it is swept: beside the register's dates one copy of its files would tell whose
    code is whose, and who has answered.
    """
    if database.sqlite is not None:
        return
    for table, key in LAID.items():
        async with database.transaction():
            await database.run(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            await database.run(f"CREATE TEMPORARY TABLE laid ON COMMIT DROP AS SELECT * FROM {table}")
            # A new file; what is deleted row by row would lie on in the old one.
            await database.run(f"TRUNCATE {table}")
            await database.run(f"INSERT INTO {table} SELECT * FROM laid ORDER BY {key}")


async def last_issues(database: Database, *waves: str) -> dict[bytes, int]:
    """How many codes each holder has been given; a holder is of one wave only."""
    rows = await database.run(
        f"SELECT holder, max(issue) AS issue FROM code WHERE wave IN ({_marks(waves)}) GROUP BY holder",
        *waves,
    )
    return {row["holder"]: row["issue"] for row in rows}


async def n_holders(database: Database, *waves: str) -> dict[str, int]:
    """How many holders there are in each wave that has any."""
    rows = await database.run(
        f"SELECT wave, count(DISTINCT holder) AS n FROM code WHERE wave IN ({_marks(waves)}) GROUP BY wave",
        *waves,
    )
    return {row["wave"]: row["n"] for row in rows}


async def hold_open(database: Database, *waves: str) -> bool:
    """Hold open waves until the transaction ends; False when any of them is not open (any more).

    Who lays the codes anew meanwhile (``lay_anew``) may name these waves: neither then waits for the other in a ring.
    """
    lock = in_order(database, "NO KEY UPDATE")
    still_open = f"SELECT id FROM wave WHERE id IN ({_marks(waves)}) AND state = 'open' {lock}"
    rows = await database.run(f"UPDATE wave SET held = held WHERE id IN ({still_open}) RETURNING id", *waves)
    return len(rows) == len(waves)


async def count_invited(database: Database, *waves: str) -> None:
    """Let the waves know how many placements have a code."""
    await database.run(
        "UPDATE wave SET invited = (SELECT count(DISTINCT holder) FROM code WHERE code.wave = wave.id) "
        f"WHERE id IN ({_marks(waves)})",
        *waves,
    )


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))
