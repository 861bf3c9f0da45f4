"""Frozen case-mix: what open circumstances let one expect of a home, and when a model may say so at all."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import pytest
from scipy import optimize

from hvb_followup.comparison import adjusting
from hvb_followup.comparison.adjusting import Comes, Mix, Model, Tenth, Term, faults, mix, newest
from hvb_followup.comparison.freezing import Fitted, fit
from hvb_followup.gates import Gate

TERM = Term(
    kind="share", of="S13", sv="andelen LVU", en="the share", centre=0.4, low=0.1, high=0.9, coef=1.5, se=0.2
)
TENTHS = tuple(Tenth(expected=0.1 * one, observed=0.1 * one, places=6, persons=60) for one in range(1, 11))
COMES = Comes(in_large=0.01, in_large_se=0.05, slope=0.97, slope_se=0.1, tenths=TENTHS)
MODEL = Model(
    id="S01-2025H1", indicator="S01", invented=False, made_on=dt.date(2025, 1, 2), release="2024H2-x",
    period_from="2023K1", period_to="2024K4", used_from="2025H1", places=60, persons=600, events=200.5,
    intercept=-0.8, term=(TERM,), calibration=COMES,
)  # fmt: skip


def nation(seed: int, effect: float, places: int = 150) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Homes that differ by 0.3 logits and by what they take in: design, coarse counts (two columns), and persons."""
    dice = np.random.default_rng(seed)
    taken_in = dice.beta(2, 2, places)
    n = dice.integers(8, 25, places)
    level = -0.8 + effect * (taken_in - 0.5) + 0.3 * dice.normal(size=places)
    x = dice.binomial(n, 1 / (1 + np.exp(-level)))
    low, high = (
        np.where(x <= 1, 0, np.where(x >= n - 1, n - 1, x)),
        np.where(x <= 1, 1, np.where(x >= n - 1, n, x)),
    )
    return np.column_stack([np.ones(places), taken_in - 0.5]), np.column_stack([low, high]), n


def fitted(seed: int = 1, effect: float = 2.0) -> Fitted:
    design, counts, n = nation(seed, effect)
    found = fit(design, counts[:, 0], counts[:, 1], n)
    assert isinstance(found, Fitted)
    return found


def test_coefficients_are_the_greatest_likelihood_of_middles_and_errors_those_of_differing_homes() -> None:
    design, counts, n = nation(1, 2.0)
    middle = counts.mean(axis=1)

    def minus(b: np.ndarray) -> float:
        eta = design @ b
        return float(-(middle * eta - n * np.logaddexp(0, eta)).sum())

    best = optimize.minimize(minus, np.zeros(2), tol=1e-12).x
    found = fitted()
    assert found.coef == pytest.approx(best, abs=1e-3)
    share = 1 / (1 + np.exp(-(design @ best)))
    bread = np.linalg.inv(
        sum(m * p * (1 - p) * np.outer(z, z) for m, p, z in zip(n, share, design, strict=True))
    )
    meat = sum(
        ((y - m * p) ** 2 * np.outer(z, z) for y, m, p, z in zip(middle, n, share, design, strict=True))
    )
    assert found.se == pytest.approx(np.sqrt(np.diag(bread @ meat @ bread)), abs=1e-3)
    # Homes that differ make it less certain than so many coins would be.
    assert found.se[1] > 1.1 * math.sqrt(bread[1, 1])


def test_a_home_has_no_say_in_what_is_expected_of_it() -> None:
    """The tenths are of homes left out in turn: each is worked out here from the others alone."""
    design, counts, n = nation(2, 2.0, places=60)
    eta = []
    for place in range(60):
        others = [one for one in range(60) if one != place]
        middle, size, rows = counts[others].mean(axis=1), n[others], design[others]
        best = optimize.minimize(
            lambda b, y=middle, m=size, z=rows: float(-(y * (z @ b) - m * np.logaddexp(0, z @ b)).sum()),
            np.zeros(2),
            tol=1e-12,
        ).x
        eta.append(float(design[place] @ best))
    order = np.argsort(eta, kind="stable")
    found = fit(design, counts[:, 0], counts[:, 1], n)
    assert isinstance(found, Fitted)
    for tenth, part in zip(found.comes.tenths, np.array_split(order, 10), strict=True):
        share = 1 / (1 + np.exp(-np.array(eta)[part]))
        assert tenth.expected == pytest.approx(float(share @ n[part] / n[part].sum()), abs=6e-4)
        assert tenth.observed == pytest.approx(
            float(counts[part].mean(axis=1).sum() / n[part].sum()), abs=6e-4
        )
        assert (tenth.places, tenth.persons) == (len(part), n[part].sum())


