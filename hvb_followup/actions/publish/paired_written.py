"""A figure of change as a release tells it: the shape of every figure, with "inte uppföljda", bounds and their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hvb_followup.comparison import change_wording as words
from hvb_followup.comparison.wording import Language
from hvb_followup.disclosure.model import Figure
from hvb_followup.indicators.model import Indicator

LANGUAGES: tuple[Language, ...] = ("sv", "en")


def said(told: Mapping[str, Any], figure: Figure, indicator: Indicator) -> dict[str, Any]:
    """What is told of the figure, said as of pairs; ``bounds_lo``–``bounds_hi`` are per cent of all to be followed.

    A home of whom too few were followed up gets no words: its few pairs are then not told at all.
    """
    if told["status"]:
        return dict(told)
    is_home = figure.level == "unit"
    if figure.word and not words.may_speak(figure.response, is_home=is_home):
        place = {key: told[key] for key in ("indicator", "level", "whose")}
        why = {f"sentence_{language}": words.withheld_sentence(language) for language in LANGUAGES}
        return {**place, "status": "..", "outcome": "followed", **why}
    sentences = {f"sentence_{language}": _sentence(figure, indicator, language) for language in LANGUAGES}
    return {**told, **sentences, **({} if figure.word else _bounds(figure))}


def _sentence(figure: Figure, indicator: Indicator, language: Language) -> str:
    what = words.what_words(indicator.verdict, indicator.source, language)
    first, last = figure.first, figure.last
    if figure.word:
        return words.few_sentence(
            figure.word, what, figure.response, first=first, last=last, language=language
        )
    return words.sentence(
        *_counts(figure),
        what,
        figure.response,
        first=first,
        last=last,
        is_home=figure.level == "unit",
        language=language,
    )


def _bounds(figure: Figure) -> dict[str, float]:
    low, high = words.bounds(*_counts(figure), figure.response)
    return {"bounds_lo": float(f"{100 * low:.6g}"), "bounds_hi": float(f"{100 * high:.6g}")}


def _counts(figure: Figure) -> tuple[int, int, int]:
    return figure.n or 0, figure.x_lo or 0, figure.x_hi or 0
