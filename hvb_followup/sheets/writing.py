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


def new_workbook(target: IO[bytes], *, row_by_row: bool = False) -> Workbook:
    """An empty workbook that is written to ``target`` when it is closed.

    ``row_by_row``: a row is let go of when the next begins, so that a long table takes no more room than a short.
    """
    book = Workbook(target, {**_OPTIONS, "constant_memory": row_by_row})
    book.set_properties({"created": _MADE_AT, "author": "HVB-uppföljning"})
    return book


def fitting(text: str) -> str:
    """The text as a cell can hold it: the library would drop what is too long and fail on half a sign."""
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return whole if len(whole) <= MOST_TEXT else whole[: MOST_TEXT - 1] + "…"
