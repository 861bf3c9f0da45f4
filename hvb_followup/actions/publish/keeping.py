"""What the registers said at the end of a half-year, kept sealed before anything is measured of it.

Runs with the counter's keys. A register may be corrected for ever; what has been kept of it is told as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hvb_followup import periods
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.publish import registers_frozen, registers_kept, reported, staff_kept
from hvb_followup.actions.publish.frozen import Frozen, as_of
from hvb_followup.actions.publish.staff_measured import StaffRegisters
from hvb_followup.actions.publish.uncollected import uncollected
from hvb_followup.catalogue import Catalogue
from hvb_followup.indicators.model import Indicator
from hvb_followup.keys.counter import CounterKeys
from hvb_followup.registry import Unit
from hvb_followup.store import homes, releases


@uncollected
async def keep_registers(
    context: Context, keys: CounterKeys, half_year: str, staff: StaffRegisters | None = None
) -> tuple[Frozen, StaffRegisters]:
    """Keep what is known of young people and of staff at the end of a half-year; all that is kept.

    ``staff`` is what is known of them; None: what homes have reported. What was kept of a later half-year stands.
    """
    context.require(Permission.RELEASE_MEASURE)
    units = await homes.units()
    before = await registers_kept.frozen(context.database, keys.storage)
    frozen = await _frozen(context, keys, half_year, units, before)
    sealed = await staff_kept.sealed_parts(context.database)
    fresh = await _staff_now(context, keys, half_year, units, sealed, staff)
    async with context.database.transaction():
        await releases.put_data(context.database, fresh)
        if frozen is not before:
            await registers_kept.keep(context.database, before, as_of(frozen, half_year), keys.storage)
    return frozen, staff_kept.kept({**sealed, **fresh}, keys.storage, until=half_year)


async def kept_registers(
    context: Context, keys: CounterKeys, half_year: str
) -> tuple[Frozen, StaffRegisters] | None:
    """All that is kept up to a half-year, with nothing looked at anew; None when it has not been kept."""
    context.require(Permission.RELEASE_MEASURE)
    frozen = await registers_kept.frozen(context.database, keys.storage)
    sealed = await staff_kept.sealed_parts(context.database)
    is_frozen = frozen.until and periods.quarters_between(frozen.until, half_year) <= 0
    if not is_frozen or not staff_kept.is_kept(half_year, sealed):
        return None
    return frozen, staff_kept.kept(sealed, keys.storage, until=half_year)


async def _frozen(
    context: Context, keys: CounterKeys, half_year: str, units: Sequence[Unit], before: Frozen
) -> Frozen:
    """What was frozen of young people's registers, and what closes or becomes known by the half-year's end."""
    if before.until and periods.quarters_between(before.until, half_year) < 0:
        return before
    return registers_frozen.freeze_registers(
        await reported.young_people(context.database, context.catalogue, periods.last_day(half_year)),
        until=half_year,
        units=units,
        indicators=indicators_of_blocks(context.catalogue),
        link_key=keys.link,
        before=before,
    )


async def _staff_now(
    context: Context,
    keys: CounterKeys,
    half_year: str,
    units: Sequence[Unit],
    stored: Mapping[str, str],
    given: StaffRegisters | None,
) -> dict[str, str]:
    """What is known of staff at a half-year that has not been kept before, sealed."""
    if staff_kept.is_kept(half_year, stored):
        return {}
    known = (
        given
        if given is not None
        else await reported.staff(context.database, context.catalogue, units, half_year)
    )
    return staff_kept.sealed(half_year, known, keys.storage)


def indicators_of_blocks(catalogue: Catalogue) -> tuple[Indicator, ...]:
    """The indicators that are counted in blocks of registers."""
    return tuple(one for one in catalogue.indicators if one.is_of_blocks)
