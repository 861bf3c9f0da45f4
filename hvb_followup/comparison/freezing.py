"""Fitting the model of case-mix that is then frozen (``adjusting``): a logistic model of places' coarse counts.

Calibration is of each place by a model of all others. Sources: Huber 1967, White 1980 (standard errors); R3 §1.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.comparison.adjusting import DIGITS, FEWEST_PERSONS, FEWEST_PLACES, Comes, Tenth
from hvb_followup.comparison.logistic import Fit, logistic
from hvb_followup.gates import NO_UNITS, NOT_A_NUMBER, TOO_FEW, Floats, Gate, floats, half_away

TENTHS = 10


class Fitted(NamedTuple):
    """Intercept and coefficients with standard errors that allow for homes that differ, and how it comes true."""

    coef: tuple[float, ...]
    se: tuple[float, ...]
    comes: Comes


def fit(design: ArrayLike, x_lo: ArrayLike, x_hi: ArrayLike, n: ArrayLike) -> Fitted | Gate:
    """A logistic model of places' coarse counts (their middles), judged by leaving each place out in turn.

    ``design`` has a row per place, its first column all ones and the others about their centres. The counts must
    be of different persons; what places differ by beside their circumstances goes into the standard errors.
    """
    rows, twice, both = floats(design), floats(x_lo) + floats(x_hi), 2 * floats(n)
    if len(rows) == 0:
        return NO_UNITS
    if not np.isfinite(rows).all():
        return NOT_A_NUMBER
    if len(rows) < FEWEST_PLACES or both.sum() < 2 * FEWEST_PERSONS:
        return TOO_FEW
    whole = logistic(rows, twice, trials=both)
    if isinstance(whole, Gate):
        return whole
    expected = np.empty(len(rows))
    for place in range(len(rows)):
        others = np.arange(len(rows)) != place
        without = logistic(rows[others], twice[others], trials=both[others])
        if isinstance(without, Gate):
            return without
        expected[place] = without.linear(rows[place])
    comes = _comes(expected, twice, both)
    if isinstance(comes, Gate):
        return comes
    return Fitted(
        coef=tuple(_rounded(float(one)) for one in whole.coef),
        se=tuple(_rounded(float(one)) for one in _robust(whole, rows, twice, both)),
        comes=comes,
    )


def _rounded(value: float) -> float:
    """To as many digits as a parameter is published with; nought has no sign."""
    return half_away(value, DIGITS) + 0.0


def _comes(eta: Floats, twice: Floats, both: Floats) -> Comes | Gate:
    ones = np.ones((len(eta), 1))
    shift = logistic(ones, twice, trials=both, offset=eta)
    lines = np.column_stack([ones, eta - eta.mean()])
    line = logistic(lines, twice, trials=both)
    if isinstance(shift, Gate):
        return shift
    if isinstance(line, Gate):
        return line
    shift_se, line_se = _robust(shift, ones, twice, both, eta), _robust(line, lines, twice, both)
    told = [float(shift.coef[0]), float(shift_se[0]), float(line.coef[1]), float(line_se[1])]
    in_large, in_large_se, slope, slope_se = map(_rounded, told)
    return Comes(
        in_large=in_large,
        in_large_se=in_large_se,
        slope=slope,
        slope_se=slope_se,
        tenths=tuple(_tenths(eta, twice, both)),
    )


def _robust(found: Fit, rows: Floats, twice: Floats, both: Floats, offset: ArrayLike = 0.0) -> Floats:
    """Standard errors where each place is one observation: the sandwich of Huber and White."""
    left = (twice - both * found.share(rows, offset))[:, None] * rows
    return np.asarray(np.sqrt(np.diag(found.cov @ (left.T @ left) @ found.cov)))


def _tenths(eta: Floats, twice: Floats, both: Floats) -> Iterator[Tenth]:
    share = special.expit(eta)
    for part in np.array_split(np.argsort(share, kind="stable"), TENTHS):
        yield Tenth(
            expected=_rounded(float(share[part] @ both[part] / both[part].sum())),
            observed=_rounded(float(twice[part].sum() / both[part].sum())),
            places=len(part),
            persons=int(both[part].sum() / 2),
        )
