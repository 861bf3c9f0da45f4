"""Charts as plain dicts that plotly.js draws: which numbers give which traces, and nothing else.

A chart adds nothing to its page: the table beside it says the same. Numbers arrive ready, lines included; nothing
here decides what is unusual, and no place along an axis is a rank (DESIGN §5).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import Any

import msgspec

from hvb_followup.pages.figures import count_words, interval_words
from hvb_followup.pages.model import Figure
from hvb_followup.pages.words import SWEDISH, Words

Chart = dict[str, Any]

ACCENT, INK, QUIET, LINE, WORSE = "#0b3d66", "#1c2126", "#565d64", "#c9d0d6", "#c25700"
_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif'
_ROW = 34  # pixels that a named row needs
# Shape and fill tell places apart, never the colour alone.
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "cross", "star")


class Dot(msgspec.Struct, frozen=True, kw_only=True):
    """One place's coarse count ``x_lo``–``x_hi`` of ``n`` and its interval in per cent.

    ``is_flagged`` is what the exact test said; a dot's own position never says it.
    """

    name: str
    n: int
    x_lo: int
    x_hi: int
    lo: float
    hi: float
    is_own: bool = False
    is_flagged: bool = False

    @property
    def middle(self) -> float:
        """The midpoint of the coarse count, per cent."""
        return 50 * (self.x_lo + self.x_hi) / self.n


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Where chance alone leaves 95 and 99.8 of 100 places with ``n`` answers, per cent.

    ``drawn`` says of low, high, lowest and highest whether any count lies beyond it: where none can, no line.
    """

    n: int
    low: float
    high: float
    lowest: float
    highest: float
    drawn: tuple[bool, bool, bool, bool] = (True, True, True, True)

    @property
    def ends(self) -> tuple[float | None, float | None, float | None, float | None]:
        """Low, high, lowest and highest as drawn, None where there is no line."""
        ends = (self.low, self.high, self.lowest, self.highest)
        low, high, lowest, highest = (
            end if is_drawn else None for end, is_drawn in zip(ends, self.drawn, strict=True)
        )
        return low, high, lowest, highest


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One window of a trend: its name, its coarse count and interval, and its limits where they are drawn."""

    label: str
    n: int
    x_lo: int
    x_hi: int
    lo: float
    hi: float
    limits: Limits | None = None

    @property
    def middle(self) -> float:
        """The midpoint of the coarse count, per cent."""
        return 50 * (self.x_lo + self.x_hi) / self.n


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says of one place, per cent; ``group`` is the set it stands in."""

    name: str
    group: str
    lo: float
    middle: float
    hi: float
    words: str
    is_own: bool = False


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One place's figure on the common axis of a comparison."""

    indicator: str
    place: str
    dot: Dot


def has_share(figure: Figure) -> bool:
    """Whether a figure is a share that shows its numbers: a rate, a fact, a word or a reason has no place on the axis."""
    is_share = figure.scale != "rate" and not figure.is_fact
    return is_share and bool(figure.n) and None not in (figure.x_lo, figure.x_hi)


def dot_of(figure: Figure, name: str, *, is_own: bool = False, is_flagged: bool = False) -> Dot:
    """The dot of a figure that ``has_share``."""
    return Dot(
        name=name,
        n=figure.n or 0,
        x_lo=figure.x_lo or 0,
        x_hi=figure.x_hi or 0,
        lo=figure.lo or 0.0,
        hi=figure.hi or 0.0,
        is_own=is_own,
        is_flagged=is_flagged,
    )


def funnel(dots: Sequence[Dot], lines: Sequence[Limits], centre: float, say: Words = SWEDISH) -> Chart:
    """Places by how many answered, with lines for what chance alone gives around ``centre`` (per cent).

    ``lines`` come in order of n. A flag is drawn where it was handed in, wherever the dot lies.
    """
    traces = [
        *_lines([one.n for one in lines], lines, say),
        _line([one.n for one in lines], [centre] * len(lines), say("Hela landet"), "solid", 2),
    ]
    for is_flagged, is_own in ((False, False), (True, False), (False, True), (True, True)):
        chosen = [dot for dot in dots if (dot.is_flagged, dot.is_own) == (is_flagged, is_own)]
        if chosen:
            traces.append(_dots(chosen, is_flagged, is_own, say))
    layout = _layout(say, height=460)
    layout["xaxis"] |= {"title": {"text": say("Antal svar")}, "rangemode": "tozero", "tickformat": ",d"}
    layout["yaxis"] |= _per_cent_axis(say)
    return {"data": traces, "layout": layout}


