"""Intervals for shares, differences, means and rates against their own definitions and published examples."""

from __future__ import annotations

from math import comb, exp, factorial, isinf, isnan

import numpy as np
import pytest

from hvb_followup.comparison import differences, intervals, means, rates
from hvb_followup.gates import Gate, is_open


def tail(x: int, n: int, p: float) -> float:
    """P(X ≥ x), term by term."""
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(x, n + 1))


@pytest.mark.parametrize(("x", "n", "level"), [(1, 4, 0.95), (3, 7, 0.95), (7, 10, 0.998), (9, 10, 0.95)])
def test_clopper_pearson_ends_where_a_tail_holds_half_of_what_is_left(x: int, n: int, level: float) -> None:
    low, high = intervals.clopper_pearson(x, n, level)
    assert tail(x, n, low) == pytest.approx((1 - level) / 2)
    assert 1 - tail(x + 1, n, high) == pytest.approx((1 - level) / 2)


@pytest.mark.parametrize(("x", "n"), [(1, 4), (3, 7), (7, 10), (24, 25)])
def test_mid_p_counts_half_of_the_count_itself(x: int, n: int) -> None:
    low, high = intervals.mid_p(x, n)
    half = comb(n, x) * low**x * (1 - low) ** (n - x) / 2
    assert tail(x, n, low) - half == pytest.approx(0.025)
    half = comb(n, x) * high**x * (1 - high) ** (n - x) / 2
    assert 1 - tail(x + 1, n, high) - half == pytest.approx(0.025)


METHODS = (
    intervals.wilson,
    intervals.wilson_corrected,
    intervals.clopper_pearson,
    intervals.jeffreys,
    intervals.mid_p,
    intervals.agresti_coull,
)


@pytest.mark.parametrize("method", METHODS)
def test_every_interval_lies_within_the_scale_and_holds_the_share_and_is_its_own_mirror(method) -> None:  # type: ignore[no-untyped-def]
    for n in (1, 2, 5, 12):
        for x in range(n + 1):
            low, high = method(x, n)
            assert 0 <= low <= x / n <= high <= 1
            mirrored = method(n - x, n)
            assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("x", "n"), [(0, 0), (-1, 5), (6, 5), (float("nan"), 5)])
def test_no_interval_of_an_impossible_count(method, x: float, n: float) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="within"):
        method(x, n)


@pytest.mark.parametrize(
    ("method", "mean_least", "least"), [(intervals.wilson, 0.945, 0.83), (intervals.jeffreys, 0.945, 0.86)]
)
def test_coverage_by_enumeration(method, mean_least: float, least: float) -> None:  # type: ignore[no-untyped-def]
    """Property P3: shares 0.30 … 0.98, n 5 … 40."""
    covered = []
    for n in (5, 8, 10, 15, 25, 40):
        ends = [method(x, n) for x in range(n + 1)]
        for p in np.arange(0.30, 0.985, 0.01):
            chances = [comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)]
            covered.append(sum(c for c, (low, high) in zip(chances, ends, strict=True) if low <= p <= high))
    assert np.mean(covered) >= mean_least
    assert min(covered) >= least


def test_newcombes_own_example() -> None:
    """56/70 and 48/80: 0.0524 to 0.3339 (Newcombe 1998, table II)."""
    assert differences.newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_agresti_and_caffos_interval_by_hand() -> None:
    # (5, 8) and (2, 8) after one answer of each kind: 6/10 and 3/10.
    half = 1.959964 * (0.6 * 0.4 / 10 + 0.3 * 0.7 / 10) ** 0.5
    assert differences.agresti_caffo(5, 8, 2, 8) == pytest.approx((0.3 - half, 0.3 + half), abs=1e-6)


def test_the_score_interval_of_a_difference_holds_its_ends_and_mirrors() -> None:
    """At each end the score statistic equals the quantile; 56/70 and 48/80 gives 0.0528 to 0.3382."""
    assert differences.miettinen_nurminen(56, 70, 48, 80) == pytest.approx((0.0528, 0.3382), abs=2e-3)
    one, other = differences.miettinen_nurminen(9, 10, 3, 10), differences.miettinen_nurminen(3, 10, 9, 10)
    assert not isinstance(one, Gate)
    assert not isinstance(other, Gate)
    assert one == pytest.approx((-other[1], -other[0]), abs=1e-6)


