"""Each method takes a small case of its own shape: every pair of digits, with answers worked out elsewhere."""

from __future__ import annotations

import json
from math import log
from pathlib import Path
from typing import Any

import pytest

from hvb_followup.verification import case, run

UNITS = [{"x": 4, "n": 20}, {"x": 9, "n": 20}, {"x": 15, "n": 22}, {"x": 6, "n": 18}]
# The case's name, what goes in, what is known of what comes out, how near.
CASES: list[tuple[str, Any, Any, Any, dict[str, str]]] = [
    ("x03", {"cases": [{"count": 0, "exposure": 2}]}, {"cases": [{"exact_hi": 3.688879454 / 2}]}, {"abs": 1e-8}, {}),
    (
        "x03",
        {"byar_from_ten": [{"obs": 1, "pop": 2}], "rates_byar": [{"obs": 1, "pop": 2}]},
        {
            "byar_from_ten": [{"hi": 5.571643391 / 2, "method": "Exact"}],
            "rates_byar": [{"hi": 5.563755782 / 2, "method": "Byars"}],
        },
        {"abs": 1e-6},
        {},
    ),
    ("x04", {"values": [2, 4, 6, 8]}, {"mean": 5, "t95": [0.8914, 9.1086]}, {"abs": 1e-4}, {}),
    ("x06", {"cases": [{"target": 0.8, "n": 4, "alpha": 0.05}]}, {"limits": [{"exact_r_lo": 1}]}, {"abs": 0}, {}),
    ("x10", {"hits": [5, 10, 15, 20, 25], "at_bats": 50}, {"mean": 0.3}, {"abs": 1e-12}, {}),
    ("x11", {"units": UNITS}, {"posterior": [{"raw": 0.2}] * 1 + [{}, {}, {}]}, {"abs": 1e-12}, {}),
    (
        "x11",
        {"surgical_units": UNITS, "district_file": "d.csv"},
        {"surgical": {"posterior": [{"raw": 0.2}, {}, {}, {}]}, "districts": {"posterior": [{"raw": 0.5}, {}, {}, {}]}},
        {"abs": 1e-12},
        {"d": '"unit","x","n"\n1,9,18\n2,2,20\n3,15,22\n4,6,18\n'},
    ),
    (
        "x34",
        {"districts": [{"x": 1, "n": 2}], "hyper": {"alpha": 1, "beta": 1}},
        {"districts": [{"p_lower_exact": 2 / 3, "p_lower_mid": 0.5}]},
        {"abs": 1e-12},
        {},
    ),
    (
        "x36",
        {"units": {"near": [{"est": 0, "se": 1}, {"est": 50, "se": 1}]}},
        {"near": {"simultaneous": [{"lo": 2, "hi": 2}, {"lo": 1}]}},
        {"abs": 0},
        {},
    ),
    (
        "x12",
        {"toy_file": "toy.csv", "models": ["y ~ 1 + (1|g)"]},
        {"toy": {"reml": {"var_within": 1.0, "fixef": {"(Intercept)": 5.0}}}},
        {"abs": 1e-6},
        {"toy": '"g","y"\n"a",3\n"a",4\n"a",5\n"b",7\n"b",6\n"b",5\n"c",5\n"c",4\n"c",6\n'},
    ),
    (
        "x15",
        {"data_file": "d.csv", "model": "y ~ sx", "unit": "u"},
        {"coef": {"(Intercept)": 2.0, "sxFemale": 3.0}, "units_file": "e.csv"},
        {"abs": 1e-9},
        {
            "d": '"u","sx","y"\n"1","Male",1\n"1","Male",3\n"2","Female",4\n"2","Female",6\n',
            "e": '"unit","n","mean_residual"\n"2",2,0\n"1",2,0\n',
        },
    ),
    ("x16", {"spearman_brown": {"r": 0.5, "k": [1, 3]}}, {"spearman_brown": [0.5, 0.75]}, {"abs": 1e-12}, {}),
    ("x16", {"n_for_reliability": {"icc": 0.1, "rel": 0.7}}, {"n_for_reliability": 21}, {"abs": 1e-9}, {}),
    (
        "x16",
        {"data_file": "d.csv", "group": "G"},
        {"icc": [{"variable": "B", "F": 3.0}, {"variable": "A", "F": 24.0}], "a": {"MSB": 24.0}, "MSW_B": 2.0},
        {"abs": 1e-9},
        {"d": '"G","A","B"\n1,1,1\n1,2,2\n1,3,3\n2,5,3\n2,7,3\n2,6,6\n'},
    ),
    ("x18", {"p": [0.01, 0.04], "alpha": 0.05}, {"adjusted": [{"BH": 0.02}, {"BH": 0.04}]}, {"abs": 1e-12}, {}),
    (
        "x20",
        {"data_file": "d.csv", "das": {"reliability": 0.5, "m_functional": 9, "sd_functional": 1}},
        {"das": {"n": 2, "m_pre": 2.0, "sem": 1.0, "cut_c": 6.100505063}},
        {"abs": 1e-8},
        {"d": '"id","das_pre","das_post"\n1,1,9\n2,3,3\n3,,4\n'},
    ),
    (
        "x20",
        {"worked_example": {"M1": 60, "M0": 40, "s1": 7.5, "s0": 9, "rxx": 0.8, "x_pre": 62.5, "x_post": 47.5}},
        {"worked_example": {"cut_a": 45, "cut_b": 58, "cut_c": 840 / 16.5, "rc": -3.162277660168379}},
        {"abs": 1e-9},
        {},
    ),
    (
        "x20",
        {"data_file": "d.csv", "direction": -1, "reliability": 0.5, "m_functional": 2, "sd_functional": 1, "cutoff_type": "b"},
        {"n": 3, "rci": [-4, None, 0, -5], "class": ["improved", None, "unchanged", "improved"], "cut_b": 4,
         "combined_class": ["improved", None, "unchanged", "recovered"]},
        {"rel": 1e-9},
        {"d": '"pre","post"\n8,4\n9,\n6,6\n7,2\n'},
    ),
    (
        "x22",
        {"gas": [{"x": 2, "w": 1}], "gbo": [{"first": [1, None], "last": [4, 2]}]},
        {"gas": [70], "gbo_mean_change": [3]},
        {"abs": 0},
        {},
    ),
    (
        "x26",
        {"data_file": "d.csv", "time": "t", "event": "e", "group": "g", "times": [2, 4]},
        {
            "overall": {"at": {"plain": [{"strata": "all", "time": 2, "surv": 0.5, "n_risk": 3}]}},
            "logrank": {"group": ["g=b", "g=a"], "n": [1, 3], "observed": [1, 2]},
        },
        {"abs": 1e-9},
        {"d": '"t","e","g"\n1,1,"a"\n2,1,"b"\n3,1,"a"\n4,0,"a"\n'},
    ),
    (
        "x26",
        {"data_file": "d.csv", "time": "t", "event": "e", "group": "g", "times": [2]},
        {
            "by_g": {
                "at": {"plain": [{"strata": "g=no plan ", "time": 2, "surv": 0.5}]},
                "median_table": [{"strata": "g=no plan", "records": 2, "events": 2}],
            },
            "logrank": {"group": ["g=no plan", "g=plan"], "observed": [2, 1]},
        },
        {"abs": 1e-9},
        {"d": '"t","e","g"\n1,1,"no plan"\n2,1,"plan"\n3,1,"no plan"\n'},
    ),
    *(
        (
            "x14",
            {"data_file": "d.csv", "model": f"{left} ~ {right}", "unit": "u"},
            {"coef": {"(Intercept)": -log(2), f"{right}TRUE": 2 * log(2)}},
            {"abs": 1e-6},
            {"d": '"use","town","u"\n' + '"Y","no",1\n"N","no",1\n"N","no",2\n"Y","yes",1\n"Y","yes",2\n"N","yes",2\n' * 2},
        )
        for left, right in (
            ("I(use=='Y')", "I(town=='yes')"),
            ('use == "Y"', 'I(town != "no")'),
            ("as.numeric(use != 'N')", "I(town == 'yes')"),
        )
    ),
    (
        "x27",
        {"data_file": "d.csv", "time": "t", "event": "ev", "times": [2, 9]},
        {"by_g": {"estimate": [{"curve": "a 1", "2": 0.5, "9": None}]}},
        {"abs": 1e-9},
        {"d": '"t","ev","g"\n1,1,"a"\n2,2,"a"\n1,0,"b"\n'},
    ),
    (
        "x29",
        {"c_chart_file": "c.csv", "c_exclude": [4]},
        {"c_chart_file": "e.csv"},
        {"abs": 1e-9},
        {
            "c": '"sample","count"\n1,4\n2,5\n3,3\n4,90\n',
            "e": '"x","y","cl","ucl","include","sigma.signal"\n' + "".join(
                f"{i},{y},4,10,{'FALSE' if i == 4 else 'TRUE'},{'TRUE' if i == 4 else 'FALSE'}\n"
                for i, y in enumerate((4, 5, 3, 90), 1)
            ),
        },
    ),
    (
        "x30",
        {"values": [1, 3], "target": 1, "k": 0.5, "h": 1,
         "binomial": {"events": [0, 2], "size": 2, "p0": 0.5, "odds_ratio": 3, "h": 0.5}},
        {"cusum": [{"cplus": 0}, {"cplus": 1.5}], "first_signal_upper": 2,
         "binomial": {"S": [0, 0.8109302162], "first_signal": 2}},
        {"abs": 1e-9},
        {},
    ),
    (
        "x30",
        {"risk_adjusted": {"y": [1, 0], "p": [0.5, 0.5], "OR": 3}, "binomial": {"x": [2], "n": [2], "p0": 0.5, "p1": 0.75}},
        {"ra": [{"i": 1, "W": 0.4054651081, "S": 0.4054651081}, {"i": 2, "W": -0.6931471806, "S": 0}],
         "risk_adjusted_weights": [0.4054651081, -0.6931471806], "binomial_S": [0.8109302162]},
        {"abs": 1e-9},
        {},
    ),
    (
        "x31",
        {
            "table": [{"a": 3, "b": 4, "_row": "r"}, {"a": 5, "b": 6, "_row": "s"}],
            "suppressed": [["r", "a"], ["r", "b"], ["s", "a"], ["s", "b"]],
            "margins_published": True,
        },
        {"audit": [{"row": "r", "col": "a", "attack_min": 0, "attack_max": 7, "exactly_disclosed": False}]},
        {"abs": 0},
        {},
    ),
    ("x35", {"sets": UNITS}, {"sets": {"units": [{"mean_rank": 1.3}, {}, {"mean_rank": 3.9}, {}]}}, {"abs": 0.3}, {}),
    (
        "x36",
        {"units": [{"est": 0, "se": 1}, {"est": 50, "se": 1}]},
        {"simultaneous": [{"lo": 2, "hi": 2}, {"lo": 1}]},
        {"abs": 0},
        {},
    ),
    ("x37", {"cases": [{"N": 12, "n": 9, "x": 7}]}, {"cases": [{"bound_lo": 7 / 12, "finite_hi_count": 10}]}, {"abs": 1e-12}, {}),
]  # fmt: skip

