"""Models of units against published fits and plain sums: how much units differ, and how surely that is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special, stats

from hvb_followup.comparison import (
    between,
    clusters,
    likelihoods,
    mixed,
    overdispersion,
    reliability,
    shrinkage,
)
from tests.told import told

# Colditz et al. 1994: log relative risks of tuberculosis in thirteen trials, and their variances (metafor's dat.bcg).
TRIALS = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
    (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232),
    (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825),
]  # fmt: skip
RISKS = [float(np.log(a / (a + b) / (c / (c + d)))) for a, b, c, d in TRIALS]
VARIANCES = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in TRIALS]


@pytest.mark.parametrize(("method", "tau2"), [("REML", 0.3132), ("DL", 0.3088), ("PM", 0.3181), ("EE", 0.0)])
def test_the_spread_of_the_tuberculosis_trials(method: between.Method, tau2: float) -> None:
    assert between.tau2(RISKS, VARIANCES, method) == pytest.approx(tau2, abs=5e-5)


def test_the_tuberculosis_trials_together() -> None:
    """Viechtbauer 2010: mean −0.7145 (0.1798), −1.0669 to −0.3622, Q 152.23, I² 92.22 %, H² 12.86."""
    found = told(between.pooled(RISKS, VARIANCES))
    assert (found.mean, found.error) == pytest.approx((-0.7145, 0.1798), abs=5e-5)
    assert found.ci == pytest.approx((-1.0669, -0.3622), abs=5e-5)
    assert (found.q, found.i2, found.h2) == pytest.approx((152.2330, 92.22, 12.86), abs=5e-3)
    assert found.q_p == pytest.approx(stats.chi2.sf(152.2330, 12), rel=1e-3)
    reach = 1.959964 * (found.error**2 + found.tau2) ** 0.5
    assert found.predicted == pytest.approx((found.mean - reach, found.mean + reach))
    assert told(between.tau2_interval(RISKS, VARIANCES)) == pytest.approx((0.1197, 1.1115), abs=5e-5)
    narrow = told(between.tau2_interval(RISKS, VARIANCES, 0.8))
    w = [1 / (np.array(VARIANCES) + end) for end in narrow]
    q = [float((one * (RISKS - (one * RISKS).sum() / one.sum()) ** 2).sum()) for one in w]
    assert q == pytest.approx([stats.chi2.ppf(0.9, 12), stats.chi2.ppf(0.1, 12)])


def test_the_seen_spread_in_place_of_the_known() -> None:
    """Hartung and Knapp's error is the plain one times √(Σw(y − mean)²/12), with t on 12 degrees of freedom."""
    plain, found = (
        told(between.pooled(RISKS, VARIANCES)),
        told(between.pooled(RISKS, VARIANCES, knapp_hartung=True)),
    )
    squares = sum((y - plain.mean) ** 2 / (v + plain.tau2) for y, v in zip(RISKS, VARIANCES, strict=True))
    assert found.error == pytest.approx(plain.error * (squares / 12) ** 0.5)
    half = stats.t.ppf(0.975, 12) * found.error
    assert found.ci == pytest.approx((plain.mean - half, plain.mean + half))


def test_trials_are_drawn_towards_their_mean() -> None:
    found, common = told(between.drawn(RISKS, VARIANCES)), told(between.pooled(RISKS, VARIANCES))
    own = [common.tau2 / (common.tau2 + one) for one in VARIANCES]
    errors = [(a * v + (1 - a) ** 2 * common.error**2) ** 0.5 for a, v in zip(own, VARIANCES, strict=True)]
    assert found.error == pytest.approx(errors)
    assert found.high - found.value == pytest.approx(1.959964 * np.array(errors), rel=1e-6)
    assert found.value - found.low == pytest.approx(found.high - found.value)


def test_units_that_are_alike_do_not_spread_whatever_the_estimate() -> None:
    for method in ("DL", "PM", "REML"):
        assert between.tau2([1.0, 1.1, 0.9], [1.0, 1.0, 1.0], method) == 0  # type: ignore[arg-type]
    assert told(between.tau2_interval([1.0, 1.1, 0.9], [1.0, 1.0, 1.0]))[0] == 0


