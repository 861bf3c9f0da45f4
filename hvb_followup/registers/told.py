"""Rows that are values already, such as another system has them: they meet every check that a sheet's rows meet.

A value is checked by being written in its column's cell and read back. The same home, day or choice is said in
thousands of rows; each is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any, NamedTuple

from hvb_followup.errors import Refused
from hvb_followup.registers.checks import Confirmed, reading
from hvb_followup.registers.guard import holds_personal_number
from hvb_followup.registers.model import FEL, Column, Doubt, Found, Known, Reading, Sheet
from hvb_followup.registers.problems import doubt, in_file
from hvb_followup.registers.rows import Candidate, Layout, check_cell, check_together, check_value, layout
from hvb_followup.registers.values import SERIAL

FIRST = 2  # the row under the headings, where these rows would stand in a sheet


class Told(NamedTuple):
    """Rows of a sheet, each a value of the sheet's own type."""

    rows: Sequence[Any]


def cell_columns(sheet: Sheet) -> tuple[Column, ...]:
    """The columns that say everything a row says: of two ways of writing one thing, the plain one."""
    return tuple(column for column in sheet.columns if not column.written_as)


def as_cell(column: Column, value: Any) -> str:
    """What a person would write in the column's cell."""
    if value is None or value == ():
        return ""
    return _WORDS.get("chosen" if column.kind.codelist else column.kind.name, str)(value)


# How a person writes what is not plain text, a whole number or a day.
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "yes-no": lambda value: "ja" if value else "nej",
    "money": lambda ore: f"{ore / 100:.15g}",
    "number": lambda value: f"{value:.15g}".replace(".", ","),
    "chosen": lambda codes: ", ".join(codes) if isinstance(codes, tuple) else str(codes),
}


def serials_in(sheet: Sheet, rows: Sequence[Any]) -> frozenset[str]:
    """Every serial that the rows say."""
    columns = [column.id for column in sheet.columns if column.kind is SERIAL]
    return frozenset(serial for name in columns for serial in _different(name, rows) if serial)


def read_told(
    sheet: Sheet, rows: Sequence[Any], known: Known, *, unit: str = "", confirmed: Confirmed = frozenset()
) -> Reading:
    """What ``checks.read`` gives of a sheet with these rows. Refused where anything looks like a personnummer."""
    columns = dict(enumerate(cell_columns(sheet)))
    laid = layout(sheet, columns, known, unit)
    wrong = _wrong(laid, rows)
    candidates = [_candidate(laid, number, row, wrong) for number, row in enumerate(rows, start=FIRST)]
    check_together(sheet, candidates, known)
    return reading(laid, candidates, confirmed)


Wrong = Mapping[str, Mapping[Any, Found]]


def _candidate(laid: Layout, number: int, row: Any, wrong: Wrong) -> Candidate:
    found = [of[value] for name, of in wrong.items() if (value := getattr(row, name)) in of]
    if found:
        return Candidate(number=number, found=found)
    return check_value(laid, number, row)


def _wrong(laid: Layout, rows: Sequence[Any]) -> Wrong:
    """By column, the values that its cell would not take, and why."""
    needed = {column.written_as or column.id for column in laid.sheet.columns if column.required}
    wrong = {}
    for column in laid.columns.values():
        cells = {value: as_cell(column, value) for value in _different(column.id, rows)}
        _refuse_personal_numbers(cells)
        found = {
            value: one for value, cell in cells.items() if (one := _fault(laid, column, value, cell, needed))
        }
        if found:
            wrong[column.id] = found
    return wrong


def _fault(laid: Layout, column: Column, value: Any, cell: str, needed: AbstractSet[str]) -> Found | None:
    if not cell:
        return Found(doubt("cell-missing"), column.id) if column.id in needed else None
    again, found = check_cell(column, cell, laid.known)
    if found is None and again != value:
        kind = column.kind
        return Found(Doubt(f"cell-{kind.name}", FEL, kind.says, kind.mend), column.id)
    return found


def _refuse_personal_numbers(cells: Mapping[Any, str]) -> None:
    texts = (cell for value, cell in cells.items() if isinstance(value, str | int) and len(cell) >= 10)
    if any(map(holds_personal_number, texts)):
        raise Refused(in_file("personal-number"))


def _different(name: str, rows: Sequence[Any]) -> set[Any]:
    return set(map(attrgetter(name), rows))
