"""Who wants no more messages.

Both lie WITHOUT ROWID on SQLite, as codes do: their order in the file is that of random keys.
"""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-22T14:30:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "no more messages"

STATEMENTS = (
    """CREATE TABLE silence_wish (
        id {bytes} PRIMARY KEY NOT NULL,
        body {bytes} NOT NULL) {no_rowid}""",
    """CREATE TABLE silenced (
        id {bytes} PRIMARY KEY NOT NULL,
        since DATE) {no_rowid}""",
)

forwards = migration(ID, DESCRIPTION, STATEMENTS)
