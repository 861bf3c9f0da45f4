"""Stays, ways of ending and hazards against published curves and plain loops over persons."""

from __future__ import annotations

import itertools
from math import exp, inf, log

import numpy as np
import pytest
from scipy import optimize, stats

from hvb_followup.outcomes import endings, hazards, stays
from tests.told import told

Z = 1.959963984540054
# Freireich et al. 1963: weeks in remission with and without 6-mercaptopurine; 0 is still in remission.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
UNTREATED = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
REMISSION = [
    (6, 0.8571, 0.0764), (7, 0.8067, 0.0869), (10, 0.7529, 0.0963), (13, 0.6902, 0.1068),
    (16, 0.6275, 0.1141), (22, 0.5378, 0.1282), (23, 0.4482, 0.1346),
]  # fmt: skip


def treated() -> stays.Curve:
    return told(stays.kaplan_meier(TREATED, ENDED))


def untreated() -> stays.Curve:
    return told(stays.kaplan_meier(UNTREATED, [1] * 21))


@pytest.mark.parametrize(("week", "share", "error"), REMISSION)
def test_the_published_curve_of_remissions(week: float, share: float, error: float) -> None:
    assert treated().at(week) == pytest.approx((share, error), abs=5e-5)
    assert treated().at(week + 0.5) == treated().at(week)


def test_the_published_medians_with_their_intervals() -> None:
    """Klein & Moeschberger: 23 weeks, and 8 without; by the log form 16 to never, and 4 to 12."""
    assert (treated().quantile(), untreated().quantile()) == (23, 8)
    assert treated().quantile_interval(form="log") == (16, inf)
    assert untreated().quantile_interval(form="log") == (4, 12)
    assert treated().quantile_interval() == (13, inf)
    assert treated().quantile(0.25) == 13
    assert treated().quantile(0.8) == inf
    assert told(stays.kaplan_meier([3.0, 4], [1, 0])).quantile_interval() == (3, inf)


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_an_interval_of_each_form_by_hand(level: float) -> None:
    share, error = treated().at(13)
    z = stats.norm.ppf((1 + level) / 2)
    expected = {
        "plain": (share - z * error, share + z * error),
        "log": (share * exp(-z * error / share), min(1.0, share * exp(z * error / share))),
        "log-log": tuple(share ** exp(sign * z * error / (share * log(share))) for sign in (-1, 1)),
    }
    for form, ends in expected.items():
        assert treated().interval(13, form, level) == pytest.approx(ends)  # type: ignore[arg-type]
    assert treated().interval(6, "plain", 0.9999)[1] == treated().interval(6, "log", 0.9999)[1] == 1
    assert untreated().interval(22, "plain", 0.9999)[0] == 0


def test_an_interval_where_everybody_stays_or_nobody() -> None:
    nothing = (pytest.approx(float("nan"), nan_ok=True),) * 2
    assert treated().interval(1, "plain") == (1, 1)
    assert treated().interval(1, "log") == (1, 1)
    assert treated().interval(1) == nothing
    assert untreated().interval(23) == nothing
    assert untreated().interval(23, "log") == nothing
    assert untreated().interval(23, "plain") == nothing


@pytest.mark.parametrize("horizon", [10, 16, 35])
def test_the_mean_time_within_a_horizon_piece_by_piece(horizon: float) -> None:
    """The variance is Σ (area after t)² d/(n(n − d)) over times before the horizon (Klein & Moeschberger)."""
    curve = treated()
    steps = [0.0, *[one for one in curve.time if one < horizon], horizon]
    pieces = [(b - a) * curve.at(a)[0] for a, b in itertools.pairwise(steps)]
    variance = 0.0
    for at, when in enumerate(steps[1:-1], 1):
        n = sum(one >= when for one in TREATED)
        d = sum(one == when and ended for one, ended in zip(TREATED, ENDED, strict=True))
        variance += sum(pieces[at:]) ** 2 * d / (n * (n - d))
    assert curve.restricted_mean(horizon) == pytest.approx((sum(pieces), variance**0.5))


