"""Small makers of Excel files, whole and broken: a zip and some strings, so that every fault is one on purpose."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from hvb_followup import content
from hvb_followup.registers import sheets
from hvb_followup.sheets.limits import letter

SHEETS = sheets(content.codelists())

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = ("Nyckel", "Namn", "Dag", "Antal")
ROW = ("A-1", "Björken", "2026-03-04", "12")
Part = str | bytes


def recognised(cells: list[str]) -> int:
    """Counts the headings these tests know."""
    return sum(cell in HEAD for cell in cells)


def inline(row: int, column: int, text: str) -> str:
    """A cell that holds its own text."""
    return (
        f'<c r="{letter(column)}{row}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
    )


def row(number: int, cells: Sequence[str]) -> str:
    """One row: texts as such, and cells given as XML as they are."""
    made = (
        cell if cell.startswith("<c") else inline(number, place, cell)
        for place, cell in enumerate(cells)
        if cell
    )
    return f'<row r="{number}">{"".join(made)}</row>'


def sheet(*rows: str, after: str = "", before: str = "") -> str:
    """A sheet of rows that are already XML."""
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def table(*rows: Sequence[str], after: str = "") -> str:
    """A sheet of texts, from row 1."""
    return sheet(*(row(number, cells) for number, cells in enumerate(rows, start=1)), after=after)


GOOD = table(HEAD, ROW)


def with_cell(cell: str) -> str:
    """The headings, and one row whose first cell is a key and whose second is this XML."""
    return table(HEAD, ("A-1", cell))


def styles(*codes: str) -> str:
    """Number formats: style 0 is plain, style n is the nth code."""
    formats = "".join(
        f'<numFmt numFmtId="{170 + n}" formatCode={quoteattr(c)}/>' for n, c in enumerate(codes)
    )
    used = "".join(f'<xf numFmtId="{170 + n}"/>' for n in range(len(codes)))
    other = '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
    cells = f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs>'
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>{other}{cells}</styleSheet>'


def strings(*texts: str) -> str:
    """The table of shared texts."""
    return f'<sst xmlns="{MAIN}">' + "".join(f"<si><t>{escape(text)}</t></si>" for text in texts) + "</sst>"


def parts(
    *sheets: str,
    names: Sequence[str] = ("Rader", "Blad2", "Blad3"),
    states: Sequence[str] = (),
    book: str = "",
    style: str = "",
    shared: str = "",
) -> dict[str, Part]:
    """The parts of a workbook by their path in the zip."""
    listed, links = "", ""
    for number in range(1, len(sheets) + 1):
        state = states[number - 1] if states else "visible"
        listed += f'<sheet name={quoteattr(names[number - 1])} sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        links += link(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml")
    links += link("rId90", "styles", "styles.xml") if style else ""
    links += link("rId91", "sharedStrings", "sharedStrings.xml") if shared else ""
    made: dict[str, Part] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": relations(link("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{book}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(links),
    }
    made |= {f"xl/worksheets/sheet{number}.xml": text for number, text in enumerate(sheets, start=1)}
    made |= {"xl/styles.xml": style} if style else {}
    return made | ({"xl/sharedStrings.xml": shared} if shared else {})


def link(name: str, kind: str, target: str, more: str = "") -> str:
    """One relationship."""
    return f'<Relationship Id="{name}" Type="{LINKS}/{kind}" Target="{target}"{more}/>'


def relations(links: str) -> str:
    """A part of relationships."""
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def zipped(made: Mapping[str, Part], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a zip."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as archive:
        for name, text in made.items():
            archive.writestr(name, text)
    return target.getvalue()


def workbook(
    *sheets: str, extra: Mapping[str, Part] | None = None, drop: Sequence[str] = (), **options: object
) -> bytes:
    """A workbook of these sheets; ``extra`` parts replace its own, ``drop`` takes some away."""
    made = parts(*sheets, **options) | dict(extra or {})  # type: ignore[arg-type]
    return zipped({name: text for name, text in made.items() if name not in drop})
