"""Partial pooling without chance: units' levels θ ~ N(μ, τ²), with the uncertainty of μ and τ carried along.

Everything lies on grids, so the same data give the same answer anywhere: (μ, τ) on 33 × 30 points, θ on
one even grid. The prior is μ ~ N(0, 2.5²) and τ ~ Exponential(1) or half-normal.
Levels are logits of shares, or log ratios of counts. Agrees with long Markov chains to 0.001 in means.
Below about ten units the prior speaks: give it from the national fit of the same indicator. Sources:
Gelman et al. 2013 ch. 5; Ohlssen, Sharples & Spiegelhalter 2007; R3 §1.5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.comparison.likelihoods import Unit, count_gate, count_log, share_log, units_gate
from hvb_followup.gates import NOT_A_NUMBER, Floats, Gate, Integers, floats

LogLikelihood = Callable[[Floats], Floats]
_MU_POINTS, _TAU_POINTS = 33, 30
_WIDEST_STEP, _FURTHEST = 0.06, 16.0
_FINE = 50  # points in a cell of μ or τ, where a quantile of theirs is asked for
_NEGLIGIBLE, _UNLIKELY, _SLIGHT, _FALLEN = 1e-8, 1e-5, 1e-4, 1e-3
_WIDE_MU, _WIDE_TAU = np.linspace(-8, 8, 65), np.geomspace(0.05, 12, 40)


class Prior(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed before the data: μ normal, τ exponential (mean ``tau``) or half-normal (scale ``tau``)."""

    mu_mean: float = 0.0
    mu_sd: float = 2.5
    tau: float = 1.0
    form: Literal["exponential", "half_normal"] = "exponential"

    def log(self, mu: Floats, tau: Floats) -> Floats:
        """The log density up to a constant, shape (μ, τ)."""
        spread = -tau / self.tau if self.form == "exponential" else -((tau / self.tau) ** 2) / 2
        return (-(((mu - self.mu_mean) / self.mu_sd) ** 2) / 2)[:, None] + spread[None, :]


