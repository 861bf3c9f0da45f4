"""Counting a wave: open, drop what may not count, link, shuffle, seal as one record.

Only processes that hold the counting key may import this room; the web door never does.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Collection, Iterable

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hvb_followup.ballot.envelope import SUITE, Ballot, about
from hvb_followup.ballot.padding import pad, unpad
from hvb_followup.pseudonyms import link

_NONCE = 12
_AROUND_ANSWERS = 512


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """One answer set in a sealed wave: the person's link, the few things kept about her, and what she said."""

    link: str
    issue: int
    age_band: str
    moment: str
    language: str
    edition: str
    mode: str
    answers: dict[str, str]
    receipt: bytes
    flagged: bool = False
    sound: bool = False
    pictures: bool = False


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A counted wave: the kept answer sets in an order that says nothing, how many were valid, how many invited.

    ``n_ended``: where placements are followed, how many ended during the wave and were to be.
    """

    counted: tuple[Counted, ...]
    n_valid: int
    n_invited: int
    n_ended: int = 0


def open_envelope(body: bytes, wave: str, counting_key: X25519PrivateKey) -> Ballot | None:
    """The ballot, or None when it was not sealed to this key for this wave."""
    try:
        return msgspec.json.decode(unpad(SUITE.decrypt(body, counting_key, info=about(wave))), type=Ballot)
    except (InvalidTag, msgspec.DecodeError):
        return None


def linked(ballots: Iterable[Ballot], withdrawn: Collection[bytes], link_key: bytes) -> list[Counted]:
    """The ballots that were not taken back, with a link where the placement stood, shuffled."""
    counted = [with_link(ballot, link_key) for ballot in wanted(ballots, withdrawn)]
    random.SystemRandom().shuffle(counted)
    return counted


def wanted(ballots: Iterable[Ballot], withdrawn: Collection[bytes]) -> list[Ballot]:
    """The ballots that were not taken back."""
    return [ballot for ballot in ballots if ballot.receipt not in withdrawn]


def with_link(ballot: Ballot, link_key: bytes) -> Counted:
    """The ballot as it is counted: without its sealed texts, which go a way of their own."""
    return Counted(
        link=link(link_key, ballot.placement),
        issue=ballot.issue,
        age_band=ballot.age_band,
        moment=ballot.moment,
        language=ballot.language,
        edition=ballot.edition,
        mode=ballot.mode,
        answers=ballot.answers,
        receipt=ballot.receipt,
        flagged=ballot.flagged,
        sound=ballot.sound,
        pictures=ballot.pictures,
    )


def unlinked(counted: Iterable[Counted]) -> list[Counted]:
    """The same answers without anything that joins them to others: each gets a link of its own, for this wave only.

    Anonymous questionnaires are counted so; what a card said of its holder ends here.
    """
    return [
        msgspec.structs.replace(one, link=secrets.token_hex(16), issue=1, age_band="", moment="")
        for one in counted
    ]


def record_size(longest_answers: int, invited: int) -> int:
    """The length of a wave's record: room for everybody invited, so that it tells nothing of who answered."""
    return (longest_answers + _AROUND_ANSWERS) * invited + 64


def seal_record(record: Record, wave: str, storage_key: bytes, size: int) -> bytes:
    """The record as ciphertext of its one length, bound to its wave."""
    return seal(msgspec.json.encode(record), wave, storage_key, size)


def open_record(body: bytes, wave: str, storage_key: bytes) -> Record:
    """The record back; raises InvalidTag when it was moved or the key is another."""
    return msgspec.json.decode(unseal(body, wave, storage_key), type=Record)


def seal(content: bytes, name: str, storage_key: bytes, size: int) -> bytes:
    """The content as ciphertext of one length, bound to its name."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(storage_key).encrypt(nonce, pad(content, size), name.encode())


def unseal(body: bytes, name: str, storage_key: bytes) -> bytes:
    """The content back; raises InvalidTag when it was moved or the key is another."""
    return unpad(AESGCM(storage_key).decrypt(body[:_NONCE], body[_NONCE:], name.encode()))
