"""Sending recipients word that there is something to read: no content, no child, no home; several workers, once each.

The carrier is handed in. Where it cannot send, the word waits and is tried again at the next tick.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Awaitable, Callable

import msgspec

from hvb_followup.mail.message import Carrier, Message
from hvb_followup.store import help_cases
from hvb_followup.store.database import Database

SUBJECT = "Något väntar på dig"
TEXT = "Det finns något nytt att läsa. Logga in som vanligt.\n"
CLAIM = dt.timedelta(minutes=10)


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """A message to one address; ``id`` is the same however often it is tried."""

    id: str
    to: str
    subject: str = SUBJECT
    text: str = TEXT


async def send_by(database: Database, carrier: Carrier, now: dt.datetime) -> int:
    """Send every word that waits by e-mail; how many went."""

    async def send(word: Word) -> None:
        # An id that is the same however often the word is tried, and fit for a letter's head.
        name = hashlib.sha256(word.id.encode()).hexdigest()[:32]
        await carrier.send(Message(id=name, to=word.to, subject=word.subject, text=word.text))

    return await send_notices(database, send, now)


async def send_notices(database: Database, send: Callable[[Word], Awaitable[None]], now: dt.datetime) -> int:
    """Send every word that waits; how many went. One that could not go does not hold up the others."""
    gone, until = 0, now + CLAIM
    for notice in await help_cases.claim_notices(database, now, until):
        try:
            await send(Word(id=f"notice {notice.id}", to=notice.email))
        except Exception:  # whatever the carrier says: the word waits
            await help_cases.put_back(database, notice.id, until)
            continue
        gone += await help_cases.end_notice(database, notice.id, until)
    return gone
