"""What belongs to a quarter, as it was known when the quarter ended; and a hash that only that can change."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from hvb_followup.registers.quarters import fingerprint, of_quarter

STAY: dict[str, Any] = {"id": "L-1", "starts_on": "2026-07-10", "municipality": "9001"}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "belongs"),
    [
        ("2026-06-30", "2026-06-30", False),
        ("2026-06-01", "2026-07-01", True),
        ("2026-09-30", None, True),
        ("2026-10-01", None, False),
        ("2020-01-01", None, True),
    ],
)
def test_a_stay_belongs_to_every_quarter_it_reaches_into(
    starts_on: str, ends_on: str | None, belongs: bool
) -> None:
    row = {"starts_on": starts_on} | ({"ends_on": ends_on} if ends_on else {})
    assert bool(of_quarter("placement", [row], "2026K3")) is belongs


@pytest.mark.parametrize(
    ("month", "belongs"), [("2026-06", False), ("2026-07", True), ("2026-09", True), ("2026-10", False)]
)
def test_hours_belong_to_the_quarter_of_their_month(month: str, belongs: bool) -> None:
    assert bool(of_quarter("hours", [{"month": month, "minutes": 60}], "2026K3")) is belongs


@pytest.mark.parametrize("kind", ["events", "inspections", "complaints"])
def test_what_happened_on_a_day_belongs_to_the_quarter_of_the_day(kind: str) -> None:
    name = {"events": "happened_on", "inspections": "held_on", "complaints": "received_on"}[kind]
    rows = [{name: day} for day in ("2026-06-30", "2026-07-01", "2026-09-30", "2026-10-01")]
    assert [row[name] for row in of_quarter(kind, rows, "2026K3")] == ["2026-07-01", "2026-09-30"]


@pytest.mark.parametrize(
    "later",
    [
        {"ends_on": "2026-10-02", "ending": "planned_goal_met"},
        {"health_check": "done", "health_check_on": "2026-11-01"},
        {"plan_on": "2026-10-01"},
        {"latest_review_on": "2026-12-01"},
        {"confirmed_by_home_on": "2026-09-01", "confirmed_by_municipality_on": "2026-09-02"},
        {"before": {"starts_on": "2026-07-09"}},
    ],
)
def test_what_happens_after_a_quarter_or_is_said_of_a_row_changes_nothing_of_it(
    later: dict[str, str],
) -> None:
    before, after = (of_quarter("placement", [row], "2026K3") for row in (STAY, STAY | later))
    assert before == after
    assert of_quarter("placement", [STAY | later], "2026K4") != of_quarter("placement", [STAY], "2026K4")[:0]


@pytest.mark.parametrize(
    "within",
    [
        {"ends_on": "2026-09-30", "ending": "planned_goal_met"},
        {"municipality": "9002"},
        {"planned_end_on": "2027-01-31"},
        {"plan_on": "2026-09-30"},
    ],
)
def test_what_was_known_in_the_quarter_changes_its_hash(within: dict[str, str]) -> None:
    hashes = {
        fingerprint({"placement": of_quarter("placement", [row], "2026K3")}) for row in (STAY, STAY | within)
    }
    assert len(hashes) == 2


def test_special_reasons_of_the_quarter_that_end_later_are_part_of_it() -> None:
    row = {
        "engaged_from_on": "2026-01-01",
        "special_decided_on": "2026-08-01",
        "special_expires_on": "2026-12-31",
    }
    assert of_quarter("staff", [row], "2026K3") == [row]
    assert of_quarter("staff", [row], "2026K2") == [{"engaged_from_on": "2026-01-01"}]


def test_the_hash_does_not_mind_the_order_of_rows_or_of_columns() -> None:
    rows = [{"a": 1, "b": 2}, {"b": 3, "a": 1}, {"a": 2}]
    hashes = {
        fingerprint({"hours": [dict(reversed(row.items())) for row in order]}) for order in permutations(rows)
    }
    assert len(hashes) == 1
    assert fingerprint({"events": rows}) not in hashes
