"""Charts and early warning: lines and runs by hand, run lengths as published."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from hvb_followup.gates import Gate
from hvb_followup.outcomes import charts, streams

NAN = float("nan")


def chart(
    kind: charts.Kind, values: list[float], sizes: list[float] | None = None, **more: object
) -> charts.Chart:
    found = charts.chart(kind, values, sizes, **more)  # type: ignore[arg-type]
    assert not isinstance(found, Gate)
    return found


def test_the_lines_of_a_p_chart() -> None:
    found = chart("p", [5, 10, 9], [50, 40, 30])
    assert found.center[0] == pytest.approx(0.2)
    assert found.high == pytest.approx([0.2 + 3 * (0.16 / n) ** 0.5 for n in (50, 40, 30)])
    assert found.low[2] == 0


@pytest.mark.parametrize(
    ("kind", "values", "sizes", "center", "reach"),
    [
        ("u", [4, 6, 8], [2.0, 2, 2], 3, 3 * (3 / 2) ** 0.5),
        ("c", [16, 25, 34], None, 25, 15),
        ("i", [10, 12, 11, 13], None, 11.5, 3 * (5 / 3) / 1.128),
    ],
)
def test_the_lines_of_other_charts(
    kind: charts.Kind, values: list[float], sizes: list[float] | None, center: float, reach: float
) -> None:
    found = chart(kind, values, sizes)
    assert (found.center[0], found.high[0] - found.center[0]) == pytest.approx((center, reach))


def test_days_and_numbers_between_rare_events() -> None:
    found = chart("t", [20, 40, 30, 35, 25])
    inner = chart("i", [one ** (1 / 3.6) for one in (20, 40, 30, 35, 25)])
    assert found.high[0] == pytest.approx(inner.high[0] ** 3.6)
    between = chart("g", [8, 12, 10, 2])
    assert between.center[0] == 9
    assert between.high[0] == pytest.approx(8 + 3 * (8 * 9) ** 0.5)


def test_a_baseline_stays_frozen_and_a_known_cause_stands_outside() -> None:
    values = [10.0, 11, 10, 11, 40, 10]
    frozen = chart("i", values, freeze=4)
    assert frozen.outside() == [False] * 4 + [True, False]
    assert chart("i", values, excluded=[4]).center[0] == pytest.approx(10.4)


def test_wide_streams_get_wide_lines() -> None:
    rng = np.random.default_rng(1)
    shares = 0.3 + 0.05 * rng.standard_normal(24)
    counts, sizes = np.round(shares * 5000).tolist(), [5000.0] * 24
    plain, widened = chart("p", counts, sizes), chart("pp", counts, sizes)
    assert sum(plain.outside()) > 10 > sum(widened.outside())
    rates_, wide_rates = chart("u", counts, sizes), chart("up", counts, sizes)
    assert (wide_rates.high - rates_.high > 0).all()


def test_a_large_jump_is_screened_from_the_moving_range() -> None:
    values = np.array([1.0, 2, 1, 2, 1, 2, 1, 2, 1, 30, 1, 2])
    assert charts.moving_range(values, True) == 1
    assert charts.moving_range(values) > 5


@pytest.mark.parametrize(
    ("signs", "longest", "crossings", "signal"),
    [
        ("+-+-+-+-+-+-+-+-+-+-", 1, 19, False),
        ("++++++++++----------", 10, 1, True),
        ("+++-++--+-+--+-++--+", 3, 12, False),
    ],
)
def test_anhojs_rules(signs: str, longest: int, crossings: int, signal: bool) -> None:
    found = charts.runs([1 if one == "+" else -1 for one in signs], [0] * len(signs))
    assert found is not None
    # round(log2 20) + 3 = 7, and the 5 % binomial of 19 is 6.
    assert (found.longest_allowed, found.crossings_least) == (7, 6)
    assert (found.longest, found.crossings, found.signal) == (longest, crossings, signal)


def test_points_on_the_line_are_no_run() -> None:
    assert charts.runs([1, 1], [1, 1]) is None
    found = charts.runs([1, 0, 1, -1], [0, 0, 0, 0])
    assert found is not None
    assert (found.useful, found.longest) == (3, 2)


@pytest.mark.parametrize(("limit", "shift", "length"), [(4, 0, 168), (5, 0, 465), (4, 1, 8.38), (5, 1, 10.4)])
def test_published_run_lengths_of_the_cusum(limit: float, shift: float, length: float) -> None:
    """Lucas & Crosier 1982, slack ½."""
    assert streams.cusum_run_length(0.5, limit, shift) == pytest.approx(length, rel=0.003)


@pytest.mark.parametrize(
    ("weight", "width", "shift", "length"), [(0.2, 2.962, 0, 500), (0.1, 2.814, 1, 10.3)]
)
def test_published_run_lengths_of_the_ewma(weight: float, width: float, shift: float, length: float) -> None:
    """Lucas & Saccucci 1990."""
    assert streams.ewma_run_length(weight, width, shift) == pytest.approx(length, rel=0.005)


def test_a_binomial_run_length_by_simulation() -> None:
    found = streams.binomial_run_length(5, 0.4, 0.2, 0.4, 2.0)
    assert isinstance(found, float)
    rng = np.random.default_rng(9)
    lengths = []
    for _ in range(3000):
        drawn = rng.binomial(5, 0.4, 400)
        sums = streams.binomial_cusum(drawn, np.full(400, 5), 0.2, 0.4)
        assert not isinstance(sums, Gate)
        lengths.append(int(np.argmax(sums >= 2.0)) + 1)
    assert found == pytest.approx(np.mean(lengths), rel=0.06)


def test_sums_by_hand() -> None:
    found = streams.cusum([11.0, 12, 8, 13], 10, 0.5, 2)
    assert not isinstance(found, Gate)
    assert found.up.tolist() == [0.5, 2.0, 0, 2.5]
    assert found.down.tolist() == [0, 0, 1.5, 0]
    assert (found.first_up, found.first_down) == (4, 0)
    average = streams.ewma([12.0, 8], 10, 1, 0.5, 3)
    assert not isinstance(average, Gate)
    assert average.z.tolist() == [11, 9.5]
    assert average.high == pytest.approx([11.5, 10 + 3 * (1 / 3 * (1 - 0.5**4)) ** 0.5])


def test_the_risk_adjusted_sum_charges_less_for_what_was_expected() -> None:
    weights = streams.risk_weights([1, 1, 0], [0.1, 0.8, 0.8], 2.0)
    assert not isinstance(weights, Gate)
    assert weights == pytest.approx([log(2 / 1.1), log(2 / 1.8), log(1 / 1.8)])
    sums = streams.risk_adjusted_cusum([1, 1, 0], [0.1, 0.8, 0.8], 2.0)
    assert not isinstance(sums, Gate)
    assert sums[2] == pytest.approx(max(0, log(2 / 1.1) + log(2 / 1.8) + log(1 / 1.8)))


def test_exact_tails_take_over_where_a_p_chart_is_too_thin() -> None:
    thin, enough = charts.suits_p_chart([1, 1], [10, 10]), charts.suits_p_chart([10, 12], [20, 20])
    assert thin is not None
    assert thin.code == "too_few"
    assert enough is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda: charts.chart("i", []), "no_answers"),
        (lambda: charts.chart("i", [1.0]), "too_few"),
        (lambda: charts.chart("i", [1.0, NAN]), "not_a_number"),
        (lambda: charts.chart("p", [3, 1], [2, 2]), "impossible"),
        (lambda: charts.chart("p", [0, 1], [0, 2]), "no_answers"),
        (lambda: charts.chart("t", [0.0, 1]), "impossible"),
        (lambda: charts.chart("c", [1.0, 2], excluded=[0]), "too_few"),
        (lambda: streams.cusum([], 0, 1, 1), "no_answers"),
        (lambda: streams.ewma([1.0], 0, 0), "impossible"),
        (lambda: streams.binomial_cusum([2], [1], 0.1, 0.2), "impossible"),
        (lambda: streams.risk_weights([1], [1.0], 2), "impossible"),
        (lambda: streams.cusum_run_length(0.5, 0, 0), "impossible"),
    ],
)
def test_what_cannot_be_told_is_a_gate(answer, code: str) -> None:  # type: ignore[no-untyped-def]
    found = answer()
    assert isinstance(found, Gate)
    assert found.code == code


def test_a_stream_without_variation_sounds_nothing() -> None:
    found = chart("i", [5.0, 5, 5])
    assert not any(found.outside())
    assert found.runs is None
    assert not any(chart("pp", [0, 0, 0], [5, 6, 7]).outside())
