"""Scales, effects, goals and streams beside other ways of working out the same number."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from hvb_followup.outcomes import change, charts, consistency, effects, goals, scales, streams
from tests.told import told

NAN = float("nan")
TABLE = np.array(
    [[4.0, 5, 3, 4], [2, 1, 2, 3], [5, 5, 4, 5], [3, 2, 4, 2], [1, 2, 1, 1], [4, 4, 5, 3], [2, 3, 3, 4]]
)


def test_alpha_and_its_items_by_hand() -> None:
    found = told(consistency.alpha(TABLE, 0.9))
    cov, corr = np.cov(TABLE.T), np.corrcoef(TABLE.T)
    assert found.raw == pytest.approx(
        4 / 3 * (1 - TABLE.var(axis=0, ddof=1).sum() / TABLE.sum(axis=1).var(ddof=1))
    )
    average = corr[np.triu_indices(4, 1)].mean()
    assert found.average_r == pytest.approx(average)
    assert found.standardised == pytest.approx(4 * average / (1 + 3 * average))
    # Guttman's lambda 6: what each item has that the others cannot tell, by regression on them.
    scaled = (TABLE - TABLE.mean(axis=0)) / TABLE.std(axis=0, ddof=1)
    left = 0.0
    for item in range(4):
        others = np.delete(scaled, item, axis=1)
        gone = scaled[:, item] - others @ np.linalg.lstsq(others, scaled[:, item], rcond=None)[0]
        left += float(gone @ gone) / 6
    assert found.lambda6 == pytest.approx(1 - left / corr.sum())
    ends = [1 - (1 - found.raw) * stats.f.ppf(p, 6, 18) for p in (0.95, 0.05)]
    assert (found.low, found.high) == pytest.approx(tuple(ends))
    assert (found.n, found.mean, found.sd) == pytest.approx((7, TABLE.mean(), TABLE.mean(axis=1).std(ddof=1)))
    first, rest = found.items[0], TABLE[:, 1:]
    assert (first.n, first.mean, first.sd) == pytest.approx((7, 3, TABLE[:, 0].std(ddof=1)))
    assert first.rest_r == pytest.approx(np.corrcoef(TABLE[:, 0], rest.sum(axis=1))[0, 1])
    assert first.total_r == pytest.approx(np.corrcoef(TABLE[:, 0], TABLE.sum(axis=1))[0, 1])
    assert first.alpha_without == pytest.approx(
        3 / 2 * (1 - rest.var(axis=0, ddof=1).sum() / rest.sum(axis=1).var(ddof=1))
    )
    assert cov == pytest.approx(consistency.pairwise_covariance(TABLE))


def test_an_item_that_somebody_left_out_counts_by_pairs() -> None:
    holes = TABLE.copy()
    holes[0, 0] = holes[3, 2] = NAN
    cov = consistency.pairwise_covariance(holes)
    assert (
        cov[0, 2] == cov[2, 0] == pytest.approx(np.cov(np.delete(TABLE, [0, 3], axis=0)[:, [0, 2]].T)[0, 1])
    )
    assert cov[0, 0] == pytest.approx(TABLE[1:, 0].var(ddof=1))
    found = told(consistency.alpha(holes))
    assert (found.items[0].n, found.items[0].mean) == (6, pytest.approx(TABLE[1:, 0].mean()))
    assert found.mean == pytest.approx(np.nanmean(np.nanmean(holes, axis=1)))
    # The item beside each person's mean of what was answered, over those who answered it.
    for at, item in enumerate(found.items):
        kept = holes[~np.isnan(holes[:, at])]
        assert item.total_r == pytest.approx(np.corrcoef(np.nanmean(kept, axis=1), kept[:, at])[0, 1])
    # Nobody answered both of two items: their covariance is not known.
    apart = np.array([[1.0, NAN, 2], [2, NAN, 1], [3, 4, NAN], [NAN, 1, 4], [NAN, 2, 3], [5, NAN, 5]])
    assert np.isnan(consistency.pairwise_covariance(apart)[0, 1])


def test_two_items_have_no_alpha_without_one_of_them() -> None:
    found = told(consistency.alpha(TABLE[:, :2]))
    assert all(np.isnan(item.alpha_without) for item in found.items)


def test_items_that_repeat_each_other_have_no_lambda() -> None:
    assert np.isnan(told(consistency.alpha(np.column_stack([TABLE, TABLE[:, 0]]))).lambda6)


def test_how_badly_one_factor_fits_by_its_own_formulas() -> None:
    """Five items of two factors: the discrepancy written out at the fit, and the indices that follow."""
    rng = np.random.default_rng(12)
    factors = rng.standard_normal((80, 2))
    items = factors @ np.array([[1.0, 0.9, 0.8, 0, 0.2], [0, 0.3, 0, 1.1, 0.9]]) + rng.standard_normal(
        (80, 5)
    )
    found = told(consistency.one_factor(-items))
    cov = np.cov(items.T, bias=True)
    model = np.outer(found.loadings, found.loadings) + np.diag(found.unique)

    def discrepancy(of: np.ndarray) -> float:
        logs = np.linalg.slogdet(of)[1] - np.linalg.slogdet(cov)[1]
        return float(80 * (logs + np.trace(cov @ np.linalg.inv(of)) - 5))

    assert (found.df, found.chi2) == (5, pytest.approx(discrepancy(model)))
    for item in range(5):
        for step in (0.99, 1.01):
            near = found.unique.copy()
            near[item] *= step
            assert discrepancy(np.outer(found.loadings, found.loadings) + np.diag(near)) > found.chi2
    alone = discrepancy(np.diag(np.diag(cov)))
    assert found.cfi == pytest.approx(1 - (found.chi2 - 5) / (alone - 10))
    assert found.rmsea == pytest.approx(sqrt((found.chi2 - 5) / (5 * 80)))
    assert found.loadings.sum() > 0
    assert found.omega == pytest.approx(found.loadings.sum() ** 2 / model.sum())


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: consistency.alpha(TABLE[:2]), "too_few"),
        (lambda: consistency.alpha(TABLE[:, :1]), "too_few"),
        (lambda: consistency.alpha([[1.0, NAN], [2, NAN], [3, 1], [4, 2]]), "too_few"),
        (lambda: consistency.one_factor(TABLE[:4]), "too_few"),
        (lambda: consistency.one_factor(TABLE[:, :2]), "too_few"),
        (lambda: effects.by_start_spread(1, 2, -1, 9, 0.5), "impossible"),
        (lambda: effects.by_start_spread(1, 2, 1, 9, -1.5), "impossible"),
        (lambda: effects.by_start_spread(1, NAN, 1, 9, 0.5), "not_a_number"),
        (lambda: effects.raw(1, 2, 1, 0, 9, 0.5), "all_equal"),
        (lambda: effects.by_change_spread(1, 2, 1, float("inf"), 9, 0.5), "not_a_number"),
        (lambda: effects.regression_to_the_mean(1, -1, 3, 2), "impossible"),
        (lambda: effects.regression_to_the_mean(1, 3, -1, 2), "impossible"),
        (lambda: goals.attainment([1.0, 2.0], [0.0, 0.0]), "impossible"),
        (lambda: goals.attainment([1.0, 2.0], [-1.0, 2.0]), "impossible"),
        (lambda: goals.attainment([1.0, 2.0], [1.0]), "not_a_number"),
        (lambda: goals.attainment([-2.5]), "impossible"),
        (lambda: goals.share_moved([NAN], 1), "too_few"),
        (lambda: goals.share_moved([float("inf")], 1), "not_a_number"),
        (lambda: scales.top_box([NAN], 1), "no_answers"),
        (lambda: scales.top_box([float("inf")], 1), "not_a_number"),
        (lambda: scales.floor_and_ceiling([NAN], 0, 1), "no_answers"),
        (lambda: scales.floor_and_ceiling([1.0], 1, 1), "all_equal"),
        (lambda: scales.prorated(0, 0, 1, need=0), "too_few"),
        (lambda: scales.scored([[0.0]], 1, 5), "impossible"),
        (lambda: scales.scored([[1.0]], 5, 5), "impossible"),
        (lambda: charts.suits_p_chart([0, 0], [9, 9]), "all_equal"),
        (lambda: charts.suits_p_chart([9, 9], [9, 9]), "all_equal"),
        (lambda: charts.chart("c", [-1.0, 2]), "impossible"),
        (lambda: charts.chart("i", [1.0, 2, 3], freeze=1), "too_few"),
        (lambda: streams.binomial_cusum([1], [2], 0.0, 0.2), "impossible"),
        (lambda: streams.binomial_cusum([1], [2], 0.1, 1.0), "impossible"),
        (lambda: streams.binomial_cusum([-1], [2], 0.1, 0.2), "impossible"),
        (lambda: streams.risk_weights([1], [0.0], 2), "impossible"),
        (lambda: streams.risk_weights([1], [0.5], 0), "impossible"),
        (lambda: streams.risk_weights([1], [0.5], 2, 0), "impossible"),
        (lambda: streams.risk_weights([2], [0.5], 2), "impossible"),
        (lambda: streams.ewma([1.0], 0, 1, 0.0), "impossible"),
        (lambda: streams.ewma([1.0], 0, 1, 1.01), "impossible"),
        (lambda: streams.ewma_run_length(0.0, 3, 0), "impossible"),
        (lambda: streams.ewma_run_length(1.01, 3, 0), "impossible"),
        (lambda: streams.ewma_run_length(0.2, 0, 0), "impossible"),
        (lambda: streams.cusum_run_length(-0.1, 4, 0), "impossible"),
        (lambda: streams.binomial_run_length(0, 0.1, 0.1, 0.2, 2), "impossible"),
        (lambda: streams.binomial_run_length(1, -0.1, 0.1, 0.2, 2), "impossible"),
        (lambda: streams.binomial_run_length(1, 1.1, 0.1, 0.2, 2), "impossible"),
        (lambda: streams.binomial_run_length(1, 0.1, 0.0, 0.2, 2), "impossible"),
        (lambda: streams.binomial_run_length(1, 0.1, 0.1, 1.0, 2), "impossible"),
        (lambda: streams.binomial_run_length(1, 0.1, 0.1, 0.2, 0), "impossible"),
    ],
)
def test_what_no_scale_can_tell_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    assert answer().code == code


def test_effects_of_uneven_spreads_by_hand() -> None:
    """Spreads 16 and 12 with correlation 0.3: the change varies by 16² + 12² − 0.6·16·12 = 284.8."""
    j = effects.small_sample_factor(11)
    assert told(effects.raw(30, 38, 16, 12, 12, 0.3)) == effects.Effect(
        value=8, variance=pytest.approx(284.8 / 12)
    )
    found = told(effects.by_change_spread(30, 38, 16, 12, 12, 0.3))
    d = j * 8 / sqrt(284.8)
    assert (found.value, found.variance) == pytest.approx((d, 1 / 12 + d**2 / 24))
    found = told(effects.by_start_spread(30, 38, 16, 3, -1))
    d = effects.small_sample_factor(2) * 0.5
    assert (found.value, found.variance) == pytest.approx((d, 4 / 3 + d**2 / 6))
    assert told(effects.by_start_spread(30, 38, 16, 9, 1)).variance > 0


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_the_paired_interval_is_scipys(level: float) -> None:
    before, after = [3.0, 5, 2, 8, 7], [5.0, 6, 2, 9, 10]
    found = told(effects.paired(before, after, level))
    plain = stats.ttest_rel(after, before)
    ends = plain.confidence_interval(level)
    assert (found.low, found.high, found.p) == pytest.approx((ends.low, ends.high, plain.pvalue))
    assert (found.n, found.df, found.mean) == (5, 4, pytest.approx(1.4))
    turned = told(effects.paired(after, before, level))
    assert (turned.t, turned.p) == pytest.approx((-found.t, found.p))
    assert told(effects.paired([1.0, 2], [1.0, 5])).df == 1


def test_ranks_of_changes_with_ties_and_without_correction() -> None:
    before, after = [1.0, 2, 3, 4, 5, 6, 7], [2.0, 1, 5, 6, 8, 6, 9]
    for corrected in (True, False):
        plain = stats.wilcoxon(after, before, correction=corrected, method="asymptotic")
        assert effects.signed_rank(before, after, corrected=corrected) == pytest.approx(plain.pvalue)
        assert effects.signed_rank(after, before, corrected=corrected) == pytest.approx(plain.pvalue)
    assert effects.signed_rank([1.0], [2.0], corrected=False) == pytest.approx(2 * stats.norm.sf(1))


def test_a_preliminary_limit_in_points() -> None:
    assert change.by_points([1.0, 5, 5, 3, NAN, 3], [4.0, 2, 4, 5, 2, NAN], 3) == [
        "improved", "deteriorated", "unchanged", "unchanged", "not_followed_up", "not_followed_up",
    ]  # fmt: skip
    assert change.by_points([5.0], [2.1], 3) == ["unchanged"]


def test_references_at_their_ends() -> None:
    assert told(change.reference(2.0, 0.0)).s_diff == pytest.approx(sqrt(8))
    assert told(change.reference(2.0, 0.75)).least_change == pytest.approx(1.96 * sqrt(2))
    assert change.reference(2.0, -0.01).code == "impossible"  # type: ignore[union-attr]
    assert told(change.spread([1.0, 3, NAN])) == (2, pytest.approx(sqrt(2)))
    assert told(change.cutoffs(40, 6, 60, 4)) == change.Cutoffs(a=52, b=52, c=52)


def test_goals_with_weights_and_a_correlation() -> None:
    expected = 50 + 10 * (2 * 1 - 3 * 2 + 1) / sqrt(0.5 * (4 + 9 + 1) + 0.5 * 36)
    assert goals.attainment([1, -2, 1], [2, 3, 1], 0.5) == pytest.approx(expected)
    assert goals.share_moved([2.0, 1.99, -3], 2) == pytest.approx(1 / 3)
    assert goals.attainment([-2.0]) == 30


def test_scores_at_their_ends() -> None:
    found = told(scales.scored([[1, 5, 3, NAN], [NAN, NAN, NAN, 2], [NAN, NAN, NAN, NAN]], 1, 5, need=1))
    assert found.score[:2].tolist() == [3, 2]
    assert found.per_cent[:2].tolist() == [50, 25]
    assert found.answered.tolist() == [3, 1, 0]
    assert np.isnan(found.available[2])
    assert np.isnan(found.score[2])
    # Half of three is two.
    assert np.isnan(told(scales.scored([[1, NAN, NAN]], 1, 5)).score[0])
    assert told(scales.scored([[1, 2, NAN]], 1, 5)).score[0] == 1.5
    assert scales.prorated(1, 1, 2) == 2
    assert scales.prorated(3, 1, 5, need=1) == 15
    assert scales.top_box([1.0, 2, 3, NAN], 2) == (2, 3)
    assert scales.floor_and_ceiling([0.0, 1, 2, 2], 0, 2) == (0.25, 0.5)


def test_a_binomial_sum_by_hand() -> None:
    """Each event adds log 2, each other log(0.8/0.9); never below nought."""
    up, down = log(2), log(0.8 / 0.9)
    sums = told(streams.binomial_cusum([2, 0, 1], [3, 4, 1], 0.1, 0.2))
    first = 2 * up + down
    assert sums == pytest.approx([first, max(0, first + 4 * down), max(0, first + 4 * down) + up])
    assert told(streams.binomial_cusum([0], [1], 0.1, 0.2)).tolist() == [0]


def test_a_sum_sounds_above_its_limit_and_the_first_time() -> None:
    found = told(streams.cusum([12.0, 13, 9, 14, 8], 10, 1, 3))
    assert found.up.tolist() == [1, 3, 1, 4, 1]
    assert (found.first_up, found.first_down) == (4, 0)
    found = told(streams.cusum([6.0, 6, 6], 10, 1, 3))
    assert (found.down.tolist(), found.first_down) == ([3, 6, 9], 2)


def test_the_limits_of_an_average() -> None:
    found = told(streams.ewma([12.0, 8, 11], 10, 2, 0.2, 2.5))
    assert found.z == pytest.approx([10.4, 9.92, 10.136])
    for at in range(3):
        reach = 2.5 * 2 * sqrt(sum((0.2 * 0.8**k) ** 2 for k in range(at + 1)))
        assert (found.low[at], found.high[at]) == pytest.approx((10 - reach, 10 + reach))
    assert told(streams.ewma([3.0], 1, 1, 1.0)).z.tolist() == [3]


def test_the_odds_that_hold_are_weighed_against() -> None:
    weights = told(streams.risk_weights([1, 0], [0.2, 0.5], 3.0, 1.5))
    assert weights == pytest.approx([log(2) + log(1.1 / 1.4), log(1.25 / 2)])
    assert told(streams.risk_adjusted_cusum([1, 0], [0.2, 0.5], 3.0, 1.5))[0] == pytest.approx(weights[0])


def test_run_lengths_of_points_that_each_sound_alone() -> None:
    """With weight 1 an average is its last point: it leaves ± 2 once in 1/P(|x| > 2) points."""
    assert streams.ewma_run_length(1.0, 2.0, 0.5) == pytest.approx(
        1 / (stats.norm.sf(1.5) + stats.norm.cdf(-2.5)), rel=1e-6
    )
    up = told(streams.cusum_run_length(0.5, 4, 0.25, two_sided=False))
    down = told(streams.cusum_run_length(0.5, 4, -0.25, two_sided=False))
    assert streams.cusum_run_length(0.5, 4, 0.25) == pytest.approx(1 / (1 / up + 1 / down))
    assert streams.cusum_run_length(0.5, 4, 0, two_sided=False) == pytest.approx(2 * 168, rel=0.003)


def test_a_binomial_sum_whose_states_can_be_counted() -> None:
    """One person a point, steps ± log 4 from nought, sounding at 2 log 4 (up to the grid's half step).

    From 0 an event goes to 1, else 0; from 1 an event sounds, else 0: with chance p it takes (1 + p)/p² points.
    """
    p = 0.3
    found = streams.binomial_run_length(1, p, 0.2, 0.8, 2 * log(4) - 0.01, states=500)
    assert found == pytest.approx((1 + p) / p**2)
    assert streams.binomial_run_length(1, 1.0, 0.2, 0.8, 2 * log(4) - 0.01) == pytest.approx(2)
    assert streams.binomial_run_length(1, 0.0, 0.2, 0.8, 1.0).code == "not_converged"  # type: ignore[union-attr]


def test_enough_for_a_p_chart_is_five_of_each() -> None:
    assert charts.suits_p_chart([5, 5], [20, 20]) is None
    assert charts.suits_p_chart([15, 15], [20, 20]) is None
    for x in (4, 16):
        found = charts.suits_p_chart([x, x], [20, 20])
        assert found is not None
        assert found.code == "too_few"


def test_lines_of_uneven_sizes_widened_by_hand() -> None:
    x, n = np.array([30.0, 50, 20, 60]), np.array([100.0, 120, 90, 110])
    for kind, sigma in (("pp", lambda c: np.sqrt(c * (1 - c) / n)), ("up", lambda c: np.sqrt(c / n))):
        found = told(charts.chart(kind, x, n))  # type: ignore[arg-type]
        centre = x.sum() / n.sum()
        z = (x / n - centre) / sigma(centre)
        wide = np.abs(np.diff(z)).mean() / 1.128
        assert found.center == pytest.approx([centre] * 4)
        assert found.high == pytest.approx(centre + 3 * sigma(centre) * wide)
        assert found.low == pytest.approx(np.maximum(centre - 3 * sigma(centre) * wide, 0))


def test_a_chart_of_one_point_is_none() -> None:
    found = charts.suits_p_chart([10], [20])
    assert found is not None
    assert found.code == "too_few"
