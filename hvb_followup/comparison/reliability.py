"""How much of the difference between units' figures is real, and how many answers that takes.

ICC: the share of the variance of single answers that lies between units. Sources: Shrout & Fleiss 1979,
Spearman 1910, Brown 1910, van Dishoeck et al. 2011 (rankability), Lingsma et al. 2009 (expected ranks).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.comparison.flags import binomial
from hvb_followup.gates import (
    ALL_EQUAL,
    IMPOSSIBLE,
    NO_UNITS,
    NOT_A_NUMBER,
    ONE_UNIT,
    TOO_FEW,
    Floats,
    Gate,
    floats,
    six_figures,
    values_gate,
)

ENOUGH = 0.5


class Icc(msgspec.Struct, frozen=True, kw_only=True):
    """An intraclass correlation with its F test and interval."""

    kind: str
    icc: float
    f: float
    df1: int
    df2: int
    p: float
    low: float
    high: float


def shrout_fleiss(ratings: ArrayLike, level: float = 0.95) -> list[Icc] | Gate:
    """The six ICCs of targets (rows) rated by the same raters (columns): 1, 2, 3 and their k-rater means."""
    table = floats(ratings)
    if closed := values_gate(table):
        return closed
    if table.ndim != 2 or min(table.shape) < 2:
        return TOO_FEW
    n, k = table.shape
    rows = k * float(((table.mean(axis=1) - table.mean()) ** 2).sum()) / (n - 1)
    columns = n * float(((table.mean(axis=0) - table.mean()) ** 2).sum()) / (k - 1)
    within = float(((table - table.mean(axis=1, keepdims=True)) ** 2).sum()) / (n * (k - 1))
    error = (within * n * (k - 1) - columns * (k - 1)) / ((n - 1) * (k - 1))
    if error <= 0:
        return ALL_EQUAL
    single = [
        _one_way(rows, within, n, k, level),
        _two_way(rows, columns, error, n, k, level),
        _consistent(rows, error, n, k, level),
    ]
    return single + [_averaged(one, k) for one in single]


def _one_way(rows: float, within: float, n: int, k: int, level: float) -> Icc:
    f, df1, df2 = rows / within, n - 1, n * (k - 1)
    low, high = _f_interval(f, df1, df2, level)
    share = (rows - within) / (rows + (k - 1) * within)
    return Icc(
        kind="ICC1", icc=share, f=f, df1=df1, df2=df2, p=float(scipy.stats.f.sf(f, df1, df2)),
        low=(low - 1) / (low + k - 1), high=(high - 1) / (high + k - 1),
    )  # fmt: skip


def _consistent(rows: float, error: float, n: int, k: int, level: float) -> Icc:
    f, df1, df2 = rows / error, n - 1, (n - 1) * (k - 1)
    low, high = _f_interval(f, df1, df2, level)
    return Icc(
        kind="ICC3", icc=(rows - error) / (rows + (k - 1) * error), f=f, df1=df1, df2=df2,
        p=float(scipy.stats.f.sf(f, df1, df2)), low=(low - 1) / (low + k - 1), high=(high - 1) / (high + k - 1),
    )  # fmt: skip


def _two_way(rows: float, columns: float, error: float, n: int, k: int, level: float) -> Icc:
    share = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    f, df1, df2 = rows / error, n - 1, (n - 1) * (k - 1)
    ratio = columns / error
    parts = k * share * ratio + n * (1 + (k - 1) * share) - k * share
    freedom = (
        (k - 1)
        * (n - 1)
        * parts**2
        / ((n - 1) * k**2 * share**2 * ratio**2 + (n * (1 + (k - 1) * share) - k * share) ** 2)
    )
    upper = float(scipy.stats.f.ppf((1 + level) / 2, n - 1, freedom))
    lower = float(scipy.stats.f.ppf((1 + level) / 2, freedom, n - 1))
    spread = k * columns + (k * n - k - n) * error
    return Icc(
        kind="ICC2", icc=share, f=f, df1=df1, df2=df2, p=float(scipy.stats.f.sf(f, df1, df2)),
        low=n * (rows - upper * error) / (upper * spread + n * rows),
        high=n * (lower * rows - error) / (spread + n * lower * rows),
    )  # fmt: skip


def _f_interval(f: float, df1: int, df2: int, level: float) -> tuple[float, float]:
    tail = (1 + level) / 2
    return f / float(scipy.stats.f.ppf(tail, df1, df2)), f * float(scipy.stats.f.ppf(tail, df2, df1))


def _averaged(one: Icc, k: int) -> Icc:
    """The same of the mean of k raters, by Spearman–Brown."""
    icc, low, high = (spearman_brown(value, k) for value in (one.icc, one.low, one.high))
    return msgspec.structs.replace(one, kind=f"{one.kind}k", icc=icc, low=low, high=high)


class OneWay(msgspec.Struct, frozen=True, kw_only=True):
    """Persons within units: ICC(1) of one answer, ICC(2) of a unit's mean at the mean size, and their F."""

    icc1: float
    icc2: float
    f: float
    between: float
    within: float
    size: float
    units: int
    p: float


