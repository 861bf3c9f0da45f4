"""Which numbers give which traces: charts are plain dicts, and plotly knows every word in them."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import pytest

from hvb_followup.pages import SWEDISH, charts, stories
from hvb_followup.pages.charts import Cell, Dot, Level, Limits, Point

LINES = (
    Limits(n=10, low=40, high=98, lowest=20, highest=100, drawn=(True, True, True, False)),
    Limits(n=20, low=55, high=92, lowest=40, highest=99),
)
DOTS = (
    Dot(name="Almen", n=20, x_lo=17, x_hi=18, lo=64.0, hi=97.2),
    Dot(name="Björken", n=10, x_lo=0, x_hi=1, lo=0.0, hi=40.4, is_own=True),
    Dot(name="Ceder <b>", n=10, x_lo=4, x_hi=4, lo=16.8, hi=68.7, is_flagged=True),
)
POINTS = (
    Point(label="2025", n=120, x_lo=80, x_hi=90, lo=58.0, hi=82.0, limits=LINES[0]),
    Point(label="2026", n=240, x_lo=170, x_hi=180, lo=64.0, hi=80.0, limits=LINES[1]),
)
LEVELS = (
    Level(name="Almen", group="högre", lo=80, middle=85, hi=90, words="Säkerställt högre"),
    Level(name="Björken", group="lika", lo=60, middle=70, hi=80, words="Går inte att skilja", is_own=True),
    Level(name="Ceder", group="lika", lo=50, middle=75, hi=85, words="Går inte att skilja"),
)
CELLS = tuple(
    Cell(indicator=indicator, place=dot.name, dot=dot) for indicator in ("Trygg", "Hörd") for dot in DOTS
)


def made() -> dict[str, charts.Chart]:
    return {
        "funnel": charts.funnel(DOTS, LINES, 78.0),
        "trend": charts.trend(POINTS, 70.0),
        "bare trend": charts.trend(POINTS, None),
        "caterpillar": charts.caterpillar(LEVELS, ("högre", "lika", "lägre"), 75.0),
        "axis": charts.axis(CELLS),
    }


@pytest.mark.parametrize("name", list(made()))
def test_plotly_knows_every_word_of_the_chart(name: str) -> None:
    chart = made()[name]
    figure = go.Figure(chart)
    assert len(figure.data) == len(chart["data"]) > 0


def test_a_word_that_plotly_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        go.Figure({"data": [{"type": "scatter", "colour": "red"}]})


@pytest.mark.parametrize("name", list(made()))
def test_nothing_can_be_dragged_and_the_ground_is_white_where_colours_are_forced(name: str) -> None:
    layout = made()[name]["layout"]
    assert (layout["dragmode"], layout["xaxis"]["fixedrange"], layout["yaxis"]["fixedrange"]) == (
        False,
        True,
        True,
    )
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "#fff"


def named(chart: charts.Chart, name: str) -> dict[str, Any]:
    return next(trace for trace in chart["data"] if trace["name"] == name)


def test_a_dot_is_the_midpoint_of_the_coarse_count_and_says_its_name() -> None:
    dots = named(made()["funnel"], "Hem")
    assert (dots["x"], dots["y"]) == ([20], [87.5])
    assert dots["hovertext"] == ["<b>Almen</b><br>17–18\u00a0av\u00a020<br>Intervall 64–98\u00a0%"]


def test_a_flag_is_where_it_was_handed_in_and_never_where_the_dot_lies() -> None:
    far, near = (
        Dot(name=name, n=10, x_lo=x, x_hi=x, lo=0.0, hi=100.0, is_flagged=is_flagged)
        for name, x, is_flagged in (("långt ut", 0, False), ("mitt i", 8, True))
    )
    chart = charts.funnel([far, near], LINES, 78.0)
    assert named(chart, "Hem")["y"] == [0.0]
    assert named(chart, "Ovanligt resultat")["y"] == [80.0]


def test_the_own_home_stands_apart_with_its_name_in_words() -> None:
    own = named(made()["funnel"], "Björken")
    assert (own["marker"]["symbol"], own["text"], own["mode"]) == ("star", ["Björken"], "markers+text")


def test_no_line_is_drawn_where_no_count_lies_beyond_it() -> None:
    lines = [trace["y"] for trace in made()["funnel"]["data"] if trace["mode"] == "lines"]
    assert lines == [[40, 55], [98, 92], [20, 40], [None, 99], [78.0, 78.0]]


def test_a_name_cannot_bring_marks_of_its_own() -> None:
    assert "Ceder &lt;b&gt;" in named(made()["funnel"], "Ovanligt resultat")["hovertext"][0]


def test_a_trend_draws_its_interval_from_the_midpoint_outwards() -> None:
    points = named(made()["trend"], "Landet, med intervall")
    assert points["x"] == ["2025", "2026"]
    assert points["y"] == [70.83, 72.92]
    assert points["error_y"]["arrayminus"] == [12.83, 8.92]


def test_a_set_keeps_the_order_it_came_in_also_where_the_level_says_another() -> None:
    chart = made()["caterpillar"]
    assert [trace["name"] for trace in chart["data"]] == ["högre", "lika"]
    assert [text.split("</b>")[0] for text in chart["data"][1]["text"]] == ["<b>Björken", "<b>Ceder"]
    assert chart["data"][1]["y"] == [70, 75]


def test_no_axis_of_the_sets_can_be_read_as_ranks() -> None:
    axis = made()["caterpillar"]["layout"]["xaxis"]
    assert axis["ticktext"] == ["högre", "lika"]
    assert not any(any(sign.isdigit() for sign in text) for text in axis["ticktext"])
    assert axis["tickmode"] == "array"


def test_a_comparison_gives_each_place_a_shape_of_its_own_and_keeps_the_rows_order() -> None:
    chart = made()["axis"]
    assert len({trace["marker"]["symbol"] for trace in chart["data"]}) == len(chart["data"]) == 3
    assert chart["data"][0]["y"] == [["Trygg", "Hörd"], ["Almen", "Almen"]]
    assert chart["layout"]["yaxis"]["autorange"] == "reversed"


@pytest.mark.parametrize(
    ("dots", "example", "says"),
    [
        (DOTS, LINES[0], "Ett hem med 10 svar hamnar av ren slump på 40–98\u00a0% i omkring 95 fall av 100"),
        (DOTS * 20, LINES[0], "60 hem visas. Även om inget av dem skilde sig från landet skulle ungefär 4 av dem"),
        (DOTS[:1] * 9, LINES[1], "I hela landet är siffran 78\u00a0%."),
        (DOTS, None, "Björken är märkt med en stjärna: högst 1\u00a0av\u00a010, intervall 0–41\u00a0%."),
    ],
)  # fmt: skip
def test_how_to_read_a_funnel_is_told_with_its_own_numbers(
    dots: tuple[Dot, ...], example: Limits | None, says: str
) -> None:
    assert says in " ".join(stories.of_funnel(dots, example, 78.0, SWEDISH, outside=4.4))


def test_without_lines_nothing_is_said_of_lines() -> None:
    assert "95 fall" not in " ".join(stories.of_funnel(DOTS, None, 78.0))


def test_a_trend_says_how_far_chance_moves_its_smallest_point() -> None:
    told = " ".join(stories.of_trend(POINTS, 70.0))
    assert "Här är det 2 punkter, från 120 till 240 svar." in told
    assert "skulle en punkt med 10 svar av ren slump hamna på 40–98\u00a0%" in told
