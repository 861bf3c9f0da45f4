"""Inventing scheduled hours: who worked how long in which month, how much of it at night, and who was hired."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from hvb_followup.demo.chance import dice_of
from hvb_followup.demo.traits import Traits
from hvb_followup.registers.hours_sheet import HIRED, HoursRow
from hvb_followup.registers.staff_row import StaffRow
from hvb_followup.registry import Unit

MONTHS = 24
FULL_TIME = 160 * 60  # minutes in a month
SHARE_NIGHT_WORKERS = 0.2


def hours(
    seed: int, unit: Unit, traits: Traits, people: Sequence[StaffRow], first_on: dt.date, last_on: dt.date
) -> tuple[HoursRow, ...]:
    """A row for everyone engaged in each of the last two years' months, and one for hired staff together where there are any."""
    dice = dice_of(seed, "hours", unit.id)
    months = list(whole_months(first_on, last_on))[-MONTHS:]
    found = [row for person in people for row in _of_person(dice, unit, person, months)]
    if traits.agency:
        worked = FULL_TIME * unit.places * traits.staff_per_place * traits.agency
        found += [_hired(dice, unit, month, worked) for month, _, _ in months]
    return tuple(found)


Month = tuple[str, dt.date, dt.date]


def whole_months(first_on: dt.date, last_on: dt.date) -> Iterator[Month]:
    """Each month that is over by the last day, from that of the first: its name, first and last day."""
    begins_on = first_on.replace(day=1)
    while True:
        following = (begins_on + dt.timedelta(days=32)).replace(day=1)
        if following > last_on:
            return
        yield f"{begins_on:%Y-%m}", begins_on, following - dt.timedelta(days=1)
        begins_on = following


def _of_person(
    dice: random.Random, unit: Unit, person: StaffRow, months: Sequence[Month]
) -> Iterator[HoursRow]:
    nightly = dice.uniform(0.6, 0.9) if dice.random() < SHARE_NIGHT_WORKERS else dice.uniform(0.0, 0.15)
    if person.role == "unit_manager":
        nightly = 0.0
    usual = FULL_TIME * (person.percent or 100) / 100
    left_on = person.engaged_to_on or dt.date.max
    for month, begins_on, ends_on in months:
        present = (min(ends_on, left_on) - max(begins_on, person.engaged_from_on)).days + 1
        if present > 0:
            minutes = (
                round(usual * dice.uniform(0.85, 1.1) * present / ((ends_on - begins_on).days + 1) / 15) * 15
            )
            yield HoursRow(
                staff=person.staff,
                unit=unit.id,
                month=month,
                minutes=minutes,
                night_minutes=round(minutes * nightly / 15) * 15,
            )


def _hired(dice: random.Random, unit: Unit, month: str, worked: float) -> HoursRow:
    minutes = round(worked * dice.uniform(0.6, 1.4) / 60) * 60
    return HoursRow(
        staff=HIRED,
        unit=unit.id,
        month=month,
        minutes=minutes,
        night_minutes=round(minutes * dice.uniform(0.2, 0.5) / 60) * 60,
    )
