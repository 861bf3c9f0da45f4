"""Writes the annotated copy. Runs in the child: it holds what people wrote, and may be large."""

from __future__ import annotations

import io
import re

import msgspec
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from hvb_followup.sheets.limits import Limits, Mark, Marking, Tab, cell_name
from hvb_followup.sheets.words import TO_MEND
from hvb_followup.sheets.writing import new_workbook

_HEADINGS = ("Rad", "Cell", "Kolumn", "Slag", "Vad är fel", "Så rättar du")
_WIDTHS = (8, 8, 24, 12, 60, 60)
_COLOURS = {"fel": "#F8C9C4", "bekräfta": "#FFE8A3", "tips": "#CFE3F7"}
_AUTHOR = "HVB-uppföljning"
_MOST_MARKS = 10_000
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME = 31


def answer(request: bytes, limits: Limits) -> bytes:
    """The child's errand: a ``Marking`` as MessagePack in, a workbook out."""
    marking = msgspec.msgpack.decode(request, type=Marking)
    target = io.BytesIO()
    with new_workbook(target) as book:
        first = book.add_worksheet(TO_MEND)
        names = _names(marking.tabs)
        for place, (tab, name) in enumerate(zip(marking.tabs, names, strict=True)):
            if name:
                marks = marking.marks[:_MOST_MARKS] if place == marking.marked else ()
                _copy(book, book.add_worksheet(name), tab, marks)
        _list(book, first, marking.marks, names[marking.marked])
    return target.getvalue()


def _copy(book: Workbook, sheet: Worksheet, tab: Tab, marks: tuple[Mark, ...]) -> None:
    """All values as text, so that nothing is taken for a formula and what is typed over them stays as typed."""
    plain = book.add_format({"num_format": "@"})
    coloured = {severity: _coloured(book, severity) for severity in _COLOURS}
    by_cell: dict[tuple[int, int], list[Mark]] = {}
    for mark in marks:
        by_cell.setdefault((mark.row, mark.column), []).append(mark)
    sheet.set_column(0, max((max(row) for row in tab.rows.values()), default=0), 18, plain)
    for number, row in tab.rows.items():
        for column, text in row.items():
            if (number, column) not in by_cell:
                sheet.write_string(number - 1, column, text, plain)
    for (number, column), found in by_cell.items():
        text = tab.rows.get(number, {}).get(column, "")
        worst = min((mark.severity for mark in found), key=list(_COLOURS).index)
        _write(sheet, number - 1, column, text, coloured[worst])
        said = "\n".join(f"{mark.says} {mark.mend}".strip() for mark in found)
        sheet.write_comment(number - 1, column, said, {"author": _AUTHOR, "x_scale": 2.5})


def _coloured(book: Workbook, severity: str) -> Format:
    return book.add_format({"num_format": "@", "bg_color": _COLOURS[severity], "border": 1})


def _write(sheet: Worksheet, row: int, column: int, text: str, form: Format) -> None:
    if text:
        sheet.write_string(row, column, text, form)
    else:
        sheet.write_blank(row, column, None, form)


def _list(book: Workbook, sheet: Worksheet, marks: tuple[Mark, ...], name: str) -> None:
    """One row per problem, each cell a link to its place."""
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for place, (heading, width) in enumerate(zip(_HEADINGS, _WIDTHS, strict=True)):
        sheet.write_string(0, place, heading, bold)
        sheet.set_column(place, place, width, wrapped)
    sheet.freeze_panes(1, 0)
    target = name.replace("'", "''")
    for row, mark in enumerate(marks[:_MOST_MARKS], start=1):
        cell = cell_name(mark.row, mark.column)
        sheet.write_number(row, 0, mark.row, wrapped)
        sheet.write_url(row, 1, f"internal:'{target}'!{cell}", None, cell)
        for place, text in enumerate((mark.heading, mark.severity, mark.says, mark.mend), start=2):
            sheet.write_string(row, place, text, wrapped)
    if len(marks) > _MOST_MARKS:
        sheet.write_string(_MOST_MARKS + 1, 4, f"… och {len(marks) - _MOST_MARKS} till.", wrapped)
    sheet.activate()


def _names(tabs: tuple[Tab, ...]) -> list[str]:
    """Names that a workbook may have, each once; an older list of what to mend gets none and is left out."""
    taken = {TO_MEND.casefold(), "history"}
    names = []
    for number, tab in enumerate(tabs, start=1):
        name = _FORBIDDEN.sub(" ", tab.name).strip("' ")[:_LONGEST_NAME].strip("' ")
        if tab.name.strip().casefold() == TO_MEND.casefold() or (not tab.rows and not tab.merged):
            names.append("")
            continue
        if not name or name.casefold() in taken:
            name = f"Blad {number}"
        taken.add(name.casefold())
        names.append(name)
    return names
