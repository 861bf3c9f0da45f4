"""Repeated answers of one person: standard errors over persons, not answers (Liang & Zeger 1986)."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import ALL_EQUAL, TOO_FEW, Gate, floats, values_gate


class ClusterMean(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of n answers by so many persons, with the error had they been independent, and the robust ones.

    ``cr1`` is ``cr0`` × √(G/(G − 1)); ``design_effect`` how many times the variance has grown.
    """

    n: int
    clusters: int
    mean: float
    independent: float
    cr0: float
    cr1: float
    design_effect: float


def cluster_mean(values: ArrayLike, persons: Sequence[object]) -> ClusterMean | Gate:
    """The mean of answers with its error over persons; at least two persons."""
    scores = floats(values)
    if closed := values_gate(scores, least=2):
        return closed
    _, place = np.unique(np.asarray(persons), return_inverse=True)
    groups, n = int(place.max()) + 1, len(scores)
    if groups < 2:
        return TOO_FEW
    if np.ptp(scores) == 0:
        return ALL_EQUAL
    sums = np.bincount(place, weights=scores - scores.mean())
    independent, cr0 = float(scores.std(ddof=1)) / sqrt(n), sqrt(float((sums**2).sum())) / n
    return ClusterMean(
        n=n,
        clusters=groups,
        mean=float(scores.mean()),
        independent=independent,
        cr0=cr0,
        cr1=cr0 * sqrt(groups / (groups - 1)),
        design_effect=(cr0 / independent) ** 2,
    )
