"""What homes tell back to their young people after a wave."""

from __future__ import annotations

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hvb_followup.store import piccolo_conf
from hvb_followup.store.migrations.hvb_0001_first_tables import WORDS

ID = "2026-11-22T13:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "feedback"

STATEMENTS = (
    """CREATE TABLE feedback (
        id {serial},
        wave VARCHAR(64) NOT NULL REFERENCES wave (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        version INTEGER NOT NULL DEFAULT 1,
        state VARCHAR(10) NOT NULL DEFAULT 'draft',
        body TEXT NOT NULL DEFAULT '',
        written_by TEXT NOT NULL DEFAULT '',
        published_at TIMESTAMPTZ)""",
    "CREATE UNIQUE INDEX feedback_once ON feedback (wave, version)",
)


async def create() -> None:
    """Create the table and its index, in the words of the engine at hand."""
    engine = piccolo_conf.DB
    for statement in STATEMENTS:
        await engine.run_ddl(statement.format(**WORDS[engine.engine_type]))


async def forwards() -> MigrationManager:
    """Piccolo's entry point."""
    manager = MigrationManager(migration_id=ID, app_name="hvb", description=DESCRIPTION)
    manager.add_raw(create)
    return manager
