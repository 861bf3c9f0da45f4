"""Addresses as ciphertext: in from the municipality, out to whoever sends, erased when nothing more can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from hvb_followup.registry import Placement
from hvb_followup.store.database import Database, Row

_PLACED = (
    "SELECT p.id, p.unit, p.municipality, p.birth_year, p.starts_on, p.ends_on, u.lan, c.body, c.to_mend "
    "FROM contact c JOIN placement p ON p.id = c.placement JOIN unit u ON u.id = p.unit"
)


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """A placement, the län of its home, and how she is reached, sealed."""

    placement: Placement
    lan: str
    body: bytes


async def put(database: Database, placement: str, body: bytes) -> None:
    """A new contact, or another in its place; whatever was to be mended is so no more."""
    await database.run(
        "INSERT INTO contact (placement, body, to_mend) VALUES (?, ?, false) "
        "ON CONFLICT (placement) DO UPDATE SET body = excluded.body, to_mend = false",
        *(placement, body),
    )


async def erase(database: Database, placements: Iterable[str]) -> None:
    """Forget these addresses; must run in a transaction."""
    await database.run_many("DELETE FROM contact WHERE placement = ?", [(one,) for one in placements])


async def every(database: Database, size: int = 2000) -> list[Reached]:
    """Everybody who can be reached, in order of placement."""
    found: list[Row] = []
    after = ""
    while rows := await database.run(f"{_PLACED} WHERE p.id > ? ORDER BY p.id LIMIT {size}", after):
        found += rows
        after = rows[-1]["id"]
    return list(_reached(found))


async def one(database: Database, placement: str) -> Reached | None:
    """How one is reached now; None when the placement or its address is gone."""
    rows = await database.run(f"{_PLACED} WHERE p.id = ?", placement)
    return next(_reached(rows), None)


async def without_placement(database: Database) -> list[str]:
    """Addresses whose placement is gone."""
    rows = await database.run(
        "SELECT placement FROM contact c WHERE NOT EXISTS (SELECT 1 FROM placement p WHERE p.id = c.placement)"
    )
    return [row["placement"] for row in rows]


async def to_be_mended(database: Database, placement: str) -> None:
    """The first invitation could not be delivered: the municipality is to look at the address."""
    await database.run("UPDATE contact SET to_mend = true WHERE placement = ?", placement)


async def of_municipality(database: Database, municipality: str) -> dict[str, bool]:
    """The municipality's placements with an address: whether it is to be mended, and never the address."""
    rows = await database.run(
        "SELECT c.placement, c.to_mend FROM contact c JOIN placement p ON p.id = c.placement "
        "WHERE p.municipality = ? ORDER BY c.placement",
        municipality,
    )
    return {row["placement"]: bool(row["to_mend"]) for row in rows}


def _reached(rows: Iterable[Row]) -> Iterator[Reached]:
    for row in rows:
        placement = Placement(**{name: row[name] for name in Placement.__struct_fields__})
        yield Reached(placement=placement, lan=row["lan"], body=bytes(row["body"]))
