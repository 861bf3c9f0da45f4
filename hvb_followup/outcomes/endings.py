"""How stays end: planned, breakdown and other as competing ways, never one with the others called open.

Times as in ``stays``; ``cause`` is 0 while the stay is open and else the way it ended. Shown only for
≥ 100 persons in ≥ 20 homes (DESIGN §4.4). Source: Aalen & Johansen 1978; the variance is that of R's cmprsk.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import IMPOSSIBLE, NO_EVENTS, Floats, Gate, Integers, floats
from hvb_followup.outcomes.stays import gate


class Incidence(msgspec.Struct, frozen=True, kw_only=True):
    """The share that has ended in one way by each time, and its variance; the ways add up with who still stays."""

    cause: int
    time: Floats
    share: Floats
    variance: Floats
    last: float

    def at(self, when: float) -> tuple[float, float]:
        """The share and its variance at a time."""
        place = int(np.searchsorted(self.time, when, side="right")) - 1
        return (0.0, 0.0) if place < 0 else (float(self.share[place]), float(self.variance[place]))


class _Steps(msgspec.Struct, frozen=True, kw_only=True):
    """Distinct times of endings with who was at risk, who ended at all, and the share staying just before."""

    time: Floats
    at_risk: Floats
    ended: Floats
    before: Floats


def incidence(time: ArrayLike, cause: ArrayLike, entry: ArrayLike | None = None) -> list[Incidence] | Gate:
    """One curve per way of ending that occurs, in order of its number; ``entry`` as of ``stays.kaplan_meier``."""
    times, causes = floats(time), floats(cause)
    entries = floats(entry) if entry is not None else np.full_like(times, -1.0)
    closed = gate(times, (causes != 0).astype(np.float64), entries)
    if closed:
        return closed
    if (causes < 0).any() or (causes != np.round(causes)).any():
        return IMPOSSIBLE
    seen = times > entries
    times, causes, entries = times[seen], causes[seen], entries[seen]
    kinds = np.unique(causes[causes > 0])
    if kinds.size == 0:
        return NO_EVENTS
    steps = _steps(times, causes, entries)
    return [_one(steps, times, causes, int(kind)) for kind in kinds]


def _steps(times: Floats, causes: Floats, entries: Floats) -> _Steps:
    at = np.unique(times[causes > 0])
    at_risk = np.searchsorted(np.sort(entries), at, side="left") - np.searchsorted(
        np.sort(times), at, side="left"
    )
    ended = _count(times[causes > 0], at)
    after = np.cumprod(1 - ended / at_risk)
    return _Steps(
        time=at, at_risk=at_risk.astype(float), ended=ended.astype(float), before=np.append(1.0, after[:-1])
    )


def _count(values: Floats, at: Floats) -> Integers:
    return np.bincount(np.searchsorted(at, values), minlength=len(at))


def _one(steps: _Steps, times: Floats, causes: Floats, kind: int) -> Incidence:
    d1 = _count(times[causes == kind], steps.time).astype(np.float64)
    share = np.cumsum(steps.before * d1 / steps.at_risk)
    return Incidence(
        cause=kind,
        time=steps.time,
        share=share,
        variance=_variance(steps, d1, share),
        last=float(times.max()),
    )


def _variance(steps: _Steps, d1: Floats, share: Floats) -> Floats:
    """What each time's endings, in this way and in others, have done to the share by a later time.

    Σ own (1 − r)² + other r², r the share that has ended this way since, of those who stayed; those who end at once in
    one way are drawn without putting back. The sum of squares is opened so that every time is done at once.
    """
    n, staying = steps.at_risk, steps.before * (1 - steps.ended / steps.at_risk)
    own, other = _alone(steps, d1), _alone(steps, steps.ended - d1)
    scale = np.divide(1.0, staying, out=np.zeros_like(n), where=staying > 0)
    other = np.where(staying > 0, other, 0.0)
    past = scale * share
    first = np.cumsum(own * (1 + past) ** 2 + other * past**2)
    cross = np.cumsum(scale * (own * (1 + past) + other * past))
    return np.asarray(
        np.maximum(first - 2 * share * cross + share**2 * np.cumsum(scale**2 * (own + other)), 0.0)
    )


def _alone(steps: _Steps, ended: Floats) -> Floats:
    """The variance that endings of one sort at a time bring to the share that ends so then."""
    n = steps.at_risk
    of_ties = np.divide(n - ended, n - 1, out=np.ones_like(n), where=ended > 1)
    return np.asarray(steps.before**2 * ended / n**2 * of_ties)


def naive(time: ArrayLike, cause: ArrayLike, kind: int, when: float) -> float:
    """1 − Kaplan–Meier with the other ways called open: too high, kept to show by how much."""
    times, causes = floats(time), floats(cause)
    at = np.unique(times[(causes == kind) & (times <= when)])
    n = np.array([(times >= t).sum() for t in at])
    d = np.array([((times == t) & (causes == kind)).sum() for t in at])
    return float(1 - np.prod(1 - d / n))
