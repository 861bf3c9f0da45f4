"""From the bytes of a CSV file to cells with places, or a refusal that says what is wrong with the file."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator

import msgspec

from hvb_followup.errors import Refused
from hvb_followup.registers.problems import in_file

MOST_BYTES = 10_000_000
_DELIMITERS = (";", ",", "\t")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the file; ``number`` is the row as a spreadsheet shows it, from 1."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """True when no cell says anything."""
        return not any(self.cells)


def lines_of(data: bytes, recognised: Callable[[list[str]], int]) -> list[Line]:
    """Every row of the file, the heading among them; cells are trimmed and NFC.

    ``recognised`` counts known headings among cells: it decides between ; , and tab.
    Refuses a file that is empty, too large, not text, or has a quote that never ends.
    """
    text = _decoded(data)
    delimiter = max(_DELIMITERS, key=lambda sign: _heading_score(text, sign, recognised))
    lines = []
    try:
        for number, cells in enumerate(_rows(text, delimiter), start=1):
            lines.append(Line(number=number, cells=tuple(_trimmed(cell) for cell in cells)))
    except csv.Error as error:
        raise Refused(in_file("sheet-quotes", len(lines) + 1)) from error
    return lines


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Refused(in_file("sheet-too-large"))
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:4] == b"PK\x03\x04":
        raise Refused(in_file("sheet-encoding"))
    if b"\0" in data:
        raise Refused(in_file("sheet-nul"))
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise Refused(in_file("sheet-empty"))
        return text
    raise Refused(in_file("sheet-encoding"))


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _heading_score(text: str, delimiter: str, recognised: Callable[[list[str]], int]) -> tuple[int, int]:
    """How well a delimiter splits the first row that says anything: known headings, then cells."""
    try:
        for cells in _rows(text, delimiter):
            if any(_trimmed(cell) for cell in cells):
                return recognised(cells), len(cells)
    except csv.Error:
        pass
    return 0, 0


def _trimmed(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip("\ufeff \t\r\n\u00a0\u202f")
