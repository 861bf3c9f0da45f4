from __future__ import annotations

import pytest

from hvb_followup.questionnaires import evolution
from hvb_followup.questionnaires.model import openable


def add_item(instrument):
    instrument["item"].append({"id": "new", "domain": "b", "scale": "sure"})


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["scale"]["sure"]["options"].reverse(),
        lambda it: it["scale"]["often"]["easy"].insert(1, "mostly"),
        lambda it: it["item"][0].update(easy=False),
        lambda it: it["item"][2].update(reverse=False),
        lambda it: it["item"][4]["show_if"][0].update(age_min=16),
        lambda it: it["item"].pop(1),
        lambda it: it["item"].reverse(),
        lambda it: it["score"][0].update(need=3),
        lambda it: it["instrument"].update(publishing="change"),
        lambda it: it["instrument"].update(ages=[14, 20]),
        add_item,
    ],
)
def test_a_changed_structure_is_another_questionnaire(plain, make, small, change):
    instrument, words = plain
    change(instrument)
    changed = make(instrument, words)
    assert evolution.structure_hash(changed) != evolution.structure_hash(small)


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it["instrument"].update(version="1.0.1"),
        lambda it: it["item"][0].update(maps={"kolada": "U1"}),
        lambda it: it["item"][0].update(waive=[{"lint": "words", "reason": "Skäl."}]),
    ],
)
def test_what_is_not_asked_may_change(plain, make, small, change):
    instrument, words = plain
    change(instrument)
    changed = make(instrument, words)
    assert evolution.structure_hash(changed) == evolution.structure_hash(small)


def test_a_new_major_may_be_anything_and_has_a_hash_of_its_own(plain, make, small):
    instrument, words = plain
    instrument["instrument"]["version"] = "2.0.0"
    assert evolution.structure_hash(make(instrument, words)) != evolution.structure_hash(small)


def test_a_wording_changes_the_words_hash_and_its_status_does_not(plain, make, small):
    instrument, words = plain
    words["status"] = "reviewed"
    before = evolution.words_hash(small.words["sv"])
    assert evolution.words_hash(make(instrument, words).words["sv"]) == before
    words["item"]["calm"]["q"] = "Är du lugn nu?"
    assert evolution.words_hash(make(instrument, words).words["sv"]) != before


@pytest.mark.parametrize(
    ("status", "real", "demo"),
    [("draft", False, True), ("machine", False, True), ("reviewed", True, True), ("tested", True, True)],
)
def test_only_words_that_a_person_has_read_open_outside_the_demo(plain, make, status, real, demo):
    instrument, words = plain
    words["status"] = status
    questionnaire = make(instrument, words)
    assert openable(questionnaire, "sv", False) is real
    assert openable(questionnaire, "sv", True) is demo
    assert not openable(questionnaire, "ar", True)


def test_the_box_for_adults_is_part_of_the_words_and_its_absence_changes_no_older_hash(plain, make, small):
    instrument, words = plain
    before = evolution.words_hash(small.words["sv"])
    words["safeguarding"] = {"heading": "Vid oro", "text": "Anmäl genast."}
    assert evolution.words_hash(make(instrument, words).words["sv"]) != before
