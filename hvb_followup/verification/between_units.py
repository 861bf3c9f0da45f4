"""Cases 01–07, 33, 34 and 37: intervals, differences, funnel lines, flags, bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from hvb_followup.comparison import (
    differences,
    flags,
    funnel,
    intervals,
    means,
    nonresponse,
    rates,
    shrinkage,
)
from hvb_followup.gates import Gate, is_open
from hvb_followup.verification.case import Asked, Row, column, fitting, names

SHARE: dict[str, Callable[..., intervals.Interval]] = {
    "wilson": intervals.wilson,
    "wilson_cc": intervals.wilson_corrected,
    "clopper_pearson": intervals.clopper_pearson,
    "jeffreys": intervals.jeffreys,
    "jeffreys_unmodified": partial(intervals.jeffreys, modified=False),
    "mid_p": intervals.mid_p,
    "midp": intervals.mid_p,
    "agresti_coull": intervals.agresti_coull,
}
DIFFERENCE = {
    "newcombe10": differences.newcombe,
    "newcombe": differences.newcombe,
    "agresti_caffo": differences.agresti_caffo,
    "mn": differences.miettinen_nurminen,
    "miettinen_nurminen": differences.miettinen_nurminen,
}


def lists(asked: Asked) -> dict[str, list[Row]]:
    """For each list that is asked for, the list of inputs it is about: the one whose name it begins with."""
    given = asked.sets()
    found = {}
    for key, rows in asked.questions.items():
        if not isinstance(rows, list):
            continue
        source = fitting(key, given) or next((n for n, v in given.items() if len(v) == len(rows)), None)
        if source is not None:
            found[key] = given[source]
    return found


def _share_row(row: Row) -> dict[str, Any]:
    x, n, level = row["x"], row["n"], row.get("level", 0.95)
    if not n:
        return {"x": x, "n": n, "level": level}
    found: dict[str, Any] = {
        "x": x, "n": n, "level": level, "estimate": x / n, "jeffreys_posterior_mean": (x + 0.5) / (n + 1),
    }  # fmt: skip
    for name, method in SHARE.items():
        # Fractional counts have no mid-p.
        if name in ("mid_p", "midp") and (x != int(x) or n > 1e6):
            continue
        found[f"{name}_lo"], found[f"{name}_hi"] = method(x, n, level)
    found["lo"], found["hi"] = found["wilson_lo"], found["wilson_hi"]
    return found


def one_share(asked: Asked) -> Mapping[str, Any]:
    """Case 01."""
    return {key: [_share_row(row) for row in rows] for key, rows in lists(asked).items()}


def _difference_row(row: Row) -> dict[str, Any]:
    counts = (row["x1"], row["n1"], row["x2"], row["n2"])
    level = row.get("level", 0.95)
    found: dict[str, Any] = {
        **row,
        "diff": counts[0] / counts[1] - counts[2] / counts[3],
        "fisher_two_sided_p": differences.fisher(*counts),
        "chisq_uncorrected_p": differences.chi_square(*counts),
    }
    for name, method in DIFFERENCE.items():
        ends = method(*counts, level)
        found[f"{name}_lo"], found[f"{name}_hi"] = ends if not isinstance(ends, Gate) else (None, None)
    return found


def two_shares(asked: Asked) -> Mapping[str, Any]:
    """Case 02."""
    return {key: [_difference_row(row) for row in rows] for key, rows in lists(asked).items()}


def _rate_row(row: Row, key: str) -> dict[str, Any]:
    count = next(row[one] for one in ("count", "x", "O", "obs", "observed", "numerator") if one in row)
    sizes = ("exposure", "E", "expected", "denominator", "pop", "population", "n")
    exposure = next((row[one] for one in sizes if one in row), 1)
    level, scale = row.get("level", 0.95), row.get("multiplier", 1) / exposure
    found: dict[str, Any] = {**row, "rate": count * scale, "value": count * scale, "OE": count * scale}
    for name, method in (("exact", rates.exact), ("byar", rates.byar), ("rule", rates.count_interval)):
        low, high = method(count, level)
        found[f"{name}_lo"], found[f"{name}_hi"] = low * scale, high * scale
    # The published table has no lower end where Byar's would fall below 0.
    byar = (found["byar_lo"] if found["byar_lo"] >= 0 else None, found["byar_hi"])
    only_byar = key.endswith("byar") and "exact" not in key
    chosen = byar if only_byar else (found["rule_lo"], found["rule_hi"])
    for low_name, high_name in (
        ("lo", "hi"),
        ("fingertips_lo", "fingertips_hi"),
        ("lowercl", "uppercl"),
        ("lower", "upper"),
    ):
        found[low_name], found[high_name] = chosen
    for name, size in (("95_0", 0.95), ("99_8", 0.998)):
        low, high = rates.count_interval(count, size)
        found[f"lower{name}cl"], found[f"upper{name}cl"] = low * scale, high * scale
    return found


def one_rate(asked: Asked) -> Mapping[str, Any]:
    """Case 03."""
    return {key: [_rate_row(row, key) for row in rows] for key, rows in lists(asked).items()}


def one_mean(asked: Asked) -> Mapping[str, Any]:
    """Case 04: the sample may come as values or, per area, as a table of the same."""
    values = asked.inputs["values"]
    found: dict[str, Any] = {}
    for key in asked.questions:
        level = re.fullmatch(r"(t|bootstrap_percentile|bootstrap_bca)(\d+)(?:_(\d))?", key)
        if level:
            size = float(f"0.{level.group(2)}")
            found[key] = _mean_interval(level.group(1), values, size)
    mean = means.t_interval(values)
    if isinstance(mean, Gate):
        return found
    return {
        **found, "mean": mean.mean, "sd": mean.sd, "n": mean.n, "se": mean.sd / mean.n**0.5,
        "fingertips": [_area(values)],
    }  # fmt: skip


def _mean_interval(kind: str, values: Sequence[float], level: float) -> Any:
    if kind == "t":
        found = means.t_interval(values, level)
        return None if isinstance(found, Gate) else [found.low, found.high]
    # The ends of few values still stray by a hundredth of their width at forty thousand draws.
    resamples = max(40_000, min(400_000, 8_000_000 // max(1, len(values))))
    drawn = means.bootstrap(values, level, resamples=resamples)
    return None if isinstance(drawn, Gate) else drawn[1 if kind.endswith("bca") else 0]


def _area(values: Sequence[float]) -> dict[str, Any]:
    wide, narrow = means.t_interval(values, 0.998), means.t_interval(values, 0.95)
    if isinstance(wide, Gate) or isinstance(narrow, Gate):
        return {}
    return {
        "value_sum": float(np.sum(values)), "value_count": narrow.n, "stdev": narrow.sd, "value": narrow.mean,
        "lower95_0cl": narrow.low, "upper95_0cl": narrow.high, "lower99_8cl": wide.low, "upper99_8cl": wide.high,
    }  # fmt: skip


def several_shares(asked: Asked) -> Mapping[str, Any]:
    """Case 05."""
    x, n = asked.inputs["x"], asked.inputs["n"]
    tested = differences.equal_shares(x, n)
    along = differences.trend(x, n, asked.inputs.get("scores"))
    if isinstance(tested, Gate) or isinstance(along, Gate):
        unknown = dict.fromkeys(("chisq", "p", "trend_chisq", "trend_p"))
        return {**unknown, "df": len(x) - 1}  # as R has it where all shares are alike
    return {"chisq": tested[0], "df": tested[1], "p": tested[2], "trend_chisq": along[0], "trend_p": along[1]}


def funnel_lines(asked: Asked) -> Mapping[str, Any]:
    """Case 06."""
    return {
        "limits": [_line_row(row) for row in asked.inputs["cases"]],
        "poisson_limits_for_SR": [
            _ratio_row(row) for row in asked.questions.get("poisson_limits_for_SR", [])
        ],
    }


def _line_row(row: Row) -> dict[str, Any]:
    line, plain = (
        funnel.binomial(row["target"], row["n"], row["alpha"]),
        funnel.normal(row["target"], row["n"], row["alpha"]),
    )
    if isinstance(line, Gate) or isinstance(plain, Gate):
        return dict(row)
    return {
        **row, "interp_lo": line.low, "interp_hi": line.high, "interp_lo_clipped": line.low_clipped,
        "interp_hi_clipped": line.high_clipped, "normal_lo": plain[0], "normal_hi": plain[1],
        "exact_r_lo": line.r_low, "exact_r_hi": line.r_high,
    }  # fmt: skip


def _ratio_row(row: Row) -> dict[str, Any]:
    found = {f"{'ll' if side == 0 else 'ul'}{name}": funnel.poisson_ratio(row["number_seq"], alpha)[side]  # type: ignore[index]
             for name, alpha in (("95", 0.05), ("998", 0.002)) for side in (0, 1)}  # fmt: skip
    return {"number_seq": row["number_seq"], **found}


def fingertips_funnel(asked: Asked) -> Mapping[str, Any]:
    """Case 07, shares: limits in per cent at the populations asked, and each area's label."""
    rows = asked.first_table()
    if "numerator" not in rows[0]:
        return {}
    x, n = column(rows, "numerator"), column(rows, "denominator")
    average = float(x.sum() / n.sum())
    labels = [
        {"Area": area, "significance": funnel.fingertips_label(float(a / b), average, float(b))}
        for area, a, b in zip(names(rows, "Area"), x, n, strict=True)
    ]
    return {
        "baseline": 100 * average,
        "significance": labels,
        "limits_file": [
            _fingertips_row(row["Population"], average) for row in asked.questions.get("limits_file", [])
        ],
    }


