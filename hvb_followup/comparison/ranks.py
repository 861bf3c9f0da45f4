"""Where a unit may stand among others: as sets only, never as one rank.

Estimates with known standard errors, normal and independent. The sets cover the true order with the
level, by simulation from a fixed seed (Mogstad, Romano, Shaikh & Wilhelm 2023).
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from hvb_followup.comparison.between import gate
from hvb_followup.comparison.hierarchy import Posterior
from hvb_followup.gates import IMPOSSIBLE, TOO_FEW, Floats, Gate, Integers, floats

_CHUNK = 200_000


class RankSets(msgspec.Struct, frozen=True, kw_only=True):
    """For each unit the ranks it may have: 1 is best. ``plain`` orders the estimates and is never shown."""

    low: Integers
    high: Integers
    plain: Integers


def rank_sets(
    estimates: ArrayLike,
    errors: ArrayLike,
    *,
    level: float = 0.95,
    simultaneous: bool = True,
    higher_is_better: bool = True,
    draws: int = 4000,
    seed: int = 1,
) -> RankSets | Gate:
    """[1 + how many are surely better, k − how many are surely worse]: all at once, or each unit for itself."""
    values, own = floats(estimates), floats(errors)
    if closed := gate(values, own):
        return closed
    sign = 1.0 if higher_is_better else -1.0
    noise = np.random.default_rng(seed).standard_normal((draws, len(values))) * own
    ahead = _stepdown if simultaneous else _each
    better, worse = ahead(sign * values, own, noise, level)
    return RankSets(
        low=1 + better,
        high=len(values) - worse,
        plain=stats.rankdata(-sign * values, method="min").astype(np.int64),
    )


def _stepdown(values: Floats, own: Floats, noise: Floats, level: float) -> tuple[Integers, Integers]:
    """How many are surely better and worse: pairs told apart are dropped and the rest tried again until none falls."""
    one, other = np.triu_indices(len(values), 1)
    spread = np.sqrt(own[one] ** 2 + own[other] ** 2)
    statistic = (values[one] - values[other]) / spread
    apart = np.zeros(len(one), dtype=bool)
    while not apart.all():
        left = np.flatnonzero(~apart)
        limit = np.quantile(_greatest(noise, one[left], other[left], spread[left]), level)
        falls = np.abs(statistic[left]) > limit
        if not falls.any():
            break
        apart[left[falls]] = True
    up, down = apart & (statistic > 0), apart & (statistic < 0)
    k = len(values)
    above = np.bincount(other[up], minlength=k) + np.bincount(one[down], minlength=k)
    return above, np.bincount(one[up], minlength=k) + np.bincount(other[down], minlength=k)


def _greatest(noise: Floats, one: Integers, other: Integers, spread: Floats) -> Floats:
    """The greatest absolute standardised difference in each draw, a slice of the pairs at a time."""
    found = np.zeros(len(noise))
    size = max(1, _CHUNK // len(noise) * 20)
    for start in range(0, len(one), size):
        part = slice(start, start + size)
        differences = np.abs(noise[:, one[part]] - noise[:, other[part]]) / spread[part]
        found = np.maximum(found, differences.max(axis=1))
    return found


def _each(values: Floats, own: Floats, noise: Floats, level: float) -> tuple[Integers, Integers]:
    """The same for each unit for itself, against all others."""
    counts = [_against(unit, values, own, noise, level) for unit in range(len(values))]
    return np.array([better for better, _ in counts]), np.array([worse for _, worse in counts])


def _against(unit: int, values: Floats, own: Floats, noise: Floats, level: float) -> tuple[int, int]:
    others = np.delete(np.arange(len(values)), unit)
    spread = np.sqrt(own[unit] ** 2 + own[others] ** 2)
    statistic = (values[others] - values[unit]) / spread
    drawn = np.abs(noise[:, others] - noise[:, [unit]]) / spread
    apart = np.zeros(len(others), dtype=bool)
    while not apart.all():
        limit = np.quantile(drawn[:, ~apart].max(axis=1), level)
        falls = ~apart & (np.abs(statistic) > limit)
        if not falls.any():
            break
        apart |= falls
    return int((apart & (statistic > 0)).sum()), int((apart & (statistic < 0)).sum())


class PosteriorRanks(msgspec.Struct, frozen=True, kw_only=True):
    """What the hierarchical model says of units' places, 1 for the lowest level; ``best`` is P(highest)."""

    mean: Floats
    low: Integers
    high: Integers
    best: Floats


def posterior_ranks(
    posterior: Posterior, *, level: float = 0.95, draws: int = 20_000, seed: int = 1
) -> PosteriorRanks | Gate:
    """Ranks over draws from the joint posterior at a fixed seed; at most 200 units, beyond which none is asked."""
    if not 2 <= posterior.units <= 200:
        return TOO_FEW if posterior.units < 2 else IMPOSSIBLE
    rng = np.random.default_rng(seed)
    # Every cell gets its share of the draws to the nearest whole one: less noise than drawing cells.
    edges = np.round(np.cumsum(posterior.weight) * draws).astype(np.int64)
    sizes = np.diff(np.concatenate([[0], edges]))
    levels = np.concatenate([
        _levels(posterior, cell, size, rng) for cell, size in enumerate(sizes) if size > 0
    ])
    ranks = stats.rankdata(levels, axis=1)
    tails = np.quantile(ranks, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf")
    return PosteriorRanks(
        mean=ranks.mean(axis=0),
        low=tails[0].astype(np.int64),
        high=tails[1].astype(np.int64),
        best=(levels.argmax(axis=1)[:, None] == np.arange(posterior.units)).mean(axis=0),
    )


def _levels(posterior: Posterior, cell: int, size: int, rng: np.random.Generator) -> Floats:
    """Draws of all units' levels within one cell, case-mix allowed for; shape (draws, units)."""
    mass = posterior.kernel[cell] * posterior.likelihood
    below = np.cumsum(mass, axis=1)
    below /= below[:, -1:]
    step = posterior.theta[1] - posterior.theta[0]
    uniform = rng.random((size, posterior.units))
    drawn = [np.interp(uniform[:, unit], below[row], posterior.theta + step / 2) for unit, row in enumerate(posterior.row)]
    return np.column_stack(drawn)


def possible_best(posterior: Posterior, level: float = 0.95) -> list[int] | Gate:
    """The units that cannot be excluded from being best: the fewest whose chances of it reach the level."""
    ranks = posterior_ranks(posterior, level=level)
    if isinstance(ranks, Gate):
        return ranks
    order = np.argsort(-ranks.best, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(ranks.best[order])[:-1]])
    return sorted(int(unit) for unit in order[reached < level])
