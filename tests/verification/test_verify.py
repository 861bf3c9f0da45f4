"""``hvb verify``: what is near enough passes, what is not fails, and nobody who computes sees an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from hvb_followup.cli import main
from hvb_followup.errors import Refused
from hvb_followup.verification import case, compare, run

WILSON = {"x": 7, "n": 10, "wilson_lo": 0.396778147461145, "wilson_hi": 0.892208732593699}


def write(folder: Path, name: str, inputs: Any, expected: Any, tolerance: Any, **tables: str) -> Path:
    place = folder / name
    place.mkdir(parents=True)
    told = {"id": name, "inputs": inputs, "expected": expected, "tolerance": tolerance}
    (place / "case.json").write_text(json.dumps(told), encoding="utf-8")
    for table, text in tables.items():
        (place / f"{table}.csv").write_text(text, encoding="utf-8")
    return place


def judged(folder: Path, *what: Any, **tables: str) -> run.Verdict:
    return run.judge(case.read(write(folder, *what, **tables)))


def shares(low: float) -> tuple[Any, Any]:
    return {"cases": [{"x": 7, "n": 10}]}, {"cases": [{**WILSON, "wilson_lo": low}]}


@pytest.mark.parametrize(
    ("low", "state"), [(0.396778147, "pass"), (0.3967791, "pass"), (0.396780, "fail"), (0.5, "fail")]
)
def test_a_value_passes_within_its_tolerance(tmp_path: Path, low: float, state: str) -> None:
    found = judged(tmp_path, "x01_shares", *shares(low), {"abs": 1e-6})
    assert found.state == state
    assert found.deviation == pytest.approx(abs(low - WILSON["wilson_lo"]), abs=1e-12)


def test_the_code_that_computes_sees_questions_and_no_answer(tmp_path: Path) -> None:
    """A number that is expected is nowhere in what a method is handed, nor the table that holds answers."""
    place = write(
        tmp_path,
        "x30_streams",
        {"K": 0.5, "data_file": "in.csv"},
        {"arl_cusum": [{"h": 4, "mu": 0, "arl": 167.68}], "rows_file": "out.csv", "word": "low"},
        {},
        **{"in": '"unit","x"\n"001",5\n', "out": '"unit","e"\n"001",99.5\n'},
    )
    asked = case.asked(case.read(place), ("h", "mu", "unit"))
    assert asked.questions["arl_cusum"] == [{"h": 4, "mu": 0, "arl": None}]
    assert asked.questions["rows_file"] == [{"unit": "001", "e": None}]
    assert asked.questions["word"] is None
    assert list(asked.tables) == ["in.csv"]
    assert asked.table("data_file") == [{"unit": "001", "x": 5}]


def test_rows_under_a_name_that_asks_are_not_handed_over(tmp_path: Path) -> None:
    expected = {"alpha": {"item": [{"item": "A1-", "r_drop": 0.5}]}}
    asked = case.asked(case.read(write(tmp_path, "x23", {}, expected, {})), ("item",))
    assert asked.questions == {"alpha": {"item": [{"item": "A1-", "r_drop": None}]}}


def test_every_method_is_deaf_to_what_is_expected(tmp_path: Path) -> None:
    """Other numbers expected, the same computed: what is computed lies between, so the deviations add up."""
    inputs = {"x": [8, 9], "n": [10, 12]}
    right = judged(tmp_path / "a", "x05_several", inputs, {"chisq": 0.0}, {"abs": 1})
    wrong = judged(tmp_path / "b", "x05_several", inputs, {"chisq": 9.0}, {"abs": 1})
    assert wrong.deviation + right.deviation == pytest.approx(9.0)
    assert (right.state, wrong.state) == ("pass", "fail")


def test_a_part_that_nobody_computes_is_unsupported_and_the_rest_judged(tmp_path: Path) -> None:
    inputs, expected = shares(WILSON["wilson_lo"])
    found = judged(
        tmp_path, "x01_shares", inputs, {**expected, "cases_of_another_method": {"odd": 1.0}}, {"abs": 1e-6}
    )
    assert found.state == "pass"
    assert [(part.name, part.state) for part in found.parts] == [
        ("cases", "pass"),
        ("cases_of_another_method.odd", "unsupported"),
    ]


@pytest.mark.parametrize(
    ("name", "inputs"),
    [("x99_unheard_of", {}), ("x09_spread", {"nothing": 1}), ("x20_change", {"reliability": 0.8})],
)
def test_a_shape_that_is_not_known_is_unsupported_and_never_a_crash(
    tmp_path: Path, name: str, inputs: Any
) -> None:
    found = judged(tmp_path, name, inputs, {"DL": {"tau2": 1.0}, "n": 3}, {"abs": 1})
    assert found.state == "unsupported"
    assert found.reason


def test_undefined_is_expected_to_be_told_as_undefined(tmp_path: Path) -> None:
    inputs = {"cases": [{"x1": 0, "n1": 5, "x2": 0, "n2": 5}]}
    assert (
        judged(
            tmp_path / "a", "x02_two", inputs, {"cases": [{"chisq_uncorrected_p": None}]}, {"abs": 1}
        ).state
        == "pass"
    )
    assert (
        judged(tmp_path / "b", "x02_two", inputs, {"cases": [{"fisher_two_sided_p": None}]}, {"abs": 1}).state
        == "fail"
    )


@pytest.mark.parametrize(
    ("path", "tolerance", "size", "allowed"),
    [
        (("t95", "0"), {"t": {"abs": 1}, "bootstrap": {"abs": 2}}, 0, 1),
        (("bootstrap_bca95",), {"t": {"abs": 1}, "bootstrap": {"abs": 2}}, 0, 2),
        (("tau2",), {"t": {"abs": 1}, "abs": 3}, 0, 3),
        (("dyestuff2_boundary", "var"), {"rel": 1, "boundary": {"abs": 2}}, 5, 2),
        (("units", "0", "rank_lo"), {"rank": {"abs": 1}, "rank_interval": {"abs": 2}}, 0, 2),
        (("units", "0", "mean_rank"), {"rank": {"abs": 1}, "rank_interval": {"abs": 2}}, 0, 1),
        (("overall", "estimate"), {"est": {"abs": 1}, "var": {"rel": 2}}, 0, 1),
        (("mean",), {"abs": 1, "rel": 0.5}, 4, 3),
        (("slope",), {"rel": 1e-5}, 1e-13, 1e-9),
        (("lo",), {"rank_bounds": {"abs": 1}}, 0, 1),
    ],
)
def test_which_tolerance_a_value_has(
    path: tuple[str, ...], tolerance: Any, size: float, allowed: float
) -> None:
    assert compare._allowed(tolerance, path, size) == allowed


def test_a_list_of_another_length_fails() -> None:
    found = compare.parts({"rows": [1, 2]}, {"rows": [1]}, {"abs": 1})
    assert [part.state for part in found] == ["fail"]


def test_the_command_tells_each_case_and_exits_by_the_worst(tmp_path: Path) -> None:
    write(tmp_path, "x01_shares", *shares(WILSON["wilson_lo"]), {"abs": 1e-9})
    write(tmp_path, "x98_unheard_of", {}, {"a": 1}, {})
    told = CliRunner().invoke(main, ["verify", str(tmp_path)])
    assert told.exit_code == 0
    assert told.output.splitlines()[0].split()[:2] == ["x01_shares", "pass"]
    assert told.output.splitlines()[-1] == "1 pass, 0 fail, 1 unsupported"
    write(tmp_path, "x01_wrong", *shares(0.3), {"abs": 1e-9})
    told = CliRunner().invoke(main, ["verify", str(tmp_path)])
    assert told.exit_code == 1
    assert "cases.0.wilson_lo" in told.output


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        list(run.verify(tmp_path))
    assert CliRunner().invoke(main, ["verify", str(tmp_path)]).exit_code == 1


@pytest.mark.parametrize("text", ["{", '{"id": "x"}', '{"id": "x", "inputs": 5, "expected": {}}', "[]"])
def test_a_case_that_cannot_be_read_fails_and_the_rest_are_judged(tmp_path: Path, text: str) -> None:
    write(tmp_path, "x01_shares", *shares(WILSON["wilson_lo"]), {"abs": 1e-9})
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "case.json").write_text(text, encoding="utf-8")
    write(tmp_path, "x02_ragged", {}, {}, {}, rows='"a","b"\n1,2\n3\n')
    assert [(one.id, one.state) for one in run.verify(tmp_path)] == [
        ("a", "fail"),
        ("x01_shares", "pass"),
        ("x02_ragged", "fail"),
    ]
    told = CliRunner().invoke(main, ["verify", str(tmp_path)])
    assert (told.exit_code, told.output.splitlines()[-1]) == (1, "1 pass, 2 fail, 0 unsupported")


def test_a_lone_number_is_a_tolerance_and_an_empty_table_has_no_rows(tmp_path: Path) -> None:
    assert judged(tmp_path, "x01_shares", *shares(0.3967791), 1e-6, nothing="").state == "pass"
    assert judged(tmp_path / "b", "x01_shares", *shares(0.3967891), 1e-6).state == "fail"


def test_a_table_keeps_words_that_look_like_numbers(tmp_path: Path) -> None:
    place = write(
        tmp_path, "x", {"data_file": "in.csv"}, {}, {}, **{"in": '"unit","n","y"\n"030001",4,\n"7",5,TRUE\n'}
    )
    assert case.read(place).tables["in.csv"] == [
        {"unit": "030001", "n": 4, "y": None},
        {"unit": "7", "n": 5, "y": True},
    ]
