"""Tries in vain, one-time codes that were used, and help cases that came in a crowd.

Tries lie WITHOUT ROWID on SQLite, as codes do: their order in the file is that of random keys.
"""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hvb_followup.store import piccolo_conf
from hvb_followup.store.migrations.hvb_0001_first_tables import WORDS

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


async def create() -> None:
    """Create the table and the columns, in the words of the engine at hand."""
    engine = piccolo_conf.DB
    for statement in STATEMENTS:
        await engine.run_ddl(statement.format(**WORDS[engine.engine_type]))


async def forwards() -> MigrationManager:
    """Piccolo's entry point."""
    manager = MigrationManager(migration_id=ID, app_name="hvb", description=DESCRIPTION)
    manager.add_raw(create)
    return manager
