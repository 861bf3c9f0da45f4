"""Cases 14, 15, 19, 25 and 38: case-mix, weights, differential items, repeated answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hvb_followup.comparison import calibration, casemix, clusters, logistic, stratified, weighting
from hvb_followup.gates import Floats, Gate
from hvb_followup.verification import formulas, witnesses
from hvb_followup.verification.case import Asked, Row, column, names


def logistic_mix(asked: Asked) -> Mapping[str, Any]:
    """Case 14: in sample and leaving each unit out."""
    rows = asked.first_table()
    formula = formulas.parse(asked.inputs["model"])
    made = formulas.design(formula.terms, rows, asked.questions.get("coef", {}))
    events, _ = formulas.outcome(formula.outcome, rows)
    units = names(rows, asked.inputs["unit"])
    fit = logistic.logistic(made.rows, events)
    if isinstance(fit, Gate):
        return {}
    inside, outside = fit.share(made.rows), casemix.expected_left_out(made.rows, events, units)
    found: dict[str, Any] = {
        "coef": dict(zip(made.names, fit.coef, strict=True)), "se": dict(zip(made.names, fit.se, strict=True)),
        "deviance": fit.deviance, "in_sample": _calibrated(events, inside),
        "units_file": _standardised(asked, "units_file", events, inside, units),
    }  # fmt: skip
    if not isinstance(outside, Gate):
        found["leave_one_unit_out"] = _calibrated(events, outside)
        found["units_louo_file"] = _standardised(asked, "units_louo_file", events, outside, units)
    return found


def _calibrated(events: Floats, expected: Floats) -> dict[str, Any]:
    found = calibration.calibrate(events, expected)
    if isinstance(found, Gate):
        return {}
    return {
        "auc": found.auc, "brier": found.brier, "cal_intercept_in_large": found.in_large, "cal_slope": found.slope,
        "cal_intercept_joint": found.intercept,
    }  # fmt: skip


def _standardised(
    asked: Asked, key: str, events: Floats, expected: Floats, units: Sequence[str]
) -> list[dict[str, Any]]:
    found = casemix.standardise(events, expected, units)
    if isinstance(found, Gate):
        return []
    told = {
        one.unit: {
            "unit": one.unit, "n": one.n, "O": one.observed, "E": one.expected, "OE": one.ratio, "std_rate": one.rate,
            "var_O": one.variance, "z": one.z, "excess_per_100": 100 * one.excess,
        }
        for one in found
    }  # fmt: skip
    return _in_order(asked.questions.get(key, []), told)


def _in_order(questions: Sequence[Row], told: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**told.get(str(row["unit"]), {}), "unit": row["unit"]} for row in questions]


def linear_mix(asked: Asked) -> Mapping[str, Any]:
    """Case 15."""
    rows = asked.first_table()
    formula = formulas.parse(asked.inputs["model"])
    made = formulas.design(formula.terms, rows, asked.questions.get("coef", {}))
    found = casemix.added(made.rows, column(rows, formula.outcome), names(rows, asked.inputs["unit"]))
    if isinstance(found, Gate):
        return {}
    fit, units = found
    told = {
        one.unit: {
            "n": one.n, "mean_raw": one.mean, "mean_expected": one.expected, "mean_residual": one.difference,
            "se_naive": one.se, "t_lo": one.interval[0], "t_hi": one.interval[1],
        }
        for one in units
    }  # fmt: skip
    return {
        "coef": dict(zip(made.names, fit.coef, strict=True)), "se": dict(zip(made.names, fit.se, strict=True)),
        "sigma": fit.sigma, "r2": fit.r2, "units_file": _in_order(asked.questions.get("units_file", []), told),
    }  # fmt: skip


def weighted(asked: Asked) -> Mapping[str, Any]:
    """Case 19: post-stratified to one margin, or raked to several."""
    rows = asked.first_table()
    score = next(
        name for name in rows[0] if isinstance(rows[0][name], int | float) and name not in ("fpc", "pw")
    )
    share = next((name for name in rows[0] if set(names(rows, name)) == {"Yes", "No"}), "")
    values = column(rows, score)
    top = np.array([one == "Yes" for one in names(rows, share)], dtype=float) if share else values
    size = asked.inputs.get("N")
    plain = [weighting.simple(one, size) for one in (values, top)]
    found: dict[str, Any] = {"unweighted": _told(plain, share)}
    if "population" in asked.inputs and isinstance(asked.inputs["population"], list):
        found["poststratified"] = _post_stratified(asked, rows, (values, top), share)
    return found


def _post_stratified(
    asked: Asked, rows: Sequence[Row], columns: tuple[Floats, Floats], share: str
) -> dict[str, Any]:
    population = asked.inputs["population"]
    stratum = next(key for key in population[0] if key != "Freq")
    sizes = {str(one[stratum]): float(one["Freq"]) for one in population}
    labels = names(rows, stratum)
    told = _told([weighting.post_stratified(one, labels, sizes) for one in columns], share)
    weights = weighting.strata_weights(labels, sizes)
    if not isinstance(weights, Gate):
        told[f"weights_by_{stratum}"] = dict(zip(labels, weights, strict=True))
    return told


def _told(pair: Sequence[weighting.Weighted | Gate], share: str) -> dict[str, Any]:
    score, top = pair
    if isinstance(score, Gate) or isinstance(top, Gate):
        return {}
    return {"mean": score.mean, "se": score.se, f"share_{share}_yes": top.mean, "se_share": top.se}


def differential_items(asked: Asked) -> Mapping[str, Any]:
    """Case 25: strata are bands of the rest score, as the question names them."""
    rows = asked.first_table()
    words = [name for name in rows[0] if isinstance(rows[0][name], str) and name != "id"]
    known = [name for name in rows[0] if name.lower() in ("gender", "sex", "group")]
    group = asked.inputs.get("group") or next(iter([*words, *known]))
    scores = [name for name in rows[0] if name not in (group, "id", "") and isinstance(rows[0][name], int)]
    kept = [row for row in rows if row[group] is not None and all(row[name] is not None for name in scores)]
    return {"items": [_item(kept, row, group, scores) for row in asked.questions.get("items", [])]}


def _item(rows: Sequence[Row], question: Row, group: str, scores: Sequence[str]) -> dict[str, Any]:
    item = question["item"]
    rest = np.sum([column(rows, name) for name in scores if name != item], axis=0)
    answer, groups = column(rows, item), names(rows, group)
    tables = stratified.tables(groups, answer, _bands(rest, str(question.get("strata", ""))))
    if isinstance(tables, Gate):
        return {}
    found, by_model = stratified.mantel_haenszel(tables), stratified.logistic_dif(groups, answer, rest)
    if isinstance(found, Gate):
        return {}
    told: dict[str, Any] = {
        "mh_chisq": found.chi2, "mh_chisq_cc": found.chi2_corrected, "p": witnesses.chi2_upper(found.chi2, 1),
        "p_cc": found.p, "ets_delta": found.delta, "table": tables, "class": found.grade,
        **{key: found.odds_ratio for key in question if key.startswith("common_OR")},
    }  # fmt: skip
    if not isinstance(by_model, Gate):
        told |= {"logistic_uniform_G2": by_model[0], "logistic_nonuniform_G2": by_model[1]}
    return told


def _bands(rest: Floats, words: str) -> list[int]:
    """ "rest score bands 0-3,4-7,16+": the last starts a band without end."""
    starts = [int(one) for one in re.findall(r"(\d+)(?:-\d+|\+)?", words)]
    edges = sorted({int(one) for one in re.findall(r"(\d+)-\d+|(\d+)\+", words) for one in one if one})
    return [int(np.searchsorted(edges or starts, one, side="right")) for one in rest]


def repeated(asked: Asked) -> Mapping[str, Any]:
    """Case 38."""
    rows = asked.first_table()
    key = asked.inputs["cluster"]
    outcome = asked.inputs.get("outcome") or _outcome(rows, key)
    y, cluster = formulas.outcome(outcome, rows)[0], names(rows, key)
    mean = clusters.cluster_mean(y, cluster)
    found: dict[str, Any] = {}
    if not isinstance(mean, Gate):
        found = {
            "cluster_mean": {
                "mean": mean.mean, "se_iid": mean.independent, "se_CR0": mean.cr0, "se_CR1": mean.cr1,
                "deff_CR0": mean.design_effect, "clusters": mean.clusters, "n": mean.n,
            },
            "sandwich_vcovCL_HC1": mean.cr1,
        }  # fmt: skip
    for part, question in asked.questions.items():
        if part.startswith("gee") and isinstance(question, Mapping):
            found[part] = _gee(rows, y, cluster, question)
    return found


def _outcome(rows: Sequence[Row], cluster: str) -> str:
    """The column that is named for it, else the only one of two values, else the first."""
    titles = [name for name in rows[0] if name != cluster]
    named = [name for name in ("resp", "response", "y", "outcome") if name in titles]
    twofold = [name for name in titles if len(set(names(rows, name))) == 2]
    return (named or (twofold if len(twofold) == 1 else titles))[0]


def _gee(
    rows: Sequence[Row], y: Floats, cluster: Sequence[str], question: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns of the model are the names of the coefficients asked for; nothing where one has no column."""
    asked_names = question.get("coef") or {"(Intercept)": None}
    terms = {_term(rows[0], name) for name in asked_names if name != "(Intercept)"}
    if "" in terms:
        return {}
    made = formulas.design(sorted(terms), rows, asked_names)
    if set(made.names) != set(asked_names):
        return {}
    coef, robust, alpha = witnesses.exchangeable(made.rows, y, cluster)
    errors = dict(zip(made.names, robust.tolist(), strict=True))
    single = not isinstance(question.get("robust_se"), Mapping)
    return {
        "coef": dict(zip(made.names, coef.tolist(), strict=True)), "alpha": alpha,
        "robust_se": robust.tolist()[0] if single else errors,
    }  # fmt: skip


def _term(row: Row, name: str) -> str:
    """The condition or the column that a coefficient is of; empty where there is none."""
    if re.fullmatch(formulas.CONDITION + "TRUE", name):
        return name.removesuffix("TRUE")
    return max((one for one in row if name.startswith(one)), key=len, default="")
