"""What a unit's young people let one expect, so that units are compared as if they had taken in the same.

Covariates were fixed before the placement and lie outside the provider's control (R3 §1.3). A model is
fitted leaving the unit out: no unit defines its own expectation. What is published is compared by models that
were frozen beforehand (``adjusting``), which also say where homes do not overlap and expectations do not come true.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.comparison.intervals import Interval, z_value
from hvb_followup.comparison.logistic import Fit, linear, logistic
from hvb_followup.gates import NO_UNITS, NOT_A_NUMBER, ONE_UNIT, Floats, Gate, floats


class Standardised(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's observed and expected events among n persons, and what follows from them.

    ``rate`` = O/E × the group's share; ``adjusted`` = the group's share + (O − E)/n within 0–1; ``z`` =
    (O − E)/√variance, where the variance is Σ p(1 − p).
    """

    unit: str
    n: int
    observed: float
    expected: float
    ratio: float
    rate: float
    variance: float
    z: float
    excess: float
    adjusted: float


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """A unit's mean score, what its young people let one expect, and the difference with its normal interval."""

    unit: str
    n: int
    mean: float
    expected: float
    difference: float
    se: float
    interval: Interval


def expected_left_out(design: ArrayLike, outcome: ArrayLike, units: Sequence[str]) -> Floats | Gate:
    """Each person's expected share from a logistic model fitted on all other units' persons."""
    rows, events, names = floats(design), floats(outcome), np.asarray(units)
    if len(names) == 0:
        return NO_UNITS
    if len(np.unique(names)) == 1:
        return ONE_UNIT
    found = np.empty(len(events))
    for unit in np.unique(names):
        own = names == unit
        fit = logistic(rows[~own], events[~own])
        if isinstance(fit, Gate):
            return fit
        found[own] = fit.share(rows[own])
    return found


def standardise(outcome: ArrayLike, expected: ArrayLike, units: Sequence[str]) -> list[Standardised] | Gate:
    """Indirect standardisation per unit, in order of unit; a ratio of two units' ratios means nothing."""
    events, shares, names = floats(outcome), floats(expected), np.asarray(units)
    if len(names) == 0:
        return NO_UNITS
    if not len(names) == len(events) == len(shares) or not (
        np.isfinite(events).all() and np.isfinite(shares).all()
    ):
        return NOT_A_NUMBER
    overall = float(events.mean())
    return [
        _unit(str(unit), events[names == unit], shares[names == unit], overall) for unit in np.unique(names)
    ]


def _unit(unit: str, events: Floats, shares: Floats, overall: float) -> Standardised:
    n, seen, due = len(events), float(events.sum()), float(shares.sum())
    variance = float((shares * (1 - shares)).sum())
    ratio = seen / due if due > 0 else float("nan")
    return Standardised(
        unit=unit,
        n=n,
        observed=seen,
        expected=due,
        ratio=ratio,
        rate=ratio * overall,
        variance=variance,
        z=(seen - due) / sqrt(variance) if variance > 0 else float("nan"),
        excess=(seen - due) / n,
        adjusted=min(max(overall + (seen - due) / n, 0.0), 1.0),
    )


def added(
    design: ArrayLike, score: ArrayLike, units: Sequence[str], level: float = 0.95
) -> tuple[Fit, list[Added]] | Gate:
    """The linear model and each unit's mean residual with sigma/√n; sigma is pooled over all units, so normal."""
    rows, scores, names = floats(design), floats(score), np.asarray(units)
    if len(names) == 0:
        return NO_UNITS
    fit = linear(rows, scores)
    if isinstance(fit, Gate):
        return fit
    due = fit.linear(rows)
    return fit, [
        _added(str(unit), scores[names == unit], due[names == unit], fit.sigma, level)
        for unit in np.unique(names)
    ]


def _added(unit: str, scores: Floats, due: Floats, sigma: float, level: float) -> Added:
    n, difference, se = len(scores), float((scores - due).mean()), sigma / sqrt(len(scores))
    half = z_value(level) * se
    return Added(
        unit=unit,
        n=n,
        mean=float(scores.mean()),
        expected=float(due.mean()),
        difference=difference,
        se=se,
        interval=(difference - half, difference + half),
    )