def test_paired_answers() -> None:
    assert differences.mcnemar(8, 2) == pytest.approx(2 * sum(comb(10, k) for k in range(3)) / 2**10)
    ends = differences.tango(12, 2, 50)
    assert not isinstance(ends, Gate)
    for end in ends:
        # The likeliest share of losers when the change is held at the end, found by looking everywhere.
        q = np.linspace(max(0, -end) + 1e-9, (1 - end) / 2 - 1e-9, 400_001)
        lost = q[np.argmax(12 * np.log(q + end) + 2 * np.log(q) + 36 * np.log(1 - 2 * q - end))]
        score = (10 - 50 * end) / (50 * (2 * lost + end * (1 - end))) ** 0.5
        assert abs(score) == pytest.approx(1.959964, abs=1e-3)


def test_trend_and_equal_shares_see_what_is_there() -> None:
    """Fleiss 1981: smokers among four groups of patients: 12.6 on 3 degrees, trend 8.22."""
    found = differences.equal_shares([83, 90, 129, 70], [86, 93, 136, 82])
    assert found == pytest.approx((12.6004, 3, 0.0055855), abs=1e-4)
    assert differences.trend([83, 90, 129, 70], [86, 93, 136, 82]) == pytest.approx(
        (8.2249, 0.0041319), abs=1e-4
    )


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: differences.newcombe(0, 0, 1, 2), "no_answers"),
        (lambda: differences.newcombe(3, 2, 1, 2), "impossible"),
        (lambda: differences.newcombe(float("nan"), 2, 1, 2), "not_a_number"),
        (lambda: differences.chi_square(0, 5, 0, 5), "all_equal"),
        (lambda: differences.equal_shares([], []), "no_units"),
        (lambda: differences.equal_shares([1], [2]), "one_unit"),
        (lambda: differences.trend([2, 2], [2, 2]), "all_equal"),
        (lambda: means.t_interval([1.0]), "too_few"),
        (lambda: means.t_interval([]), "no_answers"),
        (lambda: means.t_interval([1.0, float("nan")]), "not_a_number"),
        (lambda: means.bootstrap([2.0, 2.0, 2.0]), "all_equal"),
        (lambda: means.clears([100.0] * 4 + [50.0, 40.0, 30.0, 20.0], 0, 100), "ceiling"),
        (lambda: rates.rate(3, 0), "no_answers"),
        (lambda: rates.rate(-1, 2), "impossible"),
        (lambda: rates.rate(float("nan"), 2), "not_a_number"),
        (lambda: rates.rate_ratio(0, 10, 0, 10), "no_events"),
    ],
)
def test_what_cannot_be_told_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert isinstance(found, Gate)
    assert found.code == code


def test_t_by_hand() -> None:
    found = means.t_interval([2.0, 4.0, 6.0, 8.0])
    assert not isinstance(found, Gate)
    half = 3.182446 * (20 / 3) ** 0.5 / 2
    assert (found.mean, found.low, found.high) == pytest.approx((5, 5 - half, 5 + half), abs=1e-5)
    assert means.clears([10.0, 20, 30, 40, 50, 60, 70, 80], 0, 100) is None


def test_the_bootstrap_is_the_same_every_time_and_leans_with_the_data() -> None:
    values = [1.0, 1.2, 1.5, 2.0, 2.4, 9.0]
    one, other = means.bootstrap(values), means.bootstrap(values)
    assert one == other
    assert is_open(one)
    assert not isinstance(one, Gate)
    (low, high), (bca_low, bca_high) = one
    assert bca_low > low
    assert bca_high > high


def test_exact_poisson_limits_hold_their_tails() -> None:
    for count in (0, 1, 3, 9):
        low, high = rates.exact(count)
        at_most = sum(exp(-high) * high**k / factorial(k) for k in range(count + 1))
        assert at_most == pytest.approx(0.025)
        if count:
            below = sum(exp(-low) * low**k / factorial(k) for k in range(count))
            assert 1 - below == pytest.approx(0.025)


def test_byar_takes_over_at_ten_events() -> None:
    assert rates.count_interval(9) == rates.exact(9)
    assert rates.count_interval(10) == rates.byar(10) != rates.exact(10)
    assert isnan(rates.byar(0)[0])


def test_two_rates() -> None:
    ratio = rates.rate_ratio(10, 100, 5, 100)
    assert not isinstance(ratio, Gate)
    low, high = intervals.clopper_pearson(10, 15)
    assert ratio == pytest.approx((2, low / (1 - low), high / (1 - high)))
    none = rates.rate_ratio(3, 100, 0, 100)
    assert not isinstance(none, Gate)
    assert isinf(none[0])
    difference = rates.rate_difference(12, 100, 12, 100)
    assert not isinstance(difference, Gate)
    assert difference[0] == 0
    assert difference[1] == pytest.approx(-difference[2])
    assert rates.equal_rates(5, 100, 5, 100) == pytest.approx(1)
