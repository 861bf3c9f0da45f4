"""Intervals and tests of one and two shares and rates, beside other ways of working out the same number."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats

from hvb_followup.comparison import differences, intervals, rates
from tests.told import told

Z = 1.959963984540054

# Newcombe 1998, table I: x, n, and the ends by Wilson with correction (method 4).
CORRECTED = [
    (81, 263, 0.2535, 0.3682),
    (15, 148, 0.0598, 0.1644),
    (0, 20, 0.0, 0.2005),
    (1, 29, 0.0018, 0.1963),
]


@pytest.mark.parametrize(("x", "n", "low", "high"), CORRECTED)
def test_wilson_with_correction_gives_the_published_ends(x: int, n: int, low: float, high: float) -> None:
    assert intervals.wilson_corrected(x, n) == pytest.approx((low, high), abs=5e-5)
    assert intervals.wilson_corrected(n - x, n) == pytest.approx((1 - high, 1 - low), abs=5e-5)


@pytest.mark.parametrize(("x", "n", "level"), [(3, 10, 0.95), (9, 10, 0.9), (0, 4, 0.95), (5, 5, 0.95)])
def test_agresti_and_coull_add_half_of_z_squared_to_both(x: int, n: int, level: float) -> None:
    z = float(stats.norm.ppf((1 + level) / 2))
    total, share = n + z**2, (x + z**2 / 2) / (n + z**2)
    half = z * sqrt(share * (1 - share) / total)
    assert intervals.agresti_coull(x, n, level) == pytest.approx(
        (max(0.0, share - half), min(1.0, share + half))
    )


@pytest.mark.parametrize(("x", "n", "level"), [(0, 6, 0.95), (2, 6, 0.95), (6, 6, 0.9), (2.5, 7, 0.8)])
def test_jeffreys_ends_are_quantiles_of_a_beta(x: float, n: float, level: float) -> None:
    ends = stats.beta.ppf([(1 - level) / 2, (1 + level) / 2], x + 0.5, n - x + 0.5)
    assert intervals.jeffreys(x, n, level, modified=False) == pytest.approx(tuple(ends))
    low, high = intervals.jeffreys(x, n, level)
    assert low == (0 if x == 0 else pytest.approx(ends[0]))
    assert high == (1 if x == n else pytest.approx(ends[1]))


@pytest.mark.parametrize("n", [1, 3, 20])
def test_an_exact_end_at_nothing_or_all_is_a_root(n: int) -> None:
    """Nobody of n: the highest share whose (1 − p)^n is still the tail; mid-p counts half of it."""
    for level in (0.95, 0.8):
        tail = (1 - level) / 2
        assert intervals.clopper_pearson(0, n, level) == (0, pytest.approx(1 - tail ** (1 / n)))
        assert intervals.clopper_pearson(n, n, level) == (pytest.approx(tail ** (1 / n)), 1)
        if 2 * tail < 1:
            assert intervals.mid_p(0, n, level) == (0, pytest.approx(1 - (2 * tail) ** (1 / n)))
            assert intervals.mid_p(n, n, level) == (pytest.approx((2 * tail) ** (1 / n)), 1)


@pytest.mark.parametrize(
    ("counts", "level"),
    [((5, 8, 2, 8), 0.95), ((9, 10, 3, 10), 0.9), ((1, 7, 6, 9), 0.95), ((4, 4, 0, 3), 0.8)],
)
def test_newcombes_ends_are_squared_and_added(counts: tuple[int, int, int, int], level: float) -> None:
    x1, n1, x2, n2 = counts
    one, other = (
        stats.binomtest(x, n).proportion_ci(level, method="wilson") for x, n in ((x1, n1), (x2, n2))
    )
    p1, p2 = x1 / n1, x2 / n2
    low = p1 - p2 - np.hypot(p1 - one.low, other.high - p2)
    high = p1 - p2 + np.hypot(one.high - p1, p2 - other.low)
    assert differences.newcombe(*counts, level) == pytest.approx((max(low, -1), min(high, 1)))
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    spread = p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2)
    half = float(stats.norm.ppf((1 + level) / 2)) * sqrt(spread)
    assert differences.agresti_caffo(*counts, level) == pytest.approx(
        (max(p1 - p2 - half, -1), min(p1 - p2 + half, 1))
    )


def test_an_interval_of_a_difference_ends_at_the_scales_end() -> None:
    assert told(differences.newcombe(3, 3, 0, 3))[1] == 1
    assert told(differences.newcombe(0, 3, 3, 3))[0] == -1
    assert told(differences.agresti_caffo(1, 1, 0, 1, 0.999)) == (pytest.approx(-0.9333, abs=0.5), 1)
    assert told(differences.agresti_caffo(0, 1, 1, 1, 0.999))[0] == -1
    assert told(differences.miettinen_nurminen(2, 2, 0, 2))[1] == 1
    assert told(differences.miettinen_nurminen(0, 2, 2, 2))[0] == -1
    assert told(differences.tango(3, 0, 3))[1] == 1
    assert told(differences.tango(0, 3, 3))[0] == -1


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "level"), [(9, 10, 3, 10, 0.95), (5, 40, 11, 30, 0.9)])
def test_at_a_score_end_the_statistic_is_the_quantile(
    x1: int, n1: int, x2: int, n2: int, level: float
) -> None:
    """The nearest shares that differ by the end are looked for along a fine line."""
    z = float(stats.norm.ppf((1 + level) / 2))
    for end, sign in zip(told(differences.miettinen_nurminen(x1, n1, x2, n2, level)), (1, -1), strict=True):
        p2 = np.linspace(max(0, -end) + 1e-9, min(1, 1 - end) - 1e-9, 2_000_001)
        p1 = p2 + end
        at = np.argmax(stats.binom.logpmf(x1, n1, p1) + stats.binom.logpmf(x2, n2, p2))
        spread = p1[at] * (1 - p1[at]) / n1 + p2[at] * (1 - p2[at]) / n2
        n = n1 + n2
        assert (x1 / n1 - x2 / n2 - end) / sqrt(spread * n / (n - 1)) == pytest.approx(sign * z, abs=1e-4)


@pytest.mark.parametrize("counts", [(8, 10, 3, 12), (1, 9, 2, 30), (5, 5, 4, 5)])
def test_tests_of_two_shares_are_those_of_their_table(counts: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = counts
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    plain = stats.chi2_contingency(table, correction=False)
    assert differences.chi_square(*counts) == pytest.approx(plain.pvalue)
    assert told(differences.equal_shares([x1, x2], [n1, n2])) == pytest.approx(
        (plain.statistic, 1, plain.pvalue)
    )
    # All tables with these margins that are no likelier, by the hypergeometric.
    tables = stats.hypergeom(n1 + n2, x1 + x2, n1)
    chances = tables.pmf(np.arange(n1 + 1))
    assert differences.fisher(*counts) == pytest.approx(chances[chances <= tables.pmf(x1) * (1 + 1e-9)].sum())


def test_a_trend_is_a_correlation_with_the_scores() -> None:
    """Cochran and Armitage's chi-square is the squared correlation of answer and score times all who answered."""
    x, n, scores = [2, 5, 9], [10, 12, 11], [0.0, 1.0, 4.0]
    answers = np.concatenate([[1] * a + [0] * (b - a) for a, b in zip(x, n, strict=True)])
    for given in (scores, None):
        at = np.repeat(given or [1, 2, 3], n)
        statistic = 33 * np.corrcoef(answers, at)[0, 1] ** 2
        assert told(differences.trend(x, n, given)) == pytest.approx((statistic, stats.chi2.sf(statistic, 1)))


