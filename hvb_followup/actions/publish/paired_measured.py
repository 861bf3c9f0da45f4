"""From pairs to MARKS and VALUES: who was clearly better, who worse, whose aim both found reached (R8 §3: R01–R03).

Exact, and never to leave the counter's side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import nan
from statistics import mean

import polars as pl

from hvb_followup.actions.publish.paired import Joined
from hvb_followup.ballot.count import Counted
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure.model import Shape
from hvb_followup.frames import MARKS, VALUES
from hvb_followup.indicators import compute
from hvb_followup.indicators.model import Indicator
from hvb_followup.outcomes.change import by_points
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.questionnaires.scoring import score

# The questions that say how far an aim was reached: the social worker's one, and the young person's for each goal.
AIM, REACHED, NEAR = "goals", "reached", "near_"
JUDGED = frozenset({"reached", "closer", "same", "further"})
# Counts for the numerator, and is in the denominator.
Mark = tuple[bool, bool]


def pair_values(catalogue: Catalogue, joined: Sequence[Joined], frozen: pl.DataFrame) -> pl.DataFrame:
    """VALUES of every indicator of pairs, in the atoms of FROZEN."""
    found = [
        compute.values(marks(indicator, catalogue, joined), frozen)
        for indicator in catalogue.indicators
        if indicator.is_of_pairs
    ]
    return pl.concat([VALUES.empty(), *found])


def pair_shapes(catalogue: Catalogue) -> tuple[Shape, ...]:
    """What disclosure control needs to know of the indicators of pairs.

    All that is counted of the same pairs is merged alike: better, worse and reached of one placement hang together.
    """
    first = {one.source: one.id for one in reversed(catalogue.indicators) if one.is_of_pairs}
    return tuple(
        Shape(
            id=one.id,
            family=one.source,
            group=first[one.source],
            sensitivity=one.sensitivity,
            smallest_n=one.smallest_n,
            lowest_level=one.lowest_level,
            exact_apart=True,
        )
        for one in catalogue.indicators
        if one.is_of_pairs
    )


def marks(indicator: Indicator, catalogue: Catalogue, joined: Iterable[Joined]) -> pl.DataFrame:
    """MARKS of an indicator of pairs: one row per pair of its family and versions.

    Who left too much unanswered in either half keeps her row with ``den`` 0.
    """
    own = [one for one in joined if one.pair.family == indicator.source]
    rows = [
        (indicator.id, one.pair.unit, one.pair.half_year, one.pair.link, int(num and den), int(den))
        for major in indicator.majors
        for chosen in [[one for one in own if one.pair.major == major]]
        for one, (num, den) in zip(
            chosen, _marks(indicator, catalogue.questionnaire(indicator.source, major), chosen), strict=True
        )
    ]
    return pl.DataFrame(rows, schema=pl.Schema(MARKS.columns), orient="row")


def _marks(indicator: Indicator, questionnaire: Questionnaire, joined: Sequence[Joined]) -> list[Mark]:
    if not joined:
        return []
    if indicator.together_with:
        return [_of_aim(indicator, one) for one in joined]
    before = _scores(questionnaire, indicator.score, [one.first for one in joined])
    after = _scores(questionnaire, indicator.score, [one.last for one in joined])
    found = by_points(before, after, indicator.least)
    same = [one.first.edition == one.last.edition for one in joined]
    # An easy and a standard answer have other steps: the difference would be the edition's.
    return [
        (verdict == indicator.verdict, verdict != "not_followed_up" and alike)
        for verdict, alike in zip(found, same, strict=True)
    ]


def _scores(questionnaire: Questionnaire, name: str, answers: Sequence[Counted]) -> list[float]:
    """The score of each answer, 0–100; NaN where too little was answered."""
    items = {item.id: pl.String for item in questionnaire.items}
    rows = [{"edition": one.edition, **{item: one.answers.get(item) for item in items}} for one in answers]
    frame = pl.DataFrame(rows, schema={"edition": pl.String, **items})
    return [nan if value is None else value for value in score(questionnaire, frame)[name].to_list()]


def _of_aim(indicator: Indicator, one: Joined) -> Mark:
    """Whether the social worker, or both, found the aim reached; nobody counts whom only one of them judged."""
    said, near = one.last.answers.get(AIM), nearness(one.first)
    is_judged = said in JUDGED and near is not None
    is_reached = said == REACHED
    if indicator.verdict == "both_reached":
        is_reached = is_reached and (near or 0) >= indicator.least
    return is_reached, is_judged


def nearness(answer: Counted) -> float | None:
    """How near the young person finds her own goals, 0–10 in the mean; None where she judged none."""
    steps = [
        int(value)
        for item, value in answer.answers.items()
        if item.startswith(NEAR) and value.isascii() and value.isdigit()
    ]
    return mean(steps) if steps else None
