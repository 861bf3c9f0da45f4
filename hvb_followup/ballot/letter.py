"""The letter: what somebody who asks for help writes, sealed to the desk's key; whoever seals it cannot open it again.

Every letter has one length, and is bound to its case: one moved to another case does not open.
"""

from __future__ import annotations

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from hvb_followup.ballot.envelope import SUITE
from hvb_followup.ballot.padding import pad

TEXT, REACH = (
    6_000,
    1_000,
)  # bytes of her own words, and of how to reach her; what is longer is cut, never refused
_SIZE = TEXT + REACH + 256


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """Her own words, and how and when to reach her; both may be empty.

    ``placement`` is there only when she has ticked that the reader may know who she is.
    """

    text: str = ""
    reach: str = ""
    placement: str = ""


def bound_to(case: bytes) -> bytes:
    """What a letter's sealing is bound to."""
    return b"hvb help case " + case


def seal_letter(letter: Letter, case: bytes, desk_key: bytes) -> bytes:
    """The letter as ciphertext of the one length, for this case only."""
    fitted = msgspec.structs.replace(letter, text=_cut(letter.text, TEXT), reach=_cut(letter.reach, REACH))
    public = X25519PublicKey.from_public_bytes(desk_key)
    return SUITE.encrypt(pad(msgspec.msgpack.encode(fitted), _SIZE), public, info=bound_to(case))


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")
