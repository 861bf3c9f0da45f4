"""What the hierarchical model says of a group of places, each known only as a count between two limits.

Places with the same datum share everything: they are one *kind*. All numbers leave on six figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import msgspec
import numpy as np
from scipy import special

from hvb_followup.comparison import flags, reliability
from hvb_followup.comparison.hierarchy import Posterior, Prior, fit_shares
from hvb_followup.comparison.likelihoods import Atom, share_log
from hvb_followup.gates import NO_UNITS, NOT_A_NUMBER, ONE_UNIT, TOO_FEW, Floats, Gate, six_figures

# Below about ten places the prior decides how much they differ (R3 §1.5).
FEWEST = 10
_NOTHING = 1e-13


class Datum(msgspec.Struct, frozen=True, kw_only=True):
    """A count between x_lo and x_hi of n, and the logits by which its case-mix moves what is expected."""

    x_lo: int
    x_hi: int
    n: int
    offset: float = 0.0


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of every place with one datum: pooled estimate with its 95 % interval (0–1), P(above the
    group), reliability, predictive tails among places that differ, and the exact flag against what is expected.

    The estimate is told as if the place had the group's common mix, so that it lies beside the group's level;
    tails and flag hold the count against what the place's own mix lets one expect.
    """

    number: int
    datum: Datum
    lo: float
    middle: float
    hi: float
    above: float
    reliability: float
    tails: flags.Tails
    exact: flags.Flag

    @property
    def two_sided(self) -> float:
        """The predictive mid-p of both sides."""
        return min(1.0, 2 * min(self.tails.lower_mid, self.tails.upper_mid))

    @property
    def unusual(self) -> flags.Flag:
        """Low or high where the predictive mid-p is below 0.001."""
        return self.tails.flag_998


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The group's level (0–1), how much places differ (logit), and which kind of datum each place has.

    ``data`` and ``reliabilities`` are the kinds', ``rows`` the places' kinds. ``n_needed`` are the exact answers for
    a reliability of one half; ``tells_nothing_apart`` where the spread is as likely as not below 0.1. ``posterior``
    is for what is asked of some kinds only.
    """

    centre: float
    spread: float
    n_needed: int
    tells_nothing_apart: bool
    data: tuple[Datum, ...]
    reliabilities: tuple[float, ...]
    rows: tuple[int, ...]
    posterior: Posterior

    def kinds(self, numbers: Sequence[int]) -> list[Kind] | Gate:
        """All that is said of places of these kinds; the rest of the group is not worked out."""
        if not numbers:
            return []
        level, data = _Level(self.posterior), [self.data[number] for number in numbers]
        fitted = self.posterior.of_rows(numbers)
        low, high = _ends(fitted, data)
        middle = fitted.with_common_mix().level_mean()
        columns = np.column_stack([low, middle, high, fitted.above_mean()])
        kinds = [
            _kind(number, datum, level, self.reliabilities[number], [float(one) for one in row])
            for number, datum, row in zip(numbers, data, columns, strict=True)
        ]
        wrong = next((one for one in kinds if isinstance(one, Gate)), None)
        return wrong or [one for one in kinds if not isinstance(one, Gate)]

    def above(self, kinds: Sequence[int]) -> Floats:
        """P(a place of one kind above a place of another), of each two: the lower triangle, row by row."""
        above = self.posterior.pairs_above([self.rows.index(kind) for kind in kinds])
        return np.asarray(1 - above[np.tril_indices(len(kinds), -1)])


def pool(data: Sequence[Datum], *, prior: Prior | None = None, fewest: int = FEWEST) -> Group | Gate:
    """The group that these data make, or why they make none."""
    if len(data) < fewest:
        return (NO_UNITS, ONE_UNIT)[len(data)] if len(data) < 2 else TOO_FEW
    units = [(Atom(x_lo=one.x_lo, x_hi=one.x_hi, n=one.n),) for one in data]
    fitted = fit_shares(units, offsets=[one.offset for one in data], prior=prior)
    if isinstance(fitted, Gate):
        return fitted
    # In the order of the first place that has each, as the fit has its rows.
    distinct = list(dict.fromkeys(data))
    number = {datum: row for row, datum in enumerate(distinct)}
    return _group(fitted, distinct, tuple(number[one] for one in data))


class _Level:
    """The group's level and spread, and what they let one expect of a place that has not been seen."""

    def __init__(self, fitted: Posterior) -> None:
        self.mu = fitted.mu_mean()
        levels, mass = fitted.another()
        counts = mass > _NOTHING  # nearly all of the grid reaches far beyond any place
        self._levels, self._mass = levels[counts], mass[counts] / mass[counts].sum()
        self._counts: dict[tuple[int, float], Floats] = {}

    def tails(self, datum: Datum, x: int) -> flags.Tails | Gate:
        """The tails of x among as many answers as the datum has; places of one size share their counts' odds."""
        key = datum.n, datum.offset
        if key not in self._counts:
            shares = special.expit(self._levels + datum.offset)
            counts = np.arange(datum.n + 1)[:, None]
            self._counts[key] = flags.binomial(counts, datum.n, shares) @ self._mass
        return flags.predictive(x, self._counts[key])


