"""What homes and municipalities have reported, batch by batch: seven kinds of register, one table of rows.

A row is never changed. A later batch says it anew, or says with an empty body that it is gone; the current row of a
home and key is that of the newest active batch. Providers and homes lie in tables of their own (``store.homes``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Literal, NamedTuple

import msgspec

from hvb_followup.batches import batched
from hvb_followup.store import tables
from hvb_followup.store.database import Database, Row

State = Literal["inactive", "active", "undone"]
Body = dict[str, Any]
# So many rows are written in one transaction: far below the 200 ms that a writer may hold the lock (DESIGN §6).
STEP = 1000
UNDO_WITHIN = dt.timedelta(hours=24)

_ORDERED = "ORDER BY register_row.batch"
_CURRENT = (
    "SELECT register_row.unit, register_row.key, register_row.body FROM batch "
    "JOIN register_row ON register_row.batch = batch.id "
    "WHERE batch.kind = ? AND batch.state = 'active'"
)
# Home by home: a register of hundreds of batches is not looked through for each home.
_CURRENT_IN = (
    "SELECT register_row.unit, register_row.key, register_row.body FROM register_row "
    "JOIN batch ON batch.id = register_row.batch "
    "WHERE register_row.kind = ? AND batch.state = 'active'"
)
_UNDOABLE = (
    "state = 'active' AND made_at >= ? AND NOT EXISTS (SELECT 1 FROM batch AS later "
    "WHERE later.kind = batch.kind AND later.id > batch.id AND later.state = 'active' "
    "AND ((batch.unit <> '' AND later.unit = batch.unit) OR EXISTS (SELECT 1 FROM register_row AS own "
    "JOIN register_row AS anew ON anew.kind = own.kind AND anew.unit = own.unit AND anew.key = own.key "
    "WHERE own.batch = batch.id AND anew.batch = later.id)))"
)


class Entry(NamedTuple):
    """A row to be written: its home, its key within the home, and what it says; None: it is gone."""

    unit: str
    key: str
    body: Mapping[str, Any] | None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One import: which register, of which home ("" where of many), when, by whom, and what became of it."""

    id: int
    kind: str
    unit: str
    made_at: dt.datetime
    made_by: str
    state: State


async def open_batch(database: Database, kind: str, unit: str, made_at: dt.datetime, made_by: str) -> int:
    """The id of a new batch; nobody sees its rows before it is activated."""
    rows = await database.run(
        "INSERT INTO batch (kind, unit, made_at, made_by, state) VALUES (?, ?, ?, ?, 'inactive') RETURNING id",
        *(kind, unit, made_at, made_by),
    )
    return int(rows[0]["id"])


async def write_rows(database: Database, batch: int, kind: str, entries: Sequence[Entry]) -> None:
    """Write rows into an inactive batch, in steps: each is a short transaction of its own."""
    for first in range(0, len(entries), STEP):
        async with database.transaction():
            await _write_step(database, batch, kind, entries[first : first + STEP])


async def _write_step(database: Database, batch: int, kind: str, entries: Sequence[Entry]) -> None:
    rows = [(batch, kind, entry.unit, entry.key, _written(entry.body)) for entry in entries]
    await database.run_many(
        "INSERT INTO register_row (batch, kind, unit, key, body) VALUES (?, ?, ?, ?, ?)", rows
    )


async def activate(database: Database, batch: int) -> bool:
    """Let a batch count, by one row; False when it was not waiting for that."""
    return bool(
        await database.run(
            "UPDATE batch SET state = 'active' WHERE id = ? AND state = 'inactive' RETURNING id", batch
        )
    )


@asynccontextmanager
async def new_batch(
    database: Database, kind: str, unit: str, made_at: dt.datetime, made_by: str, entries: Sequence[Entry]
) -> AsyncIterator[int]:
    """The batch, written; what is done inside is committed together with its activation, or neither is.

    A short batch is one transaction.
    """
    if len(entries) <= STEP:
        async with database.transaction():
            batch = await open_batch(database, kind, unit, made_at, made_by)
            await _write_step(database, batch, kind, entries)
            yield batch
            await activate(database, batch)
        return
    batch = await open_batch(database, kind, unit, made_at, made_by)
    await write_rows(database, batch, kind, entries)
    async with database.transaction():
        yield batch
        await activate(database, batch)


async def put(
    database: Database,
    kind: str,
    entries: Sequence[Entry],
    *,
    unit: str = "",
    made_at: dt.datetime,
    made_by: str,
) -> int:
    """Write and activate a batch of rows that have been checked already; its id."""
    async with new_batch(database, kind, unit, made_at, made_by, entries) as batch:
        return batch


async def rows(
    database: Database, kind: str, unit: str | None = None, *, endings: Sequence[str] = ()
) -> list[Body]:
    """The current rows of a register, of one home or of all: what they say, by column; days as ISO text.

    With ``endings`` only rows of all homes whose key ends in one of them: of hours, ``|2026-03`` are a month's.
    """
    texts = (
        await (_current_ending(database, kind, endings) if endings else current(database, kind, unit))
    ).values()
    # One decoding of one long list takes half the time of many short ones.
    found: list[Body] = msgspec.json.decode(f"[{','.join(texts)}]")
    return found


