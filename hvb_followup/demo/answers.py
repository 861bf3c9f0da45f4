"""Inventing what young people and staff answer; better in homes that feel better."""

from __future__ import annotations

import random
from collections.abc import Mapping

from hvb_followup.demo.chance import logit, share_of
from hvb_followup.demo.traits import DILUTION, WITHIN
from hvb_followup.questionnaires.model import Item, Questionnaire

SHARE_HELPED = 0.03
SHARE_SKIPPED = 0.03
SHARE_HARMED = 0.06
# About the shares of the national surveys (R1 §7); what is not asked there: as most others.
GOOD = {"home": 0.73, "safe_here": 0.80, "adult": 0.82, "say": 0.66, "school": 0.76, "leisure": 0.73}
GOOD |= {"contact": 0.80, "health": 0.80, "help": 0.69, "future": 0.72, "tell": 0.71}
USUAL = 0.72


def answers(
    dice: random.Random, questionnaire: Questionnaire, feel: Mapping[str, float], edition: str
) -> dict[str, str]:
    """What one person answers to every question with options."""
    mood = dice.gauss(0, WITHIN)
    return {
        item.id: _answer(dice, questionnaire, item, feel.get(item.id, 0.0) + mood, edition)
        for item in questionnaire.items
        if item.type == "choice"
    }


def _answer(dice: random.Random, questionnaire: Questionnaire, item: Item, shift: float, edition: str) -> str:
    if item.id == "alone":
        return "helped_staff" if dice.random() < SHARE_HELPED else "alone"
    if dice.random() < SHARE_SKIPPED:
        return "skipped"
    options = questionnaire.scale_of(item).codes(edition)
    if item.domain == "harm":
        return options[0] if dice.random() > SHARE_HARMED else dice.choice(options[1:])
    return _of_steps(dice, options, share_of(logit(GOOD.get(item.id, USUAL)) * DILUTION + shift))


def _of_steps(dice: random.Random, options: tuple[str, ...], good: float) -> str:
    """One of the options, best first: the better half so often (of three: the best), the nearest of the others mostly."""
    n_good = max(1, len(options) // 2)
    if dice.random() < good:
        return options[min(n_good - 1, int(dice.random() * n_good))]
    rest = options[n_good:]
    return rest[int(dice.random() ** 2 * len(rest))]
