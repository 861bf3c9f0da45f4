"""The five questionnaires that ship: every path ends, every score holds, and what each family promises."""

from __future__ import annotations

import random

import msgspec
import polars as pl
import pytest

from hvb_followup import content
from hvb_followup.actions.operate.opening import newest
from hvb_followup.catalogue import Catalogue
from hvb_followup.questionnaires import answers, checking, readability, routing, scoring
from hvb_followup.questionnaires.model import AND, Questionnaire
from tests.walks import states, walk

CATALOGUE = content.read()
ALL = {one.id: one for one in CATALOGUE.questionnaires}
YOUTH = [name for name, one in ALL.items() if one.audience == "youth"]
ADULTS = [name for name, one in ALL.items() if one.audience != "youth"]
OUTCOME, CONTACT = ALL["ung-utfall"], ALL["kontaktperson"]
WALKS, MANY_WALKS = 20, 250  # random walks per edition, moment and age, in CI and by night

every = pytest.mark.parametrize("name", sorted(ALL))


def scores_of(questionnaire: Questionnaire, edition: str, row: dict[str, str]) -> dict[str, float | None]:
    schema = {"edition": pl.String, **answers.columns(questionnaire)}
    frame = pl.DataFrame([{"edition": edition, **row}], schema=schema)
    return scoring.score(questionnaire, frame).to_dicts()[0]


def test_there_are_five():
    assert {name: (one.audience, one.instrument.identity, one.publishing) for name, one in ALL.items()} == {
        "ung-upplevelse": ("youth", "pseudonymous", "level"),
        "ung-utfall": ("youth", "pseudonymous", "change"),
        "personal": ("staff", "anonymous", "level"),
        "socialsekreterare": ("social_worker", "pseudonymous", "change"),
        "kontaktperson": ("contact_person", "pseudonymous", "change"),
    }


@every
def test_each_is_sound_readable_and_whole_in_both_languages(name):
    questionnaire = ALL[name]
    assert questionnaire.languages[:2] == ("sv", "en")
    assert checking.problems(questionnaire, name) == ()
    assert checking.language_problems(questionnaire, {}) == ()
    assert readability.lints(questionnaire, "sv", name) == ()


@every
def test_every_edition_moment_and_age_comes_to_an_end_within_its_bounds(name):
    assert_paths_hold(ALL[name], WALKS)


@every
@pytest.mark.nightly
def test_tens_of_thousands_of_paths_come_to_an_end_within_their_bounds(name):
    assert_paths_hold(ALL[name], MANY_WALKS)


def assert_paths_hold(questionnaire: Questionnaire, walks: int) -> None:
    """All is asked somewhere, every code is an option or one of the statuses, fits, and scores stay in 0–100."""
    dice, longest = random.Random(questionnaire.id), answers.longest(questionnaire)
    rows, met, schema = [], set[str](), {"edition": pl.String, **answers.columns(questionnaire)}
    for edition, moment, age in list(states(questionnaire)) * walks:
        given = walk(dice, questionnaire, edition, moment, age)
        complete = answers.complete(questionnaire, edition, age, moment, given)
        met |= set(given)
        assert list(complete) == [item.id for item in questionnaire.items]
        assert answers.NOT_REACHED not in complete.values()
        assert len(msgspec.json.encode(complete)) <= longest
        assert not strange(questionnaire, edition, complete)
        rows.append({"edition": edition, **complete})
    assert met == {item.id for item in questionnaire.items if item.type != "text"}
    scored = scoring.score(questionnaire, pl.DataFrame(rows, schema=schema))
    for score in questionnaire.scores:
        values = scored[score.id].drop_nulls()
        assert len(values) > 0
        assert values.is_between(0, 100).all()


