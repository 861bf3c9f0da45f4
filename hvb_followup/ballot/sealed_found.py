"""Which themes were found in a pool of own words, sealed so that the desk alone can read or change them.

Only the desk may import this. The length says how many were invited, and nothing of how many wrote.
"""

from __future__ import annotations

import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hvb_followup.ballot.padding import pad, unpad
from hvb_followup.pseudonyms import keyed

Found = dict[str, tuple[str, ...]]  # themes by the mark of their text
_NONCE = 12
A_TEXT = 128  # bytes: a mark and four themes of the longest id


def seal_found(found: Found, pool: str, n_slots: int, key: X25519PrivateKey) -> bytes:
    """What was found, as ciphertext whose length follows from how many texts there could be."""
    nonce = secrets.token_bytes(_NONCE)
    padded = pad(msgspec.json.encode(found), A_TEXT * n_slots + 64)
    return nonce + _cipher(key).encrypt(nonce, padded, pool.encode())


def open_found(body: bytes, pool: str, key: X25519PrivateKey) -> Found | None:
    """What was found; None when it was moved from another pool, or changed by somebody without the key."""
    try:
        padded = _cipher(key).decrypt(body[:_NONCE], body[_NONCE:], pool.encode())
    except (InvalidTag, ValueError):
        return None
    return msgspec.json.decode(unpad(padded), type=Found)


def _cipher(key: X25519PrivateKey) -> AESGCM:
    return AESGCM(keyed(key.private_bytes_raw(), "themes found", ""))
