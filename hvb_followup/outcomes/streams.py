"""Early warning on a register's stream: CUSUM and EWMA, and how long they take to sound.

An alarm is a question, not a verdict; seen by the home and its purchasers. Sources: Page 1954, Lucas &
Crosier 1982, Roberts 1959, Steiner et al. 2000 (risk-adjusted), Brook & Evans 1972 and Crowder 1987 (run
lengths).
"""

from __future__ import annotations

from math import inf, sqrt

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike

from hvb_followup.gates import IMPOSSIBLE, NOT_CONVERGED, Floats, Gate, floats, six_figures, values_gate

_NODES = 80


class Cusum(msgspec.Struct, frozen=True, kw_only=True):
    """Both sums over time; ``first_up`` and ``first_down`` count from 1, 0 where none sounded."""

    up: Floats
    down: Floats
    first_up: int
    first_down: int


def cusum(values: ArrayLike, target: float, slack: float, limit: float) -> Cusum | Gate:
    """C+ = max(0, x − (t + K) + C+), C− = max(0, (t − K) − x + C−); sounds above the limit H."""
    x = floats(values)
    if closed := values_gate(x):
        return closed
    up, down = _sums(x - target - slack), _sums(target - slack - x)
    return Cusum(up=up, down=down, first_up=_first(up, limit), first_down=_first(down, limit))


def _sums(steps: Floats, start: float = 0.0) -> Floats:
    """The sum that never falls below 0."""
    found, total = np.empty(len(steps)), start
    for at, step in enumerate(steps):
        total = max(0.0, total + float(step))
        found[at] = total
    return found


def _first(sums: Floats, limit: float) -> int:
    beyond = [at for at, one in enumerate(sums, 1) if six_figures(float(one)) > limit]
    return beyond[0] if beyond else 0


def binomial_cusum(events: ArrayLike, sizes: ArrayLike, normal: float, bad: float) -> Floats | Gate:
    """S = max(0, S + log likelihood ratio) of events of sizes, for the bad share against the normal."""
    x, n = floats(events), floats(sizes)
    if closed := values_gate(x, n):
        return closed
    if (x > n).any() or (x < 0).any() or not (0 < normal < 1 and 0 < bad < 1):
        return IMPOSSIBLE
    return _sums(x * np.log(bad / normal) + (n - x) * np.log((1 - bad) / (1 - normal)))


def risk_adjusted_cusum(
    events: ArrayLike, expected: ArrayLike, odds: float, odds_now: float = 1.0
) -> Floats | Gate:
    """Steiner's sum: each person's own expected share, for odds multiplied by ``odds`` against ``odds_now``."""
    weights = risk_weights(events, expected, odds, odds_now)
    return weights if isinstance(weights, Gate) else _sums(weights)


def risk_weights(events: ArrayLike, expected: ArrayLike, odds: float, odds_now: float = 1.0) -> Floats | Gate:
    """What each person adds before the sum is held at 0."""
    y, p = floats(events), floats(expected)
    if closed := values_gate(y, p):
        return closed
    if not np.isin(y, (0, 1)).all() or (p <= 0).any() or (p >= 1).any() or odds <= 0 or odds_now <= 0:
        return IMPOSSIBLE
    return np.asarray(y * np.log(odds / odds_now) + np.log((1 - p + odds_now * p) / (1 - p + odds * p)))


class Ewma(msgspec.Struct, frozen=True, kw_only=True):
    """The moving average with its exact limits at each point."""

    z: Floats
    low: Floats
    high: Floats


def ewma(
    values: ArrayLike, target: float, sigma: float, weight: float = 0.2, width: float = 3.0
) -> Ewma | Gate:
    """z = λx + (1 − λ)z from the target; limits L σ √(λ/(2 − λ)(1 − (1 − λ)^2i))."""
    x = floats(values)
    if closed := values_gate(x):
        return closed
    if not 0 < weight <= 1 or sigma <= 0:
        return IMPOSSIBLE
    z, at = np.empty(len(x)), target
    for place, value in enumerate(x):
        at = weight * float(value) + (1 - weight) * at
        z[place] = at
    i = np.arange(1, len(x) + 1)
    reach = width * sigma * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * i)))
    return Ewma(z=z, low=target - reach, high=target + reach)


def cusum_run_length(slack: float, limit: float, shift: float, *, two_sided: bool = True) -> float | Gate:
    """The mean number of points until a CUSUM from 0 sounds, values N(shift, 1).

    Two-sided: 1/L = 1/L+ + 1/L−, which holds for sums that start at 0.
    """
    if limit <= 0 or slack < 0:
        return IMPOSSIBLE
    up = _one_sided(slack, limit, shift)
    return up if not two_sided else 1 / (1 / up + 1 / _one_sided(slack, limit, -shift))


def _one_sided(slack: float, limit: float, shift: float) -> float:
    """L(z) = 1 + L(0) Φ(k − z − μ) + ∫ L(x) φ(x + k − z − μ) dx over 0 … h, by Gauss–Legendre."""
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    at, weight = (points + 1) * limit / 2, weights * limit / 2
    start = np.append(0.0, at)
    system = np.eye(len(start))
    system[:, 0] -= scipy.stats.norm.cdf(slack - start - shift)
    system[:, 1:] -= weight * scipy.stats.norm.pdf(at[None, :] + slack - start[:, None] - shift)
    return float(np.linalg.solve(system, np.ones(len(start)))[0])


def ewma_run_length(weight: float, width: float, shift: float) -> float | Gate:
    """The mean number of points until an EWMA with constant limits leaves them, values N(shift, 1)."""
    if not 0 < weight <= 1 or width <= 0:
        return IMPOSSIBLE
    edge = width * sqrt(weight / (2 - weight))
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    at, weigh = points * edge, weights * edge
    start = np.append(0.0, at)
    density = scipy.stats.norm.pdf((at[None, :] - (1 - weight) * start[:, None]) / weight - shift) / weight
    system = np.eye(len(start))
    system[:, 1:] -= weigh * density
    return float(np.linalg.solve(system, np.ones(len(start)))[0])


def binomial_run_length(
    size: int, share: float, normal: float, bad: float, limit: float, *, states: int = 1000
) -> float | Gate:
    """The mean number of points of ``size`` until a binomial CUSUM sounds, the true share given.

    A Markov chain over evenly spaced sums (Brook & Evans 1972).
    """
    if size < 1 or not (0 < normal < 1 and 0 < bad < 1 and 0 <= share <= 1) or limit <= 0:
        return IMPOSSIBLE
    x = np.arange(size + 1)
    step = x * np.log(bad / normal) + (size - x) * np.log((1 - bad) / (1 - normal))
    return _chain(step, scipy.stats.binom.pmf(x, size, share), limit, states)


def _chain(step: Floats, chance: Floats, limit: float, states: int) -> float | Gate:
    width = limit / states
    chain = np.zeros((states + 1, states + 1))
    here = np.arange(states + 1) * width
    for move, p in zip(step, chance, strict=True):
        there = np.maximum(here + move, 0.0)
        stays = there < limit + width / 2
        to = np.minimum(np.rint(there[stays] / width).astype(int), states)
        np.add.at(chain, (np.flatnonzero(stays), to), p)
    try:
        lengths = np.linalg.solve(np.eye(states + 1) - chain, np.ones(states + 1))
    except np.linalg.LinAlgError:  # it never sounds: the sum stays at nought for ever
        return NOT_CONVERGED
    return float(lengths[0]) if 0 < lengths[0] < inf else NOT_CONVERGED
