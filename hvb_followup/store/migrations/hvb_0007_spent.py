"""Days on which the budget of tries in vain was spent."""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-22T19:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "spent budgets"

STATEMENTS = (
    """CREATE TABLE spent (
        id VARCHAR(40) PRIMARY KEY NOT NULL,
        day DATE,
        what TEXT NOT NULL) {no_rowid}""",
)

forwards = migration(ID, DESCRIPTION, STATEMENTS)
