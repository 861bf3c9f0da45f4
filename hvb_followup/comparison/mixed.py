"""Random-intercept models: scores or shares of persons within units, with covariates.

y = Xb + u + e with u ~ N(0, τ²) per unit (linear), or logit P = Xb + u (logistic). Assumes units drawn
from one group. At least two units; an estimate of τ² at the boundary is 0 and said so. Sources: Bates et
al. 2015 (criteria and conditional modes), Pinheiro & Chao 2006 (adaptive Gauss–Hermite).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.comparison.logistic import design_gate, logistic
from hvb_followup.gates import (
    ALL_EQUAL,
    NOT_CONVERGED,
    ONE_UNIT,
    TOO_FEW,
    Floats,
    Gate,
    Integers,
    counts_gate,
    floats,
)


class LinearMixed(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted linear model: ``criterion`` is −2 × the (restricted) log-likelihood; modes in order of unit."""

    coef: Floats
    se: Floats
    between: float
    within: float
    criterion: float
    units: list[str]
    mode: Floats
    mode_sd: Floats

    @property
    def icc(self) -> float:
        """The share of the variance that lies between units."""
        return self.between / (self.between + self.within)


def linear_mixed(
    design: ArrayLike, score: ArrayLike, units: Sequence[str], method: Literal["REML", "ML"] = "REML"
) -> LinearMixed | Gate:
    """The random-intercept model by restricted or full maximum likelihood, profiled over the variance ratio."""
    rows, scores = floats(design), floats(score)
    if closed := design_gate(rows, scores):
        return closed
    names, place = np.unique(np.asarray(units), return_inverse=True)
    if len(names) < 2:
        return ONE_UNIT
    if len(scores) <= rows.shape[1] + 1:
        return TOO_FEW
    if np.ptp(scores) == 0:
        return ALL_EQUAL
    problem = _Linear(rows, scores, place, method == "REML")
    ratio = _best_ratio(problem)
    return problem.solved(ratio, [str(name) for name in names])