def test_the_published_mean_weeks_in_remission() -> None:
    """To 35 weeks: 23.29 (2.83), and without treatment 8.67 (1.38)."""
    assert treated().restricted_mean(35) == pytest.approx((23.29, 2.83), abs=5e-3)
    assert untreated().restricted_mean(35) == pytest.approx((8.67, 1.38), abs=5e-3)


def test_how_many_were_at_risk() -> None:
    assert [treated().risk_at(one) for one in (0, 6, 6.5, 7, 35, 36)] == [21, 21, 17, 17, 1, 0]
    assert treated().n == 21


def test_the_published_log_rank_test() -> None:
    """Chi-square 16.79; 10.75 ends were expected without the treatment and 19.25 with it."""
    groups = ["6-MP"] * 21 + ["none"] * 21
    found = told(stays.log_rank(TREATED + UNTREATED, ENDED + [1] * 21, groups))
    assert found.chi2 == pytest.approx(16.79, abs=5e-3)
    assert found.expected == pytest.approx([19.25, 10.75], abs=5e-3)
    assert (found.groups, found.n.tolist(), found.observed.tolist()) == (["6-MP", "none"], [21, 21], [9, 21])
    assert (found.df, found.p) == (1, pytest.approx(stats.chi2.sf(found.chi2, 1)))


def test_three_groups_and_a_last_one_alone() -> None:
    """The last to end is alone at risk: nothing is random then."""
    time, group = [1.0, 2, 2, 3, 4, 6, 9], list("abcabca")
    found = told(stays.log_rank(time, [1, 1, 1, 0, 1, 1, 1], group))
    away, cov = np.zeros(3), np.zeros((3, 3))
    for when in (1, 2, 4, 6, 9):
        n = np.array([sum(t >= when for t, g in zip(time, group, strict=True) if g == one) for one in "abc"])
        d = np.array([sum(t == when for t, g in zip(time, group, strict=True) if g == one) for one in "abc"])
        share, every, ends = n / n.sum(), n.sum(), d.sum()
        away += d - ends * share
        if every > 1:
            cov += ends * (every - ends) / (every - 1) * (np.diag(share) - np.outer(share, share))
    assert found.df == 2
    assert found.chi2 == pytest.approx(away[:2] @ np.linalg.solve(cov[:2, :2], away[:2]))


WAYS = np.array([1, 2, 0, 1, 2, 1, 0, 2, 1, 0, 1, 2, 1, 1])
AT = np.array([2.0, 2, 3, 4, 4, 4, 5, 7, 7, 8, 9, 11, 12, 13])


def test_ways_of_ending_with_ties_by_loops() -> None:
    """The variance term by term: what each time's endings in this way, and in others, have done to the share since."""
    for way in told(endings.incidence(AT, WAYS)):
        steps = []
        share, staying = 0.0, 1.0
        for when in np.unique(AT[WAYS > 0]):
            n, d = int((when <= AT).sum()), int(((when == AT) & (WAYS > 0)).sum())
            own = int(((when == AT) & (way.cause == WAYS)).sum())
            share += staying * own / n
            drawn = [staying**2 * k / n**2 * ((n - k) / (n - 1) if k > 1 else 1) for k in (own, d - own)]
            staying *= 1 - d / n
            steps.append((when, *drawn, staying, share))
        for when, *_, now in steps:
            variance = 0.0
            for then, own_part, other_part, after, was in steps:
                if then <= when:
                    since = (now - was) / after if after else 0.0
                    variance += own_part * (1 - since) ** 2 + (other_part * since**2 if after else 0.0)
            assert way.at(when) == pytest.approx((now, variance))
            assert way.at(when + 0.5) == way.at(when)
        assert way.at(13)[0] == pytest.approx(share)
        assert way.last == 13
        assert way.at(2)[0] == steps[0][-1] > 0


def test_ways_of_ending_of_those_who_entered_late() -> None:
    """At 4 two of three are at risk, at 6 two, at 9 one."""
    first, second = told(endings.incidence([4.0, 6, 9], [1, 2, 1], [0.0, 1, 5]))
    assert first.share == pytest.approx([1 / 2, 1 / 2, 1 / 2 + 1 / 4])
    assert second.share == pytest.approx([0, 1 / 4, 1 / 4])


