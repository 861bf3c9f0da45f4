"""How much more units differ than chance alone makes them: phi, tau², and funnel lines widened by it.

Fits E ≥ 5 or n ≥ 25 per unit and about twenty units; below that use the predictive tails of ``flags``.
The log forms have no value at O = 0: those units get a gate, never −∞.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike

from hvb_followup.gates import (
    IMPOSSIBLE,
    NO_EVENTS,
    Floats,
    Gate,
    counts_gate,
    floats,
    values_gate,
)

Form = Literal["log_ratio", "root_ratio", "share", "count_ratio"]


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """Units on the scale where they are compared: value, standard error, and z against the target."""

    target: float
    value: Floats
    error: Floats
    z: Floats


def scores(form: Form, numerator: ArrayLike, denominator: ArrayLike) -> Scores | Gate:
    """z-scores of units. ``log_ratio``: log(O/E), 1/√E (NHS SHMI). ``root_ratio``: √(O/E), 1/(2√E) (CQC).
    ``share``: arcsine of x/n, 1/(2√n). ``count_ratio``: log of two counts' ratio with ½ added.
    """
    x, n = floats(numerator), floats(denominator)
    if closed := values_gate(x, n):
        return closed
    if (n <= 0).any() or (x < 0).any():
        return IMPOSSIBLE
    if form == "log_ratio":
        return NO_EVENTS if (x == 0).any() else _scored(0.0, np.log(x / n), 1 / np.sqrt(n))
    if form == "root_ratio":
        return _scored(1.0, np.sqrt(x / n), 1 / (2 * np.sqrt(n)))
    if form == "share":
        if closed := counts_gate(x, n):
            return closed
        return _scored(
            float(np.arcsin(np.sqrt(x.sum() / n.sum()))), np.arcsin(np.sqrt(x / n)), 1 / (2 * np.sqrt(n))
        )
    if x.sum() == 0:
        return NO_EVENTS
    error = np.sqrt(x / (x + 0.5) ** 2 + n / (n + 0.5) ** 2)
    return _scored(float(np.log(x.sum() / n.sum())), np.log((x + 0.5) / (n + 0.5)), error)


def _scored(target: float, value: Floats, error: Floats) -> Scores:
    return Scores(target=target, value=value, error=error, z=(value - target) / error)


def winsorised(z: Floats, share: float = 0.1) -> Floats:
    """z with both tails drawn in to their quantiles (type 7)."""
    low, high = np.quantile(z, [share, 1 - share])
    return np.clip(z, low, high)


def truncated(z: Floats, share: float = 0.1) -> NDArrayBool:
    """Which z remain when the lowest and highest parts are left out (NHS: tenths of the ranks)."""
    parts = round(1 / share)
    tenth = np.floor(scipy.stats.rankdata(z) * parts / (len(z) + 1))
    return np.asarray((tenth > 0) & (tenth < parts - 1))


NDArrayBool = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def phi(z: Floats) -> float | Gate:
    """The mean of z²: 1 where units differ by chance alone."""
    return values_gate(z) or float((z**2).mean())


def tau2(dispersion: float, error: Floats) -> float | Gate:
    """The additive variance between units from phi and their errors (DerSimonian & Laird 1986), never below 0.

    Assumes at least two units with unequal weight shares; on the scale of ``scores``.
    """
    if closed := values_gate(error, least=2):
        return closed
    if (error <= 0).any():
        return IMPOSSIBLE
    weight, units = 1 / error**2, len(error)
    return max(
        0.0, float((units * dispersion - (units - 1)) / (weight.sum() - (weight**2).sum() / weight.sum()))
    )


def lines(form: Form, target: float, error: Floats, between: float, z: float) -> tuple[Floats, Floats]:
    """The widened lines ± z √(s² + tau²), back on the scale of the figure (target on the compared scale)."""
    reach = z * np.sqrt(error**2 + between)
    return _back(form, target - reach), _back(form, target + reach)


def _back(form: Form, value: Floats) -> Floats:
    if form == "root_ratio":
        return value
    return np.asarray(np.sin(value) ** 2 if form == "share" else np.exp(value))
