"""The numbers of the law of the house, written down once more: whoever changes one says so here too (DESIGN §4.4–4.6)."""

from __future__ import annotations

import msgspec

from hvb_followup.disclosure.model import Rules, Shape
from hvb_followup.disclosure.staff import StaffRules

# Persons, half-years, homes, values, care days or events.
OF_ANSWERS = {
    "smallest": 5,
    "remainder_age": 4,
    "remainder_homes": 3,
    "answered": 5,
    "end_values": 2,
    "sensitive_end_values": 3,
    "sensitive_group": 21,
    "window": 4,
    "public_from": 10,
    "sensitive_from": 21,
    "words_from": 5,
    "exact_persons": 100,
    "exact_homes": 20,
    "exact_change_persons": 100,
    "exact_change_homes": 20,
    "rate_days": 500,
    "rate_few": 4,
    "endings_end_values": 3,
    "code_end_values": 5,
    "code_group": 30,
    "code_cell": 5,
}
OF_STAFF = {
    "heads_from": 5,
    "sum_homes": 3,
    "sum_from": 20,
    "turnover_from": 6,
    "window": 4,
    "survey_from": 8,
    "survey_ends": 2,
    "survey_window": 2,
}


def numbers_and_switches(rules: msgspec.Struct) -> tuple[dict[str, int], dict[str, bool]]:
    every = msgspec.structs.asdict(rules)
    switches = {name: value for name, value in every.items() if isinstance(value, bool)}
    return {name: value for name, value in every.items() if name not in switches}, switches


def test_the_rules_of_answers_and_registers_are_the_law() -> None:
    numbers, switches = numbers_and_switches(Rules())
    assert numbers == OF_ANSWERS
    assert [name for name, is_on in switches.items() if not is_on] == ["rates_in_words"]


def test_the_rules_of_staff_are_the_law() -> None:
    numbers, switches = numbers_and_switches(StaffRules())
    assert numbers == OF_STAFF
    assert all(switches.values())


def test_an_indicator_is_ordinary_and_told_from_ten_down_to_the_home_unless_it_says_otherwise() -> None:
    one = Shape(id="P01", family="ung", group="P01")
    assert (one.sensitivity, one.smallest_n, one.lowest_level, one.scale) == (1, 10, "unit", "share")
    assert (one.exact_apart, one.is_grouped) == (False, False)
