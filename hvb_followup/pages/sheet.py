"""The sheet that hangs in the home: which results stand on it, beside what will be done.

What hangs on a wall is open to everybody who comes by. So only what the public release shows may stand on it, as
coarse as it is shown there: never the words few, mixed and most, which are for the home, its provider and its
purchasers (DESIGN §4.5). Which results these are is fixed by the order of the pages: neither home nor result chooses.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hvb_followup.pages.blocks import latest_of, paired
from hvb_followup.pages.figures import count_words, sentence_of
from hvb_followup.pages.model import Figure, IndicatorText, Release
from hvb_followup.pages.words import SWEDISH

MOST_RESULTS = 3


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One count in words: minst 9 av 10."""

    title: str
    count: str
    sentence: str


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One result with the one it is never shown without."""

    lines: tuple[Line, ...]


def results(
    release: Release | None, unit: str, half_year: str, texts: Sequence[IndicatorText]
) -> tuple[Result, ...]:
    """At most three results of a home that everybody may see and that hold the half-year's answers; () before that."""
    if release is None:
        return ()
    shown = latest_of([one for one in release.at("unit", unit) if _holds(one, half_year)])
    found = [
        _result([(text, shown[text.id]) for text in group]) for group in paired(texts) if _all(group, shown)
    ]
    return tuple(found[:MOST_RESULTS])


def _holds(figure: Figure, half_year: str) -> bool:
    """True for a count whose newest answers are of the half-year."""
    return not figure.status and figure.n is not None and figure.period_to == half_year


def _all(group: Sequence[IndicatorText], shown: dict[str, Figure]) -> bool:
    return all(text.id in shown for text in group)


def _result(group: Sequence[tuple[IndicatorText, Figure]]) -> Result:
    return Result(
        lines=tuple(
            Line(
                title=text.title,
                count=count_words(figure.x_lo or 0, figure.x_hi or 0, figure.n or 0),
                sentence=sentence_of(figure, SWEDISH),
            )
            for text, figure in group
        )
    )
