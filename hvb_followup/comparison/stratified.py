"""Whether two groups answer an item differently though alike otherwise (DIF), for the yearly instrument report.

Tables have rows of groups and columns of answers 0 and 1, one per stratum. Needs a hundred persons or
more in each group. Sources: Mantel & Haenszel 1959, Holland & Thayer 1988 (delta), Swaminathan & Rogers 1990.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike

from hvb_followup.comparison.logistic import logistic
from hvb_followup.gates import ALL_EQUAL, IMPOSSIBLE, NO_ANSWERS, Floats, Gate, floats, values_gate


class MantelHaenszel(msgspec.Struct, frozen=True, kw_only=True):
    """The common odds ratio, the test with and without continuity correction, and delta = −2.35 ln(OR)."""

    odds_ratio: float
    chi2: float
    chi2_corrected: float
    p: float
    delta: float

    @property
    def grade(self) -> str:
        """A: negligible; C: |delta| ≥ 1.5 and significant, out of comparisons; B: between."""
        if self.p >= 0.05 or abs(self.delta) < 1:
            return "A"
        return "C" if abs(self.delta) >= 1.5 else "B"


def tables(group: Sequence[object], answer: ArrayLike, strata: Sequence[object]) -> Floats | Gate:
    """2 × 2 tables of group (in sorted order) by answer 0/1, one per stratum in sorted order."""
    groups, at = np.unique(np.asarray(group), return_inverse=True)
    answers = floats(answer)
    if closed := values_gate(answers):
        return closed
    if not np.isin(answers, (0, 1)).all():
        return IMPOSSIBLE
    if len(groups) != 2:
        return ALL_EQUAL
    names, place = np.unique(np.asarray(strata), return_inverse=True)
    found = np.zeros((len(names), 2, 2))
    np.add.at(found, (place, at, answers.astype(int)), 1)
    return found


def mantel_haenszel(strata: ArrayLike) -> MantelHaenszel | Gate:
    """The common odds ratio over strata of 2 × 2 tables; strata of fewer than two persons are left out.

    The p is that of the corrected test, as R's mantelhaen.test gives it.
    """
    counts = floats(strata)
    counts = counts[counts.sum(axis=(1, 2)) > 1] if counts.size else counts
    if counts.size == 0:
        return NO_ANSWERS
    a, b, c, d = counts[:, 0, 0], counts[:, 0, 1], counts[:, 1, 0], counts[:, 1, 1]
    n = a + b + c + d
    over, under = float((a * d / n).sum()), float((b * c / n).sum())
    due = (a + b) * (a + c) / n
    variance = float(((a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))).sum())
    if over == 0 or under == 0:
        return ALL_EQUAL
    away = abs(float((a - due).sum()))
    corrected = max(away - min(0.5, away), 0.0) ** 2 / variance
    return MantelHaenszel(
        odds_ratio=over / under,
        chi2=away**2 / variance,
        chi2_corrected=corrected,
        p=float(scipy.stats.chi2.sf(corrected, 1)),
        delta=-2.35 * log(over / under),
    )


def logistic_dif(group: Sequence[object], answer: ArrayLike, rest: ArrayLike) -> tuple[float, float] | Gate:
    """G² of a group's own level (uniform) and own slope on the rest score (non-uniform), 1 df each."""
    answers, score = floats(answer), floats(rest)
    groups, at = np.unique(np.asarray(group), return_inverse=True)
    if len(groups) != 2:
        return ALL_EQUAL
    ones, other = np.ones_like(score), at.astype(np.float64)
    fits = [
        logistic(np.column_stack(columns), answers)
        for columns in ([ones, score], [ones, score, other], [ones, score, other, score * other])
    ]
    deviances = [fit if isinstance(fit, Gate) else fit.deviance for fit in fits]
    for one in deviances:
        if isinstance(one, Gate):
            return one
    plain, uniform, crossed = (float(one) for one in deviances if not isinstance(one, Gate))
    return plain - uniform, uniform - crossed
