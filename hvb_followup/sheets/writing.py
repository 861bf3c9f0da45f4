"""How this room makes a workbook: in memory, the same bytes every time, and no text becomes a formula or a link."""

from __future__ import annotations

import datetime as dt
from typing import IO

from xlsxwriter.workbook import Workbook

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# A workbook says when it was made. Ours say the same day, so that the same values give the same bytes.
_MADE_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MOST_ROWS, MOST_TEXT = 1_048_576, 32_767


def new_workbook(target: IO[bytes]) -> Workbook:
    """An empty workbook that is written to ``target`` when it is closed."""
    book = Workbook(target, _OPTIONS)
    book.set_properties({"created": _MADE_AT, "author": "HVB-uppföljning"})
    return book


def fitting(text: str) -> str:
    """The text, cut with … where a cell could not hold it: the library would drop it whole."""
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