# Davies & Goldsmith 1972: the yield of dyestuff of six batches, five samples each (lme4's Dyestuff).
YIELDS = [
    [1545, 1440, 1440, 1520, 1580], [1540, 1555, 1490, 1560, 1495], [1595, 1550, 1605, 1510, 1560],
    [1445, 1440, 1595, 1465, 1545], [1595, 1630, 1515, 1635, 1625], [1520, 1455, 1450, 1480, 1445],
]  # fmt: skip


def dyestuff(method: str) -> mixed.LinearMixed:
    batches = [name for name in "ABCDEF" for _ in range(5)]
    return told(mixed.linear_mixed(np.ones((30, 1)), np.ravel(YIELDS), batches, method))  # type: ignore[arg-type]


def test_the_published_fit_of_the_dyestuff() -> None:
    """Bates et al. 2015: criterion 319.65, batches 1764, residual 2451, mean 1527.5 (19.38)."""
    found = dyestuff("REML")
    assert found.criterion == pytest.approx(319.6543, abs=5e-5)
    assert (found.between, found.within) == pytest.approx((1764.05, 2451.25), abs=5e-3)
    assert (found.coef[0], found.se[0]) == pytest.approx((1527.5, 19.3834), abs=5e-4)
    assert found.mode == pytest.approx([-17.6069, 0.3913, 28.5622, -23.0845, 56.7332, -44.9953], abs=5e-4)
    assert found.mode_sd == pytest.approx([(1 / (5 / 2451.25 + 1 / 1764.05)) ** 0.5] * 6, abs=1e-3)
    assert found.icc == pytest.approx(1764.05 / (1764.05 + 2451.25), abs=1e-5)
    full = dyestuff("ML")
    assert full.criterion == pytest.approx(327.3271, abs=5e-5)
    assert (full.between, full.within) == pytest.approx((1388.33, 2451.25), abs=5e-3)
    assert full.se[0] == pytest.approx(17.6946, abs=5e-4)


def test_uneven_units_with_a_covariate_have_the_greatest_likelihood() -> None:
    """−2 log-likelihood of a normal with this covariance, written out whole, is least where the fit says."""
    place = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 4])
    x = np.column_stack([np.ones(12), [1, 4, 2, 3, 3, 5, 1, 2, 6, 4, 2, 5]])
    y = np.array([9.1, 12.2, 10.4, 4.5, 6.1, 15.2, 11.0, 11.4, 16.8, 8.3, 6.2, 13.9])

    def whole(tau2: float, s2: float, restricted: bool) -> float:
        cov = s2 * np.eye(12) + tau2 * (place[:, None] == place)
        inverse = np.linalg.inv(cov)
        coef = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)
        left = y - x @ coef
        found = np.linalg.slogdet(cov)[1] + left @ inverse @ left
        return float(
            found + np.linalg.slogdet(x.T @ inverse @ x)[1] + 10 * np.log(2 * np.pi)
            if restricted
            else found + 12 * np.log(2 * np.pi)
        )  # fmt: skip

    for method in ("REML", "ML"):
        found = told(mixed.linear_mixed(x, y, [str(one) for one in place], method))  # type: ignore[arg-type]
        at = found.between, found.within
        assert found.criterion == pytest.approx(whole(*at, method == "REML"))
        for step in ((1.02, 1), (0.98, 1), (1, 1.02), (1, 0.98)):
            assert whole(at[0] * step[0], at[1] * step[1], method == "REML") > found.criterion
        cov = found.within * np.eye(12) + found.between * (place[:, None] == place)
        information = x.T @ np.linalg.inv(cov) @ x
        assert found.se == pytest.approx(np.sqrt(np.diag(np.linalg.inv(information))))
        left = np.linalg.inv(cov) @ (y - x @ found.coef)
        assert found.mode == pytest.approx([found.between * left[place == one].sum() for one in range(5)])


SHARES = np.array([2, 9, 5, 7, 1, 6]), np.array([12, 12, 10, 9, 11, 8])


def integrated(at: np.ndarray) -> float:
    """The log-likelihood of a mean logit and a spread, each unit's own level summed over evenly."""
    z = np.linspace(-9, 9, 3601)
    chances = stats.binom.pmf(SHARES[0][:, None], SHARES[1][:, None], special.expit(at[0] + abs(at[1]) * z))
    return float(np.log((chances * stats.norm.pdf(z)).sum(axis=1) * (z[1] - z[0])).sum())


