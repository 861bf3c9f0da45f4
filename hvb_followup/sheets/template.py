"""One definition of columns → the Excel template that a manager fills in and sends back."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from hvb_followup.registers.model import Column, Sheet
from hvb_followup.registry import check_symbol, unit_id
from hvb_followup.sheets.exporting import Value, write_value
from hvb_followup.sheets.limits import letter
from hvb_followup.sheets.words import ABOUT, EXAMPLE, HELP, LISTS, VERSION_NAME
from hvb_followup.sheets.writing import new_workbook

IDS, HEADINGS, HELP_ROW, FIRST = 0, 1, 2, 3
_ROOM, _LAST_COLUMN = 2_000, 16_383
_FORBIDDEN_IN_NAME = str.maketrans("", "", "[]:*?/\\'")
_SHORT, _LONG = 32, 255
# Sorting, filling and adding rows is left to people; only ids, headings and help are locked.
_MAY = dict.fromkeys(
    ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter"),
    True,
)
_HOW = (
    "Fyll i från rad 4 på det första bladet. Rad 1–3 är låsta: id, rubrik och hjälp.",
    "Kolumner med * ska fyllas i. Skriv aldrig ett personnummer.",
    "Spara filen som Excel-arbetsbok (.xlsx) eller CSV UTF-8 och ladda upp den. Bladet Exempel läses inte.",
)
# Invented: no home and no provider has these.
_HOME, _PROVIDER = unit_id("00000"), "P00000" + check_symbol("00000")
_EXAMPLES = ("2026-03-04", "1", "2010", _HOME, _PROVIDER, "9001", "L-0042", "påhittat exempel")
_BY_KIND = {"month": "2026-03", "serial": "L-0042", "text": "Påhittat exempel", "municipality": "9001"}


def template(
    sheet: Sheet,
    version: str,
    prefill: Sequence[Mapping[str, Value]] = (),
    *,
    examples: Sequence[Mapping[str, Value]] = (),
) -> bytes:
    """The template as xlsx: ids, Swedish headings and help in rows 1–3, ``prefill`` (by column id) from row 4.

    Columns with choices have drop-downs, dates are dates, all else is text; ``mallversion`` names the cell that
    holds the kind and version. ``examples`` fill the sheet "Exempel"; without them it shows one invented row.
    """
    target = io.BytesIO()
    with new_workbook(target) as book:
        rows = book.add_worksheet(sheet.title.translate(_FORBIDDEN_IN_NAME)[:31] or sheet.kind)
        example, about, lists = (book.add_worksheet(name) for name in (EXAMPLE, ABOUT, LISTS))
        formats = _Formats(book)
        _lay_out(rows, sheet, prefill, formats)
        _lay_out(example, sheet, examples or [_invented(sheet)], formats)
        _offer(rows, lists, sheet, FIRST + len(prefill) + _ROOM)
        _describe(book, about, f"{sheet.kind} {version}", formats)
        lists.hide()
    return target.getvalue()


class _Formats:
    """The few looks of a template."""

    def __init__(self, book: Workbook) -> None:
        self.id = book.add_format({"font_color": "#767676", "font_size": 8})
        self.heading = book.add_format({"bold": True, "bg_color": "#E4ECF2", "bottom": 1})
        self.help = book.add_format({"italic": True, "text_wrap": True, "valign": "top", "font_size": 9})
        self.text = book.add_format({"num_format": "@", "locked": False})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", "locked": False})
        self.number = book.add_format({"locked": False})

    def of(self, column: Column) -> Format:
        """Dates as dates, numbers as they are, and the rest as text, or 0114 would lose its nought."""
        parsed = [column.kind.parse(text) for text in ("2026-03-04", "1", "2010")]
        if isinstance(parsed[0], dt.date):
            return self.day
        return self.number if any(isinstance(value, (int, float)) for value in parsed) else self.text


def _lay_out(at: Worksheet, sheet: Sheet, rows: Sequence[Mapping[str, Value]], formats: _Formats) -> None:
    for place, column in enumerate(sheet.columns):
        at.set_column(place, place, max(len(column.heading) + 4, 16), formats.of(column))
        at.write_string(IDS, place, column.id, formats.id)
        at.write_string(HEADINGS, place, column.heading + (" *" if column.required else ""), formats.heading)
        at.write_string(HELP_ROW, place, _help(column, first=place == 0), formats.help)
        for number, row in enumerate(rows, start=FIRST):
            write_value(at, number, place, row.get(column.id), formats.day, formats.of(column))
    # A row can be taken out of a locked sheet only where all its cells are open, out to the last.
    at.set_column(len(sheet.columns), _LAST_COLUMN, None, formats.number)
    at.set_row(IDS, 12)
    at.set_row(HELP_ROW, 60)
    at.freeze_panes(FIRST, 1)
    at.protect("", _MAY)


def _help(column: Column, *, first: bool) -> str:
    return f"{HELP} {column.help}" if first else column.help


def _offer(rows: Worksheet, lists: Worksheet, sheet: Sheet, last: int) -> None:
    """Drop-downs for choices and calendars for dates; both warn, for the import takes more ways of writing."""
    for place, column in enumerate(sheet.columns):
        if column.kind.choices:
            lists.write_column(0, place, column.kind.choices)
            area = f"${letter(place)}$1:${letter(place)}${len(column.kind.choices)}"
            rows.data_validation(
                FIRST, place, last, place, _rule(column) | {"validate": "list", "source": f"={LISTS}!{area}"}
            )
        elif isinstance(column.kind.parse("2026-03-04"), dt.date):
            span = {"minimum": dt.date(1900, 1, 1), "maximum": dt.date(2100, 12, 31)}
            rows.data_validation(
                FIRST, place, last, place, _rule(column) | {"validate": "date", "criteria": "between"} | span
            )


def _rule(column: Column) -> dict[str, Any]:
    rule = {
        "error_type": "warning",
        "error_title": column.heading[:_SHORT],
        "error_message": f"{column.kind.says} {column.kind.mend}"[:_LONG],
    }
    if column.help:
        rule |= {"input_title": column.heading[:_SHORT], "input_message": column.help[:_LONG]}
    return rule


def _describe(book: Workbook, about: Worksheet, version: str, formats: _Formats) -> None:
    about.set_column(0, 0, 100)
    about.write_string(0, 0, version)
    for row, sentence in enumerate(_HOW, start=2):
        about.write_string(row, 0, sentence, formats.help)
    about.protect()
    book.define_name(VERSION_NAME, f"='{ABOUT}'!$A$1")


def _invented(sheet: Sheet) -> dict[str, Value]:
    return {column.id: _example(column) for column in sheet.columns}


def _example(column: Column) -> Value:
    """Something the column takes, seen at once to be invented."""
    if column.kind.choices:
        return column.kind.choices[0]
    day = column.kind.parse("2026-03-04")
    if isinstance(day, dt.date):
        return day
    fitting = (text for text in (_BY_KIND.get(column.kind.name, ""), *_EXAMPLES) if text)
    return next((text for text in fitting if column.kind.parse(text) is not None), "")
