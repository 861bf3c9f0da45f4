"""Methods that serve verification only: nothing the service shows is computed here.

A Poisson regression (for expected counts of a published example), generalised estimating equations
(beside the cluster-robust mean), metafor's root search, and the arithmetic of published tables that
give each other away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from hvb_followup.comparison import between
from hvb_followup.disclosure.bounds import attainable
from hvb_followup.gates import Floats, Gate, floats


def poisson(design: ArrayLike, counts: ArrayLike) -> tuple[Floats, Floats]:
    """Coefficients and fitted means of a Poisson regression with log link, by iterated least squares."""
    rows, y = floats(design), floats(counts)
    eta = np.log(np.maximum(y, 0.5))
    coef: Floats = np.zeros(rows.shape[1])
    for _ in range(50):
        mean = np.exp(eta)
        pulled = eta + (y - mean) / mean
        before, coef = (
            coef,
            floats(np.linalg.solve(rows.T @ (mean[:, None] * rows), rows.T @ (mean * pulled))),
        )
        eta = rows @ coef
        if np.abs(coef - before).max() < 1e-13:
            break
    return coef, np.exp(eta)


# metafor looks for roots within 0 … 100 and is content within this: its published figures are that rough.
_METAFOR = float(np.finfo(float).eps ** 0.25)


def paule_mandel(y: Floats, v: Floats) -> float | Gate:
    """Paule and Mandel's tau² as metafor gives it: our exact root, as near as its search comes."""
    return _as_metafor(between.tau2(y, v, "PM"), y, v, len(y) - 1)


def tau2_interval(y: Floats, v: Floats, level: float = 0.95) -> tuple[float | Gate, float | Gate]:
    """The Q-profile interval of tau² in the same way."""
    exact = between.tau2_interval(y, v, level)
    if isinstance(exact, Gate):
        return exact, exact
    tails = stats.chi2.ppf([(1 + level) / 2, (1 - level) / 2], len(y) - 1)
    return _as_metafor(exact[0], y, v, tails[0]), _as_metafor(exact[1], y, v, tails[1])


def _as_metafor(exact: float | Gate, y: Floats, v: Floats, wanted: float) -> float | Gate:
    """The rough root, unless ours is no root of the same: then ours, which will not pass."""
    if isinstance(exact, Gate) or exact == 0 or exact >= 100:
        return exact
    rough = optimize.brentq(
        lambda t: between.generalised_q(y, v, t) - wanted, 0, 100, xtol=_METAFOR, rtol=1e-15
    )
    return float(rough) if abs(rough - exact) <= _METAFOR else exact


def z_two_sided(z: float) -> float:
    """The two-sided p of a normal deviate."""
    return float(2 * stats.norm.sf(abs(z)))


def t_two_sided(t: float, df: int) -> float:
    """The two-sided p of a t statistic."""
    return float(2 * stats.t.sf(abs(t), df))


def exchangeable(
    design: ArrayLike, outcome: ArrayLike, cluster: Sequence[Any]
) -> tuple[Floats, Floats, float]:
    """Logistic GEE with exchangeable correlation: coefficients, robust errors, correlation (Liang & Zeger 1986)."""
    rows, y = floats(design), floats(outcome)
    _, place = np.unique(np.asarray(cluster), return_inverse=True)
    groups = [np.flatnonzero(place == one) for one in range(int(place.max()) + 1)]
    coef, alpha = np.zeros(rows.shape[1]), 0.0
    for _ in range(100):
        mean = special.expit(rows @ coef)
        spread = np.sqrt(mean * (1 - mean))
        residual = (y - mean) / spread
        alpha = _correlation(residual, groups)
        bread, score, meat = _sums(rows, y, mean, spread, groups, alpha)
        step = np.linalg.solve(bread, score)
        coef = coef + step
        if np.abs(step).max() < 1e-11:
            break
    inverse = np.linalg.inv(bread)
    return coef, np.sqrt(np.diag(inverse @ meat @ inverse)), alpha


def _correlation(residual: Floats, groups: Sequence[Any]) -> float:
    """The mean product of pairs over the mean square: no parameters taken off, as geepack has it."""
    products = sum(float(residual[one].sum() ** 2 - (residual[one] ** 2).sum()) / 2 for one in groups)
    pairs = sum(len(one) * (len(one) - 1) / 2 for one in groups)
    return products / pairs / float((residual**2).mean())


def _sums(
    rows: Floats, y: Floats, mean: Floats, spread: Floats, groups: Sequence[Any], alpha: float
) -> tuple[Floats, Floats, Floats]:
    k = rows.shape[1]
    bread, score, meat = np.zeros((k, k)), np.zeros(k), np.zeros((k, k))
    for one in groups:
        slope = rows[one] * (spread[one] ** 2)[:, None]
        work = np.full((len(one), len(one)), alpha)
        np.fill_diagonal(work, 1.0)
        inverse = np.linalg.inv(work * np.outer(spread[one], spread[one]))
        own = slope.T @ inverse @ (y[one] - mean[one])
        bread += slope.T @ inverse @ slope
        score += own
        meat += np.outer(own, own)
    return bread, score, meat


Cell = tuple[str, str]


def table_attack(
    table: Mapping[Cell, float], hidden: Sequence[Cell], *, rows_told: bool = True, columns_told: bool = True
) -> dict[Cell, tuple[float, float]]:
    """The least and greatest value of each hidden cell, given the shown cells and the margins told.

    By the linear programs of the disclosure audit: every margin is a sum told exactly.
    """
    whole = sum(table[cell] for cell in hidden)
    boxes = {"|".join(cell): (0, int(whole)) for cell in hidden}
    sums = []
    for axis, told in ((0, rows_told), (1, columns_told)):
        for name in sorted({cell[axis] for cell in hidden}) if told else ():
            inside = [cell for cell in hidden if cell[axis] == name]
            left = round(sum(table[cell] for cell in inside))
            sums.append((frozenset("|".join(cell) for cell in inside), (left, left)))
    found = attainable(boxes, sums)
    return {cell: found.get("|".join(cell), boxes["|".join(cell)]) for cell in hidden}


Told = Mapping[str, Any]


def differences(releases: Mapping[str, Any], threshold: int) -> list[dict[str, Any]]:
    """What anyone can subtract: neighbours in time, a whole minus its part, a total minus what lies under it."""
    return [{"n_diff": n, "top_diff": top, "unsafe": 1 <= n < threshold} for n, top in _differences(releases)]


def _differences(releases: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    flat = {key: value for key, value in releases.items() if _is_told(value)}
    for key, value in releases.items():
        if isinstance(value, list):
            for before, after in pairwise(value):
                yield _less(after, before)
        elif isinstance(value, Mapping) and not _is_told(value):
            yield from _under_total(value)
        elif key == next(iter(flat), None):
            yield from _under_total(flat)


def _under_total(groups: Mapping[str, Told]) -> Iterator[tuple[int, int]]:
    ordered = sorted(groups.values(), key=lambda one: -one["n"])
    for other in ordered[1:]:
        yield _less(ordered[0], other)


def _is_told(value: Any) -> bool:
    return isinstance(value, Mapping) and "n" in value


def _less(one: Told, other: Told) -> tuple[int, int]:
    return one["n"] - other["n"], one["top"] - other["top"]


def chi2_upper(statistic: float, df: int) -> float:
    """The upper tail of a chi-square."""
    return float(stats.chi2.sf(statistic, df))