def test_a_logistic_model_of_units_by_plain_sums() -> None:
    x, n = SHARES
    found = told(mixed.logistic_mixed(np.ones((6, 1)), x, n, list("abcdef"), nodes=25))
    best = optimize.minimize(
        lambda at: -integrated(at), [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-12}
    )
    assert (found.coef[0], found.sd) == pytest.approx((best.x[0], abs(best.x[1])), abs=1e-4)
    assert found.loglik == pytest.approx(-best.fun, abs=1e-7)
    saturated = float(stats.binom.logpmf(x, n, x / n).sum())
    assert found.loglik_saturated == pytest.approx(found.loglik - saturated, abs=1e-8)
    h = 1e-3
    steps = h * np.eye(2)
    hessian = [
        [
            -sum(integrated(best.x + s * one + t * other) * s * t for s in (1, -1) for t in (1, -1)) / (4 * h**2)
            for other in steps
        ]
        for one in steps
    ]  # fmt: skip
    assert found.se[0] == pytest.approx(np.linalg.inv(hessian)[0, 0] ** 0.5, rel=1e-3)
    for unit in range(6):
        mode = optimize.minimize_scalar(
            lambda u, unit=unit: (
                -stats.binom.logpmf(x[unit], n[unit], special.expit(found.coef[0] + u))
                + u**2 / (2 * found.sd**2)
            )
        )
        share = special.expit(found.coef[0] + mode.x)
        assert found.mode[unit] == pytest.approx(mode.x, abs=1e-6)
        assert found.mode_sd[unit] == pytest.approx(
            (n[unit] * share * (1 - share) + found.sd**-2) ** -0.5, abs=1e-6
        )


def test_one_node_is_laplaces_approximation() -> None:
    x, n = SHARES
    found = told(mixed.logistic_mixed(np.ones((6, 1)), x, n, list("abcdef"), nodes=1))
    at = found.coef[0] + found.mode
    curve = n * special.expit(at) * special.expit(-at) * found.sd**2 + 1
    logs = stats.binom.logpmf(x, n, special.expit(at)) - (found.mode / found.sd) ** 2 / 2 - np.log(curve) / 2
    assert found.loglik == pytest.approx(float(logs.sum()), abs=1e-8)


# Shrout & Fleiss 1979: six targets, four judges; ends as psych's ICC gives them.
RATINGS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
ICCS = [
    ("ICC1", 0.17, 1.79, 5, 18, 0.16477, -0.133, 0.72),
    ("ICC2", 0.29, 11.03, 5, 15, 0.00013, 0.019, 0.76),
    ("ICC3", 0.71, 11.03, 5, 15, 0.00013, 0.342, 0.95),
    ("ICC1k", 0.44, 1.79, 5, 18, 0.16477, -0.884, 0.91),
    ("ICC2k", 0.62, 11.03, 5, 15, 0.00013, 0.071, 0.93),
    ("ICC3k", 0.91, 11.03, 5, 15, 0.00013, 0.676, 0.99),
]


@pytest.mark.parametrize(("place", "row"), list(enumerate(ICCS)))
def test_the_published_icc_with_its_test_and_interval(
    place: int, row: tuple[str, float, float, int, int, float, float, float]
) -> None:
    found = told(reliability.shrout_fleiss(RATINGS))[place]
    assert (found.kind, found.df1, found.df2) == (row[0], row[3], row[4])
    assert (found.icc, found.f) == pytest.approx(row[1:3], abs=5e-3)
    assert found.p == pytest.approx(row[5], abs=6e-6)
    assert found.low == pytest.approx(row[6], abs=6e-4)
    assert found.high == pytest.approx(row[7], abs=5.1e-3)


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_interval_of_an_absolute_icc_by_another_form(level: float) -> None:
    """McGraw & Wong 1996, case 2A: with a and b of their table 7."""
    table = np.array(RATINGS, dtype=float)
    n, k = table.shape
    msr = k * table.mean(axis=1).var(ddof=1)
    msc = n * table.mean(axis=0).var(ddof=1)
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    mse = (left**2).sum() / ((n - 1) * (k - 1))
    icc = (msr - mse) / (msr + (k - 1) * mse + k / n * (msc - mse))
    a = k * icc / (n * (1 - icc))
    b = 1 + k * icc * (n - 1) / (n * (1 - icc))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    low, high = stats.f.ppf((1 + level) / 2, n - 1, v), stats.f.ppf((1 + level) / 2, v, n - 1)
    spread = k * msc + (k * n - k - n) * mse
    found = told(reliability.shrout_fleiss(RATINGS, level))[1]
    assert found.icc == pytest.approx(icc)
    assert found.low == pytest.approx(n * (msr - low * mse) / (low * spread + n * msr))
    assert found.high == pytest.approx(n * (high * msr - mse) / (spread + n * high * msr))


