"""The first tables, with the constraints that hold their invariants.

What holds ciphertext or codes lies WITHOUT ROWID on SQLite: its order in the file is that of random keys, not of
arrival.
"""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-22T00:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "first tables"

TABLES = (
    """provider (
        id VARCHAR(8) PRIMARY KEY NOT NULL DEFAULT '',
        name TEXT NOT NULL DEFAULT '')""",
    """municipality (
        code VARCHAR(4) PRIMARY KEY NOT NULL DEFAULT '',
        name TEXT NOT NULL DEFAULT '',
        lan TEXT NOT NULL DEFAULT '')""",
    """unit (
        id VARCHAR(7) PRIMARY KEY NOT NULL DEFAULT '',
        name TEXT NOT NULL DEFAULT '',
        lan TEXT NOT NULL DEFAULT '',
        places INTEGER NOT NULL DEFAULT 0)""",
    """unit_term (
        id {serial},
        unit VARCHAR(7) NOT NULL REFERENCES unit (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        provider VARCHAR(8) NOT NULL REFERENCES provider (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        unit_type TEXT NOT NULL DEFAULT '',
        operating_form TEXT NOT NULL DEFAULT '',
        from_on DATE,
        to_on DATE)""",
    """placement (
        id VARCHAR(24) PRIMARY KEY NOT NULL DEFAULT '',
        unit VARCHAR(7) NOT NULL REFERENCES unit (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        municipality VARCHAR(4) NOT NULL REFERENCES municipality (code) ON DELETE RESTRICT ON UPDATE CASCADE,
        birth_year INTEGER NOT NULL DEFAULT 0,
        starts_on DATE,
        ends_on DATE)""",
    """wave (
        id VARCHAR(64) PRIMARY KEY NOT NULL DEFAULT '',
        unit VARCHAR(7) NOT NULL REFERENCES unit (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        family TEXT NOT NULL DEFAULT '',
        major INTEGER NOT NULL DEFAULT 1,
        half_year VARCHAR(6) NOT NULL DEFAULT '',
        state VARCHAR(10) NOT NULL DEFAULT 'open',
        opens_at TIMESTAMPTZ,
        closes_at TIMESTAMPTZ,
        invited INTEGER NOT NULL DEFAULT 0,
        held BOOLEAN NOT NULL DEFAULT false)""",
    """code (
        hash {bytes} PRIMARY KEY NOT NULL,
        wave VARCHAR(64) NOT NULL REFERENCES wave (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        holder {bytes} NOT NULL,
        issue INTEGER NOT NULL DEFAULT 1,
        card {bytes} NOT NULL,
        used BOOLEAN NOT NULL DEFAULT false) {no_rowid}""",
    """draft (
        id {bytes} PRIMARY KEY NOT NULL,
        wave VARCHAR(64) NOT NULL REFERENCES wave (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        body {bytes} NOT NULL) {no_rowid}""",
    """envelope (
        id {bytes} PRIMARY KEY NOT NULL,
        wave VARCHAR(64) NOT NULL REFERENCES wave (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        body {bytes} NOT NULL) {no_rowid}""",
    """withdrawal (
        id {bytes} PRIMARY KEY NOT NULL,
        receipt {bytes} NOT NULL) {no_rowid}""",
    """sealed_wave (
        wave VARCHAR(64) PRIMARY KEY NOT NULL DEFAULT '',
        unit VARCHAR(7) NOT NULL REFERENCES unit (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        family TEXT NOT NULL DEFAULT '',
        major INTEGER NOT NULL DEFAULT 1,
        half_year VARCHAR(6) NOT NULL DEFAULT '',
        record {bytes} NOT NULL) {no_rowid}""",
    """datum (
        id TEXT PRIMARY KEY NOT NULL DEFAULT '',
        body TEXT NOT NULL DEFAULT '')""",
    """batch (
        id {serial},
        kind VARCHAR(12) NOT NULL DEFAULT '',
        unit VARCHAR(7) NOT NULL DEFAULT '',
        made_at TIMESTAMPTZ,
        made_by TEXT NOT NULL DEFAULT '',
        state VARCHAR(10) NOT NULL DEFAULT 'inactive')""",
    """register_row (
        id {serial},
        batch INTEGER NOT NULL REFERENCES batch (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        kind VARCHAR(12) NOT NULL DEFAULT '',
        unit VARCHAR(7) NOT NULL DEFAULT '',
        key VARCHAR(120) NOT NULL DEFAULT '',
        body TEXT NOT NULL DEFAULT '')""",
    """period (
        id {serial},
        unit VARCHAR(7) NOT NULL REFERENCES unit (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        quarter VARCHAR(6) NOT NULL DEFAULT '',
        state VARCHAR(10) NOT NULL DEFAULT 'signed',
        hash VARCHAR(64) NOT NULL DEFAULT '',
        signed_by TEXT NOT NULL DEFAULT '',
        signed_at TIMESTAMPTZ)""",
    """release (
        id VARCHAR(40) PRIMARY KEY NOT NULL DEFAULT '',
        kind VARCHAR(12) NOT NULL DEFAULT 'statistics',
        period VARCHAR(6) NOT NULL DEFAULT '',
        state VARCHAR(10) NOT NULL DEFAULT 'draft',
        hash VARCHAR(64) NOT NULL DEFAULT '',
        body TEXT NOT NULL DEFAULT '',
        signed_by TEXT NOT NULL DEFAULT '',
        signed_at TIMESTAMPTZ)""",
    """account (
        name VARCHAR(80) PRIMARY KEY NOT NULL DEFAULT '',
        role TEXT NOT NULL DEFAULT '',
        scope TEXT NOT NULL DEFAULT '',
        password TEXT NOT NULL DEFAULT '',
        second_factor TEXT NOT NULL DEFAULT '',
        ends_on DATE)""",
    """session (
        hash {bytes} PRIMARY KEY NOT NULL,
        account VARCHAR(80) NOT NULL REFERENCES account (name) ON DELETE RESTRICT ON UPDATE CASCADE,
        ends_at TIMESTAMPTZ)""",
    """audit (
        id {serial},
        at TIMESTAMPTZ,
        who TEXT NOT NULL DEFAULT '',
        did TEXT NOT NULL DEFAULT '',
        what TEXT NOT NULL DEFAULT '',
        link {bytes})""",
    """job_run (
        key VARCHAR(120) PRIMARY KEY NOT NULL DEFAULT '',
        started_at TIMESTAMPTZ)""",
    """stored_clock (
        id INTEGER PRIMARY KEY NOT NULL DEFAULT 1,
        ahead BIGINT NOT NULL DEFAULT 0)""",
)

