"""Importing a register: dry run or for good, every row accounted for (DESIGN §8)."""

from __future__ import annotations

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.registers.checks import read
from hvb_followup.registers.model import Known, Reading, UnitRow, units_from
from hvb_followup.registry import Placement, Provider
from hvb_followup.store import homes


async def import_register(context: Context, kind: str, data: bytes, *, dry_run: bool) -> Reading:
    """The file as read: accepted, rejected and blank rows. Unless it is a dry run, the accepted are stored.

    Raises Refused when the file as a whole cannot be taken (a personnummer, unreadable, no heading).
    """
    context.require(Permission.REGISTER_IMPORT)
    reading = read(kind, data, await _known())
    if not dry_run and reading.accepted:
        await _store(context, kind, reading)
    return reading


async def _known() -> Known:
    return Known(
        providers=frozenset(await homes.providers()),
        units=frozenset(unit.id for unit in await homes.units()),
        municipalities=await homes.municipality_codes(),
    )


async def _store(context: Context, kind: str, reading: Reading) -> None:
    rows = reading.accepted
    terms = [row for row in rows if isinstance(row, UnitRow)]
    existing = await homes.units() if terms else ()
    async with context.database.transaction():
        await homes.put_providers(context.database, [row for row in rows if isinstance(row, Provider)])
        await homes.put_units(context.database, units_from(terms, existing))
        await homes.put_placements(context.database, [row for row in rows if isinstance(row, Placement)])
        await context.note(Permission.REGISTER_IMPORT, f"{kind} {len(rows)}")
