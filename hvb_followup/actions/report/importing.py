"""Importing a register: dry run or for good, every row accounted for, nothing changed by repeating (DESIGN §8)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.known import NATIONAL, Scope, known_to, own_unit, scope_of, stored_rows
from hvb_followup.errors import Conflict, Problem, Refused
from hvb_followup.registers import (
    KINDS,
    Reading,
    Sheet,
    Told,
    UnitRow,
    holds_personal_number,
    read,
    read_told,
    units_from,
)
from hvb_followup.registers.difference import Difference, Key, bodies, confirmed_rows, difference, units_of
from hvb_followup.registers.model import Remark
from hvb_followup.registers.problems import in_file
from hvb_followup.registers.text import Line
from hvb_followup.registers.told import serials_in
from hvb_followup.registers.values import is_serial
from hvb_followup.registry import Placement, Provider
from hvb_followup.sheets.reading import read_sheet, recognised_by
from hvb_followup.store import homes, registers
from hvb_followup.store.registers import Entry

Body = dict[str, Any]
# (row number, code of the question) → why it is right although it looks odd.
Reasons = Mapping[tuple[int, str], str]
LONGEST_REASON = 200


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What a file gave, how it differs from what was stored, and the batch; None where nothing was stored."""

    reading: Reading
    difference: Difference
    batch: int | None = None


async def import_register(
    context: Context,
    kind: str,
    data: bytes | Told,
    *,
    unit: str = "",
    dry_run: bool,
    confirmed: Reasons | None = None,
    remove_missing: bool = False,
    rules: frozenset[str] = frozenset(),
) -> Imported:
    """Read a file, or rows told as values, and unless it is a dry run store the accepted that are new or changed.

    ``confirmed`` gives the reason for each row that looks odd and is right. ``remove_missing`` takes away what is
    stored and not in the file. ``rules`` are the ids that special reasons may name; none: any.
    Raises Refused when the file as a whole cannot be taken (a personnummer, unreadable, no heading).
    """
    if kind not in KINDS:
        raise Refused(in_file("sheet-kind"))
    unit = unit or ("" if kind in NATIONAL else own_unit(context))
    scope = await scope_of(context, kind, unit)
    reasons = _sound(confirmed or {})
    sheet = context.catalogue.sheet(kind)
    stored = {} if kind in NATIONAL else await stored_rows(context, kind, unit, scope)
    told = data if isinstance(data, Told) else None
    # A child process reads the file; meanwhile this one serves others.
    lines = await asyncio.to_thread(lines_of_file, sheet, data) if isinstance(data, bytes) else ()
    serials = serials_in(sheet, told.rows) if told else _serials(lines)
    before = confirmed_rows(stored)
    known = await known_to(
        context,
        kind,
        scope,
        unit,
        confirmed=before,
        rules=rules,
        serials=serials,
        staying=() if remove_missing else stored.values(),
    )
    if told:
        reading = read_told(sheet, told.rows, known, unit=unit, confirmed=reasons.keys())
    else:
        reading = read(sheet, lines, known, unit=unit, confirmed=reasons.keys())
    if kind in NATIONAL:
        return await _national(context, kind, reading, dry_run=dry_run)
    found = bodies(sheet, reading, stored, reasons, scope.side, context.today.isoformat())
    asked = {key: body for key, body in stored.items() if scope.holds(body)}
    changes = difference(sheet, found, stored, asked)
    removed = _removed(changes, reading) if remove_missing else ()
    written = [*changes.new, *changes.changed, *changes.confirmed]
    entries = [Entry(*key, found[key]) for key in written] + [Entry(*key, None) for key in removed]
    if dry_run or not entries:
        return Imported(reading=reading, difference=changes)
    batch = await store_batch(context, kind, scope, unit, entries)
    return Imported(reading=reading, difference=changes, batch=batch)


def lines_of_file(sheet: Sheet, data: bytes) -> Sequence[Line]:
    """The heading row of a CSV or Excel file and all below it; Refused for what cannot be read."""
    return read_sheet(data, recognised_by(sheet))


