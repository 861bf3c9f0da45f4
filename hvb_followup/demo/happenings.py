"""Inventing what happened: events with and without a decision, complaints, inspections, and what a day costs."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from zlib import crc32

from hvb_followup.demo.chance import by_then, chosen, days, dice_of, happens
from hvb_followup.demo.traits import Traits
from hvb_followup.registers.capacity_sheet import OLDEST, CapacityRow
from hvb_followup.registers.complaint_sheet import ComplaintRow
from hvb_followup.registers.event_sheet import EventRow
from hvb_followup.registers.inspection_sheet import InspectionRow
from hvb_followup.registers.placement_row import PlacementRow
from hvb_followup.registry import OperatingForm, Unit

KINDS = {
    "violence": 30.0,
    "absconding": 25.0,
    "drugs": 10.0,
    "self_harm": 8.0,
    "physical_intervention": 7.0,
    "medication": 6.0,
    "restrictive_measure": 5.0,
    "shortcoming": 4.0,
    "accident": 3.0,
    "fire": 1.0,
    "weapon": 0.7,
    "abuse": 0.3,
}
SEVERITIES = {1: 35.0, 2: 40.0, 3: 20.0, 4: 5.0}
SHARE_OF_PLACEMENT = 0.85
SHARE_ACTED_ON = 0.88
COMPLAINTS = {"treatment": 3.0, "rules": 3.0, "food": 2.0, "contact": 1.0, "safety": 1.0, "staffing": 1.0}
COMPLAINANTS = {"young_person": 6.0, "guardian": 3.0, "municipality": 1.0}
AREAS = {
    "suitability": 4.0,
    "documentation": 3.0,
    "competence": 2.0,
    "staffing": 2.0,
    "safety": 2.0,
    "leadership": 1.0,
}
DECISIONS = {"criticism": 6.0, "injunction": 3.0, "fine": 1.0}
SHARE_WANTING = 0.25  # of inspections
RAISE = 1.03  # a year


def events(
    seed: int,
    unit: Unit,
    traits: Traits,
    placed: Sequence[PlacementRow],
    first_on: dt.date,
    last_on: dt.date,
) -> tuple[EventRow, ...]:
    """What the home has written down of each stay: so many events in a thousand days."""
    dice = dice_of(seed, "events", unit.id)
    found = sorted(
        day_and_stay for one in placed for day_and_stay in _days(dice, traits, one, first_on, last_on)
    )
    return tuple(
        _event(dice, traits, unit, number, day, placement, last_on)
        for number, (day, placement) in enumerate(found, start=1)
    )


def _days(
    dice: random.Random, traits: Traits, one: PlacementRow, first_on: dt.date, last_on: dt.date
) -> Iterator[tuple[dt.date, str]]:
    day = max(first_on, one.starts_on) + dt.timedelta(days=int(dice.expovariate(traits.events / 1000)))
    while day <= (one.ends_on or last_on):
        yield day, one.id
        day += dt.timedelta(days=1 + int(dice.expovariate(traits.events / 1000)))


def _event(
    dice: random.Random,
    traits: Traits,
    unit: Unit,
    number: int,
    day: dt.date,
    placement: str,
    last_on: dt.date,
) -> EventRow:
    severity = chosen(dice, SEVERITIES)
    acted = happens(dice, SHARE_ACTED_ON, traits.careful)
    return EventRow(
        id=f"{number}",
        unit=unit.id,
        happened_on=day,
        kind=chosen(dice, KINDS),
        severity=severity,
        placement=placement if dice.random() < SHARE_OF_PLACEMENT else None,
        action_on=by_then(day + dt.timedelta(days=int(dice.expovariate(1 / 14))), last_on) if acted else None,
        lex_sarah="investigated" if severity == 4 else None,
    )


def complaints(
    seed: int, unit: Unit, traits: Traits, first_on: dt.date, last_on: dt.date
) -> tuple[ComplaintRow, ...]:
    """About one complaint in two years."""
    dice = dice_of(seed, "complaints", unit.id)
    found: list[ComplaintRow] = []
    day = first_on + dt.timedelta(days=int(dice.expovariate(1 / 600)))
    while day <= last_on:
        answered = happens(dice, 0.8, traits.careful)
        found.append(
            ComplaintRow(
                id=f"{len(found) + 1}",
                unit=unit.id,
                received_on=day,
                kind=chosen(dice, COMPLAINTS),
                by=chosen(dice, COMPLAINANTS),
                answered_on=by_then(day + days(dice, 1, 40), last_on) if answered else None,
            )
        )
        day += dt.timedelta(days=1 + int(dice.expovariate(1 / 600)))
    return tuple(found)


def inspections(
    seed: int, unit: Unit, traits: Traits, first_on: dt.date, last_on: dt.date
) -> tuple[InspectionRow, ...]:
    """One a year, as the ordinance has it; one in four finds something wanting."""
    dice = dice_of(seed, "inspections", unit.id)
    found: list[InspectionRow] = []
    day = first_on + days(dice, 0, 364)
    while day <= last_on:
        found.append(_inspection(dice, traits, unit, len(found) + 1, day, last_on))
        day += days(dice, 330, 400)
    return tuple(found)


def _inspection(
    dice: random.Random, traits: Traits, unit: Unit, number: int, day: dt.date, last_on: dt.date
) -> InspectionRow:
    wanting = happens(dice, SHARE_WANTING, -traits.careful)
    old = (last_on - day).days > 200
    return InspectionRow(
        reference=f"PÅHITT {crc32(unit.id.encode()) % 100_000:05}-{number}/{day.year}",
        unit=unit.id,
        held_on=day,
        kind="annual",
        areas=(chosen(dice, AREAS),) if wanting else (),
        decision=chosen(dice, DECISIONS) if wanting else "no_remark",
        state=("mended" if old else "open") if wanting else "closed",
    )


def capacity(
    seed: int,
    unit: Unit,
    traits: Traits,
    placed: Sequence[PlacementRow],
    first_on: dt.date,
    last_on: dt.date,
) -> tuple[CapacityRow, ...]:
    """Places, free places, price, ages and licence from each New Year, from the first day and as of today."""
    dice = dice_of(seed, "capacity", unit.id)
    school, travel, more = (dice.random() < share for share in (0.2, 0.4, 0.3))
    term = unit.terms[-1]
    needs_licence = term.operating_form not in (OperatingForm.MUNICIPAL_OWN, OperatingForm.REGION)
    ages = [one.starts_on.year - one.birth_year for one in placed]
    takes = (min(ages), min(max(ages), OLDEST)) if ages else (None, None)
    licence = f"8.1-{dice.randrange(10_000, 99_999)}/{unit.terms[0].from_on.year}"
    news = [dt.date(year, 1, 1) for year in range(first_on.year + 1, last_on.year + 1)]
    return tuple(
        CapacityRow(
            unit=unit.id,
            from_on=day,
            places=unit.places,
            free=max(0, unit.places - sum(one.placement().is_resident_on(day) for one in placed)),
            price=round(traits.price * RAISE ** (day.year - first_on.year) / 5000) * 5000,
            includes_school=school,
            includes_travel=travel,
            includes_reinforcement=more,
            takes_from=takes[0],
            takes_to=takes[1],
            licence_on=unit.terms[0].from_on if needs_licence else None,
            licence=licence if needs_licence else None,
        )
        for day in sorted({first_on, *news, last_on})
    )
