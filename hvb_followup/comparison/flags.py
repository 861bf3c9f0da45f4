"""Whether a unit's count is unusual: exact mid-p tails, never the place of a dot against a line.

Two questions (R3 §0.4): is the unit's level another than the group's (``exact``), and is it unusual
given that units normally differ a bit (the predictive tails)? Both are decided on six figures.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np
import scipy
from scipy import special

from hvb_followup.gates import (
    IMPOSSIBLE,
    NO_ANSWERS,
    Floats,
    Gate,
    Integers,
    numbers_gate,
    six_figures,
)

Flag = Literal["none", "low", "high"]
LIMIT_95 = 0.025
LIMIT_998 = 0.001


class Tails(msgspec.Struct, frozen=True, kw_only=True):
    """Probabilities of a count at or below, and at or above, the one seen: whole, and with half of its own."""

    lower: float
    upper: float
    lower_mid: float
    upper_mid: float

    def flag(self, limit: float) -> Flag:
        """Low or high where that mid-p tail is below the limit."""
        if six_figures(self.lower_mid) < limit:
            return "low"
        return "high" if six_figures(self.upper_mid) < limit else "none"

    @property
    def flag_95(self) -> Flag:
        """The flag at 95 %, both sides together."""
        return self.flag(LIMIT_95)

    @property
    def flag_998(self) -> Flag:
        """The flag at 99.8 %, both sides together."""
        return self.flag(LIMIT_998)

    @property
    def z(self) -> float:
        """The normal deviate of the lower mid-p tail."""
        return float(
            special.ndtri(self.lower_mid) if self.lower_mid < 0.5 else -special.ndtri(self.upper_mid)
        )


def exact(x: int, n: int, share: float) -> Tails | Gate:
    """Binomial tails of x of n had the unit the share ``share`` (0–1)."""
    if closed := _gate(x, n, share):
        return closed
    return _tails(x, lambda at: float(special.bdtr(at, n, share)), float(binomial(x, n, share)))


def predictive_share(x: int, n: int, alpha: float, beta: float) -> Tails | Gate:
    """Beta-binomial tails: units' shares vary as Beta(alpha, beta) (Ohlssen, Sharples & Spiegelhalter 2007)."""
    if closed := _gate(x, n, 0.5):
        return closed
    if closed := numbers_gate(alpha, beta):
        return closed
    if not (alpha > 0 and beta > 0):
        return IMPOSSIBLE
    law = scipy.stats.betabinom(n, alpha, beta)
    return Tails(
        lower=float(law.cdf(x)),
        upper=float(law.sf(x - 1)) if x > 0 else 1.0,
        lower_mid=float(law.cdf(x) - law.pmf(x) / 2),
        upper_mid=float((law.sf(x - 1) if x > 0 else 1.0) - law.pmf(x) / 2),
    )


def predictive(x: int, odds: Floats) -> Tails | Gate:
    """Tails of x where 0 … n have these ``odds`` (summing to 1): what is unusual even where places differ."""
    if closed := _gate(x, len(odds) - 1, 0.5):
        return closed
    lower, upper, at = float(odds[: x + 1].sum()), float(odds[x:].sum()), float(odds[x])
    return Tails(lower=lower, upper=upper, lower_mid=lower - at / 2, upper_mid=upper - at / 2)


def binomial(x: int | Integers, n: int, share: Floats | float) -> Floats:
    """The probability of x of n at each share (0–1)."""
    ways = special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
    return np.asarray(np.exp(ways + special.xlogy(x, share) + special.xlog1py(n - x, -np.asarray(share))))


def predictive_count(count: int, expected: float, shape: float) -> Tails | Gate:
    """Negative binomial tails of a count: units' ratios vary as Gamma(shape, shape) around 1."""
    if closed := _gate(count, max(count, 1), 0.5):
        return closed
    if closed := numbers_gate(expected, shape):
        return closed
    if not (expected > 0 and shape > 0):
        return IMPOSSIBLE
    law = scipy.stats.nbinom(shape, shape / (shape + expected))
    return _tails(count, lambda at: float(law.cdf(at)), float(law.pmf(count)))


def predictive_mean(value: float, middle: float, variance: float, tau2: float) -> Tails | Gate:
    """Normal tails of a mean with its own variance, where units' levels vary by tau2 around the middle."""
    if closed := numbers_gate(value, middle, variance, tau2):
        return closed
    if variance + tau2 <= 0:
        return IMPOSSIBLE
    z = (value - middle) / (variance + tau2) ** 0.5
    low, high = float(special.ndtr(z)), float(special.ndtr(-z))
    return Tails(lower=low, upper=high, lower_mid=low, upper_mid=high)


def coarse(tails_at: Callable[[int], Tails | Gate], x_lo: int, x_hi: int) -> Tails | Gate:
    """The tails that hold for every count a coarse datum allows: each the greatest over x_lo … x_hi.

    A flag from them is true of all these counts (DESIGN §4.5).
    """
    low, high = tails_at(x_hi), tails_at(x_lo)
    if isinstance(low, Gate):
        return low
    if isinstance(high, Gate):
        return high
    # The lower tail grows with the count and the upper falls.
    return Tails(lower=low.lower, lower_mid=low.lower_mid, upper=high.upper, upper_mid=high.upper_mid)


def _tails(x: int, cdf: Callable[[float], float], at: float) -> Tails:
    below = cdf(x - 1) if x > 0 else 0.0
    lower, upper = below + at, 1.0 - below
    return Tails(lower=lower, upper=upper, lower_mid=lower - at / 2, upper_mid=upper - at / 2)


def _gate(x: float, n: float, share: float) -> Gate | None:
    if closed := numbers_gate(x, n, share):
        return closed
    if n == 0:
        return NO_ANSWERS
    return None if 0 <= x <= n and 0 <= share <= 1 else IMPOSSIBLE
