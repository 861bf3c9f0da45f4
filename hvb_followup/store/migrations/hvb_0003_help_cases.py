"""Help cases, and word of them to recipients.

A case lies WITHOUT ROWID on SQLite, as codes and envelopes do: its order in the file is that of random keys.
"""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-22T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "help cases"

STATEMENTS = (
    """CREATE TABLE help_case (
        id {bytes} PRIMARY KEY NOT NULL,
        receipt {bytes} NOT NULL,
        body {bytes} NOT NULL,
        urgency VARCHAR(10) NOT NULL DEFAULT 'today',
        put_at TIMESTAMPTZ,
        due_at TIMESTAMPTZ,
        step INTEGER NOT NULL DEFAULT 0,
        state VARCHAR(10) NOT NULL DEFAULT 'received') {no_rowid}""",
    """CREATE TABLE help_notice (
        id VARCHAR(120) PRIMARY KEY NOT NULL DEFAULT '',
        email TEXT NOT NULL DEFAULT '',
        made_at TIMESTAMPTZ,
        claimed_until TIMESTAMPTZ,
        state VARCHAR(10) NOT NULL DEFAULT 'waiting')""",
    "CREATE UNIQUE INDEX help_case_receipt ON help_case (receipt)",
    "CREATE INDEX help_case_due ON help_case (state, due_at)",
)

forwards = migration(ID, DESCRIPTION, STATEMENTS)
