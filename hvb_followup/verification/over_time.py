"""Cases 26–30 and 39: stays, endings, hazards, charts, early warning."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

import numpy as np

from hvb_followup.comparison import rates
from hvb_followup.gates import Floats, Gate
from hvb_followup.outcomes import charts, endings, hazards, stays, streams
from hvb_followup.verification import alarms, formulas
from hvb_followup.verification.case import Asked, Row, column, names


def kaplan_meier(asked: Asked) -> Mapping[str, Any]:
    """Case 26: the whole, and each part named by_… after its group."""
    rows = asked.first_table()
    time, event = column(rows, asked.inputs["time"]), column(rows, asked.inputs["event"])
    group = asked.inputs.get("group", "")
    labels = names(rows, group) if group else []
    said = re.search(r"restricted mean to (\d+)", asked.method)
    horizon = float(said.group(1) if said else max(asked.inputs["times"]))
    found: dict[str, Any] = {}
    for part, question in asked.questions.items():
        if part == "logrank":
            found[part] = _log_rank(time, event, labels, group, question)
        elif isinstance(question, Mapping):
            curves = _curves(time, event, labels if part.startswith("by_") else [], group)
            found[part] = _told(curves, question, horizon)
    return found


def _curves(time: Floats, event: Floats, labels: Sequence[str], group: str) -> dict[str, stays.Curve | Gate]:
    if not labels:
        return {"all": stays.kaplan_meier(time, event)}
    inside = np.asarray(labels)
    return {
        _plain(f"{group}={one}"): stays.kaplan_meier(time[inside == one], event[inside == one])
        for one in sorted(set(labels))
    }


def _told(
    curves: Mapping[str, stays.Curve | Gate], question: Mapping[str, Any], horizon: float
) -> dict[str, Any]:
    table = {name: _median(name, curve, horizon) for name, curve in curves.items()}
    asked = question.get("median_table")
    return {
        "at": {
            form: [_at(curves, row, form) for row in rows] for form, rows in question.get("at", {}).items()
        },
        "median_table": [_as_asked(table.get(_strata(row), {}), row) for row in asked]
        if isinstance(asked, list)
        else next(iter(table.values())),
    }


def _strata(row: Row) -> str:
    return _plain(str(row.get("strata", "all")))


def _plain(name: str) -> str:
    """A stratum's name without spaces, which R puts after the shorter ones."""
    return re.sub(r"\s+", "", name)


def _as_asked(found: dict[str, Any], row: Row) -> dict[str, Any]:
    """What was found of a stratum, under the name by which it was asked for."""
    return {**found, "strata": row["strata"]} if found and "strata" in row else found


def _at(curves: Mapping[str, stays.Curve | Gate], row: Row, form: str) -> dict[str, Any]:
    curve = curves.get(_strata(row))
    if curve is None or isinstance(curve, Gate):
        return {}
    share, error = curve.at(row["time"])
    low, high = curve.interval(row["time"], form)  # type: ignore[arg-type]
    return {**row, "n_risk": curve.risk_at(row["time"]), "surv": share, "se": error, "lo": low, "hi": high}


def _median(name: str, curve: stays.Curve | Gate, horizon: float) -> dict[str, Any]:
    if isinstance(curve, Gate):
        return {}
    mean, error = curve.restricted_mean(horizon)
    ends = curve.quantile_interval(0.5)
    low, high = (None if np.isinf(one) else one for one in ends)
    median = curve.quantile(0.5)
    return {
        "strata": name, "records": curve.n, "n.max": curve.n, "n.start": curve.n, "events": int(curve.events.sum()),
        "rmean": mean, "se(rmean)": error, "median": None if np.isinf(median) else median, "0.95LCL": low, "0.95UCL": high,
    }  # fmt: skip


