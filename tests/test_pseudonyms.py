"""Codes as a card shows them and as hands type them, and the keyed hashes that stand in a person's place."""

from __future__ import annotations

import random
import secrets

import pytest

from hvb_followup.pseudonyms import is_code, keyed, link, make_code, read_code, written
from hvb_followup.registry import CROCKFORD

CODES = [make_code(random.Random(number).getrandbits) for number in range(200)]


def test_a_code_has_ten_random_symbols_and_a_check_symbol() -> None:
    code = make_code(secrets.randbits)
    assert len(code) == 11
    assert is_code(code)
    assert set(code) <= set(CROCKFORD)


def test_a_code_uses_all_its_fifty_bits() -> None:
    assert make_code(lambda bits: (1 << bits) - 1)[:10] == "ZZZZZZZZZZ"
    assert make_code(lambda bits: 0) == "00000000000"
    assert len({make_code(lambda bits, bit=bit: 1 << bit) for bit in range(50)}) == 50


@pytest.mark.parametrize(
    "typed",
    [
        "K7MQ2-9TRXD-{check}",
        "k7mq2-9trxd-{check}",
        "K7MQ29TRXD{check}",
        " K7MQ2 9TRXD {check} ",
        "k7mq2\u00a09trxd\u00a0{check}",
        "K-7-M-Q-2-9-T-R-X-D-{check}",
    ],
)
def test_the_same_code_is_read_however_it_is_typed(typed: str) -> None:
    code = next(f"K7MQ29TRXD{check}" for check in CROCKFORD if is_code(f"K7MQ29TRXD{check}"))
    assert read_code(typed.format(check=code[-1])) == code
    assert read_code(typed.format(check=code[-1].lower())) == code


@pytest.mark.parametrize(
    ("typed", "meant"), [("O", "0"), ("o", "0"), ("I", "1"), ("i", "1"), ("L", "1"), ("l", "1"), ("u", "V")]
)
def test_letters_that_look_like_others_are_folded(typed: str, meant: str) -> None:
    assert read_code(f"AB{typed}CD") == f"AB{meant}CD"
    assert typed.upper() not in CROCKFORD


def test_what_a_card_shows_is_read_back() -> None:
    assert [read_code(written(code)) for code in CODES] == CODES
    assert written("K7MQ29TRXDA") == "K7MQ2-9TRXD-A"


def test_one_wrong_symbol_is_always_found() -> None:
    missed = [
        (code, place, wrong)
        for code in CODES
        for place in range(len(code))
        for wrong in CROCKFORD
        if wrong != code[place] and is_code(code[:place] + wrong + code[place + 1 :])
    ]
    assert missed == []


def test_two_swapped_neighbours_are_found_but_for_one_pair_of_symbols() -> None:
    """Luhn modulo 32 cannot see the first symbol of the alphabet swap with the last; all other pairs it can."""
    unseen = {
        frozenset(code[place : place + 2])
        for code in CODES
        for place in range(len(code) - 1)
        if code[place] != code[place + 1]
        and is_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
    }
    assert unseen <= {frozenset("0Z")}


@pytest.mark.parametrize("typed", ["", "A", "0" * 10, "0" * 12, "Å" * 11, "*" * 11, "9" * 10_000])
def test_what_is_no_code_is_told_from_one(typed: str) -> None:
    assert not is_code(read_code(typed))


def test_a_hash_for_one_purpose_is_never_another_purposes() -> None:
    secret = b"s" * 32
    hashes = [keyed(secret, purpose, "text") for purpose in ("code", "draft", "draft-id", "receipt", "link")]
    assert len(set(hashes)) == len(hashes)
    assert keyed(secret, "a", "bc") != keyed(secret, "ab", "c")
    assert keyed(secret, "code", "text") == keyed(secret, "code", b"text")
    assert keyed(b"t" * 32, "code", "text") != keyed(secret, "code", "text")


def test_a_link_is_stable_and_another_key_gives_another() -> None:
    assert link(b"k" * 32, "L-1") == link(b"k" * 32, "L-1")
    assert len({link(b"k" * 32, "L-1"), link(b"k" * 32, "L-2"), link(b"j" * 32, "L-1")}) == 3
    assert "L-1" not in link(b"k" * 32, "L-1")
