"""What homes tell back after their waves: drafts, and versions that stand once they are published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from hvb_followup.store.database import Database, Row

UNDO_WITHIN = dt.timedelta(hours=24)


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """One version; ``state`` is draft or published, ``body`` the statement as JSON."""

    wave: str
    version: int
    state: str
    body: str
    written_by: str
    published_at: dt.datetime | None = None


async def of_unit(database: Database, unit: str) -> tuple[Feedback, ...]:
    """Every version of a home, by wave and version."""
    rows = await database.run(
        "SELECT feedback.* FROM feedback JOIN wave ON wave.id = feedback.wave WHERE wave.unit = ? "
        "ORDER BY feedback.wave, feedback.version",
        unit,
    )
    return tuple(map(_feedback, rows))


async def first_given(database: Database) -> dict[str, dt.datetime]:
    """When each wave was first told back, for those that were."""
    rows = await database.run(
        "SELECT wave, published_at FROM feedback WHERE state = 'published' ORDER BY wave, version DESC"
    )
    return {row["wave"]: msgspec.convert(row["published_at"], dt.datetime) for row in rows}


async def save_draft(database: Database, wave: str, version: int, body: str, who: str) -> bool:
    """Keep a draft; False where that version is published already."""
    rows = await database.run(
        "INSERT INTO feedback (wave, version, state, body, written_by) VALUES (?, ?, 'draft', ?, ?) "
        "ON CONFLICT (wave, version) DO UPDATE SET body = excluded.body, written_by = excluded.written_by "
        "WHERE feedback.state = 'draft' RETURNING id",
        *(wave, version, body, who),
    )
    return bool(rows)


async def publish(database: Database, wave: str, version: int, who: str, now: dt.datetime) -> bool:
    """Let a draft stand; False where it is none any more."""
    rows = await database.run(
        "UPDATE feedback SET state = 'published', written_by = ?, published_at = ? "
        "WHERE wave = ? AND version = ? AND state = 'draft' RETURNING id",
        *(who, now, wave, version),
    )
    return bool(rows)


async def put_published(database: Database, new: Sequence[Feedback]) -> None:
    """Keep versions that stand at once; one that is there already is a fault."""
    await database.run_many(
        "INSERT INTO feedback (wave, version, state, body, written_by, published_at) "
        "VALUES (?, ?, 'published', ?, ?, ?)",
        [(one.wave, one.version, one.body, one.written_by, one.published_at) for one in new],
    )


async def take_back(database: Database, wave: str, now: dt.datetime) -> bool:
    """Make the wave's newest version a draft again, where it was published within 24 hours; else False."""
    rows = await database.run(
        "UPDATE feedback SET state = 'draft', published_at = NULL WHERE wave = ? AND state = 'published' "
        "AND published_at >= ? AND version = (SELECT max(version) FROM feedback WHERE wave = ?) RETURNING id",
        *(wave, now - UNDO_WITHIN, wave),
    )
    return bool(rows)


async def discard(database: Database, wave: str) -> bool:
    """Throw the wave's draft away; False where there is none."""
    rows = await database.run("DELETE FROM feedback WHERE wave = ? AND state = 'draft' RETURNING id", wave)
    return bool(rows)


def _feedback(row: Row) -> Feedback:
    return msgspec.convert({name: row[name] for name in Feedback.__struct_fields__}, Feedback)