def _log_rank(
    time: Floats, event: Floats, labels: Sequence[str], group: str, question: Mapping[str, Any]
) -> dict[str, Any]:
    """In the order in which groups are asked for."""
    found = stays.log_rank(time, event, labels)
    if isinstance(found, Gate):
        return {}
    own = [f"{group}={one}" for one in found.groups]
    asked = [_plain(str(one)) for one in question.get("group") or own]
    order = [[_plain(one) for one in own].index(one) for one in asked]
    return {
        "group": question.get("group") or own,
        "n": found.n[order],
        "observed": found.observed[order],
        "expected": found.expected[order],
        "chisq": found.chi2,
        "df": found.df,
        "p": found.p,
    }


def cumulative_incidence(asked: Asked) -> Mapping[str, Any]:
    """Case 27: the whole and by_…; a curve is named by its group and its way of ending."""
    rows, inputs = asked.first_table(), asked.inputs
    time, cause = column(rows, inputs["time"]), column(rows, str(inputs["event"]).split()[0])
    found: dict[str, Any] = {}
    for part, question in asked.questions.items():
        if part.startswith("naive"):
            kind = int("".join(filter(str.isdigit, part)) or 1)
            found[part] = [endings.naive(time, cause, kind, when) for when in inputs["times"]]
        elif isinstance(question, Mapping):
            group = part.removeprefix("by_") if part.startswith("by_") else ""
            labels = names(rows, group) if group else ["1"] * len(rows)
            found[part] = _incidences(time, cause, np.asarray(labels), question)
    return found


def _incidences(time: Floats, cause: Floats, labels: Any, question: Mapping[str, Any]) -> dict[str, Any]:
    curves: dict[str, endings.Incidence] = {}
    last: dict[str, float] = {}
    for group in np.unique(labels):
        last[str(group)] = float(time[labels == group].max())
        own = endings.incidence(time[labels == group], cause[labels == group])
        curves |= {} if isinstance(own, Gate) else {f"{group} {one.cause}": one for one in own}
    return {
        name: [_incidence(curves, last, row, at) for row in question.get(name, [])]
        for at, name in enumerate(("estimate", "variance"))
    }


def _incidence(
    curves: Mapping[str, endings.Incidence], last: Mapping[str, float], row: Row, which: int
) -> dict[str, Any]:
    """A row's curve at its times. Where nobody ended so it is 0; beyond the last stay followed nothing is known."""
    name = str(row.get("curve"))
    until = last.get(name.rpartition(" ")[0], float("inf"))
    whens = [key for key in row if re.fullmatch(r"[\d.]+", key)]
    return {key: _when(curves.get(name), until, float(key), which) for key in whens}


def _when(curve: endings.Incidence | None, until: float, when: float, which: int) -> float | None:
    if when > until:
        return None
    return curve.at(when)[which] if curve else 0.0


def expected_endings(asked: Asked) -> Mapping[str, Any]:
    """Case 28."""
    rows, inputs = asked.first_table(), asked.inputs
    left, right = inputs["model"].split("~")
    time, event = re.findall(r"[\w.]+", left.replace("Surv", ""))[:2]
    terms = formulas.parse(f"y ~ {right}").terms
    rows = [row for row in rows if all(row[re.sub(r".*\(|\)", "", one)] is not None for one in terms)]
    made = formulas.design(terms, rows, asked.questions.get("coef", {}), intercept=False)
    ended = column(rows, event)
    fit = hazards.proportional(made.rows, column(rows, time), ended)
    if isinstance(fit, Gate):
        return {}
    unit = inputs["unit"]
    owner = np.asarray(names(rows, unit))
    told = [
        _unit(row, unit, ended, fit.expected, owner == str(row[unit]))
        for row in asked.questions.get("units", [])
    ]
    return {
        "coef": dict(zip(made.names, fit.coef, strict=True)), "se": dict(zip(made.names, fit.se, strict=True)), "units": told,
        "loglik": fit.loglik,
    }  # fmt: skip


def _unit(row: Row, unit: str, ended: Floats, expected: Floats, own: Any) -> dict[str, Any]:
    seen, due = int(ended[own].sum()), float(expected[own].sum())
    # The case wants exact limits at every count, not Byar's from ten.
    low, high = rates.exact(seen)
    return {
        unit: row[unit],
        "O": seen,
        "E": due,
        "n": int(own.sum()),
        "OE": seen / due,
        "lo": low / due,
        "hi": high / due,
    }