def strange(questionnaire: Questionnaire, edition: str, complete: dict[str, str]) -> dict[str, str]:
    """Codes that are neither offered by the edition nor one of the statuses."""
    return {
        item.id: complete[item.id]
        for item in questionnaire.items
        if complete[item.id] not in answers.STATUSES
        and not set(complete[item.id].split(AND)) <= set(questionnaire.scale_of(item).codes(edition))
    }


def test_thousands_of_paths_are_walked_on_every_run():
    assert sum(len(list(states(one))) for one in ALL.values()) * WALKS >= 2_000


@every
@pytest.mark.parametrize("best", [True, False])
def test_the_best_path_gives_a_hundred_and_the_worst_nothing(name, best):
    questionnaire = ALL[name]
    for edition in questionnaire.editions:
        row = extreme(questionnaire, edition, best=best)
        found = scores_of(questionnaire, edition, row)
        for score in questionnaire.scores:
            full = 100.0 if best == (score.method == "mean") else 0.0
            is_known = sum(item in row for item in score.items) >= score.need
            assert found[score.id] == (full if is_known else None)


def extreme(questionnaire: Questionnaire, edition: str, *, best: bool) -> dict[str, str]:
    """The answers with the most points, or with the fewest, to all that the edition asks and scores."""
    row = {}
    for item in questionnaire.items:
        points = scoring.points(questionnaire, item, edition) if item.type == "choice" else {}
        if points and (item.easy or edition != "easy"):
            row[item.id] = (max if best else min)(points, key=points.__getitem__)
    return row


@every
def test_every_option_and_way_out_has_its_words(name):
    questionnaire = ALL[name]
    for language in questionnaire.languages:
        for edition in questionnaire.editions:
            for item in questionnaire.items:
                assert questionnaire.question(item, language, edition)
                for code in answers.options(questionnaire, item, edition):
                    if code not in (answers.DONT_KNOW, "refuse"):  # the player's own words
                        assert questionnaire.label(item, code, language, edition)


@pytest.mark.parametrize("name", YOUTH)
def test_all_ages_meet_the_same_questions(name):
    """A question that only some ages meet would split a home's group by age (DESIGN §4.5)."""
    questionnaire = ALL[name]
    assert not [
        item.id
        for item in questionnaire.items
        for condition in item.show_if
        if condition.age_min is not None or condition.age_max is not None
    ]


@pytest.mark.parametrize("name", YOUTH)
def test_an_answer_that_staff_helped_with_can_be_told_and_dropped(name):
    """Freezing drops what staff helped with (DESIGN §4.4): every path must come to the question."""
    questionnaire = ALL[name]
    for edition, moment, age in states(questionnaire):
        path = routing.shown(questionnaire, edition=edition, age=age, moment=moment, answers={})
        assert path[-1].id == "alone"
        assert "helped_staff" in answers.options(questionnaire, path[-1], edition)


@pytest.mark.parametrize("name", ADULTS)
def test_adults_always_see_what_to_do_about_harm(name):
    for language, duty in (("sv", "Anmäl"), ("en", "Report")):
        box = ALL[name].safeguarding(language)
        assert box is not None
        assert duty in box.text
        assert "lex Sarah" in box.text
        assert "IVO" in box.text
        assert "112" in box.text


@pytest.mark.parametrize("name", YOUTH)
def test_young_people_meet_help_pages_and_no_box(name):
    assert ALL[name].safeguarding("sv") is None
    assert any(item.help for item in ALL[name].items)


@pytest.mark.parametrize(
    ("item", "code", "opens"),
    [
        ("life", "0", True),
        ("life", "2", True),
        ("life", "3", False),
        ("life", "skipped", False),
        ("where", "nowhere", True),
        ("where", "hvb", False),
    ],
)
def test_help_comes_after_a_low_life_and_after_nowhere_to_live(item, code, opens):
    waits = OUTCOME.item(item).help
    assert waits is not None
    assert waits.opens_on(code) is opens