class Posterior(msgspec.Struct, frozen=True, kw_only=True):
    """What is believed after: weights over cells (μ, τ), and each unit's likelihood on the grid of θ.

    ``kernel`` holds N(θ; μ, τ²) per cell. Units with the same datum share a row of ``likelihood`` (over the
    grid of θ) and ``marginal`` (over cells); ``row`` says which is a unit's.
    """

    mu: Floats
    tau: Floats
    weight: Floats
    theta: Floats
    kernel: Floats
    likelihood: Floats
    marginal: Floats
    offsets: Floats
    row: Integers

    @property
    def units(self) -> int:
        """How many units were fitted."""
        return len(self.row)

    def density(self) -> Floats:
        """Each unit's posterior over the grid of θ, shape (units, levels), rows summing to 1."""
        return np.asarray((self.likelihood * ((self.weight / self.marginal) @ self.kernel))[self.row])

    def level_mean(self, back: Callable[[Floats], Floats] = special.expit) -> Floats:
        """Each unit's expected figure: a share by default, ``numpy.exp`` for ratios."""
        return np.asarray((self.density() * back(self.theta + self.offsets[:, None])).sum(axis=1))

    def interval(
        self, level: float = 0.95, back: Callable[[Floats], Floats] = special.expit
    ) -> tuple[Floats, Floats]:
        """Each unit's equal-tailed interval."""
        density, tail = self.density(), (1 - level) / 2
        ends = [np.array([_quantile(self.theta, row, p) for row in density]) for p in (tail, 1 - tail)]
        return back(ends[0] + self.offsets), back(ends[1] + self.offsets)

    def of_rows(self, rows: Sequence[int]) -> Posterior:
        """The same group with a unit for each of these different data, by their rows; nothing of the others."""
        first = np.unique(self.row, return_index=True)[1]
        return msgspec.structs.replace(
            self,
            likelihood=self.likelihood[list(rows)],
            marginal=self.marginal[list(rows)],
            offsets=self.offsets[first[list(rows)]],
            row=np.arange(len(rows)),
        )

    def with_common_mix(self) -> Posterior:
        """The same, with every unit's level told as if its case-mix were the group's common one."""
        return msgspec.structs.replace(self, offsets=np.zeros(len(self.row)))

    def ends(self, likelihood: Floats, p: float) -> Floats:
        """A quantile of the share of each unit, had it these likelihoods over θ instead."""
        marginal = np.maximum(likelihood @ self.kernel.T, 1e-300)
        density = likelihood * ((self.weight / marginal) @ self.kernel)
        return np.asarray(special.expit([_quantile(self.theta, row, p) for row in density] + self.offsets))

    def above(self, target: float) -> Floats:
        """The probability that a unit's own level (logit or log ratio, case-mix included) is above a target."""
        return _mass_above(self.theta, self.density(), target - self.offsets)

    def above_mean(self) -> Floats:
        """The probability that a unit lies above the group's level μ, its case-mix allowed for."""
        scaled = self.weight / self.marginal
        found = np.zeros(len(self.likelihood))
        for mu in np.unique(self.mu):
            cells = self.mu == mu
            # A cell of the grid that μ lies within counts in part.
            part = np.clip((self.theta - mu) / (self.theta[1] - self.theta[0]) + 0.5, 0.0, 1.0)
            found += (self.likelihood * (scaled[:, cells] @ self.kernel[cells])) @ part
        return np.asarray(found[self.row])

    def another(self) -> tuple[Floats, Floats]:
        """What one expects of a unit not yet seen: levels, and the probability of each."""
        return self.theta, np.asarray(self.weight @ self.kernel)

    def pair_above(self, one: int, other: int) -> float:
        """The probability that one unit lies above another, both compared as to their own case-mix."""
        first, second = self._given_cells(one), self._given_cells(other)
        below = np.cumsum(second, axis=1) - second / 2
        return float(self.weight @ (first * below).sum(axis=1))

    def pairs_above(self, units: Sequence[int]) -> Floats:
        """P(row's unit above column's unit) below the diagonal, and 0 elsewhere, as ``pair_above`` has it.

        Cells are thinned to a point in a standard deviation, where an even sum over a smooth hill stays the same;
        two where the hill of τ stands against zero. What is left out is below 0.0005.
        """
        cells, weight = self._thinned()
        rows = self.row[list(units)]
        likelihood, found = self.likelihood[rows], np.zeros((len(rows), len(rows)))
        for start in range(0, len(cells), _CELLS):
            some = cells[start : start + _CELLS]
            given = likelihood * self.kernel[some][:, None, :] / self.marginal[rows][:, some].T[:, :, None]
            below = np.cumsum(given, axis=2)
            below -= given / 2
            found += np.einsum("c,cij->ij", weight[start : start + _CELLS], given @ below.transpose(0, 2, 1))
        return np.tril(found, -1)

    def _thinned(self) -> tuple[Integers, Floats]:
        """Every so many of the cells in μ and in τ, and their weights."""
        cells = self.weight > _SLIGHT * self.weight.max()
        for values in (self.mu, self.tau):
            points, place = np.unique(values, return_inverse=True)
            mass = np.bincount(place, weights=self.weight)
            spread = max(float(mass @ points**2 - (mass @ points) ** 2), 0.0) ** 0.5
            per_spread = 1 if mass[0] < _FALLEN * mass.max() else 2
            step = max(1, int(spread / per_spread / (points[1] - points[0]))) if len(points) > 1 else 1
            cells &= place % step == step // 2
        kept = np.flatnonzero(cells)
        return kept, self.weight[kept] / self.weight[kept].sum()

    def mu_mean(self) -> float:
        """The expected level of the group."""
        return float(self.weight @ self.mu)

    def tau_mean(self) -> float:
        """The expected spread between units."""
        return float(self.weight @ self.tau)

    def tau2_mean(self) -> float:
        """The expected variance between units, for reliability."""
        return float(self.weight @ self.tau**2)

    def mu_quantile(self, p: float) -> float:
        """A quantile of the group's level."""
        return _cell_quantile(self.mu, self.weight, p)

    def tau_quantile(self, p: float) -> float:
        """A quantile of the spread between units."""
        return _cell_quantile(self.tau, self.weight, p)

    def tells_nothing_apart(self) -> bool:
        """Whether the spread is as likely as not below 0.1: no difference between units is established."""
        return bool(self.weight @ (self.tau < 0.1) > 0.5)

    def _given_cells(self, unit: int) -> Floats:
        """A unit's posterior over θ within each cell, shape (cells, levels)."""
        row = self.row[unit]
        return np.asarray(self.kernel * self.likelihood[row] / self.marginal[row][:, None])


