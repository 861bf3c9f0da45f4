"""Templates: what they offer, and that a filled one comes back as the rows that were filled in."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from hvb_followup.registers import Known
from hvb_followup.registers.checks import read
from hvb_followup.registry import unit_id
from hvb_followup.sheets.reading import read_sheet, recognised_by
from hvb_followup.sheets.template import template
from tests.sheets.builders import SHEETS

HOME = unit_id("7K2QX")
PLACEMENT = SHEETS["placement"]
ROWS = [
    {"id": "L-1", "unit": HOME, "municipality": "0114", "birth_year": 2010, "starts_on": dt.date(2026, 3, 4)},
    {"id": "0042", "unit": HOME, "municipality": "9001", "birth_year": 2011, "starts_on": "2026-05-06"},
]


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("kind", SHEETS)
def test_every_kind_has_ids_headings_and_help_in_locked_rows_and_open_cells_below(kind: str) -> None:
    sheet = SHEETS[kind]
    page = opened(template(sheet, "2026.1", [{column.id: "x" for column in sheet.columns}])).worksheets[0]
    assert [cell.value for cell in page[1]] == [column.id for column in sheet.columns]
    assert [str(cell.value).removesuffix(" *") for cell in page[2]] == [
        column.heading for column in sheet.columns
    ]
    assert str(page["A3"].value).startswith("Hjälp:")
    assert page.protection.sheet
    assert all(cell.protection.locked for row in page["A1:B3"] for cell in row)
    assert (
        not page.column_dimensions["A"].protection.locked if page.column_dimensions["A"].protection else True
    )


@pytest.mark.parametrize("kind", SHEETS)
def test_an_empty_template_has_no_rows(kind: str) -> None:
    lines = read_sheet(template(SHEETS[kind], "2026.1"), recognised_by(SHEETS[kind]))
    assert [line.number for line in lines] == [2]


@pytest.mark.parametrize("kind", SHEETS)
def test_the_example_holds_values_that_its_columns_take(kind: str) -> None:
    sheet = SHEETS[kind]
    book = opened(template(sheet, "2026.1"))
    (values,) = book["Exempel"].iter_rows(min_row=4, max_row=4, values_only=True)
    texts = [str(value.date() if isinstance(value, dt.datetime) else value or "") for value in values]
    faulty = [
        column.id
        for column, text in zip(sheet.columns, texts, strict=True)
        if column.kind.parse(text) is None
    ]
    assert faulty == []


@pytest.mark.parametrize("kind", SHEETS)
def test_every_column_with_choices_has_a_drop_down_of_them(kind: str) -> None:
    sheet = SHEETS[kind]
    book = opened(template(sheet, "2026.1"))
    offered = {}
    for rule in book.worksheets[0].data_validations.dataValidation:
        if rule.type == "list":
            area = book["Listor"][rule.formula1.removeprefix("Listor!").replace("$", "")]
            cells = area if isinstance(area, tuple) else ((area,),)
            offered[next(iter(rule.sqref.ranges)).min_col - 1] = tuple(row[0].value for row in cells)
    wanted = {n: column.kind.choices for n, column in enumerate(sheet.columns) if column.kind.choices}
    assert offered == wanted
    assert book["Listor"].sheet_state == "hidden"


def test_the_version_stands_in_a_named_cell() -> None:
    book = opened(template(PLACEMENT, "2026.1"))
    ((page, cell),) = book.defined_names["mallversion"].destinations
    assert book[page][cell].value == "placement 2026.1"


def test_dates_are_dates_and_codes_are_text() -> None:
    page = opened(template(PLACEMENT, "2026.1", ROWS)).worksheets[0]
    formats = {
        column.id: page.cell(4, place).number_format
        for place, column in enumerate(PLACEMENT.columns, start=1)
    }
    assert (formats["starts_on"], formats["municipality"], formats["id"]) == ("yyyy-mm-dd", "@", "@")


def test_what_is_filled_in_beforehand_comes_back() -> None:
    lines = read_sheet(template(PLACEMENT, "2026.1", ROWS), recognised_by(PLACEMENT))
    assert [(line.number, line.cells[:6]) for line in lines[1:]] == [
        (4, ("L-1", HOME, "0114", "2010", "2026-03-04", "")),
        (5, ("0042", HOME, "9001", "2011", "2026-05-06", "")),
    ]
    known = Known(units=frozenset({HOME}), municipalities=frozenset({"0114", "9001"}))
    reading = read(SHEETS["placement"], lines, known)
    assert (len(reading.accepted), reading.problems, reading.rows) == (2, (), 2)


def test_what_another_program_fills_in_comes_back() -> None:
    book = opened(template(PLACEMENT, "2026.1"))
    for place, value in enumerate(("L-9", HOME, "0114", 2010, dt.date(2026, 3, 4)), start=1):
        book.worksheets[0].cell(4, place).value = value
    lines = read_sheet(saved(book), recognised_by(PLACEMENT))
    assert [(line.number, line.cells[:5]) for line in lines[1:]] == [
        (4, ("L-9", HOME, "0114", "2010", "2026-03-04"))
    ]


def test_a_template_saved_as_csv_comes_back() -> None:
    page = opened(template(PLACEMENT, "2026.1", ROWS[1:])).worksheets[0]
    rows = [[str(cell or "") for cell in row] for row in page.iter_rows(values_only=True)]
    text = "\r\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)
    lines = read_sheet(text.encode("cp1252"), recognised_by(PLACEMENT))
    assert [(line.number, line.cells[0]) for line in lines[1:]] == [(4, "0042")]


def test_text_filled_in_beforehand_is_never_a_formula() -> None:
    data = template(SHEETS["provider"], "2026.1", [{"id": "=1+1", "name": "@x"}])
    page = opened(data).worksheets[0]
    assert [page["A4"].data_type, page["B4"].data_type] == ["s", "s"]
