"""Planning the day's invitations: who is due, one sitting each, codes for it, and a message in the outbox.

Once a day, and as often as it is killed: what stands in ``asked`` lets each moment through once. Nobody who gets a
letter from her municipality is planned here, and nothing here knows who has answered.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from hvb_followup import periods, pseudonyms
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.letters import Letter, LetterPart, moment_id, posted
from hvb_followup.actions.operate.opening import followed, newest
from hvb_followup.actions.purchase.issuing import Invited, age_in, code_row
from hvb_followup.keys.contacts import open_contact
from hvb_followup.keys.mailing import MailingKeys
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.registry import Placement
from hvb_followup.store import ballots, contacts, ledger, outbox, waves
from hvb_followup.store.ballots import CodeRow
from hvb_followup.store.contacts import Reached
from hvb_followup.store.waves import Wave, wave_id
from hvb_followup.waves.following import DAYS_TO_ANSWER, age_at_start
from hvb_followup.waves.merging import EXPERIENCE, OUTCOME, Part, Season, Sitting, sitting, without
from hvb_followup.waves.moments import FOLLOW_UP_DAYS, LAST_AFTER, last_moment_on, moments
from hvb_followup.waves.quiet import sending_from
from hvb_followup.waves.schedule import followed_half_year, open_half_year, window

AT_ONCE = 25  # invitations in one transaction: below the 200 ms that a writer may hold the lock
DONE_KEPT = dt.timedelta(days=30)
ASKED_KEPT = dt.timedelta(days=400)  # longer than any moment's days, and than the burden cap


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A placement to invite today, to which sitting; and when a message last asked how it was along the way."""

    reached: Reached
    sitting: Sitting
    along_on: dt.date | None = None


async def plan_day(context: Context, keys: MailingKeys, channels: Collection[str]) -> int:
    """Plan what is due today for those who are reached by these channels, unless it was done; how many."""
    context.require(Permission.CODES_ISSUE)
    done = f"plan {context.today}"
    if await ledger.is_claimed(context.database, done):
        return 0
    everybody = await contacts.every(context.database)
    await _forget(context, everybody)
    due = [one for one in await _due(context, keys, everybody) if _is_reached(one.reached, keys, channels)]
    # Transactions can be told apart by their rows: which are planned together must not follow the register's order.
    secrets.SystemRandom().shuffle(due)
    n_planned = 0
    for first in range(0, len(due), AT_ONCE):
        n_planned += await _invite(context, keys, due[first : first + AT_ONCE])
    await ledger.claim(context.database, done, context.now)
    return n_planned


async def _forget(context: Context, everybody: Sequence[Reached]) -> None:
    """Erase addresses to which nothing more can be sent, and messages long done."""
    over = [
        one.placement.id
        for one in everybody
        if (last_on := last_moment_on(one.placement)) is not None and last_on < context.today
    ]
    over += await contacts.without_placement(context.database)
    async with context.database.transaction():
        await contacts.erase(context.database, over)
        await outbox.sweep(context.database, context.now - DONE_KEPT, context.today - ASKED_KEPT)


async def _due(context: Context, keys: MailingKeys, everybody: Sequence[Reached]) -> list[Planned]:
    """The sitting of each who is due today, by the register's dates and what was asked before."""
    known = await outbox.asked_on(context.database)
    season = _season(context.now)
    found = []
    for one in everybody:
        if not _may_be_due(one.placement, context.today, keys, known, season):
            continue  # most, on most days
        asked = _asked(one.placement, context.today, keys, known)
        latest = max(asked.values(), default=None)
        if due := sitting(one.placement, context.today, asked.get, latest, season):
            along_on = max((on for key, on in asked.items() if key.startswith("follow_up")), default=None)
            found.append(Planned(reached=one, sitting=due, along_on=along_on))
    return found


def _may_be_due(
    placement: Placement,
    day: dt.date,
    keys: MailingKeys,
    known: Mapping[bytes, dt.date],
    season: Season | None,
) -> bool:
    """False when no moment is open, and the season's question is not either or has been asked."""
    if any(one.is_open_on(day) for one in moments(placement, day)):
        return True
    if season is None or not placement.is_resident_on(day):
        return False
    return moment_id(keys.outbox, placement.id, f"{EXPERIENCE} {season.half_year}") not in known


def _asked(
    placement: Placement, day: dt.date, keys: MailingKeys, known: Mapping[bytes, dt.date]
) -> dict[str, dt.date]:
    """When each moment of a placement was last asked about, of those that were."""
    now = periods.half_year_of(day)
    every = [one.key for one in moments(placement, day)]
    every += [f"{EXPERIENCE} {periods.shift(now, step)}" for step in (0, -1)]
    ids = {key: moment_id(keys.outbox, placement.id, key) for key in every}
    return {key: known[one] for key, one in ids.items() if one in known}


def _season(now: dt.datetime) -> Season | None:
    half_year = open_half_year(now)
    if half_year is None:
        return None
    times = window(half_year)
    return Season(
        half_year=half_year,
        first_on=periods.local_day(times.opens_at),
        last_on=periods.local_day(times.last_moment),
    )


def _is_reached(one: Reached, keys: MailingKeys, channels: Collection[str]) -> bool:
    contact = open_contact(one.body, one.placement.id, keys.contacts)
    return contact is not None and contact.is_sent and contact.channel in channels


