"""Handing in what was invented, through the same errand as anybody's registers.

In bulk, as rows that need no reading: each provider its homes' placements, each municipality those it has placed,
the operator each other register. One at a time: each home's manager a file of each register, each municipality home
by home. A test finds the same rows either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

import msgspec

from hvb_followup.access import Person, Role
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.importing import import_register
from hvb_followup.demo.chance import dice_of
from hvb_followup.demo.invent import SEED, Nation
from hvb_followup.demo.paper import sheet_file
from hvb_followup.registers import Told
from hvb_followup.registers.placement_row import PlacementRow

# Hours lean on staff, and events on placements.
OWN_KINDS = ("staff", "hours", "events", "capacity", "inspections", "complaints")
# What is handed in by itself, and who does that: here and now, or elsewhere meanwhile.
Piece = Callable[[Context, Nation], Awaitable[None]]
HandIn = Callable[[Piece, Nation], Awaitable[None]]
SHARE_CONFIRMED = 0.93  # of placements, by the municipality too


async def hand_in(context: Context, made: Nation, others: HandIn | None = None) -> None:
    """Everything, in few and large pieces. What no question waits for is most of it: ``others`` may take it."""

    async def here(piece: Piece, made: Nation) -> None:
        await piece(context, made)

    take = others or here
    await hand_in_homes(context, made)
    await take(hand_in_staff, made)
    for provider, units in sorted(_by_provider(made).items()):
        admin = _as(context, Person(name=f"utförare {provider}", role=Role.PROVIDER_ADMIN, scope=provider))
        await _import(admin, "placement", made.of("placement", units))
    await take(hand_in_confirmations, made)
    for kind in OWN_KINDS[2:]:
        await hand_in_register(context, kind, made)


async def hand_in_staff(context: Context, made: Nation) -> None:
    """Staff, and then their hours."""
    for kind in OWN_KINDS[:2]:
        await hand_in_register(context, kind, made)


async def hand_in_confirmations(context: Context, made: Nation) -> None:
    """What municipalities say of their placements, which the homes have handed in."""
    for municipality, placed in sorted(_by_municipality(made.of("placement")).items()):
        await _import(_municipal(context, municipality), "placement", placed)


async def hand_in_register(context: Context, kind: str, made: Nation) -> None:
    """One register of all homes, by the operator."""
    await _import(context, kind, made.of(kind))


async def hand_in_one_by_one(context: Context, made: Nation) -> None:
    """Everything, home by home, by each home's manager and each municipality."""
    await hand_in_homes(context, made)
    for unit in made.units:
        manager = _as(context, Person(name=f"förest. {unit.id}", role=Role.UNIT_MANAGER, scope=unit.id))
        for kind in ("placement", *OWN_KINDS):
            await _import(manager, kind, made.of(kind, [unit.id]), unit.id, as_file=True)
        for municipality, placed in _by_municipality(made.of("placement", [unit.id])).items():
            await _import(_municipal(context, municipality), "placement", placed, unit.id)


async def hand_in_homes(context: Context, made: Nation) -> None:
    """Who owns and runs which home is entered by the operator."""
    await _import(context, "provider", made.providers)
    await _import(context, "unit", made.unit_rows())


async def _import(
    context: Context, kind: str, rows: Iterable[Any], unit: str = "", *, as_file: bool = False
) -> None:
    """Hand in rows; what is invented must be without fault, doubt or loss."""
    told = list(rows)
    if not told:
        return
    data = sheet_file(context.catalogue.sheet(kind), told) if as_file else Told(told)
    reading = (await import_register(context, kind, data, unit=unit, dry_run=False)).reading
    if len(reading.accepted) != len(told):
        wrong = [str(one) for one in (*reading.problems, *reading.questions)][:5]
        raise RuntimeError(
            f"{kind}: {len(told) - len(reading.accepted)} invented rows were not taken: {wrong}"
        )


def _by_provider(made: Nation) -> dict[str, list[str]]:
    """The homes of each provider, as it is today."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for unit in made.units:
        found[unit.terms[-1].provider].append(unit.id)
    return found


def _by_municipality(placed: Iterable[PlacementRow]) -> dict[str, Sequence[PlacementRow]]:
    """The placements that each municipality says are as the home has said."""
    found: defaultdict[str, list[PlacementRow]] = defaultdict(list)
    for one in placed:
        if dice_of(SEED, "confirmed", one.id).random() < SHARE_CONFIRMED:
            found[one.municipality].append(one)
    return dict(found)


def _municipal(context: Context, municipality: str) -> Context:
    return _as(context, Person(name=f"kommun {municipality}", role=Role.CASE_WORKER, scope=municipality))


def _as(context: Context, person: Person) -> Context:
    return msgspec.structs.replace(context, person=person)
