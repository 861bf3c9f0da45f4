"""Reads one sheet: which heading is which column, which rows hold, and everything that is wrong, at once.

A fault of the file refuses it whole; a fault of a row stops that row and never the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

from hvb_followup.errors import Refused
from hvb_followup.registers.codes import folded
from hvb_followup.registers.guard import holds_personal_number
from hvb_followup.registers.model import BEKRAFTA, FEL, TIPS, Column, Known, Reading, Remark, Sheet
from hvb_followup.registers.problems import Place, in_cell, in_file, letter
from hvb_followup.registers.rows import Candidate, Layout, check_row, check_together, layout
from hvb_followup.registers.text import Line, lines_of

Columns = dict[int, Column]
# (row number, code) that somebody has said is right although it looks odd.
Confirmed = AbstractSet[tuple[int, str]]


def csv_lines(sheet: Sheet, data: bytes) -> list[Line]:
    """The rows of a CSV file, its delimiter chosen by the sheet's headings."""
    return lines_of(data, lambda cells: len(_columns_at(sheet, cells)))


def read(
    sheet: Sheet,
    lines: Sequence[Line],
    known: Known,
    *,
    unit: str = "",
    confirmed: Confirmed = frozenset(),
) -> Reading:
    """The rows that hold, the problems of those that do not, what must be confirmed, and tips.

    ``unit`` is the home that rows are about where they do not say; rows about another are then a fault.
    Raises ``Refused`` (and nothing else) where the file as a whole cannot be taken: headings missing or
    doubled, no rows, or anything in it that looks like a personnummer.
    """
    heading, body = _parted(sheet, lines)
    columns = _columns_at(sheet, heading.cells)
    _refuse_whole(sheet, heading, lines, body, columns, unit)
    filled = [line for line in body if not line.is_blank]
    width = _width(heading)
    ragged = [line for line in filled if _is_ragged(line, width)]
    whole = [line for line in filled if not _is_ragged(line, width)]
    laid = layout(sheet, columns, known, unit)
    candidates = [check_row(laid, line) for line in whole]
    check_together(sheet, candidates, known)
    remarks = [*_tips(heading, columns), *(in_file("row-ragged", line.number) for line in ragged)]
    return reading(
        laid, candidates, confirmed, remarks, n_ragged=len(ragged), n_blank=len(body) - len(filled)
    )


def reading(
    laid: Layout,
    candidates: Sequence[Candidate],
    confirmed: Confirmed,
    of_file: Sequence[Remark] = (),
    *,
    n_ragged: int = 0,
    n_blank: int = 0,
) -> Reading:
    """What checked rows give, with what else is to be remarked of the file."""
    sheet, columns = laid.sheet, laid.columns
    place = Place(sheet, columns)
    sound = [one for one in candidates if not one.has(FEL)]
    unconfirmed = [_unconfirmed(sheet, one, laid.known, confirmed) for one in sound]
    taken = [one for one, codes in zip(sound, unconfirmed, strict=True) if not codes]
    remarks = [place.remark(one.number, found) for one in candidates for found in one.found]
    waiting = {(one.number, code) for one, codes in zip(sound, unconfirmed, strict=True) for code in codes}
    every = [*of_file, *remarks]
    return Reading(
        kind=sheet.kind,
        accepted=tuple(one.row for one in taken),
        numbers=tuple(one.number for one in taken),
        confirmed=tuple(_codes(one) for one in taken),
        odd=tuple(one.row for one, codes in zip(sound, unconfirmed, strict=True) if codes),
        present=frozenset(column.written_as or column.id for column in columns.values()),
        problems=_in_order(one for one in every if one.severity == FEL),
        questions=_in_order(
            one for one in remarks if one.severity == BEKRAFTA and (one.row, one.code) in waiting
        ),
        tips=_in_order(one for one in every if one.severity == TIPS),
        rows=n_blank + n_ragged + len(candidates),
        rejected=n_ragged + len(candidates) - len(sound),
        awaiting=len(sound) - len(taken),
        blank=n_blank,
    )


def _codes(one: Candidate) -> tuple[str, ...]:
    """What of a row needs somebody's word."""
    if not one.found:
        return ()
    return tuple(dict.fromkeys(found.doubt.code for found in one.found if found.doubt.severity == BEKRAFTA))


