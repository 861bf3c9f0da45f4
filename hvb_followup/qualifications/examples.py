"""The worked examples of a rule file, run: each invented person finds what the example says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.qualifications.check import check
from hvb_followup.qualifications.model import Example, RuleSet
from hvb_followup.qualifications.staff import StaffRecord, UnitHistory, UnitTerm

_UNIT, _EMPLOYER = "hemmet", "utföraren"
_LONG_AGO = dt.date(1990, 1, 1)


def person(example: Example) -> StaffRecord:
    """The example's person; what the example leaves out does not matter to it.

    Raises msgspec.ValidationError when the record has another shape than a staff record.
    """
    told = {"staff": "exempel", "unit": _UNIT, "employer": _EMPLOYER, **example.record}
    return msgspec.convert(told, StaffRecord)


def home(example: Example) -> UnitHistory:
    """The example's home: as told with days, or one type since long ago."""
    always = UnitTerm(
        unit_type=example.unit_type, from_on=_LONG_AGO, receives_children=example.receives_children
    )
    return UnitHistory(unit=_UNIT, terms=example.home or (always,))


def found(example: Example, rule_set: RuleSet) -> dict[str, str]:
    """The state of each rule for the example's person."""
    findings = check(person(example), rule_set, home(example), example.on)
    return {finding.rule: str(finding.state) for finding in findings}


def problems(rule_set: RuleSet, where: str) -> tuple[Problem, ...]:
    """Every example that does not find what it says. ``where`` names the file."""
    return tuple(
        Problem(
            code="rulebook-example",
            where=f"{where}: $.example[{number}]",
            says=says,
            mend="Rätta exemplet eller regeln.",
        )
        for number, example in enumerate(rule_set.example)
        for says in _faults(example, rule_set)
    )


def _faults(example: Example, rule_set: RuleSet) -> Iterator[str]:
    try:
        states = found(example, rule_set)
    except msgspec.ValidationError as error:
        yield f"Exemplets person har fel form: {error}."
        return
    for rule, expected in example.finds.items():
        if rule not in states:
            yield f"Regeln {rule!r} finns inte i filen."
        elif states[rule] != expected:
            yield f"{rule} ger {states[rule]}, inte {expected}."
