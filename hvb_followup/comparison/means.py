"""Intervals for a unit's mean score over persons."""

from __future__ import annotations

from math import sqrt

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike

from hvb_followup.comparison.intervals import Interval
from hvb_followup.gates import ALL_EQUAL, TOO_FEW, Floats, Gate, floats, values_gate


class Mean(msgspec.Struct, frozen=True, kw_only=True):
    """A mean of n persons' scores, its standard deviation and its interval, in the score's own unit."""

    n: int
    mean: float
    sd: float
    low: float
    high: float


def t_interval(values: ArrayLike, level: float = 0.95) -> Mean | Gate:
    """Student's t interval; assumes persons drawn alike and no pile at the floor or ceiling (``clears``)."""
    scores = floats(values)
    if closed := values_gate(scores, least=2):
        return closed
    n, sd = len(scores), float(scores.std(ddof=1))
    return t_from_summary(n, float(scores.mean()), sd, level)


def t_from_summary(n: int, mean: float, sd: float, level: float = 0.95) -> Mean | Gate:
    """The same from n, mean and standard deviation."""
    if n < 2:
        return TOO_FEW
    half = float(scipy.stats.t.ppf((1 + level) / 2, n - 1)) * sd / sqrt(n)
    return Mean(n=n, mean=mean, sd=sd, low=mean - half, high=mean + half)


def clears(values: ArrayLike, floor: float, ceiling: float) -> Gate | None:
    """The gate of the t interval: eight persons, and at most a quarter at either end (R3 §1.2)."""
    scores = floats(values)
    if closed := values_gate(scores, least=8):
        return closed
    if max((scores <= floor).mean(), (scores >= ceiling).mean()) > 0.25:
        return Gate(code="ceiling", reason="More than a quarter lie at the floor or the ceiling.")
    return ALL_EQUAL if scores.std() == 0 else None


def bootstrap(
    values: ArrayLike, level: float = 0.95, *, resamples: int = 40_000, seed: int = 1
) -> tuple[Interval, Interval] | Gate:
    """Percentile and BCa bootstrap intervals of the mean (Efron 1987), from a fixed seed.

    Under-covers below about twelve persons: never our default, shown beside t in method pages only.
    """
    scores = floats(values)
    if closed := values_gate(scores, least=3):
        return closed
    if scores.std() == 0:
        return ALL_EQUAL
    drawn = np.random.default_rng(seed).integers(0, len(scores), size=(resamples, len(scores)))
    means = np.sort(scores[drawn].mean(axis=1))
    tails = ((1 - level) / 2, (1 + level) / 2)
    return _quantiles(means, tails), _quantiles(means, _corrected(scores, means, tails))


def _corrected(scores: Floats, means: Floats, tails: Interval) -> Interval:
    """The tails moved for bias and acceleration."""
    bias = float(scipy.stats.norm.ppf(((means < scores.mean()).mean() + (means <= scores.mean()).mean()) / 2))
    # The jackknife of a mean is the deviations themselves.
    away = scores - scores.mean()
    acceleration = float((away**3).sum() / (6 * (away**2).sum() ** 1.5))
    z = bias + scipy.stats.norm.ppf(tails)
    low, high = scipy.stats.norm.cdf(bias + z / (1 - acceleration * z))
    return float(low), float(high)


def _quantiles(means: Floats, tails: Interval) -> Interval:
    low, high = np.quantile(means, tails)
    return float(low), float(high)
