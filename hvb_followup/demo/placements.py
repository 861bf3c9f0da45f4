"""Inventing who lived where, when, on what basis, what was done for her, and how it ended (R1 §7)."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hvb_followup.demo.chance import around, by_then, chosen, days, dice_of, happens
from hvb_followup.demo.traits import Traits
from hvb_followup.registers.placement_row import PlacementRow
from hvb_followup.registry import Municipality, Unit

MEDIAN_STAY, SIGMA_STAY = 205, 0.85  # days, of what could be planned
MEDIAN_ACUTE, SIGMA_ACUTE = 30, 0.8
SHORTEST, LONGEST = 2, 1500
MEAN_EMPTY = 95  # days between two who live in the same place
RUN_IN = 500  # days before the first, so that nobody comes on the first day because it is the first
AGES = {(0, 12): 10.0, (13, 14): 14.0, (15, 17): 56.0, (18, 20): 20.0}
AGES_STODBOENDE = {(16, 17): 55.0, (18, 20): 45.0}
# Of a common home; homes differ so much that of all placements 62 of 100 are by consent.
BASES = {"SOL": 69.0, "LVU_2": 18.0, "LVU_3": 16.0, "LVU_2_3": 4.0}
VOLUNTARY = "SOL"
REASONS = {
    "SOL": {
        "home_conditions": 40.0,
        "own_behaviour": 35.0,
        "both": 15.0,
        "unaccompanied": 6.0,
        "unknown": 4.0,
    },
    "LVU_2": {"home_conditions": 1.0},
    "LVU_3": {"own_behaviour": 1.0},
    "LVU_2_3": {"both": 1.0},
}
SEXES = {"boy": 56.5, "girl": 42.5, "other": 1.0}
EARLIER = {"0": 45.0, "1-2": 32.0, "3+": 15.0, "unknown": 8.0}
# Of care by consent, and how much likelier other care breaks down (log odds): 30 of 100 together.
SHARE_BREAKDOWN, COMPULSORY_BREAKS_DOWN = 0.19, 1.2
BREAKDOWNS = {
    "unplanned_youth_left": 11.0,
    "unplanned_provider_ended": 10.0,
    "unplanned_guardian_request": 4.0,
    "escalated_to_sis": 5.0,
}
OTHER_ENDINGS = {
    "planned_goal_met": 36.0,
    "planned_transfer": 21.0,
    "aged_out": 5.0,
    "unplanned_commissioner_moved": 6.0,
    "custody_or_prison": 0.8,
    "other": 1.2,
}
OFFERS = {"done": 55.0, "offered": 15.0, "no": 20.0, "not_relevant": 10.0}
SHARE_OWN_HOME = 0.8  # of those in a municipality's own home, its own
SHARE_OWN_LAN = 0.45


def placements(
    seed: int,
    unit: Unit,
    traits: Traits,
    municipalities: Sequence[Municipality],
    owner: str | None,
    first_on: dt.date,
    last_on: dt.date,
) -> tuple[PlacementRow, ...]:
    """Everyone who lived in the home between two days, in order of arrival."""
    dice = dice_of(seed, "placements", unit.id)
    stays = sorted(stay for _ in range(unit.places) for stay in _stays(dice, traits, first_on, last_on))
    return tuple(
        _placement(dice, unit, traits, _placing(dice, unit, municipalities, owner), number, stay, last_on)
        for number, stay in enumerate(stays, start=1)
    )


Stay = tuple[dt.date, int, bool]


def _stays(dice: random.Random, traits: Traits, first_on: dt.date, last_on: dt.date) -> Iterator[Stay]:
    """One place after another young person: first day, how many days, and whether it was acute."""
    day = first_on - days(dice, RUN_IN, RUN_IN + 365)
    while day <= last_on:
        acute = happens(dice, traits.acute)
        drawn = around(dice, MEDIAN_ACUTE, SIGMA_ACUTE) if acute else around(dice, MEDIAN_STAY, SIGMA_STAY)
        length = round(min(LONGEST, max(SHORTEST, drawn)))
        if day + dt.timedelta(days=length) > first_on:
            yield day, length, acute
        day += dt.timedelta(days=length + round(dice.expovariate(1 / MEAN_EMPTY)))


def _placing(
    dice: random.Random, unit: Unit, municipalities: Sequence[Municipality], owner: str | None
) -> str:
    if owner and dice.random() < SHARE_OWN_HOME:
        return owner
    near = [one for one in municipalities if one.lan == unit.lan]
    return dice.choice(near if near and dice.random() < SHARE_OWN_LAN else municipalities).code


def _placement(
    dice: random.Random,
    unit: Unit,
    traits: Traits,
    municipality: str,
    number: int,
    stay: Stay,
    last_on: dt.date,
) -> PlacementRow:
    starts_on, length, acute = stay
    age = dice.randint(*chosen(dice, AGES_STODBOENDE if unit.terms[0].unit_type == "stodboende" else AGES))
    basis = "LVU_6" if acute and dice.random() < 0.3 else chosen(dice, _bases(traits))
    ends_on = by_then(starts_on + dt.timedelta(days=length), last_on)
    return PlacementRow(
        id=f"L{unit.id[1:6]}{number:03}",
        unit=unit.id,
        municipality=municipality,
        birth_year=starts_on.year - age,
        starts_on=starts_on,
        ends_on=ends_on,
        ending=_ending(dice, traits, basis) if ends_on else None,
        legal_basis=basis,
        is_acute=acute,
        sex=chosen(dice, SEXES),
        main_reason=chosen(dice, REASONS.get(basis, REASONS["SOL"])),
        earlier_placements=chosen(dice, EARLIER),
        **_plans(dice, traits, stay, last_on),
        **_care(dice, traits, stay, last_on),
    )


def _bases(traits: Traits) -> Mapping[str, float]:
    """On what grounds the home's young people are placed."""
    return {
        name: weight * (1 if name == VOLUNTARY else math.exp(traits.compulsory))
        for name, weight in BASES.items()
    }


