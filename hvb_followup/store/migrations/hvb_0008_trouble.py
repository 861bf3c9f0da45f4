"""What does not work now, for the operator's page."""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-23T01:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "what does not work now"

STATEMENTS = (
    """CREATE TABLE trouble (
        id VARCHAR(40) PRIMARY KEY NOT NULL,
        since_on DATE,
        says TEXT NOT NULL) {no_rowid}""",
)

forwards = migration(ID, DESCRIPTION, STATEMENTS)
