"""The cells of one sheet as its XML goes by (ECMA-376 part 1, §18.3). Runs in the child.

Only cells that say something are kept, so a sheet costs what is written in it and not how far apart it is.
"""

from __future__ import annotations

import functools
import re

from hvb_followup.sheets.cells import PLAIN, clean_text, iso_text, number_text
from hvb_followup.sheets.limits import Fault, Limits, cell_name
from hvb_followup.sheets.refusals import Turned

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_FAULTS = 1_000


class GridReader:
    """Handlers that gather rows, faults and merged ranges of the sheet with this number."""

    def __init__(
        self,
        number: int,
        limits: Limits,
        strings: list[str],
        styles: list[str],
        from_1904: bool,
        cells_left: int,
        text_left: int,
    ) -> None:
        self.rows: dict[int, dict[int, str]] = {}
        self.faults: list[Fault] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.cells_left, self.text_left = cells_left, text_left
        self._number, self._limits, self._from_1904 = number, limits, from_1904
        self._strings, self._styles = strings, styles
        self._row, self._column, self._extent = 0, -1, -1
        self._cell: dict[str, str] | None = None
        self._pieces: list[str] = []
        self._listens = self._in_reading = self._has_value = self._has_formula = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag == "c":
            self._open_cell(attributes)
        elif self._cell is not None:
            self._in_cell(tag)
        elif tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), -1
            self._extent = -1
            if not 1 <= self._row <= _MOST_ROWS:
                raise Turned("sheet-broken")
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _in_cell(self, tag: str) -> None:
        if tag == "f":
            self._has_formula = True
        elif tag == "rPh":
            self._in_reading = True
        elif tag == "v" or (tag == "t" and not self._in_reading):
            self._has_value = self._listens = True

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._cell is None:
            return
        if tag in ("v", "t"):
            self._listens = False
        elif tag == "c":
            self._close_cell(self._cell)
            self._cell = None
        elif tag == "rPh":
            self._in_reading = False

    def text(self, piece: str) -> None:
        """Some text inside an element."""
        if self._listens:
            self._pieces.append(piece)

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        if "r" in attributes:
            row, self._column = _place(attributes["r"])
            if row != self._row:
                raise Turned("sheet-broken", self._where())
        self._cell = attributes
        self._pieces = []
        self._listens = self._in_reading = self._has_value = self._has_formula = False

    def _close_cell(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("t", "n")
        if kind == "e":
            self._fault("cell-error")
        elif self._has_formula and not self._has_value:
            self._fault("cell-formula")
        elif self._has_value and (text := self._shown(kind, attributes, "".join(self._pieces))):
            self._keep(text)

    def _shown(self, kind: str, attributes: dict[str, str], stored: str) -> str:
        """What the cell shows; the trimmed text of it."""
        if kind == "s":
            return clean_text(self._strings[int(stored)])
        if kind in ("str", "inlineStr"):
            return clean_text(stored)
        if not stored.strip():
            return ""
        if kind == "b":
            return "ja" if stored.strip() in ("1", "true") else "nej"
        if kind == "d":
            return clean_text(iso_text(stored.strip()))
        style = int(attributes.get("s", "0"))
        shown_as = self._styles[style] if 0 <= style < len(self._styles) else PLAIN
        return number_text(stored, shown_as, from_1904=self._from_1904)

    def _keep(self, text: str) -> None:
        row = self.rows.setdefault(self._row, {})
        self._refuse_beyond(row, text)
        self.cells_left -= max(1, self._column - self._extent)
        self._extent = max(self._extent, self._column)
        self.text_left -= len(text)
        if self.cells_left < 0:
            raise Turned("sheet-too-many-cells", f"blad {self._number}")
        if self.text_left < 0:
            raise Turned("sheet-too-much-text", f"blad {self._number}")
        row[self._column] = text

    def _refuse_beyond(self, row: dict[int, str], text: str) -> None:
        if self._column in row:
            raise Turned("sheet-broken", self._where())
        if self._row > self._limits.rows:
            many = len(self.rows) > self._limits.rows // 2
            raise Turned("sheet-too-long" if many else "sheet-far-cell", self._where())
        if self._column >= self._limits.columns:
            many = len(row) > self._limits.columns // 2
            raise Turned("sheet-too-wide" if many else "sheet-far-cell", self._where())
        if len(text) > self._limits.cell_text:
            raise Turned("sheet-cell-long", self._where())
        if "\0" in text:
            raise Turned("sheet-nul", self._where())

    def _fault(self, code: str) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(code=code, row=self._row, column=self._column))

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if last and len(self.merged) < _MOST_FAULTS:
            self.merged.append((*_place(first), *_place(last)))

    def _where(self) -> str:
        return f"blad {self._number}, cell {cell_name(self._row, self._column)}"


def _place(reference: str) -> tuple[int, int]:
    """C7 → row 7, column 2."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise Turned("sheet-broken")
    row, column = int(match[2]), _column(match[1])
    if not (1 <= row <= _MOST_ROWS and column < _MOST_COLUMNS):
        raise Turned("sheet-broken")
    return row, column


@functools.cache
def _column(letters: str) -> int:
    """C → 2. At most as many are remembered as there are columns of three letters."""
    column = 0
    for sign in letters:
        column = column * 26 + ord(sign) - ord("A") + 1
    return column - 1
