"""Rows as homes write them, against the words of R8 §3: who is asked about, and who of them counts.

The words stand beside each table; a row is a sheet's row as it is stored, so that what the register makes of it is
tried too.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from hvb_followup import content
from hvb_followup.indicators import blocks
from hvb_followup.registers import history

CATALOGUE = content.read()
AS_OF = dt.date(2026, 6, 30)
OUT, IN, COUNTS = "not asked about", "asked about", "counts"
Row = dict[str, Any]

# Everybody moved in on 10 January 2025, at 15, and lives there still unless the row says otherwise.
SAID: Row = {
    "id": "L1",
    "unit": "H1",
    "municipality": "9001",
    "birth_year": 2010,
    "starts_on": "2025-01-10",
}
PLACEMENTS: dict[str, list[tuple[Row, str]]] = {
    # "Planerat slutdatum: placeringar med planerad varaktighet / startade ej akut". When it was set nobody writes.
    "S04": [
        ({"planned_end_on": "2025-07-10", "is_acute": False}, COUNTS),
        ({"planned_end_on": "2025-07-10"}, COUNTS),
        ({"planned_end_on": "2025-07-10", "is_acute": True}, OUT),
        ({"is_acute": False}, IN),
        ({}, IN),
        ({"plan_on": "2025-01-12"}, IN),  # the plan of how care is carried out is another thing
        ({"is_acute": True}, OUT),
    ],
    # "Sammanbrott: avslut med kod sb_* / alla avslut"; withdrawal (hemtagning) is a code of its own, and silence must
    # not make a home look better.
    "S01": [
        ({"ends_on": "2025-08-01", "ending": "unplanned_youth_left"}, COUNTS),
        ({"ends_on": "2025-08-01", "ending": "unplanned_guardian_request"}, COUNTS),
        ({"ends_on": "2025-08-01", "ending": "unplanned_provider_ended"}, COUNTS),
        ({"ends_on": "2025-08-01", "ending": "escalated_to_sis"}, COUNTS),
        ({"ends_on": "2025-08-01"}, COUNTS),
        ({"ends_on": "2025-08-01", "ending": "unplanned_commissioner_moved"}, IN),
        ({"ends_on": "2025-08-01", "ending": "planned_goal_met"}, IN),
        ({"ends_on": "2025-08-01", "ending": "home_closed_or_ban"}, IN),
        ({"ends_on": "2025-08-01", "ending": "other"}, IN),
    ],
    # "Sammanbrott inom 90 dagar: sb_* ≤ 90 d / placeringar som startat > 90 d före mätdag".
    "S02": [
        ({"ends_on": "2025-04-10", "ending": "unplanned_youth_left"}, COUNTS),
        ({"ends_on": "2025-04-11", "ending": "unplanned_youth_left"}, IN),
        ({"ends_on": "2025-04-10"}, COUNTS),
        ({"ends_on": "2025-04-10", "ending": "planned_goal_met"}, IN),
        ({"starts_on": "2026-04-10"}, IN),
        ({}, IN),
    ],
    # "Hälsoundersökning erbjuden inom 30 dagar: erbjuden / placerade > 30 d utan aktuell".
    "H01": [
        ({"health_check": "offered", "health_check_on": "2025-02-09"}, COUNTS),
        ({"health_check": "done", "health_check_on": "2025-02-09"}, COUNTS),
        ({"health_check": "done", "health_check_on": "2025-02-10"}, IN),
        ({"health_check": "no"}, IN),
        ({}, IN),
        ({"health_check": "not_relevant"}, OUT),
        ({"health_check": "no", "ends_on": "2025-02-10", "ending": "aged_out"}, IN),
        ({"health_check": "no", "ends_on": "2025-02-09", "ending": "aged_out"}, OUT),
    ],
    # "Kunskapsbedömning genomförd inom 30 dagar: genomförd / skolpliktiga+gy placerade > 30 d".
    "H03": [
        ({"school_assessment": "done", "school_assessment_on": "2025-02-09"}, COUNTS),
        ({"school_assessment": "offered", "school_assessment_on": "2025-02-09"}, IN),
        ({"school_assessment": "no"}, IN),
        ({}, IN),
        ({"school_assessment": "not_relevant"}, OUT),
        ({"birth_year": 2019}, IN),
        ({"birth_year": 2020}, OUT),
        ({"birth_year": 2007}, IN),
        ({"birth_year": 2006}, OUT),
        ({"ends_on": "2025-02-09", "ending": "aged_out"}, OUT),
    ],
}
# "Allvarliga händelser: våld, självskada m. vård, brand, vapen, övergrepp", of any severity; other kinds of none.
SERIOUS = {"violence", "self_harm", "fire", "weapon", "abuse"}


def place_of(indicator: str, frame: pl.DataFrame) -> str:
    """Where the only row stands."""
    asked = CATALOGUE.indicator(indicator)
    chosen, counted = frame.select(
        blocks.chosen(asked).alias("chosen"), blocks.counts(asked).alias("counted")
    ).row(0)
    return (COUNTS if counted else IN) if chosen else OUT


@pytest.mark.parametrize(
    ("indicator", "said", "place"),
    [(name, said, place) for name, table in PLACEMENTS.items() for said, place in table],
    ids=str,
)
def test_a_placement_is_counted_as_the_words_have_it(indicator: str, said: Row, place: str) -> None:
    frame = history.placements([{**SAID, **said}], CATALOGUE.codelists["endings"], AS_OF)
    assert place_of(indicator, frame) == place


def test_every_kind_of_event_is_serious_by_the_words_and_not_by_its_severity() -> None:
    kinds = CATALOGUE.codelists["event_kinds"]
    event = {"id": "1", "unit": "H1", "happened_on": "2026-03-01"}
    told = {
        (code.id, severity): place_of(
            "T03", history.events([{**event, "kind": code.id, "severity": severity}], kinds, AS_OF)
        )
        for code in kinds.code
        for severity in (1, 4)
    }
    assert {kind for kind, _ in told} > SERIOUS
    assert told == {key: COUNTS if key[0] in SERIOUS else IN for key in told}


def test_the_classes_that_definitions_may_name_are_those_of_the_codelists() -> None:
    lists = CATALOGUE.codelists
    assert set(blocks.KIND_CLASSES) == {code.group for code in lists["event_kinds"].code if code.group}
    assert {*blocks.ENDING_CLASSES} - {"unknown"} == {code.group for code in lists["endings"].code}
