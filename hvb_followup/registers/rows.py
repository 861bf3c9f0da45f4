"""Checks rows: each cell by its kind, each row in itself, and the rows against one another."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

import msgspec

from hvb_followup.registers.model import (
    BEKRAFTA,
    FEL,
    Checked,
    Column,
    Doubt,
    Found,
    Known,
    Severity,
    Sheet,
    Value,
)
from hvb_followup.registers.problems import doubt
from hvb_followup.registers.text import Line

_NOT_USED = doubt("code-not-used")._replace(severity=BEKRAFTA)


class Candidate(msgspec.Struct, kw_only=True):
    """A row by its number in the file, and what was found in it; without a value it is rejected already."""

    number: int
    row: Any = None
    found: list[Found] = []

    def has(self, severity: Severity) -> bool:
        """True when anything so grave was found."""
        return bool(self.found) and any(found.doubt.severity == severity for found in self.found)


Read = tuple[Value | None, Found | None]


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for all rows of a file: its sheet and columns, what is known, and the cells read so far.

    A long file says the same home, day or choice in thousands of rows; each is read once.
    """

    sheet: Sheet
    columns: Mapping[int, Column]
    known: Known
    unit: str
    present: frozenset[str]
    coded: tuple[Column, ...]
    settled: tuple[Column, ...]
    cells: dict[tuple[str, str], Read]

    def read(self, column: Column, cell: str) -> Read:
        """The value of a cell, and what is wrong with it."""
        if not cell:
            return None, None
        key = (column.id, cell)
        if key not in self.cells:
            self.cells[key] = check_cell(column, cell, self.known)
        return self.cells[key]


def layout(sheet: Sheet, columns: Mapping[int, Column], known: Known, unit: str) -> Layout:
    """The layout of a file with these columns."""
    return Layout(
        sheet=sheet,
        columns=columns,
        known=known,
        unit=unit,
        present=frozenset(column.id for column in columns.values()),
        coded=tuple(column for column in sheet.columns if _is_dated(column)),
        settled=tuple(column for column in columns.values() if column.written_as or column.required),
        cells={},
    )


def check_row(laid: Layout, line: Line) -> Candidate:
    """The row as a value where its cells hold, and everything that was found in it."""
    values: dict[str, Value | None] = {}
    found: list[Found] = []
    for place, column in laid.columns.items():
        values[column.id], wrong = laid.read(column, line.cells[place])
        if wrong:
            found.append(wrong)
    wrong_in = {one.column for one in found}
    found[:0] = [one for one in _settle(laid, values) if one.column not in wrong_in]
    if found:
        return Candidate(number=line.number, found=found)
    row = msgspec.convert(
        {name: value for name, value in values.items() if value is not None}, laid.sheet.row
    )
    return check_value(laid, line.number, row)


def check_value(laid: Layout, number: int, row: Any) -> Candidate:
    """The row whose cells hold, and what in it does not hold together."""
    seen = Checked(row, laid.known, laid.present)
    return Candidate(number=number, row=row, found=list(_contradictions(laid, seen)))


def check_together(sheet: Sheet, candidates: list[Candidate], known: Known) -> None:
    """Adds what rows are found to be only beside one another; of two with one key neither is taken."""
    alone = [one for one in candidates if not one.has(FEL)]
    keys = list(map(attrgetter(*sheet.key), (one.row for one in alone)))
    times = Counter(keys)
    for one, key in zip(alone, keys, strict=True):
        if times[key] > 1:
            one.found.append(Found(doubt("row-key-twice"), _shown_key(sheet)))
    alone = [one for one in alone if not one.has(FEL)]
    for check in sheet.sheet_checks:
        for place, found in list(check([one.row for one in alone], known)):
            alone[place].found.append(found)


def _shown_key(sheet: Sheet) -> str:
    return next((name for name in sheet.key if name != "unit"), "unit")


def check_cell(column: Column, cell: str, known: Known) -> Read:
    """The value of a cell, and what is wrong with it alone."""
    kind = column.kind
    value = kind.parse(cell)
    if value is None:
        return None, Found(Doubt(f"cell-{kind.name}", FEL, kind.says, kind.mend), column.id)
    if column.refers_to and value not in getattr(known, column.refers_to):
        return value, Found(doubt(f"unknown-{kind.name}"), column.id)
    return value, None


def _settle(laid: Layout, values: dict[str, Value | None]) -> list[Found]:
    """Fills in the home, moves what is written in two ways to one place, and finds what is missing."""
    if laid.unit and not values.get("unit") and any(column.id == "unit" for column in laid.sheet.columns):
        values["unit"] = laid.unit
    missing = []
    for column in laid.settled:
        target = column.written_as or column.id
        if column.written_as:
            value = values.pop(column.id, None)
            values[target] = values.get(target) if values.get(target) is not None else value
        if column.required and values.get(target) is None:
            missing.append(Found(doubt("cell-missing"), column.id))
    return missing


def _contradictions(laid: Layout, seen: Checked) -> Iterator[Found]:
    """Cells that hold one by one but not together, or not with what is known."""
    row, sheet, unit = seen.row, laid.sheet, laid.unit
    if sheet.span:
        first, last = (getattr(row, name) for name in sheet.span)
        if last is not None and last < first:
            yield Found(doubt("end-before-start"), sheet.span[1])
    if unit and getattr(row, "unit", unit) != unit:
        yield Found(doubt("unit-of-other"), "unit")
    if sheet.dated_by:
        yield from _not_used(laid.coded, row, getattr(row, sheet.dated_by))
    for check in sheet.row_checks:
        yield from check(seen)


def _is_dated(column: Column) -> bool:
    """True when not all of the column's choices may be used on any day."""
    codes = column.kind.codelist.code if column.kind.codelist else ()
    return any(code.valid_from or code.valid_to for code in codes)


def _not_used(coded: Iterable[Column], row: Any, day: dt.date) -> Iterator[Found]:
    """Chosen codes that were not in use on the row's day."""
    for column in coded:
        value = getattr(row, column.id)
        for chosen in value if isinstance(value, tuple) else (value,):
            code = column.kind.codelist.get(chosen) if chosen and column.kind.codelist else None
            if code is not None and not code.holds_on(day):
                yield Found(_NOT_USED, column.id)
