"""A home's own staff, in full: read by the home's manager and by nobody outside it (DESIGN §4.6).

Everybody else reads classes, from releases.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import polars as pl

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.publish.staff_measured import StaffRegisters
from hvb_followup.indicators import staff


class OwnStaff(msgspec.Struct, frozen=True, kw_only=True):
    """The home's findings, row by row, and for each indicator by heads how many meet it, of how many, by half-year."""

    findings: pl.DataFrame
    counts: Mapping[str, Mapping[str, tuple[int, int]]]


async def own_staff(context: Context, unit_id: str, registers: StaffRegisters) -> OwnStaff:
    """Everything that is known of the home's own staff; reading it leaves a row in the audit trail (DESIGN §4.13)."""
    unit = await context.unit(unit_id, Permission.STAFF_READ)
    findings = registers.findings.filter(pl.col("unit") == unit.id)
    counts = {
        one.id: _counts(staff.marks(one, findings))
        for one in context.catalogue.indicators
        if one.kind == "heads"
    }
    async with context.database.transaction():
        await context.note(Permission.STAFF_READ, unit.id)
    return OwnStaff(findings=findings, counts=counts)


def _counts(marked: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """Half-year → (who meet it, of whom)."""
    summed = marked.group_by("half_year", maintain_order=True).agg(pl.col("num").sum(), pl.col("den").sum())
    return {half_year: (num, den) for half_year, num, den in summed.iter_rows()}
