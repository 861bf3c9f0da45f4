"""A home's own view of what has been released: read by the home, its provider and its purchasers."""

from __future__ import annotations

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.registry import Provider, Unit, swedish_sort_key
from hvb_followup.store import homes, releases
from hvb_followup.store.releases import Release


class OwnHome(msgspec.Struct, frozen=True, kw_only=True):
    """A home that the person has to do with: whether she reports for it, or only sees its results."""

    unit: Unit
    reports: bool


async def own_homes(context: Context) -> list[OwnHome]:
    """The homes whose register or results the person may see, in Swedish order."""
    found = []
    for unit in await homes.units():
        reports = await context.can(unit, Permission.REGISTER_READ)
        if reports or await context.can(unit, Permission.OWN_RESULTS_READ):
            found.append(OwnHome(unit=unit, reports=reports))
    return sorted(found, key=lambda one: (swedish_sort_key(one.unit.name), one.unit.id))


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
