"""What a migration is made of: statements in the words of the engine at hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from hvb_followup.store import piccolo_conf

WORDS = {
    "sqlite": {
        "bytes": "BLOB",
        "serial": "INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL",
        "no_rowid": "WITHOUT ROWID",
    },
    "postgres": {"bytes": "BYTEA", "serial": "SERIAL PRIMARY KEY NOT NULL", "no_rowid": ""},
}


def migration(
    id_: str, description: str, statements: Iterable[str]
) -> Callable[[], Awaitable[MigrationManager]]:
    """Piccolo's entry point of a migration that runs the statements in order."""

    async def run() -> None:
        engine = piccolo_conf.DB
        for statement in statements:
            await engine.run_ddl(statement.format(**WORDS[engine.engine_type]))

    async def forwards() -> MigrationManager:
        manager = MigrationManager(migration_id=id_, app_name="hvb", description=description)
        manager.add_raw(run)
        return manager

    return forwards
