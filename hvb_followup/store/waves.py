"""Waves: which are open, which are to be closed, which to be counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from hvb_followup.store import tables
from hvb_followup.store.database import Database, Row


class Wave(msgspec.Struct, frozen=True, kw_only=True):
    """One questionnaire family asked in one home in one half-year."""

    id: str
    unit: str
    family: str
    major: int
    half_year: str
    state: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    invited: int = 0


def wave_id(unit: str, family: str, half_year: str) -> str:
    """The id of the wave of a home, family and half-year."""
    return f"{unit}:{family}:{half_year}"


async def open_all(database: Database, new: Sequence[Wave]) -> int:
    """Store new open waves; how many of them were not there already, whoever else is opening them now."""
    opened = 0
    for first in range(0, len(new), _ROWS):
        some = new[first : first + _ROWS]
        rows = await database.run(
            "INSERT INTO wave (id, unit, family, major, half_year, state, opens_at, closes_at, invited, held) "
            f"VALUES {', '.join([_OPEN] * len(some))} ON CONFLICT DO NOTHING "
            "RETURNING id",
            *(value for one in some for value in _told(one)),
        )
        opened += len(rows)
    return opened


_OPEN = "(?, ?, ?, ?, ?, 'open', ?, ?, 0, false)"
_ROWS = 100  # in one statement


def _told(one: Wave) -> tuple[Any, ...]:
    return (one.id, one.unit, one.family, one.major, one.half_year, one.opens_at, one.closes_at)


async def ids(half_year: str) -> frozenset[str]:
    """The ids of the half-year's waves."""
    rows = await tables.Wave.select(tables.Wave.id).where(tables.Wave.half_year == half_year)
    return frozenset(row["id"] for row in rows)


async def asked(family: str, half_year: str) -> tuple[Wave, ...]:
    """The waves of a questionnaire family in a half-year, in order of home."""
    wave = tables.Wave
    rows = await wave.select().where(wave.family == family, wave.half_year == half_year).order_by(wave.unit)
    return tuple(_wave(row) for row in rows)


async def close_due(database: Database, now: dt.datetime) -> list[str]:
    """Close the open waves whose time is over; the row lock waits for a "Klar" in flight (DESIGN §6)."""
    due = f"SELECT id FROM wave WHERE state = 'open' AND closes_at <= ? {in_order(database)}"
    rows = await database.run(f"UPDATE wave SET state = 'closed' WHERE id IN ({due}) RETURNING id", now)
    return sorted(row["id"] for row in rows)


def in_order(database: Database, lock: str = "UPDATE") -> str:
    """The end of a selection of waves that are locked one by one in order of id.

    Who holds many (codes issued in many homes, the close, a batch of "Klar") then never waits for another in a
    ring. With NO KEY UPDATE rows that belong to the waves may be stored meanwhile. SQLite has one writer, and no such
    words.
    """
    return f"ORDER BY id FOR {lock}" if database.sqlite is None else ""


async def open_among(database: Database, ids: Sequence[str]) -> tuple[Wave, ...]:
    """Those of the waves that are open, in order of id."""
    if not ids:
        return ()
    marks = ", ".join("?" * len(ids))
    rows = await database.run(
        f"SELECT * FROM wave WHERE id IN ({marks}) AND state = 'open' ORDER BY id", *ids
    )
    return tuple(_wave(row) for row in rows)


async def open_in(units: Collection[str]) -> tuple[Wave, ...]:
    """The open waves of some homes, in order of id."""
    wave = tables.Wave
    query = wave.select().where(wave.unit.is_in(sorted(units)), wave.state == "open")
    return tuple(_wave(row) for row in await query.order_by(wave.id)) if units else ()


async def in_state(state: str) -> tuple[Wave, ...]:
    """The waves in a state, the oldest half-year first."""
    wave = tables.Wave
    rows = await wave.select().where(wave.state == state).order_by(wave.half_year, wave.id)
    return tuple(_wave(row) for row in rows)


async def of_unit(unit: str) -> tuple[Wave, ...]:
    """The waves of a home, the oldest half-year first."""
    wave = tables.Wave
    rows = await wave.select().where(wave.unit == unit).order_by(wave.half_year, wave.id)
    return tuple(_wave(row) for row in rows)


async def all_waves() -> tuple[Wave, ...]:
    """Every wave, the oldest half-year first."""
    wave = tables.Wave
    return tuple(_wave(row) for row in await wave.select().order_by(wave.half_year, wave.id))


async def wave(wave_id: str) -> Wave | None:
    """One wave, or None."""
    row = await tables.Wave.select().where(tables.Wave.id == wave_id).first()
    return None if row is None else _wave(row)


def _wave(row: Row) -> Wave:
    return msgspec.convert({name: row[name] for name in Wave.__struct_fields__}, Wave)
