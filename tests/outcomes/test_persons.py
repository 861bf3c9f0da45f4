"""Change, effect, goals, scores and consistency of persons, by hand or by their own definitions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from hvb_followup.gates import Gate
from hvb_followup.outcomes import change, consistency, effects, goals, scales

NAN = float("nan")


def against(sd: float = 7.5, reliability: float = 0.8) -> change.Reference:
    found = change.reference(sd, reliability)
    assert not isinstance(found, Gate)
    return found


def test_jacobson_and_truaxs_own_example() -> None:
    """Reliability 0.80, SD 7.5: S_diff 4.74; from 32.5 to 47.5 is 3.16."""
    assert against().s_diff == pytest.approx(4.74, abs=0.005)
    assert change.reliable_change([32.5], [47.5], against())[0] == pytest.approx(3.16, abs=0.005)
    cut = change.cutoffs(40, 7.5, 60, 7.5)
    assert cut == change.Cutoffs(a=55, b=45, c=50)
    lower = change.cutoffs(60, 7.5, 40, 7.5, -1)
    assert lower == change.Cutoffs(a=45, b=55, c=50)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (40, 60, "recovered"),
        (30, 45, "improved"),
        (55, 70, "improved"),
        (40, 45, "unchanged"),
        (40, 25, "deteriorated"),
        (60, 40, "harmed"),
        (40, NAN, "not_followed_up"),
    ],
)
def test_every_class_of_change(before: float, after: float, expected: str) -> None:
    assert change.classes([before], [after], against(), 50) == [expected]
    # The same on a scale where lower is better.
    assert change.classes([-before], [-after], against(), -50, -1) == [expected]


def test_a_change_of_exactly_the_limit_is_not_reliable() -> None:
    assert change.verdicts([1.96, 1.9600001, 1.96001, -1.96001, 0]) == [
        "unchanged",
        "unchanged",
        "improved",
        "deteriorated",
        "unchanged",
    ]


def test_whoever_was_not_followed_up_is_counted_and_could_change_everything() -> None:
    found = change.tally(["improved", "unchanged", "not_followed_up", "not_followed_up"])
    assert not isinstance(found, Gate)
    assert (found.improved_low, found.improved_high, found.followed) == (0.25, 0.75, 0.5)
    gate = found.gate()
    assert gate is not None
    assert gate.code == "followed"
    enough = change.tally(["improved", "unchanged", "unchanged", "not_followed_up", "not_followed_up"])
    assert not isinstance(enough, Gate)
    assert enough.gate() is None


def test_the_small_sample_factor_is_exact() -> None:
    # J(2) = Γ(1)/(√1 Γ(½)) = 1/√π; the usual approximation is 4/7.
    assert effects.small_sample_factor(2) == pytest.approx(1 / np.sqrt(np.pi))
    assert effects.small_sample_factor(1000) == pytest.approx(1 - 3 / 3999, abs=1e-6)


def test_effect_sizes_by_hand() -> None:
    j = effects.small_sample_factor(19)
    found = effects.by_start_spread(30, 38, 16, 20, 0.5)
    assert found == effects.Effect(value=j * 0.5, variance=2 * 0.5 / 20 + (j * 0.5) ** 2 / 40)
    by_change = effects.by_change_spread(30, 38, 16, 16, 20, 0.5)
    assert not isinstance(by_change, Gate)
    assert by_change.value == pytest.approx(j * 8 / 16)
    raw = effects.raw(30, 38, 16, 16, 20, 0.5)
    assert raw == effects.Effect(value=8, variance=256 / 20)


def test_paired_tests_agree_with_scipys() -> None:
    before, after = [3.0, 5, 2, 8, 7, 6, 4, 9], [5.0, 6, 2, 9, 10, 5, 8, 11]
    found = effects.paired(before, after)
    assert not isinstance(found, Gate)
    expected = stats.ttest_rel(after, before)
    assert (found.t, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    ranked = effects.signed_rank(before, after)
    plain = stats.wilcoxon(after, before, correction=True, method="asymptotic")
    assert ranked == pytest.approx(plain.pvalue)
    assert effects.paired([*before, NAN], [*after, 3.0]) == found


def test_regression_to_the_mean_is_what_chance_gives_those_chosen() -> None:
    rng = np.random.default_rng(5)
    level = rng.normal(50, 6, 400_000)
    first, second = (level + rng.normal(0, 4, 400_000) for _ in range(2))
    chosen = first > 58
    found = effects.regression_to_the_mean(50, 16, 36, 58)
    assert found == pytest.approx((first - second)[chosen].mean(), abs=0.05)
    assert effects.regression_to_the_mean(50, 16, 36, 42, above=False) == pytest.approx(found)


def test_goal_attainment() -> None:
    assert goals.attainment([0, 0, 0]) == 50
    assert goals.attainment([2.0]) == 70
    assert goals.attainment([1, 0], [2, 1]) == pytest.approx(50 + 20 / (0.7 * 5 + 0.3 * 9) ** 0.5)
    assert goals.change([1, NAN, 5], [4, 8, 5]) == 1.5
    assert goals.share_moved([3.0, 1.0, NAN], 2) == 0.5


def test_scores_with_a_rule_for_what_is_missing() -> None:
    items = [[1, 5, NAN], [NAN, NAN, 3], [4, 4, 4]]
    found = scales.scored(items, 1, 5, reverse=[0])
    assert not isinstance(found, Gate)
    # 1 turned is 5; one of three answered is too few; 4 turned is 2.
    assert found.score.tolist() == [5, pytest.approx(NAN, nan_ok=True), pytest.approx(10 / 3)]
    assert found.per_cent[0] == 100
    assert found.answered.tolist() == [2, 1, 3]
    assert scales.prorated(4, 3, 5) == 7
    assert scales.unit_mean(found.score) == (pytest.approx((5 + 10 / 3) / 2), 2)
    assert scales.top_box(found.score, 5) == (1, 2)
    assert scales.floor_and_ceiling([0, 100, 100, NAN], 0, 100) == (1 / 3, 2 / 3)


def test_alpha_of_items_that_are_one_and_of_items_that_are_strangers() -> None:
    rng = np.random.default_rng(2)
    trait = rng.standard_normal(4000)
    one = trait[:, None] + rng.standard_normal((4000, 4))
    found = consistency.alpha(one)
    assert not isinstance(found, Gate)
    # Correlation ½ between any two: 4 · ½/(1 + 3 · ½) = 0.8.
    assert (found.raw, found.average_r) == pytest.approx((0.8, 0.5), abs=0.02)
    assert found.low < found.raw < found.high
    assert all(item.alpha_without < found.raw for item in found.items)
    total = one.sum(axis=1)
    assert found.items[0].total_r == pytest.approx(np.corrcoef(one[:, 0], total)[0, 1])
    assert found.items[0].rest_r == pytest.approx(np.corrcoef(one[:, 0], total - one[:, 0])[0, 1])
    factor = consistency.one_factor(one)
    assert not isinstance(factor, Gate)
    assert factor.omega == pytest.approx(0.8, abs=0.02)
    assert factor.loadings == pytest.approx(np.ones(4), abs=0.06)
    assert factor.cfi > 0.99
    strangers = consistency.alpha(rng.standard_normal((4000, 4)))
    assert not isinstance(strangers, Gate)
    assert abs(strangers.raw) < 0.1


def test_one_factor_recovers_what_it_was_made_of() -> None:
    """A covariance made of loadings fits without remainder."""
    loadings, unique = np.array([2.0, 1.0, 3.0, 1.5]), np.array([1.0, 2.0, 1.5, 0.5])
    cov = np.outer(loadings, loadings) + np.diag(unique)
    rng = np.random.default_rng(4)
    raw = rng.standard_normal((60, 4))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False, bias=True))).T
    found = consistency.one_factor(white @ np.linalg.cholesky(cov).T)
    assert not isinstance(found, Gate)
    assert found.loadings == pytest.approx(loadings, abs=1e-4)
    assert found.unique == pytest.approx(unique, abs=1e-4)
    assert found.chi2 == pytest.approx(0, abs=1e-6)
    assert found.omega == pytest.approx(7.5**2 / (7.5**2 + 5))


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: change.reference(0, 0.8), "impossible"),
        (lambda: change.reference(5, 1.0), "impossible"),
        (lambda: change.reference(NAN, 0.5), "not_a_number"),
        (lambda: change.cutoffs(1, 0, 2, 1), "impossible"),
        (lambda: change.tally([]), "no_answers"),
        (lambda: change.spread([1.0, NAN]), "too_few"),
        (lambda: effects.by_start_spread(1, 2, 0, 9, 0.5), "all_equal"),
        (lambda: effects.by_start_spread(1, 2, 1, 2, 0.5), "too_few"),
        (lambda: effects.by_change_spread(1, 2, 1, 1, 9, 1.0), "all_equal"),
        (lambda: effects.raw(1, 2, 1, 1, 9, 2.0), "impossible"),
        (lambda: effects.raw(1, 2, NAN, 1, 9, 0.2), "not_a_number"),
        (lambda: effects.paired([1.0], [NAN]), "too_few"),
        (lambda: effects.paired([1.0, 2], [2.0, 3]), "all_equal"),
        (lambda: effects.paired([1.0, 2], [2.0]), "not_a_number"),
        (lambda: effects.signed_rank([1.0], [1.0]), "all_equal"),
        (lambda: effects.regression_to_the_mean(1, 0, 0, 2), "all_equal"),
        (lambda: goals.attainment([]), "no_answers"),
        (lambda: goals.attainment([3]), "impossible"),
        (lambda: goals.attainment([NAN]), "not_a_number"),
        (lambda: goals.change([NAN], [1.0]), "too_few"),
        (lambda: scales.scored([], 1, 5), "no_answers"),
        (lambda: scales.scored([[9]], 1, 5), "impossible"),
        (lambda: scales.prorated(4, 2, 5), "too_few"),
        (lambda: scales.unit_mean([NAN]), "no_answers"),
        (lambda: consistency.alpha([]), "no_answers"),
        (lambda: consistency.alpha([[1.0], [2], [3]]), "too_few"),
        (lambda: consistency.alpha([[1.0, 1], [1, 2], [1, 3]]), "all_equal"),
        (lambda: consistency.one_factor([[1.0, 2], [2, 1], [3, 5]]), "too_few"),
        (lambda: consistency.one_factor(np.tile(np.arange(9.0)[:, None], 3)), "all_equal"),
    ],
)
def test_what_cannot_be_told_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert isinstance(found, Gate)
    assert found.code == code
