"""P3, P4 and P8: intervals hold the truth as often as they say, and a better answer never looks worse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from scipy import stats

from hvb_followup.comparison import flags, hierarchy, intervals
from hvb_followup.comparison.hierarchy import Posterior
from hvb_followup.comparison.likelihoods import Unit
from hvb_followup.disclosure.coarse import coarse
from hvb_followup.gates import Gate

from .flagging import published
from .lines import Line
from .worlds import Home, home, homes

Method = Callable[[int, int], intervals.Interval]
# What floating point may take back of a step upwards.
_ROUNDING = -1e-12


def coverage_of_intervals(*, quick: bool) -> list[Line]:
    """P3: shares 0.30 … 0.98, n 5 … 40, every count by its probability; quick looks at every other share."""
    shares = np.arange(0.30, 0.985, 0.02 if quick else 0.005)
    methods: list[tuple[str, Method, float]] = [
        ("exact, Wilson", lambda x, n: intervals.wilson(x, n), 0.83),
        ("exact, Jeffreys", lambda x, n: intervals.jeffreys(x, n), 0.86),
        ("coarse, Wilson", _wilson_of_one_datum, 0.83),
    ]
    lines = []
    for name, method, least in methods:
        covered = [_coverage(method, n, shares) for n in (5, 8, 10, 15, 25, 40)]
        lines += [
            Line(what=f"P3 {name}: mean coverage", value=float(np.mean(covered)), least=0.945),
            Line(what=f"P3 {name}: least coverage", value=float(np.min(covered)), least=least),
        ]
    return lines


def _wilson_of_one_datum(x: int, n: int) -> intervals.Interval:
    return intervals.wilson_coarse(*coarse(n, x, 1), n)


def _coverage(method: Method, n: int, shares: np.ndarray) -> np.ndarray:
    counts = np.arange(n + 1)
    ends = np.array([method(int(x), n) for x in counts])
    holds = (ends[:, :1] <= shares) & (shares <= ends[:, 1:])
    return np.asarray((stats.binom.pmf(counts[:, None], n, shares) * holds).sum(axis=0))


def coverage_of_the_hierarchy(*, quick: bool) -> list[Line]:
    """P4: 60 homes of 8–25 persons around 0.75 that spread by 0.3, 0.6 and 1.0 (logit), 100 times."""
    worlds = 4 if quick else 100
    # The limits allow for the chance of a hundred worlds. Homes of one world err together, its coverage varies by
    # about 0.04: few worlds are given three standard errors more.
    chance = 3 * 0.04 / worlds**0.5 if quick else 0.0
    lines = []
    for tau in (0.3, 0.6, 1.0):
        rng = np.random.default_rng(4)
        drawn = [homes(rng, 60, 8, 25, 0.75, tau) for _ in range(worlds)]
        for is_coarse, kind in ((False, "exact"), (True, "coarse")):
            coverage, error = _against_the_truth(drawn, is_coarse=is_coarse)
            what = f"P4 {kind}: coverage at a spread of {tau:g}"
            # What is made coarse may tell less than the model asks of exact counts, and never more.
            most = float("inf") if is_coarse else 0.97 + chance
            lines.append(Line(what=what, value=coverage, least=0.92 - chance, most=most))
            if tau == 0.6:
                limit = float("inf") if is_coarse else 0.75
                lines.append(Line(what=f"P4 {kind}: error against raw shares'", value=error, most=limit))
    return lines


def _against_the_truth(
    drawn: Sequence[tuple[list[Home], np.ndarray]], *, is_coarse: bool
) -> tuple[float, float]:
    """How often the intervals hold the true share, and the error of the estimates against the raw shares'."""
    inside, squared, raw = [], [], []
    for group, true in drawn:
        found = _fit([one.unit(is_coarse=is_coarse) for one in group])
        low, high = found.interval()
        inside.append((low <= true) & (true <= high))
        squared.append((found.level_mean() - true) ** 2)
        raw.append((np.array([one.x / one.n for one in group]) - true) ** 2)
    return float(np.mean(inside)), float((np.mean(squared) / np.mean(raw)) ** 0.5)


