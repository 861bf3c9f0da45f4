"""Cases 20–24: change, effect, goals, consistency, scoring."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hvb_followup.gates import Floats, Gate
from hvb_followup.outcomes import change, consistency, effects, goals, scales
from hvb_followup.verification.case import Asked, Row, column


def reliable_change(asked: Asked) -> Mapping[str, Any]:
    """Case 20: each instrument's columns are ``name_pre`` and ``name_post``, or ``pre`` and ``post``."""
    found: dict[str, Any] = {}
    if "worked_example" in asked.inputs:
        found["worked_example"] = _worked(asked.inputs["worked_example"])
    scales_given = {
        key: value
        for key, value in asked.inputs.items()
        if isinstance(value, Mapping) and "reliability" in value
    }
    for name, given in scales_given.items():
        question = asked.questions.get(name) or {}
        found[name] = _instrument(asked.first_table(), name, {**asked.inputs, **given}, question)
    if not scales_given and "reliability" in asked.inputs:
        found |= _instrument(asked.first_table(), "", asked.inputs, asked.questions)
    return found


def _direction(given: Mapping[str, Any], towards: float) -> change.Direction:
    """Which way is better, as said by a word or a sign; where nothing is said, towards the functional."""
    for key in ("direction", "better_is", "better"):
        said = given.get(key)
        if isinstance(said, int | float):
            return -1 if said < 0 else 1
        if isinstance(said, str):
            return -1 if any(word in said.lower() for word in ("low", "decreas", "neg")) else 1
    for key, way in (("higher_is_better", 1), ("lower_is_better", -1)):
        if key in given:
            return 1 if bool(given[key]) == (way > 0) else -1
    return -1 if towards < 0 else 1


def _worked(given: Mapping[str, float]) -> dict[str, Any]:
    direction = _direction(given, given["M0"] - given["M1"])
    against, cut = (
        change.reference(given["s1"], given["rxx"]),
        change.cutoffs(given["M1"], given["s1"], given["M0"], given["s0"], direction),
    )
    if isinstance(against, Gate) or isinstance(cut, Gate):
        return {}
    rc = float(change.reliable_change([given["x_pre"]], [given["x_post"]], against)[0])
    told = {
        "sem": against.sem,
        "s_diff": against.s_diff,
        "rc": rc,
        "cut_a": cut.a,
        "cut_b": cut.b,
        "cut_c": cut.c,
    }
    return {**told, "published": told}


def _instrument(
    rows: Sequence[Row], name: str, given: Mapping[str, Any], question: Mapping[str, Any]
) -> dict[str, Any]:
    """Whoever lacks a score is left out, unless a verdict is asked for each row of the table."""
    titles = list(rows[0])
    before, after = (
        next(
            one
            for one in titles
            if one.lower() in (f"{name}_{side}", side) or (one.lower().endswith(f"_{side}") and not name)
        )
        for side in ("pre", "post")
    )
    both = [row for row in rows if row[before] is not None and row[after] is not None]
    each = any(
        isinstance(told, list) and len(told) == len(rows) for told in map(question.get, ("rci", "class"))
    )
    spread = change.spread(column(both, before))
    told_of = rows if each else both
    first, last = column(told_of, before), column(told_of, after)
    if isinstance(spread, Gate):
        return {}
    mean, sd = given.get("m_pre", spread[0]), given.get("sd_pre", spread[1])
    direction = _direction(given, given.get("m_functional", mean) - mean)
    against = change.reference(sd, given["reliability"])
    if isinstance(against, Gate):
        return {}
    verdicts = change.verdicts(change.reliable_change(first, last, against), direction)
    told: dict[str, Any] = {
        "m_pre": mean, "sd_pre": sd, "sem": against.sem, "s_diff": against.s_diff, "n": len(both),
        "min_reliable_change": against.least_change, "rci": change.reliable_change(first, last, against),
        "class": _known_only(verdicts), "counts": {one: verdicts.count(one) for one in ("improved", "unchanged", "deteriorated")},
    }  # fmt: skip
    return told | _clinical(first, last, mean, against, given, direction)


