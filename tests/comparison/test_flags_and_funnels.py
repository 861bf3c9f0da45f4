"""Flags are decided by exact tails; lines are only drawn."""

from __future__ import annotations

from functools import partial
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hvb_followup.comparison import flags, funnel, overdispersion
from hvb_followup.gates import Gate


def false_flags(share: float, sizes: range, limit: float) -> float:
    """The chance that a home with exactly the group's share is flagged, its size any of these alike."""
    found = []
    for n in sizes:
        flagged = 0.0
        for x in range(n + 1):
            tails = flags.exact(x, n, share)
            assert not isinstance(tails, Gate)
            flagged += comb(n, x) * share**x * (1 - share) ** (n - x) * (tails.flag(limit) != "none")
        found.append(flagged)
    return float(np.mean(found))


@pytest.mark.parametrize(("share", "sizes"), [(0.75, range(5, 13)), (0.90, range(8, 26))])
def test_homes_that_do_not_differ_are_all_but_never_flagged(share: float, sizes: range) -> None:
    """Properties P1 and P2, without Monte-Carlo error."""
    assert false_flags(share, sizes, flags.LIMIT_998) <= 0.004
    assert false_flags(share, sizes, flags.LIMIT_95) <= 0.05


def test_the_drawn_line_would_flag_every_tenth() -> None:
    """Why the place of a dot decides nothing: 8 of 8 lies outside the 99.8 % line at 0.75."""
    line = funnel.binomial(0.75, 8, 0.002)
    assert not isinstance(line, Gate)
    assert line.high_clipped < 1
    assert not line.draws_high
    tails = flags.exact(8, 8, 0.75)
    assert not isinstance(tails, Gate)
    assert tails.upper == pytest.approx(0.75**8)
    assert tails.flag_998 == "none"


@given(st.integers(1, 40), st.floats(0.05, 0.95), st.data())
def test_tails_add_up(n: int, share: float, data: st.DataObject) -> None:
    x = data.draw(st.integers(0, n))
    tails = flags.exact(x, n, share)
    assert not isinstance(tails, Gate)
    assert tails.lower_mid + tails.upper_mid == pytest.approx(1)
    assert tails.lower + tails.upper == pytest.approx(1 + stats.binom.pmf(x, n, share))


@given(st.integers(1, 30), st.floats(0.1, 0.9), st.data())
def test_a_coarse_flag_is_true_of_every_count_it_allows(n: int, share: float, data: st.DataObject) -> None:
    x_lo = data.draw(st.integers(0, n))
    x_hi = data.draw(st.integers(x_lo, n))
    at = partial(_exact, n, share)
    coarse = flags.coarse(at, x_lo, x_hi)
    assert not isinstance(coarse, Gate)
    flag = coarse.flag(flags.LIMIT_95)
    if flag != "none":
        for x in range(x_lo, x_hi + 1):
            tails = at(x)
            assert not isinstance(tails, Gate)
            assert tails.flag(flags.LIMIT_95) == flag


def _exact(n: int, share: float, x: int) -> flags.Tails | Gate:
    return flags.exact(x, n, share)


def test_the_predictive_tail_is_the_mean_of_binomial_tails() -> None:
    shares = (np.arange(4000) + 0.5) / 4000
    weight = stats.beta.pdf(shares, 3, 2)
    expected = float((weight * stats.binom.cdf(4, 9, shares)).sum() / weight.sum())
    tails = flags.predictive_share(4, 9, 3, 2)
    assert not isinstance(tails, Gate)
    assert tails.lower == pytest.approx(expected, abs=1e-6)
    counts = flags.predictive_count(4, 6.0, 5.0)
    ratio = (np.arange(40000) + 0.5) / 4000
    weight = stats.gamma.pdf(ratio, 5, scale=1 / 5)
    assert not isinstance(counts, Gate)
    assert counts.lower == pytest.approx(
        float((weight * stats.poisson.cdf(4, 6 * ratio)).sum() / weight.sum()), abs=1e-6
    )
    means = flags.predictive_mean(12, 10, 3, 1)
    assert not isinstance(means, Gate)
    assert means.upper == pytest.approx(stats.norm.sf(1))
    assert means.z == pytest.approx(1)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: flags.exact(0, 0, 0.5), "no_answers"),
        (lambda: flags.exact(3, 2, 0.5), "impossible"),
        (lambda: flags.exact(1, 2, float("nan")), "not_a_number"),
        (lambda: flags.predictive_share(1, 2, 0, 1), "impossible"),
        (lambda: flags.predictive_count(1, 0, 1), "impossible"),
        (lambda: flags.predictive_mean(1, 1, 0, 0), "impossible"),
        (lambda: funnel.binomial(0.5, 0), "no_answers"),
        (lambda: funnel.binomial(1.0, 5), "impossible"),
        (lambda: funnel.poisson_ratio(0), "no_events"),
        (lambda: overdispersion.scores("log_ratio", [0, 3], [2, 2]), "no_events"),
        (lambda: overdispersion.scores("share", [3], [2]), "impossible"),
        (lambda: overdispersion.scores("share", [], []), "no_answers"),
        (lambda: overdispersion.tau2(2.0, np.array([1.0])), "too_few"),
    ],
)
def test_what_cannot_be_told_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert isinstance(found, Gate)
    assert found.code == code


