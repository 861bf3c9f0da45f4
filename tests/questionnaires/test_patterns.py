"""What nobody can have meant is found, and what many may well mean is left alone (R7 P5)."""

from __future__ import annotations

import random
from typing import Any

import pytest

from hvb_followup.catalogue import Catalogue
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.questionnaires.patterns import Answered, unmeant
from hvb_followup.questionnaires.scoring import points

HOMES, RESIDENTS = 500, 8


def scored(questionnaire: Questionnaire) -> list[str]:
    return [name for score in questionnaire.scores for name in score.items]


def line(questionnaire: Questionnaire, place: int, n: int = 99, **said: str) -> Answered:
    """The same place on the page in the first ``n`` questions, but for what is said otherwise."""
    answers = {}
    for name in scored(questionnaire)[:n]:
        codes = list(points(questionnaire, questionnaire.item(name), "standard"))
        answers[name] = codes[min(place, len(codes) - 1) if place >= 0 else place]
    return Answered("standard", {**answers, **said})


@pytest.mark.parametrize(
    ("place", "said", "n", "is_flagged"),
    [
        (0, {}, 99, True),  # all is well, and strangers fill the shifts
        (-1, {}, 99, True),
        (1, {}, 99, True),
        (0, {"strangers": "not"}, 99, False),  # all is well, and they do not
        (0, {"strangers": "skipped"}, 99, False),
        (0, {"strangers": "dont_know"}, 99, False),
        (0, {"speak_up": "mostly"}, 99, False),  # read, and answered
        (0, {}, 6, False),
    ],
)
def test_a_straight_line_through_a_question_that_is_turned_round_is_not_meant(
    catalogue: Catalogue, place: int, said: dict[str, str], n: int, is_flagged: bool
) -> None:
    """R7 §4.3: ``strangers`` is there to catch who does not read."""
    staff = catalogue.latest("personal")
    assert staff.item("strangers").reverse
    one = line(staff, place, n, **({"strangers": "fully"} if n == 6 else said))
    others = [line(staff, 0, strangers="not"), Answered("standard", {})]
    assert unmeant(staff, [others[0], one, others[1]]) == (frozenset({1}) if is_flagged else frozenset())


@pytest.mark.parametrize(
    ("place", "said", "copies", "flagged"),
    [
        (1, {}, 5, 5),
        (1, {}, 4, 0),  # so few may agree
        (0, {}, 8, 0),  # all best: a good home
        (-1, {}, 8, 0),  # all worst: a bad one
        (0, {"home": "good"}, 6, 6),
    ],
)
def test_five_copies_are_not_meant_and_praise_or_blame_shared_by_all_may_be(
    catalogue: Catalogue, place: int, said: dict[str, str], copies: int, flagged: int
) -> None:
    young = catalogue.latest("ung-upplevelse")
    other = line(young, 1, safe_here="not")
    found = unmeant(young, [other, *[line(young, place, **said)] * copies])
    assert found == frozenset(range(1, flagged + 1))


def test_skipped_questions_make_no_copies_of_what_was_answered(catalogue: Catalogue) -> None:
    young = catalogue.latest("ung-upplevelse")
    assert unmeant(young, [line(young, 1, n=7)] * 6) == frozenset()
    assert unmeant(young, [Answered("standard", {})] * 6) == frozenset()


def test_homes_where_all_think_much_alike_are_left_alone_and_forged_ones_are_found(
    catalogue: Catalogue,
) -> None:
    """R6 T9: of forged batches nine in ten are found, of real ones at most one in fifty is taken for one; measured.

    Everybody in a home leans the same way, and answers three of four questions by that alone: more alike than people
    are. A forger writes one sheet and copies it five times among three real ones.
    """
    young, chance = catalogue.latest("ung-upplevelse"), random.Random(5)
    names = scored(young)
    codes: dict[str, Any] = {name: list(points(young, young.item(name), "easy")) for name in names}
    asked = [name for name in names if young.item(name).easy]

    def answered(lean: int) -> Answered:
        said = {
            name: codes[name][min(lean, len(codes[name]) - 1)]
            if chance.random() < 0.75
            else chance.choice(codes[name])
            for name in asked
        }
        return Answered("easy", said)

    false_alarms = found = 0
    for _ in range(HOMES):
        lean = chance.choice((0, 0, 1, 2))
        real = [answered(lean) for _ in range(RESIDENTS)]
        false_alarms += bool(unmeant(young, real))
        found += unmeant(young, [*real[:3], *[answered(lean)] * 5]) >= {3, 4, 5, 6, 7}
    print(f"false alarms {false_alarms}, forged found {found} of {HOMES}")
    assert false_alarms <= HOMES / 50
    assert found >= HOMES * 0.9
