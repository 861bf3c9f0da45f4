"""From answers to scores 0–100: equal steps from the best option to the worst, by the edition answered.

Raw codes are what is stored; scores are always computed anew from the version that was answered.
"""

from __future__ import annotations

from functools import reduce

import polars as pl

from hvb_followup.questionnaires.model import Item, Questionnaire, Score


def score(questionnaire: Questionnaire, answers_frame: pl.DataFrame) -> pl.DataFrame:
    """One column per score, row by row as the answers; null where fewer than ``need`` items were answered.

    A ``mean`` score is the mean of the answered items' points. An ``any`` score is 100 where something of
    ``on`` was answered and 0 where not: its mean over persons is a share, never a degree of harm.
    """
    return answers_frame.select(
        _score(questionnaire, score).alias(score.id) for score in questionnaire.scores
    )


def points(questionnaire: Questionnaire, item: Item, edition: str) -> dict[str, float]:
    """The points of each option of an item; statuses have none, nor has an unscored scale."""
    scale = questionnaire.scale_of(item)
    codes = scale.codes(edition)
    if scale.score is not None:
        given = dict(zip(scale.codes("standard"), scale.score, strict=False))
        values = [given[code] for code in codes if code in given]
    else:
        values = _equal_steps(len(codes))
        if scale.type == "number":
            values.reverse()
    return {code: 100 - value if item.reverse else value for code, value in zip(codes, values, strict=False)}


def _equal_steps(count: int) -> list[float]:
    """From 100 down to 0; a single option is worth 100."""
    return [100 - 100 * step / max(count - 1, 1) for step in range(count)]


def _score(questionnaire: Questionnaire, score: Score) -> pl.Expr:
    items = [questionnaire.item(item_id) for item_id in score.items]
    values = [item_points(questionnaire, item) for item in items]
    answered = pl.sum_horizontal(value.is_not_null().cast(pl.Int64) for value in values)
    result = _any_of(items, score.on) if score.method == "any" else pl.mean_horizontal(values)
    return pl.when(answered >= score.need).then(result)


def item_points(questionnaire: Questionnaire, item: Item) -> pl.Expr:
    """The item's points as a column; null for statuses and for codes that the edition does not have."""
    by_edition = [
        pl.when(pl.col("edition") == edition).then(_lookup(item.id, points(questionnaire, item, edition)))
        for edition in questionnaire.editions
    ]
    return pl.coalesce(by_edition)


def _lookup(column: str, values: dict[str, float]) -> pl.Expr:
    return pl.col(column).replace_strict(
        list(values), list(values.values()), default=None, return_dtype=pl.Float64
    )


def _any_of(items: list[Item], on: tuple[str, ...]) -> pl.Expr:
    hits = [pl.col(item.id).is_in(on).fill_null(False) for item in items]
    return 100.0 * reduce(pl.Expr.__or__, hits).cast(pl.Float64)
