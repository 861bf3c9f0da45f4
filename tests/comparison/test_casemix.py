"""Case-mix: expectations that no home makes for itself, and gates for what cannot be adjusted."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, special

from hvb_followup.comparison import calibration, casemix, clusters, logistic, stratified, weighting
from hvb_followup.gates import Gate

RNG = np.random.default_rng(11)
SICK = RNG.integers(0, 2, 240).astype(float)
START = RNG.standard_normal(240)
DESIGN = np.column_stack([np.ones(240), SICK, START])
UNITS = [f"H{one % 8}" for one in range(240)]
OUTCOME = (RNG.random(240) < special.expit(0.3 + 0.8 * SICK - 0.5 * START)).astype(float)


def fit() -> logistic.Fit:
    found = logistic.logistic(DESIGN, OUTCOME)
    assert not isinstance(found, Gate)
    return found


def test_the_fit_is_the_greatest_likelihood() -> None:
    def minus(b: np.ndarray) -> float:
        eta = DESIGN @ b
        return float(-(OUTCOME * eta - np.logaddexp(0, eta)).sum())

    best = optimize.minimize(minus, np.zeros(3), tol=1e-10)
    found = fit()
    assert found.coef == pytest.approx(best.x, abs=1e-4)
    assert found.deviance == pytest.approx(2 * best.fun, abs=1e-6)
    share = special.expit(DESIGN @ best.x)
    information = sum(p * (1 - p) * np.outer(row, row) for p, row in zip(share, DESIGN, strict=True))
    assert found.se == pytest.approx(np.sqrt(np.diag(np.linalg.inv(information))), rel=1e-4)


def test_all_units_together_got_what_was_expected() -> None:
    shares = fit().share(DESIGN)
    rows = casemix.standardise(OUTCOME, shares, UNITS)
    assert not isinstance(rows, Gate)
    assert sum(row.expected for row in rows) == pytest.approx(OUTCOME.sum())
    one = rows[3]
    own = np.array(UNITS) == one.unit
    assert one.observed == OUTCOME[own].sum()
    assert one.ratio == pytest.approx(one.observed / shares[own].sum())
    assert one.adjusted == pytest.approx(OUTCOME.mean() + (one.observed - one.expected) / one.n)
    assert one.z == pytest.approx(
        (one.observed - one.expected) / (shares[own] * (1 - shares[own])).sum() ** 0.5
    )


def test_a_unit_left_out_has_no_say_in_its_own_expectation() -> None:
    before = casemix.expected_left_out(DESIGN, OUTCOME, UNITS)
    changed = OUTCOME.copy()
    own = np.array(UNITS) == "H3"
    changed[own] = 1 - changed[own]
    after = casemix.expected_left_out(DESIGN, changed, UNITS)
    assert not isinstance(before, Gate)
    assert not isinstance(after, Gate)
    assert after[own] == pytest.approx(before[own], abs=1e-12)
    assert not np.allclose(after[~own], before[~own])


def test_linear_case_mix_is_the_mean_residual() -> None:
    score = 50 + 10 * SICK + 3 * START + RNG.standard_normal(240)
    found = casemix.added(DESIGN, score, UNITS)
    assert not isinstance(found, Gate)
    model, rows = found
    solved = np.linalg.lstsq(DESIGN, score, rcond=None)[0]
    assert model.coef == pytest.approx(solved)
    residual = score - DESIGN @ solved
    assert [row.difference for row in rows] == pytest.approx(
        [residual[np.array(UNITS) == row.unit].mean() for row in rows]
    )
    assert rows[0].se == pytest.approx((residual @ residual / 237) ** 0.5 / 30**0.5)


def test_the_area_counts_pairs() -> None:
    outcome, expected = [1, 0, 1, 0, 0], [0.9, 0.3, 0.3, 0.1, 0.6]
    pairs = [(a > b) + (a == b) / 2 for a in (0.9, 0.3) for b in (0.3, 0.1, 0.6)]
    assert calibration.auc(outcome, expected) == pytest.approx(sum(pairs) / 6)


def test_calibration_of_a_model_that_is_right_and_of_one_that_exaggerates() -> None:
    shares = fit().share(DESIGN)
    right = calibration.calibrate(OUTCOME, shares)
    loud = calibration.calibrate(OUTCOME, special.expit(2 * special.logit(shares)))
    assert not isinstance(right, Gate)
    assert not isinstance(loud, Gate)
    assert (right.in_large, right.slope) == pytest.approx((0, 1), abs=1e-8)
    assert right.gate() is None
    assert loud.slope == pytest.approx(0.5, abs=1e-8)
    assert loud.gate() is not None
    assert sum(n for _, _, n in right.deciles) == 240
    assert right.brier == pytest.approx(((OUTCOME - shares) ** 2).mean())


SEPARATED = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: logistic.logistic(SEPARATED, [0, 0, 0, 1, 1, 1]), "separation"),
        (lambda: logistic.logistic(SEPARATED, [0, 0, 0, 1, 1, 0]), "separation"),
        (lambda: logistic.logistic(SEPARATED, [1] * 6), "all_equal"),
        (lambda: logistic.logistic(np.ones((0, 1)), []), "no_answers"),
        (lambda: logistic.logistic(np.ones((3, 2)), [0, 1, 0]), "collinear"),
        (lambda: logistic.logistic(np.ones((1, 2)), [0]), "too_few"),
        (lambda: logistic.logistic([[1.0], [float("nan")]], [0, 1]), "not_a_number"),
        (lambda: logistic.logistic(np.ones((2, 1)), [2, 0], trials=[1, 1]), "impossible"),
        (lambda: logistic.linear(np.ones((3, 1)), [2, 2, 2]), "all_equal"),
        (lambda: logistic.linear(np.ones((1, 1)), [2]), "too_few"),
        (lambda: casemix.expected_left_out(np.ones((0, 1)), [], []), "no_units"),
        (lambda: casemix.expected_left_out(np.ones((2, 1)), [0, 1], ["a", "a"]), "one_unit"),
        (lambda: casemix.standardise([], [], []), "no_units"),
        (lambda: casemix.standardise([1.0], [float("nan")], ["a"]), "not_a_number"),
        (lambda: calibration.auc([1, 1], [0.5, 0.6]), "all_equal"),
        (lambda: calibration.calibrate([1, 0], [1.0, 0.5]), "impossible"),
        (lambda: weighting.strata_weights([], {}), "no_answers"),
        (lambda: weighting.strata_weights(["a"], {"a": 1, "b": 2}), "no_overlap"),
        (lambda: weighting.simple([1.0]), "too_few"),
        (lambda: weighting.raked([(["a", "b"], {"a": 1.0})], [1.0, 1.0]), "no_overlap"),
        (lambda: clusters.cluster_mean([1.0, 2.0], ["p", "p"]), "too_few"),
        (lambda: clusters.cluster_mean([1.0, 1.0], ["p", "q"]), "all_equal"),
        (lambda: stratified.mantel_haenszel([]), "no_answers"),
        (lambda: stratified.mantel_haenszel([[[5, 0], [5, 0]]]), "all_equal"),
        (lambda: stratified.tables(["F"], [1], [1]), "all_equal"),
    ],
)
def test_what_cannot_be_told_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert isinstance(found, Gate)
    assert found.code == code


def test_strata_count_as_many_as_they_are() -> None:
    found = weighting.post_stratified([10.0, 20, 30, 40], ["a", "a", "b", "b"], {"a": 30, "b": 10})
    assert not isinstance(found, Gate)
    assert found.mean == pytest.approx(0.75 * 15 + 0.25 * 35)
    # Residuals ±5 with weights 15 and 5, over N = 40: 4/3 · Σ w²r² /40² · (1 − 4/40).
    assert found.se**2 == pytest.approx(0.9 * 4 / 3 * 2 * (15**2 + 5**2) * 25 / 40**2)


def test_raking_meets_both_margins() -> None:
    sex, age = list("ffmm"), list("oyoy")
    weights = weighting.raked([(sex, {"f": 60, "m": 40}), (age, {"o": 70, "y": 30})], np.ones(4))
    assert not isinstance(weights, Gate)
    assert weights == pytest.approx([42, 18, 28, 12])
    assert weighting.effective_n(weights) == pytest.approx(100**2 / (42**2 + 18**2 + 28**2 + 12**2))
    trimmed = weighting.trimmed([0.1, 1, 1, 9])
    assert not isinstance(trimmed, Gate)
    assert trimmed.max() / trimmed.min() == pytest.approx(10)


def test_repeated_answers_count_as_their_persons() -> None:
    answers, persons = [1.0, 1, 1, 0, 0, 0], ["a", "a", "a", "b", "b", "b"]
    found = clusters.cluster_mean(answers, persons)
    assert not isinstance(found, Gate)
    # Each person's residuals add up to ±1.5.
    assert found.cr0 == pytest.approx((2 * 1.5**2) ** 0.5 / 6)
    assert found.cr1 == pytest.approx(found.cr0 * 2**0.5)
    assert found.design_effect > 2


def test_an_item_that_one_group_reads_differently() -> None:
    """Two strata by hand: OR = Σ(ad/n)/Σ(bc/n)."""
    tables = [[[8, 2], [5, 5]], [[6, 4], [3, 7]]]
    found = stratified.mantel_haenszel(tables)
    assert not isinstance(found, Gate)
    assert found.odds_ratio == pytest.approx((8 * 5 + 6 * 7) / (2 * 5 + 4 * 3))
    due, spread = [6.5, 4.5], [10 * 10 * 13 * 7 / (400 * 19), 10 * 10 * 9 * 11 / (400 * 19)]
    assert found.chi2 == pytest.approx((14 - sum(due)) ** 2 / sum(spread))
    assert found.chi2_corrected == pytest.approx((14 - sum(due) - 0.5) ** 2 / sum(spread))
    assert found.delta == pytest.approx(-2.35 * np.log(82 / 22))
    assert found.grade == "A"
    group = ["F"] * 20 + ["M"] * 20
    rest = [one // 2 for one in range(20)] * 2
    # Of those with the same rest score the men need about three points less.
    women = [0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1]
    men = [0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1]
    by_model = stratified.logistic_dif(group, women + men, rest)
    assert not isinstance(by_model, Gate)
    assert by_model[0] > 3.84 > by_model[1]
    same = stratified.logistic_dif(group, men + men, rest)
    assert same == pytest.approx((0, 0), abs=1e-9)