def test_pairs_that_changed() -> None:
    assert differences.mcnemar(3, 3) == 1
    assert differences.mcnemar(0, 6) == pytest.approx(2 / 2**6)
    assert differences.mcnemar(1, 4) == differences.mcnemar(4, 1) == pytest.approx(2 * 6 / 2**5)
    up, down = told(differences.tango(9, 2, 40)), told(differences.tango(2, 9, 40))
    assert up == pytest.approx((-down[1], -down[0]), abs=1e-9)
    # Nobody changed: the ends are those where z² = n d²/(…): n d/√(n d(1 − d)) = z gives d = z²/(n + z²).
    assert told(differences.tango(0, 0, 25)) == pytest.approx((-(Z**2) / (25 + Z**2), Z**2 / (25 + Z**2)))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: differences.mcnemar(0, 0), "no_answers"),
        (lambda: differences.mcnemar(-1, 4), "no_answers"),
        (lambda: differences.mcnemar(4, -1), "no_answers"),
        (lambda: differences.tango(1, 1, 0), "no_answers"),
        (lambda: differences.equal_shares([1, 2], [0, 3]), "impossible"),
        (lambda: differences.equal_shares([0, 0], [4, 3]), "all_equal"),
        (lambda: differences.equal_shares([4, 3], [4, 3]), "all_equal"),
        (lambda: differences.chi_square(4, 4, 3, 3), "all_equal"),
        (lambda: differences.chi_square(1, 2, 0, 0), "no_answers"),
        (lambda: differences.fisher(1, 2, 3, 2), "impossible"),
        (lambda: rates.equal_rates(0, 5, 0, 5), "no_events"),
        (lambda: rates.equal_rates(1.5, 5, 2, 5), "impossible"),  # type: ignore[arg-type]
        (lambda: rates.equal_rates(1, 5, 2.5, 5), "impossible"),  # type: ignore[arg-type]
        (lambda: rates.equal_rates(1, 0, 2, 5), "no_answers"),
        (lambda: rates.rate_ratio(1, 5, 2, 0), "no_answers"),
        (lambda: rates.rate_difference(1, -1, 2, 5), "impossible"),
        (lambda: rates.rate(2, -3), "impossible"),
    ],
)
def test_two_that_cannot_be_compared_are_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    assert answer().code == code


