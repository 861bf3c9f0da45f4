"""Signed quarters: who signed what a home reported, and when. Open to everybody but for the hash (class C)."""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.store import tables
from hvb_followup.store.database import Database

UNDO_WITHIN = dt.timedelta(hours=24)


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One signature; ``hash`` is of the rows that were signed."""

    unit: str
    quarter: str
    hash: str
    signed_by: str
    signed_at: dt.datetime


async def signatures(unit: str) -> tuple[Signature, ...]:
    """A home's signatures that stand, the newest first."""
    table = tables.Period
    found = table.select().where(table.unit == unit, table.state == "signed")
    rows = [msgspec.convert(dict(row), Signature) for row in await found]
    return tuple(sorted(rows, key=lambda one: (one.signed_at, one.quarter), reverse=True))


async def newest_signatures() -> dict[str, Signature]:
    """Of every home that has signed: the signature that stands of its latest quarter."""
    table = tables.Period
    rows = await table.select().where(table.state == "signed").order_by(table.quarter, table.signed_at)
    return {one.unit: one for one in (msgspec.convert(dict(row), Signature) for row in rows)}


async def sign(database: Database, signature: Signature) -> bool:
    """Keep a signature; False where the same rows of the quarter are signed already."""
    rows = await database.run(
        "INSERT INTO period (unit, quarter, state, hash, signed_by, signed_at) VALUES (?, ?, 'signed', ?, ?, ?) "
        "ON CONFLICT (unit, quarter, hash) DO UPDATE SET state = 'signed', signed_by = excluded.signed_by, "
        "signed_at = excluded.signed_at WHERE period.state = 'taken_back' RETURNING id",
        *(signature.unit, signature.quarter, signature.hash, signature.signed_by, signature.signed_at),
    )
    return bool(rows)


async def take_back(database: Database, unit: str, quarter: str, now: dt.datetime) -> bool:
    """Let the quarter's signatures of the last 24 hours no longer stand; False where there was none."""
    rows = await database.run(
        "UPDATE period SET state = 'taken_back' WHERE unit = ? AND quarter = ? AND state = 'signed' "
        "AND signed_at >= ? RETURNING id",
        *(unit, quarter, now - UNDO_WITHIN),
    )
    return bool(rows)
