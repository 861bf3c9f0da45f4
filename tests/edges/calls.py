"""How each public function is called with a column of counts, of values, or of persons in units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hvb_followup.comparison import (
    between,
    calibration,
    casemix,
    clusters,
    differences,
    flags,
    freezing,
    funnel,
    hierarchy,
    likelihoods,
    logistic,
    means,
    mixed,
    multiplicity,
    nonresponse,
    overdispersion,
    pooled,
    ranks,
    rates,
    reliability,
    shrinkage,
    stratified,
    together,
    weighting,
)
from hvb_followup.comparison.hierarchy import Posterior
from hvb_followup.gates import Gate
from hvb_followup.outcomes import (
    change,
    charts,
    consistency,
    effects,
    endings,
    goals,
    hazards,
    scales,
    stays,
    streams,
)

Column = Sequence[float]
Call = Callable[..., Any]


def of_columns(call: Call) -> Call:
    """A function of one count of one unit, asked of each in turn: the first answer that is a gate, or the last."""

    def each(x: Column, n: Column) -> Any:
        found: Any = Gate(code="no_units", reason="nothing was asked")
        for one in zip(x, n, strict=True):
            found = call(*one)
            if isinstance(found, Gate):
                break
        return found

    return each


def fitted(posterior: Posterior | Gate) -> Any:
    """Everything that is read out of a fit."""
    if isinstance(posterior, Gate):
        return posterior
    found = [posterior.level_mean(), *posterior.interval(), posterior.above(0.0), posterior.above_mean()]
    return (
        found,
        posterior.mu_mean(),
        posterior.tau_mean(),
        posterior.pair_above(0, 1),
        ranks.possible_best(posterior),
    )


def ones(values: Sequence[object]) -> np.ndarray:
    return np.ones((len(values), 1))


# Counts x of n, a unit each.
COUNTS: dict[str, Call] = {
    "hierarchy.fit_shares": lambda x, n: fitted(hierarchy.fit_shares(likelihoods.exact_units(x, n))),
    "hierarchy.fit_counts": lambda x, n: fitted(hierarchy.fit_counts(x, n)),
    "pooled.pool": lambda x, n: pooled.pool(
        [pooled.Datum(x_lo=a, x_hi=a, n=b) for a, b in zip(x, n, strict=True)], fewest=2
    ),
    "together.together": lambda x, n: (
        together.together(
            [
                together.Place(whose=str(at), n=b, x_lo=a, x_hi=a)
                for at, (a, b) in enumerate(zip(x, n, strict=True))
            ]
        ).group
    ),
    "shrinkage.beta_binomial": shrinkage.beta_binomial,
    "differences.equal_shares": lambda x, n: differences.equal_shares(list(x), list(n)),
    "differences.trend": lambda x, n: differences.trend(list(x), list(n)),
    "overdispersion.scores share": lambda x, n: overdispersion.scores("share", x, n),
    "overdispersion.scores ratio": lambda x, n: overdispersion.scores("root_ratio", x, n),
    "overdispersion.scores log": lambda x, n: overdispersion.scores("log_ratio", x, n),
    "nonresponse.bounds": of_columns(lambda x, n: nonresponse.bounds(x, x, n)),
    "nonresponse.bounds_coarse": of_columns(lambda x, n: nonresponse.bounds_coarse(x, x, x, n)),
    "nonresponse.closed_group": of_columns(lambda x, n: nonresponse.closed_group(x, x, n)),
    "nonresponse.shifted": of_columns(lambda x, n: nonresponse.shifted(x, x, n)),
    "nonresponse.response_gate": of_columns(nonresponse.response_gate),
    "nonresponse.finite_correction": of_columns(nonresponse.finite_correction),
    "flags.exact": of_columns(lambda x, n: flags.exact(x, n, 0.7)),
    "flags.predictive_share": of_columns(lambda x, n: flags.predictive_share(x, n, 3.0, 1.0)),
    "flags.coarse": of_columns(lambda x, n: flags.coarse(lambda at: flags.exact(at, n, 0.7), x, x)),
    "differences.newcombe": of_columns(lambda x, n: differences.newcombe(x, n, 1, 3)),
    "differences.agresti_caffo": of_columns(lambda x, n: differences.agresti_caffo(x, n, 1, 3)),
    "differences.miettinen_nurminen": of_columns(lambda x, n: differences.miettinen_nurminen(x, n, 1, 3)),
    "differences.fisher": of_columns(lambda x, n: differences.fisher(x, n, 1, 3)),
    "differences.chi_square": of_columns(lambda x, n: differences.chi_square(x, n, 1, 3)),
    "streams.binomial_cusum": lambda x, n: streams.binomial_cusum(x, n, 0.3, 0.5),
    "charts.suits_p_chart": charts.suits_p_chart,
    "charts.chart p": lambda x, n: charts.chart("p", x, n),
    "mixed.logistic_mixed": lambda x, n: mixed.logistic_mixed(ones(x), x, n, [str(i) for i in range(len(x))]),
    "logistic.logistic trials": lambda x, n: logistic.logistic(ones(x), x, trials=n),
}

# Measurements; where two columns are needed the second is the first, moved.
VALUES: dict[str, Call] = {
    "means.t_interval": means.t_interval,
    "nonresponse.selection": lambda v: nonresponse.selection(v, [*v, 4.0]),
    "nonresponse.selection more": lambda v: nonresponse.selection([*v, 4.0], v),
    "means.clears": lambda v: means.clears(v, 0, 10),
    "means.bootstrap": lambda v: means.bootstrap(v, resamples=200),
    "between.tau2": lambda v: between.tau2(v, moved(v, 1)),
    "between.pooled": lambda v: between.pooled(v, moved(v, 1)),
    "between.pooled_at": lambda v: between.pooled_at(v, moved(v, 1), 0.5),
    "between.drawn": lambda v: between.drawn(v, moved(v, 1)),
    "between.drawn_at": lambda v: between.drawn_at(v, moved(v, 1), 0.5),
    "between.tau2_interval": lambda v: between.tau2_interval(v, moved(v, 1)),
    "multiplicity.adjusted": lambda v: multiplicity.adjusted(moved(v, 0, 0.01), "BH"),
    "multiplicity.rejected": lambda v: multiplicity.rejected(moved(v, 0, 0.01), "holm"),
    "ranks.rank_sets": lambda v: ranks.rank_sets(v, moved(v, 1), draws=200),
    "ranks.rank_sets each": lambda v: ranks.rank_sets(v, moved(v, 1), simultaneous=False),
    "reliability.of_units": lambda v: reliability.of_units(1.0, v),
    "reliability.rankability": lambda v: reliability.rankability(1.0, v),
    "reliability.above": lambda v: reliability.expected_ranks(v, moved(v, 1)),
    "reliability.shrout_fleiss": lambda v: reliability.shrout_fleiss([[one, one + 1] for one in v]),
    "shrinkage.james_stein": lambda v: shrinkage.james_stein(v, 1.0),
    "weighting.simple": weighting.simple,
    "weighting.weighted_mean": lambda v: weighting.weighted_mean(v, moved(v, 1)),
    "weighting.trimmed": weighting.trimmed,
    "weighting.effective_n": weighting.effective_n,
    "rates.rate": lambda v: of_columns(rates.rate)(v, v),
    "rates.rate_ratio": lambda v: of_columns(lambda a, b: rates.rate_ratio(a, b, 2, 3))(v, v),
    "rates.rate_difference": lambda v: of_columns(lambda a, b: rates.rate_difference(a, b, 2, 3))(v, v),
    "rates.equal_rates": lambda v: of_columns(lambda a, b: rates.equal_rates(a, b, 2, 3))(v, v),
    "flags.predictive_count": lambda v: of_columns(lambda a, b: flags.predictive_count(a, b + 1, 2.0))(v, v),
    "flags.predictive_mean": lambda v: of_columns(lambda a, b: flags.predictive_mean(a, 1.0, b + 1, 0.2))(
        v, v
    ),
    "funnel.binomial": lambda v: of_columns(lambda a, _: funnel.binomial(0.7, a))(v, v),
    "funnel.normal": lambda v: of_columns(lambda a, _: funnel.normal(0.7, a))(v, v),
    "funnel.poisson_ratio": lambda v: of_columns(lambda a, _: funnel.poisson_ratio(a))(v, v),
    "funnel.mean": lambda v: of_columns(lambda a, _: funnel.mean(50.0, a, 9))(v, v),
    "funnel.fingertips_share": lambda v: of_columns(lambda a, _: funnel.fingertips_share(0.7, a))(v, v),
    "overdispersion.phi": lambda v: overdispersion.phi(np.array(v)),
    "overdispersion.tau2": lambda v: overdispersion.tau2(2.0, np.array(v)),
    "change.spread": change.spread,
    "change.reference": lambda v: of_columns(lambda a, _: change.reference(a, 0.8))(v, v),
    "change.cutoffs": lambda v: of_columns(lambda a, _: change.cutoffs(50.0, a, 80.0, 9.0))(v, v),
    "charts.chart i": lambda v: charts.chart("i", v),
    "charts.chart g": lambda v: charts.chart("g", v),
    "charts.chart t": lambda v: charts.chart("t", v),
    "consistency.alpha": lambda v: consistency.alpha([[one, one**2, 1.0] for one in v]),
    "consistency.one_factor": lambda v: consistency.one_factor([[one, one**2, 1.0, -one] for one in v]),
    "effects.paired": lambda v: effects.paired(v, moved(v, 1)),
    "effects.signed_rank": lambda v: effects.signed_rank(v, moved(v, 1)),
    "effects.by_start_spread": lambda v: of_columns(lambda a, _: effects.by_start_spread(1, 2, a, 9, 0.5))(
        v, v
    ),
    "effects.by_change_spread": lambda v: of_columns(
        lambda a, _: effects.by_change_spread(1, 2, a, a, 9, 0.5)
    )(v, v),
    "effects.raw": lambda v: of_columns(lambda a, _: effects.raw(1, 2, a, a, 9, 0.5))(v, v),
    "effects.regression_to_the_mean": lambda v: of_columns(
        lambda a, _: effects.regression_to_the_mean(50.0, a, 4.0, 60.0)
    )(v, v),
    "goals.attainment": goals.attainment,
    "goals.change": lambda v: goals.change(v, moved(v, 1)),
    "goals.share_moved": lambda v: goals.share_moved(v, 2.0),
    "scales.scored": lambda v: scales.scored([[one, one] for one in v], 0, 10),
    "scales.unit_mean": scales.unit_mean,
    "scales.top_box": lambda v: scales.top_box(v, 2),
    "scales.floor_and_ceiling": lambda v: scales.floor_and_ceiling(v, 0, 10),
    "stays.kaplan_meier": lambda v: stays.kaplan_meier(v, [1.0] * len(v)),
    "stays.conditional": lambda v: stays.conditional(v, [1.0] * len(v), [0.0] * len(v), 1.0, least_at_risk=1),
    "stays.log_rank": lambda v: stays.log_rank(v, [1.0] * len(v), [i % 2 for i in range(len(v))]),
    "endings.incidence": lambda v: endings.incidence(v, [1.0] * len(v)),
    "hazards.proportional": lambda v: hazards.proportional(
        np.arange(len(v))[:, None] * 1.0, v, [1.0] * len(v)
    ),
    "streams.cusum": lambda v: streams.cusum(v, 1.0, 0.5, 5.0),
    "streams.ewma": lambda v: streams.ewma(v, 1.0, 1.0),
    "streams.risk_weights": lambda v: streams.risk_weights([1.0] * len(v), moved(v, 0, 0.1), 2.0),
    "streams.risk_adjusted_cusum": lambda v: streams.risk_adjusted_cusum(
        [1.0] * len(v), moved(v, 0, 0.1), 2.0
    ),
}

# Persons with a score and the unit they lived in.
IN_UNITS: dict[str, Call] = {
    "clusters.cluster_mean": clusters.cluster_mean,
    "reliability.one_way": reliability.one_way,
    "mixed.linear_mixed": lambda v, units: mixed.linear_mixed(ones(v), v, units),
    "casemix.added": lambda v, units: casemix.added(ones(v), v, units),
    "casemix.standardise": lambda v, units: casemix.standardise(
        [1.0 if one > 2 else 0.0 for one in v], moved(v, 0, 0.1), units
    ),
    "weighting.post_stratified": lambda v, units: weighting.post_stratified(
        v, units, dict.fromkeys(units, 40.0)
    ),
    "stratified.tables": lambda v, units: stratified.tables(units, moved(v, -1), units),
}

# Yes or no, beside covariates of each person and her unit.
MODELLED: dict[str, Call] = {
    "logistic.logistic": lambda design, y, _: logistic.logistic(design, y),
    "logistic.linear": lambda design, y, _: logistic.linear(design, y),
    "freezing.fit": lambda design, y, _: freezing.fit(design, y, y, np.ones(len(y))),
    "casemix.expected_left_out": casemix.expected_left_out,
    "casemix.added": casemix.added,
    "calibration.auc": lambda design, y, _: calibration.auc(y, np.asarray(design)[:, -1]),
    "calibration.calibrate": lambda design, y, _: calibration.calibrate(
        y, 1 / (1 + np.exp(-np.asarray(design)[:, -1]))
    ),
    "hazards.proportional": lambda design, y, _: hazards.proportional(
        np.asarray(design)[:, 1:], np.arange(1.0, len(y) + 1), y
    ),
    "mixed.linear_mixed": mixed.linear_mixed,
    "mixed.logistic_mixed": lambda design, y, units: mixed.logistic_mixed(design, y, np.ones(len(y)), units),
}


def moved(values: Column, by: float, times: float = 1.0) -> list[float]:
    return [times * one + by for one in values]
