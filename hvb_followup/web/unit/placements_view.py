"""Placeringar: who lives in the home, who has moved, and which side has confirmed each placement.

The municipality sees the same of its own placements over homes, with those that wait for its word first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from hvb_followup.actions.purchase.own_placements import OwnPlacements
from hvb_followup.actions.report.own_register import OwnRegister
from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.difference import BEFORE, Side, written_by
from hvb_followup.registers.model import Sheet
from hvb_followup.web.unit.form_view import cell_text
from hvb_followup.web.unit.whose import Whose, of_home, of_municipality

Context = dict[str, Any]
Body = dict[str, Any]
SIDES: Mapping[Side, str] = {"home": "hemmet", "municipality": "kommunen"}
OPERATOR = "den som driver tjänsten"
MOST_SHOWN = 500  # of each group; a large municipality's list of those who have moved grows by thousands


def placements_page(seen: OwnRegister, municipalities: Mapping[str, str], lists: Codelists) -> Context:
    """The home's own register of placements; those who live there now first, then the latest to move."""
    lines = _lines(of_home(seen.unit), seen.sheet, seen.rows, "municipality", municipalities, lists)
    return {
        "whose": of_home(seen.unit),
        "side": "by_home",
        "groups": _here_and_moved(lines, "Bor här nu"),
        "n_all": len(lines),
        "n_waiting": sum(not one["by_home"] for one in lines),
    }


def own_placements_page(seen: OwnPlacements, lists: Codelists) -> Context:
    """A municipality's placements: those that wait for its word first."""
    whose = of_municipality(seen.municipality)
    lines = _lines(whose, seen.sheet, seen.rows, "unit", seen.homes, lists)
    waiting = _in_order("vantar", "Väntar på er", [one for one in lines if not one["by_municipality"]])
    rest = _here_and_moved([one for one in lines if one["by_municipality"]], "Bor i hemmet nu")
    return {
        "whose": whose,
        "side": "by_municipality",
        "groups": [waiting, *rest],
        "n_all": len(lines),
        "n_waiting": waiting["n"],
    }


def _here_and_moved(lines: list[Context], here: str) -> list[Context]:
    living = [one for one in lines if not one["ends_on"]]
    moved = [one for one in lines if one["ends_on"]]
    return [_in_order("bor", here, living), _in_order("flyttat", "Har flyttat", moved)]


def _in_order(name: str, heading: str, lines: list[Context]) -> Context:
    """A group of lines, the latest first: by the day of moving out, or where nobody has, of moving in."""
    latest = sorted(lines, key=lambda one: one["ends_on"] or one["starts_on"], reverse=True)
    return {"id": name, "heading": heading, "n": len(lines), "lines": latest[:MOST_SHOWN]}


def _lines(
    whose: Whose,
    sheet: Sheet,
    rows: Mapping[str, Body],
    named_by: str,
    names: Mapping[str, str],
    lists: Codelists,
) -> list[Context]:
    return [
        _line(whose, key, body, names.get(body[named_by], body[named_by]), lists)
        | {"before": _before(sheet, body)}
        for key, body in rows.items()
    ]


def _before(sheet: Sheet, body: Body) -> list[tuple[str, str]]:
    """What the side that is asked anew had confirmed: heading and what stood there."""
    stood: Mapping[str, Any] = body.get(BEFORE, {})
    columns = [column for column in sheet.columns if column.id in stood]
    said = [(column, stood[column.id]) for column in columns]
    return [(column.heading, "tomt" if one is None else cell_text(column, one)) for column, one in said]


def _line(whose: Whose, key: str, body: Body, other: str, lists: Codelists) -> Context:
    ending = lists["endings"].get(body["ending"]) if body.get("ending") else None
    return {
        "key": key,
        "other": other,
        "birth_year": body["birth_year"],
        "starts_on": body["starts_on"],
        "planned_end_on": body.get("planned_end_on"),
        "ends_on": body.get("ends_on"),
        "ending": ending.sv if ending else "",
        "by_home": body.get("confirmed_by_home_on", ""),
        "by_municipality": body.get("confirmed_by_municipality_on", ""),
        "written_by": " och ".join(SIDES[side] for side in written_by(body)) or OPERATOR,
        "href": f"{whose.at}/rad/placement?nyckel={quote(key)}",
    }
