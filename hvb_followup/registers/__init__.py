"""What a manager's sheet may say: rows of cells in, values and remarks out.

    model           a sheet, its columns, what is known before, what a reading gives
    codes           codelists: the choices, as dated data (codelists/*.toml)
    values          the kinds of value a cell can hold, as people write them
    *_sheet         one module per sheet: its row, columns and checks
    columns         all nine sheets
    text, guard     cells out of a CSV file; what looks like a personnummer
    checks, rows    reading: the file, each row, the rows together
    uses, tallies   what each column is for; what only the home itself is told of its own rows
    told            the same checks of rows that are values already
    problems        the words for faults of files and cells
    history         rows as they are stored → PLACEMENTS, EVENTS, HOURS, ENGAGEMENTS

One definition per kind of sheet serves form, template and check alike. The room knows no file, database or clock;
what exists already arrives as ``Known``. A file that holds anything like a personnummer is refused whole, before a
single row of it is taken (DESIGN §4.12).
"""

from __future__ import annotations

from hvb_followup.registers.checks import csv_lines, read
from hvb_followup.registers.codes import Codelist, Codelists
from hvb_followup.registers.columns import KINDS, sheets
from hvb_followup.registers.guard import holds_personal_number
from hvb_followup.registers.model import Column, Known, Reading, Remark, Sheet
from hvb_followup.registers.told import Told, read_told
from hvb_followup.registers.unit_sheet import UnitRow, units_from

__all__ = [
    "KINDS",
    "Codelist",
    "Codelists",
    "Column",
    "Known",
    "Reading",
    "Remark",
    "Sheet",
    "Told",
    "UnitRow",
    "csv_lines",
    "holds_personal_number",
    "read",
    "read_told",
    "sheets",
    "units_from",
]
