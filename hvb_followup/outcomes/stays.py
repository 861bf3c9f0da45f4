"""How long stays last: Kaplan–Meier, also where stays were already running when follow-up began.

Times in days (any one unit), ``event`` 1 where the stay ended and 0 where it was still open. Shown only
for ≥ 100 persons in ≥ 20 homes (DESIGN §4.4); length of stay is not a measure of quality. Assumes that
open stays are like the others. Sources: Kaplan & Meier 1958, Greenwood 1926, Mantel 1966, Andersen et al. 1993.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, inf, log, nan, sqrt
from typing import Literal

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike

from hvb_followup.gates import (
    ALL_EQUAL,
    IMPOSSIBLE,
    NO_ANSWERS,
    NO_EVENTS,
    NOT_A_NUMBER,
    Floats,
    Gate,
    Integers,
    floats,
)

Form = Literal["plain", "log", "log-log"]
_SAME = 1e-12


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """The share still staying after each distinct time: at risk just before, events, share, its standard error."""

    n: int
    time: Floats
    at_risk: Integers
    events: Integers
    share: Floats
    error: Floats

    def at(self, when: float) -> tuple[float, float]:
        """The share and its standard error at a time."""
        place = int(np.searchsorted(self.time, when, side="right")) - 1
        return (1.0, 0.0) if place < 0 else (float(self.share[place]), float(self.error[place]))

    def risk_at(self, when: float) -> int:
        """How many were at risk just before the next thing that happens at or after the time."""
        place = int(np.searchsorted(self.time, when, side="left"))
        return int(self.at_risk[place]) if place < len(self.time) else 0

    def interval(self, when: float, form: Form = "log-log", level: float = 0.95) -> tuple[float, float]:
        """The interval of the share at a time; NaN where the form has none."""
        share, error = self.at(when)
        return _interval(share, error, form, level)

    def quantile(self, p: float = 0.5) -> float:
        """The first time at which the share is 1 − p or less (the middle of a flat piece exactly there)."""
        return _crossing(self.time, self.share, 1 - p)

    def quantile_interval(
        self, p: float = 0.5, form: Form = "log-log", level: float = 0.95
    ) -> tuple[float, float]:
        """The times at which the interval's ends cross 1 − p (Brookmeyer & Crowley 1982); infinite if never."""
        ends = np.array(
            [_interval(float(s), float(e), form, level) for s, e in zip(self.share, self.error, strict=True)]
        )
        if len(ends) == 0:
            return inf, inf
        return _crossing(self.time, ends[:, 0], 1 - p), _crossing(self.time, ends[:, 1], 1 - p)

    def restricted_mean(self, horizon: float) -> tuple[float, float]:
        """The mean time stayed within a horizon, and its standard error."""
        inside = self.time < horizon
        steps = np.concatenate([[0.0], self.time[inside], [horizon]])
        pieces = np.diff(steps) * np.concatenate([[1.0], self.share[inside]])
        left = np.cumsum(pieces[::-1])[::-1][1:]
        d, n = self.events[inside], self.at_risk[inside]
        open_ = n > d
        variance = float((left[open_] ** 2 * d[open_] / (n[open_] * (n[open_] - d[open_]))).sum())
        return float(pieces.sum()), sqrt(variance)


def gate(time: Floats, event: Floats, entry: Floats) -> Gate | None:
    """What is wrong with stays, if anything."""
    if time.size == 0:
        return NO_ANSWERS
    if not time.shape == event.shape == entry.shape or not all(
        np.isfinite(one).all() for one in (time, event, entry)
    ):
        return NOT_A_NUMBER
    return (
        IMPOSSIBLE if (time < 0).any() or (time < entry).any() or not np.isin(event, (0, 1)).all() else None
    )


def kaplan_meier(time: ArrayLike, event: ArrayLike, entry: ArrayLike | None = None) -> Curve | Gate:
    """The curve; with ``entry`` a stay is at risk only after it entered follow-up, up to and with its end.

    A stay that ended as it entered was never at risk, and is no part of the curve.
    """
    times, events = floats(time), floats(event)
    entries = floats(entry) if entry is not None else np.full_like(times, -1.0)
    if closed := gate(times, events, entries):
        return closed
    seen = times > entries
    if not seen.any():
        return NO_ANSWERS
    times, events, entries = times[seen], events[seen], entries[seen]
    steps = np.unique(times)
    ended = _counts(times[events == 1], steps)
    ordered, entered = np.sort(times), np.sort(entries)
    at_risk = np.searchsorted(entered, steps, side="left") - np.searchsorted(ordered, steps, side="left")
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.cumprod(1 - ended / at_risk)
        greenwood = np.cumsum(np.where(ended > 0, ended / (at_risk * (at_risk - ended)), 0.0))
        error = np.where(share > 0, share * np.sqrt(greenwood), nan)
    return Curve(n=len(times), time=steps, at_risk=at_risk, events=ended, share=share, error=error)


