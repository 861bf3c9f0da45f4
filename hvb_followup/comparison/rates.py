"""Counts of events over an exposure: care days, or the number expected.

Assumes events that come independently; where one young person can cause many, count persons instead.
"""

from __future__ import annotations

from math import inf, nan, sqrt

import scipy
from scipy import special

from hvb_followup.comparison.intervals import Interval, clopper_pearson, z_value
from hvb_followup.gates import IMPOSSIBLE, NO_ANSWERS, NO_EVENTS, Gate, numbers_gate

SWITCH = 10  # events from which Byar is near enough to exact (the rule of Fingertips)


def exact(count: float, level: float = 0.95) -> Interval:
    """Exact Poisson limits for a count of events (Garwood 1936)."""
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(special.gammaincinv(count, tail))
    return low, float(special.gammaincinv(count + 1, 1 - tail))


def byar(count: float, level: float = 0.95) -> Interval:
    """Byar's approximation (Breslow & Day 1987). The lower end is NaN at 0 events, and may fall below 0
    for very few at a high level: from ten events on it is neither."""
    z, above = z_value(level), count + 1
    low = nan if count == 0 else count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3
    return low, above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3


def count_interval(count: float, level: float = 0.95) -> Interval:
    """Limits of a count of events: exact below ten, Byar's from ten."""
    return exact(count, level) if count < SWITCH else byar(count, level)


def rate(count: float, exposure: float, level: float = 0.95) -> tuple[float, float, float] | Gate:
    """Events per unit of exposure with its interval; O/E where the exposure is the expected count."""
    if closed := _gate(count, exposure):
        return closed
    low, high = count_interval(count, level)
    return count / exposure, low / exposure, high / exposure


def rate_ratio(
    count1: int, exposure1: float, count2: int, exposure2: float, level: float = 0.95
) -> tuple[float, float, float] | Gate:
    """The ratio of two rates with its exact interval: given the sum, count1 is binomial (Przyborowski 1940).

    The ratio is infinite where only the second count is 0.
    """
    if closed := _gate(count1, exposure1) or _gate(count2, exposure2):
        return closed
    if count1 + count2 == 0:
        return NO_EVENTS
    low, high = clopper_pearson(count1, count1 + count2, level)
    scale = exposure2 / exposure1
    ratio = inf if count2 == 0 else count1 / count2 * scale
    return ratio, low / (1 - low) * scale, inf if high == 1 else high / (1 - high) * scale


def rate_difference(
    count1: int, exposure1: float, count2: int, exposure2: float, level: float = 0.95
) -> tuple[float, float, float] | Gate:
    """The difference of two rates by the square-and-add of their own limits (Zou & Donner 2008)."""
    if closed := _gate(count1, exposure1) or _gate(count2, exposure2):
        return closed
    rate1, rate2 = count1 / exposure1, count2 / exposure2
    low1, high1 = (end / exposure1 for end in count_interval(count1, level))
    low2, high2 = (end / exposure2 for end in count_interval(count2, level))
    difference = rate1 - rate2
    low = difference - sqrt((rate1 - low1) ** 2 + (high2 - rate2) ** 2)
    return difference, low, difference + sqrt((high1 - rate1) ** 2 + (rate2 - low2) ** 2)


def equal_rates(count1: int, exposure1: float, count2: int, exposure2: float) -> float | Gate:
    """Exact two-sided p of two equal rates."""
    if closed := _gate(count1, exposure1) or _gate(count2, exposure2):
        return closed
    if count1 + count2 == 0:
        return NO_EVENTS
    if count1 % 1 or count2 % 1:
        return IMPOSSIBLE
    return float(
        scipy.stats.binomtest(int(count1), int(count1 + count2), exposure1 / (exposure1 + exposure2)).pvalue
    )


def _gate(count: float, exposure: float) -> Gate | None:
    if closed := numbers_gate(count, exposure):
        return closed
    if count < 0 or exposure < 0:
        return IMPOSSIBLE
    return NO_ANSWERS if exposure == 0 else None
