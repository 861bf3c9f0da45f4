"""The receipt: three words that take an answer back until its wave closes, and do nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from hvb_followup.pseudonyms import keyed


def receipt(key: bytes, words: Sequence[str]) -> tuple[str, str, str]:
    """The three words of a draft key; the same key always gives the same words."""
    number = int.from_bytes(keyed(key, "receipt", b""), "big")
    first, number = words[number % len(words)], number // len(words)
    second, number = words[number % len(words)], number // len(words)
    return first, second, words[number % len(words)]


def receipt_hash(web_secret: bytes, words: Sequence[str]) -> bytes:
    """What a withdrawal and an envelope both carry, so that the counter can match them."""
    return keyed(web_secret, "withdrawal", " ".join(word.strip().lower() for word in words))[:16]
