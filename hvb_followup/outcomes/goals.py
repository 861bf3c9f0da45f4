"""Goals of one's own: how far each was reached. Within persons only: a provider that sets goals sets the bar."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import IMPOSSIBLE, NO_ANSWERS, NOT_A_NUMBER, TOO_FEW, Gate, floats


def attainment(levels: ArrayLike, weights: ArrayLike | None = None, correlation: float = 0.3) -> float | Gate:
    """The GAS T score 50 + 10 Σwx/√((1 − ρ)Σw² + ρ(Σw)²), levels −2 … 2 (Kiresuk & Sherman 1968)."""
    x = np.atleast_1d(floats(levels))
    w = np.atleast_1d(floats(weights)) if weights is not None else np.ones_like(x)
    if x.size == 0:
        return NO_ANSWERS
    if x.shape != w.shape or not (np.isfinite(x).all() and np.isfinite(w).all()):
        return NOT_A_NUMBER
    if (np.abs(x) > 2).any() or (w < 0).any() or w.sum() == 0:
        return IMPOSSIBLE
    scale = sqrt((1 - correlation) * float((w**2).sum()) + correlation * float(w.sum()) ** 2)
    return 50 + 10 * float(w @ x) / scale


def change(first: ArrayLike, last: ArrayLike) -> float | Gate:
    """The mean of last − first over goals scored (0–10) both times; NaN stands for not scored."""
    before, after = floats(first), floats(last)
    if np.isinf(before).any() or np.isinf(after).any():
        return NOT_A_NUMBER
    moved = after - before
    known = moved[~np.isnan(moved)]
    return float(known.mean()) if known.size else TOO_FEW


def share_moved(changes: ArrayLike, points: float) -> float | Gate:
    """The share of persons whose goals moved at least so many points; how many is for the pilot to say."""
    known = floats(changes)
    if np.isinf(known).any():
        return NOT_A_NUMBER
    known = known[~np.isnan(known)]
    return float((known >= points).mean()) if known.size else TOO_FEW
