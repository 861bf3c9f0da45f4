"""Stays and endings: curves by hand, delayed entry, competing ways, hazards."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from hvb_followup.gates import NO_ANSWERS, NO_EVENTS, Gate
from hvb_followup.outcomes import endings, hazards, stays

NAN = float("nan")
TIME, EVENT = [2.0, 3, 3, 5, 8, 8, 9], [1, 1, 0, 1, 1, 0, 1]


def curve(time: list[float], event: list[int], entry: list[float] | None = None) -> stays.Curve:
    found = stays.kaplan_meier(time, event, entry)
    assert not isinstance(found, Gate)
    return found


def test_kaplan_meier_by_hand() -> None:
    found = curve(TIME, EVENT)
    # 7 at risk at 2, 6 at 3, 4 at 5, 3 at 8, 1 at 9.
    shares = np.cumprod([6 / 7, 5 / 6, 3 / 4, 2 / 3, 0])
    assert found.share == pytest.approx(shares)
    assert found.at_risk.tolist() == [7, 6, 4, 3, 1]
    assert found.at(4) == (pytest.approx(shares[1]), pytest.approx(shares[1] * (1 / 42 + 1 / 30) ** 0.5))
    assert found.at(1) == (1, 0)
    assert found.quantile() == 8
    low, high = found.interval(5, "plain")
    assert (low + high) / 2 == pytest.approx(shares[2])


def test_a_flat_curve_at_one_half_has_its_median_in_the_middle() -> None:
    assert curve([1.0, 2, 3, 4], [1, 1, 1, 1]).quantile() == 2.5
    assert curve([1.0, 2, 3, 4], [0, 0, 0, 1]).quantile() == 4
    assert curve([1.0, 2], [0, 0]).quantile() == float("inf")


def test_the_restricted_mean_is_the_area_under_the_curve() -> None:
    found = curve(TIME, EVENT)
    grid = np.arange(0, 8, 0.001) + 0.0005
    area = np.mean([found.at(one)[0] for one in grid]) * 8
    assert found.restricted_mean(8)[0] == pytest.approx(area, abs=1e-3)


def test_a_stay_is_at_risk_only_after_it_entered() -> None:
    """Two at risk at 4 (the third enters at 4.5), then two at 6."""
    found = curve([4.0, 6, 7], [1, 1, 0], [0.0, 1.0, 4.5])
    assert found.at_risk.tolist() == [2, 2, 1]
    assert found.share == pytest.approx([0.5, 0.25, 0.25])


def test_who_ended_on_entering_was_never_at_risk() -> None:
    time, event, entry = [8.0, 10, 12, 15], [1, 1, 1, 0], [6.0, 6, 7, 7]
    late = [5.0, *time], [5.0, *entry]
    x = [[0.3], [1.0], [0.2], [0.9], [0.1]]
    for said in (0, 1):
        with_late = curve(late[0], [said, *event], late[1])
        alone = curve(time, event, entry)
        assert with_late.share.tolist() == alone.share.tolist()
        assert with_late.n == 4
        ways, only = (
            endings.incidence(late[0], [said, *event], late[1]),
            endings.incidence(time, event, entry),
        )
        assert not isinstance(ways, Gate)
        assert not isinstance(only, Gate)
        assert ways[0].at(12) == only[0].at(12)
        hazard, other = (
            hazards.proportional(x, late[0], [said, *event], late[1]),
            hazards.proportional(x[1:], time, event, entry),
        )
        assert not isinstance(hazard, Gate)
        assert not isinstance(other, Gate)
        assert hazard.coef == pytest.approx(other.coef)
    assert stays.kaplan_meier([5.0], [1], [5.0]) == NO_ANSWERS
    assert endings.incidence([5.0], [1], [5.0]) == NO_EVENTS


def test_the_first_few_may_not_pull_the_curve_to_nothing() -> None:
    time, event, entry = [1.0, 20, 21, 22, 23, 24], [1, 1, 1, 0, 0, 0], [0.0, 5, 5, 5, 5, 5]
    assert curve(time, event, entry).share[0] == 0
    gate = stays.conditional(time, event, entry, 0)
    assert isinstance(gate, Gate)
    assert gate.code == "risk_set"
    later = stays.conditional(time, event, entry, 10)
    assert not isinstance(later, Gate)
    assert later.at(20.5)[0] == pytest.approx(0.8)


def test_the_log_rank_test_by_hand() -> None:
    found = stays.log_rank([1.0, 3, 2, 4], [1, 1, 1, 1], ["a", "a", "b", "b"])
    assert not isinstance(found, Gate)
    # Expected in a: 2/4 + 1/3 + 1/2 + 0; variance Σ share (1 − share).
    assert found.expected[0] == pytest.approx(2 / 4 + 1 / 3 + 1 / 2)
    spread = 1 / 4 + 2 / 9 + 1 / 4
    assert found.chi2 == pytest.approx((2 - found.expected[0]) ** 2 / spread)
    assert found.observed.sum() == pytest.approx(found.expected.sum())


def test_ways_of_ending_and_those_who_stay_add_up_to_all() -> None:
    rng = np.random.default_rng(8)
    time, cause = rng.integers(1, 30, 80).astype(float), rng.integers(0, 4, 80)
    ways = endings.incidence(time, cause)
    staying = stays.kaplan_meier(time, (cause > 0).astype(int))
    assert not isinstance(ways, Gate)
    assert not isinstance(staying, Gate)
    for when in (3, 9, 15, 28):
        assert sum(way.at(when)[0] for way in ways) + staying.at(when)[0] == pytest.approx(1)
    assert [way.cause for way in ways] == [1, 2, 3]
    assert endings.naive(time, cause, 1, 20) > ways[0].at(20)[0]


def test_without_open_stays_incidence_is_a_share() -> None:
    time, cause = np.arange(1.0, 401), np.tile([1, 2, 1, 2, 2], 80)
    ways = endings.incidence(time, cause)
    assert not isinstance(ways, Gate)
    share, variance = ways[0].at(300)
    assert share == pytest.approx(0.3)
    # Then the variance is that of a share, to order 1/n².
    assert variance == pytest.approx(0.3 * 0.7 / 400, rel=0.01)
    assert ways[0].at(0.5) == (0, 0)


def test_hazards_without_ties_have_the_greatest_partial_likelihood() -> None:
    rng = np.random.default_rng(6)
    x = rng.standard_normal((50, 2))
    time, event = rng.exponential(1 / np.exp(x @ [0.7, -0.4])), (rng.random(50) < 0.8).astype(float)

    def minus(b: np.ndarray) -> float:
        eta = x @ b
        return -sum(eta[i] - np.log(np.exp(eta[time >= time[i]]).sum()) for i in range(50) if event[i])

    found = hazards.proportional(x, time, event)
    assert not isinstance(found, Gate)
    assert found.coef == pytest.approx(optimize.minimize(minus, [0.0, 0.0], tol=1e-12).x, abs=1e-4)
    assert found.loglik == pytest.approx(-minus(found.coef))
    assert found.expected.sum() == pytest.approx(event.sum())


def test_without_covariates_expected_endings_are_the_cumulative_hazard() -> None:
    """Two who end together: Efron's hazard at 2 is ¼ + 1/(4 − ½·2) = 7/12; each lives through ¼ + ½·⅓."""
    found = hazards.proportional([[1.0], [-1], [1], [-1]], [2.0, 2, 3, 4], [1, 1, 0, 0])
    assert not isinstance(found, Gate)
    assert found.coef[0] == pytest.approx(0, abs=1e-12)
    assert found.expected == pytest.approx([5 / 12, 5 / 12, 7 / 12, 7 / 12])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: stays.kaplan_meier([], []), "no_answers"),
        (lambda: stays.kaplan_meier([1.0, NAN], [1, 0]), "not_a_number"),
        (lambda: stays.kaplan_meier([1.0], [2]), "impossible"),
        (lambda: stays.kaplan_meier([1.0], [1], [2.0]), "impossible"),
        (lambda: stays.conditional([1.0], [1], [0.0], 5), "no_answers"),
        (lambda: stays.log_rank([1.0, 2], [0, 0], ["a", "b"]), "no_events"),
        (lambda: stays.log_rank([1.0, 2], [1, 1], ["a", "a"]), "all_equal"),
        (lambda: endings.incidence([1.0, 2], [0, 0]), "no_events"),
        (lambda: endings.incidence([], []), "no_answers"),
        (lambda: endings.incidence([1.0], [-1]), "impossible"),
        (lambda: hazards.proportional([[1.0], [2.0]], [1.0, 2], [0, 0]), "no_events"),
        (lambda: hazards.proportional([[1.0], [1.0]], [1.0, 2], [1, 1]), "collinear"),
        (lambda: hazards.proportional([[1.0], [NAN]], [1.0, 2], [1, 1]), "not_a_number"),
        (lambda: hazards.proportional([[1.0], [1], [0], [0]], [1.0, 2, 3, 4], [1, 1, 0, 0]), "separation"),
    ],
)
def test_what_cannot_be_told_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert isinstance(found, Gate)
    assert found.code == code


def test_one_stay_has_a_curve() -> None:
    found = curve([5.0], [1])
    assert found.share.tolist() == [0]
    assert found.quantile() == 5
