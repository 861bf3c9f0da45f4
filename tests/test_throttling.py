"""How many tries are too many, and what guessing can come to: the numbers that the docstring gives, worked out again."""

from __future__ import annotations

import datetime as dt

import pytest

from hvb_followup import content
from hvb_followup.ballot.receipt import N_WORDS
from hvb_followup.pseudonyms import CODE_SYMBOLS
from hvb_followup.registry import CROCKFORD
from hvb_followup.throttling import (
    CODES,
    HELP,
    RECEIPTS,
    SIGN_IN,
    STATUS,
    Limits,
    Pace,
    Tried,
    Visitor,
    counters,
    hits_a_year,
    net_of,
    pace,
    tries_a_year,
    turn,
)

EVERY = (CODES, RECEIPTS, STATUS, HELP, SIGN_IN)
NOON = dt.datetime(2026, 11, 20, 11, tzinfo=dt.UTC)
POSSIBLE_CODES = len(CROCKFORD) ** CODE_SYMBOLS
N_LISTED = len(content.receipt_words())


@pytest.mark.parametrize(
    ("here", "everywhere", "by_name", "expected"),
    [
        (0, 0, 0, Pace.FREE),
        (29, 499, 4, Pace.FREE),
        (30, 0, 0, Pace.SLOW),  # this net
        (3, 0, 5, Pace.SLOW),  # this name, from a net that has tried before
        (2, 0, 1000, Pace.FREE),  # this name, but not from here: its holder gets in
        (2, 10**9, 0, Pace.FREE),  # all of the internet, but not from here
        (3, 500, 0, Pace.IN_TURN),
        (30, 500, 9, Pace.IN_TURN),
        (None, 499, 0, Pace.FREE),  # a net that is not known is held to what holds for all
        (None, 500, 0, Pace.IN_TURN),
    ],
)
def test_who_goes_freely_slowly_and_in_turn(
    here: int | None, everywhere: int, by_name: int, expected: Pace
) -> None:
    assert pace(SIGN_IN, Tried(here=here, everywhere=everywhere, by_name=by_name)) is expected


def test_a_net_that_has_tried_nothing_goes_freely_whatever_others_do() -> None:
    """A young person with a right code gets in at once, with the whole budget of the service spent."""
    for limits in EVERY:
        assert limits.fresh >= 2
        assert pace(limits, Tried(here=0, everywhere=10**9, by_name=10**9)) is Pace.FREE


def test_nothing_counts_by_name_but_where_a_name_is_tried() -> None:
    assert [limits.what for limits in EVERY if limits.by_name] == ["sign-in"]
    assert pace(CODES, Tried(here=50, everywhere=0, by_name=10**9)) is Pace.FREE


@pytest.mark.parametrize(
    ("limits", "nets", "a_window"),
    [
        (CODES, 1, 60 + 180),
        (CODES, 1000, 1000 + 3000 + 1800),
        (RECEIPTS, 1, 5 + 24),
        (STATUS, 1, 20 + 144),
        (SIGN_IN, 1, 30 + 3),
    ],
)
def test_the_most_that_can_be_tried_is_the_limit_and_the_pauses_of_every_window(
    limits: Limits, nets: int, a_window: int
) -> None:
    windows = {"code": 365 * 24, "receipt": 365, "status": 365, "sign-in": 365 * 96}[limits.what]
    assert tries_a_year(limits, nets) == pytest.approx(windows * a_window)


def test_ten_thousand_live_codes_are_safe_from_whoever_guesses_all_year() -> None:
    """G10 (R6): the budget alone, 1 000 an hour against 5 000 codes for 90 days, gives fewer than 1e-5 hits."""
    assert POSSIBLE_CODES == 2**50
    assert CODES.everywhere * 24 * 90 * 5_000 / POSSIBLE_CODES < 1e-5
    found = [hits_a_year(CODES, nets, 10_000, POSSIBLE_CODES) for nets in (1, 1_000, 100_000)]
    assert found == [pytest.approx(value, rel=0.1) for value in (1.9e-5, 4.5e-4, 2.4e-2)]
    # Of 40 bits a thousand times as many would be hit: that is why a code has ten symbols.
    assert hits_a_year(CODES, 1_000, 10_000, 2**40) > 0.4


