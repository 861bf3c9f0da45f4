"""A home's quarter: what its rows say of it, whether that is signed, and signing it (class C: who and when)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from hvb_followup import periods
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.errors import Conflict, Problem, not_found
from hvb_followup.registers import quarters
from hvb_followup.store import periods as signed
from hvb_followup.store import registers
from hvb_followup.store.periods import Signature

Rows = Mapping[str, list[dict[str, Any]]]
State = Literal["going_on", "empty", "open", "changed", "signed"]
BACK = 8  # so many ended quarters can be signed
DUE_AFTER = dt.timedelta(days=15)  # registers are due on day 15 after the quarter (R8 §7.4)


class Quarter(msgspec.Struct, frozen=True, kw_only=True):
    """One quarter of a home: its rows by register, their hash, and the signature that holds or the newest that did.

    ``changed``: it was signed, and its rows say something else now. ``is_late``: its last day has passed, and
    no signature holds.
    """

    quarter: str
    rows: Rows
    hash: str
    state: State
    signature: Signature | None = None
    is_late: bool = False

    @property
    def due_on(self) -> dt.date:
        """The last day to sign it."""
        return periods.last_day(self.quarter) + DUE_AFTER


async def quarters_of(context: Context, unit: str) -> tuple[Quarter, ...]:
    """The quarter that goes on, and before it those that can be signed, the newest first. Leaves no audit row:
    the errand that shows rows does."""
    rows = {kind: await registers.rows(context.database, kind, unit) for kind in quarters.SPANS}
    found = await signed.signatures(unit)
    shown = tuple(_quarter(one, rows, found, context.today) for one in _asked(context.today))
    return tuple(
        msgspec.structs.replace(one, is_late=_is_late(one, shown[place + 1 :], place, context.today))
        for place, one in enumerate(shown)
    )


def _is_late(one: Quarter, earlier: Sequence[Quarter], place: int, today: dt.date) -> bool:
    """Past its last day, and asked for: it ended last, or the home had signed it or a quarter before it.

    Staff engaged for years lie in many quarters that nobody was asked to sign.
    """
    if one.state in ("going_on", "signed") or today <= one.due_on:
        return False
    return place == 1 or any(other.signature for other in (one, *earlier))


async def quarter_of(context: Context, unit: str, quarter: str) -> Quarter:
    """One quarter of one's own home, to be looked at before it is signed; NotFound for one that cannot be."""
    home = await context.unit(unit, Permission.REGISTER_READ)
    if quarter not in _asked(context.today):
        raise not_found(quarter)
    await context.note(Permission.REGISTER_READ, f"kvartal {quarter} {home.id}")
    return next(one for one in await quarters_of(context, home.id) if one.quarter == quarter)


async def sign_quarter(context: Context, unit: str, quarter: str, shown: str) -> None:
    """Sign the quarter as it was shown; ``shown`` is the hash of what the person had before her.

    Conflict when the quarter goes on or is empty, and when its rows were changed after she looked.
    """
    home = await context.unit(unit, Permission.QUARTER_SIGN)
    found = await quarter_of(context, unit, quarter)
    if found.state in ("going_on", "empty"):
        raise Conflict(_problem("quarter-not-ready", quarter, "Kvartalet har inte slutat, eller är tomt."))
    if found.hash != shown:
        raise Conflict(_problem("quarter-changed", quarter, "Uppgifterna ändrades medan du läste dem."))
    signature = Signature(
        unit=home.id, quarter=quarter, hash=found.hash, signed_by=context.person.name, signed_at=context.now
    )
    async with context.database.transaction():
        if await signed.sign(context.database, signature):
            await context.note(Permission.QUARTER_SIGN, f"{home.id} {quarter} {found.hash[:16]}")


async def take_back_signature(context: Context, unit: str, quarter: str) -> None:
    """Let a signature of the last 24 hours no longer stand; Conflict when there is none so new."""
    home = await context.unit(unit, Permission.QUARTER_SIGN)
    async with context.database.transaction():
        if not await signed.take_back(context.database, home.id, quarter, context.now):
            says = "Signaturen är äldre än ett dygn, eller finns inte."
            raise Conflict(_problem("signature-stands", quarter, says))
        await context.note(Permission.QUARTER_SIGN, f"{home.id} {quarter} tillbakatagen")


def _asked(today: dt.date) -> tuple[str, ...]:
    now = periods.first_quarter(periods.quarter_of(today))
    return tuple(periods.quarter_from_number(now - back) for back in range(BACK + 1))


def _quarter(quarter: str, rows: Rows, found: tuple[Signature, ...], today: dt.date) -> Quarter:
    own = {kind: quarters.of_quarter(kind, rows[kind], quarter) for kind in rows}
    digest = quarters.fingerprint(own)
    mine = [one for one in found if one.quarter == quarter]
    holding = next((one for one in mine if one.hash == digest), None)
    state: State = "signed" if holding else "changed" if mine else "open"
    if today <= periods.last_day(quarter):
        state = "going_on"
    elif not mine and not any(own.values()):
        state = "empty"
    return Quarter(
        quarter=quarter, rows=own, hash=digest, state=state, signature=holding or next(iter(mine), None)
    )


def _problem(code: str, quarter: str, says: str) -> Problem:
    return Problem(code=code, where=quarter, says=says, mend="Läs igenom kvartalet igen och försök på nytt.")