def one_way(values: ArrayLike, units: Sequence[str]) -> OneWay | Gate:
    """ICCs from the analysis of variance of unequal groups; the size is the plain mean (Bliese 2000)."""
    scores, names = floats(values), np.asarray(units)
    if closed := values_gate(scores):
        return closed
    groups = [scores[names == unit] for unit in np.unique(names)]
    n, k = len(scores), len(groups)
    if k < 2:
        return NO_UNITS if k == 0 else ONE_UNIT
    if n - k < 1:
        return TOO_FEW
    inside = sum(float(((group - group.mean()) ** 2).sum()) for group in groups) / (n - k)
    outside = sum(len(group) * (group.mean() - scores.mean()) ** 2 for group in groups) / (k - 1)
    if inside == 0:
        return ALL_EQUAL
    size, f = n / k, float(outside / inside)
    return OneWay(
        icc1=float((outside - inside) / (outside + (size - 1) * inside)),
        icc2=float((outside - inside) / outside) if outside > 0 else 0.0,
        f=f, between=float(outside), within=inside, size=size, units=k, p=float(scipy.stats.f.sf(f, k - 1, n - k)),
    )  # fmt: skip


def spearman_brown(icc: float, n: float) -> float:
    """The reliability of the mean of n answers."""
    return n * icc / (1 + (n - 1) * icc)


def n_for(icc: float, reliability: float) -> float | Gate:
    """The answers a unit needs for a reliability, as the formula gives it; ``n_needed`` rounds up."""
    if not (0 < icc < 1 and 0 < reliability < 1):
        return IMPOSSIBLE
    return reliability * (1 - icc) / ((1 - reliability) * icc)


def n_needed(icc: float, reliability: float) -> int | Gate:
    """Whole answers needed; 21.0000001 by rounding of floats is still 21."""
    exact = n_for(icc, reliability)
    return exact if isinstance(exact, Gate) else ceil(six_figures(exact))


def of_units(tau2: float, variances: ArrayLike) -> Floats | Gate:
    """Each unit's reliability tau²/(tau² + its own sampling variance)."""
    own = floats(variances)
    if own.size == 0:
        return NO_UNITS
    if np.isnan(own).any() or tau2 != tau2:
        return NOT_A_NUMBER
    if tau2 < 0 or (own < 0).any():
        return IMPOSSIBLE
    return ALL_EQUAL if tau2 == 0 and (own == 0).any() else tau2 / (tau2 + own)


def information(n: int, classes: Sequence[tuple[int, int]], logit: float) -> float:
    """What a coarse datum tells of a unit's logit: Fisher's information of its classes of counts.

    The classes follow each other from 0 to n. Exact counts are one each and give n p (1 − p); coarser ones less.
    """
    share = float(special.expit(logit))
    counts = np.arange(n + 1)
    mass = binomial(counts, n, share)
    first = [low for low, _ in classes]
    probability = np.add.reduceat(mass, first)
    slope = np.add.reduceat(mass * (counts - n * share), first)
    known = probability > 0
    return float((slope[known] ** 2 / probability[known]).sum())


def of_coarse(n: int, classes: Sequence[tuple[int, int]], logit: float, tau2: float) -> float | Gate:
    """The reliability of a coarse datum of n answers around the group's level: what the gate asks of (DESIGN §5)."""
    if n <= 0:
        return TOO_FEW
    told = information(n, classes, logit)
    return tau2 * told / (tau2 * told + 1)


def gate(reliability: float) -> Gate | None:
    """No word of comparison below one half, whatever the figure (property P10)."""
    if six_figures(reliability) >= ENOUGH:
        return None
    return Gate(code="reliability", reason="Less than half of the difference between units is real.")


def rankability(tau2: float, variances: ArrayLike) -> float | Gate:
    """tau²/(tau² + the median own variance); units without a finite variance are left out and must be told."""
    own = floats(variances)
    if np.isnan(own).any():
        return NOT_A_NUMBER
    own = own[np.isfinite(own)]
    if own.size == 0:
        return NO_UNITS
    return float(tau2 / (tau2 + np.median(own)))


def above(levels: ArrayLike, variances: ArrayLike) -> Floats | Gate:
    """P(unit i above unit j) for normal posteriors, NaN on the diagonal."""
    level, own = floats(levels), floats(variances)
    if closed := values_gate(level, own):
        return closed
    if len(level) < 2:
        return ONE_UNIT
    if (own <= 0).any():
        return IMPOSSIBLE
    spread = np.sqrt(own[:, None] + own[None, :])
    found = np.asarray(special.ndtr((level[:, None] - level[None, :]) / spread))
    np.fill_diagonal(found, np.nan)
    return found


def expected_ranks(levels: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats] | Gate:
    """Expected rank 1 + Σ P(the unit above the others), and the same as percentiles. Never shown as ranks."""
    ahead = above(levels, variances)
    if isinstance(ahead, Gate):
        return ahead
    rank = 1 + np.nansum(ahead, axis=1)
    return rank, 100 * (rank - 0.5) / len(rank)