# Three items of which the first points the other way: turned (7 − x) it is 1 2 3 5 6 4.
TURNED = "a,b,c\n6,1,2\n5,2,1\n4,4,3\n2,5,6\n1,6,5\n3,3,4\n"
KEYS: list[dict[str, Any]] = [
    {"reverse": "a"}, {"reversed": ["-a"]}, {"keys": ["-a", "b", "c"]}, {"keys": [-1, 1, 1]}, {"items": ["-a", "b", "c"]},
    {"check_keys": True}, {"check.keys": True},
]  # fmt: skip


@pytest.mark.parametrize("keys", KEYS, ids=str)
@pytest.mark.parametrize("name", ["a", "a-"])
def test_an_item_that_points_the_other_way_is_turned(tmp_path: Path, keys: dict[str, Any], name: str) -> None:
    """Variances 3.5 each, covariances 3.3, 3.1 and 2.9: alpha = 3/2 · (1 − 10.5/29.1)."""
    items = [{"item": one, "mean": 3.5, "n": 6} for one in ("c", name, "b")]
    expected = {"alpha": {"raw_alpha": 1.5 * (1 - 10.5 / 29.1), "item": items}}
    test_a_case_of_this_kind_passes(
        tmp_path, "x23", {"data_file": "d.csv", **keys}, expected, {"abs": 1e-9}, {"d": TURNED}
    )


