"""Methods beside which nothing is published: each edge of their gates, and their numbers by another way."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from hvb_followup.comparison import (
    between,
    calibration,
    casemix,
    flags,
    funnel,
    hierarchy,
    logistic,
    means,
    mixed,
    multiplicity,
    nonresponse,
    ranks,
    register_words,
    shrinkage,
    stratified,
    verdict,
    weighting,
    wording,
)
from hvb_followup.comparison.adjusting import Comes
from hvb_followup.comparison.likelihoods import exact_units
from hvb_followup.gates import Gate
from tests.told import told

NAN = float("nan")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: flags.exact(0, 5, 0.0), None),
        (lambda: flags.exact(5, 5, 1.0), None),
        (lambda: flags.exact(1, 5, 1.1), "impossible"),
        (lambda: flags.exact(1, 5, -0.1), "impossible"),
        (lambda: flags.exact(-1, 5, 0.5), "impossible"),
        (lambda: flags.predictive(3, np.array([0.5, 0.5])), "impossible"),
        (lambda: flags.predictive(2, np.array([0.5, 0.5])), "impossible"),
        (lambda: flags.predictive(0, np.array([1.0])), "no_answers"),
        (lambda: flags.predictive_count(-1, 2, 1), "impossible"),
        (lambda: flags.predictive_count(1, NAN, 1), "not_a_number"),
        (lambda: flags.predictive_mean(1, 1, NAN, 0), "not_a_number"),
        (lambda: flags.predictive_mean(1, 1, 2.0, -2.0), "impossible"),
        (lambda: flags.predictive_mean(1, 1, 0.0, 2.0), None),
        (lambda: stratified.logistic_dif(["a", "a"], [0, 1], [1, 2]), "all_equal"),
        (lambda: stratified.tables(["a", "b"], [0, 2], [1, 1]), "impossible"),
        (lambda: stratified.mantel_haenszel([[[3, 0], [2, 4]]]), "all_equal"),
        (lambda: stratified.mantel_haenszel([[[3, 2], [0, 4]]]), "all_equal"),
        (lambda: stratified.mantel_haenszel([[[0, 2], [3, 4]]]), "all_equal"),
        (lambda: stratified.mantel_haenszel([[[1, 0], [0, 0]]]), "no_answers"),
        (lambda: casemix.added(np.ones((0, 1)), [], []), "no_units"),
        (lambda: casemix.standardise([1.0, 0.0], [0.5], ["a", "b"]), "not_a_number"),
        (lambda: multiplicity.adjusted([-0.5], "BH"), "impossible"),
        (lambda: means.clears([1.0] * 7, 0, 9), "too_few"),
        (lambda: means.clears([5.0] * 8, 0, 9), "all_equal"),
        (lambda: means.clears([0.0, 0, 3, 4, 5, 6, 7, 8], 0, 9), None),
        (lambda: means.clears([0.0, 0, 0, 4, 5, 6, 7, 8], 0, 9), "ceiling"),
        (lambda: means.clears([1.0, 2, 3, 4, 5, 6, 9, 9], 0, 9), None),
        (lambda: means.t_from_summary(1, 3.0, 1.0), "too_few"),
        (lambda: means.t_interval([1.0, 2.0]), None),
        (lambda: means.bootstrap([1.0, 2.0]), "too_few"),
        (lambda: weighting.weighted_mean([1.0, 2.0], [-0.1, 1.0]), "impossible"),
        (lambda: weighting.weighted_mean([1.0, 2.0], [0.0, 0.0]), "impossible"),
        (lambda: weighting.weighted_mean([1.0, 2.0], [0.0, 1.0]), None),
        (lambda: weighting.effective_n([-0.1, 1.0]), "impossible"),
        (lambda: weighting.effective_n([0.0, 0.0]), "impossible"),
        (lambda: weighting.effective_n([0.0, 1.0]), None),
        (lambda: weighting.trimmed([0.0, 0.0]), "impossible"),
        (lambda: weighting.trimmed([-0.1, 1.0]), "impossible"),
        (lambda: weighting.trimmed([0.0, 1.0]), None),
        (lambda: weighting.raked([(["a", "a"], {"a": 2.0})], [1.0, 1.0], rounds=0), "not_converged"),
        (lambda: shrinkage.james_stein([1.0, 2, 3, 4], 0.0), "all_equal"),
        (lambda: shrinkage.james_stein([1.0, 2, 3, 4], -0.5), "all_equal"),
        (lambda: nonresponse.finite_correction(4, 3), "more_than_invited"),
        (lambda: funnel.poisson_ratio(-1.0), "no_events"),
        (lambda: funnel.mean(5.0, 1.0, 1), "no_answers"),
        (lambda: funnel.binomial(0.5, 2.5), "impossible"),  # type: ignore[arg-type]
        (lambda: calibration.calibrate([1, 0], [0.5, 0.0]), "impossible"),
        (lambda: calibration.auc([0, 0], [0.5, 0.6]), "all_equal"),
        (lambda: logistic.linear(np.ones((2, 1)), [1.0, 3.0]), None),
    ],
)
def test_a_gate_closes_at_its_edge_and_not_beside_it(answer, code: str | None) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert (found.code if isinstance(found, Gate) else None) == code


def test_predictive_tails_by_counting() -> None:
    odds = np.array([0.1, 0.2, 0.3, 0.4])
    found = told(flags.predictive(1, odds))
    assert (found.lower, found.upper, found.lower_mid, found.upper_mid) == pytest.approx((0.3, 0.9, 0.2, 0.8))
    found = told(flags.predictive(0, odds))
    assert (found.lower, found.upper, found.lower_mid, found.upper_mid) == pytest.approx((0.1, 1, 0.05, 0.95))
    for x in (0, 1, 4):
        law, found = stats.betabinom(9, 3, 2), told(flags.predictive_share(x, 9, 3, 2))
        half = law.pmf(x) / 2
        assert (found.lower_mid, found.upper_mid) == pytest.approx((law.cdf(x) - half, law.sf(x) + half))
        assert found.upper == pytest.approx(law.sf(x) + 2 * half)
        exact = told(flags.exact(x, 9, 0.4))
        at = stats.binom.pmf(x, 9, 0.4)
        assert (exact.lower, exact.upper) == pytest.approx(
            (stats.binom.cdf(x, 9, 0.4), stats.binom.sf(x, 9, 0.4) + at)
        )
        assert exact.upper_mid == pytest.approx(exact.upper - at / 2)
    counts = told(flags.predictive_count(0, 6.0, 5.0))
    assert counts.lower == pytest.approx((5 / 11) ** 5)
    one = told(flags.predictive_count(1, 6.0, 5.0))
    assert one.upper == pytest.approx(1 - (5 / 11) ** 5)
    mean = told(flags.predictive_mean(12, 10, 3, 1))
    assert (mean.lower, mean.lower_mid, mean.upper_mid) == pytest.approx(
        (stats.norm.cdf(1), stats.norm.cdf(1), stats.norm.sf(1))
    )


def test_a_line_stands_between_the_counts_whose_tails_pass_it() -> None:
    """Spiegelhalter 2005: r the first with P(R ≤ r) > p, and the line (r − (P(R ≤ r) − p)/P(R = r))/n."""
    for target, n in ((0.3, 12), (0.5, 4), (0.9, 30)):
        line = told(funnel.binomial(target, n, 0.05))
        for p, r, drawn in ((0.025, line.r_low, line.low), (0.975, line.r_high, line.high)):
            assert stats.binom.cdf(r, n, target) > p >= stats.binom.cdf(r - 1, n, target)
            away = (stats.binom.cdf(r, n, target) - p) / stats.binom.pmf(r, n, target)
            assert drawn == pytest.approx((r - away) / n)
        assert line.draws_low == (stats.binom.pmf(0, n, target) / 2 < 0.025)
        assert line.draws_high == (stats.binom.pmf(n, n, target) / 2 < 0.025)


def test_a_tail_that_is_exactly_the_limit_is_not_passed_and_draws_no_line() -> None:
    """Three tosses: P(R ≤ 0) is an eighth; of four a sixteenth, and half of it a thirty-second."""
    line = told(funnel.binomial(0.5, 3, 0.25))
    assert (line.r_low, line.low) == (1, pytest.approx(0, abs=1e-12))
    assert (line.r_high, line.high) == (3, pytest.approx(2 / 3))
    edge = told(funnel.binomial(0.5, 4, 1 / 16))
    assert (edge.draws_low, edge.draws_high) == (False, False)
    beside = told(funnel.binomial(0.5, 4, 1.01 / 16))
    assert (beside.draws_low, beside.draws_high) == (True, True)


def test_a_share_on_fingertips_line_is_within_it() -> None:
    assert funnel.fingertips_label(0.5, 0.5, 0) == "Not significant"
    low, high = told(funnel.normal(0.5, 100, 0.05))
    assert (
        funnel.fingertips_label(low, 0.5, 100) == funnel.fingertips_label(high, 0.5, 100) == "Not significant"
    )
    far = told(funnel.normal(0.5, 100, 0.002))
    assert funnel.fingertips_label(far[0], 0.5, 100) == "Low (0.025)"
    assert funnel.fingertips_label(far[1], 0.5, 100) == "High (0.025)"


def test_strata_of_answers_counted() -> None:
    found = told(stratified.tables(list("mffmf"), [1, 0, 1, 1, 1], list("aabba")))
    assert found.tolist() == [[[1, 1], [0, 1]], [[0, 1], [0, 1]]]
    # A stratum of one tells nothing, one of two does.
    pair = told(stratified.mantel_haenszel([[[8, 2], [5, 5]], [[1, 0], [0, 1]]]))
    assert pair.odds_ratio == pytest.approx((8 * 5 / 20 + 1 / 2) / (2 * 5 / 20))
    lone = told(stratified.mantel_haenszel([[[8, 2], [5, 5]], [[1, 0], [0, 0]]]))
    assert lone == told(stratified.mantel_haenszel([[[8, 2], [5, 5]]]))


@pytest.mark.parametrize(
    ("delta", "p", "grade"),
    [
        (1.5, 0.01, "C"),
        (-1.5, 0.01, "C"),
        (1.49, 0.01, "B"),
        (1.0, 0.049, "B"),
        (0.99, 0.01, "A"),
        (2.0, 0.05, "A"),
    ],
)
def test_the_grade_of_an_item(delta: float, p: float, grade: str) -> None:
    found = stratified.MantelHaenszel(odds_ratio=1, chi2=1, chi2_corrected=1, p=p, delta=delta)
    assert found.grade == grade


def test_weighted_means_by_hand() -> None:
    scores, weights = np.array([10.0, 20, 40]), np.array([1.0, 2, 1])
    found = told(weighting.weighted_mean(scores, weights))
    pulled = weights * (scores - 22.5) / 4
    assert (found.mean, found.se) == pytest.approx((22.5, (1.5 * (pulled**2).sum()) ** 0.5))
    plain = told(weighting.simple([1.0, 2, 6]))
    assert (plain.mean, plain.se) == pytest.approx((3, stats.sem([1.0, 2, 6])))
    some = told(weighting.simple([1.0, 2, 6], 12))
    assert some.se == pytest.approx(0.75**0.5 * plain.se)
    strata, sizes = list("aabbb"), {"a": 30.0, "b": 10.0}
    values = np.array([10.0, 14, 30, 36, 30])
    residual = np.array([15, 15, 10 / 3, 10 / 3, 10 / 3]) * (values - [12, 12, 32, 32, 32]) / 40
    for corrected, left in ((True, 1 - 5 / 40), (False, 1.0)):
        found = told(weighting.post_stratified(values, strata, sizes, corrected=corrected))
        assert found.mean == pytest.approx(0.75 * 12 + 0.25 * 32)
        assert found.se == pytest.approx((left * 5 / 4 * (residual**2).sum()) ** 0.5)
    assert weighting.effective_n([1.0, 1, 2]) == pytest.approx(16 / 6)
    assert told(weighting.trimmed([1.0, 1, 10])).tolist() == pytest.approx(
        [0.3, 0.3, 2.5] / np.mean([0.3, 0.3, 2.5])
    )


def test_raking_goes_on_until_the_margins_hold() -> None:
    one, other = list("aabb"), list("xyxy")
    found = told(weighting.raked([(one, {"a": 30, "b": 70}), (other, {"x": 45, "y": 55})], [5.0, 1, 2, 9]))
    assert found[:2].sum() == pytest.approx(30)
    assert found[[0, 2]].sum() == pytest.approx(45)
    assert found[0] * found[3] / (found[1] * found[2]) == pytest.approx(5 * 9 / 2)


def test_the_bootstrap_corrects_for_bias_and_lean() -> None:
    """Of few values every resample can be counted: scipy's BCa of as many draws lies near."""
    values = [1.0, 1.2, 1.5, 2.0, 2.4, 4.0]
    for level in (0.95, 0.8):
        percentile, bca = told(means.bootstrap(values, level))
        for method, ends in (("percentile", percentile), ("BCa", bca)):
            other = stats.bootstrap(
                (values,), np.mean, n_resamples=40_000, confidence_level=level, method=method,
                random_state=np.random.default_rng(2), vectorized=True,
            ).confidence_interval  # fmt: skip
            assert ends == pytest.approx((other.low, other.high), abs=0.02)


