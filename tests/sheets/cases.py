"""Files that people and attackers send, each with what must come of it: rows, or a code of refusal.

Rows are lists of texts with their row number first; every file is made here, none is kept.
"""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable

from tests.sheets.builders import (
    GOOD,
    HEAD,
    LINKS,
    MAIN,
    ROW,
    inline,
    link,
    parts,
    relations,
    row,
    sheet,
    strings,
    styles,
    table,
    with_cell,
    workbook,
    zipped,
)

Rows = list[tuple[int, tuple[str, ...]]]
Expected = str | Rows
READ: Rows = [(1, HEAD), (2, ROW)]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SEMICOLONS = "\n".join(";".join(cells) for cells in (HEAD, ROW))


def reads(*cells: str) -> Rows:
    """The headings in row 1 and these cells in row 2."""
    return [(1, HEAD), (2, (*cells, *[""] * (len(HEAD) - len(cells))))]


def shown(cell: str, text: str, **options: object) -> tuple[Callable[[], bytes], Expected]:
    """A cell given as XML, and the text it must come back as."""
    return lambda: workbook(with_cell(cell), **options), reads("A-1", text)  # type: ignore[arg-type]


def entity_bomb() -> bytes:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return workbook(
        f'<!DOCTYPE x [<!ENTITY a0 "bbbbbbbbbb">{lines}]>' + with_cell(inline(2, 1, "x")).partition("?>")[2]
    )


def outer_entity() -> bytes:
    return workbook('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + GOOD.partition("?>")[2])


def many_rows(count: int, cell: str = "") -> bytes:
    body = "".join(f'<row r="{n}">{cell}</row>' for n in range(2, count + 1))
    return workbook(sheet(row(1, HEAD), body))


def many_filled_rows(count: int) -> bytes:
    body = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, count + 1))
    return workbook(sheet(row(1, HEAD), body))


def far_cells() -> bytes:
    return workbook(
        sheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    )


def text_repeated(times: int) -> bytes:
    body = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, times + 2))
    return workbook(sheet(row(1, HEAD), body), shared=strings("x" * 30_000))


def deep_xml() -> bytes:
    return workbook(GOOD.replace("</sheetData>", "</sheetData>" + "<a>" * 200_000 + "</a>" * 200_000))


def wrong_checksum() -> bytes:
    data = bytearray(workbook(GOOD))
    place = data.index(b"xl/worksheets/sheet1.xml")
    data[place - 16 : place - 12] = b"\1\2\3\4"
    where = data.rindex(b"xl/worksheets/sheet1.xml")
    data[where - 30 : where - 26] = b"\1\2\3\4"
    return bytes(data)


def encrypted_entry() -> bytes:
    data = bytearray(workbook(GOOD))
    for place in range(len(data) - 4):
        if data[place : place + 4] == b"PK\1\2":
            data[place + 8] |= 1
    return bytes(data)


def unknown_method() -> bytes:
    data = bytearray(workbook(GOOD))
    for place in range(len(data) - 4):
        if data[place : place + 4] == b"PK\1\2":
            data[place + 10 : place + 12] = struct.pack("<H", 97)
    return bytes(data)


def nested_zip() -> bytes:
    inner = zipped({"a": b"\0" * 5_000_000})
    for _ in range(3):
        inner = zipped({f"{n}.zip": inner for n in range(5)})
    return workbook(GOOD, extra={"xl/embeddings/inner.zip": inner})


def climbing_names() -> bytes:
    return workbook(GOOD, extra={"../../../etc/passwd": "x", "/absolute": "x", "xl/..\\..\\x": "x"})


def merged(reference: str, *rows: tuple[str, ...]) -> bytes:
    return workbook(table(*rows, after=f'<mergeCells><mergeCell ref="{reference}"/></mergeCells>'))


def declared(encoding: str) -> str:
    return GOOD.replace('"1.0"', f'"1.0" encoding="{encoding}"')


def with_sheet(part: bytes) -> bytes:
    return workbook(GOOD, extra={"xl/worksheets/sheet1.xml": part})


def with_links(target: str, more: str = "") -> bytes:
    return workbook(
        GOOD, extra={"xl/_rels/workbook.xml.rels": relations(link("rId1", "worksheet", target, more))}
    )


def unnumbered() -> bytes:
    cells = ("".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in line) for line in (HEAD, ROW))
    return workbook(sheet(*(f"<row>{line}</row>" for line in cells)))


