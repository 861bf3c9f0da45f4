"""Homes that tell back what will be done, by the errand of their managers."""

from __future__ import annotations

import datetime as dt

from hvb_followup.access import Person, Role
from hvb_followup.actions.report import feedback
from hvb_followup.feedback.model import Action, Statement
from hvb_followup.periods import local_day
from tests.world import FAMILY, HALF_YEAR, World

TEXT = "Tack för att ni svarade."
WHAT = "Ni får välja mat på fredag."


def statement(by_on: dt.date) -> Statement:
    return Statement(text=TEXT, actions=(Action(what=WHAT, by_on=by_on.isoformat(), role="kitchen"),))


async def tell_back(world: World, *units: str, half_year: str = HALF_YEAR) -> None:
    """Each home's manager publishes the same words, now."""
    for unit in units:
        manager = Person(name=f"chef {unit}", role=Role.UNIT_MANAGER, scope=unit)
        says = statement(local_day(world.now) + dt.timedelta(days=30))
        await feedback.publish(world.context(manager), unit, FAMILY, half_year, says, names_nobody=True)
