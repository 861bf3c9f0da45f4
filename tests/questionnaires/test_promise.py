from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from hvb_followup.errors import Refused
from hvb_followup.questionnaires import player, promise, readability
from hvb_followup.questionnaires.help_lines import HelpLine

BRIS = HelpLine(name="Bris", phone="116 111", verified_on=dt.date(2026, 10, 1))
FACTS = promise.Facts(
    operator="Exempelinstitutet",
    closes_on=dt.date(2026, 12, 1),
    results_by=dt.date(2026, 12, 15),
    helplines=(BRIS,),
    feedback={"sv": "Ett papper sätts upp där du bor.", "en": "A paper is put up where you live."},
)


def changed(**said):
    return msgspec.structs.replace(BRIS, **said)


def text(catalogue, facts=FACTS, language="sv", edition="standard"):
    questionnaire = catalogue.latest("ung-upplevelse")
    return promise.start_text(questionnaire, facts, language, edition, catalogue.words[language])


def whole(*args, **kwargs):
    return " ".join(f"{part.heading} {part.text}" for part in text(*args, **kwargs))


@pytest.mark.parametrize(
    "promised",
    [
        "Personalen ser inte dina svar.",
        "Din socialsekreterare ser inte dina svar.",
        "Minst 5 måste ha svarat.",
        "Du kan hoppa över frågor.",
        "Du kan sluta när du vill.",
        "Därför kommer ingen till dig om du inte själv ber om det.",
        "Bris: 116 111.",
        "fyra ord",
        "ta bort dina svar",
        "den 1 december 2026",
        "Gör du inte det kastas de.",
        "den 15 december 2026",
        "Exempelinstitutet",
        "21 frågor",
        "ungefär 5 minuter",
    ],
)
def test_the_start_page_promises(catalogue, promised):
    """R7 H5."""
    assert promised in whole(catalogue)


def test_the_easy_edition_tells_its_own_number_of_questions(catalogue):
    assert "15 frågor" in whole(catalogue, edition="easy")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("edition", ["standard", "easy"])
def test_it_is_easy_to_read_and_promises_no_full_anonymity(catalogue, language, edition):
    told = whole(catalogue, language=language, edition=edition)
    assert readability.lix(told) <= 25
    assert "anonym" not in told.lower()
    assert "{" not in told


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
@pytest.mark.parametrize("family", ["ung-utfall", "kontaktperson", "socialsekreterare"])
def test_where_answers_are_shown_as_changes_no_day_and_no_paper_is_promised(catalogue, family, language):
    """R7 P2: DESIGN §4.4, §4.11: a pair waits for others, and a wave of change is told back to no home."""
    facts, words = (
        msgspec.structs.replace(FACTS, feedback={language: "ETT PAPPER"}),
        catalogue.words[language],
    )
    day = promise.written_day(FACTS.results_by, words.promise)
    if language not in catalogue.latest(family).languages:
        return
    for moment in catalogue.latest(family).instrument.moments:
        parts = promise.start_text(
            catalogue.latest(family), facts, language, "standard", words, moment=moment
        )
        told = " ".join(part.text for part in parts)
        assert day not in told
        assert "ETT PAPPER" not in told
        if (language, family) == ("sv", "ung-utfall"):
            assert readability.lix(told) <= 25
            assert ("Senare kan vi fråga dig igen." in told) == (moment in {"start", "follow_up"})
            assert "när många nog har svarat" in told


def test_the_size_of_the_group_comes_from_the_facts(catalogue):
    assert "Minst 8 måste" in whole(catalogue, facts=msgspec.structs.replace(FACTS, smallest_group=8))


def test_answers_can_be_taken_back_until_the_close_unless_the_facts_say_earlier(catalogue):
    earlier = msgspec.structs.replace(FACTS, withdraw_until=dt.date(2026, 11, 28))
    assert "den 28 november 2026" in whole(catalogue, facts=earlier)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"operator": " "}, "operator"),
        ({"closes_on": None}, "closes_on"),
        ({"results_by": None}, "results_by"),
        ({"helplines": ()}, "helplines"),
        ({"helplines": (HelpLine(name="Bris", phone="116 111"),)}, "helplines[0].verified_on"),
        ({"helplines": (changed(panels=("hurt", "hunger")),)}, "helplines[0].panels"),
        ({"helplines": (changed(youngest=18, oldest=15),)}, "helplines[0].oldest"),
        ({"smallest_group": 4}, "smallest_group"),
        ({"withdraw_until": dt.date(2026, 12, 2)}, "withdraw_until"),
        ({"results_by": dt.date(2026, 11, 30)}, "results_by"),
        ({"feedback": {"en": "A paper."}}, "feedback.sv"),
    ],
)
def test_a_missing_fact_keeps_the_text_and_the_wave_shut(catalogue, change, where):
    """R7 P2."""
    facts = msgspec.structs.replace(FACTS, **change)
    assert [problem.where for problem in promise.missing(facts)] == [where]
    with pytest.raises(Refused):
        text(catalogue, facts=facts)


def test_with_no_facts_at_all_every_gap_is_named_at_once():
    where = {problem.where for problem in promise.missing(promise.Facts())}
    assert where == {"operator", "closes_on", "results_by", "helplines", "feedback.sv"}


def test_a_help_line_unchecked_for_more_than_a_year_keeps_the_wave_shut():
    assert promise.missing(FACTS, today=dt.date(2027, 10, 1)) == ()
    assert [p.where for p in promise.missing(FACTS, today=dt.date(2027, 10, 2))] == [
        "helplines[0].verified_on"
    ]


def changed(words: player.PlayerWords, section: str, key: str, value: str) -> player.PlayerWords:
    table = msgspec.to_builtins(words)
    table[section][key] = value
    return msgspec.convert(table, player.PlayerWords)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("code", "heading", "Kod till frågor om ditt boende"),
        ("code", "wrong", "Koden hör inte till något HVB."),
        ("error", "broken", "Fråga personalen."),
        ("question", "title", "Där du bor, fråga {number} av {total}"),
        ("question", "progress", "Fråga {number}"),
        ("question", "progress", "Fråga {number} av {total} {namn}"),
        ("question", "progress", "Fråga {number av {total}"),
        ("done", "receipt", ""),
    ],
)
def test_player_words_that_tell_too_much_or_lack_something_are_found(catalogue, section, key, value):
    found = player.problems(changed(catalogue.words["sv"], section, key, value), "sv.toml", "sv")
    assert {problem.where for problem in found} == {f"sv.toml: $.{section}.{key}"}


def test_a_promise_that_forgets_the_help_lines_is_found(catalogue):
    table = msgspec.to_builtins(catalogue.words["sv"])
    table["promise"]["help"]["text"] = "Ring någon."
    found = player.problems(msgspec.convert(table, player.PlayerWords), "sv.toml", "sv")
    assert [problem.where for problem in found] == ["sv.toml: $.promise.help.text"]


def test_both_languages_are_whole_and_the_window_says_only_questions(catalogue):
    assert {name: words.title for name, words in catalogue.words.items()} == {
        "sv": "Frågor",
        "en": "Questions",
        "ar": "أسئلة",
    }
    for name, words in catalogue.words.items():
        assert player.problems(words, name, name) == ()
