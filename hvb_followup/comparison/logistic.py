"""Logistic and linear models by least squares, with gates for what has no finite answer.

A design has one row per person and one column per coefficient, the first all ones.
"""

from __future__ import annotations

from math import nan

import msgspec
import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.gates import (
    ALL_EQUAL,
    COLLINEAR,
    NO_ANSWERS,
    NOT_A_NUMBER,
    NOT_CONVERGED,
    SEPARATION,
    TOO_FEW,
    Floats,
    Gate,
    counts_gate,
    floats,
)


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """Coefficients with standard errors and covariance; deviance, or the residual sum of squares."""

    coef: Floats
    se: Floats
    cov: Floats
    deviance: float
    sigma: float = nan
    r2: float = nan

    def linear(self, design: ArrayLike, offset: ArrayLike = 0.0) -> Floats:
        """The linear predictor of further persons."""
        return floats(design) @ self.coef + floats(offset)

    def share(self, design: ArrayLike, offset: ArrayLike = 0.0) -> Floats:
        """The expected share of further persons, of a logistic model."""
        return np.asarray(special.expit(self.linear(design, offset)))


def design_gate(design: Floats, outcome: Floats) -> Gate | None:
    """What is wrong with a design and its outcome, if anything."""
    if outcome.size == 0:
        return NO_ANSWERS
    if len(design) != len(outcome) or not (np.isfinite(design).all() and np.isfinite(outcome).all()):
        return NOT_A_NUMBER
    if len(outcome) < design.shape[1]:
        return TOO_FEW
    return COLLINEAR if np.linalg.matrix_rank(design) < design.shape[1] else None


def logistic(
    design: ArrayLike,
    outcome: ArrayLike,
    *,
    trials: ArrayLike | None = None,
    offset: ArrayLike = 0.0,
    steps: int = 60,
) -> Fit | Gate:
    """Maximum likelihood of outcome of trials (1 where not given) by iterated least squares.

    Separation, where a coefficient would run off to infinity, is a gate and never a large number.
    """
    rows, events = floats(design), floats(outcome)
    totals = floats(trials) if trials is not None else np.ones_like(events)
    if closed := design_gate(rows, events):
        return closed
    if closed := counts_gate(events, totals):
        return closed
    if (totals == 0).any():
        return NO_ANSWERS
    if events.sum() in (0, totals.sum()):
        return ALL_EQUAL
    coef, before = np.zeros(rows.shape[1]), np.inf
    moved = np.broadcast_to(floats(offset), events.shape)
    for _ in range(steps):
        eta = rows @ coef + moved
        share = special.expit(eta)
        weight = totals * share * (1 - share)
        deviance = _deviance(events, totals, eta)
        # With a single pile of fitted 0s and 1s the information is gone: nothing holds the coefficients.
        if np.abs(rows @ coef).max() > 30 or np.linalg.cond(rows.T @ (weight[:, None] * rows)) > 1e14:
            return SEPARATION
        information = rows.T @ (weight[:, None] * rows)
        coef = coef + np.linalg.solve(information, rows.T @ (events - totals * share))
        if abs(before - deviance) <= 1e-13 * (abs(deviance) + 0.1):
            cov = np.linalg.inv(information)
            # A deviance still settling while coefficients march on is quasi-separation.
            if np.sqrt(np.diag(cov)).max() > 1e3 * (1 + np.abs(coef).max()):
                return SEPARATION
            return Fit(coef=coef, se=np.sqrt(np.diag(cov)), cov=cov, deviance=deviance)
        before = deviance
    return SEPARATION if np.abs(coef).max() > 15 else NOT_CONVERGED


def _deviance(events: Floats, totals: Floats, eta: Floats) -> float:
    log_likelihood = events * -np.logaddexp(0, -eta) + (totals - events) * -np.logaddexp(0, eta)
    full = special.xlogy(events, events / totals) + special.xlogy(totals - events, 1 - events / totals)
    return float(2 * (full - log_likelihood).sum())


def linear(design: ArrayLike, outcome: ArrayLike) -> Fit | Gate:
    """Ordinary least squares; sigma is the residual standard deviation on n − p degrees of freedom."""
    rows, values = floats(design), floats(outcome)
    if closed := design_gate(rows, values):
        return closed
    freedom = len(values) - rows.shape[1]
    if freedom < 1:
        return TOO_FEW
    total = float(((values - values.mean()) ** 2).sum())
    if total == 0:
        return ALL_EQUAL
    q, r = np.linalg.qr(rows)
    coef = np.linalg.solve(r, q.T @ values)
    residual = float(((values - rows @ coef) ** 2).sum())
    inverse = np.linalg.inv(r)
    cov = inverse @ inverse.T * residual / freedom
    return Fit(
        coef=coef,
        se=np.sqrt(np.diag(cov)),
        cov=cov,
        deviance=residual,
        sigma=float(np.sqrt(residual / freedom)),
        r2=1 - residual / total,
    )