@pytest.mark.parametrize("count", [10, 14, 30, 100])
@pytest.mark.parametrize("level", [0.95, 0.998])
def test_byar_is_near_to_the_exact_limits_from_ten_events(count: int, level: float) -> None:
    """Within a thousandth: so much is promised where the one gives way to the other."""
    tails = (1 - level) / 2, (1 + level) / 2
    exact = stats.chi2.ppf(tails[0], 2 * count) / 2, stats.chi2.ppf(tails[1], 2 * count + 2) / 2
    assert rates.exact(count, level) == pytest.approx(exact)
    assert rates.byar(count, level) == pytest.approx(exact, rel=2e-3 if level == 0.95 else 2e-2)


def test_byars_published_limits() -> None:
    """Breslow & Day 1987: ten events lie between 4.79 and 18.39."""
    assert rates.byar(10) == pytest.approx((4.79, 18.39), abs=5e-3)
    assert rates.rate(10, 4.0) == pytest.approx((2.5, *(end / 4 for end in rates.byar(10))))


def test_rates_beside_each_other_by_hand() -> None:
    ratio, low, high = told(rates.rate_ratio(6, 50, 4, 100))
    ends = stats.binomtest(6, 10).proportion_ci(0.95, method="exact")
    assert (ratio, low, high) == pytest.approx(
        (3, 2 * ends.low / (1 - ends.low), 2 * ends.high / (1 - ends.high))
    )
    assert told(rates.rate_ratio(3, 50, 0, 100))[::2] == (inf, inf)
    assert told(rates.rate_ratio(0, 50, 3, 100))[:2] == (0, 0)
    found, low, high = told(rates.rate_difference(6, 50, 4, 100))
    low1, high1 = (end / 50 for end in rates.exact(6))
    low2, high2 = (end / 100 for end in rates.exact(4))
    assert found == pytest.approx(0.08)
    assert low == pytest.approx(0.08 - np.hypot(0.12 - low1, high2 - 0.04))
    assert high == pytest.approx(0.08 + np.hypot(high1 - 0.12, 0.04 - low2))
    # Given ten in all, a third of the exposure is the first's.
    assert rates.equal_rates(6, 50, 4, 100) == pytest.approx(stats.binomtest(6, 10, 1 / 3).pvalue)
