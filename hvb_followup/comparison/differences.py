"""Two units' shares: intervals for their difference and tests of equality.

Counts x1 of n1 and x2 of n2 from different persons; paired answers need ``tango`` and ``mcnemar``.
Differences are −1 … 1. A unit without answers gives a gate.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

import numpy as np
import scipy
from scipy import special

from hvb_followup.comparison.intervals import Interval, wilson, z_value
from hvb_followup.gates import ALL_EQUAL, NO_ANSWERS, ONE_UNIT, Gate, counts_gate, floats


def _gate(x1: float, n1: float, x2: float, n2: float) -> Gate | None:
    closed = counts_gate(floats([x1, x2]), floats([n1, n2]))
    return closed or (NO_ANSWERS if min(n1, n2) == 0 else None)


def newcombe(x1: float, n1: float, x2: float, n2: float, level: float = 0.95) -> Interval | Gate:
    """Newcombe's hybrid score interval for p1 − p2 (1998, method 10): our default for two shares."""
    if closed := _gate(x1, n1, x2, n2):
        return closed
    p1, p2 = x1 / n1, x2 / n2
    (low1, high1), (low2, high2) = wilson(x1, n1, level), wilson(x2, n2, level)
    difference = p1 - p2
    low = difference - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    return max(-1.0, low), min(1.0, difference + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2))


def agresti_caffo(x1: float, n1: float, x2: float, n2: float, level: float = 0.95) -> Interval | Gate:
    """The plain interval after one answer of each kind is added to both units (Agresti & Caffo 2000)."""
    if closed := _gate(x1, n1, x2, n2):
        return closed
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    half = z_value(level) * sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2))
    return max(-1.0, p1 - p2 - half), min(1.0, p1 - p2 + half)


def miettinen_nurminen(x1: float, n1: float, x2: float, n2: float, level: float = 0.95) -> Interval | Gate:
    """Score interval for p1 − p2 with the bias factor N/(N − 1) (Miettinen & Nurminen 1985)."""
    if closed := _gate(x1, n1, x2, n2):
        return closed
    limit, found = z_value(level), (x1 / n1 - x2 / n2)

    def z_at(difference: float) -> float:
        # The shares nearest to those seen that differ by exactly ``difference``.
        low, high = max(0.0, -difference), min(1.0, 1 - difference)
        best = scipy.optimize.minimize_scalar(
            lambda p2: -_log_likelihood(x1, n1, p2 + difference) - _log_likelihood(x2, n2, p2),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-12},
        )
        p2 = float(best.x)
        p1 = p2 + difference
        variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * (n1 + n2) / (n1 + n2 - 1)
        return (found - difference) / sqrt(max(variance, 1e-300))

    low = _root(lambda d: z_at(d) - limit, -1.0, found)
    high = _root(lambda d: z_at(d) + limit, found, 1.0)
    return low, high


def _log_likelihood(x: float, n: float, share: float) -> float:
    share = min(max(share, 1e-15), 1 - 1e-15)
    return float(special.xlogy(x, share) + special.xlog1py(n - x, -share))


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    low, high = max(low, -1 + 1e-10), min(high, 1 - 1e-10)
    ends = function(low), function(high)
    if ends[0] * ends[1] > 0:
        return round(low) if abs(ends[0]) < abs(ends[1]) else round(high)
    return float(scipy.optimize.brentq(function, low, high, xtol=1e-12))


def fisher(x1: int, n1: int, x2: int, n2: int) -> float | Gate:
    """Fisher's exact two-sided p: all tables no likelier than the one seen."""
    if closed := _gate(x1, n1, x2, n2):
        return closed
    return float(scipy.stats.fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue)


def chi_square(x1: float, n1: float, x2: float, n2: float) -> float | Gate:
    """Pearson's p of equal shares, uncorrected; not defined when all answers are alike."""
    if closed := _gate(x1, n1, x2, n2):
        return closed
    pooled = (x1 + x2) / (n1 + n2)
    if pooled in (0, 1):
        return ALL_EQUAL
    z = (x1 / n1 - x2 / n2) / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return float(scipy.stats.chi2.sf(z * z, 1))


def mcnemar(gained: int, lost: int) -> float | Gate:
    """Exact two-sided p of as many gained as lost, from the pairs that changed (McNemar 1947)."""
    if gained < 0 or lost < 0 or gained + lost == 0:
        return NO_ANSWERS
    return min(1.0, 2 * float(special.bdtr(min(gained, lost), gained + lost, 0.5)))


def tango(gained: int, lost: int, n: int, level: float = 0.95) -> Interval | Gate:
    """Score interval for the change of a paired share, (gained − lost)/n (Tango 1998)."""
    if n <= 0:
        return NO_ANSWERS
    limit = z_value(level)

    def score(delta: float) -> float:
        a, b = 2 * n, -gained - lost + (2 * n - gained + lost) * delta
        c = -lost * delta * (1 - delta)
        q = (sqrt(max(b * b - 4 * a * c, 0)) - b) / (2 * a)
        variance = n * (2 * q + delta * (1 - delta))
        return float((gained - lost - n * delta) / sqrt(max(variance, 1e-300)))

    found = (gained - lost) / n
    return _root(lambda d: score(d) - limit, -1.0, found), _root(lambda d: score(d) + limit, found, 1.0)


def equal_shares(x: list[float], n: list[float]) -> tuple[float, int, float] | Gate:
    """Pearson's test of k equal shares: chi-square, degrees of freedom, p."""
    counts, totals = floats(x), floats(n)
    # A group that nobody is in has no share: it is left out only by whoever asks.
    if closed := counts_gate(counts, totals, units=max(2, len(counts))):
        return NO_ANSWERS if closed == ONE_UNIT and len(counts) > 1 else closed
    pooled = counts.sum() / totals.sum()
    if pooled in (0, 1):
        return ALL_EQUAL
    statistic = float((((counts - totals * pooled) ** 2) / (totals * pooled * (1 - pooled))).sum())
    freedom = len(counts) - 1
    return statistic, freedom, float(scipy.stats.chi2.sf(statistic, freedom))


def trend(x: list[float], n: list[float], scores: list[float] | None = None) -> tuple[float, float] | Gate:
    """Cochran–Armitage trend in shares over non-overlapping periods: chi-square on 1 df, p.

    Never for rolling windows, whose shares share answers (DESIGN §5).
    """
    counts, totals = floats(x), floats(n)
    if closed := counts_gate(counts, totals, units=2):
        return closed
    at = floats(scores if scores is not None else np.arange(1, len(counts) + 1))
    pooled = counts.sum() / totals.sum()
    middle = (at * totals).sum() / totals.sum()
    spread = pooled * (1 - pooled) * (totals * (at - middle) ** 2).sum()
    if spread == 0:
        return ALL_EQUAL
    statistic = float(((at - middle) * counts).sum() ** 2 / spread)
    return statistic, float(scipy.stats.chi2.sf(statistic, 1))
