"""Figures in words: Swedish and English, from the coarse count only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup.comparison import wording


@pytest.mark.parametrize(
    ("n", "x_lo", "x_hi", "swedish", "english"),
    [
        (20, 17, 19, "17–19 av 20", "17–19 of 20"),
        (10, 9, 10, "minst 9 av 10", "at least 9 of 10"),
        (10, 0, 1, "högst 1 av 10", "at most 1 of 10"),
        (12, 7, 7, "7 av 12", "7 of 12"),
        (4, 0, 4, "0–4 av 4", "0–4 of 4"),
        (1234, 1000, 1000, "1\u00a0000 av 1\u00a0234", "1,000 of 1,234"),
    ],
)
def test_a_coarse_count_in_words(n: int, x_lo: int, x_hi: int, swedish: str, english: str) -> None:
    assert wording.count_words(n, x_lo, x_hi) == swedish
    assert wording.count_words(n, x_lo, x_hi, "en") == english


@pytest.mark.parametrize(
    ("n", "x_lo", "x_hi", "per_cent"),
    [
        (20, 17, 19, 90),
        (10, 9, 10, 95),
        (8, 1, 1, 13),
        (8, 0, 1, 6),
        (5, 0, 5, 50),
        (200, 1, 1, 1),
        (201, 1, 1, 0),
    ],
)
def test_the_share_is_the_middle_of_the_interval_rounded_half_up(
    n: int, x_lo: int, x_hi: int, per_cent: int
) -> None:
    assert wording.midpoint_per_cent(n, x_lo, x_hi) == per_cent


def test_the_sentence_says_count_period_reach_and_response() -> None:
    said = wording.sentence(20, 17, 19, first="2025H1", last="2026H2", response="50–69 %")
    assert said == (
        "17–19 av 20 svarade så, första halvåret 2025 till andra halvåret 2026. "
        "Den verkliga nivån kan ligga på allt från 63 till 100 av 100. Svarsandel 50–69\u00a0%."
    )
    english = wording.sentence(10, 9, 10, first="2026H1", last="2026H1", language="en")
    assert english == (
        "At least 9 of 10 answered so, the first half of 2026. "
        "The true level may lie anywhere from 59 to 100 in 100."
    )


def test_five_to_nine_persons_have_a_word_and_no_number_of_them() -> None:
    said = wording.few_sentence("de flesta", first="2026H1", last="2026H2", response="≥ 70 %")
    assert (
        said
        == "De flesta svarade så, första halvåret 2026 till andra halvåret 2026. Svarsandel minst 70\u00a0%."
    )
    assert wording.few_sentence("få", first="2026H1", last="2026H1", language="en") == (
        "Few answered so, the first half of 2026."
    )


def test_what_is_not_shown_has_a_reason_in_both_languages() -> None:
    for outcome in ("waiting", "too_few"):
        assert wording.withheld_sentence(outcome).startswith("Visas inte")
        assert wording.withheld_sentence(outcome, "en").startswith("Not shown")


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_reach_is_rounded_outwards(one: float, other: float) -> None:
    low, high = sorted((one, other))
    least, most = (
        int(part) for part in wording.range_words(low, high).removesuffix(" av 100").split(" till ")
    )
    assert 0 <= least <= low * 100 + 1e-6
    assert high * 100 - 1e-6 <= most <= 100
