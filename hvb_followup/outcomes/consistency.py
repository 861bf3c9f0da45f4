"""Do the items of a scale measure one thing? For the yearly instrument report, on national data only.

Sources: Cronbach 1951, Feldt, Woodruff & Salih 1987 (interval), Guttman 1945 (lambda 6), McDonald 1999
(omega), Jöreskog 1967 (one factor by maximum likelihood).
"""

from __future__ import annotations

from math import log, sqrt

import msgspec
import numpy as np
import scipy
from numpy.typing import ArrayLike

from hvb_followup.gates import ALL_EQUAL, NO_ANSWERS, NOT_CONVERGED, TOO_FEW, Floats, Gate, floats


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item against the rest: correlation with the others' sum and with the mean of all, and alpha without it."""

    n: int
    mean: float
    sd: float
    rest_r: float
    total_r: float
    alpha_without: float


class Alpha(msgspec.Struct, frozen=True, kw_only=True):
    """Cronbach's alpha, raw and standardised, with its interval, lambda 6 and each item."""

    n: int
    raw: float
    standardised: float
    average_r: float
    lambda6: float
    low: float
    high: float
    mean: float
    sd: float
    items: list[Item]


def alpha(items: ArrayLike, level: float = 0.95) -> Alpha | Gate:
    """Alpha of a table of persons by items from pairwise covariances; items must already point one way."""
    table = floats(items)
    closed = _gate(table)
    if closed:
        return closed
    cov = pairwise_covariance(table)
    if (np.diag(cov) <= 0).any():
        return ALL_EQUAL
    spread = np.sqrt(np.diag(cov))
    corr = cov / np.outer(spread, spread)
    k, n = len(cov), len(table)
    raw = _alpha(cov)
    means = np.array([_mean(row) for row in table])
    low, high = feldt(raw, n, k, level)
    return Alpha(
        n=n,
        raw=raw,
        standardised=_alpha(corr),
        average_r=float((corr.sum() - k) / (k * (k - 1))),
        lambda6=_lambda6(corr),
        low=low,
        high=high,
        mean=float(np.nanmean(means)),
        sd=float(np.nanstd(means, ddof=1)),
        items=[_item(table, means, cov, at) for at in range(k)],
    )


def _gate(table: Floats) -> Gate | None:
    if table.size == 0:
        return NO_ANSWERS
    if table.ndim != 2 or table.shape[1] < 2 or len(table) < 3:
        return TOO_FEW
    return TOO_FEW if (np.isfinite(table).sum(axis=0) < 3).any() else None


def pairwise_covariance(table: Floats) -> Floats:
    """Each pair's covariance over persons who answered both."""
    known = np.isfinite(table)
    if known.all():
        return np.asarray(np.cov(table, rowvar=False))
    k = table.shape[1]
    found = np.empty((k, k))
    for one in range(k):
        for other in range(one + 1):
            both = known[:, one] & known[:, other]
            pair = np.cov(table[both, one], table[both, other])[0, 1] if both.sum() > 1 else np.nan
            found[one, other] = found[other, one] = pair
    return found


def _alpha(cov: Floats) -> float:
    k = len(cov)
    return float(k / (k - 1) * (1 - np.trace(cov) / cov.sum()))


def _lambda6(corr: Floats) -> float:
    """1 − Σ(1 − squared multiple correlation)/sum of the matrix."""
    if np.linalg.matrix_rank(corr) < len(corr):
        return float("nan")
    unexplained = 1 / np.diag(np.linalg.inv(corr))
    return float(1 - unexplained.sum() / corr.sum())


def _mean(row: Floats) -> float:
    known = row[np.isfinite(row)]
    return float(known.mean()) if known.size else float("nan")


