"""Half-year after half-year of waves, by the errands: open, codes to everybody, most answer, close, count, publish."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup import clock, periods
from hvb_followup.access import MACHINE_OPERATOR, Person, Role
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.opening import asked_in, open_waves
from hvb_followup.actions.operate.staff_codes import issue_staff_codes_everywhere
from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.actions.publish.keeping import keep_registers
from hvb_followup.actions.publish.measuring import draft
from hvb_followup.actions.publish.publishing import publish
from hvb_followup.actions.purchase.issuing import IssuedCode, issue_everywhere
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import BallotBox
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.draft import Draft
from hvb_followup.batches import batched
from hvb_followup.demo.answers import answers
from hvb_followup.demo.chance import dice_of
from hvb_followup.demo.invent import SEED, Nation
from hvb_followup.keys.web import desk_key_in
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.questionnaires.routing import suggested_edition
from hvb_followup.registry import Unit
from hvb_followup.running import Operation
from hvb_followup.store import ledger
from hvb_followup.waves.schedule import window

ANALYST = Person(name="analytiker", role=Role.ANALYST)
AT_ONCE = 64  # people who answer at the same moment and share commits
SO_FAR = 0.5  # of those who will answer in a wave that is open
LIVE_CODES = 3  # per home and questionnaire, left for whoever tries the demonstration
# How one person answers.
Answers = Callable[
    [BallotBox, str, Mapping[str, float], random.Random, dt.datetime], Coroutine[Any, Any, None]
]


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """A code that can still be used."""

    unit: str
    family: str
    half_year: str
    code: str


def newest_window(now: dt.datetime) -> str:
    """The newest half-year whose window has begun."""
    half_year = periods.half_year_of(periods.local_day(now))
    return half_year if window(half_year).opens_at <= now else periods.shift(half_year, -1)


def _middle(half_year: str) -> dt.datetime:
    times = window(half_year)
    return times.opens_at + (times.closes_at - times.opens_at) / 2


def set_clock_to(half_year: str) -> dt.datetime:
    """The instant in which the demonstration lives: now, or the middle of its last wave where none is open."""
    now, times = clock.machine_now(), window(half_year)
    return now if times.opens_at <= now < times.closes_at else _middle(half_year)


async def set_clock(operation: Operation, half_year: str) -> None:
    """Where no wave is open today, the demonstration lives in the middle of its last one."""
    now, times = clock.machine_now(), window(half_year)
    ahead = 0 if now < times.closes_at else round((_middle(half_year) - now).total_seconds())
    async with operation.database.transaction():
        await ledger.set_ahead(operation.database, ahead)


async def ask(
    operation: Operation,
    box: BallotBox,
    made: Nation,
    half_year: str,
    *,
    live: bool,
    answers_so: Answers | None = None,
) -> list[Live]:
    """One half-year's waves: open, codes to everybody, and most answer; the codes kept where it is still live."""
    context = at(operation, _middle(half_year))
    await open_waves(context, operation.means(), half_year)
    unused: list[Live] = []
    answering_now: list[Coroutine[Any, Any, None]] = []
    for questionnaire in asked_in(operation.catalogue, half_year):
        issued = await _codes(context, box, made, questionnaire, half_year)
        for unit in made.units:
            codes = issued.get(unit.id, [])
            kept = codes[:LIVE_CODES] if live else []
            unused += [
                Live(unit=unit.id, family=questionnaire.id, half_year=half_year, code=one.code)
                for one in kept
            ]
            answering_now += _who_answer(
                box,
                made,
                unit,
                questionnaire,
                half_year,
                codes[len(kept) :],
                context.now,
                answers_so or answer,
                SO_FAR if live else 1.0,
            )
    await all_answer(answering_now)
    return unused