ENTERED = '"start","until","dead"\n0,1,1\n0,3,1\n2,4,1\n2,5,0\n'
CASES += [
    ("x37", {"cases": [{"invited": 12, "answered": 9, "top": 7}]}, {"cases": [{"bound_lo": 7 / 12}]}, {"abs": 1e-12}, {}),
    (
        "x31",
        {
            "table": [{"a": 3, "b": 4, "_row": "r"}, {"a": 5, "b": 6, "_row": "s"}],
            "suppressed": [["r", "a"], ["r", "b"]],
            "margins_published": "columns only",
        },
        {"audit": [{"row": "r", "col": "a", "attack_min": 3, "attack_max": 3, "exactly_disclosed": True}]},
        {"abs": 0},
        {},
    ),
    (
        "x39",
        {"data_file": "d.csv", "exit": "until", "event": "dead", "landmark": 2},
        {"conditional": [{"time": 3, "n_risk": 3, "surv": 2 / 3}], "unconditional": [{"time": 3, "surv": 1 / 3}],
         "naive_from_0": [{"time": 3, "n_risk": 3, "surv": 0.5}], "conditional_on_0": [{"time": 3, "surv": 1 / 3}]},
        {"abs": 1e-12},
        {"d": ENTERED},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "inputs", "expected", "tolerance", "tables"), CASES, ids=[one[0] for one in CASES]
)
def test_a_case_of_this_kind_passes(
    tmp_path: Path, name: str, inputs: Any, expected: Any, tolerance: Any, tables: dict[str, str]
) -> None:
    told = {"id": name, "inputs": inputs, "expected": expected, "tolerance": tolerance}
    (tmp_path / "case.json").write_text(json.dumps(told), encoding="utf-8")
    for table, text in tables.items():
        (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
    found = run.judge(case.read(tmp_path))
    assert found.reason == ""
    assert [(part.name, part.worst) for part in found.parts if part.state != "pass"] == []
    assert found.state == "pass"


# Four persons twice: a 1 1, b 0 0, c 1 0, d 1 1.
TWICE = [
    ("a", 0, 1),
    ("a", 4, 1),
    ("b", 0, 0),
    ("b", 4, 0),
    ("c", 0, 1),
    ("c", 4, 0),
    ("d", 0, 1),
    ("d", 4, 1),
]


@pytest.mark.parametrize(
    "columns", [("id", "week", "y", "trt"), ("y", "id", "week"), ("id", "trt", "week", "seen")]
)
def test_answers_of_one_person_whatever_stands_first_in_the_table(tmp_path: Path, columns: list[str]) -> None:
    """Mean 5/8; pairs (9 + 9 + 25 − 15)/4 over 15 make alpha 7/15; persons' sums 6, −10, −2, 6 eighths."""
    cells = [
        {"id": who, "week": f"{week}.{at}", "y": f'"{"ny"[y]}"', "seen": str(y), "trt": "x"}
        for at, (who, week, y) in enumerate(TWICE)
    ]
    text = "\n".join(",".join(row[name] for name in columns) for row in cells)
    expected = {
        "cluster_mean": {"mean": 5 / 8, "se_CR0": 2.75**0.5 / 8},
        "gee_intercept_only": {"coef": {"(Intercept)": log(5 / 3)}, "alpha": 7 / 15, "robust_se": 2.75**0.5 / 1.875},
        "gee_late": {"coef": {"(Intercept)": log(3), "I(week > 2)TRUE": -log(3)}},
    }  # fmt: skip
    inputs = {"data_file": "d.csv", "cluster": "id"}
    table = {"d": f"{','.join(columns)}\n{text}\n"}
    test_a_case_of_this_kind_passes(tmp_path, "x38", inputs, expected, {"abs": 1e-9}, table)


@pytest.mark.parametrize("name", ["other", "week:trt", "I(week * 2)TRUE"])
def test_a_model_that_nobody_knows_leaves_the_rest_judged(tmp_path: Path, name: str) -> None:
    rows = "".join(f"{who},{week},{y}\n" for who, week, y in TWICE)
    expected = {"cluster_mean": {"mean": 5 / 8}, "gee": {"coef": {"(Intercept)": 1, name: 1}}}
    told = {"id": "x38", "inputs": {"data_file": "d.csv", "cluster": "id"}, "expected": expected}
    (tmp_path / "case.json").write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "d.csv").write_text(f"id,week,y\n{rows}", encoding="utf-8")
    found = run.judge(case.read(tmp_path))
    assert [(part.name, part.state) for part in found.parts if part.state != "unsupported"] == [
        ("cluster_mean", "pass")
    ]
    assert found.state == "pass"


