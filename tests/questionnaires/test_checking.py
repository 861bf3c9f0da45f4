from __future__ import annotations

import msgspec
import pytest

from hvb_followup.questionnaires import checking


def places(questionnaire):
    return [problem.where.removeprefix("f: ") for problem in checking.problems(questionnaire, "f")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda it: it["item"][3].update(scale="laddr"), ["$.item[3].scale"]),
        (lambda it: it["item"][1].update(id="language"), ["$.item[1].id"]),
        (lambda it: it["item"][1].update(id="Varför?"), ["$.item[1].id"]),
        (lambda it: it["item"][1].update(max_chars=0), ["$.item[1].max_chars"]),
        (lambda it: it["item"][6]["show_if"][0].update(item="last"), ["$.item[6].show_if[0].item"]),
        (lambda it: it["item"][6]["show_if"][0].update({"in": ["nope"]}), ["$.item[6].show_if[0]"]),
        (lambda it: it["item"][6]["show_if"].append({"in": ["no"]}), ["$.item[6].show_if[1]"]),
        (lambda it: it["item"][5]["show_if"][0].update(moment=["after"]), ["$.item[5].show_if[0].moment"]),
        (lambda it: it["item"][0].update(help={"panel": "p", "on": ["nope"]}), ["$.item[0].help.on"]),
        (lambda it: it["scale"]["often"].update(easy=["always", "rarely"]), ["$.scale.often.easy"]),
        (lambda it: it["scale"]["sure"].update(score=[100, 0]), ["$.scale.sure.score"]),
        (lambda it: it["scale"]["sure"].update(score=[101, 50, 0]), ["$.scale.sure.score"]),
        (lambda it: it["scale"].update(x={"options": ["skipped"]}), ["$.scale.x.options"]),
        (lambda it: it["scale"].update(x={}), ["$.scale.x"]),
        (lambda it: it["score"][0].update(need=4), ["$.score[0].need"]),
        (lambda it: it["score"][1].update(items=["work", "calm"]), ["$.score[0].items", "$.score[1].items"]),
        (lambda it: it["score"][1].update(items=["work", "gone"]), ["$.score[1].items"]),
        (lambda it: it["score"][1].update(on=[]), ["$.score[1].on"]),
        (lambda it: it["instrument"].update(identity="anonymous"), ["$.instrument.identity"]),
        (lambda it: it["instrument"].update(ages=[20, 13]), ["$.instrument.ages"]),
        (lambda it: it["instrument"].update(base="en"), ["$.instrument.base"]),
        (
            lambda it: it["instrument"].update(publishing="change", moments=["exit"]),
            ["$.instrument.moments"],
        ),
        (
            lambda it: it["instrument"].update(audience="staff", identity="anonymous", publishing="change"),
            ["$.instrument.identity"],
        ),
        (lambda it: it["scale"]["ladder"].update(min=10), ["$.scale.ladder"]),
        (lambda it: it["scale"]["ladder"].update(easy=["0", "10"]), ["$.scale.ladder"]),
        (lambda it: it["item"][0].update(help={"panel": "p", "below": 3}), ["$.item[0].help.below"]),
    ],
)
def test_what_points_nowhere_is_named_by_its_path(plain, make, change, expected):
    instrument, words = plain
    change(instrument)
    assert places(make(instrument, words)) == expected


def test_a_twin_is_named_in_both_its_places(plain, make):
    instrument, words = plain
    instrument["item"][1]["id"] = "life"
    assert places(make(instrument, words))[:2] == ["$.item[1].id", "$.item[3].id"]


def test_several_faults_are_told_at_once(plain, make):
    instrument, words = plain
    instrument["item"][3]["scale"] = "laddr"
    instrument["score"][0]["need"] = 9
    assert places(make(instrument, words)) == ["$.item[3].scale", "$.score[0].need"]


