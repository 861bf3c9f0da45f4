"""P1, P2 and P6: who is flagged where nobody differs, or no more than homes do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np

from hvb_followup.comparison import flags, pooled, shrinkage
from hvb_followup.comparison.flags import Tails
from hvb_followup.gates import Gate

from .lines import Line
from .worlds import Home, homes, pooled_share

KINDS = ((False, "exact"), (True, "coarse"))
# Of x of n: the tails had the home its group's level.
TailsOf = Callable[[int, int], Tails | Gate]


def no_false_flags(*, quick: bool) -> list[Line]:
    """P1: 60 homes of 5–12 persons, all 0.75, 200 times."""
    lines = []
    for is_coarse, kind in KINDS:
        found = _flagged(0.75, 5, 12, 10 if quick else 200, is_coarse=is_coarse)
        lines += [
            Line(what=f"P1 {kind}: flagged at 99.8 %", value=_share(found, flags.LIMIT_998), most=0.004),
            Line(what=f"P1 {kind}: flagged at 95 %", value=_share(found, flags.LIMIT_95), most=0.05),
        ]
    return lines


def no_false_flags_near_the_top(*, quick: bool) -> list[Line]:
    """P2: 60 homes of 8–25 persons, all 0.90, 200 times; nobody is flagged for being all positive."""
    lines = []
    for is_coarse, kind in KINDS:
        found = _flagged(0.90, 8, 25, 10 if quick else 200, is_coarse=is_coarse)
        unlikely = [
            one.x == one.n and tails.flag_998 == "high" and exact.upper_mid >= flags.LIMIT_998
            for one, tails, exact in found
        ]
        lines += [
            Line(what=f"P2 {kind}: flagged at 99.8 %", value=_share(found, flags.LIMIT_998), most=0.004),
            Line(what=f"P2 {kind}: all yes, likely, and flagged high", value=float(sum(unlikely)), most=0),
        ]
    return lines


def few_unusual_where_homes_differ(*, quick: bool) -> list[Line]:
    """P6: 200 homes of 8–25 persons around 0.75 that spread by 0, 0.3 and 0.6 (logit), 100 times."""
    worlds = 2 if quick else 100
    lines = []
    for tau in (0.0, 0.3, 0.6):
        rng = np.random.default_rng(6)
        drawn = [homes(rng, 200, 8, 25, 0.75, tau)[0] for _ in range(worlds)]
        for is_coarse, kind in KINDS:
            found = [one for group in drawn for one in _unusual(group, is_coarse=is_coarse)]
            what = f"P6 {kind}: unusual though homes always spread by {tau:g}"
            lines.append(Line(what=what, value=float(np.mean(found)), most=0.003))
        told = [kind.unusual != "none" for group in drawn for kind in published(group)]
        what = f"P6 as published: unusual though homes always spread by {tau:g}"
        lines.append(Line(what=what, value=float(np.mean(told)), most=0.003))
    return lines


def published(group: Sequence[Home]) -> list[pooled.Kind]:
    """What is told of each home: the model's word of the sum of its coarse data."""
    told = [pooled.Datum(x_lo=one.told[0], x_hi=one.told[1], n=one.n) for one in group]
    found = pooled.pool(told)
    assert not isinstance(found, Gate)
    kinds = found.kinds(range(len(found.data)))
    assert not isinstance(kinds, Gate)
    return [kinds[row] for row in found.rows]


def _flagged(
    share: float, n_from: int, n_to: int, worlds: int, *, is_coarse: bool
) -> list[tuple[Home, Tails, Tails]]:
    """Each home with the tails it is flagged by, and those of its exact count."""
    rng = np.random.default_rng(1)
    found = []
    for _ in range(worlds):
        group, _ = homes(rng, 60, n_from, n_to, share)
        at = cache(partial(_exact, pooled_share(group, is_coarse=is_coarse)))
        found += [(one, _told(at, one, is_coarse=is_coarse), _open(at(one.x, one.n))) for one in group]
    return found


def _unusual(group: Sequence[Home], *, is_coarse: bool) -> list[bool]:
    """Who is unusual among homes that differ, the spread being that of the group's own figures."""
    # The spread is that of the middles of coarse data; a flag must then be true of every count a datum allows.
    x = [sum(one.told) / 2 if is_coarse else one.x for one in group]
    fitted = shrinkage.beta_binomial(x, [one.n for one in group])
    if isinstance(fitted, Gate):
        at = cache(partial(_exact, pooled_share(group, is_coarse=is_coarse)))
    else:
        at = cache(lambda count, n: flags.predictive_share(count, n, fitted.alpha, fitted.beta))
    tails = [_told(at, one, is_coarse=is_coarse) for one in group]
    return [one.flag_998 != "none" for one in tails]


def _told(at: TailsOf, one: Home, *, is_coarse: bool) -> Tails:
    if not is_coarse:
        return _open(at(one.x, one.n))
    return _open(flags.coarse(lambda x: at(x, one.n), *one.told))


def _exact(share: float, x: int, n: int) -> Tails | Gate:
    return flags.exact(x, n, share)


def _open(tails: Tails | Gate) -> Tails:
    assert not isinstance(tails, Gate)
    return tails


def _share(found: Sequence[tuple[Home, Tails, Tails]], limit: float) -> float:
    return float(np.mean([tails.flag(limit) != "none" for _, tails, _ in found]))