def fit_shares(
    units: Sequence[Unit] | Gate, *, offsets: ArrayLike | None = None, prior: Prior | None = None
) -> Posterior | Gate:
    """The posterior of units' shares from exact or coarse data; ``offsets`` are logits of case-mix."""
    if isinstance(units, Gate):
        return units
    if closed := units_gate(units):
        return closed
    moved = floats(offsets) if offsets is not None else np.zeros(len(units))
    if moved.shape != (len(units),) or not np.isfinite(moved).all():
        return NOT_A_NUMBER
    keys = [(tuple(unit), float(offset)) for unit, offset in zip(units, moved, strict=True)]
    most = max(sum(atom.n for atom in unit) for unit in units)
    rows = _same(keys)
    kept, apart = [units[one] for one in rows[0]], moved[rows[0]]
    return _fit(lambda theta: share_log(kept, theta, apart), moved, rows[1], most / 4, prior or Prior())


def fit_counts(events: ArrayLike, expected: ArrayLike, *, prior: Prior | None = None) -> Posterior | Gate:
    """The posterior of units' log ratios of events to what was expected."""
    observed, mean = floats(events), floats(expected)
    if closed := count_gate(observed, mean):
        return closed
    everyone = np.arange(len(observed))
    sharpest = float(max(observed.max(), mean.max()))
    return _fit(
        lambda theta: count_log(observed, mean, theta), 0.0 * observed, everyone, sharpest, prior or Prior()
    )


def _same(keys: Sequence[object]) -> tuple[Integers, Integers]:
    """The first unit of each distinct key, and for each unit its key's place."""
    place: dict[object, int] = {}
    row = np.array([place.setdefault(key, len(place)) for key in keys])
    return np.unique(row, return_index=True)[1], row


def _fit(
    log_likelihood: LogLikelihood, offsets: Floats, row: Integers, information: float, prior: Prior
) -> Posterior:
    """A coarse look finds where the mass lies; the fine grid covers it.

    The grid of θ is even, and no wider than six tenths of the sharpest unit's standard error.
    """
    step = min(_WIDEST_STEP, 0.6 / np.sqrt(information))
    furthest = int(np.ceil(_FURTHEST / step)) + 3
    theta = floats(step * np.arange(-furthest, furthest + 1))
    log = log_likelihood(theta)
    grid = _Grid(step=step, theta=theta, likelihood=np.exp(log - log.max(axis=1, keepdims=True)), row=row)
    likely = _roughly(grid, prior)
    mu = np.linspace(likely.low - 0.25, likely.high + 0.25, _MU_POINTS)
    tau = (np.arange(_TAU_POINTS) + 0.5) * 1.15 * likely.widest / _TAU_POINTS
    return _on_grid(grid, offsets, prior, mu, tau)


class _Likely(NamedTuple):
    """Where the mass lies: between two μ, and below a τ."""

    low: float
    high: float
    widest: float


