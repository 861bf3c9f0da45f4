""" "Jag vill ha hjälp": a sealed case in a transaction of its own, and how it goes by receipt words.

It bypasses home and provider. No errand here reads or writes a code, a draft or an answer, or leaves an audit row.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

import msgspec

from hvb_followup.ballot.letter import Letter, seal_letter
from hvb_followup.ballot.receipt import receipt
from hvb_followup.errors import Problem, Unsound
from hvb_followup.keys.web import WebKeys
from hvb_followup.pseudonyms import keyed
from hvb_followup.safeguarding.cases import State, told
from hvb_followup.safeguarding.deadlines import Urgency, due_at
from hvb_followup.store import help_cases
from hvb_followup.store.database import Database
from hvb_followup.store.help_cases import NewCase

_TRIES = 20


class HelpDesk(msgspec.Struct, frozen=True, kw_only=True):
    """What the errands lean on; the key is the public half, which seals and opens nothing."""

    database: Database
    keys: WebKeys
    receipt_words: Sequence[str]


async def ask_for_help(
    desk: HelpDesk, letter: Letter, urgency: str, now: dt.datetime
) -> tuple[str, str, str]:
    """Put a case; its receipt words once it is on disk. What is sent twice is two cases: better twice than never.

    An urgency that is none is the same day. Unsound where there is no desk.
    """
    key = desk.keys.desk_key()
    if key is None:
        raise Unsound(Problem(code="desk-key", where="", says="Det finns ingen disk."))
    for _ in range(_TRIES):
        words = receipt(secrets.token_bytes(32), desk.receipt_words)
        if await help_cases.put(desk.database, _case(desk, letter, urgency, words, key, now)):
            return words
    raise Unsound(Problem(code="receipt-words", where="", says="Kvittoorden räcker inte."))


async def how_it_goes(desk: HelpDesk, words: Sequence[str]) -> State:
    """How far the case of these words has come; wrong words are answered as a case that nobody has read."""
    return told(await help_cases.state_of(desk.database, case_receipt(desk.keys.secret, words)))


def case_receipt(web_secret: bytes, words: Sequence[str]) -> bytes:
    """What the database knows of a case's receipt; unlike an answer's, so that neither says anything of the other."""
    return keyed(web_secret, "help case", " ".join(word.strip().lower() for word in words))[:16]


def _case(
    desk: HelpDesk, letter: Letter, urgency: str, words: Sequence[str], key: bytes, now: dt.datetime
) -> NewCase:
    case = secrets.token_bytes(16)
    soon = Urgency(urgency) if urgency in set(Urgency) else Urgency.TODAY
    put_at = now.replace(second=0, microsecond=0)
    return NewCase(
        id=case,
        receipt=case_receipt(desk.keys.secret, words),
        body=seal_letter(letter, case, key),
        urgency=str(soon),
        put_at=put_at,
        due_at=due_at(soon, put_at),
    )
