"""The envelope: a finished answer sealed to the counting key; whoever seals it cannot open it again.

Sealing is HPKE (RFC 9180, X25519, HKDF-SHA256, AES-256-GCM) and is bound to the wave: an envelope moved to
another wave does not open.
"""

from __future__ import annotations

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from hvb_followup.ballot.padding import pad

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_AROUND_ANSWERS = 512  # bytes for everything in a ballot but the answers


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """What one finished sitting says. ``placement`` becomes a link inside the counter and ends there.

    ``mode``, ``sound`` and ``pictures`` are how it was answered, which can matter to what is answered (R7 S3).
    ``issue`` tells a re-issued code from the one before it; the counter keeps the latest (DESIGN §4.4).
    ``texts`` are sealed to the desk's key: the counter never sees what they say.
    """

    placement: str
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
    texts: dict[str, bytes] = {}


def ballot_size(longest_answers: int, texts: int = 0) -> int:
    """The one length of an instrument's ballots, from the longest its answers and texts can be (all in bytes)."""
    return longest_answers + texts + _AROUND_ANSWERS


def about(wave: str) -> bytes:
    """What an envelope's sealing is bound to."""
    return f"hvb envelope {wave}".encode()


def seal_envelope(ballot: Ballot, wave: str, counting_key: bytes, size: int) -> bytes:
    """The ballot as ciphertext of the instrument's one length, for this wave's counting only."""
    public = X25519PublicKey.from_public_bytes(counting_key)
    return SUITE.encrypt(pad(msgspec.json.encode(ballot), size), public, info=about(wave))