@pytest.mark.parametrize(
    ("moment", "asked", "left_out"),
    [
        ("start", {"goal", "life"}, {"where", "doing", "call"}),
        ("follow_up", {"goal", "life"}, {"where", "doing", "call"}),
        ("exit", {"goal", "life"}, {"where", "doing", "call"}),
        ("after", {"life", "where", "doing", "call"}, {"goal"}),
    ],
)
@pytest.mark.parametrize("edition", ["standard", "easy"])
def test_the_outcome_questions_follow_the_moment(edition, moment, asked, left_out):
    path = {
        item.id
        for item in routing.shown(OUTCOME, edition=edition, age=16, moment=moment, answers={"goal": "sleep"})
    }
    assert asked <= path
    assert not left_out & path
    assert ("near_sleep" in path) is ("goal" in asked)


def test_a_start_and_an_exit_ask_the_same_so_that_they_can_be_compared():
    for questionnaire in (OUTCOME, CONTACT):
        for edition in questionnaire.editions:
            asked = [
                [
                    item.id
                    for item in routing.shown(
                        questionnaire, edition=edition, age=None, moment=moment, answers={}
                    )
                ]
                for moment in ("start", "exit")
            ]
            assert asked[0] == asked[1]


def test_a_sitting_of_the_outcome_questions_stays_short():
    """Fifteen questions, at most three goals with one more each, and the presence of others (R7 §4)."""
    for moment in ("start", "follow_up", "exit", "after"):
        assert routing.most(OUTCOME, edition="standard", age=20, moment=moment, answers={}) <= 20
        assert routing.most(OUTCOME, edition="easy", age=13, moment=moment, answers={}) <= 14


def test_no_own_words_are_asked_of_young_people_about_their_goals():
    goal = OUTCOME.item("goal")
    assert goal.type == "goals"
    assert {item.type for item in OUTCOME.items} == {"choice", "goals"}
    for code in OUTCOME.scale_of(goal).options:
        near = OUTCOME.item(f"near_{code}")
        assert OUTCOME.scale_of(near).codes("easy") == tuple(str(number) for number in range(11))


def test_the_contact_person_can_stand_beside_the_young_person():
    """8–10 questions; each has its counterpart in the young person's, in the same part of life (DESIGN §3)."""
    assert 8 <= len(CONTACT.items) <= 10
    for item in CONTACT.items:
        counterpart = OUTCOME.item(item.maps["ung-utfall"])
        assert counterpart.domain == item.domain
        assert counterpart.reverse == item.reverse
    assert {score.id for score in CONTACT.scores} == {score.id for score in OUTCOME.scores}


def test_the_staff_questions_hold_the_two_that_belong_to_the_core():
    """P08a and P08b, and nothing that could be crossed with the staff register (DESIGN §3, R7 U6)."""
    staff = ALL["personal"]
    assert {staff.item("speak_up").domain, staff.item("own_child").domain} == {"leadership", "overall"}
    assert {item.scale for item in staff.items if item.type == "choice"} == {"fits"}


def test_adults_may_say_that_they_do_not_know():
    for name in ADULTS:
        for item in ALL[name].items:
            if item.type == "choice" and item.id != "met_alone":  # her own meeting she does know of
                assert answers.DONT_KNOW in answers.options(ALL[name], item, "standard")


def test_a_family_of_change_is_never_opened_as_a_wave_of_level():
    assert [one.id for one in newest(CATALOGUE, "youth")] == ["ung-upplevelse"]
    assert newest(CATALOGUE, "contact_person") == []


def test_a_newest_version_that_turned_to_change_is_not_opened_in_its_older_form():
    old = ALL["ung-upplevelse"]
    head = msgspec.structs.replace(old.instrument, version="2.0.0", publishing="change")
    turned = msgspec.structs.replace(old, instrument=head)
    catalogue = Catalogue(questionnaires=(old, turned), indicators=(), words={})
    assert newest(catalogue, "youth") == []