def _ending(dice: random.Random, traits: Traits, basis: str) -> str:
    shift = traits.breakdown + (0.0 if basis == VOLUNTARY else COMPULSORY_BREAKS_DOWN)
    return chosen(dice, BREAKDOWNS if happens(dice, SHARE_BREAKDOWN, shift) else OTHER_ENDINGS)


def _plans(dice: random.Random, traits: Traits, stay: Stay, last_on: dt.date) -> Mapping[str, Any]:
    """What was planned, and whether a longer stay was considered again."""
    starts_on, length, acute = stay
    said: dict[str, Any] = {}
    if happens(dice, traits.planned * (0.3 if acute else 1)):
        months = dice.choice((3, 6, 6, 9, 12))
        said["planned_end_on"] = starts_on + dt.timedelta(days=round(30.4 * months))
        late = dt.timedelta(days=length) > said["planned_end_on"] - starts_on
        if late and happens(dice, 0.6, traits.careful):
            said["extension_on"] = by_then(said["planned_end_on"] + days(dice, 1, 30), last_on)
    if happens(dice, 0.88, traits.careful):
        said["plan_on"] = by_then(starts_on + days(dice, 0, 28), last_on)
    if length > 182 and happens(dice, 0.8, traits.careful):
        said["latest_review_on"] = by_then(starts_on + days(dice, 150, 183), last_on)
    return said


def _care(dice: random.Random, traits: Traits, stay: Stay, last_on: dt.date) -> Mapping[str, Any]:
    """Suitability, health and school: what was done or offered, and when."""
    starts_on, length, acute = stay
    said: dict[str, Any] = {"dental": chosen(dice, OFFERS)}
    if happens(dice, 0.7 if acute else 0.9, traits.careful):
        said["suitability_on"] = starts_on - days(dice, 0, 3 if acute else 21)
    elif dice.random() < 0.4:
        said["suitability_on"] = by_then(starts_on + days(dice, 1, 14), last_on)
    for name in ("health_check", "school_assessment"):
        on = by_then(starts_on + days(dice, 2, 45 if happens(dice, 0.9, traits.careful) else 120), last_on)
        offered = chosen(dice, OFFERS)
        has_day = offered in ("done", "offered") and on is not None and (on - starts_on).days < length
        said[name] = offered if has_day or offered == "not_relevant" else "no"
        said[f"{name}_on"] = on if has_day else None
    if happens(dice, 0.7):
        said["school_starts_on"] = by_then(starts_on + days(dice, 1, 40), last_on)
    return said
