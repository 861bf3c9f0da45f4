"""Invented registers as plain lists: homes, stays and events drawn from a seed. No real home, no real person."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import msgspec
import polars as pl

from hvb_followup.actions.publish.block_rows import Registers
from hvb_followup.frames import EVENTS, PLACEMENTS
from hvb_followup.registry import OperatingForm, Term, Unit, age_band

LINK_KEY = b"an invented key of thirty-two by"
FIRST = dt.date(2022, 1, 1)
LAST = dt.date(2026, 6, 30)
CLASS_OF = {
    "planned_goal_met": "planned",
    "planned_transfer": "planned",
    "aged_out": "planned",
    "unplanned_youth_left": "breakdown",
    "unplanned_guardian_request": "breakdown",
    "unplanned_provider_ended": "breakdown",
    "unplanned_commissioner_moved": "withdrawal",
    "escalated_to_sis": "breakdown",
    "other": "neutral",
}
KIND_CLASS = {
    "drugs": None,
    "absconding": "absconding",
    "other": None,
    "violence": "serious",
    "self_harm": "serious",
}
STEPS = {
    "days_to_suitability": (0.8, -10, 3),
    "days_to_health_check": (0.7, 0, 60),
    "days_to_school_assessment": (0.6, 0, 60),
}
Row = dict[str, Any]


class Nation(msgspec.Struct, frozen=True, kw_only=True):
    """Homes, and everything that ever happened in them; ``reported_on`` is when an ending was written down."""

    units: tuple[Unit, ...]
    placements: tuple[Row, ...]
    events: tuple[Row, ...]

    def on(self, day: dt.date) -> Registers:
        """The registers as they could be read on a day."""
        placements = [_known_on(row, day) for row in self.placements if row["starts_on"] <= day]
        events = [_event_on(row, day) for row in self.events if row["happened_on"] <= day]
        return Registers(
            placements=pl.DataFrame(placements, schema=pl.Schema(PLACEMENTS.columns)),
            events=pl.DataFrame(events, schema=pl.Schema(EVENTS.columns)),
        )


def _known_on(row: Row, day: dt.date) -> Row:
    known = {name: row[name] for name in PLACEMENTS.columns if name in row}
    if known["ends_on"] is None or row["reported_on"] > day:
        known |= {"ends_on": None, "ending": None, "ending_class": None}
    known["days_stayed"] = ((known["ends_on"] or day) - known["starts_on"]).days
    for name in (*STEPS, "days_to_extension"):
        value = known[name]
        known[name] = value if value is not None and row["starts_on"] + dt.timedelta(value) <= day else None
    return known


def _event_on(row: Row, day: dt.date) -> Row:
    acted = row["days_to_action"]
    is_acted = acted is not None and row["happened_on"] + dt.timedelta(acted) <= day
    return {**row, "days_to_action": acted if is_acted else None}


def invent(seed: int, homes: int = 30, *, late: float = 0.04) -> Nation:
    """A nation of homes over four and a half years; some are sold, some endings are written down late."""
    dice = random.Random(seed)
    units: list[Unit] = []
    placements: list[Row] = []
    events: list[Row] = []
    provider = 0
    for number in range(homes):
        provider += dice.random() < 0.4
        units.append(_unit(dice, f"H{number:05d}", f"P{provider:03d}"))
        for bed in range(dice.choice([4, 5, 6, 6, 7, 8, 10])):
            placements += _stays(dice, f"H{number:05d}", bed, late)
    for row in placements:
        events += _events(dice, row)
    return Nation(units=tuple(units), placements=tuple(placements), events=tuple(events))


def _unit(dice: random.Random, name: str, provider: str) -> Unit:
    sold = FIRST + dt.timedelta(dice.randrange(200, 1500)) if dice.random() < 0.25 else None
    terms = [Term(provider=provider, unit_type="hvb", operating_form=OperatingForm.PRIVATE, from_on=FIRST)]
    if sold is not None:
        first = msgspec.structs.replace(terms[0], to_on=sold - dt.timedelta(1))
        terms = [first, msgspec.structs.replace(terms[0], provider=f"{provider}X", from_on=sold)]
    return Unit(id=name, name=name, lan="Dalarna", places=6, terms=tuple(terms))


def _stays(dice: random.Random, unit: str, bed: int, late: float) -> list[Row]:
    rows: list[Row] = []
    day = FIRST + dt.timedelta(dice.randrange(0, 120))
    while day < LAST:
        stayed = 1 + int(dice.expovariate(1 / dice.choice([20, 150, 300])))
        rows.append(_stay(dice, f"{unit}-{bed}-{len(rows)}", unit, day, stayed, late))
        day += dt.timedelta(stayed + dice.randrange(1, 60))
    return rows


def _stay(dice: random.Random, name: str, unit: str, day: dt.date, stayed: int, late: float) -> Row:
    ends_on = day + dt.timedelta(stayed)
    # What homes leave out is drawn aside, so that a nation is the same one whatever is left out.
    aside = random.Random(name)
    code = dice.choice(list(CLASS_OF))
    ending = None if aside.random() < 0.1 else code
    planned = dice.choice([None, 90, 180, 360])
    age = dice.randrange(10, 20)
    plan = _step(dice, 0.6, -5, 30)
    steps = {name: _step(dice, *chance) for name, chance in STEPS.items()}
    over = dice.randrange(0, 120) if planned and dice.random() < 0.5 else None
    return {
        "placement": name,
        "unit": unit,
        "municipality": "9001",
        "age": age,
        "age_band": age_band(age),
        "legal_basis": "SOL",
        # Many leave it blank where it was not acute.
        "is_acute": dice.random() < 0.2 or (None if aside.random() < 0.5 else False),
        "starts_on": day,
        "planned_end_on": None if planned is None else day + dt.timedelta(planned),
        "ends_on": ends_on if ends_on <= LAST else None,
        "ending": ending if ends_on <= LAST else None,
        "ending_class": (CLASS_OF[ending] if ending else "unknown") if ends_on <= LAST else None,
        "days_planned": planned,
        "days_to_plan": plan,  # which nothing counts
        **steps,
        "needs_health_check": steps["days_to_health_check"] is not None or aside.random() < 0.7,
        "needs_school_assessment": steps["days_to_school_assessment"] is not None or aside.random() < 0.7,
        "days_to_extension": planned + over
        if planned and over is not None and over < stayed - planned
        else None,
        "reported_on": ends_on + dt.timedelta(200 if dice.random() < late else 0),
    }


def _step(dice: random.Random, share: float, low: int, high: int) -> int | None:
    return dice.randrange(low, high) if dice.random() < share else None


def _events(dice: random.Random, row: Row) -> list[Row]:
    last = row["ends_on"] or LAST
    found: list[Row] = []
    day = row["starts_on"] + dt.timedelta(int(dice.expovariate(1 / 90)))
    while day < last:
        kind = dice.choice(list(KIND_CLASS))
        found.append(
            {
                "event": f"{row['placement']}:{len(found)}",
                "unit": row["unit"],
                "placement": row["placement"] if dice.random() < 0.95 else None,
                "happened_on": day,
                "kind": kind,
                "kind_class": KIND_CLASS[kind],
                "severity": 1 + len(found) % 4,
                "days_to_action": _step(dice, 0.8, 0, 50),
            }
        )
        day += dt.timedelta(1 + int(dice.expovariate(1 / 90)))
    return found
