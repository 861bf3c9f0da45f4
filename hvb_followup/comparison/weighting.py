"""Making those who answered look like those who were asked, at the level of groups.

At unit level (n < 30) weights cost more than they give: there, unweighted and bounds. Sources: Holt &
Smith 1979 (post-stratification), Deming & Stephan 1940 (raking), Kish 1965.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import (
    IMPOSSIBLE,
    NO_ANSWERS,
    NO_OVERLAP,
    NOT_CONVERGED,
    TOO_FEW,
    Floats,
    Gate,
    floats,
    values_gate,
)


class Weighted(msgspec.Struct, frozen=True, kw_only=True):
    """A mean and its linearised standard error."""

    mean: float
    se: float


def simple(values: ArrayLike, population: float | None = None) -> Weighted | Gate:
    """The plain mean of a simple random sample, with finite population correction where N is given."""
    scores = floats(values)
    if closed := values_gate(scores):
        return closed
    n = len(scores)
    if n < 2:
        return TOO_FEW
    left = 1 - n / population if population else 1.0
    return Weighted(mean=float(scores.mean()), se=sqrt(left / n) * float(scores.std(ddof=1)))


def strata_weights(strata: Sequence[str], population: Mapping[str, float]) -> Floats | Gate:
    """Each answer's weight: how many of its stratum it stands for. A stratum without answers is a gate."""
    names = np.asarray(strata)
    if names.size == 0:
        return NO_ANSWERS
    if set(population) - set(names.tolist()) or set(names.tolist()) - set(population):
        return NO_OVERLAP
    answered = {stratum: int((names == stratum).sum()) for stratum in population}
    return np.array([population[one] / answered[one] for one in names.tolist()])


def post_stratified(
    values: ArrayLike, strata: Sequence[str], population: Mapping[str, float], *, corrected: bool = True
) -> Weighted | Gate:
    """The mean weighted to known sizes of strata; the variance is of residuals from the strata's means."""
    scores = floats(values)
    if closed := values_gate(scores, least=2):
        return closed
    weights = strata_weights(strata, population)
    if isinstance(weights, Gate):
        return weights
    names, total = np.asarray(strata), float(sum(population.values()))
    means = {one: float(scores[names == one].mean()) for one in population}
    residual = weights * (scores - np.array([means[one] for one in names.tolist()])) / total
    n = len(scores)
    left = 1 - n / total if corrected else 1.0
    variance = left * n / (n - 1) * float(((residual - residual.mean()) ** 2).sum())
    return Weighted(mean=float(weights @ scores / total), se=sqrt(variance))


def raked(
    margins: Sequence[tuple[Sequence[str], Mapping[str, float]]],
    start: ArrayLike,
    *,
    limit: float = 1e-12,
    rounds: int = 500,
) -> Floats | Gate:
    """Weights that meet every margin at once, by iterative proportional fitting from ``start``."""
    weights = floats(start).copy()
    if closed := values_gate(weights):
        return closed
    for labels, population in margins:
        if set(population) != set(labels):
            return NO_OVERLAP
    for _ in range(rounds):
        before = weights.copy()
        for labels, population in margins:
            names = np.asarray(labels)
            for value, size in population.items():
                inside = names == value
                weights[inside] *= size / weights[inside].sum()
        if np.abs(weights / before - 1).max() < limit:
            return weights
    return NOT_CONVERGED


def weighted_mean(values: ArrayLike, weights: ArrayLike) -> Weighted | Gate:
    """A ratio mean with its linearised standard error, weights held for known (with-replacement form)."""
    scores, weight = floats(values), floats(weights)
    if closed := values_gate(scores, weight, least=2):
        return closed
    if (weight < 0).any() or weight.sum() == 0:
        return IMPOSSIBLE
    mean, n = float(weight @ scores / weight.sum()), len(scores)
    pulled = weight * (scores - mean) / weight.sum()
    return Weighted(mean=mean, se=sqrt(n / (n - 1) * float(((pulled - pulled.mean()) ** 2).sum())))


def trimmed(weights: ArrayLike, low: float = 0.3, high: float = 3.0) -> Floats | Gate:
    """Weights of mean 1 held within low … high, and brought back to mean 1."""
    weight = floats(weights)
    if closed := values_gate(weight):
        return closed
    if (weight < 0).any() or weight.sum() == 0:
        return IMPOSSIBLE
    held = np.clip(weight / weight.mean(), low, high)
    return floats(held / held.mean())


def effective_n(weights: ArrayLike) -> float | Gate:
    """Kish's (Σw)²/Σw²: how many equal answers the weighted ones are worth."""
    weight = floats(weights)
    if closed := values_gate(weight):
        return closed
    if (weight < 0).any() or weight.sum() == 0:
        return IMPOSSIBLE
    return float(weight.sum() ** 2 / (weight**2).sum())