def _unconfirmed(sheet: Sheet, one: Candidate, known: Known, confirmed: Confirmed) -> tuple[str, ...]:
    codes = _codes(one)
    if not codes:
        return ()
    unit, key = getattr(one.row, "unit", ""), sheet.key_of(one.row)
    return tuple(
        code
        for code in codes
        if (one.number, code) not in confirmed and (unit, key, code) not in known.confirmed
    )


def _in_order(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted(remarks, key=lambda remark: remark.row))


def _parted(sheet: Sheet, lines: Sequence[Line]) -> tuple[Line, list[Line]]:
    """The heading row, and the rows under it. Of a template's three rows the last two are not data either."""
    filled = [line for line in lines if not line.is_blank]
    if not filled:
        raise Refused(in_file("sheet-empty"))
    heading, *following = filled
    columns = _columns_at(sheet, heading.cells)
    skipped = {heading.number}
    for line in following[:2]:
        if not (_is_heading(sheet, line, columns) or _is_help(line, columns)):
            break
        skipped.add(line.number)
    return heading, [line for line in lines if line.number not in skipped]


def _is_heading(sheet: Sheet, line: Line, columns: Columns) -> bool:
    """True for a second row of headings: at least half of them, each over its own column."""
    again = _columns_at(sheet, line.cells)
    same = [place for place, column in again.items() if columns.get(place) is column]
    return len(same) >= 2 and 2 * len(same) >= len(columns)


def _is_help(line: Line, columns: Columns) -> bool:
    cells = {place: folded(cell) for place, cell in enumerate(line.cells) if cell and place in columns}
    same = [place for place, cell in cells.items() if cell == folded(columns[place].help)]
    return len(same) >= 2 and 2 * len(same) >= len(cells)


def _columns_at(sheet: Sheet, cells: Sequence[str]) -> Columns:
    """The known columns by their place in the heading row; a heading counts before a synonym."""
    by_name = {_name(name): column for column in sheet.columns for name in (*column.synonyms, column.id)}
    by_name |= {_name(column.heading): column for column in sheet.columns}
    return {place: by_name[folded(cell)] for place, cell in enumerate(cells) if folded(cell) in by_name}


# The names of columns are few and always the same.
_name = lru_cache(maxsize=2048)(folded)


def _refuse_whole(
    sheet: Sheet, heading: Line, lines: Sequence[Line], body: Sequence[Line], columns: Columns, unit: str
) -> None:
    """Raises with everything that is wrong with the file as a whole."""
    problems = _personal_numbers(lines, columns)
    found = [column.id for column in columns.values()]
    for column in sheet.columns:
        is_told = column.id in found or column.written_as in found or (unit and column.id == "unit")
        if column.required and not is_told:
            problems.append(in_cell("heading-missing", heading.number, "", column.heading))
        if found.count(column.id) > 1:
            problems.append(in_cell("heading-twice", heading.number, "", column.heading))
    if all(line.is_blank for line in body):
        problems.append(in_file("sheet-no-rows"))
    if problems:
        raise Refused(*problems)


def _personal_numbers(lines: Sequence[Line], columns: Columns) -> list[Remark]:
    return [
        in_cell("personal-number", line.number, letter(place), _heading(place, columns))
        for line in lines
        for place, cell in enumerate(line.cells)
        if len(cell) >= 10 and holds_personal_number(cell)
    ]


def _tips(heading: Line, columns: Columns) -> list[Remark]:
    unknown = [place for place, cell in enumerate(heading.cells) if cell and place not in columns]
    return [in_cell("heading-unknown", heading.number, letter(place), "") for place in unknown]


def _heading(place: int, columns: Columns) -> str:
    """The column's Swedish heading; an unknown heading is not repeated: it may itself be somebody's name."""
    return columns[place].heading if place in columns else ""


def _width(heading: Line) -> int:
    """How many cells a row has: up to the last heading that says anything."""
    return max(place for place, cell in enumerate(heading.cells) if cell) + 1


def _is_ragged(line: Line, width: int) -> bool:
    return len(line.cells) < width or any(line.cells[width:])
