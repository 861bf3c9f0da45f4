"""What is frozen of the registers of young people: blocks, who stands in them, and exact counts (DESIGN §4.4).

A register may be corrected for ever; a closed block may not. So what lay in a block when it closed, and each
exact count when it became known, is kept and taken as it was. Links and exact counts never leave the counter.
"""

from __future__ import annotations

import msgspec

from hvb_followup import periods
from hvb_followup.disclosure.model import Atom, Wave


# Structs that hold text and numbers alone make no circles: the collector need not look through them.
class Count(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An indicator's exact count over one block, and the quarter in which it became known."""

    indicator: str
    atom: str
    persons: int
    n: int
    x: int
    known: str


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Everything frozen of the registers up to ``until``: links and exact counts, never to leave the counter.

    ``strays`` are persons in a block whom an indicator does not count, as (indicator, link, quarter): none,
    when all is well.
    """

    until: str = ""
    waves: tuple[Wave, ...] = ()
    atoms: tuple[Atom, ...] = ()
    counts: tuple[Count, ...] = ()
    strays: tuple[tuple[str, str, str], ...] = ()


NOT_YET = Frozen()


def as_of(frozen: Frozen, until: str) -> Frozen:
    """What had been closed, and was known, by the end of a period."""
    atoms = tuple(atom for atom in frozen.atoms if periods.quarters_between(atom.closed, until) >= 0)
    members = {(atom.family, *member) for atom in atoms for member in atom.members}
    return Frozen(
        until=until,
        waves=tuple(one for one in frozen.waves if (one.family, one.unit, one.half_year) in members),
        atoms=atoms,
        counts=tuple(one for one in frozen.counts if periods.quarters_between(one.known, until) >= 0),
        strays=frozen.strays,
    )


def not_in_the_past(quarter: str, before: str, until: str) -> str:
    """The quarter, or this one where releases may have been made of that one already."""
    return until if before and quarter <= before else quarter
