"""Placeringar: who lives in the home, who has moved, and which side has confirmed each placement."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hvb_followup.actions.report.own_register import OwnRegister
from hvb_followup.registers.codes import Codelists

Context = dict[str, Any]
Body = dict[str, Any]


def placements_page(seen: OwnRegister, municipalities: dict[str, str], lists: Codelists) -> Context:
    """The home's own register of placements; those who live there now first, then the latest to move."""
    lines = [_line(seen.unit.id, key, body, municipalities, lists) for key, body in seen.rows.items()]
    here = sorted(
        (one for one in lines if not one["ends_on"]), key=lambda one: one["starts_on"], reverse=True
    )
    moved = sorted((one for one in lines if one["ends_on"]), key=lambda one: one["ends_on"], reverse=True)
    return {
        "home": seen.unit,
        "groups": [("bor", "Bor här nu", here), ("flyttat", "Har flyttat", moved)],
        "n_all": len(lines),
        "n_waiting": sum(not one["by_home"] for one in lines),
    }


def _line(unit: str, key: str, body: Body, municipalities: dict[str, str], lists: Codelists) -> Context:
    ending = lists["endings"].get(body["ending"]) if body.get("ending") else None
    return {
        "key": key,
        "municipality": municipalities.get(body["municipality"], body["municipality"]),
        "birth_year": body["birth_year"],
        "starts_on": body["starts_on"],
        "planned_end_on": body.get("planned_end_on"),
        "ends_on": body.get("ends_on"),
        "ending": ending.sv if ending else "",
        "by_home": body.get("confirmed_by_home_on", ""),
        "by_municipality": body.get("confirmed_by_municipality_on", ""),
        "href": f"/enhet/{unit}/rad/placement?nyckel={quote(key)}",
    }
