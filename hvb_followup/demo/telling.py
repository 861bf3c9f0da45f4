"""Invented homes tell back: most in time, some late, some not at all, each by its own manager."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from hvb_followup import periods
from hvb_followup.access import Person, Role
from hvb_followup.actions.report.feedback import Signed, publish_many
from hvb_followup.demo.asking import at
from hvb_followup.demo.chance import chosen, dice_of
from hvb_followup.demo.invent import SEED, Nation
from hvb_followup.feedback.model import Action, Statement
from hvb_followup.registry import Unit
from hvb_followup.running import Operation
from hvb_followup.waves.schedule import window

# Days after the close, None for never: of homes that keep their word, and of the others.
KEEPS = {6: 25, 13: 35, 22: 25, 29: 10, 41: 3, None: 2}
FORGETS = {13: 15, 29: 20, 41: 35, None: 30}
SHARE_KEEPS = 0.8
TEXTS = (
    "Tack för att ni svarade. Nu ska ni få veta vad som händer.",
    "Ni har tagit er tid. Det här gör vi nu.",
    "Vi vill att alla ska må bra här. Därför ändrar vi några saker.",
)
# What changes, who sees to it, and how many days after the text it is done.
CHANGES = (
    ("Ni får vara med och välja mat varje vecka.", "kitchen", 21),
    ("Vi sätter upp en låda där ni kan lägga frågor till oss.", "manager", 14),
    ("Din kontaktperson tar en egen stund med dig varje vecka.", "contact", 30),
    ("Vi knackar och väntar på svar, varje gång.", "staff", 7),
    ("Det finns alltid någon vaken att prata med på natten.", "night", 30),
    ("Vi berättar vem du kan ringa om något är fel.", "staff", 10),
    ("Vi går igenom reglerna för mobilen med er.", "deputy", 28),
    ("Det kommer nya möbler till rummet där vi ser på film.", "provider", 90),
)


async def tell_back(operation: Operation, made: Nation, half_year: str, *, is_newest: bool = False) -> None:
    """What the homes tell of the half-year's waves, day by day; of the newest the first home has it left to do.

    Whoever tries the demonstration as a manager is of that home.
    """
    closes_at = window(half_year).closes_at
    homes = [unit for unit in made.units if unit.term_on(periods.local_day(window(half_year).opens_at))]
    by_day: defaultdict[int, list[Signed]] = defaultdict(list)
    for family in sorted(operation.catalogue.families_told_back):
        for unit in homes:
            days = _days(unit, half_year)
            if days is not None and not (is_newest and unit is made.units[0]):
                by_day[days].append(_signed(unit, family, half_year, days))
    for days, signed in sorted(by_day.items()):
        await publish_many(at(operation, closes_at + dt.timedelta(days=days)), signed)


def _days(unit: Unit, half_year: str) -> int | None:
    """After how many days the home tells back; None for never."""
    keeps = dice_of(SEED, "keeps its word", unit.id).random() < SHARE_KEEPS
    return chosen(dice_of(SEED, f"told back {half_year}", unit.id), KEEPS if keeps else FORGETS)


def _signed(unit: Unit, family: str, half_year: str, days: int) -> Signed:
    dice = dice_of(SEED, f"feedback {half_year}", unit.id)
    written_on = periods.local_day(window(half_year).closes_at) + dt.timedelta(days=days)
    changes = dice.sample(CHANGES, dice.randint(1, 3))
    return Signed(
        manager=Person(name=f"förest. {unit.id}", role=Role.UNIT_MANAGER, scope=unit.id),
        unit=unit.id,
        family=family,
        half_year=half_year,
        statement=Statement(
            text=dice.choice(TEXTS),
            actions=tuple(
                Action(what=what, by_on=(written_on + dt.timedelta(days=within)).isoformat(), role=role)
                for what, role, within in changes
            ),
        ),
    )
