"""The annotated copy: every fault in its cell, values only, and a corrected copy imports clean."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from hvb_followup.errors import Problem, Refused
from hvb_followup.registers import Known
from hvb_followup.registers.checks import read
from hvb_followup.registry import unit_id
from hvb_followup.sheets.annotating import CellProblem, annotated, placed
from hvb_followup.sheets.reading import read_sheet, recognised_by
from tests.sheets.builders import GOOD, HEAD, ROW, SHEETS, recognised, table, workbook, zipped
from tests.sheets.builders import parts as parts_of

HOME = unit_id("7K2QX")
KNOWN = Known(units=frozenset({HOME}), municipalities=frozenset({"9001"}))
PLACEMENT = recognised_by(SHEETS["placement"])
HEADINGS = tuple(column.heading for column in SHEETS["placement"].columns)[:6]
FAULTY = [
    HEADINGS,
    ("L-1", HOME, "9001", "2010", "2026-03-04", ""),
    ("L-2", HOME, "9001", "tjugotio", "2026-03-04", ""),
    (),
    ("L-3", HOME, "8888", "2010", "2026-13-04", ""),
    ("L-4", HOME, "9001", "2010", "2026-03-04", "2026-03-01"),
]
RIGHT = {"D3": "2010", "C5": "9001", "E5": "2026-12-04", "F6": "2026-04-01"}
AS_CSV = "\n".join(";".join(row) for row in FAULTY).encode()


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def copy_of(data: bytes) -> tuple[openpyxl.Workbook, tuple[CellProblem, ...]]:
    reading = read(SHEETS["placement"], read_sheet(data, PLACEMENT), KNOWN)
    problems = placed(reading.problems)
    return opened(annotated(data, problems, PLACEMENT)), problems


@pytest.mark.parametrize("data", [workbook(table(*FAULTY)), AS_CSV], ids=["xlsx", "csv"])
def test_each_faulty_cell_has_a_comment_and_a_colour_and_no_other_cell_has(data: bytes) -> None:
    book, _ = copy_of(data)
    cells = [cell for row in book.worksheets[1].iter_rows() for cell in row]
    assert {cell.coordinate for cell in cells if cell.comment} == set(RIGHT)
    assert {cell.coordinate for cell in cells if cell.fill.fill_type == "solid"} == set(RIGHT)
    assert "Det är inte ett årtal." in book.worksheets[1]["D3"].comment.text


@pytest.mark.parametrize("data", [workbook(table(*FAULTY)), AS_CSV], ids=["xlsx", "csv"])
def test_a_first_sheet_lists_row_cell_heading_sentence_and_what_to_do(data: bytes) -> None:
    book, problems = copy_of(data)
    assert book.sheetnames[0] == "Att rätta"
    headings, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert headings == ("Rad", "Cell", "Kolumn", "Slag", "Vad är fel", "Så rättar du")
    assert [row[1] for row in rows] == list(RIGHT)
    assert rows[0] == (3, "D3", "Födelseår", "fel", problems[0].says, problems[0].mend)


@pytest.mark.parametrize("data", [workbook(table(*FAULTY)), AS_CSV], ids=["xlsx", "csv"])
def test_the_corrected_copy_imports_clean_with_the_same_rows(data: bytes) -> None:
    book, _ = copy_of(data)
    for cell, text in RIGHT.items():
        book.worksheets[1][cell].value = text
    target = io.BytesIO()
    book.save(target)
    reading = read(SHEETS["placement"], read_sheet(target.getvalue(), PLACEMENT), KNOWN)
    assert (reading.problems, len(reading.accepted), reading.rejected, reading.blank) == ((), 4, 0, 1)


def test_an_uncorrected_copy_says_the_same_again_and_its_copy_has_one_list() -> None:
    data = workbook(table(*FAULTY))
    first = annotated(data, copy_of(data)[1], PLACEMENT)
    book, problems = copy_of(first)
    assert problems == copy_of(data)[1]
    assert book.sheetnames == ["Att rätta", "Rader"]


def test_values_only_nothing_else_of_the_upload_comes_along() -> None:
    made = parts_of(
        table(HEAD, ("=1+1", '<c r="B2" t="str"><f>WEBSERVICE("http://x")</f><v>Björken</v></c>', *ROW[2:])),
        table(("HEMLIGT",)),
        states=("visible", "hidden"),
    )
    made |= {
        "xl/vbaProject.bin": b"macro",
        "xl/externalLinks/externalLink1.xml": "<x/>",
        "docProps/core.xml": "AUTHOR",
    }
    data = annotated(zipped(made), [CellProblem(row=2, column="Namn", says="Fel.")], recognised)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in inside if "vba" in name or "external" in name]
    everything = b"".join(inside.values())
    assert not [
        word for word in (b"<f>", b"WEBSERVICE", b"HEMLIGT", b"macro", b"AUTHOR") if word in everything
    ]
    page = opened(data)["Rader"]
    assert (page["A2"].value, page["A2"].data_type, page["B2"].value) == ("=1+1", "s", "Björken")


def test_several_problems_of_a_cell_share_its_comment_and_the_worst_gives_the_colour() -> None:
    problems = [
        CellProblem(row=2, column="Namn", says="Ett.", severity="tips"),
        CellProblem(row=2, column="B", says="Två.", mend="Gör så.", severity="fel"),
        CellProblem(row=2, says="Hela raden.", severity="bekräfta"),
        CellProblem(row=9, column="Z", says="Utanför."),
    ]
    page = opened(annotated(workbook(GOOD), problems, recognised))["Rader"]
    assert page["B2"].comment.text == "Ett.\nTvå. Gör så."
    assert page["B2"].fill.fgColor.rgb == "FFF8C9C4"
    assert (page["A2"].comment.text, page["Z9"].comment.text) == ("Hela raden.", "Utanför.")
    assert page["A2"].value == "A-1"


@pytest.mark.parametrize(
    "name", ["", "'", "a/b:c*?[]", "x" * 60, "History", "Rader", "ATT RÄTTA ", "=1+1", "a'b", "Åäö 🙂"]
)
def test_whatever_a_sheet_is_called_the_copy_can_be_opened(name: str) -> None:
    data = workbook(table(HEAD, ROW), table(("x",)), names=(name, "Rader"))
    if name == "ATT RÄTTA ":
        data = workbook(table(("x",)), table(HEAD, ROW), names=(name, "Rader"))
    book = opened(annotated(data, [CellProblem(row=2, column="Namn", says="Fel.")], recognised))
    (marked,) = [page for page in book.worksheets[1:] if page["B2"].comment]
    assert marked["A2"].value == "A-1"


def test_problems_of_the_whole_file_have_no_cell() -> None:
    places = ["filen", "rad 17", "rad 17, kolumn Slut, planerat", "rad 3, kolumn AB", "blad 2"]
    found = placed(Problem(code="x", where=where, says="Fel.") for where in places)
    assert [(problem.row, problem.column) for problem in found] == [
        (17, ""),
        (17, "Slut, planerat"),
        (3, "AB"),
    ]


def test_what_cannot_be_read_cannot_be_annotated() -> None:
    with pytest.raises(Refused):
        annotated(b"PK\3\4", [], recognised)


def test_cells_without_a_value_can_be_marked() -> None:
    data = workbook(table(HEAD, ("A-1", '<c r="B2"><f>1</f></c>')))
    with pytest.raises(Refused) as refused:
        read_sheet(data, recognised)
    page = opened(annotated(data, placed(refused.value.problems), recognised))["Rader"]
    assert page["B2"].comment.text.startswith("Cellen har en formel utan uträknat värde.")
