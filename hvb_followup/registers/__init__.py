"""What a manager's sheet may say: the bytes of a CSV file in, registry values and problems out.

One definition of columns per kind of sheet (``columns``) serves form, template and check alike. The room
knows no file, database or clock; what exists already arrives as ``Known``. A file that holds anything like a
personnummer is refused whole, before a single row of it is taken (DESIGN §4.12).
"""

from __future__ import annotations

from hvb_followup.registers.checks import read
from hvb_followup.registers.columns import SHEETS
from hvb_followup.registers.guard import holds_personal_number
from hvb_followup.registers.model import Column, Known, Reading, Sheet, UnitRow, units_from

__all__ = [
    "SHEETS",
    "Column",
    "Known",
    "Reading",
    "Sheet",
    "UnitRow",
    "holds_personal_number",
    "read",
    "units_from",
]