def coverage_of_what_is_published(*, quick: bool) -> list[Line]:
    """P4 of what a release tells: the model sees the sum of a home's coarse data, not each of them."""
    worlds = 4 if quick else 100
    chance = 3 * 0.04 / worlds**0.5 if quick else 0.0
    lines = []
    for tau in (0.3, 0.6, 1.0):
        rng = np.random.default_rng(4)
        told = _of_what_is_published([homes(rng, 60, 8, 25, 0.75, tau) for _ in range(worlds)])
        lines.append(
            Line(what=f"P4 as published: coverage at a spread of {tau:g}", value=told, least=0.92 - chance)
        )
    return lines


def _of_what_is_published(drawn: Sequence[tuple[list[Home], np.ndarray]]) -> float:
    """How often the interval that a release tells, of the sum of a home's coarse data, holds the true share."""
    inside = []
    for group, true in drawn:
        kinds = published(group)
        low, high = np.array([one.lo for one in kinds]), np.array([one.hi for one in kinds])
        inside.append((low <= true) & (true <= high))
    return float(np.mean(inside))


def one_more_yes_never_lowers(*, quick: bool) -> list[Line]:
    """P8: homes of one size with every count, in one group, so that all see the same belief of μ and τ."""
    rng = np.random.default_rng(8)
    others = homes(rng, 30, 8, 25, 0.75, 0.6)[0]
    steps: dict[str, list[float]] = {"exact": [], "coarse": []}
    for n in (5, 12) if quick else range(5, 26):
        ladder = _ladder(n, rng)
        for kind in steps:
            told = [one.unit(is_coarse=kind == "coarse") for one in (*ladder, *others)]
            steps[kind] += _rises(_fit(told), len(ladder))
            steps[kind] += _rises_of_one(ladder, is_coarse=kind == "coarse")
    return [
        Line(what=f"P8 {kind}: the least step upwards", value=min(found), least=_ROUNDING)
        for kind, found in steps.items()
    ]


def _ladder(n: int, rng: np.random.Generator) -> list[Home]:
    """A home at each count from none to all, every step one person who said yes instead of no."""
    rungs = [home(0, n, rng)]
    while rungs[-1].x < n:
        counts = list(rungs[-1].counts)
        (place,) = rng.choice([at for at, (x, size) in enumerate(counts) if x < size], 1)
        counts[place] = (counts[place][0] + 1, counts[place][1])
        rungs.append(Home(tuple(counts)))
    return rungs


def _rises(found: Posterior, rungs: int) -> list[float]:
    """How much the estimate, its ends and the chances of lying above something rise from rung to rung."""
    low, high = found.interval()
    columns = (found.level_mean(), low, high, found.above(1.1), found.above(0.0), found.above_mean())
    return [float(step) for column in columns for step in np.diff(column[:rungs])]


def _rises_of_one(ladder: Sequence[Home], *, is_coarse: bool) -> list[float]:
    """The same of what is told of a home by itself: its interval, and its lower tail against 0.75."""
    told = [one.told if is_coarse else (one.x, one.x) for one in ladder]
    n = ladder[0].n
    ends = [intervals.wilson_coarse(*pair, n) for pair in told]
    tails = [flags.coarse(lambda x: flags.exact(x, n, 0.75), *pair) for pair in told]
    lower = [tail.lower_mid for tail in tails if not isinstance(tail, Gate)]
    columns = ([low for low, _ in ends], [high for _, high in ends], lower)
    return [after - before for column in columns for before, after in pairwise(column)]


def _fit(units: Sequence[Unit]) -> Posterior:
    found = hierarchy.fit_shares(units)
    assert not isinstance(found, Gate)
    return found
