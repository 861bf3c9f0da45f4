"""Own words of counted waves, and which themes the reader found in them.

A pile is one row for a wave's question: the texts in it have no row, id or time of their own, and neither its length
nor the number of rows tells how many wrote. Which themes were found is sealed too: in a single home's wave a theme would
tell of somebody.
"""

from __future__ import annotations

from hvb_followup.store.ddl import migration

ID = "2026-11-23T09:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "own words"

STATEMENTS = (
    """CREATE TABLE own_words (
        id VARCHAR(120) PRIMARY KEY NOT NULL DEFAULT '',
        wave VARCHAR(64) NOT NULL REFERENCES wave (id) ON DELETE RESTRICT ON UPDATE CASCADE,
        item TEXT NOT NULL DEFAULT '',
        pile {bytes} NOT NULL) {no_rowid}""",
    "CREATE INDEX own_words_wave ON own_words (wave)",
    """CREATE TABLE words_read (
        id VARCHAR(120) PRIMARY KEY NOT NULL DEFAULT '',
        version INTEGER NOT NULL DEFAULT 0,
        body {bytes} NOT NULL) {no_rowid}""",
)

forwards = migration(ID, DESCRIPTION, STATEMENTS)
