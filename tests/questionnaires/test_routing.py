from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup import content
from hvb_followup.questionnaires import answers, routing
from hvb_followup.questionnaires.model import Questionnaire

EXPERIENCE = content.read().questionnaire("ung-upplevelse", 1)


def ids(
    questionnaire: Questionnaire, edition: str, age: int | None, moment: str, given: dict[str, str]
) -> list[str]:
    path = routing.shown(questionnaire, edition=edition, age=age, moment=moment, answers=given)
    return [item.id for item in path]


@pytest.mark.parametrize(
    ("edition", "age", "moment", "given", "expected"),
    [
        ("standard", 13, "start", {}, ["calm", "worried", "life"]),
        ("standard", None, "start", {}, ["calm", "worried", "life"]),
        ("standard", 15, "start", {}, ["calm", "worried", "life", "work"]),
        ("standard", 13, "exit", {}, ["calm", "worried", "life", "left"]),
        ("standard", 15, "start", {"work": "no"}, ["calm", "worried", "life", "work", "more"]),
        ("standard", 15, "start", {"work": "yes"}, ["calm", "worried", "life", "work"]),
        ("easy", 20, "exit", {}, ["calm", "life"]),
    ],
)
def test_edition_age_moment_and_answers_decide_what_is_shown(small, edition, age, moment, given, expected):
    assert ids(small, edition, age, moment, given) == expected


def test_an_answer_to_a_hidden_question_decides_nothing(small):
    """R7 I10."""
    hidden = {"work": "yes", "more": "yes"}
    assert "last" not in ids(small, "standard", 15, "start", hidden)
    assert "last" in ids(small, "standard", 15, "start", {"work": "no", "more": "yes"})


def test_free_text_is_never_asked_for_unless_there_is_a_desk(small, experience):
    """R7 P6."""
    for questionnaire in (small, experience):
        path = routing.shown(questionnaire, edition="standard", age=17, moment="", answers={})
        assert {item.type for item in path} == {"choice"}
    with_text = routing.shown(experience, edition="standard", age=17, moment="", answers={}, with_text=True)
    assert [item.id for item in with_text if item.type == "text"] == ["good_thing", "change_thing"]


def test_the_number_of_questions_never_grows_on_the_way(small):
    now: dict[str, str] = {}
    totals = [routing.most(small, edition="standard", age=16, moment="exit", answers=now)]
    for item_id, code in (("work", "no"), ("more", "no")):
        now[item_id] = code
        totals.append(routing.most(small, edition="standard", age=16, moment="exit", answers=now))
    assert totals == [7, 7, 6]


def test_all_ages_meet_the_same_experience_questions(experience):
    """A question that only some ages meet would split a home's group by age (DESIGN §4.5)."""
    paths = {tuple(ids(experience, "standard", age, "", {})) for age in (None, *range(13, 21))}
    assert len(paths) == 1


def test_those_under_fifteen_are_offered_the_easy_edition_first():
    assert [routing.suggested_edition(age) for age in (13, 14, 15, 20)] == [
        "easy",
        "easy",
        "standard",
        "standard",
    ]


def test_the_easy_edition_holds_what_daily_life_needs(experience):
    assert {"school", "health", "contact"} <= set(ids(experience, "easy", 14, "", {}))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), edition=st.sampled_from(["standard", "easy"]), age=st.integers(13, 20))
def test_every_path_comes_to_an_end(data, edition, age):
    given: dict[str, str] = {}
    for _ in range(len(EXPERIENCE.items) + 1):
        path = routing.shown(EXPERIENCE, edition=edition, age=age, moment="", answers=given)
        waiting = [item for item in path if item.id not in given]
        if not waiting:
            break
        value = data.draw(
            st.sampled_from([*answers.options(EXPERIENCE, waiting[0], edition), answers.SKIPPED])
        )
        given[waiting[0].id] = answers.read(EXPERIENCE, waiting[0], edition, value)
    assert not waiting
    complete = answers.complete(EXPERIENCE, edition, age, "", given)
    assert answers.NOT_REACHED not in complete.values()
