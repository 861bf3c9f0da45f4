"""What is due now: tell of help cases, open, close, count, measure, invite, chain, anchor, destroy.

Every step may be done twice and does it once.

A late tick drops nothing: each step asks the database what is due, never when it last ran.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import msgspec

from hvb_followup import periods
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.alarms import note_spent
from hvb_followup.actions.operate.anchoring import anchor_daily
from hvb_followup.actions.operate.escalating import Told, tell_recipients
from hvb_followup.actions.operate.notifying import send_by
from hvb_followup.actions.operate.opening import asked_in, drafts, followed, open_following, open_waves
from hvb_followup.actions.operate.planning import plan_day
from hvb_followup.actions.operate.safeguards import ageing_lines, free_recipients
from hvb_followup.actions.operate.sending import Mailing, send_due
from hvb_followup.actions.operate.silencing import heed_wishes
from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.actions.publish.facts import refresh_when_due
from hvb_followup.actions.publish.measuring import measure
from hvb_followup.deployment import Deployment
from hvb_followup.errors import Problem, Refused, Unsound
from hvb_followup.keys.counter import BACKUP_DAYS, CounterKeys
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.store import ballots, ledger, registers, releases, tried, waves
from hvb_followup.waves.contact import Channel
from hvb_followup.waves.schedule import followed_half_year, open_half_year, window

Opening = Callable[..., Awaitable[int]]
UNHEARD = "Någon ber om hjälp, och det finns ingen mottagare som får veta det. Fyll i deployment.toml."


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a tick did."""

    opened: int = 0
    counted: int = 0
    draft: str = ""
    facts: str = ""
    planned: int = 0
    messages: int = 0
    chained: int = 0
    keys_destroyed: tuple[str, ...] = ()
    not_opened: str = ""
    helped: Told = Told()
    notices: int = 0
    unheard: str = ""
    ageing: tuple[str, ...] = ()
    broken_trail: str = ""
    spent: tuple[str, ...] = ()


async def tick(
    context: Context,
    keys: CounterKeys,
    public_folder: Path,
    deployment: Deployment,
    *,
    demo: bool,
    mailing: Mailing | None = None,
) -> Done:
    """Do all that is due at the context's instant; without ``mailing`` nothing is sent."""
    recipients = await free_recipients(deployment, context.today)
    helped = await tell_recipients(context.database, recipients, context.now)
    notices = await _notify(context, mailing)
    counted = await close_and_count(context.database, context.catalogue, keys, context.now)
    opened, not_opened = await _open(context, keys, public_folder, deployment, demo=demo)
    draft = await _measure_once(context, keys)
    facts = await refresh_when_due(context)
    await registers.sweep(context.database, context.now)
    await tried.sweep(context.database, context.today)
    spent = await note_spent(context)
    if mailing is not None:
        await heed_wishes(context, mailing.keys)  # before anything is planned or sent
    planned = await plan_day(context, mailing.keys, mailing.carriers) if mailing else 0
    await _lay_anew(context)
    messages = await send_due(context, mailing) if mailing else 0
    async with context.database.transaction():
        chained = await ledger.chain(context.database, keys.audit)
    return Done(
        opened=opened,
        counted=counted,
        draft=draft,
        facts=facts,
        planned=planned,
        messages=messages,
        chained=chained,
        keys_destroyed=await destroy_due(keys, context.now),
        not_opened=not_opened,
        helped=helped,
        notices=notices,
        unheard=UNHEARD if helped.nobody else "",
        ageing=ageing_lines(deployment, context.today),
        spent=spent,
        broken_trail=await anchor_daily(context.database, keys, context.today),
    )


async def _lay_anew(context: Context) -> None:
    """Once a day, when the day's codes are planned: nothing is left of the order in which codes were given or used."""
    done = f"lay codes {context.today}"
    if not await ledger.is_claimed(context.database, done):
        await ballots.lay_anew(context.database)
        await ledger.claim(context.database, done, context.now)


async def _notify(context: Context, mailing: Mailing | None) -> int:
    """Word to recipients that there is something to read: at any hour, and before anything else is sent."""
    carrier = mailing.carriers.get(Channel.EMAIL) if mailing else None
    return 0 if carrier is None else await send_by(context.database, carrier, context.now)


async def _open(
    context: Context, keys: CounterKeys, public_folder: Path, deployment: Deployment, *, demo: bool
) -> tuple[int, str]:
    """Open the waves whose window has come; which could not, and why: a promise not to be kept, a draft."""
    opened, untold = 0, list[Problem]()
    for open_some, half_year, questionnaires in _windows(context):
        untold += () if demo else drafts(questionnaires)
        try:
            opened += await open_some(context, keys, public_folder, half_year, deployment, demo=demo)
        except (Refused, Unsound) as not_fit:
            untold += not_fit.problems
    return opened, "\n".join(dict.fromkeys(str(problem) for problem in untold))


def _windows(context: Context) -> Iterator[tuple[Opening, str, list[Questionnaire]]]:
    """What is to be open now: how it is opened, its half-year, and what is asked in it."""
    half_year = open_half_year(context.now)
    if half_year is not None:
        yield open_waves, half_year, asked_in(context.catalogue, half_year)
    yield open_following, followed_half_year(context.now), followed(context.catalogue)


async def _measure_once(context: Context, keys: CounterKeys) -> str:
    """A draft release for the newest half-year that is wholly counted and has none."""
    everything = await waves.all_waves()
    waiting = {wave.half_year for wave in everything if wave.state in {"open", "closed"}}
    counted = {wave.half_year for wave in everything if wave.state == "counted"} - waiting
    if not counted or await releases.has_period(context.database, max(counted)):
        return ""
    return await measure(context, keys, max(counted))


async def destroy_due(keys: CounterKeys, now: dt.datetime) -> tuple[str, ...]:
    """Destroy the private halves of half-years that are counted and out of every backup (DESIGN §4.3)."""
    everything = await waves.all_waves()
    uncounted = {wave.half_year for wave in everything if wave.state != "counted"}
    due = [
        half_year
        for half_year in keys.half_years()
        if half_year not in uncounted and _is_past(half_year, now)
    ]
    for half_year in due:
        keys.destroy_counting_key(half_year)
    return tuple(due)


def _is_past(half_year: str, now: dt.datetime) -> bool:
    """True when the last backup that can hold the half-year's envelopes has expired."""
    last = periods.local_day(window(half_year).closes_at) + dt.timedelta(days=BACKUP_DAYS)
    return periods.local_day(now) > last