def test_a_model_of_what_matters_comes_true_and_one_of_what_does_not_is_refused() -> None:
    held = sum(fitted(seed, 2.5).comes.gate() is None for seed in range(8))
    assert held >= 7
    assert all(abs(fitted(seed, 2.5).comes.in_large) < 0.05 for seed in range(4))
    empty = sum(fitted(seed, 0.0).comes.gate() is None for seed in range(8))
    assert empty <= 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda z, c, n: (z[:40], c[:40], n[:40]), "too_few"),
        (lambda z, c, n: (z[:60], c[:60] * 0 + [0, 1], n[:60] * 0 + 5), "too_few"),
        (lambda z, c, n: (z[:0], c[:0], n[:0]), "no_units"),
        (lambda z, c, n: (z * np.nan, c, n), "not_a_number"),
        (lambda z, c, n: (z * 0 + 1, c, n), "collinear"),
        (lambda z, c, n: (z, c * 0, n), "all_equal"),
    ],
)
def test_what_cannot_be_fitted_is_a_gate(change: Any, code: str) -> None:
    design, counts, n = change(*nation(1, 2.0))
    found = fit(design, counts[:, 0], counts[:, 1], n)
    assert isinstance(found, Gate)
    assert found.code == code


SPOILT = msgspec.structs.replace(MODEL, calibration=msgspec.structs.replace(COMES, slope=0.5))
SHIFTED = msgspec.structs.replace(MODEL, calibration=msgspec.structs.replace(COMES, in_large=-0.2))


@pytest.mark.parametrize(
    ("model", "known", "expected"),
    [
        (None, {"share:S13": 0.5}, Mix("not_adjusted", 0.0)),
        (MODEL, {"share:S13": 0.6}, Mix("open", 0.3)),
        (MODEL, {"share:S13": 0.4}, Mix("open", 0.0)),
        (MODEL, {"share:S13": 0.333}, Mix("open", -0.1)),
        (MODEL, {"share:S13": 0.1}, Mix("open", -0.5)),
        (MODEL, {"share:S13": 0.5}, Mix("open", 0.2)),
        (MODEL, {"share:S13": 0.43}, Mix("open", 0.0)),
        (MODEL, {"share:S13": 0.09}, Mix("no_overlap", 0.0)),
        (MODEL, {"share:S13": 0.95}, Mix("no_overlap", 0.0)),
        (MODEL, {}, Mix("unknown_mix", 0.0)),
        (MODEL, {"share:S13": None}, Mix("unknown_mix", 0.0)),
        (MODEL, {"share:S13": math.nan}, Mix("unknown_mix", 0.0)),
        (MODEL, {"unit_type:S13": 0.5}, Mix("unknown_mix", 0.0)),
        (SPOILT, {"share:S13": 0.6}, Mix("case_mix", 0.0)),
        (SHIFTED, {"share:S13": 0.6}, Mix("case_mix", 0.0)),
    ],
)
def test_what_a_model_says_of_a_home(
    model: Model | None, known: Mapping[str, float | None], expected: Mix
) -> None:
    assert mix(model, known) == expected


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({}, ""),
        ({"persons": 499}, "persons"),
        ({"places": 49}, "persons"),
        ({"events": 20.0}, ""),
        ({"events": 580.0}, ""),
        ({"events": 19.5}, "events"),
        ({"events": 581.0}, "events"),
        ({"term": ()}, "term"),
        ({"term": (TERM, TERM)}, "term"),
        ({"intercept": 0.12345}, "term"),
        ({"intercept": math.nan}, "term"),
        ({"term": (msgspec.structs.replace(TERM, coef=1.23456),)}, "term"),
        ({"term": (msgspec.structs.replace(TERM, centre=0.95),)}, "term"),
        ({"term": (msgspec.structs.replace(TERM, high=1.2),)}, "term"),
        ({"calibration": msgspec.structs.replace(COMES, tenths=TENTHS[1:])}, "calibration.tenths"),
        ({"calibration": msgspec.structs.replace(COMES, slope=math.inf)}, "term"),
    ],
)
def test_what_is_wrong_with_a_written_model(change: dict[str, Any], key: str) -> None:
    found = {one for one, _ in faults(msgspec.structs.replace(MODEL, **change))}
    assert (key in found) if key else found == set()


@pytest.mark.parametrize("field", ["centre", "low", "high", "coef", "se"])
def test_a_circumstance_without_a_number_is_found(field: str) -> None:
    term = msgspec.structs.replace(TERM, **{field: math.nan})
    found = list(faults(msgspec.structs.replace(MODEL, term=(term,))))
    assert found == [("term", "Ett tal saknas eller är inget tal.")]


@pytest.mark.parametrize("field", ["in_large", "in_large_se", "slope", "slope_se", "expected", "observed"])
def test_a_calibration_without_a_number_is_found(field: str) -> None:
    if field in ("expected", "observed"):
        tenths = (msgspec.structs.replace(TENTHS[0], **{field: math.nan}), *TENTHS[1:])
        comes = msgspec.structs.replace(COMES, tenths=tenths)
    else:
        comes = msgspec.structs.replace(COMES, **{field: math.inf})
    found = list(faults(msgspec.structs.replace(MODEL, calibration=comes)))
    assert found == [("term", "Ett tal saknas eller är inget tal.")]


def test_a_half_year_meets_the_newest_model_that_was_made_before_it() -> None:
    later = msgspec.structs.replace(MODEL, id="S01-2026H1", used_from="2026H1")
    other = msgspec.structs.replace(MODEL, id="S02-2026H1", indicator="S02", used_from="2026H1")
    models = [later, MODEL, other]
    assert newest(models, "S01", "2024H2") is None
    assert newest(models, "S01", "2025H2") == MODEL
    assert newest(models, "S01", "2026H2") == later
    assert adjusting.newest([], "S01", "2026H2") is None