def from_utf_16(encoding: str) -> bytes:
    return SEMICOLONS.encode(encoding)


def noise(length: int) -> bytes:
    return random.Random(length).randbytes(length)


DEFUSED = SEMICOLONS.replace("Björken", "'=1+1")
SPACES = " " * 200_000_000
PIECES = "<r><t>Björ</t></r><rPh><t>X</t></rPh><r><t>ken</t></r>"
FORMULA = '<c r="B2"{kind}><f>{formula}</f>{value}</c>'
DAY = styles(
    "yyyy\\-mm\\-dd",
    "[h]:mm",
    "0000",
    "000000\\-0000",
    '"Dag" 0',
    "0.0%",
    "#,##0.00",
    "[Red]0;[Blue]-0",
    "General",
)

HOSTILE: dict[str, tuple[Callable[[], bytes], Expected]] = {
    # Whole files, as programs write them
    "a plain workbook": (lambda: workbook(GOOD), READ),
    "a workbook called .csv": (lambda: workbook(GOOD), READ),
    "a workbook that is not compressed": (lambda: zipped(parts(GOOD), zipfile.ZIP_STORED), READ),
    "a CSV called .xlsx": (SEMICOLONS.encode, READ),
    "CSV with a mark": (lambda: SEMICOLONS.encode("utf-8-sig"), READ),
    "CSV in Windows-1252": (lambda: SEMICOLONS.encode("cp1252"), READ),
    "CSV in UTF-16 with a mark": (lambda: from_utf_16("utf-16"), READ),
    "CSV in UTF-16, little end first, no mark": (lambda: from_utf_16("utf-16-le"), READ),
    "CSV in UTF-16, big end first, no mark": (lambda: from_utf_16("utf-16-be"), READ),
    "CSV with commas": (lambda: SEMICOLONS.replace(";", ",").encode(), READ),
    "CSV with tabs in UTF-16, as Excel's Unicode text": (lambda: SEMICOLONS.replace(";", "\t").encode("utf-16"), READ),
    "CSV with a cell defused by an export": (DEFUSED.encode, reads("A-1", "=1+1", *ROW[2:])),
    "strict namespaces": (lambda: workbook(GOOD.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")), READ),
    "prefixed elements": (
        lambda: workbook(GOOD.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")),
        READ,
    ),
    "XML in UTF-16": (lambda: with_sheet(declared("utf-16").encode("utf-16")), READ),
    "targets from the root": (lambda: with_links("/xl/worksheets/sheet1.xml"), READ),
    "no root relationships": (lambda: workbook(GOOD, drop=["_rels/.rels"]), READ),
    "rows and cells without references": (unnumbered, READ),
    "rows in the wrong order": (lambda: workbook(sheet(row(2, ROW), row(1, HEAD))), READ),
    "macros, never opened": (lambda: workbook(GOOD, extra={"xl/vbaProject.bin": noise(5_000)}), READ),
    "links to other files, never followed": (
        lambda: workbook(GOOD, extra={"xl/externalLinks/externalLink1.xml": "<broken", "xl/connections.xml": "<broken"}),
        READ,
    ),
    "hidden and very hidden sheets, not read": (
        lambda: workbook(table(HEAD, ("DOLD",)), GOOD, table(HEAD, ("DOLD",)), states=("hidden", "visible", "veryHidden")),
        READ,
    ),
    "the rows on the second sheet": (lambda: workbook(table(("Anteckningar",), ("Ring Eva",)), GOOD), READ),
    "an example sheet beside the rows": (lambda: workbook(table(HEAD, ("X-9",)), GOOD, names=("Exempel", "Rader")), READ),
    "an old list of what to mend beside the rows": (lambda: workbook(table(HEAD, ("X",)), GOOD, names=("Att rätta", "R")), READ),
    "an empty sheet with the same headings": (lambda: workbook(table(HEAD), GOOD), READ),
    "a title above the headings": (lambda: workbook(table(("Placeringar 2026",), (), HEAD, ROW)), [(3, HEAD), (4, ROW)]),
    "ids above headings and help below": (
        lambda: workbook(table(HEAD, HEAD, ("Hjälp: eget löpnummer", "Namnet"), ROW)),
        [(2, HEAD), (4, ROW)],
    ),
    "blank rows between, each with its number": (
        lambda: workbook(sheet(row(1, HEAD), row(4, ROW), row(6, ("A-2",)))),
        [(1, HEAD), (2, ("",) * 4), (3, ("",) * 4), (4, ROW), (5, ("",) * 4), (6, ("A-2", "", "", ""))],
    ),
    "colour without text out to the last cell": (
        lambda: workbook(sheet(row(1, HEAD), row(2, ROW), '<row r="1048576"><c r="XFD1048576" s="1"/></row>')),
        READ,
    ),
    "a merged title": (lambda: merged("A1:D1", ("Titel",), HEAD, ROW), [(2, HEAD), (3, ROW)]),
    "names that climb out of the folder": (climbing_names, READ),
    "zips inside the zip": (nested_zip, READ),
    # Cells, as people see them
    "a formula with its value": shown(FORMULA.format(kind="", formula="1+1", value="<v>2</v>"), "2"),
    "a formula with its text": shown(FORMULA.format(kind=' t="str"', formula="A1", value="<v>hej</v>"), "hej"),
    "a formula that gives nothing": shown(FORMULA.format(kind=' t="str"', formula='""', value="<v></v>"), ""),
    "a call to the outside, its value only": shown(
        FORMULA.format(kind=' t="str"', formula="WEBSERVICE(1)", value="<v>x</v>"), "x"
    ),
    "a text that looks like a formula": shown(inline(2, 1, "=HYPERLINK(1)"), "=HYPERLINK(1)"),
    "a date": shown('<c r="B2" s="1"><v>46085</v></c>', "2026-03-04", style=DAY),
    "a date from 1904": shown('<c r="B2" s="1"><v>44623</v></c>', "2026-03-04", style=DAY, book='<workbookPr date1904="1"/>'),
    "a date with a time": shown('<c r="B2" s="1"><v>46085.75</v></c>', "2026-03-04 18:00", style=DAY),
    "a time of day": shown('<c r="B2" s="1"><v>0.5</v></c>', "12:00", style=DAY),
    "a date before the leap day that never was": shown('<c r="B2" s="1"><v>59</v></c>', "1900-02-28", style=DAY),
    "the leap day that never was": shown('<c r="B2" s="1"><v>60</v></c>', "60", style=DAY),
    "a date after the last": shown('<c r="B2" s="1"><v>9999999</v></c>', "9999999", style=DAY),
    "a date before the first": shown('<c r="B2" s="1"><v>-1</v></c>', "-1", style=DAY),
    "a written date": shown('<c r="B2" t="d"><v>2026-03-04T00:00:00</v></c>', "2026-03-04"),
    "hours past a day": shown('<c r="B2" s="2"><v>1.5625</v></c>', "37:30", style=DAY),
    "a code with its nought": shown('<c r="B2" s="3"><v>114</v></c>', "0114", style=DAY),
    "digits with a dash": shown('<c r="B2" s="4"><v>101011234</v></c>', "010101-1234", style=DAY),
    "a word in a format is no date": shown('<c r="B2" s="5"><v>7</v></c>', "7", style=DAY),
    "a percentage": shown('<c r="B2" s="6"><v>0.75</v></c>', "75 %", style=DAY),
    "a number with thousands": shown('<c r="B2" s="7"><v>1234.5</v></c>', "1234.5", style=DAY),
    "a number in red": shown('<c r="B2" s="8"><v>3</v></c>', "3", style=DAY),
    "a style that is not there": shown('<c r="B2" s="4000"><v>7</v></c>', "7", style=DAY),
    "a whole number stored with a point": shown('<c r="B2"><v>12.0</v></c>', "12"),
    "a sum with an error in its last digit": shown('<c r="B2"><v>0.30000000000000004</v></c>', "0.3"),
    "a number in powers": shown('<c r="B2"><v>1.99001011234E11</v></c>', "199001011234"),
    "yes": shown('<c r="B2" t="b"><v>1</v></c>', "ja"),
    "no": shown('<c r="B2" t="b"><v>0</v></c>', "nej"),
    "text in pieces": shown(f'<c r="B2" t="inlineStr"><is>{PIECES}</is></c>', "Björken"),
    "a shared text in pieces": shown(
        '<c r="B2" t="s"><v>0</v></c>', "Björken", shared=f'<sst xmlns="{MAIN}"><si>{PIECES}</si></sst>'
    ),
    "an escaped line end": shown(inline(2, 1, "a_x000D_b"), "a\rb"),
    "half a surrogate": shown(inline(2, 1, "a_xD800_b"), "a\ufffdb"),
    "letters in two signs": shown(inline(2, 1, "Bjo\u0308rken"), "Björken"),
    "hard spaces around": shown(inline(2, 1, "\u00a0 Björken\u202f "), "Björken"),
    # Refused, with what to mend
    "nothing": (lambda: b"", "sheet-empty"),
    "only spaces": (lambda: b"  \r\n \n", "sheet-empty"),
    "a sheet with nothing in it": (lambda: workbook(sheet()), "sheet-empty"),
    "no visible sheet": (lambda: workbook(GOOD, states=("hidden",)), "sheet-no-visible"),
    "no sheet at all": (lambda: workbook(), "sheet-no-visible"),
    "two sheets with the same headings": (lambda: workbook(GOOD, GOOD), "sheet-which"),
    "an old Excel file": (lambda: OLE + noise(3_000), "sheet-old-excel"),
    "a locked Excel file": (lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "sheet-locked"),
    "a binary Excel file": (lambda: zipped({"xl/workbook.bin": b"x"}), "sheet-binary-excel"),
    "an OpenDocument file": (lambda: zipped({"mimetype": "x", "content.xml": "<x/>"}), "sheet-open-document"),
    "a Word file": (lambda: zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), "sheet-not-a-sheet"),
    "some other zip": (lambda: zipped({"readme.txt": "x"}), "sheet-not-a-sheet"),
    "an empty zip": (lambda: zipped({}), "sheet-not-a-sheet"),
    "a PDF": (lambda: b"%PDF-1.7\n" + noise(500), "sheet-not-a-sheet"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + noise(500), "sheet-not-a-sheet"),
    "a web page called .xls": (lambda: b"<html><table><tr><td>Nyckel</td></tr></table>", "sheet-not-a-sheet"),
    "an XML spreadsheet": (lambda: b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "sheet-not-a-sheet"),
    "a zip inside gzip": (lambda: b"\x1f\x8b" + noise(300), "sheet-not-a-sheet"),
    "the first half of a workbook": (lambda: workbook(GOOD)[:700], "sheet-broken"),
    "the last half of a workbook": (lambda: b"PK\3\4" + workbook(GOOD)[700:], "sheet-broken"),
    "a zip's first bytes and noise": (lambda: b"PK\3\4" + noise(3_000), "sheet-broken"),
    "a wrong checksum": (wrong_checksum, "sheet-broken"),
    "an encrypted part": (encrypted_entry, "sheet-broken"),
    "a way of packing nobody knows": (unknown_method, "sheet-broken"),
    "the sheet's part is missing": (lambda: workbook(GOOD, drop=["xl/worksheets/sheet1.xml"]), "sheet-broken"),
    "the workbook's part is missing": (lambda: workbook(GOOD, drop=["xl/workbook.xml"]), "sheet-broken"),
    "the workbook's links are missing": (lambda: workbook(GOOD, drop=["xl/_rels/workbook.xml.rels"]), "sheet-broken"),
    "a sheet outside the file": (lambda: with_links("file:///x", ' TargetMode="External"'), "sheet-broken"),
    "XML that ends too soon": (lambda: workbook(GOOD[:-30]), "sheet-broken"),
    "XML whose elements cross": (lambda: workbook(GOOD.replace("</row></sheetData>", "</sheetData></row>")), "sheet-broken"),
    "a NUL in the XML": (lambda: workbook(GOOD.replace("Björken", "Bj\0rken")), "sheet-broken"),
    "an XML encoding nobody knows": (lambda: workbook(declared("x-klingon")), "sheet-broken"),
    "a shared text that is not there": (
        lambda: workbook(with_cell('<c r="B2" t="s"><v>9</v></c>'), shared=strings("a")),
        "sheet-broken",
    ),
    "a number that is none": (lambda: workbook(with_cell('<c r="B2"><v>1_0</v></c>')), "sheet-broken"),
    "a number beyond all numbers": (lambda: workbook(with_cell('<c r="B2"><v>1E999</v></c>')), "sheet-broken"),
    "a cell in a row of another number": (lambda: workbook(with_cell(inline(3, 1, "x"))), "sheet-broken"),
    "a cell twice": (lambda: workbook(table(HEAD, ("A-1", inline(2, 0, "A-2")))), "sheet-broken"),
    "a cell beyond the last column": (lambda: workbook(with_cell('<c r="XFE2"><v>1</v></c>')), "sheet-broken"),
    "a row beyond the last": (lambda: workbook(sheet(row(1, HEAD), row(1_048_577, ROW))), "sheet-broken"),
    "a row before the first": (lambda: workbook(sheet(row(0, HEAD))), "sheet-broken"),
    "a formula never worked out": (lambda: workbook(with_cell(FORMULA.format(kind="", formula="1+1", value=""))), "cell-formula"),
    "a formula that failed": (lambda: workbook(with_cell('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')), "cell-error"),
    "an error without a formula": (lambda: workbook(with_cell('<c r="B2" t="e"><v>#REF!</v></c>')), "cell-error"),
    "merged cells among the rows": (lambda: merged("A2:A3", HEAD, ROW, ROW), "sheet-merged"),
    "a NUL escaped in a cell": (lambda: workbook(with_cell(inline(2, 1, "a_x0000_b"))), "sheet-nul"),
    "a NUL in a CSV": (lambda: SEMICOLONS.replace("Björken", "Bj\0rken").encode(), "sheet-nul"),
    "half a sign in UTF-16": (lambda: b"\xff\xfe" + b"\x00\xd8" * 3, "sheet-encoding"),
    "bytes that are no text": (lambda: b"Nyckel;Namn\n\x81\x8d\x8f\x90\x9d;x", "sheet-encoding"),
    "a quote that never ends": (lambda: SEMICOLONS.replace("Björken", '"Björken').encode(), "sheet-quotes"),
    "two cells as far apart as can be": (far_cells, "sheet-far-cell"),
    "one cell far down": (lambda: workbook(sheet(row(1, HEAD), row(900_000, ROW))), "sheet-far-cell"),
    "one cell far to the right": (lambda: workbook(with_cell('<c r="AAA2"><v>1</v></c>')), "sheet-far-cell"),
    "ten thousand columns": (lambda: workbook(sheet(row(1, ["x"] * 10_000))), "sheet-too-wide"),
    "ten thousand columns in a CSV": (lambda: ";".join(["x"] * 10_000).encode(), "sheet-too-wide"),
    "a million rows": (lambda: many_filled_rows(1_000_001), "sheet-too-long"),
    "a million rows in a CSV": (lambda: b"Nyckel;Namn\n" + b"1;x\n" * 1_000_001, "sheet-too-long"),
    "ten million line ends": (lambda: b"\n" * 9_999_999, "sheet-too-long"),
    "ten million semicolons": (lambda: b";" * 9_999_999, "sheet-too-many-cells"),
    "more than ten million bytes": (lambda: b"a;b\n" * 2_500_001, "sheet-too-large"),
    "too many cells in too many sheets": (
        lambda: workbook(*[sheet("".join(f'<row r="{n}"><c r="GR{n}"><v>1</v></c></row>' for n in range(1, 5_001)))] * 3),
        "sheet-too-many-cells",
    ),
    "a text in a CSV longer than a cell": (lambda: b"Nyckel;Namn\n1;" + b"x" * 40_000, "sheet-cell-long"),
    "one long text in a thousand cells": (lambda: text_repeated(1_000), "sheet-too-much-text"),
    "a text longer than a cell": (lambda: workbook(with_cell(inline(2, 1, "x" * 40_000))), "sheet-cell-long"),
    "a hundred thousand styles": (lambda: workbook(GOOD, style=styles(*["0"] * 100_000)), "sheet-bomb"),
    "a part that unpacks to 200 MB": (lambda: workbook(GOOD.replace("</sheetData>", SPACES + "</sheetData>")), "sheet-bomb"),
    "shared texts that unpack to 200 MB": (lambda: workbook(GOOD, shared=strings(SPACES)), "sheet-too-much-text"),
    "three thousand parts": (lambda: workbook(GOOD, extra={f"p{n}": "" for n in range(3_000)}), "sheet-bomb"),
    "entities that multiply": (entity_bomb, "sheet-doctype"),
    "an entity from outside": (outer_entity, "sheet-doctype"),
    "a doctype in the workbook": (lambda: workbook(GOOD, extra={"xl/workbook.xml": "<!DOCTYPE x><workbook/>"}), "sheet-doctype"),
    "elements two hundred thousand deep": (deep_xml, READ),
    "two hundred thousand empty rows": (lambda: many_rows(200_000), [(1, HEAD)]),
    "a link part that is not XML": (lambda: workbook(GOOD, extra={"_rels/.rels": LINKS}), "sheet-broken"),
}  # fmt: skip
