"""A group's change in standard units, and how much of it chance alone would give.

Pairs of the same persons. Sources: Becker 1988 and Morris 2008 (SMCR), Gibbons et al. 1993 (SMCC),
Hedges 1981 (the exact small-sample factor), Davis 1976 (regression to the mean).
"""

from __future__ import annotations

from math import exp, sqrt

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.gates import (
    ALL_EQUAL,
    IMPOSSIBLE,
    NOT_A_NUMBER,
    TOO_FEW,
    Gate,
    floats,
    numbers_gate,
    values_gate,
)


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """An effect size and its sampling variance."""

    value: float
    variance: float


class Paired(msgspec.Struct, frozen=True, kw_only=True):
    """The mean change with its paired t test and interval, in points."""

    n: int
    mean: float
    t: float
    df: int
    p: float
    low: float
    high: float


def small_sample_factor(df: int) -> float:
    """J(df) = Γ(df/2)/(√(df/2) Γ((df − 1)/2)), exact; 1 − 3/(4 df − 1) is only near it."""
    return exp(float(special.gammaln(df / 2) - special.gammaln((df - 1) / 2))) / sqrt(df / 2)


def by_start_spread(
    before: float, after: float, sd_before: float, n: int, correlation: float
) -> Effect | Gate:
    """SMCR: J(n − 1)(after − before)/sd before, variance 2(1 − r)/n + d²/(2n): our default."""
    closed = _gate(sd_before, n, correlation) or numbers_gate(before, after)
    if closed:
        return closed
    value = small_sample_factor(n - 1) * (after - before) / sd_before
    return Effect(value=value, variance=2 * (1 - correlation) / n + value**2 / (2 * n))


def by_change_spread(
    before: float, after: float, sd_before: float, sd_after: float, n: int, correlation: float
) -> Effect | Gate:
    """SMCC: J(n − 1) × mean change/sd of change, variance 1/n + d²/(2n)."""
    closed = _gate(min(sd_before, sd_after), n, correlation) or numbers_gate(
        before, after, sd_before, sd_after
    )
    if closed:
        return closed
    change = sqrt(sd_before**2 + sd_after**2 - 2 * correlation * sd_before * sd_after)
    if change == 0:
        return ALL_EQUAL
    value = small_sample_factor(n - 1) * (after - before) / change
    return Effect(value=value, variance=1 / n + value**2 / (2 * n))


def raw(
    before: float, after: float, sd_before: float, sd_after: float, n: int, correlation: float
) -> Effect | Gate:
    """MC: the mean change in points, variance (s1² + s2² − 2 r s1 s2)/n."""
    closed = _gate(min(sd_before, sd_after), n, correlation) or numbers_gate(
        before, after, sd_before, sd_after
    )
    if closed:
        return closed
    variance = sd_before**2 + sd_after**2 - 2 * correlation * sd_before * sd_after
    return Effect(value=after - before, variance=variance / n)


def _gate(sd: float, n: int, correlation: float) -> Gate | None:
    if closed := numbers_gate(sd, correlation):
        return closed
    if n < 3:
        return TOO_FEW
    return ALL_EQUAL if sd == 0 else None if sd > 0 and -1 <= correlation <= 1 else IMPOSSIBLE


def paired(before: ArrayLike, after: ArrayLike, level: float = 0.95) -> Paired | Gate:
    """The paired t test of those with both scores."""
    first, last = floats(before), floats(after)
    if first.shape != last.shape or np.isinf(first).any() or np.isinf(last).any():
        return NOT_A_NUMBER
    # NaN stands for no score: who has one only is not a pair.
    change = (last - first)[~np.isnan(first) & ~np.isnan(last)]
    n = len(change)
    if n < 2:
        return TOO_FEW
    se = float(change.std(ddof=1)) / sqrt(n)
    if se == 0:
        return ALL_EQUAL
    mean, half = float(change.mean()), float(scipy.stats.t.ppf((1 + level) / 2, n - 1)) * se
    t = mean / se
    return Paired(
        n=n,
        mean=mean,
        t=t,
        df=n - 1,
        p=2 * float(scipy.stats.t.sf(abs(t), n - 1)),
        low=mean - half,
        high=mean + half,
    )


def signed_rank(before: ArrayLike, after: ArrayLike, *, corrected: bool = True) -> float | Gate:
    """Wilcoxon's two-sided p by the normal approximation with ties, zeros left out (Wilcoxon 1945)."""
    first, last = floats(before), floats(after)
    if closed := values_gate(first, last):
        return closed
    change = (last - first)[last != first]
    n = len(change)
    if n < 1:
        return ALL_EQUAL
    ranks = scipy.stats.rankdata(np.abs(change))
    _, ties = np.unique(ranks, return_counts=True)
    away = float(ranks[change > 0].sum()) - n * (n + 1) / 4
    spread = sqrt(n * (n + 1) * (2 * n + 1) / 24 - float((ties**3 - ties).sum()) / 48)
    z = (away - (np.sign(away) * 0.5 if corrected else 0)) / spread
    return float(2 * min(scipy.stats.norm.sf(z), scipy.stats.norm.cdf(z)))


def regression_to_the_mean(
    mean: float, within: float, between: float, cutoff: float, *, above: bool = True
) -> float | Gate:
    """The change that chance alone gives those chosen for lying beyond a cut-off at the start, in points.

    ``within`` and ``between`` are variances of a person's own scores and of persons' levels; normal both.
    """
    if closed := numbers_gate(mean, within, between, cutoff):
        return closed
    if within < 0 or between < 0:
        return IMPOSSIBLE
    total = sqrt(within + between)
    if total == 0:
        return ALL_EQUAL
    z = (cutoff - mean) / total * (1 if above else -1)
    return within / total * float(scipy.stats.norm.pdf(z) / scipy.stats.norm.sf(z))