def test_the_acceleration_and_bias_are_those_of_efron() -> None:
    scores = np.array([1.0, 2, 2, 7])
    drawn = np.array([1.0, 2, 3, 3, 4, 5])  # the mean of the scores is 3: two below it and two on it
    tails = (0.1, 0.9)
    away = scores - 3
    a = (away**3).sum() / (6 * (away**2).sum() ** 1.5)
    bias = stats.norm.ppf((2 / 6 + 4 / 6) / 2)
    z = bias + stats.norm.ppf(tails)
    assert means._corrected(scores, drawn, tails) == pytest.approx(
        tuple(stats.norm.cdf(bias + z / (1 - a * z)))
    )
    drawn = np.array([2.0, 3, 4, 5, 6])
    bias = stats.norm.ppf((1 / 5 + 2 / 5) / 2)
    z = bias + stats.norm.ppf(tails)
    assert means._corrected(scores, drawn, tails) == pytest.approx(
        tuple(stats.norm.cdf(bias + z / (1 - a * z)))
    )


@pytest.mark.parametrize(("away", "apart"), [(0.975, False), (0.985, True)])
def test_two_units_stand_apart_where_their_difference_is_significant(away: float, apart: bool) -> None:
    """Errors 0.3 and 0.4 make 0.5: the limit is 1.96 of it for each unit by itself."""
    found = told(ranks.rank_sets([0.0, away], [0.3, 0.4], simultaneous=False))
    assert (found.low.tolist(), found.high.tolist()) == (([2, 1], [2, 1]) if apart else ([1, 1], [2, 2]))
    assert found.plain.tolist() == [2, 1]
    # At once the same, but for the draws.
    at_once = told(ranks.rank_sets([0.0, away + (0.05 if apart else -0.05)], [0.3, 0.4], draws=20_000))
    assert at_once.low.tolist() == ([2, 1] if apart else [1, 1])


