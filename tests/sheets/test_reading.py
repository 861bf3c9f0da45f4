"""What a refusal names, which sheet is read, and that every row is accounted for on the way to the registers."""

from __future__ import annotations

import datetime as dt
import io
import random

import openpyxl
import pytest

from hvb_followup.errors import Refused
from hvb_followup.registers import Known, holds_personal_number
from hvb_followup.registers.checks import csv_lines, read
from hvb_followup.sheets.reading import read_sheet, recognised_by
from tests.sheets.builders import HEAD, ROW, SHEETS, recognised, row, sheet, table, workbook
from tests.sheets.cases import far_cells

# A spreadsheet's time has no zone.
HALF_PAST_EIGHT = dt.datetime.fromisoformat("2026-03-04T08:30")


def problems(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        read_sheet(data, recognised)
    return [(problem.code, problem.where) for problem in refused.value.problems]


def by_witness(*rows: tuple[object, ...]) -> bytes:
    """A workbook that openpyxl wrote."""
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_the_file_with_two_far_cells_is_small_and_the_refusal_names_the_far_one() -> None:
    assert len(far_cells()) < 2_000
    assert problems(far_cells()) == [("sheet-far-cell", "blad 1, cell XFD1048576")]


def test_all_cells_without_a_value_are_told_at_once_by_row_and_heading() -> None:
    formula, error = '<c r="B{0}"><f>A1</f></c>', '<c r="D{0}" t="e"><v>#N/A</v></c>'
    data = workbook(table(HEAD, ("A-1", formula.format(2)), ("A-2", "x", "", error.format(3))))
    assert problems(data) == [("cell-formula", "rad 2, kolumn Namn"), ("cell-error", "rad 3, kolumn Antal")]


def test_a_formula_in_a_column_that_is_not_read_stops_nothing() -> None:
    data = workbook(table((*HEAD, "Egen anteckning"), (*ROW, '<c r="E2"><f>A1</f></c>')))
    assert [line.cells for line in read_sheet(data, recognised)] == [(*HEAD, "Egen anteckning"), (*ROW, "")]


def test_merged_cells_without_text_stop_nothing() -> None:
    data = workbook(table(HEAD, ROW, after='<mergeCells><mergeCell ref="A9:D9"/></mergeCells>'))
    assert len(read_sheet(data, recognised)) == 2


def test_a_sheet_s_name_is_never_repeated() -> None:
    data = workbook(sheet(row(1, HEAD), row(900_000, ROW)), names=("Anna Andersson",))
    with pytest.raises(Refused) as refused:
        read_sheet(data, recognised)
    assert "Anna" not in str(refused.value)


@pytest.mark.parametrize(
    ("other", "taken"),
    [
        (table(HEAD[:2], ("X", "Y"), ("Z", "Y")), "A-1"),  # knows fewer headings, has more rows
        (table(("Något annat",), ("X",)), "A-1"),
    ],
)
def test_the_sheet_whose_headings_are_known_best_is_read(other: str, taken: str) -> None:
    for sheets in ((other, table(HEAD, ROW)), (table(HEAD, ROW), other)):
        assert read_sheet(workbook(*sheets), recognised)[1].cells[0] == taken


def test_headings_of_no_kind_are_left_for_the_registers_to_refuse() -> None:
    lines = read_sheet(workbook(table(("Vad", "Som", "Helst"), ("1",))), recognised)
    with pytest.raises(Refused) as refused:
        read(SHEETS["placement"], lines, Known())
    assert {problem.code for problem in refused.value.problems} == {"heading-missing"}


def test_what_another_program_writes_is_read_the_same_as_csv() -> None:
    rows = [("Utförarens id", "Namn"), ("P1", "Älmen AB"), (None, None), ("P2", None)]
    text = "\n".join(";".join(cell or "" for cell in cells) for cells in rows)
    known, from_book = Known(), read_sheet(by_witness(*rows), recognised_by(SHEETS["provider"]))
    assert read(SHEETS["provider"], from_book, known) == read(
        SHEETS["provider"], csv_lines(SHEETS["provider"], text.encode()), known
    )


@pytest.mark.parametrize("seed", range(4))
def test_every_row_of_a_spotty_sheet_is_accounted_for(seed: int) -> None:
    chance = random.Random(seed)
    headings = tuple(column.heading for column in SHEETS["placement"].columns)
    cells = ["", "L-1", "H", "9001", "2010", "2026-03-04", "=1", "🙂"]
    body = [[chance.choice(cells) for _ in headings] if chance.random() < 0.7 else [] for _ in range(60)]
    lines = read_sheet(workbook(table(headings, *body)), recognised_by(SHEETS["placement"]))
    reading = read(SHEETS["placement"], lines, Known())
    filled = [number for number, cells in enumerate(body, start=1) if any(cells)]
    assert reading.rows == max(filled) == len(reading.accepted) + reading.rejected + reading.blank
    assert reading.rejected == len(filled)


def test_a_personal_number_typed_as_a_number_is_found() -> None:
    headings = tuple(column.heading for column in SHEETS["placement"].columns)
    # Nobody's: the first whose check digit holds among invented ones of 1890.
    number = next(text for last in range(10) if holds_personal_number(text := f"18900101000{last}"))
    data = workbook(table(headings, (f'<c r="A2"><v>{number}</v></c>',)))
    with pytest.raises(Refused, match="personnummer"):
        read(SHEETS["placement"], read_sheet(data, recognised_by(SHEETS["placement"])), Known())


def test_a_workbook_of_another_program_s_features_is_read() -> None:
    """openpyxl as witness: dates, numbers, booleans, styles, comments, filters and shared texts as it writes them."""
    book = openpyxl.Workbook()
    page = book.active
    page.append(HEAD)
    page.append(("A-1", True, dt.date(2026, 3, 4), 12.5))
    page.append(("A-2", "text", HALF_PAST_EIGHT, 7))
    page.auto_filter.ref = "A1:D3"
    page["A1"].comment = openpyxl.comments.Comment("hej", "x")
    target = io.BytesIO()
    book.save(target)
    assert [line.cells for line in read_sheet(target.getvalue(), recognised)][1:] == [
        ("A-1", "ja", "2026-03-04", "12.5"),
        ("A-2", "text", "2026-03-04 08:30", "7"),
    ]
