"""Intervals for a share, also where the count itself is only known to lie between two numbers."""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from statistics import NormalDist


@lru_cache(maxsize=16)
def z_value(level: float) -> float:
    """The two-sided normal quantile: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(x: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval for x of n, without continuity correction, within 0–1 (Wilson 1927).

    Shares 0–1; raises ValueError when n is not positive or x lies outside 0 … n.
    """
    if n <= 0 or not 0 <= x <= n:
        raise ValueError("an interval needs a count within 0 … n, and n above 0")
    z = z_value(level)
    share, spread = x / n, z * z / n
    middle = share + spread / 2
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n))
    # At the ends the formula is exactly 0 or 1; floating point is not.
    low = 0.0 if x == 0 else max(0.0, (middle - half) / (1 + spread))
    high = 1.0 if x == n else min(1.0, (middle + half) / (1 + spread))
    return low, high


def wilson_coarse(x_lo: int, x_hi: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The interval that holds Wilson's for every count the coarse datum allows (DESIGN §4.5).

    Both ends grow with x, so the lowest count gives the lower end and the highest the upper.
    """
    if x_lo > x_hi:
        raise ValueError("a coarse count needs its lower end first")
    return wilson(x_lo, n, level)[0], wilson(x_hi, n, level)[1]
