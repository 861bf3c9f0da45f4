"""Sending what is due: each message is decided on at the moment it would go, and ends as done either way.

A message is dropped when its code was used, when she no longer is where it asks about, and when the municipality has
taken the address back. After each of a sitting's messages, gone or dropped, the next waits: nothing that anybody can
see in the outbox differs. A worker that is killed while a message is on its way leaves it to be sent again, with the
same id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.letters import Letter, LetterPart, opened, posted, sealed
from hvb_followup.actions.operate.renewing import renewed
from hvb_followup.keys.contacts import open_contact
from hvb_followup.keys.mailing import MailingKeys
from hvb_followup.mail.message import Carrier, Carriers, Message, Unavailable, Undeliverable
from hvb_followup.registry import Placement
from hvb_followup.store import ballots, contacts, outbox, sent, silences
from hvb_followup.store.outbox import Waiting
from hvb_followup.waves.contact import Channel, Contact, stop_id, stop_token
from hvb_followup.waves.moments import gives_way, is_still_of
from hvb_followup.waves.quiet import may_send, sending_from

CLAIM = dt.timedelta(minutes=10)
AT_ONCE = 20
IN_A_TICK = 400  # the rest waits for the next: a tick also closes and counts
REMIND_AFTER = (dt.timedelta(days=4), dt.timedelta(days=6))  # day 4 and 10 (R7 R2): at most two
AGAIN_AFTER = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 1440))
OUT_OF_REACH = 3  # messages in a tick that no carrier took


class Mailing(msgspec.Struct, frozen=True, kw_only=True):
    """What sending leans on: keys, carriers by channel, and the respondents' address that a code is put behind.

    ``hears_stop``: whether the gateway hands on what is answered to an SMS.
    """

    keys: MailingKeys
    carriers: Carriers
    answer_at: str
    hears_stop: bool = False


async def send_due(context: Context, mailing: Mailing) -> int:
    """Send or drop every message that is due, unless it is a quiet hour; how many ended.

    When the carriers cannot, the rest waits for a later tick: waiting for each in turn would hold up everything else.
    """
    context.require(Permission.CODES_ISSUE)
    n_ended = n_waiting = 0
    while may_send(context.now) and n_ended < IN_A_TICK and n_waiting < OUT_OF_REACH:
        until = context.now + CLAIM
        claimed = await outbox.claim(context.database, context.now, until, AT_ONCE)
        for waiting in claimed:
            if n_waiting < OUT_OF_REACH:
                is_ended = await _handle(context, mailing, waiting, until)
                n_ended, n_waiting = n_ended + is_ended, n_waiting + (not is_ended)
        if not claimed:
            break
    return n_ended


async def _handle(context: Context, mailing: Mailing, waiting: Waiting, until: dt.datetime) -> bool:
    """Send or drop one message; False when it waits to be tried again, or was another worker's after all."""
    letter = await _opened(context, mailing, waiting)
    message, channel = await _message(context, mailing, waiting, letter)
    failed = False
    if message is not None:
        try:
            await _carrier(mailing, channel).send(message)
        except Undeliverable:
            failed = True
        except Unavailable:
            await _try_again(context, mailing, waiting, letter, until)
            return False
    return await _end(context, mailing, waiting, letter, until, failed=failed)


def _carrier(mailing: Mailing, channel: str) -> Carrier:
    if channel not in mailing.carriers:
        raise Unavailable(channel)
    return mailing.carriers[channel]


async def _opened(context: Context, mailing: Mailing, waiting: Waiting) -> Letter:
    """The letter; with fresh codes where its wave closed while it waited, and over where it gave way to the exit."""
    letter = opened(waiting, mailing.keys.outbox)
    reached = await contacts.one(context.database, letter.placement)
    if reached is None:
        return letter
    if letter.step == 0 and all(
        gives_way(one.moment, reached.placement, context.today) for one in letter.parts
    ):
        return msgspec.structs.replace(letter, is_over=True)
    return await renewed(context, mailing.keys, waiting, letter, reached.placement)


