"""Who wants no more messages.

Both lie WITHOUT ROWID on SQLite, as codes do: their order in the file is that of random keys.
"""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hvb_followup.store import piccolo_conf
from hvb_followup.store.migrations.hvb_0001_first_tables import WORDS

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


async def create() -> None:
    """Create the tables, in the words of the engine at hand."""
    engine = piccolo_conf.DB
    for statement in STATEMENTS:
        await engine.run_ddl(statement.format(**WORDS[engine.engine_type]))


async def forwards() -> MigrationManager:
    """Piccolo's entry point."""
    manager = MigrationManager(migration_id=ID, app_name="hvb", description=DESCRIPTION)
    manager.add_raw(create)
    return manager
