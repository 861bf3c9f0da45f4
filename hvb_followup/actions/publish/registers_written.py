"""A register's figure as a release tells it: the shape of every figure, with the words of registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hvb_followup.comparison import register_words as words
from hvb_followup.comparison.wording import Language
from hvb_followup.disclosure.model import Figure
from hvb_followup.indicators.model import Indicator

LANGUAGES: tuple[Language, ...] = ("sv", "en")


def said(told: Mapping[str, Any], figure: Figure, indicator: Indicator) -> dict[str, Any]:
    """What is told of the figure, said as of placements or events; of a rate also its limits.

    Of a rate, ``n`` are care days, ``x_lo``–``x_hi`` events, and ``value``, ``lo``, ``hi`` per 1 000 care days.
    """
    is_rate = indicator.kind == "rate"
    sentences = {
        f"sentence_{language}": _sentence(told, figure, indicator, language) for language in LANGUAGES
    }
    scale = {"scale": "rate"} if is_rate else {}
    limits = _limits(figure) if is_rate and not told["status"] else {}
    return {**told, **sentences, **scale, **limits}


def _sentence(told: Mapping[str, Any], figure: Figure, indicator: Indicator, language: Language) -> str:
    if told["status"]:
        return words.withheld_sentence(told["outcome"], language)
    first, last = figure.first, figure.last
    if figure.word:
        return words.few_sentence(figure.word, first=first, last=last, language=language)
    n, x_lo, x_hi = _counts(figure)
    if indicator.kind == "rate":
        return words.rate_sentence(n, x_lo, x_hi, first=first, last=last, language=language)
    noun: words.Noun = "admissions"
    if indicator.block in ("endings", "events"):
        noun = "endings" if indicator.block == "endings" else "events"
    return words.share_sentence(n, x_lo, x_hi, noun, first=first, last=last, language=language)


def _limits(figure: Figure) -> dict[str, float]:
    n, x_lo, x_hi = _counts(figure)
    low, high = words.rate_limits(x_lo, x_hi, n)
    middle = words.PER_DAYS * (x_lo + x_hi) / (2 * n)
    # Six significant figures, as everywhere in a release (DESIGN §5).
    return {name: float(f"{one:.6g}") for name, one in (("lo", low), ("hi", high), ("value", middle))}


def _counts(figure: Figure) -> tuple[int, int, int]:
    return figure.n or 0, figure.x_lo or 0, figure.x_hi or 0
