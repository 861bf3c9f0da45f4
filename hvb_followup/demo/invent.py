"""Inventing providers, homes, municipalities, young people and what they answer. Seeded: the same every time.

Every name is made of syllables that no place is made of; municipalities carry 9xxx codes in real län.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator

import msgspec

from hvb_followup.questionnaires.model import Item, Questionnaire
from hvb_followup.registry import (
    CROCKFORD,
    LAN,
    Municipality,
    OperatingForm,
    Placement,
    Provider,
    Term,
    Unit,
    check_symbol,
    unit_id,
)

FIRST = (
    "Snurr",
    "Glimmer",
    "Plupp",
    "Trassel",
    "Mumle",
    "Kvitter",
    "Fnul",
    "Pyssel",
    "Drummel",
    "Skrofsa",
    "Tindra",
    "Blompa",
)
LAST = ("hult", "vik", "ås", "näs", "torp", "lund", "berga", "sund", "fors", "dal", "holm", "rydet")
OWNERS = ("Omsorg", "Vård", "Hem", "Framtid", "Stöd")
SPREAD = 0.6  # between homes, logit
STAY_DAYS = 270
SHARE_ANSWERING = 0.75
SHARE_HELPED = 0.03
SHARE_SKIPPED = 0.03
SHARE_HARMED = 0.06


class Nation(msgspec.Struct, frozen=True, kw_only=True):
    """What a demonstration starts from; ``feel`` is how much better than others it is to live in a home (logit)."""

    municipalities: tuple[Municipality, ...]
    providers: tuple[Provider, ...]
    units: tuple[Unit, ...]
    placements: tuple[Placement, ...]
    feel: dict[str, float]


def nation(n_units: int, first_on: dt.date, last_on: dt.date, seed: int = 20261122) -> Nation:
    """An invented nation with so many homes, lived in from day to day between two days."""
    dice = random.Random(seed)
    municipalities = tuple(_municipalities(dice, max(4, n_units // 3)))
    providers = tuple(_providers(dice, max(3, n_units // 3)))
    units = tuple(_units(dice, n_units, providers, first_on))
    placements = tuple(_placements(dice, units, municipalities, first_on, last_on))
    feel = {unit.id: dice.gauss(0, SPREAD) for unit in units}
    return Nation(
        municipalities=municipalities, providers=providers, units=units, placements=placements, feel=feel
    )


def _municipalities(dice: random.Random, count: int) -> Iterator[Municipality]:
    for number, name in enumerate(_names(dice, count)):
        yield Municipality(code=f"{9001 + number}", name=f"{name}s kommun", lan=dice.choice(LAN))


def _providers(dice: random.Random, count: int) -> Iterator[Provider]:
    for name in _names(dice, count):
        body = _symbols(dice)
        yield Provider(id=f"P{body}{check_symbol(body)}", name=f"{name} {dice.choice(OWNERS)} AB")


def _units(
    dice: random.Random, count: int, providers: tuple[Provider, ...], first_on: dt.date
) -> Iterator[Unit]:
    for number, name in enumerate(_names(dice, count)):
        form = dice.choices(list(OperatingForm), weights=(20, 4, 72, 3, 1))[0]
        term = Term(
            provider=providers[number % len(providers)].id,
            unit_type="hvb",
            operating_form=form,
            from_on=first_on - dt.timedelta(days=400),
        )
        yield Unit(
            id=unit_id(_symbols(dice)),
            name=name,
            lan=dice.choice(LAN),
            places=dice.randint(5, 10),
            terms=(term,),
        )


def _placements(
    dice: random.Random,
    units: tuple[Unit, ...],
    municipalities: tuple[Municipality, ...],
    first_on: dt.date,
    last_on: dt.date,
) -> Iterator[Placement]:
    serial = 0
    for unit in units:
        for _ in range(unit.places):
            day = first_on - dt.timedelta(days=dice.randint(0, STAY_DAYS))
            while day < last_on:
                stay = max(14, round(dice.expovariate(1 / STAY_DAYS)))
                serial += 1
                yield Placement(
                    id=f"L{serial:06d}",
                    unit=unit.id,
                    municipality=dice.choice(municipalities).code,
                    birth_year=day.year - dice.randint(13, 18),
                    starts_on=day,
                    ends_on=day + dt.timedelta(days=stay)
                    if day + dt.timedelta(days=stay) < last_on
                    else None,
                )
                day += dt.timedelta(days=stay + dice.randint(1, 30))


def answers(dice: random.Random, questionnaire: Questionnaire, feel: float, edition: str) -> dict[str, str]:
    """What one young person answers; better in homes that feel better."""
    mood = feel + dice.gauss(0, 1)
    return {
        item.id: _answer(dice, questionnaire, item, mood, edition)
        for item in questionnaire.items
        if item.type == "choice"
    }


def _answer(dice: random.Random, questionnaire: Questionnaire, item: Item, mood: float, edition: str) -> str:
    if item.id == "alone":
        return "helped_staff" if dice.random() < SHARE_HELPED else "alone"
    if dice.random() < SHARE_SKIPPED:
        return "skipped"
    options = questionnaire.scale_of(item).codes(edition)
    if item.domain == "harm":
        return options[0] if dice.random() > SHARE_HARMED else dice.choice(options[1:])
    worst = 1 / (1 + math.exp(1.1 + 0.8 * mood + 0.6 * dice.gauss(0, 1)))
    return options[min(len(options) - 1, int(worst * len(options) * 1.15))]


def _names(dice: random.Random, count: int) -> list[str]:
    """Names that differ, numbered when the syllables have run out."""
    every = [first + last for first in FIRST for last in LAST]
    dice.shuffle(every)
    rounds = range(count // len(every) + 1)
    return [f"{name} {number + 1}" if number else name for number in rounds for name in every][:count]


def _symbols(dice: random.Random) -> str:
    return "".join(dice.choice(CROCKFORD) for _ in range(5))
