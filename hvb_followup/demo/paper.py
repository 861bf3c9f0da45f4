"""What is invented, written on the register's own sheet: the file that a manager would hand in."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from hvb_followup.registers.model import Column, Sheet
from hvb_followup.registers.text import Line

# Columns that say in other words what another column says.
_SPOKEN_TWICE = ("hours", "night_hours")


def sheet_lines(sheet: Sheet, rows: Iterable[Any]) -> list[Line]:
    """The rows under the sheet's Swedish headings, cell by cell as they would be read from a file."""
    columns = [column for column in sheet.columns if column.id not in _SPOKEN_TWICE]
    cells_of = attrgetter(*(column.id for column in columns))
    written = [
        (place, _WORDS[kind]) for place, column in enumerate(columns) if (kind := _kind(column)) in _WORDS
    ]
    lines = [Line(number=1, cells=tuple(column.heading for column in columns))]
    for number, row in enumerate(rows, start=2):
        cells = list(cells_of(row))
        for place, words in written:
            if cells[place] is not None:
                cells[place] = words(cells[place])
        lines.append(Line(number=number, cells=tuple("" if cell is None else str(cell) for cell in cells)))
    return lines


def sheet_file(sheet: Sheet, rows: Iterable[Any]) -> bytes:
    """The same as a CSV file with semicolons, such as a manager would hand in."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows(line.cells for line in sheet_lines(sheet, rows))
    return text.getvalue().encode()


def _kind(column: Column) -> str:
    return "chosen" if column.kind.codelist else column.kind.name


# How a person writes what is not plain text, a whole number or a day.
_WORDS: dict[str, Callable[[Any], str]] = {
    "yes-no": lambda value: "ja" if value else "nej",
    "money": lambda ore: f"{ore / 100:g}",
    "number": lambda value: f"{value:g}".replace(".", ","),
    "chosen": lambda codes: ", ".join(codes) if isinstance(codes, tuple) else str(codes),
}
