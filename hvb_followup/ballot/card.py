"""The card: whose code it is, sealed so that only the code and the web's secret together open it.

A row of the code table says nothing of its owner: whoever takes the database cannot tell who answered, nor how old
she is, which the edition of an opened answer set would otherwise lead back to (DESIGN §4.2).
"""

from __future__ import annotations

import secrets
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hvb_followup.ballot.padding import pad, unpad
from hvb_followup.pseudonyms import keyed

_NONCE = 12
_SIZE = (
    128  # bytes for the longest placement id, 24 letters of up to four bytes, a moment and four small numbers
)


class Card(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """On which placement a code was issued, for which time, and the age she reaches in the wave's year.

    Where placements are followed also the moment, and as ordinals of days the last one on which it can be answered
    and the placement's first; there the age is that at the start.
    """

    placement: str
    issue: int
    age: int
    moment: str = ""
    last_on: int = 0
    starts_on: int = 0


class Issuer(msgspec.Struct, frozen=True):
    """What gives out codes and finds them again, made one way from the web's secret.

    Whoever sends codes by message holds it: with it one can see whether a code was used, but open no draft.
    """

    secret: bytes

    def hash(self, code: str) -> bytes:
        """What the database knows of a code."""
        return keyed(self.secret, "code", code)

    def card_key(self, code: str) -> bytes:
        """The key of a code's card; it is made anew each time the code is typed and kept nowhere."""
        return keyed(self.secret, "card", code)

    def holder(self, wave: str, placement: str) -> bytes:
        """What the codes of one placement in one wave share; another wave's cannot be told to be hers."""
        return keyed(self.secret, "holder", f"{wave} {placement}")[:16]


@lru_cache(maxsize=4)
def issuer(web_secret: bytes) -> Issuer:
    """The issuer that belongs to a web's secret; worked out once, for every code typed asks for it."""
    return Issuer(keyed(web_secret, "issuing", ""))


def card_key(web_secret: bytes, code: str) -> bytes:
    """The key of a code's card, by the web's secret."""
    return issuer(web_secret).card_key(code)


def holder(web_secret: bytes, wave: str, placement: str) -> bytes:
    """What the codes of one placement in one wave share, by the web's secret."""
    return issuer(web_secret).holder(wave, placement)


def seal_card(card: Card, wave: str, key: bytes) -> bytes:
    """The card as ciphertext of one length, whoever's it is, for this wave only."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, pad(msgspec.msgpack.encode(card), _SIZE), wave.encode())


def open_card(body: bytes, wave: str, key: bytes) -> Card | None:
    """The card back; None when it was sealed by another key, for another wave, or changed."""
    try:
        padded = AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], wave.encode())
    except (InvalidTag, ValueError):
        return None
    return msgspec.msgpack.decode(unpad(padded), type=Card)
