"""Opening own words: only the desk may import this, and only the desk has the key (DESIGN §4.10)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.ballot.envelope import SUITE
from hvb_followup.ballot.own_words import bound_to, pile_of, sealed_size
from hvb_followup.ballot.padding import unpad


def open_pile(
    pile: bytes, wave: str, item: str, max_chars: int, key: X25519PrivateKey
) -> Iterator[tuple[str, str | None]]:
    """Each text of a wave's question with its mark; None where it was not sealed for this key, wave and question.

    The mark is of the ciphertext alone: put in its order, texts of many homes lie in an order that says nothing.
    """
    every = _each(pile, wave, item, max_chars, key)
    if every is None:
        yield "", None
    for sealed in every or []:
        text = _opened(sealed, bound_to(wave, item), key)
        yield _mark(sealed), None if text is None else text.decode("utf-8", "replace")


def marks(pile: bytes, wave: str, item: str, max_chars: int, key: X25519PrivateKey) -> list[str]:
    """The marks of a pile's texts, which stay shut; none where the pile does not open."""
    return [_mark(sealed) for sealed in _each(pile, wave, item, max_chars, key) or []]


def _each(pile: bytes, wave: str, item: str, max_chars: int, key: X25519PrivateKey) -> list[bytes] | None:
    texts, size = _opened(pile, pile_of(wave, item), key), sealed_size(max_chars)
    return None if texts is None else [texts[start : start + size] for start in range(0, len(texts), size)]


def _mark(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()[:24]


def _opened(sealed: bytes, about: bytes, key: X25519PrivateKey) -> bytes | None:
    try:
        return unpad(SUITE.decrypt(sealed, key, info=about))
    except (InvalidTag, ValueError):
        return None
