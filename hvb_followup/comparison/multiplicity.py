"""Many units tested at once: p-values adjusted so that the error is that of the family.

p-values in any order; ties are handled as R's p.adjust does. NaN or a value outside 0–1 is a gate.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import IMPOSSIBLE, NO_UNITS, NOT_A_NUMBER, Floats, Gate, floats, six_figures

Method = Literal["bonferroni", "holm", "hochberg", "BH", "BY"]


def adjusted(p: ArrayLike, method: Method) -> Floats | Gate:
    """Bonferroni, Holm 1979 and Hochberg 1988 hold the family's error; Benjamini & Hochberg 1995 the false
    discovery rate, Benjamini & Yekutieli 2001 also under any dependence."""
    values = floats(p)
    if values.size == 0:
        return NO_UNITS
    if not np.isfinite(values).all():
        return NOT_A_NUMBER
    if (values < 0).any() or (values > 1).any():
        return IMPOSSIBLE
    m, order = len(values), np.argsort(values, kind="stable")
    rank, ordered = np.arange(1, m + 1), values[order]
    if method == "bonferroni":
        stepped = m * ordered
    elif method == "holm":
        stepped = np.maximum.accumulate((m - rank + 1) * ordered)
    else:
        factor = {"hochberg": m - rank + 1.0, "BH": m / rank, "BY": m / rank * (1 / rank).sum()}[method]
        stepped = np.minimum.accumulate((factor * ordered)[::-1])[::-1]
    found = np.empty(m)
    found[order] = np.minimum(stepped, 1.0)
    return found


def rejected(p: ArrayLike, method: Method, alpha: float = 0.05) -> list[bool] | Gate:
    """Which are still below alpha, decided on six figures."""
    values = adjusted(p, method)
    if isinstance(values, Gate):
        return values
    return [six_figures(float(one)) <= alpha for one in values]


def expected_by_chance(tests: int, alpha: float) -> float:
    """The false-alarm budget: how many of so many tests would flag though nothing differs."""
    return tests * alpha