def test_the_small_questionnaire_is_sound(small):
    assert checking.problems(small, "f") == ()
    assert checking.language_problems(small, {"sv": "sv.toml"}) == ()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda w: w["item"].pop("life"), ["$.item.life.easy", "$.item.life.q"]),
        (lambda w: w["item"]["life"].update(easy=""), ["$.item.life.easy"]),
        (lambda w: w["item"]["calm"].update(not_relevant=""), ["$.item.calm.not_relevant"]),
        (lambda w: w["scale"]["often"]["easy"].pop("never"), ["$.scale.often.easy.never"]),
        (lambda w: w["scale"]["ladder"].pop("max"), ["$.scale.ladder.max"]),
        (lambda w: w["scale"]["sure"].update(maybe="Kanske"), ["$.scale.sure.maybe"]),
        (lambda w: w["item"].update(gone={"q": "Vad?"}), ["$.item.gone.q"]),
        (lambda w: w.update(language="no"), ["$.language"]),
    ],
)
def test_missing_and_left_over_words_are_named(plain, make, change, where):
    instrument, words = plain
    change(words)
    found = checking.language_problems(make(instrument, words), {"sv": "sv.toml"})
    assert [problem.where for problem in found] == [f"sv.toml: {place}" for place in where]


def test_words_come_by_language_and_edition(small):
    calm, life = small.item("calm"), small.item("life")
    assert (small.question(calm, "sv", "standard"), small.question(calm, "sv", "easy")) == (
        "Är du lugn?",
        "Lugn?",
    )
    assert (small.hint(calm, "sv"), small.hint(life, "sv")) == ("Lugn är bra.", "")
    assert small.label(calm, "always", "sv", "standard") == "Alltid"
    assert small.label(calm, "always", "sv", "easy") == "Ja"
    assert small.label(calm, "not_relevant", "sv", "easy") == "Vet ej"
    assert small.label(life, "7", "sv", "standard") == "7"
    assert small.end_label(life, "max", "sv") == "Bäst"


def test_adults_always_see_what_to_do_when_somebody_is_harmed_and_young_people_do_not(plain, make):
    instrument, words = plain
    words["safeguarding"] = {"heading": "Vid oro", "text": "Anmäl genast."}
    files = {"sv": "sv.toml"}
    left_over = checking.language_problems(make(instrument, words), files)
    instrument["instrument"]["audience"] = "staff"
    assert checking.language_problems(make(instrument, words), files) == ()
    words["safeguarding"]["text"] = " "
    missing = checking.language_problems(make(instrument, words), files)
    assert [problem.where for problem in left_over] == [
        "sv.toml: $.safeguarding.heading",
        "sv.toml: $.safeguarding.text",
    ]
    assert [problem.where for problem in missing] == ["sv.toml: $.safeguarding.text"]


@pytest.mark.parametrize(
    ("language", "status", "read_by", "is_found"),
    [
        ("en", "reviewed", [], True),
        ("en", "tested", ["AB"], True),
        ("en", "reviewed", ["AB", "AB"], True),
        ("en", "reviewed", ["AB", "CD"], False),
        ("en", "draft", [], False),
        ("sv", "reviewed", [], False),
    ],
)
def test_a_translation_is_reviewed_by_two(plain, make, language, status, read_by, is_found):
    """R7 S2; the base language is no translation."""
    instrument, words = plain
    instrument["instrument"] |= {"base": "sv", "languages": ["sv", "en"]}
    both = {one: make(instrument, words | {"language": one}).words["sv"] for one in ("sv", "en")}
    marked = msgspec.structs.replace(both[language], status=status, read_by=tuple(read_by))
    questionnaire = msgspec.structs.replace(make(instrument, words), words=both | {language: marked})
    found = checking.language_problems(questionnaire, {"sv": "sv.toml", "en": "en.toml"})
    assert [problem.where for problem in found] == (["en.toml: $.read_by"] if is_found else [])
