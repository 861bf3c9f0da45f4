"""A municipality's own placements, over all homes: what is written of each, its word on them, and one by hand.

It meets its own only, and of them what whoever places decides or knows: what the home does for the young person (health,
school, plan) is the home's to say. Answers, staff and events lie in no register that this reads. Every look leaves an
audit row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hvb_followup.access import POLICY, Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.importing import Imported
from hvb_followup.actions.report.known import scope_of, stored_rows
from hvb_followup.actions.report.own_register import Recent, import_typed, recent_of
from hvb_followup.actions.report.undoing import confirm_placements
from hvb_followup.errors import not_found
from hvb_followup.registers.difference import BEFORE, MARKS
from hvb_followup.registers.model import Sheet
from hvb_followup.store import homes, registers

Body = dict[str, Any]
# What the placing municipality decides or knows of a placement, in the order of the sheet.
ITS_COLUMNS = frozenset(
    (
        *("id", "unit", "municipality", "birth_year", "starts_on", "planned_end_on", "ends_on", "ending"),
        *("legal_basis", "is_acute", "sex", "main_reason", "earlier_placements"),
        *("latest_review_on", "extension_on"),
    )
)


class OwnPlacements(msgspec.Struct, frozen=True, kw_only=True):
    """The municipality's placements by serial, with the columns that are its to fill in, and the homes' names."""

    municipality: str
    sheet: Sheet
    rows: Mapping[str, Body]
    homes: Mapping[str, str]


async def own_municipality(context: Context) -> str:
    """The name of the municipality whose placements the person hands in; NotFound for who speaks for none."""
    code = _own_code(context)
    return (await homes.municipality_names()).get(code, code)


async def own_placements(context: Context) -> OwnPlacements:
    """What the register says of the municipality's placements; the look is noted."""
    code = _own_code(context)
    name = await own_municipality(context)
    scope = await scope_of(context, "placement", "")
    async with context.database.transaction():
        await context.note(Permission.PLACEMENT_IMPORT, f"{code} sett")
    found = await stored_rows(context, "placement", "", scope)
    sheet = its_sheet(context)
    asked = {column.id for column in sheet.columns} | {*MARKS.values(), BEFORE}
    rows = {
        key: {name: said for name, said in body.items() if name in asked}
        for (_, key), body in sorted(found.items())
        if scope.holds(body)
    }
    names = {one.id: one.name for one in scope.units.values()}
    return OwnPlacements(municipality=name, sheet=sheet, rows=rows, homes=names)


def its_sheet(context: Context) -> Sheet:
    """The sheet of placements with the columns that are the municipality's to fill in."""
    sheet = context.catalogue.sheet("placement")
    own = tuple(column for column in sheet.columns if column.id in ITS_COLUMNS)
    return msgspec.structs.replace(sheet, columns=own)


async def confirm_own(context: Context, ids: Iterable[str]) -> int:
    """Confirm placements as they are written, home by home; how many were not confirmed before.

    Ids that are not there, or another municipality's, are passed over.
    """
    placed = await homes.placed_by(_own_code(context))
    by_home: dict[str, list[str]] = defaultdict(list)
    for one in set(ids) & placed.keys():
        by_home[placed[one]].append(one)
    return sum([await confirm_placements(context, unit, own) for unit, own in sorted(by_home.items())])


async def put_own(context: Context, typed: Mapping[str, str], reasons: Mapping[str, str]) -> Imported:
    """One placement as it was typed: a new one, or what is to be changed in one. What was left empty takes nothing away."""
    said = {name: value for name, value in typed.items() if name in ITS_COLUMNS}
    said["municipality"] = _own_code(context)
    return await import_typed(context, its_sheet(context), said, reasons)


async def own_recent(context: Context) -> Recent:
    """What the person has imported, entered or confirmed for the municipality."""
    _own_code(context)
    return await recent_of(context, await registers.batches_by("placement", context.person.name))


def _own_code(context: Context) -> str:
    """The municipality that the person speaks for; NotFound when she speaks for none or may not do this."""
    if Permission.PLACEMENT_IMPORT not in POLICY[context.person.role] or not context.person.scope:
        raise not_found()
    return context.person.scope