def _clinical(
    first: Floats,
    last: Floats,
    mean: float,
    against: change.Reference,
    given: Mapping[str, Any],
    direction: change.Direction,
) -> dict[str, Any]:
    functional = [given.get(key) for key in ("m_functional", "sd_functional")]
    if None in functional:
        return {}
    cut = change.cutoffs(mean, against.sd, functional[0], functional[1], direction)  # type: ignore[arg-type]
    if isinstance(cut, Gate):
        return {}
    kind = str(given.get("cutoff", given.get("cutoff_type", "c")))
    chosen = {"a": cut.a, "b": cut.b, "c": cut.c}[kind]
    found = change.classes(first, last, against, chosen, direction)
    kinds: tuple[change.Class, ...] = ("recovered", "improved", "unchanged", "deteriorated", "harmed")
    return {
        "cut_a": cut.a, "cut_b": cut.b, "cut_c": cut.c, "combined": {one: found.count(one) for one in kinds},
        "combined_class": _known_only(found),
    }  # fmt: skip


def _known_only(found: Sequence[str]) -> list[str | None]:
    return [None if one == "not_followed_up" else one for one in found]


def effect_sizes(asked: Asked) -> Mapping[str, Any]:
    """Case 21."""
    found: dict[str, Any] = {}
    if "summary" in asked.inputs:
        rows = asked.inputs["summary"]
        found |= {name: [_effect(name, row) for row in rows] for name in ("SMCR", "SMCC", "MC")}
    for key in [one for one in asked.inputs if one.endswith("_file")]:
        found |= _paired(asked.table(key), asked.questions)
    for key, given in asked.inputs.items():
        if re.search("rtm|regression", key.lower()) and isinstance(given, Mapping | list):
            found |= _regression(key, given, asked.questions)
    return found


def _effect(name: str, row: Row) -> dict[str, Any]:
    before, after, sd_before, sd_after, n, r = (
        row[key] for key in ("m_pre", "m_post", "sd_pre", "sd_post", "ni", "ri")
    )
    if name == "SMCR":
        found = effects.by_start_spread(before, after, sd_before, n, r)
    else:
        method = effects.by_change_spread if name == "SMCC" else effects.raw
        found = method(before, after, sd_before, sd_after, n, r)
    return {} if isinstance(found, Gate) else {"yi": found.value, "vi": found.variance}


def _paired(rows: Sequence[Row], questions: Mapping[str, Any]) -> dict[str, Any]:
    """Any part named …paired_t or …wilcoxon… of the table's columns …pre and …post, of those with both."""
    before, after = (next(one for one in rows[0] if one.lower().endswith(side)) for side in ("pre", "post"))
    both = [row for row in rows if row[before] is not None and row[after] is not None]
    first, last = column(both, before), column(both, after)
    told, rank = effects.paired(first, last), effects.signed_rank(first, last)
    found: dict[str, Any] = {}
    for key in questions:
        if "paired_t" in key and not isinstance(told, Gate):
            found[key] = {
                "mean_change": told.mean, "t": told.t, "df": told.df, "p": told.p, "ci": [told.low, told.high], "n": told.n,
            }  # fmt: skip
        elif "wilcoxon" in key:
            found[key] = rank
    return found


def _regression(key: str, given: Any, questions: Mapping[str, Any]) -> dict[str, Any]:
    """The expected change of those chosen beyond a cut-off; nothing where its numbers have unknown names."""
    named = [one for one in questions if re.search("rtm|regression", one.lower())]
    part = key if key in named else next(iter(named), key)
    told = [_rtm(row) for row in (given if isinstance(given, list) else [given])]
    if None in told:
        return {}
    asked = questions.get(part)
    if not isinstance(given, list):
        return {part: _shaped(told[0], asked)}
    rows = asked if isinstance(asked, list) and len(asked) == len(told) else [None] * len(told)
    return {part: [_shaped(one, row) for one, row in zip(told, rows, strict=True)]}


