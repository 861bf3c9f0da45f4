"""Public tables as Excel files: written row by row in another thread, one at a time, and kept while they are asked for.

A publication never changes, so a file is made once. Text is text and never a formula, whoever wrote it; numbers are
numbers; what is not told is an empty cell beside the reason in ``status`` and ``outcome``.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from hvb_followup.sheets.exporting import export
from hvb_followup.web.public.rows import Row, plain

ROOM = 64_000_000  # bytes of finished files


class Workbooks:
    """Finished Excel files by name, the least used thrown out first."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def get(self, name: str, rows: Iterable[Row], columns: Sequence[str]) -> bytes:
        """The file; whoever asks while another is made waits for it, so that pages do not."""
        async with self._one_at_a_time:
            if name not in self._files:
                self._keep(name, await asyncio.to_thread(workbook, rows, columns))
            self._files.move_to_end(name)
            return self._files[name]

    def _keep(self, name: str, file: bytes) -> None:
        self._files[name] = file
        while sum(map(len, self._files.values())) > self.room and len(self._files) > 1:
            self._files.popitem(last=False)


def workbook(rows: Iterable[Row], columns: Sequence[str]) -> bytes:
    """These columns of the rows, as an Excel file."""
    return export(columns, ([plain(row.get(column)) for column in columns] for row in rows))
