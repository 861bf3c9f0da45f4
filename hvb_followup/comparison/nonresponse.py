"""What those who did not answer could change; and the closed group itself, without any chance of who lives there.

N were invited, n answered, x of them so. More answers than invited is a gate, as is nobody invited.
"""

from __future__ import annotations

import msgspec
import scipy
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.gates import (
    IMPOSSIBLE,
    MORE_THAN_INVITED,
    NO_ANSWERS,
    Gate,
    floats,
    numbers_gate,
    six_figures,
    values_gate,
)

COMPARABLE = 0.5


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """The least and greatest share of all invited, whatever the silent would have said; and who answered."""

    low: float
    high: float
    response: float


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """How many of all N are so, with the level, as counts and shares. Never a quality interval."""

    low: int
    high: int
    low_share: float
    high_share: float


def _gate(x_lo: float, x_hi: float, n: float, invited: float) -> Gate | None:
    if closed := numbers_gate(x_lo, x_hi, n, invited):
        return closed
    if not 0 <= x_lo <= x_hi <= n:
        return IMPOSSIBLE
    if n > invited:
        return MORE_THAN_INVITED
    return NO_ANSWERS if invited == 0 else None


def bounds(x: float, n: float, invited: float) -> Bounds | Gate:
    """[x/N, (x + N − n)/N]: all the silent against, and all for."""
    return bounds_coarse(x, x, n, invited)


def bounds_coarse(x_lo: float, x_hi: float, n: float, invited: float) -> Bounds | Gate:
    """The same of a coarse count: nothing is told that the datum does not tell."""
    if closed := _gate(x_lo, x_hi, n, invited):
        return closed
    return Bounds(low=x_lo / invited, high=(x_hi + invited - n) / invited, response=n / invited)


def response_gate(n: float, invited: float, least: float = COMPARABLE) -> Gate | None:
    """No comparison where less than half have answered."""
    if closed := _gate(0, 0, n, invited):
        return closed
    if six_figures(n / invited) >= least:
        return None
    return Gate(code="response", reason="Less than half of those invited have answered.")


def closed_group(x: int, n: int, invited: int, level: float = 0.95) -> Closed | Gate:
    """All totals M of N for which x of n drawn without return is no surprise on either side (hypergeometric
    Clopper–Pearson). With n = N it is x itself: the description of this group is exact."""
    if closed := _gate(x, x, n, invited):
        return closed
    if n == 0:
        return NO_ANSWERS
    # Six figures: a tail of exactly 0.025 is not below it on any machine.
    tail = six_figures((1 - level) / 2)
    totals = range(x, invited - n + x + 1)
    above = [six_figures(float(one)) for one in scipy.stats.hypergeom.sf(x - 1, invited, totals, n)]
    below = [six_figures(float(one)) for one in scipy.stats.hypergeom.cdf(x, invited, totals, n)]
    possible = [total for total, up, down in zip(totals, above, below, strict=True) if min(up, down) >= tail]
    low, high = possible[0], possible[-1]
    return Closed(low=low, high=high, low_share=low / invited, high_share=high / invited)


def shifted(x: float, n: float, invited: float, deltas: ArrayLike = (-1.0, -0.5, 0.0)) -> list[float] | Gate:
    """The share of all N had the silent's logit been moved by each delta from that of those who answered.

    The share of the answers is taken with half an answer of each kind, so that it has a logit.
    """
    if closed := _gate(x, x, n, invited):
        return closed
    if n == 0:
        return NO_ANSWERS
    middle = special.logit((x + 0.5) / (n + 1))
    return [float((x + (invited - n) * special.expit(middle + delta)) / invited) for delta in floats(deltas)]


def selection(answered: ArrayLike, invited: ArrayLike) -> float | Gate:
    """The standardised difference of a trait between those who answered and all invited; noted above 0.25."""
    some, everyone = floats(answered), floats(invited)
    if some.size == 0 or everyone.size == 0:
        return NO_ANSWERS
    if closed := values_gate(some) or values_gate(everyone):
        return closed
    if some.size > everyone.size:
        return MORE_THAN_INVITED
    spread = float(everyone.std())
    return 0.0 if spread == 0 else float((some.mean() - everyone.mean()) / spread)


def finite_correction(n: int, invited: int) -> float | Gate:
    """The factor √(1 − n/N) of a standard error when n of N answered."""
    closed = _gate(0, 0, n, invited)
    return closed or (1 - n / invited) ** 0.5
