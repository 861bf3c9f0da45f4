"""A home's own register: its rows as they stand, and one row at a time by hand. Every look leaves an audit row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.importing import Imported, import_register, store_batch
from hvb_followup.actions.report.known import scope_of, stored_rows
from hvb_followup.errors import not_found
from hvb_followup.registers.model import Sheet
from hvb_followup.registry import Unit
from hvb_followup.store import homes, registers
from hvb_followup.store.registers import Batch, Entry

Body = dict[str, Any]
# The registers that a home keeps itself; who owns and runs homes is entered by the operator.
OWN_KINDS = ("placement", "staff", "hours", "events", "capacity", "inspections", "complaints")


class OwnRegister(msgspec.Struct, frozen=True, kw_only=True):
    """One register of one home: its sheet, and its rows by their keys."""

    unit: Unit
    sheet: Sheet
    rows: Mapping[str, Body]


async def own_register(context: Context, unit_id: str, kind: str) -> OwnRegister:
    """The rows of one's own home; the look is noted."""
    unit = await context.unit(unit_id, Permission.REGISTER_READ)
    sheet = own_sheet(context, kind)
    await context.note(Permission.REGISTER_READ, f"{kind} {unit.id}")
    current = await registers.current(context.database, kind, unit.id)
    rows = {key: msgspec.json.decode(body) for (_, key), body in sorted(current.items())}
    return OwnRegister(unit=unit, sheet=sheet, rows=rows)


async def reporting_unit(context: Context, unit_id: str) -> Unit:
    """The home, for who both reads and writes its register: an operator imports, but has no home of her own."""
    unit = await context.unit(unit_id, Permission.REGISTER_READ)
    return await context.unit(unit.id, Permission.REGISTER_IMPORT)


def own_sheet(context: Context, kind: str) -> Sheet:
    """The sheet of a register that a home keeps; NotFound for any other."""
    if kind not in OWN_KINDS:
        raise not_found(kind)
    return context.catalogue.sheet(kind)


async def put_row(
    context: Context, unit_id: str, kind: str, typed: Mapping[str, str], reasons: Mapping[str, str]
) -> Imported:
    """One row as it was typed in a form, by column id: read, checked and stored just as a sheet with that row.

    ``reasons`` say by code why what looks odd is right. Nothing is stored while anything is wrong.
    """
    sheet = own_sheet(context, kind)
    unit = await reporting_unit(context, unit_id)
    own = {name: said for name, said in typed.items() if name != "unit"}
    return await import_typed(context, sheet, own, reasons, unit=unit.id)


async def import_typed(
    context: Context, sheet: Sheet, typed: Mapping[str, str], reasons: Mapping[str, str], *, unit: str = ""
) -> Imported:
    """One row as it was typed, read and stored just as a sheet with that row; who may is asked of by the caller too."""
    columns = [column for column in sheet.columns if column.id in typed]
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([column.heading for column in columns])
    writer.writerow([" ".join(typed[column.id].split()) for column in columns])
    confirmed = {(2, code): reason for code, reason in reasons.items() if reason.strip()}
    data = target.getvalue().encode()
    return await import_register(context, sheet.kind, data, unit=unit, dry_run=False, confirmed=confirmed)


async def remove_row(context: Context, unit_id: str, kind: str, key: str) -> int:
    """Take one row away, as a batch of its own that can be undone within 24 hours; the batch's id.

    NotFound for a row that is not there; Conflict for a placement that may have been given codes.
    """
    own_sheet(context, kind)
    unit = await reporting_unit(context, unit_id)
    scope = await scope_of(context, kind, unit.id)
    if (unit.id, key) not in await stored_rows(context, kind, unit.id, scope):
        raise not_found(key)
    return await store_batch(context, kind, scope, unit.id, [Entry(unit.id, key, None)])


async def own_municipalities(context: Context) -> dict[str, str]:
    """The names of the municipalities by code: open to all."""
    return await homes.municipality_names()


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    """What was imported or entered of late, the newest first, and which of it the person herself can still undo."""

    batches: tuple[Batch, ...]
    undoable: frozenset[int]


MOST_RECENT = 10


async def recent_batches(context: Context, unit: Unit) -> Recent:
    """What has been imported or entered for the home."""
    return await recent_of(
        context, [one for kind in OWN_KINDS for one in await registers.batches(kind, unit.id)]
    )


async def recent_of(context: Context, batches: Iterable[Batch]) -> Recent:
    """The newest of the batches that have counted, and which of them can be undone."""
    said = sorted((one for one in batches if one.state != "inactive"), key=lambda one: one.id, reverse=True)
    shown = tuple(said[:MOST_RECENT])
    own = [one.id for one in shown if one.made_by == context.person.name]
    return Recent(batches=shown, undoable=await registers.undoable(context.database, own, context.now))
