"""Contacts, what was asked when, the outbox, and how many messages there were each day.

What holds ciphertext or keyed hashes lies WITHOUT ROWID on SQLite: its order is that of random keys, not of arrival.
"""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hvb_followup.store import piccolo_conf
from hvb_followup.store.migrations.hvb_0001_first_tables import WORDS

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


async def create() -> None:
    """Create the tables, in the words of the engine at hand."""
    engine = piccolo_conf.DB
    words = WORDS[engine.engine_type]
    for table in TABLES:
        await engine.run_ddl(f"CREATE TABLE {table.format(**words)}")
    for index in INDEXES:
        await engine.run_ddl(index)


async def forwards() -> MigrationManager:
    """Piccolo's entry point."""
    manager = MigrationManager(migration_id=ID, app_name="hvb", description=DESCRIPTION)
    manager.add_raw(create)
    return manager