def _shaped(told: Mapping[str, Any] | None, question: Any) -> Any:
    """The change alone, or under each name that asks for it, and the cut-off's z beside."""
    told = told or {}
    if not isinstance(question, Mapping):
        return told.get("change")
    found = {
        name: told["change"]
        for name in question
        if re.fullmatch(r"(expected_)?(rtm|regression\w*|change|effect)|expected|value", name.lower())
    }
    return found | {"z": told["z"]}


def _rtm(row: Mapping[str, Any]) -> dict[str, Any] | None:
    def of(*keys: str) -> float | None:
        return next((float(row[key]) for key in keys if key in row), None)

    def variance(side: str) -> float | None:
        """``within`` or ``between`` as a variance or a standard deviation, by the whole word or its letter."""
        short = side[0]
        sd = of(*(f"{one}_{end}" for one in ("sd", "sigma") for end in (side, short)), f"s{short}")
        squares = (f"var_{side}", f"var_{short}", f"sigma2_{short}", f"sigma_{short}2", f"s2{short}")
        return of(*squares) if sd is None else sd**2

    mean, cut = of("mean", "mu", "m"), of("cutoff", "cut", "c")
    within, between = variance("within"), variance("between")
    sd, r = of("sd", "sigma", "sd_pre"), of("r", "rho", "reliability", "icc")
    if sd is not None and r is not None and within is None and between is None:
        within, between = (1 - r) * sd**2, r * sd**2
    if mean is None or cut is None or within is None or between is None or within + between <= 0:
        return None
    change = effects.regression_to_the_mean(mean, within, between, cut, above=not row.get("below", False))
    return {"change": change, "z": (cut - mean) / (within + between) ** 0.5}


def goal_scores(asked: Asked) -> Mapping[str, Any]:
    """Case 22."""
    rho = asked.inputs.get("rho", 0.3)
    gas = [goals.attainment(row["x"], row.get("w"), rho) for row in asked.inputs.get("gas", [])]
    gbo = [goals.change(_known(row["first"]), _known(row["last"])) for row in asked.inputs.get("gbo", [])]
    return {"gas": gas, "gbo_mean_change": gbo}


def _known(values: Any) -> Floats:
    return np.array(
        [np.nan if one is None else float(one) for one in np.atleast_1d(np.asarray(values, dtype=object))]
    )


def internal_consistency(asked: Asked) -> Mapping[str, Any]:
    """Case 23: items that point the other way are turned before anything else."""
    rows, inputs = asked.first_table(), asked.inputs
    chosen = [
        name.lstrip("-")
        for name in inputs.get("items")
        or [name for name in rows[0] if isinstance(rows[0][name], int | float | None)]
    ]
    table = np.column_stack([column(rows, name) for name in chosen])
    low, high = inputs.get("min", np.nanmin(table)), inputs.get("max", np.nanmax(table))
    for at in _turned(inputs, chosen, table):
        table[:, at] = low + high - table[:, at]
    told, factor = consistency.alpha(table), consistency.one_factor(table)
    found: dict[str, Any] = {}
    if not isinstance(told, Gate):
        found["alpha"] = _alpha(told, chosen, asked.questions.get("alpha"))
    if not isinstance(factor, Gate):
        found["omega"] = {
            "loadings": dict(zip(chosen, factor.loadings, strict=True)), "omega": factor.omega, "chisq": factor.chi2,
            "df": factor.df, "cfi": factor.cfi, "rmsea": factor.rmsea,
        }  # fmt: skip
    return found


