"""Releases: drafts, what has been published, and the coarse data they are made of.

This is the only drawer the public pages may open. A release is several rows: what everybody sees (``statistics``,
and of places side by side ``compared``, id ``<release>:compared``), what a home, its provider and its purchasers see
of it (``own_unit``, id ``<release>:<unit>``), and the figures as the audit reads them (``ledger``, id
``<release>:ledger``). Plain facts of homes (class C) are one row (``facts``) of their own, which nobody signs; the
newest holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from hvb_followup.store import tables
from hvb_followup.store.database import Database, Row

# What was frozen of registers of young people, and what was known of staff: sealed, and no coarse data.
SEALED = ("block/", "staff/")


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A release: its canonical body and the hash of it; ``state`` is draft or published."""

    id: str
    kind: str
    period: str
    state: str
    hash: str
    body: str
    signed_by: str = ""
    signed_at: dt.datetime | None = None


async def put_draft(database: Database, rows: Sequence[Release]) -> None:
    """Store a draft's rows; the same content measured again keeps the draft there was."""
    await database.run_many(
        "INSERT INTO release (id, kind, period, state, hash, body, signed_by) VALUES (?, ?, ?, 'draft', ?, ?, '') "
        "ON CONFLICT (id) DO NOTHING",
        [(one.id, one.kind, one.period, one.hash, one.body) for one in rows],
    )


async def publish(database: Database, release_id: str, signed_by: str, now: dt.datetime) -> bool:
    """Turn a draft, all its rows, into a publication; False when it is not a draft (any more)."""
    rows = await database.run(
        "UPDATE release SET state = 'published', signed_by = ?, signed_at = ? "
        "WHERE (id = ? OR id LIKE ?) AND state = 'draft' RETURNING id",
        *(signed_by, now, release_id, f"{release_id}:%"),
    )
    return bool(rows)


async def n_published(database: Database) -> int:
    """How many releases have ever been published."""
    rows = await database.run(
        "SELECT count(*) AS n FROM release WHERE state = 'published' AND kind = 'ledger'"
    )
    return int(rows[0]["n"])


async def parts(database: Database, release_id: str) -> tuple[Release, ...]:
    """All rows of a release, draft or published, by id."""
    rows = await database.run(
        "SELECT * FROM release WHERE id = ? OR id LIKE ? ORDER BY id", release_id, f"{release_id}:%"
    )
    return tuple(map(_release, rows))


async def has_period(database: Database, period: str) -> bool:
    """True when a release, draft or published, exists for the half-year."""
    rows = await database.run("SELECT 1 AS found FROM release WHERE period = ? LIMIT 1", period)
    return bool(rows)


async def release(release_id: str) -> Release | None:
    """One release, or None."""
    row = await tables.Release.select().where(tables.Release.id == release_id).first()
    return None if row is None else _release(row)


async def published(kind: str) -> tuple[Release, ...]:
    """Everything of a kind that was ever published, oldest first."""
    table = tables.Release
    found = table.select().where((table.state == "published") & (table.kind == kind))
    return tuple(_release(row) for row in await found.order_by(table.signed_at, table.id))


async def published_until(release_id: str) -> tuple[tuple[str, str], ...]:
    """Ids and half-years of a publication and of all that was signed before it, oldest first."""
    table = tables.Release
    found = table.select(table.id, table.period).where(
        (table.state == "published") & (table.kind == "statistics")
    )
    rows = [(row["id"], row["period"]) for row in await found.order_by(table.signed_at, table.id)]
    ids = [one for one, _ in rows]
    return tuple(rows[: ids.index(release_id) + 1]) if release_id in ids else ()


async def newest_id(database: Database) -> str | None:
    """The id of the newest publication; cheap enough for every page."""
    rows = await database.look(
        "SELECT id FROM release WHERE state = 'published' AND kind = 'statistics' ORDER BY signed_at DESC, id DESC LIMIT 1"
    )
    return rows[0]["id"] if rows else None


async def put_facts(database: Database, facts: Release, now: dt.datetime) -> None:
    """Publish plain facts; the same content as once before is that row, made the newest."""
    await database.run(
        "INSERT INTO release (id, kind, period, state, hash, body, signed_by, signed_at) "
        "VALUES (?, 'facts', '', 'published', ?, ?, '', ?) "
        "ON CONFLICT (id) DO UPDATE SET signed_at = excluded.signed_at",
        *(facts.id, facts.hash, facts.body, now),
    )


async def newest_facts_id(database: Database) -> str | None:
    """The id of the newest facts; cheap enough for every page."""
    rows = await database.look(
        "SELECT id FROM release WHERE state = 'published' AND kind = 'facts' ORDER BY signed_at DESC, id DESC LIMIT 1"
    )
    return rows[0]["id"] if rows else None


async def sweep_facts(database: Database, before: dt.datetime, newest: str) -> int:
    """Forget the facts of before an instant, but never the newest; how many they were."""
    rows = await database.run(
        "DELETE FROM release WHERE kind = 'facts' AND signed_at < ? AND id <> ? RETURNING id", before, newest
    )
    return len(rows)


async def put_data(database: Database, data: dict[str, str]) -> None:
    """Write coarse data once; what is written never changes (DESIGN §4.4)."""
    await database.run_many(
        "INSERT INTO datum (id, body) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", sorted(data.items())
    )


async def coarse_data(database: Database) -> dict[str, str]:
    """Every coarse datum ever made, by id."""
    sealed = " AND ".join("id NOT LIKE ?" for _ in SEALED)
    rows = await database.run(
        f"SELECT id, body FROM datum WHERE {sealed} ORDER BY id", *(f"{prefix}%" for prefix in SEALED)
    )
    return {row["id"]: row["body"] for row in rows}


async def sealed_data(database: Database, prefix: str) -> dict[str, str]:
    """What lies sealed beside the coarse data under one of SEALED, by id."""
    rows = await database.run("SELECT id, body FROM datum WHERE id LIKE ? ORDER BY id", f"{prefix}%")
    return {row["id"]: row["body"] for row in rows}


def _release(row: Row) -> Release:
    return msgspec.convert(dict(row), Release)
