"""A message as it lies in the outbox: sealed whole, of one length, bound to its row.

Only whoever plans and sends has the key. What is in it says whose a code is and never whether it was used.
"""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec

from hvb_followup.ballot.count import seal, unseal
from hvb_followup.pseudonyms import keyed
from hvb_followup.store.outbox import Waiting

_SIZE = 512  # bytes for the longest placement and län, and two codes with their waves


class LetterPart(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A code to send, the wave it opens, and the moment it asks about."""

    wave: str
    code: str
    moment: str = ""


class Letter(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One message of a sitting: the first (``step`` 0) or a reminder, and how often it was tried in vain.

    ``is_over``: the first was not sent, as something else was asked in its place; nor is any reminder.
    """

    placement: str
    lan: str
    parts: tuple[LetterPart, ...]
    last_on: dt.date
    step: int = 0
    tried: int = 0
    is_over: bool = False


def posted(letter: Letter, outbox_key: bytes, due_at: dt.datetime) -> Waiting:
    """The letter as a row that waits."""
    row = secrets.token_bytes(16)
    return Waiting(row, due_at, sealed(letter, outbox_key, row))


def sealed(letter: Letter, outbox_key: bytes, row: bytes) -> bytes:
    """The letter as ciphertext of one length, for this row only."""
    return seal(msgspec.msgpack.encode(letter), f"outbox {row.hex()}", outbox_key, _SIZE)


def opened(waiting: Waiting, outbox_key: bytes) -> Letter:
    """The letter back; raises InvalidTag when it was moved or the key is another."""
    body = unseal(waiting.body, f"outbox {waiting.id.hex()}", outbox_key)
    return msgspec.msgpack.decode(body, type=Letter)


def moment_id(outbox_key: bytes, placement: str, key: str) -> bytes:
    """What the table of what was asked knows of a placement's moment."""
    return keyed(outbox_key, "asked", f"{placement} {key}")[:16]
