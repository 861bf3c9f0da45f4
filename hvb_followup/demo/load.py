"""Loading the invented nation: registers, accounts, and half-year after half-year of waves, all by the errands."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, TypeVar

import msgspec

from hvb_followup import clock, periods
from hvb_followup.access import MACHINE_OPERATOR, Person, Role
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.accounts import NewAccount, make_account
from hvb_followup.actions.operate.opening import newest, open_waves
from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.actions.publish.measuring import measure
from hvb_followup.actions.publish.publishing import publish
from hvb_followup.actions.purchase.issuing import issue_codes
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import BallotBox, make_box
from hvb_followup.ballot.draft import Draft
from hvb_followup.demo.invent import SHARE_ANSWERING, Nation, answers, nation
from hvb_followup.keys.web import WebKeys
from hvb_followup.questionnaires.routing import suggested_edition
from hvb_followup.running import Operation, take_part
from hvb_followup.store import homes, ledger
from hvb_followup.waves.schedule import window

ANALYST = Person(name="analytiker", role=Role.ANALYST)
AT_ONCE = 64  # young people who answer at the same moment and share commits
LIVE_CODES = 3  # per home, left for whoever tries the demonstration
Progress = Callable[[str], None]
T = TypeVar("T")


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """A code that can still be used."""

    unit: str
    family: str
    half_year: str
    code: str


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a demonstration offers: accounts with their passwords, live codes, homes and the newest release."""

    accounts: list[dict[str, str]]
    codes: list[Live]
    units: list[dict[str, str]]
    release: str


async def load(operation: Operation, keys: WebKeys, n_units: int, years: int, say: Progress) -> Loaded:
    """Load a nation with so many homes and years of waves; the last wave is left open."""
    today = periods.local_day(clock.machine_now())
    last = newest_window(clock.machine_now())
    half_years = [periods.shift(last, -step) for step in range(2 * years, 0, -1)]
    made = nation(n_units, periods.first_day(half_years[0]), today)
    await _registers(operation, made)
    people = await _accounts(operation, made)
    box = make_box(operation.database, operation.catalogue, keys, operation.receipt_words())
    release = ""
    for half_year in half_years:
        await _wave(operation, box, made, half_year, live=False)
        release = await _close(operation, half_year)
        say(f"{half_year} published as {release}")
    codes = await _wave(operation, box, made, last, live=True)
    await _set_clock(operation, last)
    say(f"{last} is open")
    units = [{"id": unit.id, "name": unit.name} for unit in made.units]
    return Loaded(accounts=people, codes=codes, units=units, release=release)


def newest_window(now: dt.datetime) -> str:
    """The newest half-year whose window has begun."""
    half_year = periods.half_year_of(periods.local_day(now))
    return half_year if window(half_year).opens_at <= now else periods.shift(half_year, -1)


def _middle(half_year: str) -> dt.datetime:
    times = window(half_year)
    return times.opens_at + (times.closes_at - times.opens_at) / 2


async def _set_clock(operation: Operation, half_year: str) -> None:
    """Where no wave is open today, the demonstration lives in the middle of its last one."""
    now, times = clock.machine_now(), window(half_year)
    ahead = 0 if now < times.closes_at else round((_middle(half_year) - now).total_seconds())
    async with operation.database.transaction():
        await ledger.set_ahead(operation.database, ahead)


async def _registers(operation: Operation, made: Nation) -> None:
    await take_part(operation)
    async with operation.database.transaction():
        await homes.put_municipalities(operation.database, made.municipalities)
        await homes.put_providers(operation.database, made.providers)
        await homes.put_units(operation.database, made.units)
        await homes.put_placements(operation.database, made.placements)


