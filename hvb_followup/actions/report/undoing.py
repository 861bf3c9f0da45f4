"""Taking an import back within a day, and one side confirming the placements that the other has entered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from hvb_followup.access import may
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.importing import placement_of, refuse_with_codes
from hvb_followup.actions.report.known import Scope, scope_of, stored_rows
from hvb_followup.errors import Conflict, Problem, not_found
from hvb_followup.registers.difference import confirmed_by
from hvb_followup.store import homes, registers
from hvb_followup.store.registers import Batch, Entry


async def undo_import(context: Context, batch_id: int) -> None:
    """Let an import no longer count, within 24 hours and while it is the latest of its register and home.

    Done by whoever made it, or by the operator. Raises Conflict when it is too late, and when a placement that
    would be gone has been given a code.
    """
    batch = await registers.batch(batch_id)
    if batch is None:
        raise not_found(str(batch_id))
    scope = await _own(context, batch)
    keys = await registers.keys_of(context.database, batch_id) if batch.kind == "placement" else []
    async with context.database.transaction():
        if not await registers.undo(context.database, batch_id, context.now):
            raise Conflict(_too_late())
        await _restore_placements(context, batch.unit, keys)
        await context.note(scope.permission, f"{batch.kind} {batch.unit or 'flera'} {batch_id}: ångrad")


async def _own(context: Context, batch: Batch) -> Scope:
    scope = await scope_of(context, batch.kind, batch.unit)
    if batch.made_by != context.person.name and not may(context.person, scope.permission):
        raise not_found(str(batch.id))
    return scope


async def _restore_placements(context: Context, unit: str, keys: Sequence[tuple[str, str]]) -> None:
    """Let the placements that codes lean on say again what the register says."""
    if not keys:
        return
    current = await registers.current(context.database, "placement", unit or None)
    before = [msgspec.json.decode(current[key]) for key in keys if key in current]
    gone = [key for unit, key in keys if (unit, key) not in current]
    await refuse_with_codes(gone)
    await homes.remove_placements(context.database, gone)
    await homes.put_placements(context.database, map(placement_of, before))


async def confirm_placements(context: Context, unit: str, ids: Iterable[str]) -> int:
    """Confirm placements of a home as entered; how many were not confirmed by this side before.

    Ids that are not there, or not the municipality's own, are passed over. NotFound for who is on neither side.
    """
    scope = await scope_of(context, "placement", unit)
    if not scope.side:
        raise not_found(unit)
    stored = await stored_rows(context, "placement", unit)
    today = context.today.isoformat()
    mine = {key: body for key, body in stored.items() if scope.holds(body) and key[1] in set(ids)}
    entries = [
        Entry(*key, marked)
        for key, body in mine.items()
        if (marked := confirmed_by(body, scope.side, today)) != body
    ]
    if entries:
        writing = (context.database, "placement", unit, context.now, context.person.name, entries)
        async with registers.new_batch(*writing):
            await context.note(scope.permission, f"placement {unit}: {len(entries)} bekräftade")
    return len(entries)


def _too_late() -> Problem:
    return Problem(
        code="too-late-to-undo",
        where="",
        says="Importen går inte att ångra: det har gått mer än 24 timmar, eller så finns en senare.",
        mend="Läs in en rättad fil i stället.",
    )