# Variances 16 within and 25 between, cut-off 25 where the mean is 20: 16/√41 · φ(z)/(1 − Φ(z)) at z = 5/√41.
CHOSEN: list[dict[str, Any]] = [
    {"mu": 20, "sigma_w": 4, "sigma_b": 5}, {"mean": 20, "var_within": 16, "var_between": 25},
    {"mu": 20, "sigma_w2": 16, "sigma_b2": 25}, {"m": 20, "sd_w": 4, "sd_between": 5}, {"mu": 20, "sd": 41**0.5, "r": 25 / 41},
]  # fmt: skip


@pytest.mark.parametrize("given", CHOSEN, ids=str)
@pytest.mark.parametrize(
    ("key", "question"), [("rtm", 3.379809073), ("regression_to_mean", {"z": 0.780868809, "expected_rtm": 3.379809073})]
)  # fmt: skip
@pytest.mark.parametrize("many", [False, True])
def test_regression_to_the_mean_however_it_is_asked(
    tmp_path: Path, given: dict[str, Any], key: str, question: Any, many: bool
) -> None:
    row = {**given, "cutoff": 25}
    inputs, expected = ({key: [row]}, {key: [question]}) if many else ({key: row}, {key: question})
    test_a_case_of_this_kind_passes(tmp_path, "x21", inputs, expected, {"abs": 1e-8}, {})


def test_what_regression_to_the_mean_is_of_must_be_told(tmp_path: Path) -> None:
    told = {"id": "x21", "inputs": {"rtm": {"mu": 20, "cutoff": 25}}, "expected": {"rtm": {"rtm": 3.4}}}
    (tmp_path / "case.json").write_text(json.dumps(told), encoding="utf-8")
    assert run.judge(case.read(tmp_path)).state == "unsupported"


def test_who_has_one_score_only_is_no_pair(tmp_path: Path) -> None:
    """Changes 2, 1 and 3: t = 2√3 with two degrees of freedom; ranks sum to 6 of 6, z = 2.5/√3.5."""
    expected = {"a_paired_t": {"t": 12**0.5, "df": 2}, "a_wilcoxon_p": 0.181449}
    table = "a_pre,a_post\n1,3\n,4\n2,3\n4,\n4,7\n"
    test_a_case_of_this_kind_passes(
        tmp_path, "x21", {"data_file": "d.csv"}, expected, {"abs": 1e-6}, {"d": table}
    )