def _roughly(grid: _Grid, prior: Prior) -> _Likely:
    """A look at the whole plane of μ and τ, on a grid that all fits share."""
    points = len(grid.theta) // 4 * 2 + 1  # every other, with 0 in the middle
    part, kernel = _wide_kernel(2 * grid.step, points)
    likelihood = grid.likelihood[:, len(grid.theta) // 2 % 2 :: 2]
    weight = _weight(grid, likelihood[:, part] @ kernel.T, prior, _WIDE_MU, _WIDE_TAU)
    likely = weight.reshape(len(_WIDE_MU), len(_WIDE_TAU)) > _UNLIKELY
    mu, tau = _WIDE_MU[likely.any(axis=1)], _WIDE_TAU[likely.any(axis=0)]
    return _Likely(float(mu[0]), float(mu[-1]), float(tau[-1]))


# Most fits have the widest step: what the look needs of N(θ; μ, τ²) is the same for all of them.
@lru_cache(maxsize=4)
def _wide_kernel(step: float, points: int) -> tuple[slice, Floats]:
    theta = floats(step * np.arange(-(points // 2), points // 2 + 1))
    part = _part(step, points, _WIDE_MU, float(_WIDE_TAU[-1]))
    return part, np.concatenate([_kernel(theta[part], step, one, _WIDE_TAU) for one in _WIDE_MU])


def _weight(grid: _Grid, marginal: Floats, prior: Prior, mu: Floats, tau: Floats) -> Floats:
    """How likely each cell of (μ, τ) is, beside the likeliest."""
    belief = prior.log(mu, tau).ravel() + np.bincount(grid.row) @ np.log(np.maximum(marginal, 1e-300))
    return floats(np.exp(belief - belief.max()))


class _Grid(msgspec.Struct, frozen=True):
    """The widest even grid of θ, each distinct unit's likelihood on it, and which of them is a unit's."""

    step: float
    theta: Floats
    likelihood: Floats
    row: Integers


def _on_grid(grid: _Grid, offsets: Floats, prior: Prior, mu: Floats, tau: Floats) -> Posterior:
    """The posterior with μ and τ on the grids given."""
    part = _part(grid.step, len(grid.theta), mu, float(tau.max()))
    theta, likelihood = grid.theta[part], grid.likelihood[:, part]
    kernel = np.concatenate([_kernel(theta, grid.step, one, tau) for one in mu])
    marginal = np.maximum(likelihood @ kernel.T, 1e-300)
    weight = _weight(grid, marginal, prior, mu, tau)
    kept = weight > _NEGLIGIBLE
    cells_mu, cells_tau = np.repeat(mu, len(tau)), np.tile(tau, len(mu))
    return Posterior(
        mu=cells_mu[kept],
        tau=cells_tau[kept],
        weight=weight[kept] / weight[kept].sum(),
        theta=theta,
        kernel=kernel[kept],
        likelihood=likelihood,
        marginal=marginal[:, kept],
        offsets=offsets,
        row=grid.row,
    )


def _part(step: float, points: int, mu: Floats, widest: float) -> slice:
    """The part of θ's grid that reaches 5.5 τ outside μ, or to logits of ±16 where that is nearer."""
    low, high = max(mu[0] - 5.5 * widest, -_FURTHEST), min(mu[-1] + 5.5 * widest, _FURTHEST)
    first, last = int(np.floor(low / step)) - 3, int(np.ceil(high / step)) + 3
    middle = points // 2
    return slice(max(first + middle, 0), last + middle + 1)


# Cells at a time where pairs are summed: what they need fits in the processor's own memory.
_CELLS = 8

# Row k: the coefficients of the polynomial that is 1 at point k of −2 … 2 and 0 at the other four.
_FIVE_POINTS = np.linalg.inv(np.vander(np.arange(-2.0, 3.0), increasing=True)).T


def _kernel(theta: Floats, step: float, mu: float, tau: Floats) -> Floats:
    """N(θ; μ, τ²) as weights on the grid, shape (τ, levels), each row summing to 1.

    A density narrower than the grid is replaced by five points with its first four moments.
    """
    weights = np.exp(-((theta - mu) ** 2)[None, :] / (2 * tau**2)[:, None])
    rows = np.flatnonzero(tau < 0.8 * step)
    middle = int(np.argmin(np.abs(theta - mu)))
    off, s2 = (mu - theta[middle]) / step, (tau[rows] / step) ** 2
    one = np.ones_like(s2)
    moments = np.array(
        [one, off * one, off**2 + s2, off**3 + 3 * off * s2, off**4 + 6 * off**2 * s2 + 3 * s2**2]
    )
    weights[rows] = 0.0
    weights[rows[:, None], np.arange(middle - 2, middle + 3)] = (_FIVE_POINTS @ moments).T
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _quantile(grid: Floats, density: Floats, p: float) -> float:
    """Where the distribution function, drawn straight between cell edges, passes p."""
    edges = np.append(grid - (grid[1] - grid[0]) / 2, grid[-1] + (grid[1] - grid[0]) / 2)
    return float(np.interp(p, np.concatenate([[0.0], np.cumsum(density)]), edges))


def _mass_above(grid: Floats, density: Floats, targets: Floats) -> Floats:
    edges = np.append(grid - (grid[1] - grid[0]) / 2, grid[-1] + (grid[1] - grid[0]) / 2)
    found = [
        1 - np.interp(target, edges, np.concatenate([[0.0], np.cumsum(row)]))
        for row, target in zip(density, targets, strict=True)
    ]
    return np.asarray(np.clip(np.array(found), 0.0, 1.0))


def _cell_quantile(values: Floats, weight: Floats, p: float) -> float:
    """Of μ or τ, whose cells are wide: between their middles the logarithm of the density is a smooth curve."""
    points, inverse = np.unique(values, return_inverse=True)
    if len(points) < 2:
        return float(points[0])
    density = np.bincount(inverse, weights=weight)
    half = (points[1] - points[0]) / 2
    fine = np.linspace(points[0] - half, points[-1] + half, _FINE * len(points))
    curve = np.exp(scipy.interpolate.CubicSpline(points, np.log(np.maximum(density, 1e-300)))(fine))
    return _quantile(fine, curve / curve.sum(), p)