def _best_ratio(problem: _Linear) -> float:
    """The ratio τ²/σ² that minimises the criterion; 0 where no positive one does better."""
    grid = np.concatenate([[0.0], np.exp(np.linspace(-12, 12, 97))])
    values = [problem.criterion(ratio) for ratio in grid]
    best = int(np.argmin(values))
    if best == 0:
        return 0.0
    low, high = np.log(grid[max(best - 1, 1)]), np.log(grid[min(best + 1, len(grid) - 1)])
    found = scipy.optimize.minimize_scalar(
        lambda at: problem.criterion(float(np.exp(at))),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(np.exp(found.x)) if found.fun < values[0] else 0.0


class _Linear:
    """Sums per unit of the design, from which the criterion at any ratio follows."""

    def __init__(self, rows: Floats, scores: Floats, place: Integers, restricted: bool) -> None:
        self.rows, self.scores, self.restricted = rows, scores, restricted
        self.size = np.bincount(place).astype(np.float64)
        self.sums = np.column_stack([np.bincount(place, weights=column) for column in rows.T])
        self.totals = np.bincount(place, weights=scores)

    def _normal(self, ratio: float) -> tuple[Floats, Floats, float]:
        """X'V⁻¹X, the coefficients, and the residual sum of squares, at σ² = 1."""
        drawn = ratio / (1 + self.size * ratio)
        squares = self.rows.T @ self.rows - (self.sums * drawn[:, None]).T @ self.sums
        products = self.rows.T @ self.scores - self.sums.T @ (drawn * self.totals)
        coef = floats(np.linalg.solve(squares, products))
        residual = self.scores @ self.scores - float((drawn * self.totals**2).sum()) - coef @ products
        return squares, coef, float(residual)

    def criterion(self, ratio: float) -> float:
        """−2 × the log-likelihood at the best σ²."""
        squares, _, residual = self._normal(ratio)
        freedom = len(self.scores) - (self.rows.shape[1] if self.restricted else 0)
        volume = float(np.log1p(self.size * ratio).sum())
        if self.restricted:
            volume += float(np.linalg.slogdet(squares)[1])
        return float(volume + freedom * (1 + np.log(2 * np.pi * residual / freedom)))

    def solved(self, ratio: float, names: list[str]) -> LinearMixed:
        """The model at a ratio."""
        squares, coef, residual = self._normal(ratio)
        within = residual / (len(self.scores) - (self.rows.shape[1] if self.restricted else 0))
        drawn = ratio / (1 + self.size * ratio)
        return LinearMixed(
            coef=coef,
            se=np.sqrt(np.diag(np.linalg.inv(squares)) * within),
            between=ratio * within,
            within=within,
            criterion=self.criterion(ratio),
            units=names,
            mode=drawn * (self.totals - self.sums @ coef),
            mode_sd=np.sqrt(within * drawn),
        )


class LogisticMixed(msgspec.Struct, frozen=True, kw_only=True):
    """A fitted logistic model. ``loglik`` holds the binomial coefficients; ``loglik_saturated`` is measured
    from the model that fits every row, as lme4 tells it for more than one node."""

    coef: Floats
    se: Floats
    sd: float
    loglik: float
    loglik_saturated: float
    units: list[str]
    mode: Floats
    mode_sd: Floats


def logistic_mixed(
    design: ArrayLike, events: ArrayLike, trials: ArrayLike, units: Sequence[str], *, nodes: int = 9
) -> LogisticMixed | Gate:
    """The random-intercept logistic model by Laplace (1 node) or adaptive Gauss–Hermite (more)."""
    rows, x, n = floats(design), floats(events), floats(trials)
    closed = design_gate(rows, x) or counts_gate(x, n)
    if closed:
        return closed
    names, place = np.unique(np.asarray(units), return_inverse=True)
    if len(names) < 2:
        return ONE_UNIT
    start = logistic(rows, x, trials=n)
    if isinstance(start, Gate):
        return start
    problem = _Logistic(rows, x, n, place, nodes)
    found = min(
        (
            scipy.optimize.minimize(
                problem.minus, np.append(start.coef, sd), method="BFGS", options={"gtol": 1e-6}
            )
            for sd in (0.3, 1.0)
        ),
        key=lambda one: float(one.fun),
    )
    if not np.isfinite(found.fun):
        return NOT_CONVERGED
    at = np.append(found.x[:-1], abs(found.x[-1]))
    return problem.solved(at, [str(name) for name in names])


class _Logistic:
    """The integrated likelihood over units' intercepts, at any coefficients and spread."""

    def __init__(self, rows: Floats, x: Floats, n: Floats, place: Integers, nodes: int) -> None:
        self.rows, self.x, self.n, self.place = rows, x, n, place
        self.units = int(place.max()) + 1
        points, weights = np.polynomial.hermite_e.hermegauss(nodes)
        self.points, self.log_weights = points, np.log(weights) + points**2 / 2
        ways = special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
        self.constant = float(ways.sum())
        self.saturated = float(
            (
                ways + special.xlogy(x, x / np.maximum(n, 1)) + special.xlogy(n - x, 1 - x / np.maximum(n, 1))
            ).sum()
        )

    def _log(self, eta: Floats, unit: Floats) -> Floats:
        """Each unit's binomial log-likelihood at its intercept."""
        at = eta + unit[self.place]
        each = self.x * at - self.n * np.logaddexp(0, at)
        return floats(np.bincount(self.place, weights=each, minlength=self.units))

    def modes(self, eta: Floats, sd: float) -> tuple[Floats, Floats]:
        """Each unit's most likely intercept (in sd) and the curvature there, by Newton's method."""
        z = np.zeros(self.units)
        for _ in range(100):
            share = special.expit(eta + sd * z[self.place])
            slope = sd * np.bincount(self.place, weights=self.x - self.n * share, minlength=self.units) - z
            curve = (
                sd**2 * np.bincount(self.place, weights=self.n * share * (1 - share), minlength=self.units)
                + 1
            )
            step = np.clip(slope / curve, -2, 2)
            z = z + step
            if np.abs(step).max() < 1e-12:
                break
        return z, floats(curve)

    def minus(self, at: Floats) -> float:
        """Minus the integrated log-likelihood, up to the binomial coefficients."""
        sd = abs(float(at[-1]))
        eta = self.rows @ at[:-1]
        z, curve = self.modes(eta, sd)
        wide = 1 / np.sqrt(curve)
        parts = np.array(
            [
                self._log(eta, sd * (z + wide * point)) - (z + wide * point) ** 2 / 2 + weight
                for point, weight in zip(self.points, self.log_weights, strict=True)
            ]
        )
        return -float((special.logsumexp(parts, axis=0) + np.log(wide) - np.log(2 * np.pi) / 2).sum())

    def solved(self, at: Floats, names: list[str]) -> LogisticMixed | Gate:
        """The model at its optimum, with standard errors from the whole Hessian."""
        sd = float(at[-1])
        cov = (
            _inverse_hessian(self.minus, at)
            if sd > 1e-4
            else _inverse_hessian(lambda b: self.minus(np.append(b, sd)), at[:-1])
        )
        if cov is None:
            return NOT_CONVERGED
        z, curve = self.modes(self.rows @ at[:-1], sd)
        loglik = self.constant - self.minus(at)
        return LogisticMixed(
            coef=at[:-1],
            se=np.sqrt(np.diag(cov)[: len(at) - 1]),
            sd=sd,
            loglik=loglik,
            loglik_saturated=loglik - self.saturated,
            units=names,
            mode=sd * z,
            mode_sd=sd / np.sqrt(curve),
        )


def _inverse_hessian(function: Callable[[Floats], float], at: Floats) -> Floats | None:
    """The inverse of the second derivatives by central differences, or nothing where they are not positive."""
    k, step = len(at), 1e-4 * np.maximum(np.abs(at), 1.0)
    moves = np.diag(step)
    hessian = np.empty((k, k))
    for i in range(k):
        for j in range(i + 1):
            ends = [function(at + a * moves[i] + b * moves[j]) * a * b for a in (1, -1) for b in (1, -1)]
            hessian[i, j] = hessian[j, i] = sum(ends) / (4 * step[i] * step[j])
    if np.linalg.eigvalsh(hessian).min() <= 0:
        return None
    return np.asarray(np.linalg.inv(hessian))