def _serials(lines: Sequence[Line]) -> frozenset[str]:
    """What in a file's cells may be a serial."""
    return frozenset(cell for line in lines for cell in line.cells if is_serial(cell))


def _sound(reasons: Reasons) -> Reasons:
    """The reasons, each of which says something and holds no personnummer."""
    problems = []
    for (row, _), reason in reasons.items():
        if not reason.strip() or len(reason) > LONGEST_REASON or not reason.isprintable():
            says, mend = (
                "Skälet saknas eller är för långt.",
                f"Skriv varför, med högst {LONGEST_REASON} tecken.",
            )
            problems.append(Remark(code="reason", where=f"rad {row}", says=says, mend=mend, row=row))
        elif holds_personal_number(reason):
            problems.append(in_file("personal-number", row))
    if problems:
        raise Refused(*problems)
    return reasons


def _removed(changes: Difference, reading: Reading) -> Sequence[Key]:
    """What is to be taken away; only of a file whose every row was taken: else a fault would remove its row."""
    if changes.missing and (reading.rejected or reading.awaiting):
        says = "Rader kan inte tas bort medan filen har rader som inte är lästa."
        raise Refused(Problem(code="remove-unread", where="filen", says=says, mend="Rätta dem först."))
    return changes.missing


async def store_batch(context: Context, kind: str, scope: Scope, unit: str, entries: Sequence[Entry]) -> int:
    """Write a batch, and with its activation the placements that codes lean on, and the audit row."""
    touched = units_of([(entry.unit, entry.key) for entry in entries])
    of = unit or (next(iter(touched)) if len(touched) == 1 else "")
    gone = [entry.key for entry in entries if entry.body is None]
    if kind == "placement":
        await refuse_with_codes(gone)
    async with registers.new_batch(
        context.database, kind, of, context.now, context.person.name, entries
    ) as batch:
        if kind == "placement":
            await homes.remove_placements(context.database, gone)
            rows = [entry.body for entry in entries if entry.body is not None]
            await homes.put_placements(context.database, map(placement_of, rows))
        what = f"{kind} {of or 'flera'} {batch}: {len(entries) - len(gone)} + {len(gone)} -"
        await context.note(scope.permission, what)
    return batch


async def refuse_with_codes(ids: Sequence[str]) -> None:
    """Raises Conflict for placements that may have been given codes."""
    leaned_on = await homes.may_have_codes(ids)
    if leaned_on:
        says = f"{len(leaned_on)} placeringar kan ha fått koder och går inte att ta bort."
        raise Conflict(
            Problem(code="placement-has-code", where="", says=says, mend="Fyll i slutdatum i stället.")
        )


def placement_of(body: Mapping[str, Any]) -> Placement:
    """What codes and waves lean on, of a stored placement row."""
    return msgspec.convert({name: body.get(name) for name in Placement.__struct_fields__}, Placement)


async def _national(context: Context, kind: str, reading: Reading, *, dry_run: bool) -> Imported:
    """Providers and homes lie in tables of their own; what is there already as the file says it is left alone."""
    rows = reading.accepted
    existing = await homes.units()
    providers = await homes.providers()
    units = units_from((row for row in rows if isinstance(row, UnitRow)), existing)
    known: Mapping[str, Any] = providers if kind == "provider" else {one.id: one for one in existing}
    told: list[Any] = [row for row in rows if isinstance(row, Provider)] or [*units]
    changes = Difference(
        new=tuple(("", one.id) for one in told if one.id not in known),
        changed=tuple(("", one.id) for one in told if one.id in known and known[one.id] != one),
        unchanged=tuple(("", one.id) for one in told if known.get(one.id) == one),
        missing=tuple(("", one) for one in known if one not in {said.id for said in told}),
    )
    if not dry_run and (changes.new or changes.changed):
        async with context.database.transaction():
            await homes.put_providers(context.database, [one for one in told if isinstance(one, Provider)])
            await homes.put_units(context.database, units)
            count = len(changes.new) + len(changes.changed)
            await context.note(Permission.REGISTER_IMPORT, f"{kind} {count} +")
    return Imported(reading=reading, difference=changes)
