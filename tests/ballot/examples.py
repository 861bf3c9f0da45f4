"""Ballots and drafts that the tests of this room seal, from the questionnaire that ships."""

from __future__ import annotations

import itertools

from hvb_followup.ballot.draft import Draft
from hvb_followup.ballot.envelope import Ballot
from hvb_followup.questionnaires import answers
from hvb_followup.questionnaires.model import STATUSES, Item, Questionnaire

WAVE = "HN0RTHX:ung-upplevelse:2026H2"
OTHER_WAVE = "HN0RTHX:ung-upplevelse:2027H1"


def codes_of(questionnaire: Questionnaire, item: Item) -> tuple[str, ...]:
    """Everything that can stand as an item's answer, in any edition."""
    offered = [answers.options(questionnaire, item, edition) for edition in questionnaire.editions]
    return tuple(dict.fromkeys(itertools.chain(STATUSES, *offered)))


def shortest(questionnaire: Questionnaire) -> dict[str, str]:
    """The answers that take the least room."""
    return {item.id: min(codes_of(questionnaire, item), key=len) for item in questionnaire.items}


def fullest(questionnaire: Questionnaire) -> dict[str, str]:
    """The answers that take the most room."""
    return {item.id: max(codes_of(questionnaire, item), key=len) for item in questionnaire.items}


def ballot(said: dict[str, str] | None = None, **changed: object) -> Ballot:
    """A ballot, with what the test cares about changed."""
    fields: dict[str, object] = {
        "placement": "L-CANARY-17",
        "issue": 1,
        "age_band": "15–17",
        "moment": "",
        "language": "sv",
        "edition": "standard",
        "mode": "self",
        "answers": said or {"safe_here": "very"},
        "receipt": b"r" * 16,
        **changed,
    }
    return Ballot(**fields)  # type: ignore[arg-type]


def draft(said: dict[str, str], sitting: str = "abcdef") -> Draft:
    """A draft written in one sitting."""
    return Draft.all_given(said, sitting)
