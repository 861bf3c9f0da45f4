"""Where a sitting goes on, and what it asks once more, when an earlier one has answered some (DESIGN §4.9, R7 P1).

Whoever finds a card can begin a sitting with it. So the way through the questions follows this sitting's answers
alone; of an earlier one's it is only known which questions were answered, in which edition, and never what.
A question that hangs on another's answer would tell that answer by having one: it counts as met only when this
sitting has met it.
"""

from __future__ import annotations

from collections.abc import Sequence

from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.draft import Draft
from hvb_followup.questionnaires import answers as answers_
from hvb_followup.questionnaires.model import Item, Questionnaire
from hvb_followup.questionnaires.routing import hanging_on


def seen(sitting: Sitting, draft: Draft) -> dict[str, str]:
    """What this sitting has said of each question it has met."""
    return draft.seen_in(sitting.mark, passed=answers_.SKIPPED)


def first_open(
    questionnaire: Questionnaire, sitting: Sitting, draft: Draft, path: Sequence[Item]
) -> int | None:
    """The number on this sitting's path of the first question to be answered; None where all have been.

    Who stopped among questions that hang on another begins again with that one: only so can they be asked.
    """
    asked = _asked(questionnaire, sitting)
    place = {item.id: number for number, item in enumerate(path, 1)}
    met = _met(questionnaire, sitting, draft, asked)
    own = seen(sitting, draft)
    hanging: list[str] = []  # what the questions since the last that is always asked hang on
    for item, parents in asked.items():
        if parents:
            if item in place and item not in met and all(parent in own for parent in parents):
                return place[item]
            hanging += [parent for parent in parents if parent not in own and parent in place]
        elif item in met:
            hanging = []
        else:
            return min(place[one] for one in (*hanging, item))
    return min((place[one] for one in hanging), default=None)


def is_asked_again(questionnaire: Questionnaire, sitting: Sitting, draft: Draft, item: str) -> bool:
    """True of a question that an earlier sitting has answered and this one is led to: skipping it takes nothing away."""
    if draft.edition_before(item, sitting.mark) is None:
        return False
    asked = _asked(questionnaire, sitting)
    is_tied = bool(asked.get(item)) or any(item in parents for parents in asked.values())
    return is_tied or not _has_place(questionnaire, sitting, draft, item)


def is_lost(questionnaire: Questionnaire, sitting: Sitting, draft: Draft, item: str) -> bool:
    """True of a question that was answered where the answer, or any of that edition, has no place in this one."""
    own = seen(sitting, draft)
    if item in own:
        return item not in answers_.kept(questionnaire, sitting.edition, own)
    before = draft.edition_before(item, sitting.mark)
    return before is not None and not _has_place(questionnaire, sitting, draft, item)


def _asked(questionnaire: Questionnaire, sitting: Sitting) -> dict[str, tuple[str, ...]]:
    return hanging_on(questionnaire, edition=sitting.edition, age=sitting.age, moment=sitting.moment)


def _met(
    questionnaire: Questionnaire, sitting: Sitting, draft: Draft, asked: dict[str, tuple[str, ...]]
) -> set[str]:
    own = answers_.kept(questionnaire, sitting.edition, seen(sitting, draft))
    before = {
        item
        for item, parents in asked.items()
        if not parents
        and draft.edition_before(item, sitting.mark) is not None
        and _has_place(questionnaire, sitting, draft, item)
    }
    return before | own.keys()


def _has_place(questionnaire: Questionnaire, sitting: Sitting, draft: Draft, item: str) -> bool:
    """True when whatever the earlier sitting's edition offers, this one's does too: what was said decides nothing."""
    scale = questionnaire.scale_of(questionnaire.item(item))
    before = draft.edition_before(item, sitting.mark) or sitting.edition
    return set(scale.codes(before)) <= set(scale.codes(sitting.edition))
