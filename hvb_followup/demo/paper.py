"""What is invented, written on the register's own sheet: the file that a manager would hand in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

from hvb_followup.registers.model import Sheet

# Columns that say in other words what another column says.
_SPOKEN_TWICE = ("hours", "night_hours")


def sheet_file(sheet: Sheet, rows: Iterable[Any]) -> bytes:
    """The rows under the sheet's Swedish headings, as CSV with semicolons."""
    columns = [column for column in sheet.columns if column.id not in _SPOKEN_TWICE]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(column.heading for column in columns)
    money = [column.kind.name == "money" for column in columns]
    for row in rows:
        cells = (getattr(row, column.id) for column in columns)
        writer.writerow(
            _written(cell / 100 if is_money and cell is not None else cell)
            for cell, is_money in zip(cells, money, strict=True)
        )
    return text.getvalue().encode()


def _written(value: Any) -> str:
    """A value as a person writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return ", ".join(value) if isinstance(value, tuple) else str(value)
