"""The homes where a municipality has a young person today: what is open about them is told to it in one list."""

from __future__ import annotations

from hvb_followup.access import POLICY, Permission
from hvb_followup.actions.context import Context
from hvb_followup.errors import not_found
from hvb_followup.registry import Unit, swedish_sort_key
from hvb_followup.store import homes


async def own_placing_homes(context: Context) -> list[Unit]:
    """The homes by name; NotFound for who speaks for no municipality. Who lives there is not told, nor how many."""
    municipality = context.person.scope
    if Permission.FEEDBACK_FOLLOW not in POLICY[context.person.role] or not municipality:
        raise not_found()
    placed = {
        one.unit
        for one in await homes.placements_of(municipality)
        if one.starts_on <= context.today and (one.ends_on is None or one.ends_on > context.today)
    }
    found = [unit for unit in await homes.units() if unit.id in placed]
    return sorted(found, key=lambda unit: (swedish_sort_key(unit.name), unit.id))