def test_persons_in_units_have_the_f_of_the_analysis_of_variance() -> None:
    groups = [[1.0, 3, 2, 5], [5.0, 7, 9], [6.0, 8, 4, 7, 5]]
    found = told(reliability.one_way(np.concatenate(groups), list("aaaabbbccccc")))
    plain = stats.f_oneway(*groups)
    assert (found.f, found.p) == pytest.approx((plain.statistic, plain.pvalue))
    assert (found.units, found.size) == (3, 4)
    assert found.icc1 == pytest.approx((found.f - 1) / (found.f + found.size - 1))
    assert found.icc2 == pytest.approx(1 - 1 / found.f)


def test_units_whose_means_are_one_have_no_reliability() -> None:
    found = told(reliability.one_way([1.0, 3, 0, 4], list("aabb")))
    assert (found.f, found.icc2, found.p) == (0, 0, 1)
    assert found.icc1 == pytest.approx(-1)


def test_a_units_reliability_and_what_has_none() -> None:
    assert told(reliability.of_units(0.0, [1.0, 2.0])).tolist() == [0, 0]
    assert told(reliability.of_units(2.0, [0.0, 6.0])).tolist() == [1, 0.25]
    for given, code in [
        ((0.0, [1.0, 0.0]), "all_equal"),
        ((-1.0, [1.0]), "impossible"),
        ((1.0, [-1.0]), "impossible"),
        ((float("nan"), [1.0]), "not_a_number"),
        ((1.0, [float("nan")]), "not_a_number"),
        ((1.0, []), "no_units"),
    ]:
        assert reliability.of_units(*given).code == code  # type: ignore[union-attr]


@pytest.mark.parametrize("logit", [-1.5, 0.0, 2.0])
def test_what_classes_of_counts_tell_is_the_spread_of_what_each_lets_one_expect(logit: float) -> None:
    """Fisher's information: the variance of E(x − np | class), class by class."""
    n, share = 6, special.expit(logit)
    classes = [(0, 1), (2, 3), (4, 4), (5, 6)]
    expected = 0.0
    for low, high in classes:
        counts = np.arange(low, high + 1)
        mass = stats.binom.pmf(counts, n, share)
        expected += ((counts - n * share) * mass).sum() ** 2 / mass.sum()
    assert reliability.information(n, classes, logit) == pytest.approx(expected)
    found = told(reliability.of_coarse(n, classes, logit, 0.3))
    assert found == pytest.approx(0.3 / (0.3 + 1 / expected))


def test_a_class_that_never_occurs_tells_nothing() -> None:
    """So far out that the chances of most counts are nought to the computer."""
    assert reliability.information(400, [(0, 0), (1, 200), (201, 400)], -40.0) == pytest.approx(0, abs=1e-12)


def test_expected_places_of_units_far_apart() -> None:
    ranks, per_cent = told(reliability.expected_ranks([0.0, 50.0, 100.0], [1.0, 2.0, 2.0]))
    assert ranks == pytest.approx([1, 2, 3])
    assert per_cent == pytest.approx([100 / 6, 50, 500 / 6])
    ahead = told(reliability.above([0.0, 1.0], [1.0, 3.0]))
    assert ahead[1, 0] == pytest.approx(stats.norm.cdf(0.5))
    assert ahead[0, 1] == pytest.approx(stats.norm.cdf(-0.5))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: reliability.above([1.0, 2.0], [1.0, 0.0]), "impossible"),
        (lambda: reliability.above([1.0], [1.0]), "one_unit"),
        (lambda: reliability.n_for(0.2, 1.0), "impossible"),
        (lambda: reliability.n_for(1.0, 0.5), "impossible"),
        (lambda: reliability.n_for(0.2, 0.0), "impossible"),
        (lambda: reliability.one_way([1.0, 1, 2, 2], list("aabb")), "all_equal"),
        (lambda: reliability.shrout_fleiss([[1.0, 2, 3]]), "too_few"),
        (lambda: reliability.shrout_fleiss([[1.0], [2], [3]]), "too_few"),
        (lambda: reliability.rankability(1.0, [1.0, float("nan")]), "not_a_number"),
        (lambda: mixed.linear_mixed(np.eye(3)[:, :2], [1.0, 2, 4], list("aab")), "too_few"),
        (lambda: mixed.logistic_mixed(np.ones((2, 1)), [1, 2], [3, 3], ["a", "a"]), "one_unit"),
        (lambda: clusters.cluster_mean([1.0], ["a"]), "too_few"),
        (lambda: shrinkage.beta_binomial([0, 0], [4, 5]), "all_equal"),
        (lambda: likelihoods.exact_units([1.5, 1], [2, 2]), "impossible"),
        (lambda: likelihoods.exact_units([1, 1], [2.5, 2]), "impossible"),
    ],
)
def test_what_no_model_can_be_made_of_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    assert answer().code == code


