"""Listing, opening, taking and closing help cases: a purpose first, and an audit row before anything is shown."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.ballot.letter import Letter
from hvb_followup.ballot.read_letter import open_letter
from hvb_followup.errors import Conflict, Problem, Refused, not_found
from hvb_followup.safeguarding.cases import BEFORE, Ending, State
from hvb_followup.store import help_cases, homes
from hvb_followup.store.help_cases import HelpCase

LONGEST_PURPOSE = 200


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """An errand's surroundings at the desk: ``readers`` are the accounts of conflict-free recipients."""

    context: Context
    key: X25519PrivateKey
    readers: Collection[str]

    def require(self) -> None:
        """Go on only as a reviewer who is one of the recipients; for others there is no desk."""
        self.context.require(Permission.HELP_READ)
        if self.context.person.name not in self.readers or self.context.person.scope:
            raise not_found()


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An opened case: its letter; and home and municipality where she has ticked that the reader may know."""

    case: HelpCase
    letter: Letter
    unit: str = ""
    municipality: str = ""


async def list_cases(desk: Desk) -> list[HelpCase]:
    """Every case that is not closed, without its letter, the one due first before the others."""
    desk.require()
    return await help_cases.open_cases(desk.context.database)


async def open_case(desk: Desk, case: bytes, purpose: str) -> Opened:
    """Open a letter for a purpose; the audit row is on disk before, and only one that opens is called read.

    Refused without a purpose, or when the letter was not sealed to this key and this case.
    """
    desk.require()
    why = " ".join(purpose.split())[:LONGEST_PURPOSE]
    if not why:
        raise Refused(_problem("Skriv varför du öppnar ärendet.", "Skriv inga namn."))
    database = desk.context.database
    async with database.transaction():
        found = await help_cases.letter(database, case)
        if found is None:
            raise not_found()
        await desk.context.note(Permission.HELP_READ, f"öppnade {case.hex()}: {why}")
    letter = open_letter(found[1], case, desk.key)
    if letter is None:
        raise Refused(_problem("Ärendet går inte att öppna med den här nyckeln.", "Säg till driften."))
    is_first = await help_cases.move(database, case, BEFORE[State.READ], State.READ)
    seen = msgspec.structs.replace(found[0], state=str(State.READ)) if is_first else found[0]
    among = [letter.placement] if letter.placement else []
    unit, municipality, *_ = (await homes.placements_known(database, among)).get(letter.placement, ("", ""))
    return Opened(case=seen, letter=letter, unit=unit, municipality=municipality)


async def take_case(desk: Desk, case: bytes) -> None:
    """Say that somebody has it; the one who asked is told so by her receipt words."""
    await _move(desk, case, State.TAKEN, "tog")


async def close_case(desk: Desk, case: bytes, ending: str) -> None:
    """Close a case that somebody has, and how it ended."""
    desk.require()
    if ending not in set(Ending):
        raise Refused(_problem("Välj hur det gick.", ""))
    await _move(desk, case, State.CLOSED, f"avslutade ({ending})")


async def _move(desk: Desk, case: bytes, to: State, did: str) -> None:
    desk.require()
    database = desk.context.database
    async with database.transaction():
        if not await help_cases.move(database, case, BEFORE[to], to):
            raise Conflict(_problem("Ärendet står inte så längre.", "Läs listan på nytt."))
        await desk.context.note(Permission.HELP_READ, f"{did} {case.hex()}")


def _problem(says: str, mend: str) -> Problem:
    return Problem(code="help-case", where="", says=says, mend=mend)