async def all_answer(people: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Some at a time; while their commit is on its way to the disk the next ones seal their answers."""
    before: asyncio.Future[Any] | None = None
    for group in batched(people, AT_ONCE):
        now = asyncio.gather(*group)
        if before is not None:
            await before
        before = now
    if before is not None:
        await before


async def _codes(
    context: Context, box: BallotBox, made: Nation, questionnaire: Questionnaire, half_year: str
) -> dict[str, list[IssuedCode]]:
    """Codes on placements; for staff as many as work there, handed out by the safety representative."""
    if questionnaire.audience != "staff":
        return await issue_everywhere(context, box.keys.secret, half_year, questionnaire.id)
    counts = {unit.id: _at_work(made, unit, context.today) for unit in made.units}
    return await issue_staff_codes_everywhere(
        context, box.keys.secret, half_year, questionnaire.id, {unit: n for unit, n in counts.items() if n}
    )


def _at_work(made: Nation, unit: Unit, day: dt.date) -> int:
    """How many are engaged in the home that day."""
    return sum(
        one.engaged_from_on <= day <= (one.engaged_to_on or day) for one in made.of("staff", [unit.id])
    )


def _who_answer(
    box: BallotBox,
    made: Nation,
    unit: Unit,
    questionnaire: Questionnaire,
    half_year: str,
    codes: Sequence[IssuedCode],
    now: dt.datetime,
    answers_so: Answers,
    so_far: float,
) -> Iterator[Coroutine[Any, Any, None]]:
    """Those who answer, as many as usually do in this home, or the part of them who have ``so_far`` (0–1)."""
    traits = made.traits[unit.id]
    share = traits.staff_response if questionnaire.audience == "staff" else traits.response
    feel = {} if questionnaire.audience == "staff" else traits.feel
    for number, one in enumerate(codes):
        dice = dice_of(SEED, f"{half_year} {questionnaire.id}", one.placement or f"{unit.id} {number}")
        if dice.random() < share * so_far:
            yield answers_so(box, one.code, feel, dice, now)


async def answer(
    box: BallotBox, code: str, feel: Mapping[str, float], dice: random.Random, now: dt.datetime
) -> None:
    """One person answers: the code, and all of it at once."""
    sitting, said = await _entered(box, code, feel, dice, now)
    await answering.hand_in(box, sitting, said)


async def answer_step_by_step(
    box: BallotBox, code: str, feel: Mapping[str, float], dice: random.Random, now: dt.datetime
) -> None:
    """The same person answers on the pages: code, question by question, "Klar". A test finds the same answers."""
    sitting, said = await _entered(box, code, feel, dice, now)
    for item in answering.items(box, sitting, Draft()):
        draft = await answering.draft_of(box, sitting)
        if item.type == "text":
            await answering.save_words(box, sitting, draft, item, None)
        else:
            await answering.save(box, sitting, draft, item, said[item.id])
    await answering.finish(box, sitting)


async def _entered(
    box: BallotBox, code: str, feel: Mapping[str, float], dice: random.Random, now: dt.datetime
) -> tuple[Sitting, dict[str, str]]:
    """The sitting that a code opens, and what is answered in it: to every question but those in own words."""
    sitting = await answering.open_code(box, code, language="sv", now=now)
    if sitting is None:
        raise RuntimeError("a code that was just issued does not open")
    questionnaire = box.questionnaire(sitting)
    if "easy" in questionnaire.editions:
        sitting = msgspec.structs.replace(sitting, edition=suggested_edition(sitting.age))
    said = answers(dice, questionnaire, feel, sitting.edition)
    asked = [item for item in answering.items(box, sitting, Draft()) if item.type != "text"]
    return sitting, {item.id: said[item.id] for item in asked}


async def count(operation: Operation, half_year: str) -> None:
    """Close and count a half-year's waves."""
    await close_and_count(
        operation.database,
        operation.catalogue,
        operation.counter_keys(),
        _after(half_year),
        desk_key_in(operation.settings.public_keys),
    )


async def keep(operation: Operation, half_year: str) -> None:
    """Keep what the registers said at the end of a half-year."""
    await keep_registers(at(operation, _after(half_year)), operation.counter_keys(), half_year)


async def release(operation: Operation, half_year: str) -> str:
    """Measure, audit, sign and publish a counted half-year; the id of its release."""
    keys = operation.counter_keys()
    ground = await draft(at(operation, _after(half_year)), keys, half_year, look=False)
    later = at(operation, _after(half_year) + dt.timedelta(hours=1), ANALYST)
    await publish(later, keys, ground.release, ground)
    return ground.release


def _after(half_year: str) -> dt.datetime:
    return window(half_year).closes_at + dt.timedelta(hours=1)


def at(operation: Operation, now: dt.datetime, person: Person = MACHINE_OPERATOR) -> Context:
    """An errand's surroundings at an instant of the past."""
    return Context(database=operation.database, catalogue=operation.catalogue, now=now, person=person)