async def _accounts(operation: Operation, made: Nation) -> list[dict[str, str]]:
    """One account per role; its password is its name twice."""
    unit = made.units[0]
    scopes = {
        Role.UNIT_MANAGER: unit.id,
        Role.DATA_ENTRY: unit.id,
        Role.PROVIDER_ADMIN: unit.terms[0].provider,
        Role.CASE_WORKER: made.municipalities[0].code,
        Role.PROCURER: made.municipalities[0].code,
    }
    told = []
    for role in Role:
        name = NAMES[role]
        new = NewAccount(name=name, role=role, scope=scopes.get(role, ""), password=f"{name}-{name}")
        await make_account(await operation.context(), new, second_factor=False)
        told.append({"name": name, "password": new.password, "role": str(role), "scope": new.scope})
    return told


NAMES = {
    Role.UNIT_MANAGER: "forestandare",
    Role.DATA_ENTRY: "inmatare",
    Role.PROVIDER_ADMIN: "utforare",
    Role.CASE_WORKER: "socialsekreterare",
    Role.PROCURER: "upphandlare",
    Role.ANALYST: ANALYST.name,
    Role.EVIDENCE_CHECKER: "granskare",
    Role.SAFEGUARDING_REVIEWER: "lasare",
    Role.AUDITOR: "revisor",
    Role.OPERATOR: "driftansvarig",
}


async def _wave(
    operation: Operation, box: BallotBox, made: Nation, half_year: str, *, live: bool
) -> list[Live]:
    """One half-year's waves: open, codes to everybody, and most answer, many at the same moment."""
    context = _at(operation, _middle(half_year))
    facts = operation.deployment.facts_for(half_year)
    await open_waves(
        context, operation.counter_keys(), operation.settings.public_keys, half_year, facts, demo=True
    )
    unused: list[Live] = []
    answering_now: list[Coroutine[Any, Any, None]] = []
    for unit in made.units:
        for questionnaire in newest(operation.catalogue, "youth"):
            issued = await issue_codes(context, box.keys.secret, unit.id, half_year, questionnaire.id)
            kept = issued[:LIVE_CODES] if live else []
            unused += [
                Live(unit=unit.id, family=questionnaire.id, half_year=half_year, code=one.code)
                for one in kept
            ]
            for one in issued[len(kept) :]:
                dice = random.Random(f"{half_year} {questionnaire.id} {one.placement}")
                if dice.random() < SHARE_ANSWERING:
                    answering_now.append(answer(box, one.code, made.feel[unit.id], dice, context.now))
    for group in batched(answering_now, AT_ONCE):
        await asyncio.gather(*group)
    return unused


def batched(every: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The things in their order, so many at a time."""
    return (every[first : first + size] for first in range(0, len(every), size))


async def answer(box: BallotBox, code: str, feel: float, dice: random.Random, now: dt.datetime) -> None:
    """One young person answers: code, draft, "Klar"."""
    sitting = await answering.enter(box, code, language="sv", now=now)
    if sitting is None:
        raise RuntimeError("a code that was just issued does not open")
    sitting = msgspec.structs.replace(sitting, edition=suggested_edition(sitting.age))
    questionnaire = box.questionnaire(sitting)
    said = answers(dice, questionnaire, feel, sitting.edition)
    path = answering.items(box, sitting, Draft())
    before = {item.id: said[item.id] for item in path[:-1]}
    draft = Draft(answers=before, given_in=dict.fromkeys(before, sitting.mark))
    await answering.save(box, sitting, draft, path[-1], said[path[-1].id])
    await answering.finish(box, sitting)


async def _close(operation: Operation, half_year: str) -> str:
    """Close, count, measure, audit, sign and publish a half-year."""
    after = window(half_year).closes_at + dt.timedelta(hours=1)
    keys = operation.counter_keys()
    await close_and_count(operation.database, operation.catalogue, keys, after)
    release = await measure(_at(operation, after), keys, half_year)
    await publish(_at(operation, after + dt.timedelta(hours=1), ANALYST), keys, release)
    return release


def _at(operation: Operation, now: dt.datetime, person: Person = MACHINE_OPERATOR) -> Context:
    return Context(database=operation.database, catalogue=operation.catalogue, now=now, person=person)
