"""The counter's side of the ballot box: envelopes out, one sealed record in.

The web's database role may run none of this; the web door may not import it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from hvb_followup.store import own_words
from hvb_followup.store.database import Database
from hvb_followup.store.waves import Wave

EVER = "9999H2"  # after every half-year


class SealedWave(msgspec.Struct, frozen=True, kw_only=True):
    """A counted wave as it is stored: in clear only unit, family, version and half-year."""

    wave: str
    unit: str
    family: str
    major: int
    half_year: str
    record: bytes


async def envelopes(database: Database, wave: str) -> list[bytes]:
    """The wave's envelopes, in the order of their random ids."""
    return [
        row["body"]
        for row in await database.run("SELECT body FROM envelope WHERE wave = ? ORDER BY id", wave)
    ]


async def withdrawals(database: Database) -> frozenset[bytes]:
    """The receipts that want their answers back."""
    return frozenset(row["receipt"] for row in await database.run("SELECT receipt FROM withdrawal"))


async def seal(
    database: Database, wave: Wave, record: bytes, piles: Mapping[str, bytes] = MappingProxyType({})
) -> bool:
    """Replace a closed wave's envelopes and drafts by its sealed record; False when it was counted already.

    ``piles`` are its own words by question, which only the desk opens.

    Must run in a transaction: killed in the middle, nothing has changed.
    """
    rows = await database.run(
        "UPDATE wave SET state = 'counted' WHERE id = ? AND state = 'closed' RETURNING id", wave.id
    )
    if not rows:
        return False
    await database.run(
        "INSERT INTO sealed_wave (wave, unit, family, major, half_year, record) VALUES (?, ?, ?, ?, ?, ?)",
        *(wave.id, wave.unit, wave.family, wave.major, wave.half_year, record),
    )
    await own_words.put(database, wave.id, piles)
    await database.run("DELETE FROM envelope WHERE wave = ?", wave.id)
    await database.run("DELETE FROM draft WHERE wave = ?", wave.id)
    return True


async def sweep(database: Database) -> None:
    """Remove drafts of waves that are over, and withdrawals once no wave is left to count."""
    await database.run("DELETE FROM draft WHERE wave IN (SELECT id FROM wave WHERE state = 'counted')")
    await database.run(
        "DELETE FROM withdrawal WHERE NOT EXISTS (SELECT 1 FROM wave WHERE state IN ('open', 'closed'))"
    )


async def sealed_wave(database: Database, unit: str, family: str, half_year: str) -> SealedWave | None:
    """One sealed wave, or None."""
    rows = await database.run(
        "SELECT * FROM sealed_wave WHERE unit = ? AND family = ? AND half_year = ?", unit, family, half_year
    )
    return msgspec.convert(rows[0], SealedWave) if rows else None


async def sealed_waves(database: Database, *, until: str = EVER) -> list[SealedWave]:
    """Every sealed wave up to a half-year, by half-year and unit."""
    rows = await database.run(
        "SELECT * FROM sealed_wave WHERE half_year <= ? ORDER BY half_year, wave", until
    )
    return [msgspec.convert(row, SealedWave) for row in rows]
