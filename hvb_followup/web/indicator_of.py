"""The charts of an indicator's page: where each is fetched, what stands beside it, and what plotly.js is handed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from hvb_followup.errors import not_found
from hvb_followup.pages import charts, stories, verdicts
from hvb_followup.pages.charts import Point
from hvb_followup.pages.figures import bar, count_words, interval_words
from hvb_followup.pages.model import Figure, Release
from hvb_followup.pages.words import Words
from hvb_followup.web import charts_of
from hvb_followup.web.templating import View

FUNNEL, TREND, SETS = "tratt", "trend", "grupper"


def indicator_charts(
    release: Release, kpi: str, own: str, history: Mapping[str, Figure], view: View, say: Words
) -> dict[str, Any]:
    """The context of the page's charts: ``funnel`` and ``trend``, None where there is nothing to draw."""
    return {
        "sets": _address(release, kpi, SETS, view, own) if _levels(release, kpi, own, say) else "",
        "funnel": _funnel(release, kpi, own, view, say),
        "trend": _trend(release, kpi, history, view, say),
    }


def drawn(
    release: Release, kpi: str, kind: str, own: str, history: Mapping[str, Figure], say: Words
) -> charts.Chart:
    """One chart, as plotly.js draws it; NotFound where there is nothing to draw."""
    if kind == FUNNEL and (made := _made(release, kpi, own)) is not None:
        return charts.funnel(made.dots, made.lines, made.centre, say)
    if kind == SETS and (levels := _levels(release, kpi, own, say)):
        found = verdicts.compared_at(release, kpi)
        centre = found.centre if found is not None and found.centre is not None else 50.0
        return charts.caterpillar(levels, [say(one) for one in verdicts.SETS], centre, say)
    if kind == TREND and (told := charts_of.trend(history, say)) is not None:
        return charts.trend(told.points, told.centre, say)
    raise not_found(kind)


def _levels(release: Release, kpi: str, own: str, say: Words) -> tuple[charts.Level, ...]:
    """What the model says of each compared place, by name."""
    found = verdicts.compared_at(release, kpi)
    if found is None or found.centre is None:
        return ()
    return verdicts.levels(found, charts_of.names(release)[found.level], own, say)


def _made(release: Release, kpi: str, own: str) -> charts_of.Funnel | None:
    """The funnel, with those marked that the release flags."""
    level = charts_of.level_of(release, kpi)
    found = release.compared.at(kpi, level) if release.compared and level else None
    return charts_of.funnel(release, kpi, own, verdicts.flagged(found))


def _funnel(release: Release, kpi: str, own: str, view: View, say: Words) -> dict[str, Any] | None:
    made = _made(release, kpi, own)
    if made is None:
        return None
    example = made.at(stories.typical_n(made.dots))
    return {
        "src": _address(release, kpi, FUNNEL, view, own),
        "level": made.level,
        "told": stories.of_funnel(
            made.dots, example, made.centre, say, outside=made.outside, are_homes=made.level == "unit"
        ),
    }


def _trend(
    release: Release, kpi: str, history: Mapping[str, Figure], view: View, say: Words
) -> dict[str, Any] | None:
    made = charts_of.trend(history, say)
    if made is None:
        return None
    return {
        "src": _address(release, kpi, TREND, view, ""),
        "rows": [_row(point, say) for point in made.points],
        "told": stories.of_trend(made.points, made.centre, say),
    }


def _row(point: Point, say: Words) -> dict[str, Any]:
    limits = point.limits
    return {
        "label": point.label,
        "bar": bar(point.lo, point.hi, point.x_lo, point.x_hi, point.n, 160, say),
        "count": count_words(point.x_lo, point.x_hi, point.n, say),
        "interval": interval_words(point.lo, point.hi, say),
        "limits": interval_words(limits.low, limits.high, say) if limits else "",
    }


def _address(release: Release, kpi: str, kind: str, view: View, own: str) -> str:
    """Where a chart's numbers are fetched: always of the release whose page it stands on."""
    asked = [("r", release.id), *([("hem", own)] if own else [])]
    asked += [("lang", view.language)] if view.language != "sv" else []
    return f"/diagram/{quote(kpi)}/{kind}?{urlencode(asked)}"
