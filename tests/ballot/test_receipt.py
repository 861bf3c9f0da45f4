"""The three words: always the same for one card, others for another, and read however they are typed."""

from __future__ import annotations

import pytest

from hvb_followup import content
from hvb_followup.ballot.draft import draft_key
from hvb_followup.ballot.receipt import receipt, receipt_hash

WORDS = content.receipt_words()
SECRET = b"w" * 32


def key(number: int) -> bytes:
    return draft_key(SECRET, f"CODE{number}")


def test_a_card_always_gives_the_same_three_words() -> None:
    assert receipt(key(1), WORDS) == receipt(key(1), WORDS)
    assert set(receipt(key(1), WORDS)) <= set(WORDS)


def test_two_cards_give_different_words() -> None:
    receipts = [receipt(key(number), WORDS) for number in range(1000)]
    assert len(set(receipts)) == 1000
    # Every place uses the whole list: 1 000 draws from 501 words leave about 68 unseen.
    assert all(len({words[place] for words in receipts}) > 380 for place in range(3))


@pytest.mark.parametrize("change", [str.upper, str.title, lambda word: f" {word}\n"])
def test_words_are_read_in_any_case_and_with_blanks(change: object) -> None:
    words = receipt(key(1), WORDS)
    assert receipt_hash(SECRET, [change(word) for word in words]) == receipt_hash(SECRET, words)  # type: ignore[operator]


def test_other_words_another_order_or_another_secret_match_nothing() -> None:
    first, second, third = receipt(key(1), WORDS)
    assert receipt_hash(SECRET, (second, first, third)) != receipt_hash(SECRET, (first, second, third))
    assert receipt_hash(b"v" * 32, (first, second, third)) != receipt_hash(SECRET, (first, second, third))


def test_what_is_stored_of_a_receipt_tells_no_word() -> None:
    words = receipt(key(1), WORDS)
    stored = receipt_hash(SECRET, words)
    assert len(stored) == 16
    assert all(word.encode() not in stored for word in words)
