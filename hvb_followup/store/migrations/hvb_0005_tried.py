"""Tries in vain, one-time codes that were used, and help cases that came in a crowd.

Tries lie WITHOUT ROWID on SQLite, as codes do: their order in the file is that of random keys.
"""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-22T14:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "tries in vain"

STATEMENTS = (
    """CREATE TABLE tried (
        id {bytes} PRIMARY KEY NOT NULL,
        day DATE,
        n INTEGER NOT NULL DEFAULT 0) {no_rowid}""",
    "ALTER TABLE account ADD COLUMN used_step INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE help_case ADD COLUMN crowded BOOLEAN NOT NULL DEFAULT false",
)

forwards = migration(ID, DESCRIPTION, STATEMENTS)