def trend(points: Sequence[Point], centre: float | None, say: Words = SWEDISH) -> Chart:
    """Windows that share no answers, in order of time; limits and centre where they were handed in."""
    labels = [point.label for point in points]
    limited = [(point.label, point.limits) for point in points if point.limits]
    traces: list[dict[str, Any]] = []
    if limited and centre is not None:
        where, limits = [label for label, _ in limited], [one for _, one in limited]
        traces += [
            *_lines(where, limits, say),
            _line(labels, [centre] * len(labels), say("Alla perioder tillsammans"), "solid", 2),
        ]
    traces.append(
        {
            **_marks([(point.label, point.middle, point.lo, point.hi) for point in points], vertical=True),
            "name": say("Landet, med intervall"),
            "text": [_told(point.label, point, say) for point in points],
            "marker": _marker("circle", 10, ACCENT),
        }
    )
    layout = _layout(say, height=380)
    layout["xaxis"] |= {"type": "category"}
    layout["yaxis"] |= _per_cent_axis(say)
    return {"data": traces, "layout": layout}


def caterpillar(levels: Sequence[Level], groups: Sequence[str], centre: float, say: Words = SWEDISH) -> Chart:
    """What the model says of each place, in sets: the order within a set is that of ``levels`` (by name).

    ``groups`` are the sets from left to right. There are no rank numbers, and none can be counted: a set has no
    order of its own.
    """
    traces, start, marks, edges = [], 0, [], []
    for number, group in enumerate(groups):
        members = [one for one in levels if one.group == group]
        if not members:
            continue
        places = range(start, start + len(members))
        traces.append(
            {
                **_marks(
                    [(at, one.middle, one.lo, one.hi) for at, one in zip(places, members, strict=True)],
                    vertical=True,
                ),
                "name": group,
                "text": [_of_model(one, say) for one in members],
                "marker": {
                    **_marker(_SYMBOLS[number % len(_SYMBOLS)], 6, ACCENT),
                    "size": [13 if one.is_own else 6 for one in members],
                },
            }
        )
        marks.append((start + len(members) / 2 - 0.5, group))
        start += len(members)
        edges.append(start - 0.5)
    own = [(at, one) for at, one in enumerate(_in_sets(levels, groups)) if one.is_own]
    layout = _layout(say, height=440)
    layout["xaxis"] |= {
        "tickmode": "array",
        "tickvals": [at for at, _ in marks],
        "ticktext": [_broken(escape(group)) for _, group in marks],
        "tickangle": 0,
        "range": [-1, max(start, 1)],
    }
    layout["yaxis"] |= _per_cent_axis(say)
    layout["shapes"] = [_across(centre), *(_separator(edge) for edge in edges[:-1])]
    layout["annotations"] = [
        {"x": at, "y": one.hi, "text": escape(one.name), "showarrow": True, "ay": -28, "ax": 0}
        for at, one in own
    ]
    layout["showlegend"] = False
    layout["margin"] |= {"b": 84}
    return {"data": traces, "layout": layout}


def axis(cells: Sequence[Cell], say: Words = SWEDISH) -> Chart:
    """Two to six places on one axis, indicator by indicator, with intervals; rows in the order they come."""
    places = list(dict.fromkeys(cell.place for cell in cells))
    traces = [
        {
            **_marks(
                [(cell.dot.middle, [cell.indicator, place], cell.dot.lo, cell.dot.hi) for cell in own],
                vertical=False,
            ),
            "name": escape(place),
            "text": [f"{escape(cell.indicator)}<br>{_told(place, cell.dot, say)}" for cell in own],
            "marker": _marker(_SYMBOLS[number % len(_SYMBOLS)], 11, ACCENT if number % 2 == 0 else INK),
        }
        for number, place in enumerate(places)
        for own in [[cell for cell in cells if cell.place == place]]
    ]
    n_groups = len(list(groupby(cells, key=lambda cell: cell.indicator)))
    layout = _layout(say, height=140 + _ROW * len(cells) + 12 * n_groups)
    layout["xaxis"] |= _per_cent_axis(say)
    layout["yaxis"] |= {"type": "multicategory", "autorange": "reversed", "automargin": True}
    return {"data": traces, "layout": layout}


def _lines(x: Sequence[Any], limits: Sequence[Limits], say: Words) -> Iterable[dict[str, Any]]:
    names = ("", say("omkring 95 av 100 inom"), "", say("99,8 av 100 inom"))
    for at, (name, dash) in enumerate(zip(names, ("dash", "dash", "dot", "dot"), strict=True)):
        yield _line(x, [one.ends[at] for one in limits], name, dash)


def _line(
    x: Sequence[Any], y: Sequence[float | None], name: str, dash: str, width: float = 1.5
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": [None if one is None else round(one, 2) for one in y],
        "name": name,
        "showlegend": bool(name),
        "hoverinfo": "skip",
        "line": {"color": QUIET, "dash": dash, "width": width},
    }


