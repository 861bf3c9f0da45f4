"""Opening own words: only the desk may import this, and only the desk has the key (DESIGN §4.10)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.ballot.envelope import SUITE
from hvb_followup.ballot.own_words import bound_to, sealed_size
from hvb_followup.ballot.padding import unpad


def open_pile(
    pile: bytes, wave: str, item: str, max_chars: int, key: X25519PrivateKey
) -> Iterator[tuple[str, str | None]]:
    """Each text of a wave's question with its mark; None where it was not sealed for this key, wave and question.

    The mark is of the ciphertext alone: put in its order, texts of many homes lie in an order that says nothing.
    """
    for sealed in _each(pile, max_chars):
        yield _mark(sealed), _opened(sealed, wave, item, key)


def marks(pile: bytes, max_chars: int) -> list[str]:
    """The marks of a pile's texts, which needs no key."""
    return [_mark(sealed) for sealed in _each(pile, max_chars)]


def _each(pile: bytes, max_chars: int) -> list[bytes]:
    size = sealed_size(max_chars)
    return [pile[start : start + size] for start in range(0, len(pile), size)]


def _mark(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()[:24]


def _opened(sealed: bytes, wave: str, item: str, key: X25519PrivateKey) -> str | None:
    try:
        return unpad(SUITE.decrypt(sealed, key, info=bound_to(wave, item))).decode()
    except (InvalidTag, UnicodeDecodeError, ValueError):
        return None