def _fingertips_row(population: float, average: float) -> dict[str, Any]:
    narrow, wide = (funnel.fingertips_share(average, population, alpha) for alpha in (0.05, 0.002))
    if isinstance(narrow, Gate) or isinstance(wide, Gate):
        return {}
    return {
        "Population": population, "Baseline": 100 * average,
        "Lower2s0025limit": 100 * narrow[0], "Upper2s0025limit": 100 * narrow[1],
        "Lower3s0001limit": 100 * wide[0], "Upper3s0001limit": 100 * wide[1],
    }  # fmt: skip


def _tails_row(row: Row, tails: flags.Tails | Gate) -> dict[str, Any]:
    if isinstance(tails, Gate):
        return dict(row)
    return {
        **row, "p_lower_exact": tails.lower, "p_upper_exact": tails.upper, "p_lower_mid": tails.lower_mid,
        "p_upper_mid": tails.upper_mid, "flag95_mid": tails.flag_95, "flag998_mid": tails.flag_998, "z_equiv": tails.z,
    }  # fmt: skip


def exact_flags(asked: Asked) -> Mapping[str, Any]:
    """Case 33."""
    return {
        key: [_tails_row(row, flags.exact(row["x"], row["n"], row["p0"])) for row in rows]
        for key, rows in lists(asked).items()
    }


