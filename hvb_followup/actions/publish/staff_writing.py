"""What a release tells of staff, written out in the same rows as other figures: a class in words, and no count.

A class carries neither value nor count; steps of ten per cent also as ``lo`` and ``hi``. Only the staff survey
has counts, coarse ones (DESIGN §4.5–4.6).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hvb_followup.actions.publish.staff_measured import StaffReleased
from hvb_followup.comparison import staff_wording
from hvb_followup.comparison.wording import Language
from hvb_followup.disclosure.model import Figure
from hvb_followup.disclosure.staff import StaffFigure

NATION = "SE"
LANGUAGES: tuple[Language, ...] = ("sv", "en")
Row = dict[str, Any]


def staff_figures(released: StaffReleased, tell: Callable[[Figure], Row]) -> list[Row]:
    """The rows, which everybody may read; ``tell`` writes a counted figure of the staff survey."""
    # What would hold in one home under other rules is for the audit alone.
    told = [one for one in released.figures if one.kind != "what_if" or one.level == "nation"]
    return [*map(class_row, told), *(_survey(one, tell) for one in released.survey)]


def class_row(figure: StaffFigure) -> Row:
    """One class, or the reason for silence."""
    place = {
        "indicator": figure.indicator,
        "level": figure.level,
        "whose": figure.place or NATION,
        "status": figure.status,
        "outcome": figure.outcome,
    }
    if not figure.is_told:
        return place | {
            f"sentence_{language}": staff_wording.silent_sentence(figure.outcome, language)
            for language in LANGUAGES
        }
    words = {language: _words(figure, language) for language in LANGUAGES}
    return place | {
        "audience": "public",
        "period_from": figure.as_of,
        "period_to": figure.as_of,
        "n": None,
        "x_lo": None,
        "x_hi": None,
        "value": None,
        **_per_cent(figure),
        "response": None,
        "flags": ["g"],
        "band": None,
        "class": figure.band,
        **{f"class_{language}": words[language] for language in LANGUAGES},
        **{f"sentence_{language}": _sentence(figure, words[language], language) for language in LANGUAGES},
    }


def _sentence(figure: StaffFigure, words: str, language: Language) -> str:
    if figure.kind == "what_if":
        return staff_wording.what_if_sentence(dict(figure.counts), figure.n or 0, figure.as_of, language)
    return staff_wording.class_sentence(
        figure.kind, words, as_of=figure.as_of, release=figure.release, language=language
    )


def _words(figure: StaffFigure, language: Language) -> str:
    if figure.kind == "what_if":
        return staff_wording.what_if_words(figure.lowest or 0, figure.n or 0, language)
    is_sum = figure.kind == "manager" and figure.level != "unit"
    return staff_wording.class_words(
        figure.band,
        looked_on=figure.looked_on,
        shown=figure.lowest if is_sum else None,
        homes=figure.n if is_sum else None,
        language=language,
    )


def _per_cent(figure: StaffFigure) -> Row:
    """The ends of the steps of ten per cent, where the class is made of such; all is 100."""
    name, _, steps = figure.band.partition(":")
    if name not in ("share", "turn"):
        return {"lo": None, "hi": None}
    low, _, high = steps.partition("-")
    return {"lo": 10 * int(low), "hi": min(10 * int(high), 100) if high else None}


def _survey(figure: Figure, tell: Callable[[Figure], Row]) -> Row:
    row = tell(figure)
    if figure.is_shown:
        return row
    said = {
        f"sentence_{language}": staff_wording.silent_sentence("survey", language) for language in LANGUAGES
    }
    return {**row, **said}
