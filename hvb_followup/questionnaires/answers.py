"""From a form's value to a stored code, and from some answers to one code for every item."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hvb_followup.errors import Problem, Refused
from hvb_followup.questionnaires.model import (
    AND,
    DONT_KNOW,
    NOT_REACHED,
    NOT_RELEVANT,
    NOT_SHOWN,
    REFUSE,
    REFUSED,
    SKIPPED,
    STATUSES,
    Item,
    Questionnaire,
)
from hvb_followup.questionnaires.routing import shown

__all__ = [
    "DONT_KNOW",
    "NOT_REACHED",
    "NOT_RELEVANT",
    "NOT_SHOWN",
    "REFUSED",
    "SKIPPED",
    "STATUSES",
    "columns",
    "complete",
    "kept",
    "longest",
    "options",
    "own_words",
    "read",
]


def options(questionnaire: Questionnaire, item: Item, edition: str) -> tuple[str, ...]:
    """What a form may offer for an item, in the order it is shown; () for text. Goals may be joined by ``+``."""
    if item.type == "text":
        return ()
    scale = questionnaire.scale_of(item)
    extras = ((item.not_relevant, NOT_RELEVANT), (scale.refuse, REFUSE), (scale.dont_know, DONT_KNOW))
    return scale.codes(edition) + tuple(code for offered, code in extras if offered)


def read(questionnaire: Questionnaire, item: Item, edition: str, form_value: str) -> str:
    """The code to store for what a form sent; Refused when it was not among the options.

    The error never repeats the value: it may be the person's own words.
    """
    if form_value == SKIPPED:
        return SKIPPED
    code = _offered(questionnaire, item, edition, form_value)
    if not code:
        raise Refused(
            Problem(
                code="answer-unknown",
                where=item.id,
                says="Svaret finns inte bland alternativen.",
                mend="Välj ett av alternativen, eller hoppa över frågan.",
            )
        )
    return REFUSED if code == REFUSE else code


def kept(questionnaire: Questionnaire, edition: str, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that the edition offers.

    Who changes edition midway is asked again where the options differ: a code that the edition lacks
    has no place in its scores.
    """
    by_id = {item.id: item for item in questionnaire.items}
    return {
        item_id: code
        for item_id, code in answers.items()
        if item_id in by_id and _is_storable(questionnaire, by_id[item_id], edition, code)
    }


def complete(
    questionnaire: Questionnaire, edition: str, age: int | None, moment: str, answers: Mapping[str, str]
) -> dict[str, str]:
    """One code for every item, in order: hidden ones ``not_shown``, shown and unanswered ``not_reached``.

    Own words are always ``not_shown``: nobody who counts answers may see who was asked for them, or wrote.
    """
    usable = kept(questionnaire, edition, answers)
    path = shown(questionnaire, edition=edition, age=age, moment=moment, answers=usable)
    on_path = {item.id for item in path}
    return {
        item.id: usable.get(item.id, NOT_REACHED) if item.id in on_path else NOT_SHOWN
        for item in questionnaire.items
    }


def longest(questionnaire: Questionnaire) -> int:
    """The most bytes that a complete answer set can take as JSON.

    Drafts and envelopes of an instrument are padded to one length from it, so that length says nothing.
    """
    marks = len('"":"",')
    return len("{}") + sum(
        len(item.id) + _longest_code(questionnaire, item) + marks for item in questionnaire.items
    )


def own_words(questionnaire: Questionnaire) -> dict[str, int]:
    """The questions that are answered in own words, each with how many characters it takes."""
    return {item.id: item.max_chars for item in questionnaire.items if item.type == "text"}


def columns(questionnaire: Questionnaire) -> dict[str, type[pl.DataType]]:
    """The item columns that follow the ones of ``frames.ANSWERS``."""
    return {item.id: pl.String for item in questionnaire.items}


def _is_storable(questionnaire: Questionnaire, item: Item, edition: str, code: str) -> bool:
    sent = REFUSE if code == REFUSED else code
    return code == SKIPPED or (code != REFUSE and _offered(questionnaire, item, edition, sent) == sent)


def _offered(questionnaire: Questionnaire, item: Item, edition: str, form_value: str) -> str:
    """What a form sent, with goals in the order of their list; "" when it was not among the options."""
    if item.type == "goals" and AND in form_value:
        goals = form_value.split(AND)
        listed = [code for code in questionnaire.scale_of(item).codes(edition) if code in goals]
        return AND.join(listed) if len(listed) == len(goals) <= item.max else ""
    return form_value if form_value in options(questionnaire, item, edition) else ""


def _longest_code(questionnaire: Questionnaire, item: Item) -> int:
    codes = questionnaire.scale_of(item).codes("standard") if item.type != "text" else ()
    lengths = sorted((len(code) for code in codes), reverse=True)
    joined = sum(lengths[: item.max]) + len(AND) * (item.max - 1) if item.type == "goals" else 0
    return max(joined, *lengths, *(len(status) for status in STATUSES))
