"""Intervals for a share, also where the count itself is only known to lie between two numbers.

Counts may be fractional only where said; shares are 0–1, levels two-sided. Every function raises
ValueError when n is not positive or x lies outside 0 … n: callers ask ``gates.counts_gate`` first.
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from statistics import NormalDist

import scipy
from scipy import special

Interval = tuple[float, float]


@lru_cache(maxsize=16)
def z_value(level: float) -> float:
    """The two-sided normal quantile: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def _refuse(x: float, n: float) -> None:
    # A NaN compares false with everything and is caught by the same sentence.
    if not (n > 0 and 0 <= x <= n):
        raise ValueError("an interval needs a count within 0 … n, and n above 0")


def wilson(x: float, n: float, level: float = 0.95) -> Interval:
    """Wilson's score interval for x of n, without continuity correction, within 0–1 (Wilson 1927).

    The default for one share; x may be fractional. Mean coverage about 0.95 for n ≥ 5, least about 0.84.
    """
    _refuse(x, n)
    z = z_value(level)
    share, spread = x / n, z * z / n
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n))
    # At the ends the formula is exactly 0 or 1; floating point is not.
    low = 0.0 if x == 0 else max(0.0, (middle - half) / (1 + spread))
    high = 1.0 if x == n else min(1.0, (middle + half) / (1 + spread))
    return low, high


def wilson_corrected(x: float, n: float, level: float = 0.95) -> Interval:
    """Wilson's interval with continuity correction (Newcombe 1998, method 4): wider, never below the level."""
    _refuse(x, n)
    z, share = z_value(level), x / n
    below = z * z - 1 / n + 4 * n * share * (1 - share)
    low = (2 * n * share + z * z - 1 - z * sqrt(below + 4 * share - 2)) / (2 * (n + z * z)) if x > 0 else 0.0
    high = (2 * n * share + z * z + 1 + z * sqrt(below - 4 * share + 2)) / (2 * (n + z * z)) if x < n else 1.0
    return max(0.0, low), min(1.0, high)


@lru_cache(maxsize=32_768)
def wilson_coarse(x_lo: int, x_hi: int, n: int, level: float = 0.95) -> Interval:
    """The interval that holds Wilson's for every count the coarse datum allows (DESIGN §4.5).

    Both ends grow with x, so the lowest count gives the lower end and the highest the upper.
    """
    if x_lo > x_hi:
        raise ValueError("a coarse count needs its lower end first")
    return wilson(x_lo, n, level)[0], wilson(x_hi, n, level)[1]


def clopper_pearson(x: float, n: float, level: float = 0.95) -> Interval:
    """The exact interval (Clopper & Pearson 1934): coverage never below the level, often far above it."""
    _refuse(x, n)
    tail = (1 - level) / 2
    low = 0.0 if x == 0 else float(special.betaincinv(x, n - x + 1, tail))
    high = 1.0 if x == n else float(special.betaincinv(x + 1, n - x, 1 - tail))
    return low, high


def jeffreys(x: float, n: float, level: float = 0.95, *, modified: bool = True) -> Interval:
    """Quantiles of Beta(x + ½, n − x + ½) (Brown, Cai & DasGupta 2001).

    ``modified``: the lower end is 0 at x = 0 and the upper 1 at x = n, without which coverage breaks there.
    """
    _refuse(x, n)
    tail = (1 - level) / 2
    low = float(special.betaincinv(x + 0.5, n - x + 0.5, tail))
    high = float(special.betaincinv(x + 0.5, n - x + 0.5, 1 - tail))
    if modified:
        return (0.0 if x == 0 else low), (1.0 if x == n else high)
    return low, high


def mid_p(x: int, n: int, level: float = 0.95) -> Interval:
    """The shares whose mid-p tails hold the count: Clopper–Pearson without its excess (Berry & Armitage 1995)."""
    _refuse(x, n)
    tail = (1 - level) / 2

    def upper_tail(share: float) -> float:
        at = float(special.bdtr(x, n, share) - (special.bdtr(x - 1, n, share) if x > 0 else 0.0))
        return float(special.bdtrc(x - 1, n, share) if x > 0 else 1.0) - at / 2 - tail

    def lower_tail(share: float) -> float:
        below = float(special.bdtr(x - 1, n, share)) if x > 0 else 0.0
        return below + (float(special.bdtr(x, n, share)) - below) / 2 - tail

    low = 0.0 if x == 0 else float(scipy.optimize.brentq(upper_tail, 1e-12, 1 - 1e-12, xtol=1e-14))
    high = 1.0 if x == n else float(scipy.optimize.brentq(lower_tail, 1e-12, 1 - 1e-12, xtol=1e-14))
    return low, high


def agresti_coull(x: float, n: float, level: float = 0.95) -> Interval:
    """The plain interval after adding z²/2 to both outcomes (Agresti & Coull 1998), clipped to 0–1."""
    _refuse(x, n)
    z = z_value(level)
    total = n + z * z
    share = (x + z * z / 2) / total
    half = z * sqrt(share * (1 - share) / total)
    return max(0.0, share - half), min(1.0, share + half)
