"""Random ways through a questionnaire: every edition, moment and age, and any answer that a form could send."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hvb_followup.questionnaires import answers, routing
from hvb_followup.questionnaires.model import AND, Item, Questionnaire


def states(questionnaire: Questionnaire) -> Iterator[tuple[str, str, int | None]]:
    """Every edition, moment and age in which the questionnaire can be met."""
    low, high = questionnaire.ages or (0, 0)
    ages: list[int | None] = [None, *(range(low, high + 1) if questionnaire.ages else ())]
    for edition in questionnaire.editions:
        for moment in ("", *questionnaire.instrument.moments):
            for age in ages:
                yield edition, moment, age


def some_answer(dice: random.Random, questionnaire: Questionnaire, item: Item, edition: str) -> str:
    """One of all that a form could send."""
    offered = answers.options(questionnaire, item, edition)
    if item.type == "goals" and dice.random() < 0.8:
        goals = questionnaire.scale_of(item).codes(edition)
        return AND.join(dice.sample(goals, dice.randint(1, item.max)))
    return dice.choice([*offered, answers.SKIPPED])


def walk(
    dice: random.Random, questionnaire: Questionnaire, edition: str, moment: str, age: int | None
) -> dict[str, str]:
    """Answers to whatever is asked, until nothing is left to ask."""
    given: dict[str, str] = {}
    total = routing.most(questionnaire, edition=edition, age=age, moment=moment, answers=given)
    for _ in range(len(questionnaire.items) + 1):
        path = routing.shown(questionnaire, edition=edition, age=age, moment=moment, answers=given)
        waiting = [item for item in path if item.id not in given]
        if not waiting:
            return given
        sent = some_answer(dice, questionnaire, waiting[0], edition)
        given[waiting[0].id] = answers.read(questionnaire, waiting[0], edition, sent)
        left = routing.most(questionnaire, edition=edition, age=age, moment=moment, answers=given)
        assert len(given) <= left <= total
        total = left
    raise AssertionError("the path never ended")
