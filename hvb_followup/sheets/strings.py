"""The table of texts that the cells of a workbook share (ECMA-376 part 1, §18.4). Runs in the child."""

from __future__ import annotations

from hvb_followup.sheets.limits import Limits
from hvb_followup.sheets.refusals import Turned


class StringReader:
    """Handlers that gather the texts; formatted runs are joined, readings in small print left out."""

    def __init__(self, limits: Limits) -> None:
        self.strings: list[str] = []
        self._limits = limits
        self._pieces: list[str] = []
        self._in_text = False
        self._in_reading = False
        self._left = limits.text

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A text, a piece of it, or its phonetic reading begins."""
        if tag == "si":
            self._pieces.clear()
        elif tag == "rPh":
            self._in_reading = True
        elif tag == "t":
            self._in_text = not self._in_reading

    def end(self, tag: str) -> None:
        """It ends: keep a whole text, within the limits."""
        if tag == "t":
            self._in_text = False
        elif tag == "rPh":
            self._in_reading = False
        elif tag == "si":
            self.strings.append("".join(self._pieces))
            if len(self.strings) > self._limits.cells:
                raise Turned("sheet-too-many-cells")

    def text(self, piece: str) -> None:
        """Some of a text."""
        if self._in_text:
            self._pieces.append(piece)
            self._left -= len(piece)
            if self._left < 0:
                raise Turned("sheet-too-much-text")
