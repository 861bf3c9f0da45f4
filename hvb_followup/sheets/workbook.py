"""An .xlsx file → the filled cells of its visible sheets. Runs in the child only: here uploads are unpacked.

Everything streams and is counted while it streams: what is far, wide, long or endless is met by a limit and not by
the memory. Formulas are never worked out and macros, links and pictures never opened. ECMA-376 part 1, §18.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

import msgspec

from hvb_followup.sheets.grid import GridReader
from hvb_followup.sheets.limits import Answer, Limits, Tab
from hvb_followup.sheets.refusals import Turned
from hvb_followup.sheets.strings import StringReader
from hvb_followup.sheets.styles import StyleReader

# What the standard library says of a file that is not what it claims to be.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error, EOFError, OSError, LookupError, ValueError,
    TypeError, ArithmeticError, RuntimeError, StopIteration,
)  # fmt: skip
_CHUNK = 65_536
Attributes = dict[str, str]


def answer(request: bytes, limits: Limits) -> bytes:
    """The child's errand: the workbook's bytes in, an ``Answer`` as MessagePack out."""
    return msgspec.msgpack.encode(read_workbook(request, limits))


def read_workbook(data: bytes, limits: Limits) -> Answer:
    """The visible sheets, or why not."""
    try:
        return Answer(tabs=tuple(_Workbook(data, limits).tabs()))
    except Turned as turned:
        return Answer(refused=turned.code, where=turned.where)
    except _BROKEN:
        return Answer(refused="sheet-broken")


class _Workbook:
    """The zip file and what its parts share: styles, texts, calendar."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self.limits = limits
        self.unpacked = 0
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        self.names = {entry.filename for entry in self.zip.infolist()}
        if len(self.zip.infolist()) > limits.entries:
            raise Turned("sheet-bomb")
        self._refuse_other_formats()

    def _refuse_other_formats(self) -> None:
        if any(name.endswith("workbook.bin") for name in self.names):
            raise Turned("sheet-binary-excel")
        if "mimetype" in self.names and "content.xml" in self.names:
            raise Turned("sheet-open-document")

    def tabs(self) -> Iterator[Tab]:
        """Every visible sheet that has anything in it."""
        path = self._book_path()
        listed, from_1904 = self._listed(path)
        targets = self._targets(path)
        styles = self._styles(targets)
        strings = self._strings(targets)
        left = self.limits.cells, self.limits.text
        for number, (name, link) in enumerate(listed, start=1):
            reader = GridReader(number, self.limits, strings, styles, from_1904, *left)
            self._read(targets["id", link], reader.start, reader.end, reader.text)
            left = reader.cells_left, reader.text_left
            yield Tab(name=name, rows=reader.rows, faults=tuple(reader.faults), merged=tuple(reader.merged))

    def _book_path(self) -> str:
        """Where the workbook part is; a zip without one is some other kind of file."""
        if "_rels/.rels" in self.names:
            found = self._links("_rels/.rels", "").get(("type", "officeDocument"))
            if found in self.names and re.search(r"workbook\d*\.xml$", found):
                return found
        if "xl/workbook.xml" in self.names:
            return "xl/workbook.xml"
        raise Turned(
            "sheet-broken"
            if "[Content_Types].xml" in self.names and not self._is_other()
            else "sheet-not-a-sheet"
        )

    def _is_other(self) -> bool:
        return any(name.startswith(("word/", "ppt/")) for name in self.names)

    def _listed(self, path: str) -> tuple[list[tuple[str, str]], bool]:
        """The visible sheets, as name and link, in order; and whether days count from 1904."""
        listed: list[tuple[str, str]] = []
        calendars: list[str] = []

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "sheet" and attributes.get("state", "visible") == "visible":
                listed.append((attributes.get("name", ""), _linked(attributes)))
            elif tag == "workbookPr":
                calendars.append(attributes.get("date1904", "0"))

        self._read(path, start)
        if not listed:
            raise Turned("sheet-no-visible")
        return listed, any(value in ("1", "true") for value in calendars)

    def _targets(self, path: str) -> dict[tuple[str, str], str]:
        folder, name = posixpath.split(path)
        return self._links(posixpath.join(folder, "_rels", f"{name}.rels"), folder)

    def _links(self, path: str, folder: str) -> dict[tuple[str, str], str]:
        """The parts that a part points to, by id and by the last word of their type; none outside the file."""
        links: dict[tuple[str, str], str] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, attributes["Target"])).lstrip("/")
                links["id", attributes.get("Id", "")] = target
                links["type", attributes.get("Type", "").rpartition("/")[2]] = target

        self._read(path, start)
        return links

    def _styles(self, targets: dict[tuple[str, str], str]) -> list[str]:
        """For every style of a cell, what it makes of a number."""
        path = targets.get(("type", "styles"))
        if path not in self.names:
            return []
        reader = StyleReader()
        self._read(path, reader.start, reader.end)
        return reader.kinds()

    def _strings(self, targets: dict[tuple[str, str], str]) -> list[str]:
        """The texts that cells share."""
        path = targets.get(("type", "sharedStrings"))
        if path not in self.names:
            return []
        reader = StringReader(self.limits)
        self._read(path, reader.start, reader.end, reader.text)
        return reader.strings

    def _read(
        self,
        path: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Stream one XML part past the handlers, without a doctype or entities of its own."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        # Hundreds of thousands of elements go by: most have no prefix to take off.
        parser.StartElementHandler = lambda tag, found: start(_local(tag) if ":" in tag else tag, found)
        if end:
            parser.EndElementHandler = lambda tag: end(_local(tag) if ":" in tag else tag)
        if text:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with self.zip.open(path) as part:
            while chunk := part.read(_CHUNK):
                self.unpacked += len(chunk)
                if self.unpacked > self.limits.unpacked:
                    raise Turned("sheet-bomb")
                parser.Parse(chunk, False)
        parser.Parse(b"", True)


def _local(name: str) -> str:
    """The name without its prefix: programs differ in prefixes and in namespaces, never in names."""
    return name.rpartition(":")[2]


def _linked(attributes: Attributes) -> str:
    """The id of the link, in whatever prefix: ``sheetId`` and ``name`` have none."""
    return next(value for name, value in attributes.items() if name.endswith(":id"))


def _refuse_doctype(*_: object) -> None:
    raise Turned("sheet-doctype")
