"""Opening a letter: only the desk may import this, and only the desk has the key (DESIGN §4.10)."""

from __future__ import annotations

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.ballot.envelope import SUITE
from hvb_followup.ballot.letter import Letter, bound_to
from hvb_followup.ballot.padding import unpad


def open_letter(body: bytes, case: bytes, key: X25519PrivateKey) -> Letter | None:
    """The letter of a case; None when it was sealed to another key or for another case, or changed."""
    try:
        padded = SUITE.decrypt(body, key, info=bound_to(case))
    except (InvalidTag, ValueError):
        return None
    return msgspec.msgpack.decode(unpad(padded), type=Letter)
