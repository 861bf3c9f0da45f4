"""Reads one sheet: which heading is which column, which rows hold, and everything that is wrong, at once.

A fault of the file refuses it whole; a fault of a row stops that row and never the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hvb_followup.errors import Problem, Refused
from hvb_followup.registers.columns import SHEETS
from hvb_followup.registers.guard import holds_personal_number
from hvb_followup.registers.model import Column, Known, Reading, Sheet
from hvb_followup.registers.problems import in_cell, in_file
from hvb_followup.registers.rows import Candidate, check_row, without_clashes
from hvb_followup.registers.text import Line, lines_of
from hvb_followup.registers.values import folded


def read(kind: str, data: bytes, known: Known) -> Reading:
    """The rows that hold, the problems of those that do not, and tips.

    Raises ``Refused`` (and nothing else) where the file as a whole cannot be taken: unreadable, headings
    missing or doubled, no rows, or anything in it that looks like a personnummer.
    """
    if kind not in SHEETS:
        raise Refused(in_file("sheet-kind"))
    sheet = SHEETS[kind]
    return read_lines(kind, lines_of(data, lambda cells: len(_columns_at(sheet, cells))), known)


def read_lines(kind: str, lines: Sequence[Line], known: Known) -> Reading:
    """The same from lines that another room has read: the first that says anything is the heading."""
    if kind not in SHEETS:
        raise Refused(in_file("sheet-kind"))
    sheet = SHEETS[kind]
    heading = next((line for line in lines if not line.is_blank), None)
    if heading is None:
        raise Refused(in_file("sheet-empty"))
    body = [line for line in lines if line is not heading]
    columns = _columns_at(sheet, heading.cells)
    _refuse_whole(sheet, heading, body, columns)
    return _reading(sheet, heading, body, columns, known)


def _reading(
    sheet: Sheet, heading: Line, body: list[Line], columns: Mapping[int, Column], known: Known
) -> Reading:
    filled = [line for line in body if not line.is_blank]
    candidates: list[Candidate] = []
    problems: list[Problem] = []
    for line in filled:
        row, wrong = check_row(sheet, line, _width(heading), columns, known)
        problems += wrong
        if row is not None:
            candidates.append((line, row))
    accepted, clashes = without_clashes(sheet, candidates)
    return Reading(
        kind=sheet.kind,
        accepted=tuple(row for _, row in accepted),
        problems=tuple(problems + clashes),
        tips=tuple(_tips(heading, columns)),
        rows=len(body),
        rejected=len(filled) - len(accepted),
        blank=sum(line.is_blank for line in body),
    )


def _columns_at(sheet: Sheet, cells: Sequence[str]) -> dict[int, Column]:
    """The known columns by their place in the heading row; a heading counts before a synonym."""
    by_name = {folded(name): column for column in sheet.columns for name in (*column.synonyms, column.id)}
    by_name |= {folded(column.heading): column for column in sheet.columns}
    return {place: by_name[folded(cell)] for place, cell in enumerate(cells) if folded(cell) in by_name}


def _refuse_whole(sheet: Sheet, heading: Line, body: list[Line], columns: Mapping[int, Column]) -> None:
    """Raises with everything that is wrong with the file as a whole."""
    problems = _personal_numbers([heading, *body], columns)
    found = [column.id for column in columns.values()]
    for column in sheet.columns:
        if column.required and column.id not in found:
            problems.append(in_cell("heading-missing", heading.number, column.heading))
        if found.count(column.id) > 1:
            problems.append(in_cell("heading-twice", heading.number, column.heading))
    if all(line.is_blank for line in body):
        problems.append(in_file("sheet-no-rows"))
    if problems:
        raise Refused(*problems)


def _personal_numbers(lines: list[Line], columns: Mapping[int, Column]) -> list[Problem]:
    return [
        in_cell("personal-number", line.number, _column_name(place, columns))
        for line in lines
        for place, cell in enumerate(line.cells)
        if len(cell) >= 10 and holds_personal_number(cell)
    ]


def _tips(heading: Line, columns: Mapping[int, Column]) -> list[Problem]:
    unknown = [place for place, cell in enumerate(heading.cells) if cell and place not in columns]
    return [in_cell("heading-unknown", heading.number, _letter(place)) for place in unknown]


def _column_name(place: int, columns: Mapping[int, Column]) -> str:
    """The column's Swedish heading, or its letter: an unknown heading may itself be somebody's name."""
    return columns[place].heading if place in columns else _letter(place)


def _letter(place: int) -> str:
    """The column as a spreadsheet names it: A, B … Z, AA."""
    above, below = divmod(place, 26)
    return (_letter(above - 1) if above else "") + chr(ord("A") + below)


def _width(heading: Line) -> int:
    """How many cells a row has: up to the last heading that says anything."""
    return max(place for place, cell in enumerate(heading.cells) if cell) + 1