def test_places_of_units_surely_apart() -> None:
    posterior = told(hierarchy.fit_shares(exact_units([5, 60, 95], [100, 100, 100])))
    found = told(ranks.posterior_ranks(posterior))
    assert (found.low.tolist(), found.high.tolist()) == ([1, 2, 3], [1, 2, 3])
    assert found.best == pytest.approx([0, 0, 1], abs=1e-6)
    assert ranks.possible_best(posterior) == [2]
    alike = told(hierarchy.fit_shares(exact_units([30, 31, 30], [60, 60, 60])))
    assert told(ranks.posterior_ranks(alike)).high.tolist() == [3, 3, 3]
    assert told(ranks.posterior_ranks(alike)).low.tolist() == [1, 1, 1]
    assert ranks.possible_best(alike) == [0, 1, 2]
    one = posterior.of_rows([1])
    assert ranks.posterior_ranks(one).code == "too_few"  # type: ignore[union-attr]
    many = posterior.of_rows([1] * 201)
    assert ranks.posterior_ranks(many).code == "impossible"  # type: ignore[union-attr]


def test_units_that_differ_less_than_chance_are_drawn_all_the_way() -> None:
    found = told(shrinkage.james_stein([1.0, 1.1, 0.9, 1.0], 50.0))
    assert (found.factor, found.values.tolist()) == (0, [1.0] * 4)