def _turned(inputs: Mapping[str, Any], chosen: Sequence[str], table: Floats) -> set[int]:
    """Places of items that are named or keyed with a minus, or that go against the first component."""
    keys = _listed(inputs.get("keys") or [])
    minus = [
        one for one in [*keys, *(inputs.get("items") or [])] if isinstance(one, str) and one.startswith("-")
    ]
    named = _listed(inputs.get("reverse", inputs.get("reversed")) or [])
    places = {chosen.index(one.lstrip("-")) for one in [*named, *minus]}
    places |= {at for at, key in enumerate(keys) if isinstance(key, int | float) and key < 0}
    if places or not (inputs.get("check_keys") or inputs.get("check.keys")):
        return places
    cov = consistency.pairwise_covariance(table)
    spread = np.sqrt(np.diag(cov))
    first = np.linalg.eigh(cov / np.outer(spread, spread))[1][:, -1]
    return set(np.flatnonzero(first * first.sum() < 0).tolist())


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _alpha(told: consistency.Alpha, chosen: Sequence[str], question: Any) -> dict[str, Any]:
    items = {
        name: {"n": one.n, "r_drop": one.rest_r, "raw_r": one.total_r, "mean": one.mean, "sd": one.sd,
               "alpha_if_deleted": one.alpha_without}
        for name, one in zip(chosen, told.items, strict=True)
    }  # fmt: skip
    asked = question.get("item") if isinstance(question, Mapping) else None
    names = [
        str(row.get("item", name)) for row, name in zip(asked or [{}] * len(chosen), chosen, strict=True)
    ]
    feldt = {
        "lower.ci": told.low,
        "alpha": told.raw,
        "upper.ci": told.high,
        "lower": told.low,
        "upper": told.high,
    }
    return {
        "n": told.n, "raw_alpha": told.raw, "std_alpha": told.standardised, "average_r": told.average_r,
        "G6": told.lambda6, "mean": told.mean, "sd": told.sd, "feldt": feldt,
        # psych writes a minus after the name of an item that it turned.
        "item": [{**items[name.rstrip("-")], "item": name} for name in names],
    }  # fmt: skip


def item_scores(asked: Asked) -> Mapping[str, Any]:
    """Case 24."""
    rows, inputs = asked.first_table(), asked.inputs
    low, high, need = inputs.get("min", 0), inputs.get("max", 2), inputs.get("min_answered")
    columns: dict[str, Floats] = {}
    for name, scale in (inputs.get("scales") or {}).items():
        columns |= _scale(
            rows, name, scale, scale.get("min", low), scale.get("max", high), scale.get("min_answered", need)
        )
    found: dict[str, Any] = {
        "scores_file": [{key: values[at] for key, values in columns.items()} for at in range(len(rows))],
        "n_scored": {},
    }
    for name in inputs.get("scales") or {}:
        mean = scales.unit_mean(columns[f"{name}_100"])
        plain = scales.unit_mean(columns[f"{name}_scored"])
        if not isinstance(mean, Gate) and not isinstance(plain, Gate):
            found |= {f"unit_mean_{name}_100": mean[0], f"unit_mean_{name}": plain[0]}
            found["n_scored"][name] = mean[1]
    for key, question in asked.questions.items():
        if "prorate" in key and isinstance(question, Mapping) and question.get("answered") is not None:
            told = scales.prorated(question["answered_sum"], question["answered"], question["items"], need)
            found[key] = {**question, "prorated": told}
    return found


def _scale(
    rows: Sequence[Row], name: str, scale: Mapping[str, Any], low: float, high: float, need: int | None
) -> dict[str, Floats]:
    items = _listed(scale["items"])
    table = np.column_stack([column(rows, item) for item in items])
    reverse = [items.index(item) for item in _listed(scale.get("reverse") or [])]
    found = scales.scored(table, low, high, reverse=reverse, need=need)
    if isinstance(found, Gate):
        return {}
    total = found.available * found.answered
    prorated = [
        scales.prorated(float(s), int(k), len(items), need)
        for s, k in zip(total, found.answered, strict=True)
    ]
    sums = np.array([np.nan if isinstance(one, Gate) else one for one in prorated])
    return {
        f"{name}_mean_available": found.available, f"{name}_n": found.answered, f"{name}_scored": found.score,
        f"{name}_100": found.per_cent, f"{name}_prorated": sums, f"{name}_sum": sums, f"{name}_score": sums, name: sums,
        f"{name}_answered_sum": total,
    }  # fmt: skip