def test_calling_the_other_ways_open_tells_too_much() -> None:
    at, n = [2, 4, 7], [14, 11, 7]
    own = [1, 2, 1]
    expected = 1 - np.prod([1 - d / k for d, k in zip(own, n, strict=True)])
    assert endings.naive(AT, WAYS, 1, 8) == pytest.approx(expected)
    assert [int(((at_ == AT) & (WAYS == 1)).sum()) for at_ in at] == own


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: endings.incidence([1.0, 2], [1.5, 0]), "impossible"),
        (lambda: endings.incidence([1.0, 2], [-1, 1]), "impossible"),
        (lambda: stays.kaplan_meier([-1.0, 2], [1, 1]), "impossible"),
        (lambda: stays.kaplan_meier([1.0, 2], [1]), "not_a_number"),
        (lambda: hazards.proportional([[1.0], [2]], [1.0], [1]), "not_a_number"),
    ],
)
def test_stays_that_cannot_be_are_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    assert answer().code == code


def test_a_curve_of_late_entries_needs_five_at_its_first_end() -> None:
    time, entry = [3.0, 12, 13, 14, 15, 16], [0.0] * 6
    for least, is_open in ((5, True), (6, False)):
        found = stays.conditional(time, [1] * 6, entry, 3, least_at_risk=least)
        assert isinstance(found, stays.Curve) == is_open
    assert told(stays.conditional(time, [1] * 6, entry, 3)).n == 5
    assert told(stays.conditional([4.0, 5], [0, 0], [0.0, 0], 3)).share.tolist() == [1, 1]


ROWS = np.array([[0.2, 1], [1.1, 0], [-0.4, 1], [0.6, 0], [1.5, 1], [-1.2, 0], [0.3, 0], [-0.7, 1], [0.9, 1]])
ENDS = np.array([2.0, 2, 3, 3, 3, 5, 6, 6, 8])
IS_END = np.array([1, 1, 1, 0, 1, 1, 1, 0, 1])
SINCE = np.array([0.0, 1, 0, 0, 2.5, 1, 2, 3, 4])


def efron(coef: np.ndarray) -> float:
    """Minus Efron's partial log-likelihood: of d who end together the j-th leaves j/d of all of them out."""
    risk, found = np.exp(ROWS @ coef), 0.0
    for when in np.unique(ENDS[IS_END == 1]):
        exposed = (when > SINCE) & (when <= ENDS)
        ending = (when == ENDS) & (IS_END == 1)
        d = int(ending.sum())
        found += float(np.log(risk[ending]).sum())
        found -= sum(float(np.log(risk[exposed].sum() - j / d * risk[ending].sum())) for j in range(d))
    return -found


def test_hazards_with_ties_and_late_entry_have_the_greatest_partial_likelihood() -> None:
    found = told(hazards.proportional(ROWS, ENDS, IS_END, SINCE))
    best = optimize.minimize(efron, [0.0, 0.0], tol=1e-12)
    assert found.coef == pytest.approx(best.x, abs=1e-4)
    middle = ROWS.mean(axis=0) @ found.coef
    assert found.loglik == pytest.approx(-efron(found.coef) - 0 * middle)
    h = 1e-4 * np.eye(2)
    hessian = [
        [sum(s * t * efron(found.coef + s * a + t * b) for s in (1, -1) for t in (1, -1)) / 4e-8 for b in h]
        for a in h
    ]
    assert found.se == pytest.approx(np.sqrt(np.diag(np.linalg.inv(hessian))), rel=1e-4)
    assert found.expected.sum() == pytest.approx(7)
    # Who entered at 4 lives through nothing of what happened before.
    risk = np.exp(ROWS @ found.coef)
    last = 0.0
    for when in (5.0, 6.0, 8.0):
        last += 1 / risk[(when > SINCE) & (when <= ENDS)].sum()
    assert found.expected[8] == pytest.approx(last * risk[8])