def test_logistic_deviance_is_measured_from_a_model_of_every_row() -> None:
    x, n = np.array([2.0, 5, 9]), np.array([10.0, 12, 11])
    found = told(logistic.logistic(np.ones((3, 1)), x, trials=n))
    p = 16 / 33
    expected = 2 * (stats.binom.logpmf(x, n, x / n) - stats.binom.logpmf(x, n, p)).sum()
    assert found.deviance == pytest.approx(expected)
    assert found.coef[0] == pytest.approx(special.logit(p))
    assert found.se[0] == pytest.approx((33 * p * (1 - p)) ** -0.5)
    moved = told(logistic.logistic(np.ones((3, 1)), x, trials=n, offset=[0.7, 0.7, 0.7]))
    assert moved.coef[0] == pytest.approx(special.logit(p) - 0.7)


def test_least_squares_by_the_textbook() -> None:
    design = np.column_stack([np.ones(5), [1.0, 2, 3, 4, 6]])
    values = [2.0, 3, 5, 4, 8]
    found, plain = told(logistic.linear(design, values)), stats.linregress(design[:, 1], values)
    assert found.coef == pytest.approx([plain.intercept, plain.slope])
    assert found.se == pytest.approx([plain.intercept_stderr, plain.stderr])
    assert found.r2 == pytest.approx(plain.rvalue**2)
    assert found.deviance == pytest.approx(3 * found.sigma**2)
    assert found.cov[0, 1] == found.cov[1, 0] == pytest.approx(-(plain.stderr**2) * 3.2)


