"""P5 and P10: where nobody differs nobody is placed before another, and little data gives no word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from hvb_followup.comparison import hierarchy, ranks, reliability, verdict
from hvb_followup.comparison.hierarchy import Posterior
from hvb_followup.disclosure.coarse import coarse
from hvb_followup.gates import Gate

from .lines import Line
from .worlds import Home, homes

K = 25


def no_places_where_nobody_differs(*, quick: bool) -> list[Line]:
    """P5: 25 homes that do not differ: rank sets, and the words of the hierarchical model.

    Rank sets of estimates with errors of any size 1 000 times; what is said of exact and coarse shares of 8–25 persons
    200 times: the model's rank sets, each home beside its group, and the most distant pairs.
    """
    lines = [
        Line(
            what="P5 any error: rank sets hold the tie",
            value=_of_any_error(40 if quick else 1000),
            least=0.93,
        )
    ]
    for is_coarse, kind in ((False, "exact"), (True, "coarse")):
        tied, alone, pairs = _silent_worlds(4 if quick else 200, is_coarse=is_coarse)
        lines += [
            Line(what=f"P5 {kind}: rank sets of the model's levels hold the tie", value=tied, least=0.93),
            Line(what=f"P5 {kind}: no home is called surely higher or lower", value=alone, least=0.95),
            Line(what=f"P5 {kind}: no home is called surely above another", value=pairs, least=0.95),
        ]
    return lines


def _of_any_error(worlds: int) -> float:
    rng = np.random.default_rng(5)
    held = []
    for _ in range(worlds):
        own = rng.uniform(0.3, 3.0, K)
        held.append(_holds_the_tie(rng.standard_normal(K) * own, own))
    return float(np.mean(held))


def _of_the_model(posterior: Posterior) -> bool:
    """Whether the rank sets of the model's levels, each with its own uncertainty, hold the tie."""
    density, theta = posterior.density(), posterior.theta
    level = density @ theta
    return _holds_the_tie(level, (density @ theta**2 - level**2) ** 0.5)


def _holds_the_tie(estimates: Sequence[float] | np.ndarray, own: Sequence[float] | np.ndarray) -> bool:
    found = ranks.rank_sets(estimates, own, draws=2000)
    assert not isinstance(found, Gate)
    return bool((found.low == 1).all() and (found.high == K).all())


def _information(one: Home, level: float, *, is_coarse: bool) -> float:
    return sum(reliability.information(n, _classes(n, is_coarse=is_coarse), level) for _, n in one.counts)


def _classes(n: int, *, is_coarse: bool) -> list[tuple[int, int]]:
    """The classes of counts that can be told of an atom."""
    return sorted({coarse(n, x, 1) if is_coarse else (x, x) for x in range(n + 1)})


def _silent_worlds(worlds: int, *, is_coarse: bool) -> tuple[float, float, float]:
    """The shares of worlds in which rank sets hold the tie, no home is told apart, and no pair of homes."""
    rng = np.random.default_rng(55)
    tied, alone, pairs = [], [], []
    for _ in range(worlds):
        group = homes(rng, K, 8, 25, 0.75)[0]
        found = _fit(group, is_coarse=is_coarse)
        tied.append(_of_the_model(found))
        alone.append(not {"higher", "lower"} & set(_verdicts(group, found, is_coarse=is_coarse)))
        # A pair nearer each other is less apart: the outermost two on either side are enough.
        order = [int(place) for place in np.argsort(found.level_mean())]
        said = {verdict.pair(found.pair_above(a, b)) for a, b in product(order[:2], order[-2:])}
        pairs.append(not {"first", "second"} & said)
    return float(np.mean(tied)), float(np.mean(alone)), float(np.mean(pairs))


def _fit(group: Sequence[Home], *, is_coarse: bool) -> Posterior:
    found = hierarchy.fit_shares([one.unit(is_coarse=is_coarse) for one in group])
    assert not isinstance(found, Gate)
    return found


def _verdicts(group: Sequence[Home], found: Posterior, *, is_coarse: bool) -> list[verdict.Verdict]:
    """The word of each home, with nothing against it but how much its data can tell."""
    known = zip(found.above_mean(), _reliabilities(group, found, is_coarse=is_coarse), strict=True)
    return [verdict.verdict(_evidence(float(above), reliable)) for above, reliable in known]


def _reliabilities(group: Sequence[Home], found: Posterior, *, is_coarse: bool) -> list[float]:
    """τ²/(τ² + what the home's data leave unknown), at the group's level."""
    level, tau2 = found.mu_mean(), found.tau2_mean()
    told = [_information(one, level, is_coarse=is_coarse) for one in group]
    return [float(value) for value in reliability.of_units(tau2, [1 / one for one in told])]


def _evidence(above: float, reliable: float) -> verdict.Evidence:
    return verdict.Evidence(
        persons=20, response=0.8, is_shown=True, is_adjusted=True, reliability=reliable, above=above,
        lower_tail=1e-6, upper_tail=1e-6, passes_fdr=True,
    )  # fmt: skip


def no_words_of_little_data(*, quick: bool) -> list[Line]:
    """P10: homes that spread by 0.1–1.0, and every point estimate at every reliability below one half."""
    rng = np.random.default_rng(10)
    worlds = 1 if quick else 20
    grid = [
        verdict.verdict(_evidence(float(above), reliable))
        for above in np.linspace(0, 1, 201)
        for reliable in (0.0, 0.25, 0.49, 0.499999, float("nan"))
    ]
    lines = [Line(what="P10 any estimate: worded", value=_worded(grid), most=0)]
    for is_coarse, kind in ((False, "exact"), (True, "coarse")):
        below: list[verdict.Verdict] = []
        for tau in (0.1, 0.3, 0.6, 1.0):
            for _ in range(worlds):
                group = homes(rng, 40, 5, 40, 0.75, tau)[0]
                found = _fit(group, is_coarse=is_coarse)
                known = _reliabilities(group, found, is_coarse=is_coarse)
                words = _verdicts(group, found, is_coarse=is_coarse)
                below += [word for word, one in zip(words, known, strict=True) if one < 0.5]
        # A property of nobody would hold too.
        lines += [
            Line(what=f"P10 {kind}: homes with too little data", value=len(below), least=10),
            Line(what=f"P10 {kind}: of them worded", value=_worded(below), most=0),
        ]
    return lines


def _worded(words: Sequence[verdict.Verdict]) -> float:
    return float(sum(word != "reliability" for word in words))
