"""The sheet of staff: one engagement a row, with what shows the person's qualification and when it was looked at.

Rows are about a member of staff (class B). Of a register check only days are asked for, never what an extract
said; the key is the home's own, never a personnummer.
"""

from __future__ import annotations

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.model import Sheet
from hvb_followup.registers.staff_checks import alike, educated, engaged, excused, overlapping, register_check
from hvb_followup.registers.staff_columns import columns
from hvb_followup.registers.staff_row import StaffRow


def staff_sheet(lists: Codelists) -> Sheet:
    """The sheet, with these codelists."""
    return Sheet(
        kind="staff",
        title="Personal",
        row=StaffRow,
        key=("unit", "staff", "engaged_from_on"),
        span=("engaged_from_on", "engaged_to_on"),
        dated_by="engaged_from_on",
        row_checks=(engaged, educated, register_check, excused),
        sheet_checks=(overlapping, alike),
        columns=columns(lists),
    )