def test_what_guessing_receipts_can_come_to_is_said_as_it_is() -> None:
    assert (N_LISTED, N_WORDS) == (501, 4)
    possible = N_LISTED**N_WORDS
    found = [hits_a_year(RECEIPTS, nets, 10_000, possible) for nets in (1, 1_000, 100_000)]
    assert found == [pytest.approx(value, rel=0.05) for value in (0.0017, 0.128, 11.6)]
    # Three words were too few: the strictest limit there is let a thousand nets hit every sixth day.
    assert hits_a_year(RECEIPTS, 1_000, 10_000, N_LISTED**3) > 60
    # Without limits, at the thousand a second that the service can take, an answer would be hit every other hour.
    assert 1000 * 3600 * 2 * 10_000 / possible > 1
    assert hits_a_year(STATUS, 1, 500, possible) < 0.001


def test_the_limits_bind_whoever_tries_as_fast_as_she_can() -> None:
    """A day of one net that tries every five seconds: what is let through is what the arithmetic says."""
    for limits in (CODES, RECEIPTS, STATUS):
        n_through, counted, turns = 0, dict[str, int](), set[str]()
        start = dt.datetime(2026, 11, 19, 23, tzinfo=dt.UTC)  # midnight in Stockholm
        visitor = Visitor(net="192.0.2.1")
        for second in range(0, 86_400, 5):
            now = start + dt.timedelta(seconds=second)
            named = counters(limits, visitor, now)
            tried = Tried(here=counted.get(named.here, 0), everywhere=counted.get(named.everywhere, 0))
            at = pace(limits, tried)
            if at is not Pace.FREE:
                taken = turn(limits, at, visitor, now)
                if taken in turns:
                    continue
                turns.add(taken)
            n_through += 1
            for name in named.every:
                counted[name] = counted.get(name, 0) + 1
        assert 0.9 <= n_through / (tries_a_year(limits, 1) / 365) <= 1.0, limits.what


def test_counters_are_of_one_window_one_kind_one_net_and_begin_anew_at_midnight() -> None:
    one, other = Visitor(net="192.0.2.1", name="anna"), Visitor(net="192.0.2.2", name="anna")
    every = [
        *counters(SIGN_IN, one, NOON).every,
        *counters(SIGN_IN, one, NOON + SIGN_IN.window).every,
        counters(SIGN_IN, other, NOON).here,
        *counters(CODES, one, NOON).every,
    ]
    assert len(set(every)) == len(every) == 9
    assert counters(SIGN_IN, one, NOON) == counters(SIGN_IN, one, NOON + SIGN_IN.window / 2)
    midnight = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)
    before, after = (counters(RECEIPTS, one, midnight + dt.timedelta(seconds=step)) for step in (-1, 0))
    assert (str(before.day), str(after.day)) == ("2026-11-20", "2026-11-21")
    assert before.here == counters(RECEIPTS, one, NOON).here


def test_who_tries_a_name_elsewhere_takes_no_turn_of_its_holders() -> None:
    holder, guesser = Visitor(net="192.0.2.1", name="anna"), Visitor(net="192.0.2.2", name="anna")
    assert turn(SIGN_IN, Pace.SLOW, holder, NOON) != turn(SIGN_IN, Pace.SLOW, guesser, NOON)
    assert turn(SIGN_IN, Pace.IN_TURN, holder, NOON) == turn(SIGN_IN, Pace.IN_TURN, guesser, NOON)


@pytest.mark.parametrize(
    ("address", "net"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::4", "2001:db8:1::/48"),
        ("127.0.0.1", ""),
        ("172.18.0.1", ""),
        ("fd00::1", ""),
        ("", ""),
        ("testclient", ""),
    ],
)
def test_a_net_is_what_one_customer_has_and_a_proxy_that_is_not_believed_is_none(
    address: str, net: str
) -> None:
    assert net_of(address) == net


def test_only_what_may_be_somebody_without_fault_is_counted_by_the_bucket() -> None:
    assert {limits.what for limits in EVERY if limits.buckets} == {"receipt", "status", "help"}