def _group(fitted: Posterior, distinct: Sequence[Datum], rows: tuple[int, ...]) -> Group | Gate:
    mu, tau2 = fitted.mu_mean(), fitted.tau2_mean()
    reliabilities = [_reliability(datum, mu, tau2) for datum in distinct]
    share = float(special.expit(mu))
    needed = reliability.n_needed(tau2 / (tau2 + 1 / (share * (1 - share))), reliability.ENOUGH)
    wrong = next((one for one in reliabilities if isinstance(one, Gate)), None)
    if wrong is not None or isinstance(needed, Gate):
        return wrong or NOT_A_NUMBER
    return Group(
        centre=six_figures(share),
        spread=six_figures(fitted.tau_mean()),
        n_needed=needed,
        tells_nothing_apart=fitted.tells_nothing_apart(),
        data=tuple(distinct),
        reliabilities=tuple(six_figures(one) for one in reliabilities if not isinstance(one, Gate)),
        rows=rows,
        posterior=fitted,
    )


def _reliability(datum: Datum, mu: float, tau2: float) -> float | Gate:
    told = classes(datum.n, datum.x_lo, datum.x_hi)
    return reliability.of_coarse(datum.n, told, mu + datum.offset, tau2)


def _ends(fitted: Posterior, distinct: Sequence[Datum]) -> tuple[Floats, Floats]:
    """Ends of 95 % intervals that hold for every count a datum allows: the lowest gives the lower end, the highest
    the upper (DESIGN §4.5). Which counts share a sum of classes hangs on how they lie in its parts, so an interval
    of the sum as one datum covers too seldom (``tests.properties`` P4p)."""
    common = fitted.with_common_mix()
    found = [
        common.ends(_alone([Atom(x_lo=x, x_hi=x, n=one.n) for x, one in counts], fitted), p)
        for p, counts in (
            (0.025, [(one.x_lo, one) for one in distinct]),
            (0.975, [(one.x_hi, one) for one in distinct]),
        )
    ]
    return found[0], found[1]


def _alone(atoms: Sequence[Atom], fitted: Posterior) -> Floats:
    log = share_log([(atom,) for atom in atoms], fitted.theta, fitted.offsets)
    return np.asarray(np.exp(log - log.max(axis=1, keepdims=True)))


def _kind(number: int, datum: Datum, level: _Level, reliable: float, told: Sequence[float]) -> Kind | Gate:
    tails = flags.coarse(lambda x: level.tails(datum, x), datum.x_lo, datum.x_hi)
    share = six_figures(float(special.expit(level.mu + datum.offset)))
    exact = flags.coarse(lambda x: flags.exact(x, datum.n, share), datum.x_lo, datum.x_hi)
    if isinstance(tails, Gate) or isinstance(exact, Gate):
        return next(one for one in (tails, exact) if isinstance(one, Gate))
    lo, middle, hi, above = map(six_figures, told)
    return Kind(
        number=number, datum=datum, lo=lo, middle=middle, hi=hi, above=above,
        reliability=reliable, tails=_six(tails), exact=exact.flag_95,
    )  # fmt: skip


def _six(tails: flags.Tails) -> flags.Tails:
    return flags.Tails(**{name: six_figures(getattr(tails, name)) for name in flags.Tails.__struct_fields__})


@lru_cache(maxsize=65_536)
def classes(n: int, x_lo: int, x_hi: int) -> tuple[tuple[int, int], ...]:
    """A scale of 0 … n cut as coarsely as this datum everywhere: its own class, and others as wide beside it."""
    width = x_hi - x_lo + 1
    starts = [*range(x_lo, -1, -width)][::-1]
    first = [] if starts[0] == 0 else [(0, starts[0] - 1)]
    above = [(start, min(start + width - 1, n)) for start in range(x_hi + 1, n + 1, width)]
    return (*first, *((start, start + width - 1) for start in starts), *above)
