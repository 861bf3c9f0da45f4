"""Where a unit may stand among others: as sets only, never as one rank.

Estimates with known standard errors, normal and independent. The sets cover the true order with the
level, by simulation from a fixed seed (Mogstad, Romano, Shaikh & Wilhelm 2023).
"""

from __future__ import annotations

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.comparison.between import gate
from hvb_followup.comparison.hierarchy import Posterior
from hvb_followup.gates import IMPOSSIBLE, TOO_FEW, Floats, Gate, Integers, floats

_CHUNK = 4_000_000


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
        plain=scipy.stats.rankdata(-sign * values, method="min").astype(np.int64),
    )


def _stepdown(values: Floats, own: Floats, noise: Floats, level: float) -> tuple[Integers, Integers]:
    """How many are surely better and worse: what is established is dropped and the rest tried again."""
    one, other = np.nonzero(~np.eye(len(values), dtype=bool))
    above = _established(one, other, values, own, noise, level)
    k = len(values)
    return np.bincount(other[above], minlength=k), np.bincount(one[above], minlength=k)


def _each(values: Floats, own: Floats, noise: Floats, level: float) -> tuple[Integers, Integers]:
    """The same for each unit for itself, exactly: its own error is integrated over, no draw is needed."""
    counts = [_against(unit, values, own, level) for unit in range(len(values))]
    return np.array([better for better, _ in counts]), np.array([worse for _, worse in counts])


def _against(unit: int, values: Floats, own: Floats, level: float) -> tuple[int, int]:
    """How many others are surely above and below a unit; a claim's opposite stays one that chance could make."""
    others = np.delete(np.arange(len(values)), unit)
    spread = np.sqrt(own[unit] ** 2 + own[others] ** 2)
    statistic = (values[others] - values[unit]) / spread
    above, below = np.zeros(len(others), dtype=bool), np.zeros(len(others), dtype=bool)
    while True:
        limit = _limit(own[unit], own[others], spread, ~above, ~below, level)
        more_above, more_below = statistic > limit, statistic < -limit
        if (more_above == above).all() and (more_below == below).all():
            return int(above.sum()), int(below.sum())
        above, below = above | more_above, below | more_below


def _limit(
    own: float, others: Floats, spread: Floats, up: NDArrayBool, down: NDArrayBool, level: float
) -> float:
    """The value that no open claim passes with the level: up where another may seem above, down below."""
    z = own * np.linspace(-8, 8, 401)[:, None]
    mass = scipy.stats.norm.pdf(z[:, 0] / own)
    mass /= mass.sum()

    def excess(limit: float) -> float:
        top = np.where(up, special.ndtr((z + limit * spread) / others), 1.0)
        bottom = np.where(down, special.ndtr((z - limit * spread) / others), 0.0)
        return float(mass @ np.prod(np.maximum(top - bottom, 0.0), axis=1)) - level

    # No other is surely above and below at once: some claim is always open.
    return float(scipy.optimize.brentq(excess, 0.0, 12.0, xtol=1e-10))


def _established(
    one: Integers, other: Integers, values: Floats, own: Floats, noise: Floats, level: float
) -> NDArrayBool:
    """Which of the claims "one above other" are established, step by step until none more is.

    A claim's opposite stays among those that could be made by chance.
    """
    spread = np.sqrt(own[one] ** 2 + own[other] ** 2)
    statistic = (values[one] - values[other]) / spread
    above = np.zeros(len(one), dtype=bool)
    while not above.all():
        left = np.flatnonzero(~above)
        limit = np.quantile(_greatest(noise, one[left], other[left], spread[left]), level)
        falls = left[statistic[left] > limit]
        if falls.size == 0:
            break
        above[falls] = True
    return above


NDArrayBool = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def _greatest(noise: Floats, one: Integers, other: Integers, spread: Floats) -> Floats:
    """The greatest standardised difference in each draw, a slice of the claims at a time."""
    found = np.full(len(noise), -np.inf)
    size = max(1, _CHUNK // len(noise))
    for start in range(0, len(one), size):
        part = slice(start, start + size)
        differences = (noise[:, one[part]] - noise[:, other[part]]) / spread[part]
        found = np.maximum(found, differences.max(axis=1))
    return found


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
    levels = np.concatenate(
        [_levels(posterior, cell, size, rng) for cell, size in enumerate(sizes) if size > 0]
    )
    ranks = scipy.stats.rankdata(levels, axis=1)
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
    drawn = [
        np.interp(uniform[:, unit], below[row], posterior.theta + step / 2)
        for unit, row in enumerate(posterior.row)
    ]
    return np.column_stack(drawn)


def possible_best(posterior: Posterior, level: float = 0.95) -> list[int] | Gate:
    """The units that cannot be excluded from being best: the fewest whose chances of it reach the level."""
    ranks = posterior_ranks(posterior, level=level)
    if isinstance(ranks, Gate):
        return ranks
    order = np.argsort(-ranks.best, kind="stable")
    reached = np.concatenate([[0.0], np.cumsum(ranks.best[order])[:-1]])
    return sorted(int(unit) for unit in order[reached < level])
