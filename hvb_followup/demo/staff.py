"""Inventing who works in a home: educations, assessments, register checks, special reasons, managers and gaps (R1 §7)."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from typing import Any

from hvb_followup.demo.chance import chosen, days, dice_of, happens
from hvb_followup.demo.traits import Traits
from hvb_followup.registers.staff_row import StaffRow
from hvb_followup.registry import Unit

MEAN_YEARS = 3.6  # in a post: about 28 % leave in a year
MANAGER_YEARS = 3.2
SHARE_GAP = 0.2  # of changes of manager, those that leave the post empty
IN_FORCE = dt.date(2025, 7, 1)
SHARE_SHORT = 0.24  # upper secondary school alone
EDUCATIONS: Mapping[str, float] = {"degree": 22.0, "vocational": 34.0, "other": 18.0}
SCHOOLED: Mapping[str, float] = {"upper_secondary": 24.0, "unrelated": 2.0}
EVIDENCE = {"checked": 60.0, "attached": 25.0, "own_statement": 15.0}
BOTH = ("criminal_record", "suspicion_register")
SHARE_CHECKED, SHARE_LATE = 0.985, 0.015
SHARE_EXCUSED = 0.15  # of those who lack the education: about four of a hundred
ENGAGEMENTS = {"employment": 94.0, "assignment": 3.0, "traineeship": 3.0}


def staff(seed: int, unit: Unit, traits: Traits, first_on: dt.date, last_on: dt.date) -> tuple[StaffRow, ...]:
    """Everyone engaged in the home at some time between two days."""
    dice = dice_of(seed, "staff", unit.id)
    posts = max(4, round(unit.places * traits.staff_per_place))
    found: list[StaffRow] = []
    opened_on = unit.terms[0].from_on
    for spell in _spells(dice, MANAGER_YEARS, SHARE_GAP, opened_on, first_on, last_on):
        found.append(_manager(dice, unit, traits, len(found) + 1, spell, last_on))
    for post in range(posts):
        for spell in _spells(dice, MEAN_YEARS, 0.3, opened_on, first_on, last_on):
            found.append(_carer(dice, unit, traits, len(found) + 1, post, spell, last_on))
    return tuple(found)


Spell = tuple[dt.date, dt.date | None]


def _spells(
    dice: random.Random,
    mean_years: float,
    share_gap: float,
    opened_on: dt.date,
    first_on: dt.date,
    last_on: dt.date,
) -> Iterator[Spell]:
    """One after another on a post: first and last day, no last day for who is there still."""
    # What is left, and what has been, of a spell that nobody knows the length of are as long as a whole one.
    began_on = first_on - dt.timedelta(days=1 + round(dice.expovariate(1 / (365 * mean_years))))
    began_on = max(began_on, opened_on)  # nobody has worked in a home before it was one
    leaves_on = first_on + dt.timedelta(days=round(dice.expovariate(1 / (365 * mean_years))))
    while began_on <= last_on:
        yield began_on, leaves_on if leaves_on <= last_on else None
        empty = dice.randint(10, 90) if dice.random() < share_gap else 0
        began_on = leaves_on + dt.timedelta(days=1 + empty)
        leaves_on = began_on + dt.timedelta(days=30 + round(dice.expovariate(1 / (365 * mean_years))))


def _manager(
    dice: random.Random, unit: Unit, traits: Traits, number: int, spell: Spell, last_on: dt.date
) -> StaffRow:
    began_on, left_on = spell
    educated = happens(dice, 0.97)
    said = _education(dice, "degree" if educated else "vocational", began_on)
    if happens(dice, 0.97):
        said["experience_from_on"] = began_on - days(dice, 700, 5000)
        said["experience_evidence"] = chosen(dice, EVIDENCE)
    if happens(dice, 0.96):
        said["competence_on"] = max(began_on - days(dice, 1, 30), IN_FORCE - days(dice, 0, 60))
    return StaffRow(
        staff=f"F-{number:02}",
        unit=unit.id,
        role="unit_manager",
        engagement="employment",
        engaged_from_on=began_on,
        engaged_to_on=left_on,
        percent=100,
        duties=("administration",),
        **said,
        **_shown(dice, traits, began_on, last_on),
    )


def _carer(
    dice: random.Random, unit: Unit, traits: Traits, number: int, post: int, spell: Spell, last_on: dt.date
) -> StaffRow:
    began_on, left_on = spell
    kitchen = post == 0 and unit.places >= 10
    agency = happens(dice, traits.agency / 2) if traits.agency else False
    lacks = happens(dice, SHARE_SHORT + 0.02, -traits.competence)
    said = _education(dice, chosen(dice, SCHOOLED if lacks else EDUCATIONS), began_on)
    if lacks and not kitchen and (left_on or last_on) > IN_FORCE and dice.random() < SHARE_EXCUSED:
        said |= _excused(dice, max(began_on, IN_FORCE))
    return StaffRow(
        staff=f"P-{number:03}",
        unit=unit.id,
        role="other_staff" if kitchen else "care_staff",
        engagement="agency" if agency else chosen(dice, ENGAGEMENTS),
        engaged_from_on=began_on,
        engaged_to_on=left_on,
        percent=dice.choice((100, 100, 100, 80, 75, 50)),
        duties=("kitchen", "cleaning")
        if kitchen
        else dice.choice((("care", "upbringing"), ("care", "treatment"))),
        **said,
        **_shown(dice, traits, began_on, last_on),
    )


def _education(dice: random.Random, kind: str, began_on: dt.date) -> dict[str, Any]:
    """The first education of a row, completed before the work began."""
    completed_on = dt.date(began_on.year - dice.randint(1, 15), 6, dice.randint(1, 14))
    said: dict[str, Any]
    if kind == "degree":
        field = dice.choice(("social_work", "social_work", "behavioural_science"))
        said = {"level": "first_cycle_degree", "field": field, "hp": float(dice.choice((180, 210)))}
    elif kind == "vocational":
        said = {"level": "post_secondary", "field": "social_pedagogy", "yh": 400.0}
    elif kind == "other":
        said = {"level": "post_secondary", "field": "other_relevant", "years": float(dice.choice((2, 2, 3)))}
    elif kind == "unrelated":
        said = {"level": "higher_education", "field": "unrelated", "hp": 120.0}
    else:
        said = {"level": "upper_secondary"}
    said |= {"completed_on": completed_on, "evidence": chosen(dice, EVIDENCE)}
    if said["evidence"] == "checked":
        said["checked_on"] = began_on - days(dice, 1, 40)
    return {f"education_1_{name}": value for name, value in said.items()}


def _excused(dice: random.Random, from_on: dt.date) -> dict[str, Any]:
    decided_on = from_on + days(dice, 0, 60)
    expires_on = decided_on + days(dice, 180, 900)
    return {
        "special_rule": "STF-2025-EDU",
        "special_decided_on": decided_on,
        "special_expires_on": expires_on,
    }


def _shown(dice: random.Random, traits: Traits, began_on: dt.date, last_on: dt.date) -> Mapping[str, Any]:
    """Suitability, the register check, introduction and supervision: days only."""
    said: dict[str, Any] = {}
    if happens(dice, 0.94, traits.careful):
        said["suitability_on"] = began_on - days(dice, 1, 20)
    if happens(dice, SHARE_CHECKED, traits.careful / 2):
        handed = (
            began_on - days(dice, 2, 20) if not happens(dice, SHARE_LATE) else began_on + days(dice, 1, 30)
        )
        looked = min(handed + days(dice, 0, 1), max(handed, began_on))
        issued = handed - days(dice, 3, 90)
        said |= {"check_registers": BOTH, "check_issued_on": issued}
        said |= {"check_handed_over_on": handed, "check_on": looked}
    if happens(dice, 0.9, traits.careful):
        said["introduction_on"] = began_on + days(dice, 7, 40)
    if happens(dice, 0.75, traits.careful):
        said["supervision_on"] = max(began_on, last_on - days(dice, 5, 120))
    return said