def _dots(dots: Sequence[Dot], is_flagged: bool, is_own: bool, say: Words) -> dict[str, Any]:
    name = say("Ovanligt resultat") if is_flagged else say("Hem")
    if is_own:
        name = escape(", ".join(dot.name for dot in dots))
    symbol = "diamond" if is_flagged else "circle-open"
    return {
        "type": "scatter",
        "mode": "markers+text" if is_own else "markers",
        "x": [dot.n for dot in dots],
        "y": [round(dot.middle, 2) for dot in dots],
        "name": name,
        "showlegend": True,
        "text": [escape(dot.name) if is_own else "" for dot in dots],
        "textposition": "top center",
        "hovertext": [_told(dot.name, dot, say) for dot in dots],
        "hoverinfo": "text",
        "marker": _marker("star" if is_own else symbol, 15 if is_own else 8, WORSE if is_flagged else ACCENT),
    }


def _told(name: str, told: Dot | Point, say: Words) -> str:
    """What one sees on pointing at a mark: the name, the coarse count and the interval."""
    count = count_words(told.x_lo, told.x_hi, told.n, say)
    reach = say("Intervall %(interval)s", interval=interval_words(told.lo, told.hi, say))
    return f"<b>{escape(name)}</b><br>{count}<br>{reach}"


def _of_model(one: Level, say: Words) -> str:
    reach = say("Intervall %(interval)s", interval=interval_words(one.lo, one.hi, say))
    return f"<b>{escape(one.name)}</b><br>{escape(one.words)}<br>{reach}"


def _broken(words: str) -> str:
    """Words on as many lines as they need to stand under a narrow set."""
    each = words.split(" ")
    return "<br>".join(" ".join(each[at : at + 2]) for at in range(0, len(each), 2))


def _in_sets(levels: Sequence[Level], groups: Sequence[str]) -> list[Level]:
    return [one for group in groups for one in levels if one.group == group]


def _marks(rows: Sequence[tuple[Any, Any, float, float]], *, vertical: bool) -> dict[str, Any]:
    """Marks with interval arms; of each row: x, y, lower and upper end along the arms' direction."""
    middles = [row[1] if vertical else row[0] for row in rows]
    arms = {
        "type": "data",
        "symmetric": False,
        "array": [round(max(row[3] - at, 0), 2) for row, at in zip(rows, middles, strict=True)],
        "arrayminus": [round(max(at - row[2], 0), 2) for row, at in zip(rows, middles, strict=True)],
        "color": "#44749d",
        "thickness": 2,
        "width": 0,
    }
    x: list[Any] = [row[0] for row in rows]
    y: list[Any] = [row[1] for row in rows]
    if vertical:
        y = [round(one, 2) for one in y]
    else:
        x = [round(one, 2) for one in x]
        # A two-storeyed axis takes its places as two lists: the indicator's, and the place's within it.
        y = [[one[0] for one in y], [one[1] for one in y]]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "hovertemplate": "%{text}<extra></extra>",
        "error_y" if vertical else "error_x": arms,
    }


def _marker(symbol: str, size: int, color: str) -> dict[str, Any]:
    return {"symbol": symbol, "size": size, "color": color, "line": {"color": color, "width": 1.5}}


def _across(centre: float) -> dict[str, Any]:
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": centre, "y1": centre,
            "line": {"color": QUIET, "width": 2}}  # fmt: skip


def _separator(at: float) -> dict[str, Any]:
    return {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at,
            "line": {"color": QUIET, "width": 1, "dash": "dot"}}  # fmt: skip


def _per_cent_axis(say: Words) -> dict[str, Any]:
    values = [0, 25, 50, 75, 100]
    return {"range": [-2, 102], "tickvals": values, "ticktext": [f"{one}{say.percent}" for one in values]}


def _layout(say: Words, *, height: int) -> Chart:
    """What all charts share: nothing to drag, nothing that moves, white also where colours are forced."""
    plain = {"fixedrange": True, "zeroline": False, "gridcolor": "#e3e8ec", "linecolor": LINE, "title": {}}
    return {
        "height": height,
        "autosize": True,
        "dragmode": False,
        "hovermode": "closest",
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "separators": ".," if say.language == "en" else ",\u00a0",
        "font": {"family": _FONT, "size": 14, "color": INK},
        "margin": {"l": 64, "r": 16, "t": 16, "b": 56},
        "hoverlabel": {"bgcolor": "#fff", "bordercolor": ACCENT, "font": {"color": INK}, "align": "left"},
        # Above the plot, where it may grow upwards on a phone without lying on the axis.
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": dict(plain),
        "yaxis": dict(plain),
    }
