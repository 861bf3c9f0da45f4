"""How many endings a home's stays let one expect, given who stayed there: Cox's model with Efron's ties.

One row per stay, covariates fixed before it; at least one ending. E = event − martingale residual: the
part of the cumulative hazard that the stay has lived through. Sources: Cox 1972, Efron 1977, Therneau &
Grambsch 2000.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import (
    COLLINEAR,
    NO_EVENTS,
    NOT_A_NUMBER,
    NOT_CONVERGED,
    SEPARATION,
    Floats,
    Gate,
    floats,
)
from hvb_followup.outcomes.stays import gate


class Hazard(msgspec.Struct, frozen=True, kw_only=True):
    """Log hazard ratios with standard errors, and each stay's expected number of endings."""

    coef: Floats
    se: Floats
    loglik: float
    expected: Floats


def proportional(
    covariates: ArrayLike,
    time: ArrayLike,
    event: ArrayLike,
    entry: ArrayLike | None = None,
    *,
    steps: int = 40,
) -> Hazard | Gate:
    """Cox's model by Newton's method; a covariate that tells endings exactly is a gate."""
    rows, times, events = np.atleast_2d(floats(covariates)), floats(time), floats(event)
    entries = floats(entry) if entry is not None else np.full_like(times, -1.0)
    if closed := gate(times, events, entries):
        return closed
    if len(rows) != len(times) or not np.isfinite(rows).all():
        return NOT_A_NUMBER
    events = np.where(times > entries, events, 0.0)  # who ended on entering was never at risk
    if events.sum() == 0:
        return NO_EVENTS
    middle = rows - rows.mean(axis=0)
    if np.linalg.matrix_rank(middle) < rows.shape[1]:
        return COLLINEAR
    coef, before = np.zeros(rows.shape[1]), -np.inf
    for _ in range(steps):
        loglik, score, information = _step(middle, times, events, entries, coef)
        if abs(loglik - before) <= 1e-12 * (abs(loglik) + 0.1):
            spread = np.sqrt(np.diag(np.linalg.inv(information)))
            if spread.max() > 1e3 * (1 + np.abs(coef).max()):
                return SEPARATION
            return Hazard(
                coef=coef, se=spread, loglik=loglik, expected=_expected(middle, times, events, entries, coef)
            )
        before = loglik
        if np.linalg.cond(information) > 1e14 or np.abs(middle @ coef).max() > 50:
            return SEPARATION
        coef = coef + np.linalg.solve(information, score)
    return NOT_CONVERGED


def _step(
    rows: Floats, times: Floats, events: Floats, entries: Floats, coef: Floats
) -> tuple[float, Floats, Floats]:
    """Efron's partial log-likelihood, its slope and information."""
    risk = np.exp(rows @ coef)
    k = rows.shape[1]
    loglik, score, information = 0.0, np.zeros(k), np.zeros((k, k))
    for when in np.unique(times[events == 1]):
        exposed = (entries < when) & (times >= when)
        ending = exposed & (times == when) & (events == 1)
        d = int(ending.sum())
        loglik += float((rows[ending] @ coef).sum())
        score += rows[ending].sum(axis=0)
        everyone, leaving = _sums(rows[exposed], risk[exposed]), _sums(rows[ending], risk[ending])
        for part in range(d):
            s0, s1, s2 = (a - part / d * b for a, b in zip(everyone, leaving, strict=True))
            loglik -= float(np.log(s0))
            score -= s1 / s0
            information += s2 / s0 - np.outer(s1, s1) / s0**2
    return loglik, score, information


def _sums(rows: Floats, risk: Floats) -> tuple[Floats, Floats, Floats]:
    return np.asarray(risk.sum()), risk @ rows, rows.T @ (risk[:, None] * rows)


def _expected(rows: Floats, times: Floats, events: Floats, entries: Floats, coef: Floats) -> Floats:
    """Each stay's share of Efron's baseline hazard; those who end together live through part of it."""
    risk = np.exp(rows @ coef)
    found = np.zeros(len(times))
    for when in np.unique(times[events == 1]):
        exposed = (entries < when) & (times >= when)
        ending = exposed & (times == when) & (events == 1)
        d = int(ending.sum())
        parts = np.arange(d) / d
        hazard = 1 / (risk[exposed].sum() - parts * risk[ending].sum())
        found[exposed & ~ending] += hazard.sum()
        found[ending] += float(((1 - parts) * hazard).sum())
    return found * risk
