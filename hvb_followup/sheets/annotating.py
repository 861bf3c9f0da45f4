"""An upload and what is wrong in it → an Excel file with the same values, each faulty cell coloured and explained.

Values only: macros, formulas, links, pictures, hidden sheets and everything else in the upload stay behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from hvb_followup.errors import Problem, Refused
from hvb_followup.registers.codes import folded
from hvb_followup.registers.model import Remark
from hvb_followup.sheets.isolation import in_child
from hvb_followup.sheets.limits import LIMITS, Limits, Mark, Marking, Tab, letter
from hvb_followup.sheets.problems import in_sheet
from hvb_followup.sheets.reading import Recognised, Upload, opened

Severity = Literal["fel", "bekräfta", "tips"]

_ROWS = "Rader"

_PLACE = re.compile(r"rad (?P<row>[0-9]+)(?:, kolumn (?P<column>.+))?", re.DOTALL)


class CellProblem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong in one cell: its row, its column by heading or letter ("" for the whole row), and what to do."""

    row: int
    column: str = ""
    says: str
    mend: str = ""
    severity: Severity = "fel"


def placed(problems: Iterable[Problem]) -> tuple[CellProblem, ...]:
    """Those of a file's problems that stand at a row, as problems of cells."""
    found = (_of_remark(one) if isinstance(one, Remark) else _of_words(one) for one in problems)
    return tuple(one for one in found if one is not None)


def _of_remark(remark: Remark) -> CellProblem | None:
    if not remark.row:
        return None
    return CellProblem(
        row=remark.row,
        column=remark.heading,
        says=remark.says,
        mend=remark.mend,
        severity=remark.severity,
    )


def _of_words(problem: Problem) -> CellProblem | None:
    """What the reading of the file itself says stands at ``rad 17, kolumn Slutdatum``."""
    match = _PLACE.fullmatch(problem.where)
    if match is None:
        return None
    return CellProblem(
        row=int(match["row"]), column=match["column"] or "", says=problem.says, mend=problem.mend
    )


def annotated(
    data: bytes, problems: Sequence[CellProblem], recognised: Recognised, *, limits: Limits = LIMITS
) -> bytes:
    """The upload back as xlsx: a first sheet "Att rätta", and a comment and a colour in each faulty cell.

    Rows keep their numbers. Blocks while a child reads and another writes. Raises Refused as ``opened`` does.
    """
    upload = opened(data, recognised, limits=limits)
    tabs = upload.tabs or (_as_tab(upload),)
    marks = tuple(_mark(problem, tabs[upload.chosen], upload.heading) for problem in problems)
    request = msgspec.msgpack.encode(Marking(tabs=tabs, marked=upload.chosen, marks=marks))
    answer = in_child("marking", request, limits)
    if not answer.startswith(b"PK"):
        raise Refused(in_sheet("sheet-greedy"))
    return answer


def _as_tab(upload: Upload) -> Tab:
    rows = {
        line.number: {place: cell for place, cell in enumerate(line.cells) if cell}
        for line in upload.lines
        if not line.is_blank
    }
    return Tab(name=_ROWS, rows=rows)


def _mark(problem: CellProblem, tab: Tab, heading: int) -> Mark:
    headings = tab.rows.get(heading, {})
    return Mark(
        row=problem.row,
        column=_column(problem.column, headings),
        heading=problem.column,
        severity=problem.severity,
        says=problem.says,
        mend=problem.mend,
    )


def _column(name: str, headings: dict[int, str]) -> int:
    """The place of a column named by heading or letter; the first column where it names none."""
    for place, heading in headings.items():
        if folded(heading) == folded(name) or letter(place) == name:
            return place
    if re.fullmatch("[A-Z]{1,2}", name):
        return next(place for place in range(26 * 27) if letter(place) == name)
    return min(headings, default=0)
