"""Invented staff and homes for the tests; nobody here exists."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import msgspec

from hvb_followup import rulebooks
from hvb_followup.qualifications.check import Finding, check
from hvb_followup.qualifications.staff import (
    Assessment,
    Education,
    Evidence,
    Experience,
    RegisterCheck,
    StaffRecord,
    UnitHistory,
    UnitTerm,
)
from hvb_followup.qualifications.versions import Rulebook

HOME = "H00001"
OWNER = "P0001"
LONG_AGO = dt.date(1995, 1, 1)
BOTH = ("criminal_record", "suspicion_register")


@cache
def rulebook() -> Rulebook:
    """The rules that ship."""
    return rulebooks.read()


def day(text: str) -> dt.date:
    """2026-11-22 as a day."""
    return dt.date.fromisoformat(text)


def home(unit_type: str = "hvb", *, receives_children: bool | None = True, unit: str = HOME) -> UnitHistory:
    """A home that has always been the same."""
    term = UnitTerm(unit_type=unit_type, from_on=LONG_AGO, receives_children=receives_children)
    return UnitHistory(unit=unit, terms=(term,))


def educated(level: str, **more: Any) -> Education:
    """An education in social pedagogy, attached, completed long ago."""
    told = {
        "level": level,
        "field": "social_pedagogy",
        "completed_on": dt.date(2000, 6, 2),
        "evidence": Evidence.ATTACHED,
        **more,
    }
    return msgspec.convert(told, Education)


def member(**more: Any) -> StaffRecord:
    """Care staff engaged long ago with nothing known; ``more`` says the rest."""
    told: dict[str, Any] = {
        "staff": "s1",
        "unit": HOME,
        "employer": OWNER,
        "role": "care_staff",
        "duties": ("care",),
        "engaged_from_on": dt.date(2001, 2, 1),
        **more,
    }
    return StaffRecord(**told)


def manager(*educations: Education, **more: Any) -> StaffRecord:
    """A manager with experience and every assessment, and these educations."""
    told: dict[str, Any] = {
        "role": "unit_manager",
        "duties": (),
        "educations": educations,
        "experience": (
            Experience(from_on=dt.date(1999, 1, 1), is_relevant=True, evidence=Evidence.ATTACHED),
        ),
        "assessments": assessed("personal_suitability", "combined_competence", "target_group_knowledge"),
        **more,
    }
    return member(**told)


def assessed(*kinds: Any, on: str = "2001-01-15", holds: bool = True) -> tuple[Assessment, ...]:
    """The home's judgements of these kinds."""
    return tuple(Assessment(of=kind, assessed_on=day(on), holds=holds) for kind in kinds)


def checked(
    issued: str, handed_over: str | None, checked_on: str, engaged: str, **more: Any
) -> RegisterCheck:
    """A check of both registers for an engagement in the home."""
    told: dict[str, Any] = {
        "unit": HOME,
        "engaged_on": day(engaged),
        "registers": BOTH,
        "issued_on": day(issued),
        "handed_over_on": day(handed_over) if handed_over else None,
        "checked_on": day(checked_on),
        **more,
    }
    return RegisterCheck(**told)


def finding(record: StaffRecord, rule: str, on: str, where: UnitHistory | None = None) -> Finding:
    """What the shipped rule finds: of its versions the one that binds, else the latest."""
    found = [
        one
        for rule_set in rulebook().versions_of(rule)
        for one in check(record, rule_set, where or home(), day(on))
    ]
    binding = [one for one in found if one.reason != "not_in_force"]
    return (binding or found)[-1]


def state(record: StaffRecord, rule: str, on: str, where: UnitHistory | None = None) -> str:
    """The state of such a finding."""
    return str(finding(record, rule, on, where).state)
