"""Which numbers of change give which sentence, and what a home of whom too few were followed up never hears."""

from __future__ import annotations

import pytest

from hvb_followup.comparison.change_wording import (
    FEW,
    FOLLOWED,
    WHAT,
    bounds,
    few_sentence,
    may_speak,
    sentence,
    what_words,
)

HALF_YEAR = {"first": "2026H2", "last": "2026H2"}


@pytest.mark.parametrize(
    ("followed", "is_home", "swedish"),
    [
        (
            "≥ 70 %",
            True,
            (
                "8 av 12 mår bättre, andra halvåret 2026. Inte uppföljda: högst 30\u00a0%. "
                "Av alla som skulle följas upp kan andelen vara allt från 46 till 77 av 100. Gränsen är preliminär."
            ),
        ),
        (
            "50–69 %",
            True,
            (
                "8 av 12 mår bättre, andra halvåret 2026. Inte uppföljda: 30–50\u00a0%. "
                "För få är uppföljda för att säga något."
            ),
        ),
        (
            "50–69 %",
            False,
            (
                "8 av 12 mår bättre, andra halvåret 2026. Inte uppföljda: 30–50\u00a0%. "
                "Av alla som skulle följas upp kan andelen vara allt från 33 till 84 av 100. Gränsen är preliminär."
            ),
        ),
        (
            "< 30 %",
            False,
            (
                "8 av 12 mår bättre, andra halvåret 2026. Inte uppföljda: över 70\u00a0%. "
                "Av alla som skulle följas upp kan andelen vara allt från 0 till 100 av 100. Gränsen är preliminär."
            ),
        ),
        (
            "",
            True,
            (
                "8 av 12 mår bättre, andra halvåret 2026. Hur många som inte är uppföljda är inte känt. "
                "För få är uppföljda för att säga något."
            ),
        ),
    ],
)
def test_a_sentence_of_change(followed: str, is_home: bool, swedish: str) -> None:
    what = what_words("improved", "ung-utfall")
    assert sentence(12, 8, 8, what, followed, is_home=is_home, **HALF_YEAR) == swedish


def test_in_english_and_of_a_coarse_count() -> None:
    what = what_words("deteriorated", "kontaktperson", "en")
    assert sentence(12, 0, 1, what, "≥ 70 %", is_home=True, language="en", **HALF_YEAR) == (
        "At most 1 of 12 are worse as the contact person sees it, the second half of 2026. "
        "Not followed up: at most 30%. Of all who were to be followed up, the share may be anything from 0 to 36 in "
        "100. The limit is preliminary."
    )


@pytest.mark.parametrize(
    ("word", "said"), [("få", "Få nådde"), ("blandat", "Några nådde"), ("de flesta", "De flesta nådde")]
)
def test_few_pairs_in_a_word(word: str, said: str) -> None:
    told = few_sentence(word, what_words("both_reached", "socialsekreterare"), "≥ 70 %", **HALF_YEAR)
    assert told.startswith(f"{said} målet enligt båda")
    assert "Inte uppföljda: högst 30" in told


@pytest.mark.parametrize("followed", list(FOLLOWED))
def test_the_bounds_hold_whatever_share_of_the_band_was_followed(followed: str) -> None:
    """An oracle: everybody to be followed, one by one, the silent all against or all for."""
    ends = {"< 30 %": (1, 29), "30–49 %": (30, 49), "50–69 %": (50, 69), "≥ 70 %": (70, 100)}[followed]
    for per_cent in ends:
        entered = 100
        n, x = per_cent, per_cent // 3
        low, high = bounds(n, x, x, followed)
        assert low <= x / entered + 1e-9
        assert high >= (x + entered - n) / entered - 1e-9


def test_a_home_under_six_in_ten_hears_no_words_and_a_nation_does() -> None:
    assert [may_speak(band, is_home=True) for band in FOLLOWED] == [False, False, False, True]
    assert all(may_speak(band, is_home=False) for band in FOLLOWED)


def test_no_word_says_effect() -> None:
    texts = [text for pair in (*WHAT.values(), *FEW.values()) for text in pair]
    assert not [text for text in texts if "effekt" in text.lower() or "effect" in text.lower()]
