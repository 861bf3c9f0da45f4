"""From items to scale scores, with a rule for missing items.

Items are one row per person and one column per item, NaN where not answered; "vet ej" and "vill inte
svara" are NaN, never the middle. Scored only where at least ``need`` were answered (half by default).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import (
    ALL_EQUAL,
    IMPOSSIBLE,
    NO_ANSWERS,
    NOT_A_NUMBER,
    TOO_FEW,
    Floats,
    Gate,
    floats,
    half_away,
)


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """Per person: the mean of what was answered, how many items, the score (NaN if too few), and it as 0–100."""

    available: Floats
    answered: Floats
    score: Floats
    per_cent: Floats


def scored(
    items: ArrayLike, low: float, high: float, *, reverse: Sequence[int] = (), need: int | None = None
) -> Scored | Gate:
    """Scores of a scale whose items run from ``low`` to ``high``; ``reverse`` are columns turned first."""
    table = np.atleast_2d(floats(items)).copy()
    if table.size == 0:
        return NO_ANSWERS
    if high <= low or (table < low).any() or (table > high).any():
        return IMPOSSIBLE
    table[:, list(reverse)] = low + high - table[:, list(reverse)]
    known = np.isfinite(table)
    answered = known.sum(axis=1).astype(np.float64)
    # Nothing answered has no mean; the division is only looked at where something was.
    mean = np.where(answered > 0, np.nansum(table, axis=1) / np.maximum(answered, 1), np.nan)
    least = -(-table.shape[1] // 2) if need is None else need
    score = np.where(answered >= least, mean, np.nan)
    return Scored(available=mean, answered=answered, score=score, per_cent=(score - low) / (high - low) * 100)


def prorated(answered_sum: float, answered: int, items: int, need: int | None = None) -> float | Gate:
    """A sum score as if all had been answered, rounded half up: 4 from 3 of 5 → 7 (6.67), as in the SDQ."""
    least = -(-items // 2) if need is None else need
    return half_away(answered_sum / answered * items) if answered >= max(least, 1) else TOO_FEW


def unit_mean(scores: ArrayLike) -> tuple[float, int] | Gate:
    """The mean over persons that have a score, and how many."""
    known = _scores(scores)
    if isinstance(known, Gate):
        return known
    return (float(known.mean()), len(known)) if known.size else NO_ANSWERS


def top_box(scores: ArrayLike, threshold: float) -> tuple[int, int] | Gate:
    """How many of those with a score lie at or above the threshold, and how many have one."""
    known = _scores(scores)
    if isinstance(known, Gate):
        return known
    return (int((known >= threshold).sum()), known.size) if known.size else NO_ANSWERS


def floor_and_ceiling(scores: ArrayLike, low: float, high: float) -> tuple[float, float] | Gate:
    """The shares of persons at the lowest and at the highest score; noted above 15 %."""
    known = _scores(scores)
    if isinstance(known, Gate):
        return known
    if known.size == 0:
        return NO_ANSWERS
    return ALL_EQUAL if low == high else (float((known <= low).mean()), float((known >= high).mean()))


def _scores(scores: ArrayLike) -> Floats | Gate:
    """Those that are there: NaN stands for none."""
    known = floats(scores)
    return NOT_A_NUMBER if np.isinf(known).any() else known[~np.isnan(known)]
