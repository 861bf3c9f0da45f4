"""Several tables → one workbook of plain text, a sheet each: for programs that read sheets by their names."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from hvb_followup.sheets.writing import fitting, new_workbook

Table = tuple[Sequence[str], Sequence[Sequence[str]]]  # headings and rows


def tables(sheets: Mapping[str, Table]) -> bytes:
    """The tables as xlsx; every cell is text, and an empty text is no cell."""
    target = io.BytesIO()
    with new_workbook(target) as book:
        bold = book.add_format({"bold": True})
        for name, (headings, rows) in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(headings):
                sheet.write_string(0, column, heading, bold)
                sheet.set_column(column, column, min(max(len(heading) + 2, 12), 40))
                for number, row in enumerate(rows, start=1):
                    if row[column]:
                        sheet.write_string(number, column, fitting(row[column]))
    return target.getvalue()
