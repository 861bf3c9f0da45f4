"""The four words: always the same for one card, others for another, and read however they are typed."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest

from hvb_followup import content
from hvb_followup.ballot.draft import draft_key
from hvb_followup.ballot.receipt import N_WORDS, is_whole, list_problems, receipt, receipt_hash

WORDS = content.receipt_words()
SECRET = b"w" * 32


def key(number: int) -> bytes:
    return draft_key(SECRET, f"CODE{number}")


def test_a_card_always_gives_the_same_four_words() -> None:
    assert receipt(key(1), WORDS) == receipt(key(1), WORDS)
    assert len(receipt(key(1), WORDS)) == N_WORDS == 4
    assert set(receipt(key(1), WORDS)) <= set(WORDS)


def test_two_cards_give_different_words() -> None:
    receipts = [receipt(key(number), WORDS) for number in range(1000)]
    assert len(set(receipts)) == 1000
    # Every place uses the whole list: 1 000 draws from 501 words leave about 68 unseen.
    assert all(len({words[place] for words in receipts}) > 380 for place in range(N_WORDS))


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.title,
        lambda word: f" {word}\n",
        lambda word: f"{word},",
        lambda word: unicodedata.normalize("NFD", word),
    ],
)
def test_words_are_read_in_any_case_with_blanks_and_commas_and_as_any_telephone_writes_them(
    change: object,
) -> None:
    words = (*receipt(key(1), WORDS), "blåbär")
    assert receipt_hash(SECRET, [change(word) for word in words]) == receipt_hash(SECRET, words)  # type: ignore[operator]


def test_other_words_another_order_or_another_secret_match_nothing() -> None:
    first, second, *rest = receipt(key(1), WORDS)
    right = receipt_hash(SECRET, (first, second, *rest))
    assert receipt_hash(SECRET, (second, first, *rest)) != right
    assert receipt_hash(SECRET, (first, second, *rest[:-1])) != right
    assert receipt_hash(b"v" * 32, (first, second, *rest)) != right


def test_what_is_stored_of_a_receipt_tells_no_word() -> None:
    words = receipt(key(1), WORDS)
    stored = receipt_hash(SECRET, words)
    assert len(stored) == 16
    assert all(word.encode() not in stored for word in words)


@pytest.mark.parametrize(
    ("n", "today", "expected"),
    [
        (4, "2026-11-23", True),
        (4, "2031-01-01", True),
        (3, "2026-11-23", True),  # given before there were four
        (3, "2027-06-30", True),
        (3, "2027-07-01", False),  # whatever wave it was given in has been counted
        (2, "2026-11-23", False),
        (5, "2026-11-23", False),
        (0, "2026-11-23", False),
    ],
)
def test_a_receipt_has_four_words_and_the_old_ones_work_until_their_waves_are_counted(
    n: int, today: str, expected: bool
) -> None:
    assert is_whole(WORDS[:n], dt.date.fromisoformat(today)) is expected


def test_the_list_is_long_enough_each_word_is_there_once_and_can_be_copied() -> None:
    def faults(words: tuple[str, ...]) -> int:
        return len(list(list_problems(words, "list")))

    assert faults(WORDS) == 0
    assert faults(WORDS[:499]) == 1
    for odd in (WORDS[0], "allé", "Anka", "två ord", "fortbildningsdag"):
        assert faults((*WORDS, odd)) == 1, odd
