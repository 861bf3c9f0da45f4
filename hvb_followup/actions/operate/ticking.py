"""What is due now: tell of help cases, open, close, count, measure, invite, chain, anchor, destroy.

Every step may be done twice and does it once.

A late tick drops nothing: each step asks the database what is due, never when it last ran.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Iterator

import msgspec

from hvb_followup import periods
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.alarms import note_spent
from hvb_followup.actions.operate.anchoring import anchor_daily
from hvb_followup.actions.operate.escalating import Told, tell_recipients
from hvb_followup.actions.operate.notifying import send_by
from hvb_followup.actions.operate.opening import Means, asked_in, drafts, followed, open_following, open_waves
from hvb_followup.actions.operate.planning import plan_day
from hvb_followup.actions.operate.safeguards import ageing_lines, free_recipients
from hvb_followup.actions.operate.sending import Mailing, send_due
from hvb_followup.actions.operate.silencing import heed_wishes
from hvb_followup.actions.operate.steps import Fault, Steps
from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.actions.publish.facts import refresh_when_due
from hvb_followup.actions.publish.measuring import measure
from hvb_followup.deployment import Deployment
from hvb_followup.errors import Problem, Refused, Unsound
from hvb_followup.keys.counter import BACKUP_DAYS, CounterKeys
from hvb_followup.keys.web import desk_key_in
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.store import ballots, help_cases, ledger, registers, releases, tried, troubles, waves
from hvb_followup.waves.contact import Channel
from hvb_followup.waves.schedule import followed_half_year, open_half_year, window

Opening = Callable[..., Awaitable[int]]
UNHEARD = "Någon ber om hjälp, och det finns ingen mottagare som får veta det. Fyll i deployment.toml."
UNSENT = "Någon ber om hjälp, och mottagarna har inte fått veta det: e-posten går inte iväg. Se HVB_SMTP_URL."
LATE = dt.timedelta(minutes=15)  # so long may a word to a recipient wait before somebody is told that it does


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What a tick did, and what it could not do."""

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
    faults: tuple[Fault, ...] = ()

    @property
    def troubles(self) -> dict[str, str]:
        """What somebody must see to, by what it is about."""
        found = {one.step: one.says for one in self.faults}
        found |= {"unheard": self.unheard, "trail": self.broken_trail, "waves": self.not_opened}
        return {about: says for about, says in found.items() if says}


async def tick(context: Context, means: Means, mailing: Mailing | None = None) -> Done:
    """Do all that is due at the context's instant; without ``mailing`` nothing is sent.

    A step that fails keeps no other from being done. Only where nobody could heed who wants no more messages is
    none planned or sent.
    """
    steps, database, keys = Steps(), context.database, means.keys
    mails = mailing is not None and Channel.EMAIL in mailing.carriers
    means = msgspec.structs.replace(means, mails=mails)
    helped = await steps.take("Att säga till mottagarna", _tell(context, means.deployment), Told())
    notices = await steps.take("Att skicka till mottagarna", _notify(context, mailing), 0)
    unheard = await steps.take("Att se vem som hörts", _unheard(context, helped, mails=mails), "")
    desk_key = desk_key_in(means.public_folder)
    counting = close_and_count(database, context.catalogue, keys, context.now, desk_key)
    counted = await steps.take("Att räkna", counting, 0)
    opened, not_opened = await steps.take("Att öppna", _open(context, means), (0, ""))
    draft = await steps.take("Att mäta", _measure_once(context, keys), "")
    facts = await steps.take("Att hämta fakta", refresh_when_due(context), "")
    spent = await steps.take("Att städa", _sweep(context), ())
    planned, messages = await _send(context, mailing, steps)
    done = Done(
        opened=opened,
        counted=counted,
        draft=draft,
        facts=facts,
        planned=planned,
        messages=messages,
        chained=await steps.take("Att länka loggen", _chain(context, keys), 0),
        keys_destroyed=await steps.take("Att förstöra nycklar", destroy_due(keys, context.now), ()),
        not_opened=not_opened,
        helped=helped,
        notices=notices,
        unheard=unheard,
        ageing=ageing_lines(means.deployment, context.today),
        spent=spent,
        broken_trail=await steps.take("Att förankra loggen", anchor_daily(database, keys, context.today), ""),
    )
    done = msgspec.structs.replace(done, faults=tuple(steps.faults))
    await troubles.keep(database, done.troubles, context.today)
    return done


async def _tell(context: Context, deployment: Deployment) -> Told:
    recipients = await free_recipients(deployment, context.today)
    return await tell_recipients(context.database, recipients, context.now)


async def _unheard(context: Context, helped: Told, *, mails: bool) -> str:
    """What is to be said where somebody asks for help and those who should know do not."""
    if helped.nobody:
        return UNHEARD
    since = await help_cases.waiting_since(context.database)
    return UNSENT if since is not None and (not mails or context.now - since >= LATE) else ""


async def _sweep(context: Context) -> tuple[str, ...]:
    await registers.sweep(context.database, context.now)
    await tried.sweep(context.database, context.today)
    return await note_spent(context)


async def _send(context: Context, mailing: Mailing | None, steps: Steps) -> tuple[int, int]:
    """Plan the day's invitations and send what is due; how many of each."""
    if mailing is None:
        await steps.take("Att planera", _lay_anew(context), None)
        return 0, 0
    if await steps.take("Att lyda stopp", _heed(context, mailing), False):
        planned = await steps.take("Att planera", _plan(context, mailing), 0)
        return planned, await steps.take("Att skicka", send_due(context, mailing), 0)
    return 0, 0


async def _heed(context: Context, mailing: Mailing) -> bool:
    await heed_wishes(context, mailing.keys)
    return True


async def _plan(context: Context, mailing: Mailing) -> int:
    planned = await plan_day(context, mailing.keys, mailing.carriers)
    await _lay_anew(context)
    return planned


async def _chain(context: Context, keys: CounterKeys) -> int:
    async with context.database.transaction():
        return await ledger.chain(context.database, keys.audit)


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


async def _open(context: Context, means: Means) -> tuple[int, str]:
    """Open the waves whose window has come; which could not, and why: a promise not to be kept, a draft."""
    opened, untold = 0, list[Problem]()
    for open_some, half_year, questionnaires in _windows(context):
        untold += () if means.demo else drafts(questionnaires)
        try:
            opened += await open_some(context, means, half_year)
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