def predictive_flags(asked: Asked) -> Mapping[str, Any]:
    """Case 34: with hyper-parameters given, or fitted where they are not; one set of units, or each by its name."""
    given, found = asked.sets(), dict[str, Any]()
    for key, rows in lists(asked).items():
        told = _predictive(rows, key, asked.inputs)
        found |= {**told, key: told.get("units")}
    for key, question in asked.questions.items():
        name = fitting(key, given)
        if isinstance(question, Mapping) and name is not None:
            found[key] = _predictive(given[name], key, asked.inputs)
    return found


def _predictive(rows: Sequence[Row], name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    hyper = _hyper(inputs, name)
    if hyper is None:
        fit = shrinkage.beta_binomial([row["x"] for row in rows], [row["n"] for row in rows])
        if isinstance(fit, Gate):
            return {}
        hyper = fit.alpha, fit.beta
    return {
        "alpha": hyper[0], "beta": hyper[1],
        "units": [_tails_row(row, flags.predictive_share(row["x"], row["n"], *hyper)) for row in rows],
    }  # fmt: skip


def _hyper(inputs: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    """Alpha and beta as they stand, or under a name; that of the set of units goes before another."""
    if "alpha" in inputs and "beta" in inputs:
        return inputs["alpha"], inputs["beta"]
    inner = {key: value for key, value in inputs.items() if isinstance(value, Mapping)}
    own = fitting(name, inner)
    for key in [own, *inner] if own else inner:
        found = _hyper(inner[key], name)
        if found is not None:
            return found
    return None


def closed_groups(asked: Asked) -> Mapping[str, Any]:
    """Case 37."""
    return {key: [_closed_row(row) for row in rows] for key, rows in lists(asked).items()}


def _closed_row(row: Row) -> dict[str, Any]:
    x, n, invited = (
        next(row[key] for key in keys if key in row)
        for keys in (("x", "top"), ("n", "answered"), ("N", "invited"))
    )
    bounds, inside = (
        nonresponse.bounds(x, n, invited),
        nonresponse.closed_group(x, n, invited, row.get("level", 0.95)),
    )
    found: dict[str, Any] = {"invited": invited, "answered": n, "top": x, "N": invited, "n": n, "x": x}
    if not isinstance(bounds, Gate):
        found |= {"bound_lo": bounds.low, "bound_hi": bounds.high, "response_rate": bounds.response}
    if not isinstance(inside, Gate):
        found |= {
            "finite_lo_count": inside.low, "finite_hi_count": inside.high,
            "finite_lo_share": inside.low_share, "finite_hi_share": inside.high_share,
        }  # fmt: skip
    return found if is_open(bounds) else {**found, "bound_lo": None, "bound_hi": None}
