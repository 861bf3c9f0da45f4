from __future__ import annotations

import msgspec
import pytest

from hvb_followup import content
from hvb_followup.frames import PLACEMENTS
from hvb_followup.indicators import blocks, model

CATALOGUE = content.read()
replace = msgspec.structs.replace


@pytest.mark.parametrize(
    ("part", "expression"),
    [
        ("where", "municipality = '9001'"),
        ("where", "unit = 'H1'"),
        ("numerator", "starts_on > '2026-01-01'"),
        ("numerator", "ending_class = 'avbrott'"),
        ("numerator", "days_stayed"),
        ("numerator", "days_stayed > 'lång'"),
        ("numerator", "abs(days_stayed) > 3"),
        ("numerator", "days_stayed; drop"),
        ("numerator", "sex = 'girl'"),
    ],
)
def test_an_expression_that_may_not_be_used_is_found(part: str, expression: str) -> None:
    odd = replace(CATALOGUE.indicator("S06"), **{part: expression})
    assert {one.where for one in blocks.problems(odd, "x")} == {f"x: $.{part}"}


def test_a_choice_that_is_not_known_at_once_must_wait() -> None:
    hasty = replace(CATALOGUE.indicator("H01"), known_after=0)
    assert [one.where for one in blocks.problems(hasty, "x")] == ["x: $.where"]


def test_an_example_that_does_not_hold_is_found() -> None:
    for name in ("S01", "S10", "T03", "H03"):
        indicator = CATALOGUE.indicator(name)
        example = indicator.example[0]
        for wrong in (replace(example, x=example.x + 1), replace(example, n=example.n + 1)):
            odd = replace(indicator, example=(wrong,))
            assert [one.where for one in blocks.problems(odd, "x")] == ["x: $.example[0]"]


@pytest.mark.parametrize(
    ("name", "changes", "key"),
    [
        ("S01", {"denominator": "days_stayed > 3"}, "denominator"),
        ("S01", {"numerator": ""}, "numerator"),
        ("S10", {"numerator": "days_stayed > 90"}, "numerator"),
        ("S10", {"known_after": 100}, "known_after"),
        ("S02", {"known_after": 900}, "known_after"),
        ("S07", {"lowest_level": "unit"}, "lowest_level"),
        ("S10", {"block": ""}, "block"),
        ("S01", {"source": "findings"}, "block"),
        ("T03", {"where": "severity = 1"}, "block"),
        ("R01", {"numerator": "life = '1'"}, "kind"),
        ("R01", {"verdict": ""}, "verdict"),
        ("U01", {"verdict": "improved"}, "verdict"),
        ("R01", {"score": ""}, "score"),
        ("R01", {"least": 0}, "least"),
        ("R03", {"least": 0}, "least"),
        ("R03", {"together_with": ""}, "together_with"),
    ],
)
def test_a_definition_that_contradicts_itself_is_found(
    name: str, changes: dict[str, object], key: str
) -> None:
    odd = replace(CATALOGUE.indicator(name), **changes)
    assert f"x: $.{key}" in {one.where for one in model.problems(odd, "x")}


def test_no_fact_is_an_id_a_place_or_a_date() -> None:
    assert set(blocks.facts("placements")) == set(PLACEMENTS.columns) - {
        "placement",
        "unit",
        "municipality",
        "starts_on",
        "planned_end_on",
        "ends_on",
    }


def test_pairs_are_counted_as_nothing_else() -> None:
    pairs = [one for one in CATALOGUE.indicators if one.is_of_pairs]
    assert {one.id for one in pairs} == {"R01", "R01k", "R02", "R02k", "R03", "R03s"}
    assert not any(one.is_of_answers or one.is_of_blocks for one in pairs)