def test_deaths_after_surgery_at_twelve_hospitals() -> None:
    """Marshall & Spiegelhalter's Surgical data (BUGS examples I): large n, where the likelihood is rough."""
    deaths = [0, 18, 8, 46, 8, 13, 9, 31, 14, 8, 29, 24]
    operations = [47, 148, 119, 810, 211, 196, 148, 215, 207, 97, 256, 360]
    found = told(shrinkage.beta_binomial(deaths, operations))
    assert (found.alpha, found.beta) == (pytest.approx(8.2535, abs=5e-5), pytest.approx(99.637, abs=5e-4))


@pytest.mark.parametrize("times", [1, 100, 1000])
def test_a_fit_is_found_however_many_answered(times: int) -> None:
    x, n = np.array([1, 8, 5, 9, 3]) * times, np.array([10, 10, 9, 12, 10]) * times
    found = told(shrinkage.beta_binomial(x, n))
    top = stats.betabinom.logpmf(x, n, found.alpha, found.beta).sum()
    for a, b in ((1.01, 1), (1, 1.01), (0.99, 1), (1, 0.99)):
        assert stats.betabinom.logpmf(x, n, a * found.alpha, b * found.beta).sum() < top


def test_persons_who_answer_often_by_the_sandwich() -> None:
    values, persons = np.array([3.0, 4, 1, 6, 2, 5, 5]), list("aabcccc")
    found = told(clusters.cluster_mean(values, persons))
    away = values - values.mean()
    meat = sum(away[np.array(persons) == one].sum() ** 2 for one in "abc")
    assert (found.n, found.clusters, found.mean) == (7, 3, pytest.approx(values.mean()))
    assert found.cr0 == pytest.approx(meat**0.5 / 7)
    assert found.cr1 == pytest.approx(found.cr0 * 1.5**0.5)
    assert found.independent == pytest.approx(stats.sem(values))
    assert found.design_effect == pytest.approx(meat / 49 / stats.sem(values) ** 2)


def test_scores_of_units_on_each_scale() -> None:
    x, n = np.array([4.0, 9, 6]), np.array([8.0, 6, 12])
    log = told(overdispersion.scores("log_ratio", x, n))
    assert log.z == pytest.approx(np.log(x / n) * np.sqrt(n))
    share = told(overdispersion.scores("share", [4, 3, 6], [8, 6, 12]))
    assert share.target == pytest.approx(np.arcsin(0.5**0.5))
    assert share.z == pytest.approx([0, 0, 0])
    assert share.error == pytest.approx([1 / (2 * one**0.5) for one in (8, 6, 12)])
    ratio = told(overdispersion.scores("count_ratio", x, n))
    assert ratio.target == pytest.approx(np.log(19 / 26))
    assert ratio.error[0] == pytest.approx((4 / 4.5**2 + 8 / 8.5**2) ** 0.5)
    assert ratio.z[1] == pytest.approx(
        (np.log(9.5 / 6.5) - np.log(19 / 26)) / (9 / 9.5**2 + 6 / 6.5**2) ** 0.5
    )
    error = np.array([0.2])
    for form, back in (("log_ratio", np.exp), ("share", lambda at: np.sin(at) ** 2)):
        low, high = overdispersion.lines(form, 0.7, error, 0.05, 3.0)  # type: ignore[arg-type]
        assert (low[0], high[0]) == pytest.approx((back(0.7 - 0.9), back(0.7 + 0.9)))
