"""What homes tell back to their young people after a wave."""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-22T13:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "feedback"

STATEMENTS = (
    """CREATE TABLE feedback (
        id {serial},
        wave VARCHAR(64) NOT NULL REFERENCES wave (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        version INTEGER NOT NULL DEFAULT 1,
        state VARCHAR(10) NOT NULL DEFAULT 'draft',
        body TEXT NOT NULL DEFAULT '',
        written_by TEXT NOT NULL DEFAULT '',
        published_at TIMESTAMPTZ)""",
    "CREATE UNIQUE INDEX feedback_once ON feedback (wave, version)",
)

forwards = migration(ID, DESCRIPTION, STATEMENTS)
