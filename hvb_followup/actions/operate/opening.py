"""Opening waves: when their window has come and the promises on the start page can be kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.safeguards import unready
from hvb_followup.catalogue import Catalogue
from hvb_followup.deployment import Deployment
from hvb_followup.errors import Problem, Refused
from hvb_followup.keys.counter import CounterKeys
from hvb_followup.periods import local_day
from hvb_followup.questionnaires.model import Questionnaire, openable
from hvb_followup.questionnaires.promise import missing
from hvb_followup.registry import Unit, unit_owner
from hvb_followup.store import homes, waves
from hvb_followup.store.waves import Wave, wave_id
from hvb_followup.waves.schedule import Window, following_window, window


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """What waves are opened with: keys, the folder of their public halves, and what this installation promises.

    ``mails``: whether e-mail reaches those who are to hear who asks for help.
    """

    keys: CounterKeys
    public_folder: Path
    deployment: Deployment
    demo: bool
    mails: bool = False


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked in a half-year, between which days, and where; ``joins_on``: a home that has begun by then too."""

    half_year: str
    questionnaires: Sequence[Questionnaire]
    times: Window
    joins_on: dt.date | None = None
    among: Collection[str] | None = None


async def open_waves(context: Context, means: Means, half_year: str) -> int:
    """Open the half-year's waves in every home that lacks them; how many were opened.

    Raises Refused, with every missing fact, rather than open a wave whose privacy text would not be true,
    or in which nobody would hear who asks for help; only a demonstration opens without the latter, or with words
    that no person has read. Outside one what is a draft stays shut (see ``drafts``), and is refused if that is all.
    """
    questionnaires = asked_in(context.catalogue, half_year)
    asked = _Asked(half_year=half_year, questionnaires=questionnaires, times=window(half_year))
    return await _open(context, means, asked)


async def open_following(
    context: Context, means: Means, half_year: str, *, among: Collection[str] | None = None
) -> int:
    """Open the half-year's waves that follow placements from start to end; else as ``open_waves``.

    A home that begins while they are open gets its own from then on.

    ``among``: only in these homes, where not all have begun.
    """
    asked = _Asked(
        half_year=half_year,
        questionnaires=followed(context.catalogue),
        times=following_window(half_year),
        joins_on=context.today,
        among=among,
    )
    return await _open(context, means, asked)


async def _open(context: Context, means: Means, asked: _Asked) -> int:
    context.require(Permission.WAVE_OPEN)
    await _refuse_unready(context, means, asked)
    means.keys.make_counting_key(asked.half_year, means.public_folder)
    there, first_on = await waves.ids(asked.half_year), local_day(asked.times.opens_at)
    joins_on = asked.joins_on or first_on
    units = [unit for unit in await homes.units() if _may_join(unit, first_on, joins_on)]
    every = _waves(units, [one for one in asked.questionnaires if _is_fit(one, demo=means.demo)], asked)
    new = [
        wave for wave in every if wave.id not in there and (asked.among is None or wave.unit in asked.among)
    ]
    if not new:
        return 0
    async with context.database.transaction():
        opened = await waves.open_all(context.database, new)
        if opened:
            await context.note(Permission.WAVE_OPEN, f"{asked.half_year} {opened}")
    return opened


async def _refuse_unready(context: Context, means: Means, asked: _Asked) -> None:
    """Refused with all that is missing before anything may be asked."""
    facts = missing(means.deployment.facts_for(asked.half_year))
    here, today = means.public_folder, context.today
    ready = () if means.demo else await unready(means.deployment, here, today, mails=means.mails)
    unread = () if means.demo else drafts(asked.questionnaires)
    if facts or ready or (unread and len(unread) == len(asked.questionnaires)):
        raise Refused(*facts, *ready, *unread)


def drafts(questionnaires: Sequence[Questionnaire]) -> tuple[Problem, ...]:
    """Those whose words nobody has read: they open in demonstrations only (R7 S2)."""
    return tuple(
        Problem(
            code="draft-words",
            where=f"{one.id} v{one.major}",
            says="Orden på svenska är ett utkast, och frågas bara i demonstrationer.",
            mend="Låt någon läsa dem, och sätt status i sv.toml.",
        )
        for one in questionnaires
        if not _is_fit(one, demo=False)
    )


def _is_fit(questionnaire: Questionnaire, *, demo: bool) -> bool:
    return openable(questionnaire, questionnaire.instrument.base, demo)


def asked_in(catalogue: Catalogue, half_year: str) -> list[Questionnaire]:
    """What is asked in a half-year: young people in both, staff once a year, in the second (DESIGN §4.5)."""
    staff = newest(catalogue, "staff") if half_year.endswith("H2") else []
    return [*newest(catalogue, "youth"), *staff]


def newest(catalogue: Catalogue, audience: str) -> list[Questionnaire]:
    """The newest MAJOR of each family of an audience that is asked half-year by half-year.

    Families published as change are not: they are asked when a placement starts and ends (DESIGN §4.4).
    """
    return [one for one in _latest(catalogue) if one.audience == audience and one.publishing == "level"]


def followed(catalogue: Catalogue) -> list[Questionnaire]:
    """The newest MAJOR of each family that follows placements from start to end, whoever answers."""
    return [one for one in _latest(catalogue) if one.publishing == "change"]


def _latest(catalogue: Catalogue) -> list[Questionnaire]:
    return [catalogue.latest(family) for family in sorted({one.id for one in catalogue.questionnaires})]


def _waves(units: Sequence[Unit], questionnaires: Sequence[Questionnaire], asked: _Asked) -> list[Wave]:
    """A wave per home and questionnaire."""
    return [
        Wave(
            id=wave_id(unit.id, questionnaire.id, asked.half_year),
            unit=unit.id,
            family=questionnaire.id,
            major=questionnaire.major,
            half_year=asked.half_year,
            state="open",
            opens_at=asked.times.opens_at,
            closes_at=asked.times.closes_at,
        )
        for unit in units
        for questionnaire in questionnaires
    ]


def _may_join(unit: Unit, first_on: dt.date, joins_on: dt.date) -> bool:
    """True of a home with an owner on the window's first day, or since it began, and with no other before."""
    if unit.term_on(first_on) is not None:
        return True
    return unit.term_on(joins_on) is not None and unit_owner(unit, first_on, joins_on) is not None
