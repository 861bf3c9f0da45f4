"""Shares drawn towards the group: James–Stein for equal n, beta-binomial by maximum likelihood.

Good for explaining; intervals are too narrow where the spread is ill-determined. What is published
comes from ``hierarchy``. Raw counts always stand beside (Mukamel 2010).
"""

from __future__ import annotations

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.comparison.intervals import Interval
from hvb_followup.gates import (
    ALL_EQUAL,
    NOT_CONVERGED,
    TOO_FEW,
    Floats,
    Gate,
    counts_gate,
    floats,
    values_gate,
)


class JamesStein(msgspec.Struct, frozen=True, kw_only=True):
    """The grand mean, the shrinking factor c, and the estimates mean + c (y − mean)."""

    mean: float
    factor: float
    values: Floats


def james_stein(y: ArrayLike, variance: float) -> JamesStein | Gate:
    """Estimates of k ≥ 4 units of equal sampling variance (Efron & Morris 1977), factor held within 0–1."""
    values = floats(y)
    if closed := values_gate(values):
        return closed
    if len(values) < 4:
        return TOO_FEW
    mean = float(values.mean())
    spread = float(((values - mean) ** 2).sum())
    if spread == 0 or not variance > 0:
        return ALL_EQUAL
    factor = max(0.0, 1 - (len(values) - 3) * variance / spread)
    return JamesStein(mean=mean, factor=factor, values=mean + factor * (values - mean))


class BetaBinomial(msgspec.Struct, frozen=True, kw_only=True):
    """Units' shares vary as Beta(alpha, beta); the log-likelihood holds the binomial coefficients."""

    alpha: float
    beta: float
    loglik: float

    @property
    def mean(self) -> float:
        """The mean of units' true shares."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def rho(self) -> float:
        """The correlation of two answers of one unit: 1/(1 + alpha + beta)."""
        return 1 / (1 + self.alpha + self.beta)

    def reliability(self, n: ArrayLike) -> Floats:
        """The weight of a unit's own data: n/(n + alpha + beta)."""
        size = floats(n)
        return size / (size + self.alpha + self.beta)

    def posterior_mean(self, x: ArrayLike, n: ArrayLike) -> Floats:
        """(x + alpha)/(n + alpha + beta)."""
        return (floats(x) + self.alpha) / (floats(n) + self.alpha + self.beta)

    def posterior(self, x: float, n: float, level: float = 0.95) -> Interval:
        """The interval of a unit's true share, hyper-parameters held for known."""
        a, b, tail = x + self.alpha, n - x + self.beta, (1 - level) / 2
        return float(special.betaincinv(a, b, tail)), float(special.betaincinv(a, b, 1 - tail))


def beta_binomial(x: ArrayLike, n: ArrayLike) -> BetaBinomial | Gate:
    """The maximum-likelihood fit to x of n in at least two units with two answers or more in one.

    Where units differ no more than chance makes them the spread is 0 and there is no beta: ``all_equal``.
    """
    counts, totals = floats(x), floats(n)
    if closed := counts_gate(counts, totals, units=2):
        return closed
    if totals.max() < 2:
        return TOO_FEW
    if counts.sum() in (0, totals.sum()):
        return ALL_EQUAL
    constant = float(
        (
            special.gammaln(totals + 1) - special.gammaln(counts + 1) - special.gammaln(totals - counts + 1)
        ).sum()
    )

    def minus(at: Floats) -> float:
        mean, size = special.expit(at[0]), np.exp(at[1])
        a, b = mean * size, (1 - mean) * size
        return -float((special.betaln(counts + a, totals - counts + b) - special.betaln(a, b)).sum())

    start = np.array([special.logit((counts.sum() + 0.5) / (totals.sum() + 1)), np.log(10.0)])
    # Of large n the likelihood itself is known to some 1e-11: a nearer fatol is never reached.
    found = scipy.optimize.minimize(
        minus, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-8, "maxiter": 4000}
    )
    size = float(np.exp(found.x[1]))
    if size > 1e5:
        return ALL_EQUAL
    if not found.success:
        return NOT_CONVERGED
    mean = float(special.expit(found.x[0]))
    return BetaBinomial(alpha=mean * size, beta=(1 - mean) * size, loglik=constant - float(found.fun))
