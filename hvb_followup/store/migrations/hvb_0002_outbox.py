"""Contacts, what was asked when, the outbox, and how many messages there were each day.

What holds ciphertext or keyed hashes lies WITHOUT ROWID on SQLite: its order is that of random keys, not of arrival.
"""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-22T00:00:05:000003"
VERSION = "1.38.0"
DESCRIPTION = "contacts and outbox"

TABLES = (
    """contact (
        placement VARCHAR(24) PRIMARY KEY NOT NULL,
        body {bytes} NOT NULL,
        to_mend BOOLEAN NOT NULL DEFAULT false) {no_rowid}""",
    """asked (
        id {bytes} PRIMARY KEY NOT NULL,
        asked_on DATE) {no_rowid}""",
    """outbox (
        id {bytes} PRIMARY KEY NOT NULL,
        state VARCHAR(10) NOT NULL DEFAULT 'waiting',
        due_at TIMESTAMPTZ,
        claimed_until TIMESTAMPTZ,
        body {bytes} NOT NULL) {no_rowid}""",
    """sendout (
        id VARCHAR(40) PRIMARY KEY NOT NULL DEFAULT '',
        day DATE,
        lan TEXT NOT NULL DEFAULT '',
        handled INTEGER NOT NULL DEFAULT 0,
        first INTEGER NOT NULL DEFAULT 0,
        undeliverable INTEGER NOT NULL DEFAULT 0)""",
)
INDEXES = ("CREATE INDEX outbox_due ON outbox (state, due_at)",)

forwards = migration(ID, DESCRIPTION, (*(f"CREATE TABLE {table}" for table in TABLES), *INDEXES))
