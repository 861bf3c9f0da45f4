"""Whether a case-mix model's expectations come true: discrimination, Brier score, calibration."""

from __future__ import annotations

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.comparison.logistic import logistic
from hvb_followup.gates import ALL_EQUAL, IMPOSSIBLE, Floats, Gate, floats, six_figures, values_gate


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """``in_large``: the shift that makes the sum right; ``intercept`` and ``slope``: of the joint line.

    Perfect: 0, 0, 1. ``deciles``: expected and observed share in tenths of the expectation.
    """

    auc: float
    brier: float
    in_large: float
    in_large_se: float
    intercept: float
    intercept_se: float
    slope: float
    slope_se: float
    deciles: list[tuple[float, float, int]]

    def gate(self) -> Gate | None:
        """Adjusted figures may be compared when the slope lies in 0.8–1.2 and the intercept within 0.2."""
        slope, shift = six_figures(self.slope), six_figures(self.in_large)
        if 0.8 <= slope <= 1.2 and abs(shift) < 0.2:
            return None
        return Gate(code="case_mix", reason="The case-mix model's expectations do not come true.")


def auc(outcome: ArrayLike, expected: ArrayLike) -> float | Gate:
    """The probability that one with the outcome was expected it more than one without; ties count half."""
    events, shares = floats(outcome), floats(expected)
    if closed := values_gate(events, shares):
        return closed
    positive = events > 0.5
    if positive.all() or not positive.any():
        return ALL_EQUAL
    ranks, n = scipy.stats.rankdata(shares), int(positive.sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(events) - n)))


def calibrate(outcome: ArrayLike, expected: ArrayLike) -> Calibration | Gate:
    """The calibration of expected shares (strictly within 0–1) against outcomes of 0 and 1, one per person."""
    events, shares = floats(outcome), floats(expected)
    area = auc(events, shares)
    if isinstance(area, Gate):
        return area
    if (shares <= 0).any() or (shares >= 1).any():
        return IMPOSSIBLE
    eta, ones = special.logit(shares), np.ones_like(shares)
    shift = logistic(ones[:, None], events, offset=eta)
    line = logistic(np.column_stack([ones, eta]), events)
    if isinstance(shift, Gate):
        return shift
    if isinstance(line, Gate):
        return line
    return Calibration(
        auc=area,
        brier=float(((events - shares) ** 2).mean()),
        in_large=float(shift.coef[0]),
        in_large_se=float(shift.se[0]),
        intercept=float(line.coef[0]),
        intercept_se=float(line.se[0]),
        slope=float(line.coef[1]),
        slope_se=float(line.se[1]),
        deciles=_deciles(events, shares),
    )


def _deciles(events: Floats, shares: Floats) -> list[tuple[float, float, int]]:
    order = np.argsort(shares, kind="stable")
    parts = [part for part in np.array_split(order, 10) if len(part)]
    return [(float(shares[part].mean()), float(events[part].mean()), len(part)) for part in parts]
