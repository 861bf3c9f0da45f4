"""No units, one unit, all equal, n = 0, more than can be, NaN, separation, no overlap: a gate or an honest number.

Never a crash, a warning, or a NaN that nobody has been told of.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from typing import Any

import msgspec
import numpy as np
import pytest

from hvb_followup import comparison, outcomes
from hvb_followup.comparison import intervals, nonresponse, rates
from hvb_followup.gates import Gate

from .calls import COUNTS, IN_UNITS, MODELLED, VALUES, Call

NAN, INF = float("nan"), float("inf")
AGES = np.linspace(-1, 1, 12)
DESIGN = np.column_stack([np.ones(12), AGES])
UNITS = list("aaaabbbbcccc")
SAID = np.array([0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1.0])

# What is given, and whether it must close a gate.
COUNT_EDGES = {
    "no units": (([], []), True),
    "one unit": (([3], [5]), False),
    "n = 0": (([0, 0, 0], [0, 0, 0]), True),
    "n = 0 in one": (([0, 3, 2], [0, 5, 5]), False),
    "all equal": (([3, 3, 3, 3], [5, 5, 5, 5]), False),
    "all yes": (([5, 5, 5], [5, 5, 5]), False),
    "all no": (([0, 0, 0], [5, 5, 5]), False),
    "more than asked": (([6, 3, 2], [5, 5, 5]), True),
    "below zero": (([-1, 3, 2], [5, 5, 5]), True),
    "NaN counted": (([NAN, 3, 2], [5, 5, 5]), True),
    "NaN asked": (([1, 3, 2], [NAN, 5, 5]), True),
    "without end": (([3, 3, 2], [INF, 5, 5]), True),
}
VALUE_EDGES = {
    "none": (([],), True),
    "one": (([3.0],), False),
    "two": (([1.0, 2.0],), False),
    "all equal": (([2.0] * 6,), False),
    "all zero": (([0.0] * 6,), False),
    "below zero": (([-1.0, -2.0, -3.0, -1.5],), False),
    "NaN": (([1.0, NAN, 3.0, 2.0],), True),
    "without end": (([1.0, INF, 3.0, 2.0],), True),
}
UNIT_EDGES = {
    "nobody": (([], []), True),
    "one person": (([3.0], ["a"]), False),
    "one unit": (([1.0, 2.0, 4.0], ["a"] * 3), False),
    "one person each": (([1.0, 2.0, 4.0], list("abc")), False),
    "all equal": (([2.0] * 6, list("aabbcc")), False),
    "NaN": (([1.0, NAN, 2.0, 5.0], list("aabb")), True),
}
MODEL_EDGES = {
    "nobody": ((np.zeros((0, 2)), [], []), True),
    "one person": ((DESIGN[:1], SAID[:1], UNITS[:1]), True),
    "one unit": ((DESIGN, SAID, ["a"] * 12), False),
    "separated": ((DESIGN, (AGES > 0) * 1.0, UNITS), False),
    "the same twice": ((np.column_stack([DESIGN, AGES]), SAID, UNITS), False),
    "no covariate varies": ((np.ones((12, 2)), SAID, UNITS), False),
    "all yes": ((DESIGN, np.ones(12), UNITS), False),
    "NaN covariate": ((np.where(AGES[3] == DESIGN, NAN, DESIGN), SAID, UNITS), True),
    "NaN outcome": ((DESIGN, np.where(np.arange(12) == 3, NAN, SAID), UNITS), True),
}

# Not a gate, and why: everywhere else the edge must close one.
ALLOWED = {
    ("hierarchy.fit_counts", "more than asked"): "more events than expected is what it measures",
    ("overdispersion.scores ratio", "more than asked"): "more events than expected is what it measures",
    ("overdispersion.scores log", "more than asked"): "more events than expected is what it measures",
    ("reliability.of_units", "without end"): "a figure that tells nothing has reliability 0",
    ("reliability.rankability", "without end"): "units without a finite variance are left out, and told",
    ("nonresponse.response_gate", "all yes"): "a gate itself: None is open",
    ("streams.binomial_cusum", "n = 0"): "a period without answers moves no sum",
    ("hazards.proportional", "one person"): "one event alone says nothing of a covariate",
    **{
        (name, "NaN"): "NaN stands for a score that is not there"
        for name in (
            "change.spread", "consistency.alpha", "effects.paired", "goals.change", "goals.share_moved",
            "scales.scored", "scales.unit_mean", "scales.top_box", "scales.floor_and_ceiling",
        )
    },
}  # fmt: skip
# Fields that are NaN where the docstring says so.
MAY_BE_NAN = {"Curve": {"error"}, "Fit": {"sigma", "r2"}, "Scored": {"available", "score", "per_cent"}}
# Not given data: they answer of numbers that come from another method, or are part of what is called above.
WITHOUT_DATA = {
    "adjusting.faults", "adjusting.mix", "adjusting.newest",
    "between.gate", "change.by_points", "flags.binomial", "flags.predictive",
    "between.generalised_q", "change.classes",
    "change.reliable_change", "change.tally", "change.verdicts", "charts.moving_range", "charts.runs",
    "consistency.feldt", "consistency.pairwise_covariance", "differences.mcnemar", "differences.tango",
    "effects.small_sample_factor", "endings.naive", "funnel.fingertips_label", "funnel.outside", "likelihoods.count_gate",
    "likelihoods.count_log", "likelihoods.exact_units", "likelihoods.share_log", "likelihoods.units_gate",
    "logistic.design_gate", "means.t_from_summary", "multiplicity.expected_by_chance", "overdispersion.lines",
    "overdispersion.truncated", "overdispersion.winsorised", "ranks.posterior_ranks", "ranks.possible_best",
    "reliability.expected_ranks", "reliability.gate", "reliability.information", "reliability.n_for",
    "reliability.n_needed", "reliability.of_coarse", "reliability.spearman_brown", "scales.prorated",
    "stays.gate", "stratified.mantel_haenszel", "stratified.logistic_dif", "streams.binomial_run_length",
    "streams.cusum_run_length", "streams.ewma_run_length", "weighting.raked", "weighting.strata_weights",
}  # fmt: skip
# Scalars that the count has been asked about before: they raise ValueError, or are worked out for any count.
SCALARS = {"intervals", "rates"}
TABLES: tuple[tuple[dict[str, Call], dict[str, tuple[Any, bool]]], ...] = (
    (COUNTS, COUNT_EDGES),
    (VALUES, VALUE_EDGES),
    (IN_UNITS, UNIT_EDGES),
    (MODELLED, MODEL_EDGES),
)
CASES = [
    pytest.param(call, given, must, name, edge, id=f"{name}-{edge}")
    for calls, edges in TABLES
    for name, call in calls.items()
    for edge, (given, must) in edges.items()
]


@pytest.mark.parametrize(("call", "given", "must", "name", "edge"), CASES)
def test_an_edge_closes_a_gate_or_has_an_honest_number(
    call: Call, given: Any, must: bool, name: str, edge: str
) -> None:
    found = call(*given)
    assert is_honest(found)
    if must and (name, edge) not in ALLOWED:
        assert isinstance(found, Gate)


def is_honest(found: Any) -> bool:
    """True for a gate, and for numbers all of which are finite, but for those whose docstring says otherwise."""
    if found is None or isinstance(found, Gate | str | bool):
        return True
    if isinstance(found, msgspec.Struct):
        told = MAY_BE_NAN.get(type(found).__name__, set())
        return all(is_honest(getattr(found, name)) for name in found.__struct_fields__ if name not in told)
    if isinstance(found, Iterable):
        return all(map(is_honest, found))
    return bool(np.isfinite(found))


def test_every_function_that_takes_data_is_in_the_tables() -> None:
    called = {name.split()[0] for calls, _ in TABLES for name in calls} | WITHOUT_DATA
    public = {
        f"{module.name}.{name}"
        for room in (comparison, outcomes)
        for module in pkgutil.iter_modules(room.__path__)
        if module.name not in SCALARS | {"verdict"} and not module.name.endswith("wording")
        for name, one in vars(importlib.import_module(f"{room.__name__}.{module.name}")).items()
        if inspect.isfunction(one) and one.__module__.endswith(f".{module.name}") and not name.startswith("_")
        if "words" not in module.name
    }
    assert public - called == set()


@pytest.mark.parametrize("name", ["wilson", "clopper_pearson", "jeffreys", "mid_p", "agresti_coull"])
@pytest.mark.parametrize(("x", "n"), [(0, 0), (6, 5), (-1, 5), (NAN, 5), (1, NAN)])
def test_an_interval_of_a_count_that_cannot_be_is_refused_in_words(name: str, x: float, n: float) -> None:
    with pytest.raises(ValueError, match="within"):
        getattr(intervals, name)(x, n)


@pytest.mark.parametrize("given", [(NAN, 5), (3, NAN), (3, INF), (-1, 5), (3, 0), (3, -1)])
def test_a_rate_of_what_cannot_be_is_a_gate(given: tuple[float, float]) -> None:
    assert isinstance(rates.rate(*given), Gate)
    for compare in (rates.rate_ratio, rates.rate_difference, rates.equal_rates):
        assert isinstance(compare(*given, 2, 3), Gate)  # type: ignore[arg-type]
        assert isinstance(compare(2, 3, *given), Gate)  # type: ignore[arg-type]


def test_more_answers_than_invited_is_said_as_it_is() -> None:
    for found in (
        nonresponse.bounds(5, 9, 8),
        nonresponse.response_gate(9, 8),
        nonresponse.closed_group(5, 9, 8),
    ):
        assert isinstance(found, Gate)
        assert found.code == "more_than_invited"