def control_charts(asked: Asked) -> Mapping[str, Any]:
    """Case 29: every table that is named for a kind of chart, and plain series of single values."""
    found: dict[str, Any] = {}
    for key in asked.inputs:
        kind = re.fullmatch(r"(\w+?)_chart_file", key)
        if kind:
            prefix = kind.group(1)
            rows = _chart(asked.table(key), prefix, asked.inputs) or []
            places = asked.questions.get(key) or []
            if len(rows) == len(places):
                found[key] = [{**row, "x": place.get("x")} for row, place in zip(rows, places, strict=True)]
    values = asked.inputs.get("xmr_values")
    if values is not None:
        found |= _single(np.asarray(values, dtype=float), asked.questions)
    return found


_KINDS = {"pprime": "pp", "p_prime": "pp", "uprime": "up", "u_prime": "up", "laney": "pp", "xmr": "i"}


def _chart(rows: Sequence[Row], prefix: str, inputs: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    kind = _KINDS.get(prefix, prefix)
    if kind not in get_args(charts.Kind):
        return None
    freeze, scale = inputs.get(f"{prefix}_freeze"), inputs.get(f"{prefix}_multiply", 1)
    excluded = [place - 1 for place in inputs.get(f"{prefix}_exclude") or []]
    values, sizes = _columns(rows, kind)
    made = charts.chart(kind, values, sizes, freeze=freeze, excluded=excluded)  # type: ignore[arg-type]
    if isinstance(made, Gate):
        return None
    told = zip(values, made.y, made.center, made.low, made.high, made.outside(), strict=True)
    return [
        {
            "y.sum": value, "n": None if sizes is None else sizes[at], "y": scale * y, "cl": scale * center,
            "lcl": scale * low, "ucl": scale * high, "baseline": freeze is None or at < freeze,
            "include": at not in excluded, "n.obs": len(values) - len(excluded), "sigma.signal": outside,
            **_runs(made.runs),
        }
        for at, (value, y, center, low, high, outside) in enumerate(told)
    ]  # fmt: skip


_SIZES = ("size", "n", "units", "area", "exposure", "denominator", "inspected", "days", "meters")
_PLACES = (
    "sample",
    "index",
    "week",
    "weeks",
    "phase",
    "x",
    "i",
    "month",
    "subgroup",
    "period",
    "day",
    "no",
    "roll",
    "failure",
)


def _columns(rows: Sequence[Row], kind: str) -> tuple[Floats, Floats | None]:
    """What was counted and, where the kind has them, the sizes: by name, else the last column that says no place."""
    titles = [name for name in rows[0] if isinstance(rows[0][name], int | float)]
    sized = kind in ("p", "pp", "u", "up")
    sizes = next((name for name in titles if sized and name.lower() in _SIZES), None)
    values = [name for name in titles if name != sizes and name.lower() not in _PLACES] or titles[-1:]
    chosen = next((name for name in values if name in ("y", "count", "value")), values[0 if sized else -1])
    return column(rows, chosen), column(rows, sizes) if sizes else None


def _runs(runs: charts.Runs | None) -> dict[str, Any]:
    if runs is None:
        return {}
    return {
        "n.useful": runs.useful, "runs.signal": runs.signal, "longest.run": runs.longest,
        "longest.run.max": runs.longest_allowed, "n.crossings": runs.crossings, "n.crossings.min": runs.crossings_least,
    }  # fmt: skip


def _single(values: Floats, questions: Mapping[str, Any]) -> dict[str, Any]:
    """Parts named xmr, and xmr_with_valueK_set_to_V with and without screening of moving ranges."""
    found: dict[str, Any] = {}
    for key, question in questions.items():
        if not key.startswith("xmr"):
            continue
        changed = values.copy()
        moved = re.search(r"value(\d+)_set_to_([\d.]+)", key)
        if moved:
            changed[int(moved.group(1)) - 1] = float(moved.group(2))
        both = {name: _limits(changed, name == "screened") for name in ("screened", "unscreened")}
        nested = isinstance(question, Mapping) and "screened" in question
        found[key] = both if nested else both["screened"]
    return found


def _limits(values: Floats, screened: bool) -> dict[str, Any]:
    made = charts.chart("i", values, screened=screened)
    if isinstance(made, Gate):
        return {}
    # The published table multiplies by 2.66, which is 3/1.128 to three figures.
    reach = 2.66 * charts.moving_range(values, screened)
    middle = float(made.center[0])
    return {"mean": middle, "lpl": middle - reach, "upl": middle + reach}


def early_warning(asked: Asked) -> Mapping[str, Any]:
    """Case 30: sums and averages of the values given, and run lengths at the settings asked."""
    inputs = asked.inputs
    found: dict[str, Any] = {}
    slack = inputs.get("K", inputs.get("k", 0.5))
    if "values" in inputs:
        found |= _watched(inputs)
    for key, rows in asked.questions.items():
        if key.startswith("arl_cusum") and isinstance(rows, list):
            two_sided = "one" not in key
            found[key] = [
                {**row, "arl": streams.cusum_run_length(slack, row["h"], row["mu"], two_sided=two_sided)}
                for row in rows
            ]
        elif key.startswith("arl_ewma") and isinstance(rows, list):
            found[key] = [
                {**row, "arl": streams.ewma_run_length(row["lambda"], row["L"], row["mu"])} for row in rows
            ]
    return alarms.told(asked) | found


def _watched(inputs: Mapping[str, Any]) -> dict[str, Any]:
    values, target, slack, limit = (
        inputs["values"],
        inputs["target"],
        inputs.get("K", inputs.get("k", 0.5)),
        inputs.get("H", inputs.get("h", 5)),
    )
    sums = streams.cusum(values, target, slack, limit)
    average = streams.ewma(
        values, target, inputs.get("sigma", 1), inputs.get("lambda", 0.2), inputs.get("L", 3)
    )
    if isinstance(sums, Gate) or isinstance(average, Gate):
        return {}
    rows = zip(values, sums.up, sums.down, strict=True)
    return {
        "cusum": [{"i": i, "x": x, "cplus": a, "cminus": b} for i, (x, a, b) in enumerate(rows, 1)],
        "ewma": [{"z": z, "lo": a, "hi": b} for z, a, b in zip(average.z, average.low, average.high, strict=True)],
        "first_signal_upper": sums.first_up or None, "first_signal_lower": sums.first_down or None,
    }  # fmt: skip


def delayed_entry(asked: Asked) -> Mapping[str, Any]:
    """Case 39: the landmark stands in the name of the conditional part, or among the inputs."""
    rows, inputs = asked.first_table(), asked.inputs
    known = [
        (inputs.get("entry"), "entry", "start", "entry_time"),
        (inputs.get("exit"), inputs.get("time"), "exit", "stop", "time", "futime"),
        (inputs.get("event"), "event", "status", "death"),
    ]
    entry, exit_, event = (
        column(rows, next(str(one) for one in choices if isinstance(one, str) and one in rows[0]))
        for choices in known
    )
    found: dict[str, Any] = {}
    for part, question in asked.questions.items():
        # The published curve has no least risk set; ours has, and would be a gate.
        ignores = re.search("ignor|naive|without", part) is not None
        landmark = None if ignores else _landmark(part, inputs)
        curve = (
            stays.conditional(exit_, event, entry, landmark, least_at_risk=0)
            if landmark is not None
            else stays.kaplan_meier(exit_, event, None if ignores else entry)
        )
        if isinstance(question, list):
            found[part] = [_at({"all": curve}, row, "log-log") for row in question]
    return found


def _landmark(part: str, inputs: Mapping[str, Any]) -> float | None:
    """A number in the name; the input's, where the name only says that there is one."""
    number = re.search(r"\d+(?:\.\d+)?", part)
    if number is not None:
        return float(number.group())
    said = inputs.get("landmark", inputs.get("conditional_on"))
    conditional = re.search("(?<!un)condition|landmark", part) is not None
    return float(said) if conditional and isinstance(said, int | float) else None
