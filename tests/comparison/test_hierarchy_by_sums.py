"""The hierarchical model number by number against dense sums, and the parts of its grid against what they promise."""

from __future__ import annotations

from math import ceil, floor

import numpy as np
import pytest
from scipy import special, stats

from hvb_followup.comparison import hierarchy, likelihoods, pooled
from hvb_followup.comparison.hierarchy import Posterior, Prior
from hvb_followup.comparison.likelihoods import Atom, exact_units
from tests.told import told

X, N, MOVED = [9, 3, 6, 7], [10, 8, 9, 12], [0.5, 0.0, -0.3, 0.0]
MU, TAU = np.linspace(-6, 6, 121), (np.arange(160) + 0.5) / 20
NODES = np.linspace(-6, 6, 61)


def belief(mu: np.ndarray, tau: np.ndarray, prior: Prior) -> np.ndarray:
    """How likely each (μ, τ) is, summed over every unit's own level."""
    theta = mu[:, None, None] + tau[None, :, None] * NODES
    weights = stats.norm.pdf(NODES) / stats.norm.pdf(NODES).sum()
    found = stats.norm.pdf(mu, prior.mu_mean, prior.mu_sd)[:, None] * np.ones(len(tau))
    if prior.form == "exponential":
        found = found * stats.expon.pdf(tau, scale=prior.tau)
    else:
        found = found * stats.halfnorm.pdf(tau, scale=prior.tau)
    for x, n, moved in zip(X, N, MOVED, strict=True):
        found = found * (stats.binom.pmf(x, n, special.expit(theta + moved)) @ weights)
    return np.asarray(found / found.sum())


def fitted(prior: Prior) -> Posterior:
    return told(hierarchy.fit_shares(exact_units(X, N), offsets=MOVED, prior=prior))


PRIORS = [
    Prior(),
    Prior(mu_mean=1.0, mu_sd=0.3, tau=0.4),
    Prior(mu_mean=-0.5, mu_sd=1, tau=0.6, form="half_normal"),
]


@pytest.mark.parametrize("prior", PRIORS)
def test_the_groups_level_and_spread_are_those_of_dense_sums(prior: Prior) -> None:
    found, slow = fitted(prior), belief(MU, TAU, prior)
    of_mu, of_tau = slow.sum(axis=1), slow.sum(axis=0)
    assert found.mu_mean() == pytest.approx(of_mu @ MU, abs=2e-3)
    # The grid of τ has thirty points, and its hill stands against nought.
    assert found.tau_mean() == pytest.approx(of_tau @ TAU, abs=4e-3)
    assert found.tau2_mean() == pytest.approx(of_tau @ TAU**2, abs=4e-3)
    for p in (0.1, 0.5, 0.9):
        assert found.mu_quantile(p) == pytest.approx(np.interp(p, of_mu.cumsum(), MU + 0.05), abs=0.005)
        up_to = np.interp(p, [0.0, *of_tau.cumsum()], [0.0, *(TAU + 0.025)])
        assert found.tau_quantile(p) == pytest.approx(up_to, abs=0.005)
    levels, mass = found.another()
    assert mass.sum() == pytest.approx(1)
    assert mass @ levels == pytest.approx(found.mu_mean(), abs=1e-5)
    assert mass @ (levels - found.mu_mean()) ** 2 == pytest.approx(
        found.tau2_mean() + of_mu @ MU**2 - (of_mu @ MU) ** 2, abs=5e-3
    )


@pytest.mark.parametrize("prior", PRIORS)
def test_a_look_at_the_whole_plane_finds_where_anything_is_likely(prior: Prior) -> None:
    """The μ and τ of the common grid where anything is above a hundred-thousandth of the likeliest."""
    wide_mu, wide_tau = np.linspace(-8, 8, 65), np.geomspace(0.05, 12, 40)
    slow = belief(wide_mu, wide_tau, prior)
    likely = slow > 1e-5 * slow.max()
    step, theta = 0.06, 0.06 * np.arange(-270, 271)
    log = likelihoods.share_log(told(exact_units(X, N)), theta, np.array(MOVED))
    grid = hierarchy._Grid(step, theta, np.exp(log), np.arange(4))
    found = hierarchy._roughly(grid, prior)
    assert (found.low, found.high) == (
        wide_mu[likely.any(axis=1)][0],
        wide_mu[likely.any(axis=1)][-1],
    )
    assert found.widest == pytest.approx(wide_tau[likely.any(axis=0)][-1])
    fine = fitted(prior)
    edge = 2e-5 * fine.weight.max()
    assert fine.weight[fine.mu == fine.mu.max()].max() < edge
    assert fine.weight[fine.mu == fine.mu.min()].max() < edge
    assert fine.weight[fine.tau == fine.tau.max()].max() < edge


