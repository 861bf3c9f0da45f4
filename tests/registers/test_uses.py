"""Nothing is asked of a home that nothing uses: each column's use is declared once, and is real."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from hvb_followup import catalogue as catalogues
from hvb_followup import content
from hvb_followup.catalogue import Catalogue
from hvb_followup.registers import KINDS, Column, Sheet, sheets
from hvb_followup.registers.model import ValueKind
from hvb_followup.registers.tallies import of_now, tallies
from hvb_followup.registers.uses import SELF_CHECK
from hvb_followup.web.unit.front_view import OF_NOW

TODAY = dt.date(2026, 11, 22)
TEXT = ValueKind(name="text", parse=str, says="", mend="")


@pytest.fixture
def shipped(catalogue: Catalogue) -> Catalogue:
    """The catalogue that ships, with sheets of its own to be spoilt."""
    return msgspec.structs.replace(catalogue, made={})


def said(shipped: Catalogue) -> list[tuple[str, str]]:
    return [(one.code, one.where) for one in catalogues.unused_columns(shipped)]


def with_uses(shipped: Catalogue, kind: str, more: dict[str, str]) -> Catalogue:
    """The catalogue with further lines in a sheet's uses."""
    sheet = sheets(shipped.codelists)[kind]
    changed = msgspec.structs.replace(sheet, uses={**sheet.uses, **more})
    return msgspec.structs.replace(shipped, made={**sheets(shipped.codelists), kind: changed})


def test_every_column_that_ships_is_used_and_check_asks(shipped: Catalogue) -> None:
    assert said(shipped) == []
    assert "register-column" not in {one.code for one in content.check(None, TODAY)}


def test_check_tells_of_a_column_that_nothing_uses(
    shipped: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = dict(sheets(shipped.codelists))
    odd = Column("shoe_size", "Skostorlek", TEXT, required=False)
    every["placement"] = msgspec.structs.replace(
        every["placement"], columns=(*every["placement"].columns, odd)
    )
    monkeypatch.setattr(catalogues, "sheets", lambda lists: every)
    found = [one for one in content.check(None, TODAY) if one.code == "register-column"]
    assert [str(one) for one in found] == [
        "placement: shoe_size: Ingenting använder kolumnen. Ta bort den, eller ange i uses."
    ]


def test_a_column_is_unused_once_its_only_indicator_is_gone(shipped: Catalogue) -> None:
    fewer = tuple(one for one in shipped.indicators if one.id != "T08")
    assert said(msgspec.structs.replace(shipped, indicators=fewer)) == [
        ("register-column", "placement: suitability_on")
    ]


@pytest.mark.parametrize(
    ("kind", "column", "use"),
    [
        ("staff", "percent", "StaffRecord.shoe_size"),
        ("staff", "percent", "Nobody.percent"),
        ("events", "kind", "EVENTS.kind"),  # the frame has it, and no indicator looks at it
        ("events", "kind", "check.no_such_check"),
        ("capacity", "free", "Inspection.free"),
        ("complaints", "shoe_size", SELF_CHECK),
    ],
)
def test_a_use_that_is_none_is_told(shipped: Catalogue, kind: str, column: str, use: str) -> None:
    assert said(with_uses(shipped, kind, {column: use})) == [("register-column", f"{kind}: {column}")]


def test_what_names_a_row_or_points_to_another_register_needs_no_line(shipped: Catalogue) -> None:
    for kind in KINDS:
        sheet: Sheet = shipped.sheet(kind)
        assert not {*sheet.key, "unit"} & set(sheet.uses), kind


def test_every_register_that_is_told_back_says_of_which_rows(shipped: Catalogue) -> None:
    told = {kind for kind in KINDS if SELF_CHECK in shipped.sheet(kind).uses.values()}
    assert told == set(OF_NOW)


def placement(key: str, starts_on: str, ends_on: str | None = None, **more: Any) -> dict[str, Any]:
    body = {"id": key, "starts_on": starts_on, **more}
    return body | ({"ends_on": ends_on} if ends_on else {})


def test_a_home_is_told_what_its_rows_of_now_say_and_how_many_are_silent(shipped: Catalogue) -> None:
    rows = [
        placement("a", "2026-01-01", dental="done"),
        placement("b", "2026-02-01", dental="done", school_starts_on="2026-02-10"),
        placement("c", "2026-11-22", "2026-11-22", dental="no"),
        placement("d", "2026-03-01"),
        placement("gone", "2025-01-01", "2026-11-21", dental="no"),
        placement("to come", "2026-11-23", dental="no"),
    ]
    told = {one.heading: one for one in tallies(shipped.sheet("placement"), rows, TODAY)}
    assert (told["Tandvård"].parts, told["Tandvård"].silent) == ((("genomförd", 2), ("nej", 1)), 1)
    assert (told["Skolstart"].parts, told["Skolstart"].silent) == ((("ifyllt", 1),), 3)
    assert (told["Kön"].parts, told["Kön"].silent) == ((), 4)
    for one in told.values():
        assert sum(n for _, n in one.parts) + one.silent == one.n == 4
    assert tallies(shipped.sheet("placement"), [], TODAY) == ()
    assert tallies(shipped.sheet("inspections"), [{"held_on": "2026-11-01"}], TODAY) == ()


@pytest.mark.parametrize(
    ("happened_on", "is_told"),
    [("2026-11-22", True), ("2025-11-22", True), ("2025-11-21", False), ("2026-11-23", False)],
)
def test_what_happens_on_one_day_is_told_for_twelve_months(happened_on: str, is_told: bool) -> None:
    assert bool(of_now("events", [{"happened_on": happened_on}], TODAY)) is is_told