async def _invite(context: Context, keys: MailingKeys, due: Sequence[Planned]) -> int:
    """Codes and a message for each, in one transaction; how many. Another worker's are left to it."""
    wanted = [(one, list(_asked_in(context, one))) for one in due]
    ids = sorted({wave for _, parts in wanted for wave, _ in parts})
    found = {one.id: one for one in await waves.open_among(context.database, ids)}
    asked = [_open_parts(one, parts, found) for one, parts in wanted]
    asked = [(one, parts) for one, parts in asked if parts]
    if not asked:
        return 0
    async with context.database.transaction():
        if not await ballots.hold_open(context.database, *sorted(found)):
            return 0
        had = await ballots.last_issues(context.database, *sorted(found))
        codes: list[CodeRow] = []
        letters = []
        for one, parts in asked:
            coded = _coded(keys, one, parts, found, had)
            if not coded and _can_wait(one, found):
                continue
            if not await _mark(context, keys, one):
                continue
            codes += [code for code, _ in coded]
            if coded:
                letters.append(_letter(one, [part for _, part in coded]))
        await ballots.put_codes(context.database, codes)
        await ballots.count_invited(context.database, *sorted(found))
        due_at = sending_from(context.now)
        await outbox.put(context.database, [posted(one, keys.outbox, due_at) for one in letters])
        # How many, and never whom: the row stands beside the codes in the same transaction.
        await context.note(Permission.CODES_ISSUE, f"utskick {len(letters)}")
    return len(letters)


def _open_parts(
    one: Planned, parts: Sequence[tuple[str, Part]], found: Mapping[str, Wave]
) -> tuple[Planned, list[tuple[str, Part]]]:
    """The sitting without what no wave of the home is open for: that stays unasked, and the rest does not wait."""
    left = [(wave, part) for wave, part in parts if wave in found]
    shut = {part.about for _, part in parts} - {part.about for _, part in left}
    if not left or not shut:
        return one, left
    return msgspec.structs.replace(one, sitting=without(one.sitting, shut)), left


def _asked_in(context: Context, one: Planned) -> Iterator[tuple[str, Part]]:
    """The waves of a sitting's parts, of those that she may answer by her age."""
    placement = one.reached.placement
    for part in one.sitting.parts:
        half_year = _half_year(part, context.now)
        for questionnaire in _questionnaires(context, part):
            is_outcome = part.about == OUTCOME
            age = age_at_start(placement) if is_outcome else age_in(placement, half_year)
            if questionnaire.may_be_answered_at(age):
                yield wave_id(placement.unit, questionnaire.id, half_year), part


def _half_year(part: Part, now: dt.datetime) -> str:
    half_year = followed_half_year(now) if part.about == OUTCOME else open_half_year(now)
    assert half_year is not None  # without an open season there is no such part
    return half_year


def _questionnaires(context: Context, part: Part) -> list[Questionnaire]:
    if part.about == EXPERIENCE:
        return newest(context.catalogue, "youth")
    young = [one for one in followed(context.catalogue) if one.audience == "youth"]
    return [one for one in young if part.moment in one.instrument.moments]


async def _mark(context: Context, keys: MailingKeys, one: Planned) -> bool:
    """True for the one worker that gets to ask; what the sitting serves besides is asked with it."""
    marked = [
        await outbox.mark_asked(
            context.database,
            moment_id(keys.outbox, one.reached.placement.id, key),
            context.today,
            first_on,
        )
        for key, first_on in one.sitting.serves
    ]
    return any(marked)


def _coded(
    keys: MailingKeys,
    one: Planned,
    asked: Sequence[tuple[str, Part]],
    found: Mapping[str, Wave],
    had: Mapping[bytes, int],
) -> list[tuple[CodeRow, LetterPart]]:
    """A fresh code for each questionnaire of the sitting, but where she has had a card for it."""
    placement, coded = one.reached.placement, []
    for wave, part in asked:
        is_outcome = part.about == OUTCOME
        invited = Invited(
            placement=placement,
            age=age_at_start(placement) if is_outcome else age_in(placement, found[wave].half_year),
            moment=part.moment,
            last_on=part.last_on if is_outcome else None,
        )
        issue = had.get(keys.issuer.holder(wave, invited.of), 0) + 1
        if issue > 1 and not _is_later_along(one, part, found[wave]):
            continue
        code = pseudonyms.make_code(secrets.randbits)
        row = code_row(keys.issuer, found[wave], code, invited, issue)
        coded.append((row, LetterPart(wave=wave, code=code, moment=part.moment)))
    return coded


def _is_later_along(one: Planned, part: Part, wave: Wave) -> bool:
    """True of the later of two moments along the way in a wave: the codes she had were of a message, not of a card."""
    first_on = periods.local_day(wave.opens_at) - dt.timedelta(days=FOLLOW_UP_DAYS)
    return part.moment == "follow_up" and one.along_on is not None and one.along_on >= first_on


def _can_wait(one: Planned, found: Mapping[str, Wave]) -> bool:
    """True when a year after is asked in the next wave: half a year after went on into this, and one answer is counted."""
    is_last = any(key == LAST_AFTER for key, _ in one.sitting.serves)
    next_on = max(periods.local_day(wave.closes_at) for wave in found.values())
    return is_last and next_on <= one.sitting.last_on - dt.timedelta(days=DAYS_TO_ANSWER)


def _letter(one: Planned, parts: Sequence[LetterPart]) -> Letter:
    return Letter(
        placement=one.reached.placement.id,
        lan=one.reached.lan,
        parts=tuple(parts),
        last_on=one.sitting.last_on,
    )