def test_a_grid_reaches_five_and_a_half_spreads_and_three_points_beyond_the_levels() -> None:
    # 5.5 beyond −1 … 1 is 6.5: 65 steps of a tenth and three more, from the middle of 401 points.
    assert hierarchy._part(0.1, 401, np.array([-1.0, 0, 1]), 1.0) == slice(200 - 68, 200 + 68 + 1)
    # Never beyond logits of 16, nor outside the points there are.
    assert hierarchy._part(0.1, 401, np.array([-1.0, 0.5]), 9.0) == slice(200 - 163, 200 + 163 + 1)
    assert hierarchy._part(0.5, 21, np.array([0.0]), 9.0).start == 0
    nothing = told(hierarchy.fit_shares(exact_units([0, 0, 0], [5, 6, 7])))
    assert nothing.theta[-1] == pytest.approx(0.06 * (ceil(16 / 0.06) + 3))
    assert nothing.theta[0] == -nothing.theta[-1]


def test_a_sharp_unit_gets_a_finer_grid() -> None:
    found = told(hierarchy.fit_shares(exact_units([300, 200], [600, 600])))
    assert found.theta[1] - found.theta[0] == pytest.approx(0.6 / 150**0.5)
    assert fitted(Prior()).theta[1] - fitted(Prior()).theta[0] == pytest.approx(0.06)


@pytest.mark.parametrize("mu", [0.0, 0.13, -0.41])
def test_a_density_narrower_than_the_grid_keeps_its_first_four_moments(mu: float) -> None:
    theta = 0.3 * np.arange(-10, 11)
    tau = np.array([0.05, 0.2, 0.29])
    for s, row in zip(tau[:2], hierarchy._kernel(theta, 0.3, mu, tau), strict=False):
        assert (row != 0).sum() <= 5
        moments = [row @ (theta - mu) ** k for k in range(5)]
        assert moments == pytest.approx([1, 0, s**2, 0, 3 * s**4], abs=1e-12)
    wide = hierarchy._kernel(theta, 0.3, mu, tau)[2]
    assert wide == pytest.approx(stats.norm.pdf(theta, mu, 0.29) / stats.norm.pdf(theta, mu, 0.29).sum())


def test_many_atoms_leave_a_likelihood_that_can_be_told_from_nothing() -> None:
    unit = tuple(Atom(x_lo=5, x_hi=5, n=10) for _ in range(300))
    found = told(hierarchy.fit_shares([unit, unit]))
    assert found.density().sum(axis=1) == pytest.approx([1, 1])
    assert found.level_mean() == pytest.approx([0.5, 0.5], abs=1e-6)


GROUPS = [
    ([9, 3, 6, 2, 7, 5], [10, 8, 9, 7, 12, 9]),  # the spread may be nought
    ([4, 16, 5, 15, 10], [20] * 5),  # it hardly is
    ([2, 18, 3, 17, 10, 15, 4, 19, 9, 1], [20] * 10),  # it is not
]


@pytest.mark.parametrize(("x", "n"), GROUPS)
def test_pairs_at_once_are_each_of_them(x: list[int], n: list[int]) -> None:
    found = told(hierarchy.fit_shares(exact_units(x, n)))
    asked = [4, 0, 2, 1, 3]
    at_once = found.pairs_above(asked)
    assert at_once.shape == (5, 5)
    for row, one in enumerate(asked):
        for column, other in enumerate(asked):
            expected = found.pair_above(one, other) if column < row else 0.0
            assert at_once[row, column] == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize(("x", "n"), GROUPS)
