"""A home's own staff as its manager may see them: in full, and every look leaves an audit row (DESIGN §4.6, §4.13)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.verdicts import history_of, records_of
from hvb_followup.errors import not_found
from hvb_followup.qualifications.check import Finding
from hvb_followup.qualifications.hours import HoursRow
from hvb_followup.qualifications.managers import ManagerDays, manager_days
from hvb_followup.qualifications.staff import StaffRecord, UnitHistory
from hvb_followup.qualifications.versions import Rulebook, verdicts
from hvb_followup.registry import Unit, swedish_sort_key
from hvb_followup.store import homes, registers


class Staffing(msgspec.Struct, frozen=True, kw_only=True):
    """A home's staff and hours on a day. ``records`` are of everyone who is or has been engaged."""

    unit: Unit
    history: UnitHistory
    on: dt.date
    records: tuple[StaffRecord, ...]
    hours: tuple[HoursRow, ...]

    @property
    def engaged(self) -> tuple[StaffRecord, ...]:
        """The engagements of those who work in the home that day, in order of key and first day."""
        here = [record for record in self.records if record.is_engaged_on(self.on)]
        return tuple(sorted(here, key=lambda record: (record.staff, record.engaged_from_on)))

    @property
    def n_engaged(self) -> int:
        """How many work in the home that day: a person counts once."""
        return len({record.staff for record in self.engaged})

    @property
    def twice(self) -> tuple[str, ...]:
        """The keys with two engagements that both cover the day: a fault of the register, to be mended."""
        times = Counter(record.staff for record in self.engaged)
        return tuple(staff for staff, count in times.items() if count > 1)

    def findings(self, rulebook: Rulebook) -> list[tuple[StaffRecord, tuple[Finding, ...]]]:
        """Every engagement of that day, with all that was found of the person in it."""
        return [(one, verdicts(one, rulebook, self.history, self.on)) for one in self.engaged]

    def manager_days(self, rulebook: Rulebook, first: dt.date, last: dt.date) -> ManagerDays:
        """The days without a manager who has shown the qualification, both ends included."""
        return manager_days(self.records, rulebook.rule_sets, self.history, first, last)


async def staffing(context: Context, unit_id: str, on: dt.date) -> Staffing:
    """The staff and hours of one's own home; the look is noted."""
    unit = await context.unit(unit_id, Permission.REGISTER_READ)
    await context.note(Permission.REGISTER_READ, f"staff {unit.id}")
    return await staff_of(context, unit, on)


async def own_staffings(context: Context, on: dt.date) -> list[Staffing]:
    """The staff and hours of every home one reports for, in Swedish order; each look is noted.

    A provider sees its own staff in full, as each of its homes does (DESIGN §4.6); whoever reports for no home
    is told that there is no such page.
    """
    mine = [unit for unit in await homes.units() if await context.can(unit, Permission.REGISTER_READ)]
    if not mine:
        raise not_found()
    for unit in mine:
        await context.note(Permission.REGISTER_READ, f"staff {unit.id}")
    in_order = sorted(mine, key=lambda unit: (swedish_sort_key(unit.name), unit.id))
    return [await staff_of(context, unit, on) for unit in in_order]


async def staff_of(context: Context, unit: Unit, on: dt.date) -> Staffing:
    """The same for an errand that has asked and noted already."""
    rows = await registers.rows(context.database, "staff", unit.id)
    hours = await registers.rows(context.database, "hours", unit.id)
    offered = await registers.rows(context.database, "capacity", unit.id)
    return Staffing(
        unit=unit,
        history=history_of(unit, offered),
        on=on,
        records=tuple(records_of(rows, {unit.id: unit}, on)),
        hours=_hours(hours),
    )


def _hours(rows: Sequence[dict[str, object]]) -> tuple[HoursRow, ...]:
    columns = HoursRow.__struct_fields__
    return tuple(
        msgspec.convert({name: row[name] for name in columns if name in row}, HoursRow) for row in rows
    )
