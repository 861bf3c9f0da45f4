"""Help cases, and word of them to recipients.

A case lies WITHOUT ROWID on SQLite, as codes and envelopes do: its order in the file is that of random keys.
"""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hvb_followup.store import piccolo_conf

ID = "2026-11-22T12:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "help cases"

WORDS = {
    "sqlite": {"bytes": "BLOB", "no_rowid": "WITHOUT ROWID"},
    "postgres": {"bytes": "BYTEA", "no_rowid": ""},
}
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


async def create() -> None:
    """Create the tables and their indexes, in the words of the engine at hand."""
    engine = piccolo_conf.DB
    for statement in STATEMENTS:
        await engine.run_ddl(statement.format(**WORDS[engine.engine_type]))


async def forwards() -> MigrationManager:
    """Piccolo's entry point."""
    manager = MigrationManager(migration_id=ID, app_name="hvb", description=DESCRIPTION)
    manager.add_raw(create)
    return manager
