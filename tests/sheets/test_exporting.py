"""Exports: what people wrote stays text for every reader, and comes back as it was."""

from __future__ import annotations

import csv
import datetime as dt
import io

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup.errors import Refused
from hvb_followup.sheets import exporting
from hvb_followup.sheets.exporting import export
from hvb_followup.sheets.reading import read_sheet
from tests.sheets.builders import HEAD, recognised

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1", "＋1", "－1", "＠x",
    "=HYPERLINK(\"http://x\",\"y\")", "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "{=1}", "'=1", "http://example.test",
]  # fmt: skip
# A spreadsheet's time has no zone.
MIDNIGHT = dt.datetime.fromisoformat("2026-03-04T00:00")
STARTS = tuple("=+-@\t\r\n＝＋－＠")


def cells_of(data: bytes) -> list[list[object]]:
    """All cells of an xlsx as openpyxl sees them, formulas as formulas."""
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    return [[cell.value for cell in row] for row in page.iter_rows()]


def types_of(data: bytes) -> set[str]:
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    return {cell.data_type for row in page.iter_rows() for cell in row if cell.value is not None}


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_text_that_looks_like_a_formula_is_a_string_in_xlsx() -> None:
    data = export(("Text",), [(text,) for text in FORMULAS])
    assert types_of(data) == {"s"}
    assert b"<f>" not in data


def test_text_that_looks_like_a_formula_is_defused_in_csv() -> None:
    for row in csv_rows(export(FORMULAS, [FORMULAS], "csv")):
        assert [cell for cell in row if cell.lstrip().startswith(STARTS) or cell.startswith(STARTS)] == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=20) | st.sampled_from(FORMULAS), min_size=1, max_size=6))
def test_no_exported_text_ever_starts_a_formula(texts: list[str]) -> None:
    for row in csv_rows(export(texts, [texts], "csv")):
        assert not any(cell.startswith(STARTS) or cell.lstrip().startswith(STARTS) for cell in row)
    assert types_of(export(texts, [texts])) <= {"s"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exported_text_is_read_back_as_it_was(kind: exporting.FileKind) -> None:
    texts = [
        "=1+1",
        "-1",
        "@x",
        "＝1",
        "'citat",
        'Björken; "och" mer',
        "a\nb",
        "0114",
        "_x0041_",
        "1E5",
        "x" * 500,
    ]
    lines = read_sheet(export(HEAD, [(text, "x", "", "") for text in texts], kind), recognised)
    assert [line.cells[0] for line in lines[1:]] == texts


def test_values_keep_their_types() -> None:
    row = ("=A1", 12, -1.5, True, dt.date(2026, 3, 4), None)
    headings = ("a", "b", "c", "d", "e", "f")
    assert cells_of(export(headings, [row]))[1] == ["=A1", 12, -1.5, "ja", MIDNIGHT, None]
    assert csv_rows(export(headings, [row], "csv"))[1] == ["'=A1", "12", "-1,5", "ja", "2026-03-04", ""]


def test_csv_is_what_swedish_excel_opens() -> None:
    data = export(("Å", "Ä"), [("Ö", 1)], "csv")
    assert data == '\ufeff"Å";"Ä"\r\n"Ö";"1"\r\n'.encode()


def test_a_text_too_long_for_a_cell_is_cut_with_a_sign_and_not_dropped() -> None:
    (_, (cell,)) = cells_of(export(("a",), [("x" * 40_000,)]))
    assert (len(str(cell)), str(cell)[-1]) == (32_767, "…")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_signs_no_file_can_hold_are_left_out_or_marked(kind: exporting.FileKind) -> None:
    lines = read_sheet(export(HEAD, [("a\ud800b", "\0=1", "", "")], kind), recognised)
    assert lines[1].cells[:2] == ("a?b", "=1")


def test_more_rows_than_a_sheet_holds_are_refused_and_not_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    assert len(cells_of(export(("a",), [("1",), ("2",)]))) == 3
    with pytest.raises(Refused, match="fler rader"):
        export(("a",), [("1",), ("2",), ("3",)])


def test_the_same_rows_give_the_same_bytes() -> None:
    assert export(("a",), [("1",)]) == export(("a",), [("1",)])