INDEXES = (
    "CREATE INDEX unit_term_unit ON unit_term (unit)",
    "CREATE INDEX unit_term_provider ON unit_term (provider)",
    "CREATE UNIQUE INDEX unit_term_start ON unit_term (unit, from_on)",
    "CREATE INDEX placement_unit ON placement (unit)",
    "CREATE INDEX placement_municipality ON placement (municipality)",
    # Every public page asks for the newest: without it each would read past every body ever released.
    "CREATE INDEX release_newest ON release (kind, state, signed_at, id)",
    "CREATE INDEX wave_unit ON wave (unit)",
    "CREATE UNIQUE INDEX wave_once ON wave (unit, family, half_year)",
    "CREATE INDEX code_wave ON code (wave)",
    "CREATE UNIQUE INDEX code_issue ON code (wave, holder, issue)",
    "CREATE INDEX draft_wave ON draft (wave)",
    "CREATE INDEX envelope_wave ON envelope (wave)",
    "CREATE INDEX sealed_wave_unit ON sealed_wave (unit)",
    "CREATE UNIQUE INDEX sealed_wave_once ON sealed_wave (unit, family, half_year)",
    "CREATE INDEX batch_kind ON batch (kind, unit)",
    "CREATE UNIQUE INDEX register_row_once ON register_row (batch, unit, key)",
    "CREATE INDEX register_row_unit ON register_row (unit, kind)",
    "CREATE UNIQUE INDEX period_once ON period (unit, quarter, hash)",
    "CREATE INDEX session_account ON session (account)",
)

forwards = migration(ID, DESCRIPTION, (*(f"CREATE TABLE {table}" for table in TABLES), *INDEXES))
