"""What does not work now, for the operator's page."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hvb_followup.store import piccolo_conf
from hvb_followup.store.migrations.hvb_0001_first_tables import WORDS

ID = "2026-11-23T01:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "what does not work now"

STATEMENTS = (
    """CREATE TABLE trouble (
        id VARCHAR(40) PRIMARY KEY NOT NULL,
        since_on DATE,
        says TEXT NOT NULL) {no_rowid}""",
)


async def create() -> None:
    """Create the table, in the words of the engine at hand."""
    engine = piccolo_conf.DB
    for statement in STATEMENTS:
        await engine.run_ddl(statement.format(**WORDS[engine.engine_type]))


async def forwards() -> MigrationManager:
    """Piccolo's entry point."""
    manager = MigrationManager(migration_id=ID, app_name="hvb", description=DESCRIPTION)
    manager.add_raw(create)
    return manager