def _item(table: Floats, means: Floats, cov: Floats, at: int) -> Item:
    """The rest by covariances of pairs, the whole by each person's mean of what was answered (Revelle's psych)."""
    others = np.delete(np.arange(len(cov)), at)
    rest = float(cov[at, others].sum() / sqrt(cov[at, at] * cov[np.ix_(others, others)].sum()))
    answered = np.isfinite(table[:, at])
    known = table[answered, at]
    return Item(
        n=len(known),
        mean=float(known.mean()),
        sd=float(known.std(ddof=1)),
        rest_r=rest,
        total_r=float(np.corrcoef(means[answered], known)[0, 1]),
        alpha_without=_alpha(cov[np.ix_(others, others)]) if len(others) > 1 else float("nan"),
    )


def feldt(value: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of alpha of k items and n persons."""
    tail, df1, df2 = (1 + level) / 2, n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - value) * float(scipy.stats.f.ppf(tail, df1, df2))
    return low, 1 - (1 - value) * float(scipy.stats.f.ppf(1 - tail, df1, df2))


class OneFactor(msgspec.Struct, frozen=True, kw_only=True):
    """One factor: loadings in the items' own units, omega = (Σλ)²/((Σλ)² + Σθ), and its fit."""

    loadings: Floats
    unique: Floats
    omega: float
    chi2: float
    df: int
    cfi: float
    rmsea: float


def one_factor(items: ArrayLike) -> OneFactor | Gate:
    """The one-factor model by maximum likelihood of persons with all items; at least three items.

    The covariance is that of n persons (divisor n) and the statistic n × the discrepancy, as lavaan has it.
    """
    table = floats(items)
    closed = _gate(table)
    if closed:
        return closed
    table = table[np.isfinite(table).all(axis=1)]
    n, k = table.shape
    if k < 3 or n <= k:
        return TOO_FEW
    cov = np.cov(table, rowvar=False, bias=True)
    if (np.diag(cov) <= 0).any() or np.linalg.matrix_rank(cov) < k:
        return ALL_EQUAL
    spread = np.sqrt(np.diag(cov))
    corr = cov / np.outer(spread, spread)
    found = scipy.optimize.minimize(
        _discrepancy, np.zeros(k), args=(corr,), jac=False, method="L-BFGS-B",
        bounds=[(-9.0, 9.0)] * k, options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 5000, "maxfun": 50_000},
    )  # fmt: skip
    if not np.isfinite(found.fun):
        return NOT_CONVERGED
    unique = 1 / (1 + np.exp(-found.x))
    loadings = spread * _loadings(corr, unique)
    left = spread**2 * unique
    chi2, df = n * float(found.fun), k * (k - 3) // 2
    return OneFactor(
        loadings=loadings,
        unique=left,
        omega=float(loadings.sum() ** 2 / (loadings.sum() ** 2 + left.sum())),
        chi2=chi2,
        df=df,
        **_fit_indices(chi2, df, n, corr),
    )


def _loadings(corr: Floats, unique: Floats) -> Floats:
    """The best loadings at given unique shares: the first principal axis of the scaled matrix."""
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(corr / np.outer(root, root))
    axis = root * vectors[:, -1] * sqrt(max(float(values[-1]) - 1, 0.0))
    return np.asarray(axis if axis.sum() >= 0 else -axis)


def _discrepancy(at: Floats, corr: Floats) -> float:
    """log|Σ| + tr(SΣ⁻¹) − log|S| − k at the best loadings for the unique shares."""
    unique = 1 / (1 + np.exp(-at))
    root = np.sqrt(unique)
    values = np.linalg.eigvalsh(corr / np.outer(root, root))[:-1]
    # What the factor leaves: each remaining root should be 1.
    return float((values - np.log(values) - 1).sum())


def _fit_indices(chi2: float, df: int, n: int, corr: Floats) -> dict[str, float]:
    """CFI against items that have nothing in common, and RMSEA."""
    k = len(corr)
    alone, alone_df = -n * log(float(np.linalg.det(corr))), k * (k - 1) // 2
    excess, alone_excess = max(chi2 - df, 0.0), max(alone - alone_df, chi2 - df, 1e-12)
    return {"cfi": 1 - excess / alone_excess, "rmsea": sqrt(excess / (df * n)) if df > 0 else 0.0}
