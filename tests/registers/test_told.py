"""Rows told as values meet the checks that the rows of a sheet meet, and are found wrong in the same words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from hvb_followup import content
from hvb_followup.errors import Refused
from hvb_followup.registers import Known, Reading, csv_lines, read, read_told, sheets
from hvb_followup.registers.hours_sheet import HoursRow
from hvb_followup.registers.placement_row import PlacementRow
from hvb_followup.registers.told import as_cell, cell_columns
from hvb_followup.registry import unit_id

HOME, OTHER = unit_id("7K2QX"), unit_id("7K2QY")
SHEETS = sheets(content.codelists())
KNOWN = Known(
    units=frozenset({HOME}),
    municipalities=frozenset({"9001"}),
    today=dt.date(2026, 11, 22),
    staff={HOME: {"P-1": ((dt.date(2025, 1, 15), dt.date(2026, 3, 10)),)}},
)
HOURS = HoursRow(staff="P-1", unit=HOME, month="2026-01", minutes=9000, night_minutes=600)
PLACED = PlacementRow(
    id="L-1", unit=HOME, municipality="9001", birth_year=2010, starts_on=dt.date(2026, 1, 1), sex="girl"
)


def of_a_sheet(kind: str, rows: list[Any], **told: Any) -> Reading:
    sheet = SHEETS[kind]
    columns = cell_columns(sheet)
    lines = [[column.heading for column in columns]]
    lines += [[as_cell(column, getattr(row, column.id)) for column in columns] for row in rows]
    return read(sheet, csv_lines(sheet, "\n".join(map(";".join, lines)).encode()), KNOWN, **told)


@pytest.mark.parametrize(
    ("kind", "row", "code"),
    [
        ("hours", {"unit": OTHER}, "unknown-unit"),
        ("hours", {"unit": "H00000"}, "cell-unit"),
        ("hours", {"staff": "Anna Ek"}, "cell-serial"),
        ("hours", {"staff": "P-9"}, "staff-unknown"),
        ("hours", {"month": "2026-13"}, "cell-month"),
        ("hours", {"month": "2026-05"}, "hours-outside"),
        ("hours", {"minutes": -1}, "cell-count"),
        ("hours", {"minutes": 60 * 800}, "hours-impossible"),
        ("hours", {"night_minutes": 9001}, "night-over-total"),
        ("placement", {"municipality": "9002"}, "unknown-municipality"),
        ("placement", {"sex": "flicka och pojke"}, "cell-sexes"),
        ("placement", {"birth_year": 1985}, "birth-year"),
        ("placement", {"ends_on": dt.date(2025, 12, 1), "ending": "other"}, "end-before-start"),
        ("placement", {"legal_basis": "SOL", "planned_end_on": dt.date(2025, 1, 1)}, "plan-before-start"),
    ],
)
def test_a_fault_is_found_in_a_value_as_in_its_cell(kind: str, row: dict[str, Any], code: str) -> None:
    sound = HOURS if kind == "hours" else PLACED
    rows = [sound, msgspec.structs.replace(sound, **({"id": "L-2"} if kind == "placement" else {}), **row)]
    if kind == "hours" and not {"staff", "month", "unit"} & row.keys():
        rows[0] = msgspec.structs.replace(sound, month="2026-02")
    told = read_told(SHEETS[kind], rows, KNOWN)
    assert told == of_a_sheet(kind, rows)
    assert [one.code for one in (*told.problems, *told.questions)] == [code]
    assert told.accepted == tuple(rows[:1])


def test_two_rows_with_one_key_and_rows_of_another_home_are_not_taken() -> None:
    assert read_told(SHEETS["hours"], [HOURS, HOURS], KNOWN) == of_a_sheet("hours", [HOURS, HOURS])
    elsewhere = read_told(SHEETS["hours"], [HOURS], KNOWN, unit=OTHER)
    assert [one.code for one in elsewhere.problems] == ["unit-of-other"]


def test_what_must_be_said_and_is_not_is_found() -> None:
    nobody = msgspec.structs.replace(PLACED, municipality="")
    assert [one.code for one in read_told(SHEETS["placement"], [nobody], KNOWN).problems] == ["cell-missing"]


def test_what_looks_odd_waits_until_it_is_confirmed() -> None:
    odd = msgspec.structs.replace(HOURS, month="2026-05")
    assert read_told(SHEETS["hours"], [odd], KNOWN).awaiting == 1
    assert read_told(SHEETS["hours"], [odd], KNOWN, confirmed={(2, "hours-outside")}).accepted == (odd,)


def test_a_value_that_looks_like_a_personal_number_refuses_all_of_it() -> None:
    person = msgspec.structs.replace(HOURS, staff="19121212-1212")
    with pytest.raises(Refused, match="personnummer"):
        read_told(SHEETS["hours"], [HOURS, person], KNOWN)
