"""The answering path's statements, each written for one and for many who ask at the same moment.

On SQLite a look-up is read at once, and a write is a few statements for the whole batch: each statement hands
the interpreter to another thread and must wait to get it back. On PostgreSQL both are one statement over arrays.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

Columns = Sequence[list[Any]]
Row = dict[str, Any]


class LookUp(NamedTuple):
    """A row by its key. ``many`` takes an array for each argument and gives the key back as ``key``."""

    one: str
    many: str


class Write(NamedTuple):
    """A change by its key: the rows that come back carry as ``key`` the keys for which it was made."""

    sqlite: Callable[[sqlite3.Connection, Columns], list[Row]]
    postgres: str


_FOUND = "code.wave, code.card, code.used, wave.state, wave.family, wave.major, wave.half_year"
# The same statement for every code that is typed, right or wrong; then the same answer.
CODE = LookUp(
    one=f"SELECT {_FOUND} FROM code JOIN wave ON wave.id = code.wave WHERE code.hash = ?1",
    many=f"SELECT code.hash AS key, {_FOUND} FROM code JOIN wave ON wave.id = code.wave "
    "WHERE code.hash = ANY($1::bytea[])",
)
# All that "Klar" asks: whose the code is stands in the sitting.
CODE_AND_DRAFT = LookUp(
    one="SELECT code.used, wave.state, (SELECT body FROM draft WHERE id = ?2) AS body "
    "FROM code JOIN wave ON wave.id = code.wave WHERE code.hash = ?1",
    many="SELECT code.hash AS key, code.used, wave.state, draft.body "
    "FROM unnest($1::bytea[], $2::bytea[]) AS asked (hash, draft) JOIN code ON code.hash = asked.hash "
    "JOIN wave ON wave.id = code.wave LEFT JOIN draft ON draft.id = asked.draft",
)
DRAFT = LookUp(
    one="SELECT body FROM draft WHERE id = ?1",
    many="SELECT id AS key, body FROM draft WHERE id = ANY($1::bytea[])",
)


def _save(lane: sqlite3.Connection, columns: Columns) -> list[Row]:
    is_open = _open_waves(lane, columns[1])
    rows = [row for row in zip(*columns, strict=True) if row[1] in is_open]
    if rows:
        lane.execute(
            f"INSERT INTO draft (id, wave, body) VALUES {_table(rows)} "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            _flat(rows),
        )
    return [{"key": row[0]} for row in rows]


# In order of id: two processes that save the same two drafts never wait for each other in a ring.
SAVE = Write(
    sqlite=_save,
    postgres="INSERT INTO draft (id, wave, body) SELECT given.id, wave.id, given.body "
    "FROM unnest($1::bytea[], $2::text[], $3::bytea[]) AS given (id, wave, body) "
    "JOIN wave ON wave.id = given.wave AND wave.state = 'open' ORDER BY given.id "
    "ON CONFLICT (id) DO UPDATE SET body = excluded.body RETURNING id AS key",
)


def _finish(lane: sqlite3.Connection, columns: Columns) -> list[Row]:
    rows = list(zip(*columns, strict=True))
    free = _free_codes(lane, rows)
    taken = [row for row in rows if row[0] in free]
    if taken:
        codes, envelopes = [row[0] for row in taken], [(row[2], row[1], row[3]) for row in taken]
        lane.execute(f"UPDATE code SET used = 1 WHERE hash IN {_list(codes)}", codes)
        lane.execute(f"INSERT INTO envelope (id, wave, body) VALUES {_table(envelopes)}", _flat(envelopes))
        lane.execute(f"DELETE FROM draft WHERE id IN {_list(taken)}", [row[4] for row in taken])
    return [{"key": row[0]} for row in taken]


# Code used, envelope in, draft gone. FOR SHARE holds the waves' rows until commit: the close waits for these,
# or these see it closed.
FINISH = Write(
    sqlite=_finish,
    postgres="WITH given AS (SELECT * FROM "
    "unnest($1::bytea[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[]) "
    "AS given (hash, wave, envelope, body, draft)), "
    "open_wave AS (SELECT id FROM wave WHERE id = ANY($2::text[]) AND state = 'open' ORDER BY id FOR SHARE), "
    "taken AS (UPDATE code SET used = true FROM given JOIN open_wave ON open_wave.id = given.wave "
    "WHERE code.hash = given.hash AND NOT code.used AND code.wave = given.wave RETURNING given.*), "
    "sealed AS (INSERT INTO envelope (id, wave, body) SELECT envelope, wave, body FROM taken), "
    "gone AS (DELETE FROM draft USING taken WHERE draft.id = taken.draft) "
    "SELECT hash AS key FROM taken",
)


def _open_waves(lane: sqlite3.Connection, waves: Iterable[str]) -> set[str]:
    asked = sorted(set(waves))
    found = lane.execute(f"SELECT id FROM wave WHERE state = 'open' AND id IN {_list(asked)}", asked)
    return {row["id"] for row in found.fetchall()}


def _free_codes(lane: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> set[bytes]:
    """The codes of open waves that nobody has used, in one row: every row more is a wait more."""
    asked = [(code, wave) for code, wave, *_ in rows]
    (found,) = lane.execute(
        f"WITH asked (hash, wave) AS (VALUES {_table(asked)}) SELECT json_group_array(hex(code.hash)) AS free "
        "FROM asked CROSS JOIN code ON code.hash = asked.hash AND code.wave = asked.wave AND NOT code.used "
        "JOIN wave ON wave.id = code.wave AND wave.state = 'open'",
        _flat(asked),
    ).fetchall()
    return {bytes.fromhex(code) for code in json.loads(found["free"])}


def _list(values: Sequence[Any]) -> str:
    return f"({', '.join('?' * len(values))})"


def _table(rows: Sequence[tuple[Any, ...]]) -> str:
    return ", ".join([_list(rows[0])] * len(rows))


def _flat(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    return [value for row in rows for value in row]
