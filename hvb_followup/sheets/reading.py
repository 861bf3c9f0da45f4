"""An upload, CSV or Excel, → lines with the row numbers a spreadsheet shows, or a refusal that says what to mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from hvb_followup.errors import Problem, Refused
from hvb_followup.registers.codes import folded
from hvb_followup.registers.model import Sheet
from hvb_followup.registers.text import Line
from hvb_followup.sheets.delimited import lines_of_text
from hvb_followup.sheets.isolation import in_child
from hvb_followup.sheets.limits import LIMITS, Answer, Limits, Tab, letter
from hvb_followup.sheets.problems import in_sheet
from hvb_followup.sheets.words import EXAMPLE, HELP, TO_MEND

Recognised = Callable[[list[str]], int]

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"{\\rtf",
    b"BZh",
)
# Titles, notes and the template's row of ids may stand above the headings, but not a whole page of them.
_HEADING_WITHIN = 10
_NOT_ROWS = frozenset({folded(EXAMPLE), folded(TO_MEND)})


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """An opened upload: its sheets, which of them holds the rows, all lines of that one, and its heading row."""

    tabs: tuple[Tab, ...]
    chosen: int
    lines: tuple[Line, ...]
    heading: int


def recognised_by(sheet: Sheet) -> Recognised:
    """Counts how many cells name a column of this kind of sheet: by heading, synonym or id."""
    names = {
        folded(name) for column in sheet.columns for name in (column.heading, column.id, *column.synonyms)
    }
    return lambda cells: sum(folded(cell) in names for cell in cells if cell)


def read_sheet(data: bytes, recognised: Recognised, *, limits: Limits = LIMITS) -> tuple[Line, ...]:
    """The heading row and every row below it, blank ones among them; row numbers as the spreadsheet shows them.

    What stands above the headings, and the template's row of help, is left out. ``recognised`` counts known
    headings among cells: it finds the sheet, the heading row and a CSV's delimiter. Blocks while a child reads.
    Raises Refused for what cannot be read, and for formulas without value, errors and merged cells in known columns.
    """
    upload = opened(data, recognised, limits=limits)
    tab = upload.tabs[upload.chosen] if upload.tabs else None
    problems = [*_faults(tab, upload, recognised), *_merged(tab, upload)] if tab else []
    if problems:
        raise Refused(*problems)
    return tuple(
        line for line in upload.lines if line.number >= upload.heading and not _is_help(line, upload)
    )


def opened(data: bytes, recognised: Recognised, *, limits: Limits = LIMITS) -> Upload:
    """The upload with all its rows; a CSV has no tabs. Raises Refused for what cannot be read at all."""
    if len(data) > limits.upload:
        raise Refused(in_sheet("sheet-too-large"))
    if data[:8] == _OLD_EXCEL:
        raise Refused(in_sheet(_inside_ole(data)))
    if data.startswith(_OTHERS) or data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise Refused(in_sheet("sheet-not-a-sheet"))
    if not data.startswith(_ZIP):
        lines = lines_of_text(data, recognised, limits)
        return Upload(tabs=(), chosen=0, lines=lines, heading=_heading(lines, recognised)[1])
    return _chosen(_tabs(data, limits), recognised)


def _inside_ole(data: bytes) -> str:
    """Excel keeps both its old files and its locked new ones in the same kind of box."""
    return "sheet-locked" if "EncryptedPackage".encode("utf-16-le") in data else "sheet-old-excel"


def _tabs(data: bytes, limits: Limits) -> tuple[Tab, ...]:
    try:
        answer = msgspec.msgpack.decode(in_child("workbook", data, limits), type=Answer)
    except msgspec.DecodeError as error:
        raise Refused(in_sheet("sheet-greedy")) from error
    if answer.refused:
        raise Refused(in_sheet(answer.refused, answer.where))
    return answer.tabs


def _chosen(tabs: tuple[Tab, ...], recognised: Recognised) -> Upload:
    """The sheet whose heading row is known best; two that are known equally well and both have rows are one too many."""
    scored = []
    for place, tab in enumerate(tabs):
        if tab.rows and folded(tab.name) not in _NOT_ROWS:
            lines = _lines(tab)
            score, heading = _heading(lines, recognised)
            scored.append((score, max(tab.rows) > heading, -place, heading))
    if not scored:
        raise Refused(in_sheet("sheet-empty"))
    score, has_rows, place, heading = max(scored)
    if score and has_rows and sum(other[:2] == (score, True) for other in scored) > 1:
        raise Refused(in_sheet("sheet-which"))
    return Upload(tabs=tabs, chosen=-place, lines=_lines(tabs[-place], heading), heading=heading)


def _lines(tab: Tab, heading: int | None = None) -> tuple[Line, ...]:
    """Every row from the first to the last filled, each at least as wide as the heading row."""
    width = max(tab.rows.get(heading, {}), default=-1) + 1 if heading else 0
    blank = ("",) * width
    return tuple(
        Line(number=number, cells=_cells(tab.rows[number], width) if number in tab.rows else blank)
        for number in range(1, max(tab.rows) + 1)
    )


def _cells(row: Mapping[int, str], width: int) -> tuple[str, ...]:
    return tuple(row.get(place, "") for place in range(max(width, max(row) + 1)))


def _heading(lines: Sequence[Line], recognised: Recognised) -> tuple[int, int]:
    """How many headings are known, and the number of the row that has them.

    Of rows that know equally many one after the other, as ids above headings in the template, the last.
    """
    first = [line for line in lines if not line.is_blank][:_HEADING_WITHIN]
    scores = [recognised(list(line.cells)) for line in first]
    if not any(scores):
        return 0, first[0].number if first else 1
    place = scores.index(max(scores))
    while place + 1 < len(scores) and scores[place + 1] == scores[place]:
        place += 1
    return scores[place], first[place].number


def _is_help(line: Line, upload: Upload) -> bool:
    return line.number == upload.heading + 1 and any(cell.startswith(HELP) for cell in line.cells)


def _faults(tab: Tab, upload: Upload, recognised: Recognised) -> list[Problem]:
    """Cells without a value, below the headings and in columns that are read."""
    headings = tab.rows.get(upload.heading, {})
    return [
        in_sheet(fault.code, place_of(fault.row, fault.column, headings))
        for fault in tab.faults
        if fault.row > upload.heading and recognised([headings.get(fault.column, "")])
    ]


def _merged(tab: Tab, upload: Upload) -> list[Problem]:
    """Merged cells that say something below the headings: to which rows it applies nobody can know."""
    headings = tab.rows.get(upload.heading, {})
    return [
        in_sheet("sheet-merged", place_of(row, column, headings))
        for row, column, _, _ in tab.merged
        if row > upload.heading and column in tab.rows.get(row, {})
    ]


def place_of(row: int, column: int, headings: Mapping[int, str]) -> str:
    """A cell by row and by heading; by letter where there is no heading to name."""
    return f"rad {row}, kolumn {headings.get(column) or letter(column)}"
