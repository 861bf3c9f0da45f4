"""CSV in the encodings that spreadsheets save it in, within the limits of an upload; the reading is ``registers.text``."""

from __future__ import annotations

from collections.abc import Callable

from hvb_followup.errors import Refused
from hvb_followup.registers.problems import in_file
from hvb_followup.registers.text import Line, lines_of
from hvb_followup.sheets.limits import Limits
from hvb_followup.sheets.problems import in_sheet
from hvb_followup.sheets.words import restored

_SAMPLE = 400


def lines_of_text(data: bytes, recognised: Callable[[list[str]], int], limits: Limits) -> tuple[Line, ...]:
    """Every row of a CSV in UTF-8, UTF-16 or Windows-1252; cells defused by an export of ours are as they were."""
    text = _as_utf_8(data)
    _refuse_too_much(text, limits)
    lines = lines_of(text, recognised)
    if len(lines) > limits.rows:
        raise Refused(in_sheet("sheet-too-long"))
    for line in lines:
        if any(line.cells[limits.columns :]):
            raise Refused(in_sheet("sheet-too-wide", f"rad {line.number}"))
        if any(len(cell) > limits.cell_text for cell in line.cells):
            raise Refused(in_sheet("sheet-cell-long", f"rad {line.number}"))
    return tuple(Line(number=line.number, cells=tuple(map(restored, line.cells))) for line in lines)


def _as_utf_8(data: bytes) -> bytes:
    """UTF-16 becomes UTF-8; everything else is left to the reader of text."""
    encoding = _utf_16(data)
    if encoding is None:
        return data
    try:
        return data.decode(encoding).encode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(in_file("sheet-encoding")) from error


def _utf_16(data: bytes) -> str | None:
    """Told by its mark, or by every other byte being nothing."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    low, high = data[:_SAMPLE:2], data[1:_SAMPLE:2]
    if len(data) % 2 == 0 and data and b"\0" not in low and not high.strip(b"\0"):
        return "utf-16-le"
    if len(data) % 2 == 0 and data and b"\0" not in high and not low.strip(b"\0"):
        return "utf-16-be"
    return None


def _refuse_too_much(text: bytes, limits: Limits) -> None:
    """Counted before anything is made of it: ten million line ends are ten million rows."""
    if max(text.count(b"\n"), text.count(b"\r")) > limits.rows:
        raise Refused(in_sheet("sheet-too-long"))
    if max(text.count(sign) for sign in (b";", b",", b"\t")) > limits.cells:
        raise Refused(in_sheet("sheet-too-many-cells"))
