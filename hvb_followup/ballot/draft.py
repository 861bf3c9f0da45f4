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
_ANSWER_MARK = (
    16  # bytes by which where an answer was given may be longer in the JSON than the longest answer
)


class Given(msgspec.Struct, frozen=True, array_like=True):
    """The sitting that last saw the question, and the edition its answer is of; ``passed``: an earlier sitting's."""

    sitting: str
    edition: str
    passed: bool = False


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """Answers so far, each with the sitting it was given in (a later sitting never sees it: DESIGN §4.9).

    ``texts`` are sealed to the desk's key already; whether there is one is not said among the answers.
    """

    answers: dict[str, str] = {}
    given: dict[str, Given] = {}
    texts: dict[str, bytes] = {}

    @classmethod
    def all_given(cls, answers: dict[str, str], sitting: str, edition: str = "standard") -> Draft:
        """Answers that one sitting has given in one edition."""
        return cls(answers=answers, given=dict.fromkeys(answers, Given(sitting, edition)))

    def with_answer(self, item: str, answer: str, sitting: str, edition: str = "standard") -> Draft:
        """The draft with one answer more, or another instead."""
        return Draft(
            answers={**self.answers, item: answer},
            given={**self.given, item: Given(sitting, edition)},
            texts=self.texts,
        )

    def with_text(self, item: str, sealed: bytes | None) -> Draft:
        """The draft with a sealed text more, or another instead; with None, without it."""
        texts = {name: text for name, text in {**self.texts, item: sealed}.items() if text is not None}
        return Draft(answers=self.answers, given=self.given, texts=texts)

    def passing_over(self, item: str, sitting: str) -> Draft:
        """The draft when this sitting has passed over a question again asked: what was answered stays, unseen."""
        passed = Given(sitting, self.given[item].edition, passed=True)
        return Draft(answers=self.answers, given={**self.given, item: passed}, texts=self.texts)

    def seen_in(self, sitting: str, passed: str = "") -> dict[str, str]:
        """The answers given in this very sitting; ``passed`` stands for each that it passed over, if it is said."""
        seen = {item: one for item, one in self.given.items() if one.sitting == sitting}
        given = {item: passed if one.passed else self.answers[item] for item, one in seen.items()}
        return {item: answer for item, answer in given.items() if answer}

    def edition_before(self, item: str, sitting: str) -> str | None:
        """The edition of an answer that another sitting than this gave; None where none did."""
        one = self.given.get(item)
        return one.edition if one and (one.passed or one.sitting != sitting) else None


def draft_key(web_secret: bytes, code: str) -> bytes:
    """The key of a code's draft; it is kept in the sitting's cookie and nowhere else."""
    return keyed(web_secret, "draft", code)


def draft_id(key: bytes) -> bytes:
    """Where the draft of this key lies; without the key it points to nobody's code."""
    return keyed(key, "draft-id", b"")[:16]


def draft_size(longest_answers: int, n_items: int, texts: int = 0) -> int:
    """The one length of an instrument's drafts, from the longest its answers and sealed texts can be (in bytes)."""
    return 2 * longest_answers + n_items * _ANSWER_MARK + texts + 64


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
