"""Own words of counted waves, as the counter lays them and the desk fetches them; the web's role may do neither.

A pool is what everybody wrote to one question in one half-year, whatever the home.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from hvb_followup.store.database import Database


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a questionnaire in a half-year. ``is_whole``: every wave of it has been counted."""

    family: str
    major: int
    half_year: str
    item: str
    is_whole: bool = True

    @property
    def id(self) -> str:
        """Its name, also in addresses."""
        return f"{self.family}:{self.major}:{self.half_year}:{self.item}"


class Pile(msgspec.Struct, frozen=True, kw_only=True):
    """The sealed texts of one wave's question."""

    wave: str
    unit: str
    pile: bytes


async def put(database: Database, wave: str, piles: Mapping[str, bytes]) -> None:
    """Lay a wave's piles; must run in the transaction that counts it."""
    for item, pile in sorted(piles.items()):
        await database.run(
            "INSERT INTO own_words (id, wave, item, pile) VALUES (?, ?, ?, ?)",
            *(f"{wave}:{item}", wave, item, pile),
        )


async def pools(database: Database) -> list[Pool]:
    """Every pool that has piles, the newest half-year first."""
    rows = await database.run(
        "SELECT DISTINCT wave.family, wave.major, wave.half_year, own_words.item, "
        "NOT EXISTS (SELECT 1 FROM wave AS other WHERE other.family = wave.family "
        "AND other.half_year = wave.half_year AND other.state <> 'counted') AS is_whole "
        "FROM own_words JOIN wave ON wave.id = own_words.wave "
        "ORDER BY wave.half_year DESC, wave.family, wave.major, own_words.item"
    )
    return [Pool(**{**row, "is_whole": bool(row["is_whole"])}) for row in rows]


async def piles(database: Database, pool: Pool) -> list[Pile]:
    """The piles of a pool, one for each home."""
    rows = await database.run(
        "SELECT wave.id AS wave, wave.unit, own_words.pile FROM own_words JOIN wave ON wave.id = own_words.wave "
        "WHERE wave.family = ? AND wave.major = ? AND wave.half_year = ? AND own_words.item = ? ORDER BY wave.id",
        *(pool.family, pool.major, pool.half_year, pool.item),
    )
    return [Pile(wave=row["wave"], unit=row["unit"], pile=bytes(row["pile"])) for row in rows]


async def found(database: Database, pool: str) -> tuple[int, bytes]:
    """Which themes have been found in a pool, sealed, and in which version; (0, b"") before the first."""
    rows = await database.run("SELECT version, body FROM words_read WHERE id = ?", pool)
    return (rows[0]["version"], bytes(rows[0]["body"])) if rows else (0, b"")


async def put_found(database: Database, pool: str, version: int, body: bytes) -> bool:
    """Put what has been found after that version; False when somebody else has put something since."""
    if version == 0:
        rows = await database.run(
            "INSERT INTO words_read (id, version, body) VALUES (?, 1, ?) ON CONFLICT (id) DO NOTHING RETURNING id",
            *(pool, body),
        )
    else:
        rows = await database.run(
            "UPDATE words_read SET version = version + 1, body = ? WHERE id = ? AND version = ? RETURNING id",
            *(body, pool, version),
        )
    return bool(rows)


async def sweep(database: Database, before: dt.datetime) -> None:
    """Throw the piles of waves that closed before then, and what was found in pools that have none left."""
    await database.run(
        "DELETE FROM own_words WHERE wave IN (SELECT id FROM wave WHERE closes_at < ?)", before
    )
    await database.run(
        "DELETE FROM words_read WHERE NOT EXISTS (SELECT 1 FROM own_words JOIN wave ON wave.id = own_words.wave "
        "WHERE words_read.id = wave.family || ':' || wave.major || ':' || wave.half_year || ':' || own_words.item)"
    )
