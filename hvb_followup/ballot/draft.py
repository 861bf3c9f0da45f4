"""The draft: answers under way, encrypted under a key that only the code (and the sitting's cookie) gives back.

Nobody who holds the database, or the web's secret, can read a draft without the card (DESIGN §4.2).
"""

from __future__ import annotations

import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hvb_followup.ballot.padding import pad, unpad
from hvb_followup.pseudonyms import keyed

_NONCE = 12
_ANSWER_MARK = 16  # bytes an answer's sitting mark adds to the JSON, at most


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Answers so far, each with the sitting it was given in (a later sitting never sees it: DESIGN §4.9)."""

    answers: dict[str, str] = {}
    given_in: dict[str, str] = {}

    def with_answer(self, item: str, answer: str, sitting: str) -> Draft:
        """The draft with one answer more, or another instead."""
        return Draft(
            answers={**self.answers, item: answer},
            given_in={**self.given_in, item: sitting},
        )

    def seen_in(self, sitting: str) -> dict[str, str]:
        """The answers given in this very sitting."""
        return {item: answer for item, answer in self.answers.items() if self.given_in.get(item) == sitting}


def draft_key(web_secret: bytes, code: str) -> bytes:
    """The key of a code's draft; it is kept in the sitting's cookie and nowhere else."""
    return keyed(web_secret, "draft", code)


def draft_id(key: bytes) -> bytes:
    """Where the draft of this key lies; without the key it points to nobody's code."""
    return keyed(key, "draft-id", b"")[:16]


def draft_size(longest_answers: int, n_items: int) -> int:
    """The one length of an instrument's drafts, from the longest its answers can be (both in bytes)."""
    return 2 * longest_answers + n_items * _ANSWER_MARK + 64


def seal_draft(draft: Draft, key: bytes, size: int) -> bytes:
    """The draft as ciphertext of the instrument's one length."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, pad(msgspec.json.encode(draft), size), draft_id(key))


def open_draft(body: bytes | None, key: bytes) -> Draft:
    """The draft back; an empty one when there is none or it was not sealed by this key."""
    if not body:
        return Draft()
    try:
        padded = AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], draft_id(key))
    except InvalidTag:
        return Draft()
    return msgspec.json.decode(unpad(padded), type=Draft)
