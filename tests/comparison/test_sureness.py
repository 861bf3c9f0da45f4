"""Reliability, many tests at once, non-response, and the words that follow: which numbers give which sentence."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup import gates
from hvb_followup.comparison import multiplicity, nonresponse, reliability, verdict, wording
from hvb_followup.gates import Gate, half_away, six_figures

# Shrout & Fleiss 1979: six targets, four judges.
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_published_icc() -> None:
    found = reliability.shrout_fleiss(RATINGS)
    assert not isinstance(found, Gate)
    assert [round(one.icc, 2) for one in found] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    assert all(one.low < one.icc < one.high for one in found)


def test_persons_within_units_by_hand() -> None:
    found = reliability.one_way([1.0, 3, 5, 7, 6, 8], list("aabbcc"))
    assert not isinstance(found, Gate)
    assert (found.within, found.between) == pytest.approx((2, 2 * ((2 - 5) ** 2 + 1 + 4) / 2))
    assert found.icc1 == pytest.approx((14 - 2) / (14 + 2))
    assert found.icc2 == pytest.approx(12 / 14)


@pytest.mark.parametrize(("icc", "needed"), [(0.05, 45), (0.10, 21), (0.20, 10)])
def test_answers_needed_for_a_reliability_of_seven_tenths(icc: float, needed: int) -> None:
    assert reliability.n_needed(icc, 0.7) == needed
    assert reliability.spearman_brown(icc, needed) >= 0.7 - 1e-9


@given(st.integers(2, 30), st.floats(-2, 2))
def test_a_coarse_datum_tells_no_more_than_the_count(n: int, logit: float) -> None:
    exact = reliability.information(n, [(x, x) for x in range(n + 1)], logit)
    share = 1 / (1 + np.exp(-logit))
    assert exact == pytest.approx(n * share * (1 - share))
    ends = [(0, 1), *((x, x) for x in range(2, n - 1)), (n - 1, n)] if n > 2 else [(0, n)]
    assert reliability.information(n, ends, logit) <= exact + 1e-9


@pytest.mark.parametrize(
    ("value", "opens"), [(0.5, True), (0.4999999, True), (0.49999, False), (float("nan"), False)]
)
def test_the_gate_of_reliability_is_decided_on_six_figures(value: float, opens: bool) -> None:
    assert (reliability.gate(value) is None) == opens


def test_rankability_and_expected_ranks() -> None:
    assert reliability.rankability(1.0, [1.0, 3.0, float("inf"), 2.0]) == pytest.approx(1 / 3)
    ranks = reliability.expected_ranks([0.0, 0.0, 0.0], [1.0, 2.0, 3.0])
    assert not isinstance(ranks, Gate)
    assert ranks[0] == pytest.approx([2, 2, 2])
    assert ranks[1] == pytest.approx([50, 50, 50])
    assert reliability.of_units(1.0, [1.0, 3.0]) == pytest.approx([0.5, 0.25])


@pytest.mark.parametrize(
    ("method", "adjusted"),
    [
        ("bonferroni", [0.04, 0.12, 0.16, 0.08]),
        ("holm", [0.04, 0.06, 0.06, 0.06]),
        ("hochberg", [0.04, 0.04, 0.04, 0.04]),
        ("BH", [0.04, 0.04, 0.04, 0.04]),
        ("BY", [0.25 / 3, 0.25 / 3, 0.25 / 3, 0.25 / 3]),
    ],
)
def test_adjusting_for_many_by_hand(method: multiplicity.Method, adjusted: list[float]) -> None:
    assert multiplicity.adjusted([0.01, 0.03, 0.04, 0.02], method) == pytest.approx(adjusted)


def test_who_is_left_after_adjusting() -> None:
    assert multiplicity.rejected([0.001, 0.04, 0.03, 0.9], "BH") == [True, False, False, False]
    assert multiplicity.expected_by_chance(600, 0.002) == pytest.approx(1.2)


@given(st.integers(1, 25), st.data())
def test_the_closed_group_by_counting_every_draw(invited: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, invited))
    x = data.draw(st.integers(0, n))
    found = nonresponse.closed_group(x, n, invited)
    assert not isinstance(found, Gate)

    def chance(total: int, k: int) -> float:
        return comb(total, k) * comb(invited - total, n - k) / comb(invited, n)

    fitting = [
        total
        for total in range(x, invited - n + x + 1)
        if sum(chance(total, k) for k in range(x, n + 1)) >= 0.025 - 1e-12
        and sum(chance(total, k) for k in range(x + 1)) >= 0.025 - 1e-12
    ]
    assert (found.low, found.high) == (min(fitting), max(fitting))


def test_bounds_are_all_silent_against_and_all_for() -> None:
    found = nonresponse.bounds(7, 9, 12)
    assert not isinstance(found, Gate)
    assert (found.low, found.high, found.response) == (7 / 12, 10 / 12, 0.75)
    coarse = nonresponse.bounds_coarse(8, 9, 9, 12)
    assert not isinstance(coarse, Gate)
    assert (coarse.low, coarse.high) == (8 / 12, 1)
    shifted = nonresponse.shifted(7, 9, 12)
    assert not isinstance(shifted, Gate)
    assert shifted == sorted(shifted)
    assert shifted[2] == pytest.approx((7 + 3 * 0.75) / 12)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: nonresponse.bounds(5, 9, 8), "more_than_invited"),
        (lambda: nonresponse.bounds(0, 0, 0), "no_answers"),
        (lambda: nonresponse.bounds(5, 4, 8), "impossible"),
        (lambda: nonresponse.bounds(float("nan"), 4, 8), "not_a_number"),
        (lambda: nonresponse.closed_group(0, 0, 5), "no_answers"),
        (lambda: nonresponse.response_gate(4, 9), "response"),
        (lambda: nonresponse.response_gate(9, 4), "more_than_invited"),
        (lambda: reliability.shrout_fleiss([[1.0, 1], [1, 1]]), "all_equal"),
        (lambda: reliability.shrout_fleiss([[1.0]]), "too_few"),
        (lambda: reliability.one_way([1.0, 2], ["a", "a"]), "one_unit"),
        (lambda: reliability.one_way([1.0, 2], ["a", "b"]), "too_few"),
        (lambda: reliability.one_way([], []), "no_answers"),
        (lambda: reliability.n_for(0, 0.7), "impossible"),
        (lambda: reliability.rankability(1, [float("inf")]), "no_units"),
        (lambda: reliability.expected_ranks([1.0], [1.0]), "one_unit"),
        (lambda: reliability.of_coarse(0, [], 0, 1), "too_few"),
        (lambda: multiplicity.adjusted([], "BH"), "no_units"),
        (lambda: multiplicity.adjusted([float("nan")], "BH"), "not_a_number"),
        (lambda: multiplicity.adjusted([1.2], "BH"), "impossible"),
    ],
)
def test_what_cannot_be_told_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert isinstance(found, Gate)
    assert found.code == code


def test_half_is_enough_of_a_response() -> None:
    assert nonresponse.response_gate(5, 10) is None


@pytest.mark.parametrize(
    ("value", "rounded"), [(2.5, 3), (-2.5, -3), (2.4999999, 3), (2.49, 2), (0.5, 1), (-0.5, -1), (0, 0)]
)
def test_rounding_is_half_away_from_zero(value: float, rounded: float) -> None:
    assert half_away(value) == rounded


@given(st.floats(-1e12, 1e12, allow_subnormal=False))
def test_six_figures_stay(value: float) -> None:
    assert six_figures(value) == pytest.approx(value, rel=5e-6)
    assert six_figures(six_figures(value)) == six_figures(value)


def test_many_pairs_are_told_as_each_of_them() -> None:
    """At every limit and half per cent, just beside them, and in between."""
    edges = [one / 200 for one in range(201)] + [0.0, 1.0, 0.975, 0.9, 0.025, 0.1]
    beside = [one + step for one in edges for step in (-1e-4, -1e-7, 0.0, 1e-7, 1e-4)]
    drawn = np.random.default_rng(1).random(20_000).tolist()
    values = np.array([one for one in (*beside, *drawn) if 0 <= one <= 1])
    assert verdict.pairs(values) == [verdict.pair(float(one)) for one in values]
    assert wording.pairs_per_cent(values) == [wording.pair_per_cent(float(one)) for one in values]


def evidence(**more: object) -> verdict.Evidence:
    plain: dict[str, object] = {
        "persons": 20, "response": 0.7, "is_shown": True, "is_adjusted": True, "reliability": 0.8, "above": 0.5,
    }  # fmt: skip
    return verdict.Evidence(**(plain | more))  # type: ignore[arg-type]


WORDS = [
    ({"persons": 0, "response": 0.1}, "no_persons", "Ingen har svarat"),
    ({"response": 0.4999}, "response", "Jämförs inte – för låg svarsandel"),
    ({"response": 0.5}, "alike", "Går inte att skilja från jämförelsegruppen"),
    ({"response": float("nan")}, "response", "Jämförs inte – för låg svarsandel"),
    ({"is_selected": True}, "response", "Jämförs inte – för låg svarsandel"),
    ({"response": 0.2, "is_shown": False}, "response", "Jämförs inte – för låg svarsandel"),
    ({"is_shown": False, "above": 0.99}, "hidden", "Visas inte – för få svarande (skydd för de unga)"),
    ({"above": float("nan")}, "not_fitted", "Går inte att jämföra"),
    ({"reliability": 0.49, "above": 0.999}, "reliability", "För få svar för att jämföra"),
    ({"reliability": float("nan")}, "reliability", "För få svar för att jämföra"),
    ({"reliability": 0.5, "above": 0.99}, "higher", "Säkerställt högre än jämförelsegruppen"),
    ({"above": 0.10}, "alike", "Går inte att skilja från jämförelsegruppen"),
    ({"above": 0.90}, "alike", "Går inte att skilja från jämförelsegruppen"),
    ({"above": 0.9000001}, "alike", "Går inte att skilja från jämförelsegruppen"),
    ({"above": 0.91}, "sign_higher", "Tecken på högre – osäkert"),
    ({"above": 0.09}, "sign_lower", "Tecken på lägre – osäkert"),
    ({"above": 0.9749}, "sign_higher", "Tecken på högre – osäkert"),
    ({"above": 0.975}, "higher", "Säkerställt högre än jämförelsegruppen"),
    ({"above": 0.025}, "lower", "Säkerställt lägre än jämförelsegruppen"),
    ({"above": 0.999, "upper_tail": 0.0005}, "higher", "Säkerställt högre än jämförelsegruppen"),
    (
        {"above": 0.999, "upper_tail": 0.0005, "passes_fdr": True},
        "higher",
        "Säkerställt högre än jämförelsegruppen",
    ),
    (
        {"above": 0.999, "upper_tail": 0.0005, "passes_fdr": True, "periods": 2},
        "unusual_high",
        "Ovanligt resultat, högre – bör följas upp i dialog",
    ),
    (
        {"above": 0.001, "lower_tail": 0.0005, "passes_fdr": True, "periods": 2},
        "unusual_low",
        "Ovanligt resultat, lägre – bör följas upp i dialog",
    ),
    (
        {"above": 0.001, "lower_tail": 0.001, "passes_fdr": True, "periods": 2},
        "lower",
        "Säkerställt lägre än jämförelsegruppen",
    ),
]


@pytest.mark.parametrize(("known", "outcome", "words"), WORDS)
def test_which_numbers_give_which_sentence(known: dict[str, object], outcome: str, words: str) -> None:
    found = verdict.verdict(evidence(**known))
    assert found == outcome
    assert wording.verdict_words(found) == words


@given(st.floats(0, 0.4999), st.floats(0, 1), st.floats(0, 1))
def test_no_word_of_comparison_below_half_reliability(reliable: float, above: float, tail: float) -> None:
    """Property P10."""
    known = evidence(reliability=reliable, above=above, upper_tail=tail, passes_fdr=True, periods=3)
    assert verdict.verdict(known) == "reliability"
    assert not verdict.compares("reliability")


def test_every_outcome_has_words_in_both_languages_and_none_ranks() -> None:
    for found, (swedish, english) in wording.VERDICTS.items():
        assert wording.verdict_words(found, "en") == english != swedish
        for banned in ("bäst", "sämst", "rank", "plats", "topp", "stjärn", "best", "worst", "effekt"):
            assert banned not in f"{swedish} {english}".lower()


def test_a_figure_without_case_mix_says_so_only_where_it_compares() -> None:
    assert wording.verdict_words("higher", is_adjusted=False) == (
        "Säkerställt högre än jämförelsegruppen (ej justerat för vilka unga som bor där)"
    )
    assert wording.verdict_words("hidden", "en", is_adjusted=False) == (
        "Not shown – too few answers (to protect the young people)"
    )


@pytest.mark.parametrize(
    ("above", "ends"),
    [
        (0.68, "68\u00a0%. Det räcker inte för att säga att de skiljer sig."),
        (0.32, "32\u00a0%. Det räcker inte för att säga att de skiljer sig."),
        (0.95, "95\u00a0%. Det är ett tecken på att Eken ligger högre, men osäkert."),
        (0.05, "5\u00a0%. Det är ett tecken på att Björken ligger högre, men osäkert."),
        (0.98, "98\u00a0%. Det är säkerställt att Eken ligger högre."),
        (0.9999, ">99\u00a0%. Det är säkerställt att Eken ligger högre."),
        (0.0001, "<1\u00a0%. Det är säkerställt att Björken ligger högre."),
    ],
)
def test_two_homes_side_by_side(above: float, ends: str) -> None:
    assert (
        wording.pair_sentence(above, "Eken", "Björken")
        == f"Sannolikheten att Eken ligger högre än Björken: {ends}"
    )


def test_two_homes_in_english_and_without_a_number() -> None:
    assert wording.pair_sentence(0.68, "A", "B", "en") == (
        "The probability that A is higher than B: 68%. That is not enough to say that they differ."
    )
    assert wording.pair_sentence(float("nan"), "A", "B") == "Underlaget är ofullständigt."


def test_every_gate_that_a_method_may_close_has_words() -> None:
    for gate in vars(gates).values():
        if isinstance(gate, Gate):
            assert wording.gate_words(gate) != wording.gate_words(gate, "en")


def test_the_budget_of_false_alarms() -> None:
    assert wording.budget_words(15175, 30.35, 41) == (
        "Av 15\u00a0175 jämförelser väntas omkring 30 larma av ren slump; 41 larmade."
    )
    assert wording.budget_words(600, 1.5, 2, "en") == (
        "Of 600 comparisons about 2 are expected to flag by chance alone; 2 did."
    )