def test_tenths_of_what_was_expected() -> None:
    shares = np.linspace(0.05, 0.95, 40)
    events = (np.arange(40) % 3 == 0).astype(float)
    found = told(calibration.calibrate(events, shares)).deciles
    assert [n for *_, n in found] == [4] * 10
    assert found[2][:2] == pytest.approx((shares[8:12].mean(), events[8:12].mean()))
    few = told(calibration.calibrate([0, 1, 0, 1, 1, 0], [0.2, 0.3, 0.4, 0.5, 0.6, 0.7])).deciles
    assert [n for *_, n in few] == [1] * 6


@pytest.mark.parametrize(
    ("slope", "shift", "holds"),
    [
        (0.8, 0.0, True), (1.2, 0.199, True), (0.799, 0.0, False), (1.201, 0.0, False), (1.0, 0.2, False),
        (1.0, -0.2, False), (1.0, -0.199, True), (1.9, 0.0, False), (NAN, 0.0, False), (1.0, NAN, False),
    ],
)  # fmt: skip
def test_expectations_hold_within_their_limits(slope: float, shift: float, holds: bool) -> None:
    comes = Comes(in_large=shift, in_large_se=0.1, slope=slope, slope_se=0.1, tenths=())
    told_ = calibration.Calibration(
        auc=0.6, brier=0.2, in_large=shift, in_large_se=0.1, intercept=9.0, intercept_se=0.1,
        slope=slope, slope_se=0.1, deciles=[],
    )  # fmt: skip
    assert (comes.gate() is None) == (told_.gate() is None) == holds