def test_cells_are_thinned_to_a_point_in_a_standard_deviation(x: list[int], n: list[int]) -> None:
    """Two where the hill stands against its lower end, as that of τ may against nought."""
    found = told(hierarchy.fit_shares(exact_units(x, n)))
    kept, weight = found._thinned()
    expected = set(np.flatnonzero(found.weight > 1e-4 * found.weight.max()))
    for values in (found.mu, found.tau):
        points = sorted(set(values))
        mass = [float(found.weight[values == one].sum()) for one in points]
        middle = sum(p * m for p, m in zip(points, mass, strict=True))
        spread = sum((p - middle) ** 2 * m for p, m in zip(points, mass, strict=True)) ** 0.5
        stands = mass[0] >= 1e-3 * max(mass)
        step = max(1, floor(spread / (2 if stands else 1) / (points[1] - points[0])))
        chosen = {one for place, one in enumerate(points) if place % step == step // 2}
        expected &= {cell for cell in range(len(values)) if values[cell] in chosen}
    assert kept.tolist() == sorted(expected)
    assert weight == pytest.approx(found.weight[kept] / found.weight[kept].sum())
    assert 1 < len(kept) < len(found.weight) / 2


def test_a_place_told_with_the_groups_mix_and_rows_by_themselves() -> None:
    found = fitted(Prior())
    common = found.with_common_mix()
    assert common.offsets.tolist() == [0] * 4
    assert common.level_mean()[1] == pytest.approx(found.level_mean()[1])
    assert common.level_mean()[0] < found.level_mean()[0]
    alone = found.of_rows([2, 0])
    assert (alone.units, alone.offsets.tolist()) == (2, [-0.3, 0.5])
    assert alone.level_mean() == pytest.approx(found.level_mean()[[2, 0]])
    low, high = found.interval(0.9)
    assert found.ends(found.likelihood, 0.05) == pytest.approx(low)
    assert found.ends(found.likelihood, 0.95) == pytest.approx(high)
    for unit in range(4):
        assert found.above(float(special.logit(low[unit])))[unit] == pytest.approx(0.95, abs=1e-6)
    assert found.above(-99.0).tolist() == [1] * 4
    assert found.above(99.0) == pytest.approx([0] * 4, abs=1e-12)


def test_counts_of_events_by_dense_sums() -> None:
    events, expected = [2, 9, 4], [5.0, 5.0, 4.0]
    found = told(hierarchy.fit_counts(events, expected))
    mu, tau = np.linspace(-4, 4, 161), (np.arange(120) + 0.5) / 20
    theta = mu[:, None, None] + tau[None, :, None] * NODES
    weights = stats.norm.pdf(NODES) / stats.norm.pdf(NODES).sum()
    each = [stats.poisson.pmf(x, e * np.exp(theta)) for x, e in zip(events, expected, strict=True)]
    prior = stats.norm.pdf(mu, 0, 2.5)[:, None] * np.exp(-tau)
    whole = prior * np.prod([one @ weights for one in each], axis=0)
    whole /= whole.sum()
    means = [float((whole * ((one * np.exp(theta)) @ weights) / (one @ weights)).sum()) for one in each]
    assert found.level_mean(np.exp) == pytest.approx(means, abs=2e-3)


def test_offsets_of_other_units_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        likelihoods.share_log(told(exact_units([1, 2], [3, 3])), np.zeros(3), np.zeros(1))
    for wrong in ([0.0], [0.0, float("inf"), 0.0]):
        assert hierarchy.fit_shares(exact_units([1, 2], [3, 3]), offsets=wrong).code == "not_a_number"  # type: ignore[union-attr]


def test_a_pool_says_how_many_answers_a_reliability_of_one_half_takes() -> None:
    """1/(τ² p(1 − p)) exact answers, rounded up."""
    data = [pooled.Datum(x_lo=x, x_hi=x, n=20) for x in (2, 18, 3, 17, 10, 15, 4, 19, 9, 12)]
    group = told(pooled.pool(data))
    p = special.expit(group.posterior.mu_mean())
    assert group.n_needed == ceil(1 / (group.posterior.tau2_mean() * p * (1 - p)))
    assert group.centre == pytest.approx(p, rel=1e-5)
    assert group.spread == pytest.approx(group.posterior.tau_mean(), rel=1e-5)
    odds = group.above([0, 1, 2])
    pairs = [
        group.posterior.pair_above(0, 1),
        group.posterior.pair_above(0, 2),
        group.posterior.pair_above(1, 2),
    ]
    assert odds == pytest.approx(pairs, abs=5e-4)
    (kind,) = told(group.kinds([1]))
    assert kind.two_sided == pytest.approx(2 * kind.tails.upper_mid)
    assert kind.tails.upper_mid < 0.5 < kind.tails.lower_mid
    assert told(group.kinds([])) == []


@pytest.mark.parametrize(
    ("datum", "classes"),
    [
        ((6, 0, 1), ((0, 1), (2, 3), (4, 5), (6, 6))),
        ((6, 3, 3), tuple((one, one) for one in range(7))),
        ((9, 4, 6), ((0, 0), (1, 3), (4, 6), (7, 9))),
        ((5, 0, 5), ((0, 5),)),
    ],
)
def test_a_scale_is_cut_as_coarsely_as_its_datum(
    datum: tuple[int, int, int], classes: tuple[tuple[int, int], ...]
) -> None:
    assert pooled.classes(*datum) == classes
