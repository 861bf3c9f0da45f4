"""The receipt: four words that take an answer back until its wave closes, and do nothing else.

Four of 501 are 36 bits; what guessing them can come to stands in ``throttling``. A longer list of rarer words would have
done with three, but these can be read, spelled and copied by who reads little Swedish.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection, Iterator, Sequence

from hvb_followup.errors import Problem
from hvb_followup.pseudonyms import keyed

N_WORDS = 4
# Receipts had three words before 23 November 2026. They go on working until every wave they were given in is closed.
_N_BEFORE, _BEFORE_UNTIL = 3, dt.date(2027, 6, 30)
_FEWEST, _LONGEST = 500, 12
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzåäö")


def receipt(key: bytes, words: Sequence[str]) -> tuple[str, ...]:
    """The four words of a draft key; the same key always gives the same words."""
    number = int.from_bytes(keyed(key, "receipt", b""), "big")
    return tuple(words[number // len(words) ** place % len(words)] for place in range(N_WORDS))


def is_whole(words: Sequence[str], today: dt.date) -> bool:
    """True when so many words can be a receipt: four, or for a time three."""
    return len(words) == N_WORDS or (len(words) == _N_BEFORE and today <= _BEFORE_UNTIL)


def said(words: Sequence[str]) -> str:
    """The words as one text, however they were typed: in capitals, with commas, in another's Unicode."""
    return " ".join(_said(word) for word in words)


def _said(word: str) -> str:
    return unicodedata.normalize("NFC", word).strip(" \t\r\n,.;:-").lower()


def receipt_hash(web_secret: bytes, words: Sequence[str]) -> bytes:
    """What a withdrawal and an envelope both carry, so that the counter can match them."""
    return keyed(web_secret, "withdrawal", said(words))[:16]


def list_problems(words: Collection[str], where: str) -> Iterator[Problem]:
    """What is wrong with the list that receipts are drawn from: too short, a word twice, or hard to copy."""
    if len(words) < _FEWEST:
        yield _problem(where, f"Listan har {len(words)} ord och ska ha minst {_FEWEST}.", "Lägg till ord.")
    if len(set(words)) < len(words):
        yield _problem(where, "Ett ord står två gånger.", "Stryk det ena.")
    odd = sorted(word for word in words if len(word) > _LONGEST or not set(word) <= _LETTERS)
    if odd:
        says = f"Ord som är svåra att skriva av: {', '.join(odd)}."
        yield _problem(where, says, f"Ta ord med små bokstäver a–ö, högst {_LONGEST}.")


def _problem(where: str, says: str, mend: str) -> Problem:
    return Problem(code="receipt-words", where=where, says=says, mend=mend)