def conditional(
    time: ArrayLike, event: ArrayLike, entry: ArrayLike, landmark: float, *, least_at_risk: int = 5
) -> Curve | Gate:
    """The delayed-entry curve of those who reached the landmark, which must have a risk set to stand on.

    Without it the curve of the first few falls to nothing and never rises again.
    """
    times, events, entries = floats(time), floats(event), floats(entry)
    if closed := gate(times, events, entries):
        return closed
    kept = times > landmark
    curve = kaplan_meier(times[kept], events[kept], np.maximum(entries[kept], landmark))
    if isinstance(curve, Gate):
        return curve
    first = curve.at_risk[curve.events > 0]
    if first.size and first[0] < least_at_risk:
        return Gate(code="risk_set", reason="Too few were at risk when the first stay ended.")
    return curve


class LogRank(msgspec.Struct, frozen=True, kw_only=True):
    """Groups in sorted order: persons, endings seen and expected, and the test of equal curves."""

    groups: list[str]
    n: Integers
    observed: Floats
    expected: Floats
    chi2: float
    df: int
    p: float


def log_rank(time: ArrayLike, event: ArrayLike, group: Sequence[object]) -> LogRank | Gate:
    """The log-rank test of two or more groups."""
    times, events = floats(time), floats(event)
    if closed := gate(times, events, np.zeros_like(times) - 1):
        return closed
    names, place = np.unique(np.asarray(group), return_inverse=True)
    if len(names) < 2:
        return ALL_EQUAL
    if events.sum() == 0:
        return NO_EVENTS
    steps, k = np.unique(times[events == 1]), len(names)
    at_risk = np.array([[np.sum(times[place == g] >= t) for g in range(k)] for t in steps], dtype=float)
    ended = np.array([[np.sum(events[(place == g) & (times == t)]) for g in range(k)] for t in steps])
    n, d = at_risk.sum(axis=1), ended.sum(axis=1)
    share = at_risk / n[:, None]
    factor = d * (n - d) / np.maximum(n - 1, 1)
    cov = np.diag((factor[:, None] * share).sum(axis=0)) - (share * factor[:, None]).T @ share
    observed, expected = ended.sum(axis=0), (d[:, None] * share).sum(axis=0)
    away = (observed - expected)[:-1]
    chi2 = float(away @ np.linalg.pinv(cov[:-1, :-1]) @ away)
    return LogRank(
        groups=[str(one) for one in names],
        n=np.bincount(place),
        observed=observed,
        expected=expected,
        chi2=chi2,
        df=k - 1,
        p=float(scipy.stats.chi2.sf(chi2, k - 1)),
    )


def _counts(values: Floats, steps: Floats) -> Integers:
    return np.bincount(np.searchsorted(steps, values), minlength=len(steps))


def _interval(share: float, error: float, form: Form, level: float) -> tuple[float, float]:
    z = float(scipy.stats.norm.ppf((1 + level) / 2))
    if not share > 0 or error != error:
        return nan, nan
    if form == "plain":
        return max(0.0, share - z * error), min(1.0, share + z * error)
    if form == "log":
        return share * exp(-z * error / share), min(1.0, share * exp(z * error / share))
    if share >= 1:
        return nan, nan
    reach = z * error / (share * abs(log(share)))
    middle = log(-log(share))
    return exp(-exp(middle + reach)), exp(-exp(middle - reach))


def _crossing(time: Floats, share: Floats, wanted: float) -> float:
    """The first time the curve is at or below the wanted share; NaN ends never cross."""
    at = np.flatnonzero(share <= wanted + _SAME)
    if at.size == 0:
        return inf
    first = int(at[0])
    if abs(share[first] - wanted) < _SAME:
        later = np.flatnonzero(share < wanted - _SAME)
        if later.size:
            return float((time[first] + time[int(later[0])]) / 2)
    return float(time[first])
