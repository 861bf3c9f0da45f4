"""Headings and rows → a file for people's spreadsheets, in which nothing a person wrote is a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Literal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hvb_followup.errors import Refused
from hvb_followup.sheets.problems import in_sheet
from hvb_followup.sheets.words import defused
from hvb_followup.sheets.writing import MOST_ROWS, fitting, new_workbook

Value = str | int | float | bool | dt.date | None
FileKind = Literal["xlsx", "csv"]


def export(
    headings: Sequence[str], rows: Iterable[Sequence[Value]], kind: FileKind = "xlsx", *, title: str = "Data"
) -> bytes:
    """The table as a file. Text is always text: typed as such in xlsx, defused with ' in CSV. Numbers stay numbers.

    CSV is what Swedish Excel opens: UTF-8 with mark, semicolons, decimal comma, CRLF.
    Raises Refused when a spreadsheet could not hold all rows.
    """
    return _as_csv(headings, rows) if kind == "csv" else _as_xlsx(headings, rows, title)


def _as_csv(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([defused(fitting(heading)) for heading in headings])
    writer.writerows([_csv_text(value) for value in row] for row in rows)
    return target.getvalue().encode("utf-8-sig")


def _csv_text(value: Value) -> str:
    if isinstance(value, str):
        return defused(fitting(value))
    return plain_text(value).replace(".", ",") if isinstance(value, float) else plain_text(value)


def plain_text(value: Value) -> str:
    """A value as text: nothing for none, ja and nej, ISO dates, numbers in their shortest form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _as_xlsx(headings: Sequence[str], rows: Iterable[Sequence[Value]], title: str) -> bytes:
    target = io.BytesIO()
    with new_workbook(target, row_by_row=True) as book:
        sheet = book.add_worksheet(title)
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, fitting(heading), bold)
            sheet.set_column(column, column, min(max(len(heading) + 2, 12), 40))
        for number, row in enumerate(rows, start=1):
            if number >= MOST_ROWS:
                raise Refused(in_sheet("export-too-long"))
            for column, value in enumerate(row):
                write_value(sheet, number, column, value, day)
    return target.getvalue()


def write_value(
    sheet: Worksheet,
    row: int,
    column: int,
    value: Value,
    day: Format | None = None,
    text: Format | None = None,
) -> None:
    """One cell by the type of its value, never by what its text looks like; row and column from 0."""
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value, text)
    elif shown := plain_text(value) if not isinstance(value, str) else fitting(value):
        sheet.write_string(row, column, shown, text)
