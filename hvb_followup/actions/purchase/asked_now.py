"""What a municipality can give codes for now: the open waves of the homes where it has somebody to ask.

How many there are to ask comes from the register; who was given a code, or used one, is not looked at.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.access import POLICY, Permission, Reach
from hvb_followup.actions.context import Context
from hvb_followup.actions.purchase.issuing import invited_to
from hvb_followup.errors import not_found
from hvb_followup.periods import local_day
from hvb_followup.store import homes, waves
from hvb_followup.store.waves import Wave
from hvb_followup.waves.schedule import window


class AskedNow(msgspec.Struct, frozen=True, kw_only=True):
    """An open wave, its home and questionnaire by name, and how many of the municipality's own are to be asked."""

    wave: Wave
    home: str
    title: str
    audience: str
    own: int
    last_on: dt.date


async def asked_now(context: Context) -> list[AskedNow]:
    """The open waves in which somebody of one's own municipality is to be asked, by home; NotFound for others."""
    if POLICY[context.person.role].get(Permission.CODES_ISSUE) is not Reach.OWN_MUNICIPALITY:
        raise not_found()
    own = set((await homes.placed_by(context.person.scope)).values())
    names = {unit.id: unit.name for unit in await homes.units() if unit.id in own}
    found = [await _asked(context, wave, names[wave.unit]) for wave in await waves.open_in(own)]
    return sorted((one for one in found if one.own), key=lambda one: (one.home, one.wave.id))


async def _asked(context: Context, wave: Wave, home: str) -> AskedNow:
    questionnaire = context.catalogue.questionnaire(wave.family, wave.major)
    return AskedNow(
        wave=wave,
        home=home,
        title=questionnaire.title("sv"),
        audience=questionnaire.audience,
        own=0 if questionnaire.audience == "staff" else len(await invited_to(context, wave)),
        last_on=local_day(window(wave.half_year).last_moment),
    )