def test_a_share_of_all_invited_is_corrected_for_those_who_answered() -> None:
    assert nonresponse.finite_correction(6, 8) == pytest.approx(0.5)
    assert nonresponse.finite_correction(8, 8) == 0
    assert nonresponse.selection([3.0, 5], [1.0, 3, 5]) == pytest.approx(1 / (8 / 3) ** 0.5)


@pytest.mark.parametrize(
    ("known", "word"),
    [
        ({"passes_fdr": True, "periods": 2, "above": 0.999}, "higher"),
        ({"passes_fdr": True, "periods": 2, "above": 0.001}, "lower"),
        ({"passes_fdr": True, "upper_tail": 0.0001, "above": 0.999}, "higher"),
        ({"periods": 2, "upper_tail": 0.0001, "above": 0.999}, "higher"),
        ({"periods": 2, "passes_fdr": True, "upper_tail": 0.0009, "above": 0.999}, "unusual_high"),
        ({"periods": 2, "passes_fdr": True, "upper_tail": 0.0001, "above": 0.95}, "sign_higher"),
        ({"persons": 1, "above": 0.5}, "alike"),
    ],
)
def test_nothing_is_unusual_of_which_no_tail_is_known(known: dict[str, object], word: str) -> None:
    plain: dict[str, object] = {
        "persons": 20, "response": 0.7, "is_shown": True, "is_adjusted": True, "reliability": 0.8,
    }  # fmt: skip
    assert verdict.verdict(verdict.Evidence(**(plain | known))) == word  # type: ignore[arg-type]


def test_limits_of_a_rate_are_rounded_outwards_at_the_sixth_place() -> None:
    assert register_words.outwards(0.3 - 1e-9, 0.3 + 1e-9) == (0.3, 0.3)
    assert register_words.outwards(0.3 - 3e-7, 0.3 + 3e-7) == (0.2, 0.4)
    assert register_words.outwards(1.29, 1.21) == (1.2, 1.3)


def test_how_many_homes_are_compared() -> None:
    assert wording.reach_words(1607, 1200, 31) == (
        "1\u00a0200 av 1\u00a0607 hem har så många svar att någon siffra får jämföras; "
        "31 skiljer sig säkert från jämförelsegruppen i något."
    )
    assert wording.reach_words(1607, 1200, 31, "en") == (
        "1,200 of 1,607 homes have so many answers that some figure may be compared; "
        "31 differ for certain from the comparison group in something."
    )


def test_two_units_far_apart_spread_by_half_their_square() -> None:
    """Of two values d apart with variance v each, every estimate is d²/2 − v, however far beyond them that lies."""
    for method in ("REML", "PM", "DL"):
        assert between.tau2([0.0, 10.0], [1.0, 1.0], method) == pytest.approx(49)  # type: ignore[arg-type]


def test_second_derivatives_that_are_no_hill_have_no_inverse() -> None:
    at = np.zeros(2)
    found = mixed._inverse_hessian(lambda b: float(0.25 * b @ b), at)
    assert found is not None
    assert found == pytest.approx(2 * np.eye(2), abs=1e-6)
    assert mixed._inverse_hessian(lambda b: float(b[0] ** 2), at) is None
    assert mixed._inverse_hessian(lambda b: float(b[0] ** 2 - b[1] ** 2), at) is None


@pytest.mark.parametrize(("times", "better"), [(0.95, 1), (1.05, 2)])
def test_a_unit_by_itself_among_uneven_others(times: float, better: int) -> None:
    """The limit is the quantile of the greatest difference that chance makes, each in its own errors."""
    own = np.array([0.3, 0.2, 1.5])
    noise = np.random.default_rng(3).standard_normal((400_000, 3)) * own
    spread = np.hypot(own[0], own[1:])
    limit = np.quantile(np.abs((noise[:, 1:] - noise[:, :1]) / spread).max(axis=1), 0.95)
    found = told(ranks.rank_sets([0.0, times * limit * spread[0], 0.0], own, simultaneous=False))
    assert found.low[0] == better
