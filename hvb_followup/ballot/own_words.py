"""Own words: what somebody writes in her own words, sealed to the desk's key as soon as it is saved (DESIGN §4.10).

Neither a draft nor an envelope holds it in clear, and the counter, who opens envelopes, cannot open it. What is
sealed has one length per question and is bound to wave and question: moved to another it does not open. Drafts and
envelopes have room for every text, and a wave's pile for one of everybody, so that none tells who wrote.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from hvb_followup.ballot.envelope import SUITE
from hvb_followup.ballot.padding import pad

A_CHARACTER = (
    3  # bytes: the longest of every script in use; of what is longer (emoji) the end is cut, never refused
)
_AROUND = 4 + 32 + 16  # bytes: the padding's head, and what HPKE puts around


def sealed_size(max_chars: int) -> int:
    """The length of every sealed text of a question, in bytes."""
    return A_CHARACTER * max_chars + _AROUND


def room(max_chars: Mapping[str, int]) -> int:
    """The most bytes that the sealed texts of these questions take in JSON, where bytes stand as base64."""
    marks = len('"texts":{},') + len('"":"",') * len(max_chars)
    return marks + sum(len(item) + 4 * -(-sealed_size(most) // 3) for item, most in max_chars.items())


def bound_to(wave: str, item: str) -> bytes:
    """What a text's sealing is bound to; the wave's id says home, family and half-year."""
    return f"hvb own words {wave} {item}".encode()


def pile_of(wave: str, item: str) -> bytes:
    """What the sealing of a wave's pile is bound to."""
    return f"hvb pile of own words {wave} {item}".encode()


def seal_text(text: str, wave: str, item: str, max_chars: int, desk_key: bytes) -> bytes:
    """The text as ciphertext of the question's one length."""
    size = A_CHARACTER * max_chars
    fitted = text.encode("utf-8", "ignore")[:size].decode("utf-8", "ignore").encode()
    public = X25519PublicKey.from_public_bytes(desk_key)
    return SUITE.encrypt(pad(fitted, size), public, info=bound_to(wave, item))


def seal_pile(
    sealed: Collection[bytes], invited: int, wave: str, item: str, max_chars: int, desk_key: bytes
) -> bytes:
    """The sealed texts of a wave's question, in an order that says nothing, sealed together once more.

    Its length tells how many were invited, and neither how many answered nor how many wrote.
    """
    every = list(sealed)
    random.SystemRandom().shuffle(every)
    padded = pad(b"".join(every), sealed_size(max_chars) * max(invited, len(every)))
    public = X25519PublicKey.from_public_bytes(desk_key)
    return SUITE.encrypt(padded, public, info=pile_of(wave, item))


def slots(pile: bytes, max_chars: int) -> int:
    """How many texts a pile has room for, which needs no key."""
    return (len(pile) - _AROUND) // sealed_size(max_chars)
