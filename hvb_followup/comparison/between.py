"""How much units' levels truly differ (tau²), the common mean, and estimates drawn towards it.

Values y with known sampling variances v, one per unit, on a scale where they are about normal. Assumes
independent units from one group; at least two. Sources: DerSimonian & Laird 1986, Paule & Mandel 1982,
Viechtbauer 2005, Hartung & Knapp 2001, Higgins et al. 2009, Viechtbauer 2007 (Q-profile).
"""

from __future__ import annotations

from math import sqrt
from typing import Literal

import msgspec
import scipy
from numpy.typing import ArrayLike

from hvb_followup.comparison.intervals import Interval, z_value
from hvb_followup.gates import IMPOSSIBLE, NO_UNITS, ONE_UNIT, Floats, Gate, floats, values_gate

Method = Literal["DL", "PM", "REML", "EE"]


class Pooled(msgspec.Struct, frozen=True, kw_only=True):
    """The common mean and how units spread around it; ``predicted`` is where a new unit's level would lie."""

    tau2: float
    mean: float
    error: float
    ci: Interval
    predicted: Interval
    q: float
    q_p: float
    i2: float
    h2: float


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """Units' levels drawn towards the common mean (BLUP), with standard error and interval."""

    value: Floats
    error: Floats
    low: Floats
    high: Floats


def gate(y: Floats, v: Floats) -> Gate | None:
    """What stops a comparison of units' values, if anything."""
    if y.size == 0:
        return NO_UNITS
    if closed := values_gate(y, v):
        return closed
    if (v <= 0).any():
        return IMPOSSIBLE
    return ONE_UNIT if len(y) == 1 else None


def tau2(y: ArrayLike, v: ArrayLike, method: Method = "REML") -> float | Gate:
    """The variance between units' true levels, never below 0."""
    values, variances = floats(y), floats(v)
    if closed := gate(values, variances):
        return closed
    estimators = {"DL": _dersimonian_laird, "PM": _paule_mandel, "REML": _reml}
    return 0.0 if method == "EE" else estimators[method](values, variances)


def pooled(
    y: ArrayLike, v: ArrayLike, method: Method = "REML", level: float = 0.95, *, knapp_hartung: bool = False
) -> Pooled | Gate:
    """The common mean; with ``knapp_hartung`` its error and interval are from t with the seen spread."""
    between = tau2(y, v, method)
    if isinstance(between, Gate):
        return between
    return pooled_at(y, v, between, level, knapp_hartung=knapp_hartung)


def pooled_at(
    y: ArrayLike, v: ArrayLike, between: float, level: float = 0.95, *, knapp_hartung: bool = False
) -> Pooled | Gate:
    """The common mean at a given tau²."""
    values, variances = floats(y), floats(v)
    if closed := gate(values, variances):
        return closed
    weight = 1 / (variances + between)
    mean, error = float((weight * values).sum() / weight.sum()), sqrt(1 / weight.sum())
    quantile, freedom = z_value(level), len(values) - 1
    if knapp_hartung:
        error *= sqrt(float((weight * (values - mean) ** 2).sum()) / freedom)
        quantile = float(scipy.stats.t.ppf((1 + level) / 2, freedom))
    reach = quantile * sqrt(error**2 + between)
    fixed = 1 / variances
    q = float((fixed * (values - (fixed * values).sum() / fixed.sum()) ** 2).sum())
    typical = freedom / float(fixed.sum() - (fixed**2).sum() / fixed.sum())
    return Pooled(
        tau2=between,
        mean=mean,
        error=error,
        ci=(mean - quantile * error, mean + quantile * error),
        predicted=(mean - reach, mean + reach),
        q=q,
        q_p=float(scipy.stats.chi2.sf(q, freedom)),
        i2=100 * between / (between + typical),
        h2=between / typical + 1,
    )


def drawn(y: ArrayLike, v: ArrayLike, method: Method = "REML", level: float = 0.95) -> Drawn | Gate:
    """Each unit's level drawn towards the mean by its reliability; the error counts that of the mean too."""
    between = tau2(y, v, method)
    return between if isinstance(between, Gate) else drawn_at(y, v, between, level)


def drawn_at(y: ArrayLike, v: ArrayLike, between: float, level: float = 0.95) -> Drawn | Gate:
    """The same at a given tau²."""
    values, variances, common = floats(y), floats(v), pooled_at(y, v, between, level)
    if isinstance(common, Gate):
        return common
    own = common.tau2 / (common.tau2 + variances)
    value = own * values + (1 - own) * common.mean
    error = (own * variances + (1 - own) ** 2 * common.error**2) ** 0.5
    reach = z_value(level) * error
    return Drawn(value=value, error=error, low=value - reach, high=value + reach)


def tau2_interval(y: ArrayLike, v: ArrayLike, level: float = 0.95) -> Interval | Gate:
    """The tau² for which the generalised Q is no surprise (Q-profile)."""
    values, variances = floats(y), floats(v)
    if closed := gate(values, variances):
        return closed
    freedom = len(values) - 1
    tails = scipy.stats.chi2.ppf([(1 + level) / 2, (1 - level) / 2], freedom)
    return _where_q(values, variances, tails[0]), _where_q(values, variances, tails[1])


def generalised_q(values: Floats, variances: Floats, between: float) -> float:
    """The weighted sum of squares around the mean at a tau²: about k − 1 at the true one."""
    weight = 1 / (variances + between)
    return float((weight * (values - (weight * values).sum() / weight.sum()) ** 2).sum())


def _where_q(values: Floats, variances: Floats, wanted: float) -> float:
    """The tau² at which Q falls to the wanted value; 0 where it never lies above."""
    if generalised_q(values, variances, 0.0) <= wanted:
        return 0.0
    top = float(variances.max() + values.var() + 1e-12)
    while generalised_q(values, variances, top) > wanted:
        top *= 2
    return float(
        scipy.optimize.brentq(
            lambda t: generalised_q(values, variances, t) - wanted, 0.0, top, xtol=1e-14, rtol=1e-12
        )
    )


def _dersimonian_laird(values: Floats, variances: Floats) -> float:
    weight = 1 / variances
    spread = weight.sum() - (weight**2).sum() / weight.sum()
    return max(0.0, float((generalised_q(values, variances, 0.0) - (len(values) - 1)) / spread))


def _paule_mandel(values: Floats, variances: Floats) -> float:
    return _where_q(values, variances, len(values) - 1)


def _reml(values: Floats, variances: Floats) -> float:
    """Where the restricted score crosses 0, held at 0."""

    def score(between: float) -> float:
        weight = 1 / (variances + between)
        away = values - (weight * values).sum() / weight.sum()
        return float((weight**2 * away**2).sum() - weight.sum() + (weight**2).sum() / weight.sum())

    if score(0.0) <= 0:
        return 0.0
    top = float(variances.max() + values.var() + 1e-12)
    while score(top) > 0:
        top *= 2
    return float(scipy.optimize.brentq(score, 0.0, top, xtol=1e-14, rtol=1e-12))
