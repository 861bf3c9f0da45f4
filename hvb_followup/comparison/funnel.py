"""Funnel lines: where a unit of a given size would lie by chance, had it the group's level.

Lines are drawn, never decided by: at small n an all-positive unit lies outside a drawn line far too
often (R3 §0.2). Flags come from ``flags``.
"""

from __future__ import annotations

from math import isinf, sqrt

import msgspec
import numpy as np
import scipy
from scipy import special

from hvb_followup.comparison.intervals import Interval, z_value
from hvb_followup.gates import IMPOSSIBLE, NO_ANSWERS, Gate, numbers_gate, six_figures

NO_EVENTS_EXPECTED = Gate(code="no_events", reason="Nothing was expected: a ratio has no limits.")


class BinomialLine(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a share at one n: raw, clipped to 0–1, and the counts they were drawn between."""

    low: float
    high: float
    low_clipped: float
    high_clipped: float
    r_low: int
    r_high: int
    draws_low: bool
    draws_high: bool


def binomial(target: float, n: int, alpha: float = 0.05) -> BinomialLine | Gate:
    """Exact binomial limits with interpolation around a target share (Spiegelhalter 2005, appendix A.1.1).

    ``draws_low`` and ``draws_high`` say whether a count beyond the line can occur: where none can, no line.
    """
    if closed := numbers_gate(target, n, alpha):
        return closed
    if n <= 0:
        return NO_ANSWERS
    if n % 1:
        return IMPOSSIBLE
    if not 0 < target < 1 or not 0 < alpha < 1:
        return IMPOSSIBLE
    r_low, low = _interpolated(target, n, alpha / 2)
    r_high, high = _interpolated(target, n, 1 - alpha / 2)
    return BinomialLine(
        low=low,
        high=high,
        low_clipped=min(max(low, 0.0), 1.0),
        high_clipped=min(max(high, 0.0), 1.0),
        r_low=r_low,
        r_high=r_high,
        draws_low=six_figures(float(scipy.stats.binom.pmf(0, n, target)) / 2) < alpha / 2,
        draws_high=six_figures(float(scipy.stats.binom.pmf(n, n, target)) / 2) < alpha / 2,
    )


def outside(target: float, n: int, line: BinomialLine, end: int = 0) -> float:
    """The share of places of n at the target's level that chance alone puts outside a line, each drawn as it is shown.

    ``end``: counts so near 0 or n are shown as one class, drawn at its middle (0 and 1 at a half where it is 1). Shares step by
    1/n, so that it is seldom what the line is named after.
    """
    counts = np.arange(n + 1)
    drawn = counts.astype(np.float64)
    if n > 2 * end:
        drawn[: end + 1], drawn[n - end :] = end / 2, n - end / 2
    beyond = (drawn / n < line.low_clipped) | (drawn / n > line.high_clipped)
    return float(scipy.stats.binom.pmf(counts, n, target)[beyond].sum())


def _interpolated(target: float, n: int, p: float) -> tuple[int, float]:
    """The smallest count whose tail passes p, and the interpolated limit as a share."""
    # scipy's quantile is the smallest count with P(R ≤ r) ≥ p; the formula wants strictly more.
    r = int(scipy.stats.binom.ppf(p, n, target))
    if scipy.stats.binom.cdf(r, n, target) <= p:
        r += 1
    part = (scipy.stats.binom.cdf(r, n, target) - p) / scipy.stats.binom.pmf(r, n, target)
    return r, float((r - part) / n)


def normal(target: float, n: float, alpha: float = 0.05) -> Interval | Gate:
    """The normal limits of a share, unclipped: p ± z √(p(1 − p)/n)."""
    if closed := numbers_gate(target, n, alpha):
        return closed
    if n <= 0:
        return NO_ANSWERS
    half = z_value(1 - alpha) * sqrt(target * (1 - target) / n)
    return target - half, target + half


def poisson_ratio(expected: float, alpha: float = 0.05, target: float = 1.0) -> Interval | Gate:
    """Limits of a standardised ratio at an expected count: χ² quantiles over E, as FunnelPlotR draws them."""
    if closed := numbers_gate(expected, alpha, target):
        return closed
    if not expected > 0:
        return NO_EVENTS_EXPECTED
    low = float(special.gammaincinv(expected, alpha / 2))
    high = float(special.gammaincinv(expected + 1, 1 - alpha / 2))
    return target * low / expected, target * high / expected


def mean(target: float, sd: float, n: int, alpha: float = 0.05) -> Interval | Gate:
    """Limits of a mean score at n persons: target ± t · sd/√n, sd pooled within units."""
    if closed := numbers_gate(target, sd, n, alpha):
        return closed
    if n < 2:
        return NO_ANSWERS
    half = float(scipy.stats.t.ppf(1 - alpha / 2, n - 1)) * sd / sqrt(n)
    return target - half, target + half


def fingertips_share(average: float, population: float, alpha: float = 0.05) -> Interval | Gate:
    """The shares whose Wilson interval just touches the average, within 0–1.

    Fingertips calls them Wilson limits; they are p ± z √(p(1 − p)/n) and nothing else.
    """
    lines = normal(average, population, alpha)
    return lines if isinstance(lines, Gate) else (max(0.0, lines[0]), min(1.0, lines[1]))


def fingertips_label(value: float, average: float, population: float) -> str:
    """Where a share lies: "Low (0.001)", "Low (0.025)", "Not significant", "High (0.025)", "High (0.001)".

    A label for tables that must agree with Fingertips; our own flags are exact (``flags``).
    """
    for alpha, name in ((0.002, "0.001"), (0.05, "0.025")):
        lines = normal(average, population, alpha)
        if isinstance(lines, Gate) or isinf(lines[0]):
            return "Not significant"
        if value < lines[0]:
            return f"Low ({name})"
        if value > lines[1]:
            return f"High ({name})"
    return "Not significant"