async def _message(
    context: Context, mailing: Mailing, waiting: Waiting, letter: Letter
) -> tuple[Message | None, str]:
    """What to send and by which channel; None when nothing is to be sent (any more)."""
    reached = await contacts.one(context.database, letter.placement)
    if reached is None or letter.is_over or context.today > letter.last_on:
        return None, ""
    contact = open_contact(reached.body, letter.placement, mailing.keys.contacts)
    parts = [part for part in letter.parts if await _is_wanted(context, mailing, part, reached.placement)]
    if contact is None or not contact.is_sent or not parts:
        return None, ""
    if await silences.is_silenced(context.database, stop_id(mailing.keys.outbox, contact.address)):
        return None, ""
    return _written(context, mailing, waiting, letter.step, contact, parts), contact.channel


async def _is_wanted(context: Context, mailing: Mailing, part: LetterPart, placement: Placement) -> bool:
    """True while the code can be used and has not been, in the home where she is placed, at its moment."""
    if part.wave.split(":")[0] != placement.unit or not is_still_of(part.moment, placement, context.today):
        return False
    found = await ballots.find_code(context.database, mailing.keys.issuer.hash(part.code))
    return found is not None and found.is_open and not found.used


def _written(
    context: Context,
    mailing: Mailing,
    waiting: Waiting,
    step: int,
    contact: Contact,
    parts: Sequence[LetterPart],
) -> Message:
    """The message in her language, with a link per questionnaire; the code stands in the fragment (DESIGN §4.8)."""
    every = context.catalogue.messages
    words = every.get(contact.language, every["sv"])
    links = [f"{mailing.answer_at}#{part.code}" for part in parts]
    stop_at = _stop_at(mailing, contact)
    is_answered = contact.channel == Channel.SMS and mailing.hears_stop
    return Message(
        id=waiting.id.hex(),
        to=contact.address,
        subject=words.subject,
        text=words.text(step, links, "" if is_answered else stop_at),
        stop_at=stop_at if contact.channel == Channel.EMAIL else "",
    )


def _stop_at(mailing: Mailing, contact: Contact) -> str:
    """Where she says that she wants no more: an address of hers alone, that says nothing of who she is."""
    token = stop_token(mailing.keys.issuer.secret, stop_id(mailing.keys.outbox, contact.address))
    tongue = "" if contact.language == "sv" else f"&lang={contact.language}"
    return f"{mailing.answer_at}/inga-fler?k={token}{tongue}"


async def _try_again(
    context: Context, mailing: Mailing, waiting: Waiting, letter: Letter, until: dt.datetime
) -> None:
    """Later, and once a day in the end: the day comes when nothing can be answered any more, and it is dropped."""
    later = sending_from(context.now + AGAIN_AFTER[min(letter.tried, len(AGAIN_AFTER) - 1)])
    body = sealed(msgspec.structs.replace(letter, tried=letter.tried + 1), mailing.keys.outbox, waiting.id)
    async with context.database.transaction():
        await outbox.put_off(context.database, waiting.id, until, later, body)


async def _end(
    context: Context,
    mailing: Mailing,
    waiting: Waiting,
    letter: Letter,
    until: dt.datetime,
    *,
    failed: bool,
) -> bool:
    """The message is done, the next of its sitting waits, and the day's count grows: in one transaction."""
    is_first = letter.step == 0
    async with context.database.transaction():
        if not await outbox.end(context.database, waiting.id, until):
            return False
        if following := _following(letter, mailing.keys, context.now):
            await outbox.put(context.database, [following])
        await sent.count(
            context.database, context.today, letter.lan, first=is_first, undeliverable=failed and is_first
        )
        if failed and is_first:
            await contacts.to_be_mended(context.database, letter.placement)
    return True


def _following(letter: Letter, keys: MailingKeys, now: dt.datetime) -> Waiting | None:
    """The reminder after a message, whether or not it went; None after the last."""
    if letter.step == len(REMIND_AFTER):
        return None
    due_at = sending_from(now + REMIND_AFTER[letter.step])
    return posted(msgspec.structs.replace(letter, step=letter.step + 1, tried=0), keys.outbox, due_at)
