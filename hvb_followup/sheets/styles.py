"""The number formats of a workbook (ECMA-376 part 1, §18.8): what each style makes of a number. Runs in the child."""

from __future__ import annotations

from hvb_followup.sheets.cells import kind_of_format
from hvb_followup.sheets.refusals import Turned

_MOST_STYLES = 65_536
_LONGEST_CODE = 255


class StyleReader:
    """Handlers that gather the formats that cells may have; those of named styles are another list."""

    def __init__(self) -> None:
        self._codes: dict[int, str] = {}
        self._used: list[int] = []
        self._of_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """A format, the list of cells' styles, or one of these begins."""
        if tag == "numFmt":
            self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")[:_LONGEST_CODE]
        elif tag == "cellXfs":
            self._of_cells = True
        elif tag == "xf" and self._of_cells:
            self._used.append(int(attributes.get("numFmtId", "0")))
        if len(self._codes) > _MOST_STYLES or len(self._used) > _MOST_STYLES:
            raise Turned("sheet-bomb")

    def end(self, tag: str) -> None:
        """The list of cells' styles ends."""
        if tag == "cellXfs":
            self._of_cells = False

    def kinds(self) -> list[str]:
        """For every style of a cell, in order, what it makes of a number."""
        kinds = {number: kind_of_format(number, self._codes.get(number)) for number in set(self._used)}
        return [kinds[number] for number in self._used]
