"""What is invented, written on the register's own sheet: the file that a manager would hand in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from hvb_followup.registers import Sheet
from hvb_followup.registers.told import as_cell, cell_columns


def sheet_file(sheet: Sheet, rows: Iterable[Any]) -> bytes:
    """The rows under the sheet's Swedish headings, as a CSV file with semicolons."""
    columns = cell_columns(sheet)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(column.heading for column in columns)
    writer.writerows([as_cell(column, getattr(row, column.id)) for column in columns] for row in rows)
    return text.getvalue().encode()
