from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec
import pytest

from hvb_followup.errors import Refused
from hvb_followup.questionnaires import answers, checking, routing
from hvb_followup.questionnaires.model import Help

GOALS = ("sleep", "calm", "friends", "school")


def with_goals(instrument: dict[str, Any], words: dict[str, Any]) -> None:
    """A list of four goals, two of which may be chosen, and a question about each."""
    instrument["scale"]["goals"] = {"options": list(GOALS), "score": []}
    words["scale"]["goals"] = {goal: goal.title() for goal in GOALS}
    instrument["item"].append(
        {"id": "goal", "domain": "goals", "type": "goals", "scale": "goals", "max": 2, "not_relevant": True}
    )
    words["item"]["goal"] = {"q": "Vilka är dina mål?", "not_relevant": "Jag har inga mål nu"}
    for goal in GOALS:
        condition = [{"item": "goal", "in": [goal]}]
        instrument["item"].append(
            {"id": f"near_{goal}", "domain": "goals", "scale": "ladder", "show_if": condition}
        )
        words["item"][f"near_{goal}"] = {"q": "Hur nära är du?"}


@pytest.fixture
def goals(plain, make):
    instrument, words = plain
    with_goals(instrument, words)
    return make(instrument, words)


def near(questionnaire, chosen: str) -> list[str]:
    path = routing.shown(questionnaire, edition="standard", age=16, moment="start", answers={"goal": chosen})
    return [item.id for item in path if item.id.startswith("near_")]


def most(questionnaire, **given: str) -> int:
    return routing.most(questionnaire, edition="standard", age=16, moment="start", answers=given)


def test_a_questionnaire_with_goals_is_sound(goals):
    assert checking.problems(goals, "f") == ()
    assert checking.language_problems(goals, {"sv": "sv.toml"}) == ()


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("calm", "calm"),
        ("sleep+calm", "sleep+calm"),
        ("school+sleep", "sleep+school"),
        ("not_relevant", "not_relevant"),
        ("skipped", "skipped"),
    ],
)
def test_goals_are_stored_in_the_order_of_their_list(goals, sent, stored):
    assert answers.read(goals, goals.item("goal"), "standard", sent) == stored
    assert answers.kept(goals, "standard", {"goal": stored}) == {"goal": stored}


@pytest.mark.parametrize(
    "sent",
    [
        "sleep+calm+friends",  # more than may be chosen
        "sleep+sleep",
        "sleep+",
        "+",
        "sleep+money",
        "sleep+not_relevant",
        "refuse",
    ],
)
def test_goals_that_were_not_offered_so_are_refused(goals, sent):
    with pytest.raises(Refused) as refused:
        answers.read(goals, goals.item("goal"), "standard", sent)
    assert sent not in str(refused.value)
    assert answers.kept(goals, "standard", {"goal": sent}) == {}


def test_other_questions_take_one_answer_each(goals):
    with pytest.raises(Refused):
        answers.read(goals, goals.item("calm"), "standard", "always+mostly")


@pytest.mark.parametrize(
    ("chosen", "asked"),
    [
        ("sleep", ["near_sleep"]),
        ("sleep+school", ["near_sleep", "near_school"]),
        ("not_relevant", []),
        ("skipped", []),
    ],
)
def test_how_it_goes_is_asked_for_the_goals_that_were_chosen(goals, chosen, asked):
    assert near(goals, chosen) == asked


def test_the_count_of_questions_knows_that_only_some_goals_may_be_chosen(goals):
    assert most(goals) == most(goals, goal="sleep+calm") == most(goals, goal="calm") + 1
    assert most(goals, goal="skipped") == most(goals) - 2


def test_the_longest_goals_fit_in_the_envelope_and_no_more(goals):
    worst = max(("+".join(two) for two in permutations(GOALS, 2)), key=len)
    offered = {
        item.id: worst
        if item.type == "goals"
        else max((*answers.STATUSES, *answers.options(goals, item, "standard")), key=len)
        for item in goals.items
    }
    assert answers.longest(goals) - 1 == len(msgspec.json.encode(offered))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda items: items[8].update(max=0), "$.item[8].max"),
        (lambda items: items[8].update(max=5), "$.item[8].max"),
        (lambda items: items[8].update(scale="gaols"), "$.item[8].scale"),
        (lambda items: items.pop(), "$.item[8]"),
    ],
)
def test_goals_without_a_list_a_bound_or_a_question_each_are_found(plain, make, change, place):
    instrument, words = plain
    with_goals(instrument, words)
    change(instrument["item"])
    assert f"f: {place}" in [problem.where for problem in checking.problems(make(instrument, words), "f")]


@pytest.mark.parametrize(
    ("given", "code", "opens"),
    [
        (Help(panel="low", below=3), "2", True),
        (Help(panel="low", below=3), "3", False),
        (Help(panel="low", below=3), "10", False),
        (Help(panel="low", below=3), "skipped", False),
        (Help(panel="hurt", on=("once",)), "once", True),
        (Help(panel="hurt", on=("once",)), "never", False),
    ],
)
def test_help_comes_after_the_answers_it_waits_for(given, code, opens):
    assert given.opens_on(code) is opens
