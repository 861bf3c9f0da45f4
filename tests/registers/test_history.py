"""Stored rows as frames, on the day they are read: against the same worked out one row at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hvb_followup import content
from hvb_followup.registers import history
from hvb_followup.registers.history import Body
from hvb_followup.registry import age_band

ENDINGS, KINDS = (content.codelists()[name] for name in ("endings", "event_kinds"))
AS_OF = dt.date(2026, 3, 31)
LONG: Body = {
    "id": "L1",
    "unit": "H1",
    "municipality": "9001",
    "birth_year": 2010,
    "starts_on": "2025-01-10",
    "planned_end_on": "2025-07-10",
    "ends_on": "2025-08-01",
    "ending": "unplanned_youth_left",
    "legal_basis": "SOL",
    "is_acute": True,
    "suitability_on": "2025-01-05",
    "health_check": "offered",
    "health_check_on": "2025-02-09",
    "school_assessment": "offered",
    "school_assessment_on": "2025-02-10",
    "latest_review_on": "2025-07-15",
    "extension_on": "2025-07-12",
    "confirmed_by_home_on": "2026-01-01",
}
SHORT: Body = {
    "id": "L2",
    "unit": "H1",
    "municipality": "9001",
    "birth_year": 2012,
    "starts_on": "2026-03-01",
}
LATER: Body = {**SHORT, "id": "L3", "starts_on": "2026-04-01"}
ENDS_LATER: Body = {
    **SHORT,
    "id": "L4",
    "ends_on": "2026-04-02",
    "ending": "aged_out",
    "suitability_on": "2026-04-01",
    "planned_end_on": "2026-06-01",
}


def days(row: Body, name: str) -> int | None:
    """Days from the first day to another, when it had come."""
    if name not in row or dt.date.fromisoformat(row[name]) > AS_OF:
        return None
    return (dt.date.fromisoformat(row[name]) - dt.date.fromisoformat(row["starts_on"])).days


def test_placements_are_as_they_stood_on_the_day() -> None:
    frame = history.placements([LATER, ENDS_LATER, SHORT, LONG], ENDINGS, AS_OF)
    rows = {row["placement"]: row for row in frame.to_dicts()}
    assert list(rows) == ["L1", "L2", "L4"], "who had not come is not there"
    told: dict[str, Any] = {
        "placement": "L1",
        "unit": "H1",
        "municipality": "9001",
        "age": 15,
        "age_band": age_band(15),
        "legal_basis": "SOL",
        "is_acute": True,
        "starts_on": dt.date(2025, 1, 10),
        "planned_end_on": dt.date(2025, 7, 10),
        "ends_on": dt.date(2025, 8, 1),
        "ending": "unplanned_youth_left",
        "ending_class": "breakdown",
        "days_stayed": days(LONG, "ends_on"),
        "days_planned": days(LONG, "planned_end_on"),
        "days_to_suitability": -5,
        "needs_health_check": True,
        "days_to_health_check": days(LONG, "health_check_on"),
        "needs_school_assessment": True,
        "days_to_school_assessment": None,
        "days_to_extension": days(LONG, "extension_on"),
    }
    assert rows["L1"] == told
    assert (rows["L2"]["days_stayed"], rows["L2"]["ends_on"], rows["L2"]["days_planned"]) == (30, None, None)
    going_on = rows["L4"]
    assert (going_on["ends_on"], going_on["ending"], going_on["ending_class"]) == (None, None, None)
    assert (going_on["days_to_suitability"], going_on["days_planned"]) == (None, 92)


def test_a_review_before_the_planned_end_extends_nothing() -> None:
    early = {**LONG, "extension_on": "2025-07-10", "latest_review_on": "2025-06-01"}
    (row,) = history.placements([early], ENDINGS, AS_OF).to_dicts()
    assert row["days_to_extension"] is None
    by_the_latest = {name: value for name, value in LONG.items() if name != "extension_on"}
    (row,) = history.placements([by_the_latest], ENDINGS, AS_OF).to_dicts()
    assert row["days_to_extension"] == days(LONG, "latest_review_on")


def test_an_ending_that_nobody_has_given_a_reason_for_is_of_unknown_class() -> None:
    rows = [
        {**LONG, "id": "a", "ending": None},
        {**LONG, "id": "b", "ending": "a code that no list has"},
        {**LONG, "id": "c"},
        {**SHORT, "id": "d"},
        {**ENDS_LATER, "id": "e", "ending": None},
    ]
    told = history.placements(rows, ENDINGS, AS_OF)["ending_class"].to_list()
    assert told == ["unknown", "unknown", "breakdown", None, None]


def test_events_have_the_days_until_something_was_decided() -> None:
    first: Body = {"id": "1", "unit": "H1", "happened_on": "2026-03-01", "kind": "fire", "severity": 3}
    rows = [first, {**first, "id": "2", "action_on": "2026-03-11", "placement": "L1"}]
    rows += [
        {**first, "id": "3", "kind": "drugs", "action_on": "2026-04-01"},
        {**first, "id": "4", "happened_on": "2026-04-01"},
    ]
    frame = history.events(rows, KINDS, AS_OF)
    assert frame.select("event", "placement", "kind_class", "days_to_action").rows() == [
        ("1", None, "serious", None),
        ("2", "L1", "serious", 10),
        ("3", None, None, None),
    ]


def test_hired_hours_are_those_entered_so_together_or_as_staff() -> None:
    staff: list[Body] = [
        {
            "unit": "H1",
            "staff": key,
            "role": "care_staff",
            "engagement": kind,
            "engaged_from_on": "2025-01-01",
            "percent": 50,
        }
        for key, kind in (("s1", "employment"), ("s2", "agency"))
    ]
    rows: list[Body] = [
        {"unit": unit, "staff": key, "month": month, "minutes": 600}
        for unit, key, month in (
            ("H1", "s1", "2026-03"),
            ("H1", "s2", "2026-03"),
            ("H1", "inhyrd", "2026-03"),
            ("H2", "s2", "2026-03"),
            ("H1", "s1", "2026-04"),
        )
    ]
    rows[0] = {**rows[0], "night_minutes": 60}
    frame = history.hours(rows, staff, AS_OF)
    assert frame.select("unit", "staff", "night_minutes", "is_hired").rows() == [
        ("H1", "inhyrd", 0, True),
        ("H1", "s1", 60, False),
        ("H1", "s2", 0, True),
        ("H2", "s2", 0, False),
    ]


def test_who_leaves_later_is_still_engaged() -> None:
    first: Body = {
        "unit": "H1",
        "staff": "s1",
        "role": "care_staff",
        "engagement": "employment",
        "engaged_from_on": "2025-01-01",
    }
    rows = [{**first, "engaged_to_on": "2026-04-01"}, {**first, "staff": "s2", "engaged_to_on": "2026-03-31"}]
    rows.append({**first, "staff": "s3", "engaged_from_on": "2026-04-01"})
    frame = history.engagements(rows, AS_OF)
    assert frame.select("staff", "from_on", "to_on", "percent").rows() == [
        ("s1", dt.date(2025, 1, 1), None, None),
        ("s2", dt.date(2025, 1, 1), dt.date(2026, 3, 31), None),
    ]


def test_no_rows_make_empty_frames() -> None:
    assert history.placements([], ENDINGS, AS_OF).is_empty()
    assert history.events([], KINDS, AS_OF).is_empty()
    assert history.hours([], [], AS_OF).is_empty()
    assert history.engagements([], AS_OF).is_empty()
