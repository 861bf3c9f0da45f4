"""A home's own view of what has been released: read by the home, its provider and its purchasers."""

from __future__ import annotations

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.errors import NotFound
from hvb_followup.registry import Provider, Unit, swedish_sort_key
from hvb_followup.store import homes, releases
from hvb_followup.store.releases import Release


async def own_homes(context: Context) -> list[Unit]:
    """The homes whose results the person may see, in Swedish order."""
    found = []
    for unit in await homes.units():
        try:
            found.append(await context.unit(unit.id, Permission.OWN_RESULTS_READ))
        except NotFound:
            continue
    return sorted(found, key=lambda unit: (swedish_sort_key(unit.name), unit.id))


class OwnResults(msgspec.Struct, frozen=True, kw_only=True):
    """A home, its owner today, and its own view of the newest release; None before the first."""

    unit: Unit
    provider: Provider | None
    release: Release | None


async def own_results(context: Context, unit_id: str) -> OwnResults:
    """What the person may see of one of her own homes."""
    unit = await context.unit(unit_id, Permission.OWN_RESULTS_READ)
    term = unit.term_on(context.today)
    owner = (await homes.providers()).get(term.provider) if term else None
    newest = await releases.newest_id(context.database)
    row = await releases.release(f"{newest}:{unit.id}") if newest else None
    return OwnResults(unit=unit, provider=owner, release=row)