async def current(
    database: Database, kind: str, unit: str | Collection[str] | None = None
) -> dict[tuple[str, str], str]:
    """The current rows as they are written, by home and key: of one home, of several, or of all."""
    found: list[Row] = []
    if unit is None:
        found = await database.run(f"{_CURRENT} {_ORDERED}", kind)
    elif isinstance(unit, str):
        found = await database.run(f"{_CURRENT_IN} AND register_row.unit = ? {_ORDERED}", kind, unit)
    else:
        for some in batched(sorted(unit), STEP):
            found += await database.run(f"{_CURRENT_IN} AND {_among('unit', some)} {_ORDERED}", kind, *some)
    return _newest(found)


async def current_of(
    database: Database, kind: str, asked: Collection[tuple[str, str]]
) -> dict[tuple[str, str], str]:
    """Of these homes and keys, the current rows as they are written."""
    found: list[Row] = []
    for some in batched(sorted(asked), STEP):
        units, keys = sorted({unit for unit, _ in some}), sorted({key for _, key in some})
        among = f"{_among('unit', units)} AND {_among('key', keys)}"
        found += await database.run(f"{_CURRENT_IN} AND {among} {_ORDERED}", kind, *units, *keys)
    return {key: body for key, body in _newest(found).items() if key in asked}


def _among(column: str, values: Sequence[str]) -> str:
    return f"register_row.{column} IN ({', '.join('?' * len(values))})"


async def _current_ending(
    database: Database, kind: str, endings: Sequence[str]
) -> dict[tuple[str, str], str]:
    among = " OR ".join(["register_row.key LIKE ?"] * len(endings))
    patterns = [f"%{ending}" for ending in endings]
    return _newest(await database.run(f"{_CURRENT} AND ({among}) {_ORDERED}", kind, *patterns))


def _newest(found: Sequence[Row]) -> dict[tuple[str, str], str]:
    """The last row of each home and key, unless it says that the row is gone."""
    newest = {(row["unit"], row["key"]): row["body"] for row in found}
    return {key: body for key, body in newest.items() if body}


async def batch(batch_id: int) -> Batch | None:
    """One batch, or None."""
    row = await tables.Batch.select().where(tables.Batch.id == batch_id).first()
    return None if row is None else msgspec.convert(dict(row), Batch)


async def batches(kind: str, unit: str) -> tuple[Batch, ...]:
    """The batches of a register and home, the newest first."""
    table = tables.Batch
    found = table.select().where(table.kind == kind, table.unit == unit).order_by(table.id, ascending=False)
    return tuple(msgspec.convert(dict(row), Batch) for row in await found)


async def batches_by(kind: str, made_by: str) -> tuple[Batch, ...]:
    """The batches of a register that somebody has made, of whichever homes, the newest first."""
    table = tables.Batch
    found = table.select().where(table.kind == kind, table.made_by == made_by)
    return tuple(msgspec.convert(dict(row), Batch) for row in await found.order_by(table.id, ascending=False))


async def undo(database: Database, batch_id: int, now: dt.datetime) -> bool:
    """Let an active batch no longer count; False after 24 hours, or where a later one of its register is active.

    Later is one of the same home, and of whichever homes one that says anew a row of this: to undo what another has
    built on would change nothing.
    """
    found = await database.run(
        f"UPDATE batch SET state = 'undone' WHERE id = ? AND {_UNDOABLE} RETURNING id",
        *(batch_id, now - UNDO_WITHIN),
    )
    return bool(found)


async def undoable(database: Database, ids: Collection[int], now: dt.datetime) -> frozenset[int]:
    """Those of the batches that can be undone now."""
    if not ids:
        return frozenset()
    marks = ", ".join("?" * len(ids))
    found = await database.run(
        f"SELECT id FROM batch WHERE id IN ({marks}) AND {_UNDOABLE}", *sorted(ids), now - UNDO_WITHIN
    )
    return frozenset(int(row["id"]) for row in found)


async def sweep(database: Database, now: dt.datetime) -> int:
    """Forget the rows of batches that no longer can count: undone, or never activated, more than a day ago.

    How many batches it was; one at a time, so that no transaction is long.
    """
    found = await database.run(
        "SELECT id FROM batch WHERE state <> 'active' AND made_at < ? ORDER BY id", now - UNDO_WITHIN
    )
    for row in found:
        async with database.transaction():
            await database.run("DELETE FROM register_row WHERE batch = ?", row["id"])
            await database.run("DELETE FROM batch WHERE id = ?", row["id"])
    return len(found)


async def keys_of(database: Database, batch_id: int) -> list[tuple[str, str]]:
    """Home and key of every row in a batch."""
    found = await database.run("SELECT unit, key FROM register_row WHERE batch = ?", batch_id)
    return [(row["unit"], row["key"]) for row in found]


def _written(body: Mapping[str, Any] | None) -> str:
    return "" if body is None else written(body)


def written(body: Mapping[str, Any]) -> str:
    """A row as it is stored: keys in order and nothing that is not said, so that equal rows are equal text."""
    said = {name: value for name, value in body.items() if value is not None}
    return msgspec.json.encode(said, order="deterministic").decode()
