from __future__ import annotations

import pytest
from scipy import stats

from hvb_followup.comparison import register_words as words
from hvb_followup.comparison.wording import NO_BREAK, period_words


@pytest.mark.parametrize(
    ("counts", "language", "said"),
    [
        (
            (20, 17, 17),
            "sv",
            (
                "17 av 20 inskrivna, första kvartalet 2025 till andra kvartalet 2026. "
                "Den verkliga nivån kan ligga på allt från 63 till 95 av 100."
            ),
        ),
        (
            (20, 0, 1),
            "en",
            (
                "At most 1 of 20 admitted, the first quarter of 2025 to the second quarter of 2026. "
                "The true level may lie anywhere from 0 to 24 in 100."
            ),
        ),
    ],
)
def test_a_share_is_said_of_placements(counts, language, said):
    period = {"first": "2025K1", "last": "2026K2"}
    assert words.share_sentence(*counts, "admissions", **period, language=language) == said


def test_endings_at_either_end_are_said_as_0_to_2():
    said = words.share_sentence(11, 0, 2, "endings", first="2025K1", last="2025K1")
    assert said.startswith("Högst 2 av 11 avslutade placeringar, första kvartalet 2025.")


def test_a_rate_is_said_without_praise_or_blame():
    said = words.rate_sentence(1240, 1, 4, first="2025K3", last="2025K4")
    assert said == (
        f"1–4 händelser på 1{NO_BREAK}240 vårddygn, tredje kvartalet 2025 till fjärde kvartalet 2025. "
        f"Takten kan ligga på allt från 0,0 till 8,3 per 1{NO_BREAK}000 vårddygn."
    )
    assert words.rate_sentence(600, 1, 1, first="2025K3", last="2025K3").startswith("1 händelse på 600")
    assert words.rate_sentence(600, 0, 0, first="2025K3", last="2025K3", language="en").startswith(
        "0 events in 600"
    )


@pytest.mark.parametrize("count", [0, 1, 4, 9])
def test_limits_below_ten_events_are_exact(count):
    low, high = words.rate_limits(count, count, 1000)
    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2)


@pytest.mark.parametrize("count", [10, 25, 200])
def test_limits_from_ten_events_are_byars_and_near_the_exact(count):
    low, high = words.rate_limits(count, count, 1000)
    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2, rel=0.01)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=0.01)


def test_limits_hold_those_of_every_count_between():
    low, high = words.rate_limits(1, 4, 800)
    for count in range(1, 5):
        inner = words.rate_limits(count, count, 800)
        assert low <= inner[0] <= inner[1] <= high


def test_few_and_silence_have_words_in_both_languages():
    assert words.few_sentence("få", first="2025K1", last="2025K2") == (
        "Det gäller få, första kvartalet 2025 till andra kvartalet 2025."
    )
    assert words.few_sentence("de flesta", first="2025K1", last="2025K1", language="en").startswith(
        "This holds"
    )
    assert "skydd" in words.withheld_sentence("waiting")
    assert "protect" in words.withheld_sentence("too_few", "en")


def test_a_quarter_has_a_name():
    assert period_words("2026K1", "2026K1") == "första kvartalet 2026"
    assert period_words("2026K4", "2026K4", "en") == "the fourth quarter of 2026"


def test_the_sentence_of_a_rate_never_says_more_than_its_interval() -> None:
    """The table beside it rounds outwards: once they told 0,6–2,8 and "0,7 till 2,7" of one and the same figure."""
    low, high = words.rate_limits(514, 1864, 710_769)
    said = words.rate_sentence(710_769, 514, 1864, first="2022K1", last="2026K2")
    assert (round(low, 2), round(high, 2)) == (0.66, 2.74)
    assert f"från 0,6 till 2,8 per 1{NO_BREAK}000 vårddygn" in said
