""" "Jag vill ha hjälp": a sealed case in a transaction of its own, and how it goes by receipt words.

It bypasses home and provider, and nothing refuses it or makes it wait: where unusually many come it is marked. No
errand here reads or writes a code, a draft or an answer, or leaves an audit row.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Sequence

import msgspec

from hvb_followup.actions.pacing import Gate, count_in_vain, pace_of, refuse_too_fast
from hvb_followup.ballot.letter import Letter, seal_letter
from hvb_followup.ballot.receipt import receipt, said
from hvb_followup.errors import Problem, Unsound
from hvb_followup.keys.web import WebKeys
from hvb_followup.pseudonyms import keyed
from hvb_followup.safeguarding.cases import State, told
from hvb_followup.safeguarding.deadlines import Urgency, due_at
from hvb_followup.store import help_cases
from hvb_followup.store.database import Database
from hvb_followup.store.help_cases import NewCase
from hvb_followup.throttling import HELP, STATUS, Pace, Visitor

_TRIES = 20


class HelpDesk(msgspec.Struct, frozen=True, kw_only=True):
    """What the errands lean on; the key is the public half, which seals and opens nothing."""

    database: Database
    keys: WebKeys
    receipt_words: Sequence[str]

    @property
    def gate(self) -> Gate:
        """Where cases and looks at them are counted."""
        return Gate(database=self.database, secret=self.keys.secret)


async def ask_for_help(
    desk: HelpDesk, letter: Letter, urgency: str, now: dt.datetime, net: str = ""
) -> tuple[str, ...]:
    """Put a case; its receipt words once it is on disk. What is sent twice is two cases: better twice than never.

    An urgency that is none is the same day. Unsound where there is no desk.
    """
    key = desk.keys.desk_key()
    if key is None:
        raise Unsound(Problem(code="desk-key", where="", says="Det finns ingen disk."))
    visitor = Visitor(net=net)
    crowded = await _is_crowded(desk, visitor, now)
    for _ in range(_TRIES):
        words = receipt(secrets.token_bytes(32), desk.receipt_words)
        case = _case(desk, letter, urgency, words, key, now)
        if await help_cases.put(desk.database, msgspec.structs.replace(case, crowded=crowded)):
            await _count(desk, visitor, now)
            return words
    raise Unsound(Problem(code="receipt-words", where="", says="Kvittoorden räcker inte."))


async def _is_crowded(desk: HelpDesk, visitor: Visitor, now: dt.datetime) -> bool:
    """True when unusually many cases come; where that cannot be known, the case is like any other."""
    try:
        return await pace_of(desk.gate, HELP, visitor, now) is not Pace.FREE
    except Exception:  # whatever it is: no counting may stand between her and help
        return False


async def _count(desk: HelpDesk, visitor: Visitor, now: dt.datetime) -> None:
    with contextlib.suppress(Exception):  # likewise: the case is on disk, and she must be told so
        await count_in_vain(desk.gate, HELP, visitor, now)


async def how_it_goes(desk: HelpDesk, words: Sequence[str], now: dt.datetime, net: str = "") -> State:
    """How far the case of these words has come; wrong words are answered as a case that nobody has read.

    Raises TooMany. Right words are counted as wrong ones are: the time it takes must not tell them apart.
    """
    visitor = Visitor(net=net)
    await refuse_too_fast(desk.gate, STATUS, visitor, now)
    await count_in_vain(desk.gate, STATUS, visitor, now)
    return await state_by(desk, words)


async def state_by(desk: HelpDesk, words: Sequence[str]) -> State:
    """How far the case of these words has come, without counting who asks."""
    return told(await help_cases.state_of(desk.database, case_receipt(desk.keys.secret, words)))


def case_receipt(web_secret: bytes, words: Sequence[str]) -> bytes:
    """What the database knows of a case's receipt; unlike an answer's, so that neither says anything of the other."""
    return keyed(web_secret, "help case", said(words))[:16]


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
