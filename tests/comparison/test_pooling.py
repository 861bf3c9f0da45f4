"""The hierarchical model and its relatives against slow, obvious sums."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from hvb_followup.comparison import between, hierarchy, likelihoods, mixed, ranks, shrinkage
from hvb_followup.comparison.likelihoods import Atom, exact_units
from hvb_followup.gates import Gate


def fitted(x: list[int], n: list[int], **more: object) -> hierarchy.Posterior:
    found = hierarchy.fit_shares(exact_units(x, n), **more)  # type: ignore[arg-type]
    assert not isinstance(found, Gate)
    return found


def slow(units: list[list[tuple[int, int, int]]]) -> tuple[np.ndarray, np.ndarray]:
    """Posterior means of shares and P(above μ), by three nested sums on plain grids."""
    mu, tau = np.linspace(-7, 7, 85), (np.arange(90) + 0.5) / 10
    nodes = np.linspace(-6, 6, 121)
    weights = stats.norm.pdf(nodes)
    theta = mu[:, None, None] + tau[None, :, None] * nodes
    p = special.expit(theta)
    likelihood = []
    for unit in units:
        one = np.ones_like(p)
        for low, high, n in unit:
            one = one * sum(stats.binom.pmf(x, n, p) for x in range(low, high + 1))
        likelihood.append(one)
    marginal = [(one * weights).sum(axis=2) for one in likelihood]
    belief = stats.norm.pdf(mu, 0, 2.5)[:, None] * np.exp(-tau)[None, :] * np.prod(marginal, axis=0)
    belief = belief / belief.sum()
    means, above = [], []
    for one, whole in zip(likelihood, marginal, strict=True):
        means.append(float((belief * (one * p * weights).sum(axis=2) / whole).sum()))
        up = np.where(nodes > 1e-12, 1.0, np.where(nodes < -1e-12, 0.0, 0.5))
        above.append(float((belief * (one * up * weights).sum(axis=2) / whole).sum()))
    return np.array(means), np.array(above)


X, N = [9, 3, 6, 2, 7], [10, 8, 9, 7, 12]


def test_the_grid_agrees_with_three_nested_sums() -> None:
    means, above = slow([[(x, x, n)] for x, n in zip(X, N, strict=True)])
    found = fitted(X, N)
    assert found.level_mean() == pytest.approx(means, abs=1e-3)
    assert found.above_mean() == pytest.approx(above, abs=5e-3)


def test_sums_of_coarse_data_are_used_as_intervals() -> None:
    units = [[(4, 5, 5), (2, 2, 6)], [(0, 1, 5)], [(3, 3, 6)], [(2, 3, 5)]]
    means, above = slow(units)
    atoms = [tuple(Atom(x_lo=a, x_hi=b, n=n) for a, b, n in unit) for unit in units]
    found = hierarchy.fit_shares(atoms)
    assert not isinstance(found, Gate)
    assert found.level_mean() == pytest.approx(means, abs=1e-3)
    assert found.above_mean() == pytest.approx(above, abs=5e-3)


def test_coarse_intervals_are_wider() -> None:
    exact = fitted([8, 5, 6], [10, 10, 10])
    coarse = hierarchy.fit_shares([(Atom(x_lo=7, x_hi=9, n=10),), *exact_units([5, 6], [10, 10])])
    assert not isinstance(coarse, Gate)
    width = [one.interval()[1][0] - one.interval()[0][0] for one in (exact, coarse)]
    assert width[1] > width[0]


def test_order_and_company_of_units_change_nothing_but_their_places() -> None:
    """Property P7."""
    order = [3, 0, 4, 2, 1]
    one, other = fitted(X, N), fitted([X[i] for i in order], [N[i] for i in order])
    assert one.level_mean()[order] == pytest.approx(other.level_mean(), abs=1e-12)
    assert one.above_mean()[order] == pytest.approx(other.above_mean(), abs=1e-12)


def test_one_more_good_answer_never_lowers_a_unit_at_fixed_group() -> None:
    """Property P8: μ and τ all but fixed by a sharp prior and a big group."""
    prior = hierarchy.Prior(mu_mean=1.0, mu_sd=0.02, tau=0.5)
    told = [fitted([x, *[15] * 30], [12, *[20] * 30], prior=prior) for x in range(13)]
    ends = [one.interval() for one in told]
    for rising in (
        [one.level_mean()[0] for one in told],
        [low[0] for low, _ in ends],
        [high[0] for _, high in ends],
        [one.above(1.0)[0] for one in told],
        [one.above_mean()[0] for one in told],
    ):
        assert (np.diff(rising) > -1e-9).all()


def test_pairs_and_thresholds_agree_with_each_other() -> None:
    found = fitted(X, N)
    assert found.pair_above(0, 1) + found.pair_above(1, 0) == pytest.approx(1, abs=1e-9)
    assert found.pair_above(0, 1) > 0.85 > 0.15 > found.pair_above(1, 0)
    assert found.above(special.logit(0.5))[0] > 0.9 > found.above(special.logit(0.5))[3]
    low, high = found.interval(0.8)
    assert found.above(float(special.logit(high[2])))[2] == pytest.approx(0.1, abs=5e-3)
    assert (low < found.level_mean()).all()


def test_case_mix_moves_what_is_expected_and_not_who_stands_out() -> None:
    """A unit whose young people let one expect as much more as it shows is as near the group as any."""
    x, n = [27, 15, 14, 16, 15], [30] * 5
    plain, mixed_ = fitted(x, n), fitted(x, n, offsets=[2.0, 0.0, 0.0, 0.0, 0.0])
    assert plain.above_mean()[0] > 0.9
    assert 0.3 < mixed_.above_mean()[0] < 0.7
    assert mixed_.level_mean()[0] > 0.7


def test_counts_of_events() -> None:
    found = hierarchy.fit_counts([2, 9, 4, 5], [5.0, 5.0, 4.0, 5.5])
    assert not isinstance(found, Gate)
    ratio = found.level_mean(np.exp)
    assert ratio[1] > ratio[3] > ratio[0]
    assert ratio[1] < 9 / 5


def test_no_difference_is_said_where_none_is_established() -> None:
    alike, apart = fitted([15] * 60, [20] * 60), fitted([2, 18] * 8, [20] * 16)
    assert alike.tells_nothing_apart()
    assert not apart.tells_nothing_apart()
    assert 0.3 < alike.above_mean().min() <= alike.above_mean().max() < 0.7


@pytest.mark.parametrize(("x", "n"), [([0, 0, 0], [5, 6, 7]), ([5, 6, 7], [5, 6, 7]), ([3, 0], [3, 3])])
def test_all_or_nothing_still_has_an_answer(x: list[int], n: list[int]) -> None:
    found = fitted(x, n)
    low, high = found.interval()
    assert np.isfinite([low, high]).all()
    assert ((low >= 0) & (high <= 1) & (low < high)).all()


def test_coverage_in_a_world_of_the_models_own() -> None:
    """Property P4, few worlds: nightly simulations give the full number."""
    rng = np.random.default_rng(7)
    inside, squared, raw = [], [], []
    for _ in range(6):
        n = rng.integers(8, 26, 60)
        p = special.expit(special.logit(0.75) + 0.6 * rng.standard_normal(60))
        x = rng.binomial(n, p)
        found = fitted(x.tolist(), n.tolist())
        low, high = found.interval()
        inside.append(((low <= p) & (p <= high)).mean())
        squared.append(((found.level_mean() - p) ** 2).mean())
        raw.append(((x / n - p) ** 2).mean())
    assert 0.91 <= np.mean(inside) <= 0.985
    assert np.mean(squared) ** 0.5 <= 0.75 * np.mean(raw) ** 0.5


GATES = [
    (lambda: hierarchy.fit_shares([]), "no_units"),
    (lambda: hierarchy.fit_shares(exact_units([1], [2])), "one_unit"),
    (lambda: hierarchy.fit_shares(exact_units([0, 0], [0, 0])), "no_answers"),
    (lambda: hierarchy.fit_shares(exact_units([3, 1], [2, 2])), "impossible"),
    (lambda: hierarchy.fit_shares(exact_units([1, 1], [2, 2]), offsets=[0.0, float("nan")]), "not_a_number"),
    (lambda: hierarchy.fit_counts([], []), "no_units"),
    (lambda: hierarchy.fit_counts([1], [1.0]), "one_unit"),
    (lambda: hierarchy.fit_counts([1, 2], [1.0, 0.0]), "impossible"),
    (lambda: hierarchy.fit_counts([1, float("nan")], [1.0, 1.0]), "not_a_number"),
    (lambda: between.tau2([], []), "no_units"),
    (lambda: between.tau2([1.0], [1.0]), "one_unit"),
    (lambda: between.tau2([1.0, 2.0], [1.0, 0.0]), "impossible"),
    (lambda: between.tau2([1.0, float("nan")], [1.0, 1.0]), "not_a_number"),
    (lambda: shrinkage.beta_binomial([5, 5], [5, 5]), "all_equal"),
    (lambda: shrinkage.beta_binomial([5, 5, 5, 5], [10, 10, 10, 10]), "all_equal"),
    (lambda: shrinkage.beta_binomial([1, 0], [1, 1]), "too_few"),
    (lambda: shrinkage.beta_binomial([1], [2]), "one_unit"),
    (lambda: shrinkage.james_stein([1, 2, 3], 1), "too_few"),
    (lambda: shrinkage.james_stein([1, 1, 1, 1], 1), "all_equal"),
    (lambda: mixed.linear_mixed(np.ones((4, 1)), [1, 2, 3, 4], ["a"] * 4), "one_unit"),
    (lambda: mixed.linear_mixed(np.ones((4, 1)), [1, 1, 1, 1], list("aabb")), "all_equal"),
    (lambda: mixed.linear_mixed(np.ones((0, 1)), [], []), "no_answers"),
    (lambda: mixed.logistic_mixed(np.ones((2, 1)), [0, 0], [3, 3], ["a", "b"]), "all_equal"),
    (lambda: mixed.logistic_mixed(np.ones((2, 1)), [4, 0], [3, 3], ["a", "b"]), "impossible"),
    (lambda: ranks.rank_sets([1.0], [1.0]), "one_unit"),
    (lambda: ranks.rank_sets([], []), "no_units"),
]


@pytest.mark.parametrize(("answer", "code"), GATES)
def test_what_cannot_be_told_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert isinstance(found, Gate)
    assert found.code == code


def test_the_interval_over_the_whole_scale_tells_nothing() -> None:
    level = np.linspace(-3, 3, 7)
    assert likelihoods.share_log([(Atom(x_lo=0, x_hi=4, n=4),)], level) == pytest.approx(np.zeros((1, 7)))


Y, V = [0.2, 0.9, 1.6, -0.4, 0.5], [0.2, 0.1, 0.3, 0.2, 0.15]


def test_restricted_likelihood_is_greatest_at_the_estimate() -> None:
    def minus(t: float) -> float:
        w = 1 / (np.array(V) + t)
        away = np.array(Y) - (w * Y).sum() / w.sum()
        return float(-np.log(w).sum() + np.log(w.sum()) + (w * away**2).sum())

    found = between.tau2(Y, V, "REML")
    assert isinstance(found, float)
    assert found > 0
    assert minus(found) < min(minus(found * 0.99), minus(found * 1.01))


def test_other_estimates_of_the_spread_by_their_own_equations() -> None:
    y, v = np.array(Y), np.array(V)
    moment = between.tau2(Y, V, "PM")
    assert isinstance(moment, float)
    assert between.generalised_q(y, v, moment) == pytest.approx(4)
    w = 1 / v
    q = (w * (y - (w * y).sum() / w.sum()) ** 2).sum()
    assert between.tau2(Y, V, "DL") == pytest.approx((q - 4) / (w.sum() - (w**2).sum() / w.sum()))
    assert between.tau2([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], "REML") == 0
    ends = between.tau2_interval(Y, V)
    assert not isinstance(ends, Gate)
    assert between.generalised_q(y, v, ends[1]) == pytest.approx(stats.chi2.ppf(0.025, 4))


def test_units_are_drawn_by_their_reliability() -> None:
    drawn, common = between.drawn(Y, V), between.pooled(Y, V)
    assert not isinstance(drawn, Gate)
    assert not isinstance(common, Gate)
    own = common.tau2 / (common.tau2 + np.array(V))
    assert drawn.value == pytest.approx(own * Y + (1 - own) * common.mean)
    wide = between.pooled(Y, V, knapp_hartung=True)
    assert not isinstance(wide, Gate)
    assert wide.mean == common.mean
    assert common.predicted[0] < common.ci[0]


def test_variance_components_of_equal_groups_are_those_of_the_analysis_of_variance() -> None:
    groups = np.array([[3.0, 5, 4], [8, 9, 7], [5, 6, 4], [2, 1, 3]])
    within = groups.var(axis=1, ddof=1).mean()
    outside = 3 * groups.mean(axis=1).var(ddof=1)
    found = mixed.linear_mixed(np.ones((12, 1)), groups.ravel(), [name for name in "abcd" for _ in range(3)])
    assert not isinstance(found, Gate)
    assert (found.within, found.between) == pytest.approx((within, (outside - within) / 3), rel=1e-6)
    own = 3 * found.between / (3 * found.between + found.within)
    assert found.mode == pytest.approx(own * (groups.mean(axis=1) - groups.mean()), rel=1e-6)
    assert found.icc == pytest.approx(found.between / (found.between + found.within))


def test_a_spread_that_is_not_there_is_zero() -> None:
    groups = np.array([[1.0, 9], [2, 8], [0, 10]])
    for method in ("REML", "ML"):
        found = mixed.linear_mixed(np.ones((6, 1)), groups.ravel(), list("aabbcc"), method)  # type: ignore[arg-type]
        assert not isinstance(found, Gate)
        assert found.between == 0
        assert not found.mode.any()


def test_quadrature_finds_the_greatest_of_a_plainly_integrated_likelihood() -> None:
    x, n = np.array([2, 9, 5, 7]), np.array([12, 12, 10, 9])

    def plain(mu: float, sd: float) -> float:
        z = np.linspace(-8, 8, 1601)
        each = [
            np.trapezoid(stats.binom.pmf(a, b, special.expit(mu + sd * z)) * stats.norm.pdf(z), z)
            for a, b in zip(x, n, strict=True)
        ]
        return float(np.log(each).sum())

    found = mixed.logistic_mixed(np.ones((4, 1)), x, n, list("abcd"), nodes=25)
    assert not isinstance(found, Gate)
    at = float(found.coef[0]), found.sd
    assert found.loglik == pytest.approx(plain(*at), abs=1e-6)
    for step in ((0.05, 0), (-0.05, 0), (0, 0.05), (0, -0.05)):
        assert plain(at[0] + step[0], at[1] + step[1]) < found.loglik


def test_the_beta_binomial_fit_is_the_greatest() -> None:
    x, n = np.array([1, 8, 5, 9, 3]), np.array([10, 10, 9, 12, 10])
    found = shrinkage.beta_binomial(x, n)
    assert not isinstance(found, Gate)
    assert found.loglik == pytest.approx(float(stats.betabinom.logpmf(x, n, found.alpha, found.beta).sum()))
    for a, b in ((1.03, 1), (1, 1.03), (0.97, 1), (1, 0.97)):
        assert stats.betabinom.logpmf(x, n, a * found.alpha, b * found.beta).sum() < found.loglik
    assert found.posterior_mean(1, 10) == pytest.approx((1 + found.alpha) / (10 + found.alpha + found.beta))
    assert found.reliability(10) == pytest.approx(10 / (10 + 1 / found.rho - 1))
    low, high = found.posterior(1, 10)
    assert stats.beta.cdf(high, 1 + found.alpha, 9 + found.beta) == pytest.approx(0.975)
    assert low < found.mean


def test_units_drawn_as_efron_and_morris_did() -> None:
    found = shrinkage.james_stein([0.0, 1.0, 2.0, 3.0, 4.0], 1.0)
    assert not isinstance(found, Gate)
    assert found.factor == pytest.approx(1 - 2 / 10)
    assert found.values == pytest.approx([0.4, 1.2, 2.0, 2.8, 3.6])


def test_rank_sets_of_units_far_apart_are_single_and_of_units_alike_are_all() -> None:
    apart = ranks.rank_sets([0.0, 10.0, 20.0], [0.1] * 3)
    alike = ranks.rank_sets([0.0, 0.1, 0.2], [1.0] * 3)
    assert not isinstance(apart, Gate)
    assert not isinstance(alike, Gate)
    assert (apart.low.tolist(), apart.high.tolist()) == ([3, 2, 1], [3, 2, 1])
    assert (alike.low.tolist(), alike.high.tolist()) == ([1, 1, 1], [3, 3, 3])
    each = ranks.rank_sets([0.0, 10.0, 20.0], [0.1] * 3, simultaneous=False, higher_is_better=False)
    assert not isinstance(each, Gate)
    assert each.low.tolist() == [1, 2, 3]


def test_homes_that_do_not_differ_are_ranked_apart_in_few_worlds() -> None:
    """Property P5."""
    rng = np.random.default_rng(3)
    apart = 0
    for _ in range(60):
        own = rng.uniform(0.5, 2, 25)
        found = ranks.rank_sets(rng.standard_normal(25) * own, own, draws=1500)
        assert not isinstance(found, Gate)
        apart += bool((found.low > 1).any())
    assert apart <= 8


def test_places_from_the_posterior() -> None:
    found = fitted([1, 5, 11], [12, 12, 12])
    places = ranks.posterior_ranks(found)
    assert not isinstance(places, Gate)
    assert places.mean.sum() == pytest.approx(6, abs=1e-9)
    assert places.best.sum() == pytest.approx(1)
    expected = 1 + found.pair_above(2, 0) + found.pair_above(2, 1)
    assert places.mean[2] == pytest.approx(expected, abs=0.01)
    assert ranks.possible_best(found) == [2] or ranks.possible_best(found) == [1, 2]
