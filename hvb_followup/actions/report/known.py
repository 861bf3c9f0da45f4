"""What is stored already, as far as the person may reach: what a sheet's rows may point to and are checked against."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup.access import POLICY, Home, Permission, Person, Reach, Role, may
from hvb_followup.actions.context import Context
from hvb_followup.errors import not_found
from hvb_followup.registers.difference import Key, Side
from hvb_followup.registers.model import Known, Stored
from hvb_followup.registry import Unit
from hvb_followup.store import homes, registers

Body = dict[str, Any]
# Who owns and runs homes is entered by whoever runs the service.
NATIONAL = ("provider", "unit")
MOST_ASKED = 5000  # serials that are asked for one by one


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """How far an import reaches: by which right, over which homes, for which side of a placement."""

    permission: Permission
    units: Mapping[str, Unit]
    side: Side = ""
    municipality: str = ""

    def holds(self, body: Body) -> bool:
        """True for a stored row that the person could have handed in."""
        return body["unit"] in self.units and self.municipality in ("", body.get("municipality"))


async def scope_of(context: Context, kind: str, unit: str) -> Scope:
    """The scope of an import of a kind, of one home or of all the person may reach; NotFound when there is none."""
    person = context.person
    if kind == "placement" and Permission.PLACEMENT_IMPORT in POLICY[person.role]:
        return await _municipal(context, unit)
    permission = Permission.REGISTER_IMPORT
    if kind in NATIONAL:
        context.require(permission)
    every = await _candidates(person, permission, unit)
    reached = {one.id: one for one in every if may(person, permission, _home(one, context.today))}
    asked = {unit: reached[unit]} if unit in reached else {} if unit else reached
    if not asked and not may(person, permission):
        raise not_found(unit)
    if unit and not asked:
        raise not_found(unit)
    return Scope(permission=permission, units=asked, side="" if person.role is Role.OPERATOR else "home")


async def _candidates(person: Person, permission: Permission, unit: str) -> Sequence[Unit]:
    """Homes that the person may reach; the policy decides, and these are all that it can say yes to."""
    if unit:
        one = await homes.unit(unit)
        return (one,) if one else ()
    if POLICY[person.role].get(permission) is Reach.OWN_PROVIDER:
        return await homes.units_of(person.scope)
    return await homes.units()


async def _municipal(context: Context, unit: str) -> Scope:
    """A municipality may place in any home, and speaks of its own placements only."""
    person = context.person
    own = Home(unit=unit, provider="", municipalities=frozenset({person.scope}))
    units = {one.id: one for one in await homes.units() if unit in ("", one.id)}
    if not may(person, Permission.PLACEMENT_IMPORT, own) or (unit and not units):
        raise not_found(unit)
    return Scope(
        permission=Permission.PLACEMENT_IMPORT, units=units, side="municipality", municipality=person.scope
    )


def _home(unit: Unit, today: dt.date) -> Home:
    term = unit.term_on(today)
    return Home(unit=unit.id, provider=term.provider if term else "")


def own_unit(context: Context) -> str:
    """The home that the person's rows are about when neither file nor errand says; "" for those with several."""
    reach = POLICY[context.person.role].get(Permission.REGISTER_IMPORT)
    return context.person.scope if reach is Reach.OWN_UNIT else ""


async def stored_rows(context: Context, kind: str, unit: str, scope: Scope | None = None) -> dict[Key, Body]:
    """The current rows of a register, by home and key: of one home, or of those that a scope's rows can lie in.

    Of a municipality only its own: it speaks of no others, and meets none of them.
    """
    if scope and scope.municipality:
        placed = await homes.placed_by(scope.municipality)
        own = {(home, placement) for placement, home in placed.items() if unit in ("", home)}
        of_own = await registers.current_of(context.database, kind, own)
        return {key: msgspec.json.decode(body) for key, body in of_own.items()}
    found = await registers.current(context.database, kind, unit or (_within(scope) if scope else None))
    return {key: msgspec.json.decode(body) for key, body in found.items()}


def _within(scope: Scope) -> Collection[str] | None:
    """The homes of the rows that an import can meet; None: of all there are."""
    return scope.units.keys() if scope.side else None


async def known_to(
    context: Context,
    kind: str,
    scope: Scope,
    unit: str,
    *,
    confirmed: frozenset[tuple[str, str, str]],
    rules: frozenset[str],
    serials: Collection[str] = (),
    staying: Iterable[Body] = (),
) -> Known:
    """What rows of the kind are checked against; ``serials`` are those they say. Homes out of reach are not known.

    ``staying`` are the kind's own stored rows, where what the rows do not tell anew stays beside them.
    """
    codes = await homes.municipality_codes()
    types = context.catalogue.codelists.get("unit_types")
    return Known(
        providers=frozenset(await homes.providers()) if kind == "unit" else frozenset(),
        units=frozenset(scope.units),
        municipalities=codes & {scope.municipality} if scope.municipality else codes,
        municipality=scope.municipality,
        today=context.today,
        terms={one.id: one.terms for one in scope.units.values()},
        ages={code.id: code.ages for code in types.code if code.ages} if types else {},
        staff=_spells(await _staff_beside(context, kind, unit, staying)),
        placements=await _placements(context, serials) if kind in ("placement", "events") else {},
        rules=rules,
        confirmed=confirmed,
    )


async def _staff_beside(context: Context, kind: str, unit: str, staying: Iterable[Body]) -> Iterable[Body]:
    """The staff rows that rows of the kind are checked against: hours against all, staff against what stays."""
    if kind == "hours":
        return await registers.rows(context.database, "staff", unit or None)
    return staying if kind == "staff" else ()


async def _placements(context: Context, serials: Collection[str]) -> dict[str, Stored]:
    """The placements among these; all of them, when they are many."""
    found = await homes.placements_known(context.database, serials if len(serials) <= MOST_ASKED else None)
    return {one: Stored(*known) for one, known in found.items()}


Spells = dict[str, tuple[tuple[dt.date, dt.date | None], ...]]


def _spells(rows: Iterable[Body]) -> dict[str, Spells]:
    """The days of each engagement, per home and key."""
    found: dict[str, Spells] = defaultdict(dict)
    for row in rows:
        last = row.get("engaged_to_on")
        spell = (dt.date.fromisoformat(row["engaged_from_on"]), dt.date.fromisoformat(last) if last else None)
        found[row["unit"]][row["staff"]] = (*found[row["unit"]].get(row["staff"], ()), spell)
    return dict(found)
