"""Bringing the database to the newest shape, and the PostgreSQL roles that may do less than its owner."""

from __future__ import annotations

import contextlib
import io
import re

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from hvb_followup.errors import Problem, Unsound
from hvb_followup.store import piccolo_conf
from hvb_followup.store.database import Database

# What the web role may do, table by table: it can put an envelope in and never look at one (DESIGN §6).
WEB_MAY = {
    "SELECT": "provider municipality unit unit_term wave code draft release account session stored_clock "
    "batch register_row placement period sendout tried spent feedback trouble",  # homes and municipalities read what they entered
    "SELECT (receipt, state)": "help_case",  # a receipt is answered with how far its case has come
    "INSERT": "draft envelope withdrawal help_case session batch register_row placement period contact tried spent "
    "silence_wish feedback",
    # A municipality gives an address, sees that one is to be mended, and never reads one.
    "SELECT (placement, to_mend)": "contact",
    "INSERT (at, who, did, what)": "audit",  # number and link of a row are not the web's to choose
    "UPDATE": "draft",
    "UPDATE (unit, municipality, birth_year, starts_on, ends_on)": "placement",
    "UPDATE (body, to_mend)": "contact",
    "UPDATE (state, body, written_by, published_at)": "feedback",
    "DELETE": "draft session placement contact feedback",
    "UPDATE (state)": "batch",
    "UPDATE (n)": "tried",
    "UPDATE (used_step)": "account",
    "UPDATE (state, signed_by, signed_at)": "period",
    "UPDATE (used)": "code",
    "UPDATE (held)": "wave",
}


# What the desk's role may do: see and move on help cases, read own words and say which themes they have, and know who
# signs in and which homes there are.
DESK_MAY = {
    "SELECT": "help_case own_words words_read wave provider municipality unit unit_term placement account "
    "stored_clock tried",
    "INSERT (at, who, did, what)": "audit",
    "INSERT": "tried spent words_read",
    "UPDATE (state)": "help_case",
    "UPDATE (version, body)": "words_read",
    "UPDATE (n)": "tried",
    "UPDATE (used_step)": "account",
}


async def migrate(database: Database) -> None:
    """Run every migration that has not run; Unsound when one fails (it is then rolled back)."""
    piccolo_conf.DB = database.engine
    Migration._meta._db = database.engine
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        result = await ForwardsMigrationManager(app_name="hvb").run()
    if not result.success:
        raise Unsound(
            Problem(code="migration-failed", where="databasen", says=said.getvalue().strip()[-400:])
        )


async def grant(database: Database, *, web_role: str, jobs_role: str, desk_role: str = "hvb_desk") -> None:
    """Give web and desk what WEB_MAY and DESK_MAY say, and the jobs role everything; only PostgreSQL has roles."""
    if database.sqlite is not None:
        return
    for role in (web_role, jobs_role, desk_role):
        _refuse_odd(role)
        await database.engine.run_ddl(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
            f"THEN CREATE ROLE {role} LOGIN; END IF; END $$"
        )
    await database.engine.run_ddl(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {jobs_role}")
    every = f"{web_role}, {jobs_role}, {desk_role}"
    await database.engine.run_ddl(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {every}")
    await _give(database, web_role, WEB_MAY)
    await _give(database, desk_role, DESK_MAY)


async def _give(database: Database, role: str, may: dict[str, str]) -> None:
    """These rights, and none that the role had before."""
    await database.engine.run_ddl(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}")
    for right, tables in may.items():
        for table in tables.split():
            await database.engine.run_ddl(f"GRANT {right} ON {table} TO {role}")


def _refuse_odd(role: str) -> None:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,30}", role):
        raise Unsound(
            Problem(code="role-name", where="PostgreSQL", says="Ett rollnamn får bara ha a–z, 0–9 och _.")
        )