def test_an_interpolated_line_by_hand() -> None:
    # n = 4, p = 0.8: P(R ≤ 1) = 0.0272 is the first above 0.025; (0.0272 − 0.025)/0.0256 = 0.0859.
    line = funnel.binomial(0.8, 4, 0.05)
    assert not isinstance(line, Gate)
    assert (line.r_low, line.low) == (1, pytest.approx((1 - 0.0859375) / 4))


def test_lines_of_ratio_mean_and_share() -> None:
    ratio = funnel.poisson_ratio(20.0)
    assert ratio == pytest.approx((stats.chi2.ppf(0.025, 40) / 40, stats.chi2.ppf(0.975, 42) / 40))
    assert funnel.mean(50, 10, 4) == pytest.approx((50 - 3.182446 * 5, 50 + 3.182446 * 5), abs=1e-4)
    assert funnel.fingertips_share(0.8, 2) == (pytest.approx(0.8 - 1.959964 * (0.16 / 2) ** 0.5), 1.0)
    assert [funnel.fingertips_label(v, 0.5, 100) for v in (0.3, 0.38, 0.5, 0.62, 0.7)] == [
        "Low (0.001)",
        "Low (0.025)",
        "Not significant",
        "High (0.025)",
        "High (0.001)",
    ]


def test_over_dispersion_by_hand() -> None:
    # Four units, √(O/E) − 1 over 1/(2√E): z = 2√E(√(O/E) − 1).
    scored = overdispersion.scores("root_ratio", [25, 16, 9, 16], [16, 16, 16, 16])
    assert not isinstance(scored, Gate)
    assert scored.z == pytest.approx([2, 0, -2, 0])
    phi = overdispersion.phi(scored.z)
    assert phi == pytest.approx(2)
    # (4·2 − 3)/(Σw − Σw²/Σw) with w = 64 each: 5/192.
    assert overdispersion.tau2(2.0, scored.error) == pytest.approx(5 / 192)
    low, high = overdispersion.lines("root_ratio", 1.0, scored.error, 5 / 192, 2.0)
    assert high - low == pytest.approx(4 * (1 / 64 + 5 / 192) ** 0.5)
    assert overdispersion.tau2(0.5, scored.error) == 0
    assert overdispersion.winsorised(np.arange(11.0)) == pytest.approx([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9])
    # Of twenty the two lowest and the two highest lie in the outer tenths of the ranks.
    assert overdispersion.truncated(np.arange(20.0)).nonzero()[0].tolist() == list(range(2, 18))


@pytest.mark.parametrize(
    ("p", "n", "end"), [(0.6, 25, 0), (0.75, 11, 1), (0.9, 29, 2), (0.5, 4, 2), (0.02, 10, 0)]
)
def test_what_chance_puts_outside_a_line_is_summed_count_by_count(p: float, n: int, end: int) -> None:
    line = funnel.binomial(p, n)
    assert not isinstance(line, Gate)
    found = 0.0
    for x in range(n + 1):
        shown = end / 2 if x <= end < n - end else n - end / 2 if x >= n - end > end else x
        if not line.low_clipped <= shown / n <= line.high_clipped:
            found += comb(n, x) * p**x * (1 - p) ** (n - x)
    assert funnel.outside(p, n, line, end) == pytest.approx(found, abs=1e-12)


def test_at_few_answers_far_more_than_five_in_a_hundred_are_drawn_outside() -> None:
    line = funnel.binomial(0.75, 11)
    assert not isinstance(line, Gate)
    assert funnel.outside(0.75, 11, line, end=1) == pytest.approx(0.205, abs=0.001)
