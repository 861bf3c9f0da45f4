"""One figure written out as somebody may see it: everybody, or the home, its provider and its purchasers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from hvb_followup.actions.publish import paired_written, registers_written
from hvb_followup.actions.publish.canonical import encoded, six
from hvb_followup.catalogue import Catalogue
from hvb_followup.comparison import wording
from hvb_followup.comparison.intervals import wilson_coarse
from hvb_followup.disclosure.model import Figure
from hvb_followup.indicators.model import Indicator

NATION = "SE"
LANGUAGES: tuple[wording.Language, ...] = ("sv", "en")
ById = Mapping[str, Indicator]


class Told(NamedTuple):
    """A figure, its row as somebody may see it, and that row as it stands in a release."""

    figure: Figure
    row: dict[str, Any]
    text: msgspec.Raw


def told_to_all(figure: Figure, by_id: ById) -> Told:
    """What everybody may see of a figure."""
    return _told(figure, public_figure(figure), by_id)


def told_to_home(public: Told, by_id: ById) -> Told:
    """What the home may see of its figure: what everybody sees, but for what is told to it alone."""
    figure = public.figure
    if not figure.is_shown or figure.audience == "public":
        return public
    return _told(figure, own_figure(figure), by_id)


def _told(figure: Figure, row: dict[str, Any], by_id: ById) -> Told:
    said = _said(row, figure, by_id[figure.indicator])
    return Told(figure, said, encoded(said))


def _said(row: dict[str, Any], figure: Figure, indicator: Indicator) -> dict[str, Any]:
    """The row in the words of its kind: blocks of registers and pairs have their own."""
    if indicator.is_of_blocks:
        return registers_written.said(row, figure, indicator)
    return paired_written.said(row, figure, indicator) if indicator.is_of_pairs else row


def public_figure(figure: Figure) -> dict[str, Any]:
    """A figure as everybody sees it: what is for the home alone is withheld, with its reason."""
    if not figure.is_shown or figure.audience != "public":
        return _withheld(figure, figure.outcome if not figure.is_shown else "waiting")
    return _counted(figure)


def own_figure(figure: Figure) -> dict[str, Any]:
    """A figure as the home, its provider and its purchasers see it: 5–9 persons in a word."""
    if not figure.is_shown:
        return _withheld(figure, figure.outcome)
    return _in_a_word(figure) if figure.word else _counted(figure)


def _place(figure: Figure) -> dict[str, Any]:
    return {"indicator": figure.indicator, "level": figure.level, "whose": figure.place or NATION}


def _withheld(figure: Figure, outcome: str) -> dict[str, Any]:
    return {
        **_place(figure),
        "status": "..",
        "outcome": outcome,
        "sentence_sv": wording.withheld_sentence(outcome, "sv"),
        "sentence_en": wording.withheld_sentence(outcome, "en"),
    }


def _counted(figure: Figure) -> dict[str, Any]:
    n, x_lo, x_hi = figure.n or 0, figure.x_lo or 0, figure.x_hi or 0
    low, high = wilson_coarse(x_lo, x_hi, n)
    said = {
        f"sentence_{language}": wording.sentence(
            n, x_lo, x_hi, first=figure.first, last=figure.last, response=figure.response, language=language
        )
        for language in LANGUAGES
    }
    return {
        **_place(figure),
        "audience": "public",
        "status": "",
        "outcome": "shown",
        "period_from": figure.first,
        "period_to": figure.last,
        "n": n,
        "x_lo": x_lo,
        "x_hi": x_hi,
        "lo": six(100 * low),
        "hi": six(100 * high),
        "value": wording.midpoint_per_cent(n, x_lo, x_hi),
        "response": figure.response or None,
        "flags": [] if figure.is_exact else ["g"],
        "band": None,
        **said,
    }


def _in_a_word(figure: Figure) -> dict[str, Any]:
    said = {
        f"sentence_{language}": wording.few_sentence(
            figure.word, first=figure.first, last=figure.last, response=figure.response, language=language
        )
        for language in LANGUAGES
    }
    return {
        **_place(figure),
        "audience": "unit",
        "status": "",
        "outcome": "words",
        "period_from": figure.first,
        "period_to": figure.last,
        "response": figure.response or None,
        "flags": ["g"],
        "band": figure.word,
        **said,
    }


def response_figures(told: Sequence[Told], catalogue: Catalogue) -> list[dict[str, Any]]:
    """Response as an indicator of its own: the band of the waves of a figure that is told, or the same silence."""
    return [
        {**_response(one), "indicator": indicator.id}
        for indicator in catalogue.indicators
        if indicator.kind == "response"
        for one in _one_per_place(told, catalogue, indicator.source)
    ]


def _one_per_place(told: Sequence[Told], catalogue: Catalogue, family: str) -> list[Told]:
    """For each place the first of the family's shares that is told; any of them where none is."""
    shares = {one.id for one in catalogue.indicators_of(family) if one.kind == "share"}
    chosen: dict[tuple[str, str], Told] = {}
    asked = [one for one in told if one.figure.indicator in shares]
    for one in sorted(asked, key=lambda one: (one.figure.indicator, one.figure.level, one.figure.place)):
        place = (one.figure.level, one.figure.place)
        if place not in chosen or chosen[place].row["status"]:
            chosen[place] = one
    return [chosen[place] for place in sorted(chosen)]


def _response(told: Told) -> dict[str, Any]:
    figure, row = told.figure, told.row
    if row["status"] or not row["response"]:
        return _withheld(figure, row["outcome"] if row["status"] else "waiting")
    kept = ("level", "whose", "audience", "status", "period_from", "period_to", "response")
    says = {
        f"sentence_{language}": wording.response_sentence(row["response"], language) for language in LANGUAGES
    }
    return {**{name: row[name] for name in kept}, "outcome": "response", "flags": [], **says}
