"""A register's stream over time: control charts with Anhøj's rules. Never for survey figures or rolling windows.

p: shares, u: rates, c: counts, with primes for Laney's widening at large denominators; i: single values;
g: units between rare events; t: days between them. ``freeze`` sets how many first points make the
baseline. Sources: Montgomery 2020 ch. 6–7, Laney 2002, Nelson 1982, Anhøj & Olesen 2014, Benneyan 2001.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log2
from typing import Literal

import msgspec
import numpy as np
import scipy
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
    six_figures,
)

Kind = Literal["p", "pp", "u", "up", "c", "i", "g", "t"]
_MOVING_RANGE = 1.128  # the mean moving range of two, in standard deviations
_SCREEN = 3.267


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """Anhøj's rules over the points off the centre line: the longest run on one side, and crossings."""

    useful: int
    longest: int
    longest_allowed: int
    crossings: int
    crossings_least: int

    @property
    def signal(self) -> bool:
        """Whether the stream has shifted: too long a run, or too few crossings."""
        return self.longest > self.longest_allowed or self.crossings < self.crossings_least


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """Points with centre line and three-sigma limits, and what the runs say (nothing where all lie on the line)."""

    kind: Kind
    y: Floats
    center: Floats
    low: Floats
    high: Floats
    runs: Runs | None

    def outside(self) -> list[bool]:
        """Which points lie beyond the limits, decided on six figures."""
        return [
            six_figures(float(y)) > six_figures(float(high))
            or six_figures(float(y)) < six_figures(float(low))
            for y, low, high in zip(self.y, self.low, self.high, strict=True)
        ]


def chart(
    kind: Kind,
    values: ArrayLike,
    sizes: ArrayLike | None = None,
    *,
    freeze: int | None = None,
    excluded: Sequence[int] = (),
    screened: bool = False,
) -> Chart | Gate:
    """The chart of values (counts for p, u and c; with ``sizes`` as denominators), in order of time.

    ``excluded`` places (from 0) have a known cause: they are drawn, but count neither for lines nor for runs.
    """
    x = floats(values)
    n = floats(sizes) if sizes is not None else np.ones_like(x)
    if closed := _gate(kind, x, n, freeze):
        return closed
    included = ~np.isin(np.arange(len(x)), list(excluded))
    base = included & (np.arange(len(x)) < (freeze or len(x)))
    if base.sum() < 2:
        return TOO_FEW
    y = x / n if kind in ("p", "pp", "u", "up") else x
    made = {
        "p": _share, "pp": _share, "u": _rate, "up": _rate, "c": _count, "i": _single, "g": _between, "t": _days,
    }[kind](kind, x, n, base, screened)  # fmt: skip
    center, low, high = (np.broadcast_to(line, y.shape).astype(np.float64) for line in made)
    return Chart(kind=kind, y=y, center=center, low=low, high=high, runs=runs(y[included], center[included]))


def _gate(kind: Kind, x: Floats, n: Floats, freeze: int | None) -> Gate | None:
    if x.size == 0:
        return NO_ANSWERS
    if x.shape != n.shape or not (np.isfinite(x).all() and np.isfinite(n).all()):
        return NOT_A_NUMBER
    if min(freeze or len(x), len(x)) < 2:
        return TOO_FEW
    if kind != "i" and (x < 0).any():
        return IMPOSSIBLE
    if kind in ("p", "pp") and (x > n).any():
        return IMPOSSIBLE
    if (n <= 0).any():
        return NO_ANSWERS
    return IMPOSSIBLE if kind == "t" and (x <= 0).any() else None


Lines = tuple[Floats, Floats, Floats]
NDArrayBool = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def _share(kind: Kind, x: Floats, n: Floats, base: NDArrayBool, screened: bool) -> Lines:
    middle = x[base].sum() / n[base].sum()
    sigma = np.sqrt(middle * (1 - middle) / n)
    if kind == "pp":
        sigma = sigma * _widening((x / n - middle)[base], sigma[base], screened)
    return middle, np.maximum(middle - 3 * sigma, 0), np.minimum(middle + 3 * sigma, 1)


def _rate(kind: Kind, x: Floats, n: Floats, base: NDArrayBool, screened: bool) -> Lines:
    middle = x[base].sum() / n[base].sum()
    sigma = np.sqrt(middle / n)
    if kind == "up":
        sigma = sigma * _widening((x / n - middle)[base], sigma[base], screened)
    return middle, np.maximum(middle - 3 * sigma, 0), middle + 3 * sigma


def _widening(away: Floats, sigma: Floats, screened: bool) -> float:
    """How much wider the points move than chance alone would have them."""
    if (sigma == 0).any():
        return 0.0
    return moving_range(away / sigma, screened) / _MOVING_RANGE


def _count(kind: Kind, x: Floats, n: Floats, base: NDArrayBool, screened: bool) -> Lines:
    middle = x[base].mean()
    reach = 3 * np.sqrt(middle)
    return middle, np.maximum(middle - reach, 0), middle + reach


def _single(kind: Kind, x: Floats, n: Floats, base: NDArrayBool, screened: bool) -> Lines:
    middle = x[base].mean()
    reach = 3 * moving_range(x[base], screened) / _MOVING_RANGE
    return middle, middle - reach, middle + reach


def _between(kind: Kind, x: Floats, n: Floats, base: NDArrayBool, screened: bool) -> Lines:
    """Limits around the mean; the centre line is the median, so that runs can be counted."""
    middle = x[base].mean()
    reach = 3 * np.sqrt(middle * (middle + 1))
    return floats(np.median(x[base])), np.maximum(middle - reach, 0), middle + reach


def _days(kind: Kind, x: Floats, n: Floats, base: NDArrayBool, screened: bool) -> Lines:
    """An i-chart of y^(1/3.6), which makes exponential times about normal, brought back."""
    middle, low, high = _single("i", x ** (1 / 3.6), n, base, screened)
    return middle**3.6, np.maximum(low, 0) ** 3.6, high**3.6


def moving_range(values: Floats, screened: bool = False) -> float:
    """The mean of |differences|; ``screened`` drops once those beyond 3.267 times it (Nelson 1982)."""
    ranges = np.abs(np.diff(values))
    mean = float(ranges.mean())
    kept = ranges[ranges < _SCREEN * mean] if screened else ranges
    return float(kept.mean()) if kept.size else mean


def runs(y: ArrayLike, center: ArrayLike) -> Runs | None:
    """The runs of points off the centre line: longest ≤ round(log2 n) + 3, crossings ≥ the 5 % binomial."""
    side = np.sign(np.round(floats(y) - floats(center), 12))
    side = side[side != 0]
    n = len(side)
    if n == 0:
        return None
    edges = np.flatnonzero(np.diff(side)) + 1
    lengths = np.diff(np.concatenate([[0], edges, [n]]))
    return Runs(
        useful=n,
        longest=int(lengths.max()),
        longest_allowed=int(half_away(log2(n))) + 3,
        crossings=len(edges),
        crossings_least=int(scipy.stats.binom.ppf(0.05, n - 1, 0.5)) if n > 1 else 0,
    )


def suits_p_chart(counts: ArrayLike, sizes: ArrayLike) -> Gate | None:
    """Three-sigma limits of shares want five events and five non-events expected per point; else exact tails."""
    x, n = floats(counts), floats(sizes)
    if closed := _gate("p", x, n, None):
        return closed
    share = x.sum() / n.sum()
    if share in (0, 1):
        return ALL_EQUAL
    return TOO_FEW if floor(six_figures(float(n.min() * min(share, 1 - share)))) < 5 else None
