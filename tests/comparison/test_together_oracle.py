"""A slow, obvious oracle: one small nation's comparison worked out again with loops and the binomial written out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from hvb_followup.comparison import pooled
from hvb_followup.comparison.pooled import Datum, Group
from hvb_followup.comparison.together import together
from hvb_followup.comparison.verdict import Evidence, verdict
from hvb_followup.gates import six_figures
from tests.comparison.test_together import nation

PLACES = nation(12, 5)
DATA = [Datum(x_lo=int(one.x_lo), x_hi=int(one.x_hi), n=int(one.n)) for one in PLACES]


def chance(datum: Datum, level: float) -> float:
    """P(x_lo ≤ X ≤ x_hi) at a level, term by term."""
    share = 1 / (1 + math.exp(-level))
    counts = range(datum.x_lo, datum.x_hi + 1)
    return sum(math.comb(datum.n, x) * share**x * (1 - share) ** (datum.n - x) for x in counts)


def spread_out(theta: list[float], mu: float, tau: float) -> np.ndarray:
    """N(μ, τ²) on the method's grid: its density, or five points with its first four moments where it is narrower."""
    step = theta[1] - theta[0]
    if tau >= 0.8 * step:
        weights = np.array([math.exp(-((one - mu) ** 2) / (2 * tau**2)) for one in theta])
        return weights / weights.sum()
    middle = min(range(len(theta)), key=lambda one: abs(theta[one] - mu))
    off, s2 = (mu - theta[middle]) / step, (tau / step) ** 2
    moments = [1, off, off**2 + s2, off**3 + 3 * off * s2, off**4 + 6 * off**2 * s2 + 3 * s2**2]
    weights = np.zeros(len(theta))
    points = [[float(point) ** power for point in range(-2, 3)] for power in range(5)]
    weights[middle - 2 : middle + 3] = np.linalg.solve(points, moments)
    return weights / weights.sum()


@pytest.fixture(scope="module")
def group() -> Group:
    found = pooled.pool(DATA)
    assert isinstance(found, Group)
    return found


def test_every_number_of_a_small_nation_is_what_loops_make_of_it(group: Group) -> None:
    posterior = group.posterior
    theta = [float(one) for one in posterior.theta]
    likely = np.array([[chance(datum, one) for one in theta] for datum in DATA])
    belief, given = [], []
    for mu, tau in zip(posterior.mu, posterior.tau, strict=True):
        within = likely * spread_out(theta, mu, tau)
        marginal = within.sum(axis=1)
        belief.append(-((mu / 2.5) ** 2) / 2 - tau + sum(math.log(one) for one in marginal))
        given.append(within / marginal[:, None])
    weight = np.array([math.exp(one - max(belief)) for one in belief])
    weight /= weight.sum()
    density = sum(mass * one for mass, one in zip(weight, given, strict=True))
    shares = np.array([1 / (1 + math.exp(-one)) for one in theta])
    assert posterior.level_mean() == pytest.approx(density @ shares, abs=1e-9)
    pair = sum(mass * sum(one[0][j] * (one[1][:j].sum() + one[1][j] / 2) for j in range(len(theta)))
               for mass, one in zip(weight, given, strict=True) if mass > 1e-13)  # fmt: skip
    assert posterior.pair_above(0, 1) == pytest.approx(pair, abs=1e-9)
    expected = sum(mass * spread_out(theta, mu, tau)
                   for mass, mu, tau in zip(weight, posterior.mu, posterior.tau, strict=True))  # fmt: skip
    kinds = group.kinds(range(len(group.data)))
    assert isinstance(kinds, list)
    for datum, row in zip(DATA, group.rows, strict=True):
        exactly = [Datum(x_lo=x, x_hi=x, n=datum.n) for x in range(datum.n + 1)]
        odds = [sum(expected[j] * chance(one, theta[j]) for j in range(len(theta))) for one in exactly]
        lower = sum(odds[: datum.x_hi]) + odds[datum.x_hi] / 2
        upper = sum(odds[datum.x_lo + 1 :]) + odds[datum.x_lo] / 2
        told = kinds[row].tails
        assert (told.lower_mid, told.upper_mid) == pytest.approx((lower, upper), rel=1e-5)
    centre = 1 / (1 + math.exp(-sum(weight * posterior.mu)))
    assert group.centre == six_figures(centre)


def test_the_model_is_what_quadrature_without_its_grids_makes_of_it(group: Group) -> None:
    """Gauss–Hermite within homes and Gauss–Legendre over (μ, τ): no grid in common with the method's."""
    nodes, mass = np.polynomial.hermite_e.hermegauss(60)
    mus, mu_mass = np.polynomial.legendre.leggauss(80)
    taus, tau_mass = np.polynomial.legendre.leggauss(80)
    tau = 3 * (taus + 1) / 2
    at, width = np.meshgrid(1.1 + 2.5 * mus, tau, indexing="ij")
    level = at[..., None] + width[..., None] * nodes
    shares = 1 / (1 + np.exp(-level))
    belief = np.log(np.outer(mu_mass, tau_mass)) - (at / 2.5) ** 2 / 2 - width
    means = []
    for datum in DATA:
        told = sum(math.comb(datum.n, x) * shares**x * (1 - shares) ** (datum.n - x)
                   for x in range(datum.x_lo, datum.x_hi + 1))  # fmt: skip
        belief = belief + np.log(told @ mass)
        means.append((told * shares @ mass) / (told @ mass))
    weight = np.exp(belief - belief.max())
    weight /= weight.sum()
    middles = [float((weight * one).sum()) for one in means]
    kinds = group.kinds(group.rows)
    assert isinstance(kinds, list)
    assert [kind.middle for kind in kinds] == pytest.approx(middles, abs=3e-5)


def test_the_words_are_those_of_the_numbers() -> None:
    for placed in together(PLACES).places:
        kind = placed.kind
        if kind is not None:
            evidence = Evidence(persons=1, response=0.7, is_shown=True, is_adjusted=False,
                                reliability=kind.reliability, above=kind.above)  # fmt: skip
            assert placed.verdict == verdict(evidence)
