"""Checks rows: each cell by its kind, each row in itself, and the rows against one another."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.registers.model import Column, Known, Row, Sheet, UnitRow
from hvb_followup.registers.problems import in_cell, in_row
from hvb_followup.registers.text import Line
from hvb_followup.registry import Placement

# Nobody is placed later than the year of turning 21 (LVU 3 §).
_OLDEST_AT_START = 21

Values = dict[str, object]
Candidate = tuple[Line, Row]


def check_row(
    sheet: Sheet, line: Line, width: int, columns: Mapping[int, Column], known: Known
) -> tuple[Row | None, list[Problem]]:
    """The row as a value, or None and everything that is wrong with it."""
    if len(line.cells) < width or any(line.cells[width:]):
        return None, [in_row("row-ragged", line.number)]
    values: Values = {}
    problems: list[Problem] = []
    for place, column in columns.items():
        values[column.id], problem = _check_cell(line.number, column, line.cells[place], known)
        problems += [problem] if problem else []
    if problems:
        return None, problems
    row = msgspec.convert(values, sheet.row)
    problems = _contradictions(sheet, line.number, row)
    return (None if problems else row), problems


def without_clashes(sheet: Sheet, candidates: list[Candidate]) -> tuple[list[Candidate], list[Problem]]:
    """The rows that contradict no other row; of two with one key neither is taken, for which one is right?"""
    by_key: dict[tuple[object, ...], list[Candidate]] = {}
    for line, row in candidates:
        by_key.setdefault(tuple(getattr(row, name) for name in sheet.key), []).append((line, row))
    alone = [group[0] for group in by_key.values() if len(group) == 1]
    shared = [line for group in by_key.values() if len(group) > 1 for line, _ in group]
    reaching = _reaching_into_the_next(alone)
    problems = [in_cell("row-key-twice", line.number, _heading(sheet, sheet.key[0])) for line in shared]
    problems += [in_cell("terms-overlap", line.number, _heading(sheet, "to_on")) for line in reaching]
    stopped = {line.number for line in reaching}
    return [(line, row) for line, row in alone if line.number not in stopped], problems


def _check_cell(row: int, column: Column, cell: str, known: Known) -> tuple[object, Problem | None]:
    if not cell:
        return None, in_cell("cell-missing", row, column.heading) if column.required else None
    kind = column.kind
    value = kind.parse(cell)
    if value is None:
        where = f"rad {row}, kolumn {column.heading}"
        return None, Problem(code=f"cell-{kind.name}", where=where, says=kind.says, mend=kind.mend)
    if column.refers_to and value not in getattr(known, column.refers_to):
        return None, in_cell(f"unknown-{kind.name}", row, column.heading)
    return value, None


def _contradictions(sheet: Sheet, number: int, row: Row) -> list[Problem]:
    """Cells that hold one by one but not together."""
    problems = []
    if sheet.span:
        first, last = (getattr(row, name) for name in sheet.span)
        if last is not None and last < first:
            problems.append(in_cell("end-before-start", number, _heading(sheet, sheet.span[1])))
    if isinstance(row, Placement) and not 0 <= row.starts_on.year - row.birth_year <= _OLDEST_AT_START:
        problems.append(in_cell("birth-year", number, _heading(sheet, "birth_year")))
    return problems


def _reaching_into_the_next(candidates: list[Candidate]) -> list[Line]:
    """Lines of homes whose written last day lies in the same home's next row."""
    homes: dict[str, list[tuple[Line, UnitRow]]] = {}
    for line, row in candidates:
        if isinstance(row, UnitRow):
            homes.setdefault(row.id, []).append((line, row))
    reaching: list[Line] = []
    for terms in homes.values():
        terms.sort(key=lambda term: term[1].from_on)
        for (line, row), (_, following) in itertools.pairwise(terms):
            if row.to_on is not None and row.to_on >= following.from_on:
                reaching.append(line)
    return reaching


def _heading(sheet: Sheet, column_id: str) -> str:
    return next(column.heading for column in sheet.columns if column.id == column_id)
