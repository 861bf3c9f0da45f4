from __future__ import annotations

import pytest

from hvb_followup.questionnaires import readability


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("Är du trygg?", 3),
        # Six words, two sentences, one word longer than six letters: 6 / 2 + 100 × 1 / 6.
        ("Personalen är snäll. Är du trygg?", 3 + 100 / 6),
        ("Ring 116 111.", 3),
        # A decimal point ends no sentence.
        ("Det är 2.5 mil dit.", 6),
    ],
)
def test_lix_is_words_per_sentence_plus_the_share_of_long_words(text, expected):
    assert readability.lix(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("key", "wording", "lint"),
    [
        ("q", "Är du lugn och glad?", "and-or"),
        ("q", "Är du inte lugn?", "negation"),
        ("q", "Är du så där lugn som en kan vara när en bor här nu då?", "words"),
        ("easy", "Är du så där lugn som en kan vara?", None),
        ("easy", "Är du så där lugn som en kan vara nu?", "easy-words"),
        ("q", "Upplever omgivningen lugn?", "long-words"),
    ],
)
def test_a_hard_question_is_found_and_can_be_waived_with_a_reason(plain, make, key, wording, lint):
    instrument, words = plain
    words["item"]["calm"][key] = wording
    found = {problem.code for problem in readability.lints(make(instrument, words), "sv", "sv.toml")}
    assert found == ({f"lint-{lint}"} if lint else set())
    if lint:
        instrument["item"][0]["waive"] = [{"lint": lint, "reason": "Det är så unga säger."}]
        assert readability.lints(make(instrument, words), "sv", "sv.toml") == ()


def test_a_waiver_that_waives_nothing_is_found(plain, make):
    instrument, words = plain
    instrument["item"][0]["waive"] = [{"lint": "negation", "reason": "Behövdes förr."}]
    found = readability.lints(make(instrument, words), "sv", "sv.toml")
    assert [problem.code for problem in found] == ["lint-waiver"]


def test_a_waiver_needs_a_reason(plain, make):
    instrument, words = plain
    words["item"]["calm"]["q"] = "Är du inte lugn?"
    instrument["item"][0]["waive"] = [{"lint": "negation", "reason": ""}]
    found = readability.lints(make(instrument, words), "sv", "sv.toml")
    assert [problem.code for problem in found] == ["lint-waiver"]


def test_a_whole_that_is_too_hard_cannot_be_waived(plain, make):
    instrument, words = plain
    words["item"]["calm"]["hint"] = "Omgivningens förutsättningar " * 30
    found = {problem.code for problem in readability.lints(make(instrument, words), "sv", "sv.toml")}
    assert found == {"lint-lix", "lint-hint"}


@pytest.mark.parametrize(
    ("wording", "lint"),
    [
        ("Är du inte lugn?", None),
        ("Upplever omgivningen lugn?", None),
        ("Är du lugn eller glad?", "and-or"),
        ("Är du lugn " + "som du var " * 5, None),
        ("Är du lugn så " + "som du var " * 5, "words"),
        ("Vårdgivarens förutsättningar " * 40, "words lix"),
    ],
)
def test_adults_may_read_more_but_one_question_is_one_question(plain, make, wording, lint):
    instrument, words = plain
    instrument["instrument"] |= {"audience": "staff", "editions": ["standard"]}
    words["item"]["calm"]["q"] = wording
    found = {problem.code for problem in readability.lints(make(instrument, words), "sv", "sv.toml")}
    assert found == {f"lint-{one}" for one in (lint or "").split()}


def test_the_youth_questionnaire_is_within_its_limits(experience):
    assert readability.lints(experience, "sv", "sv.toml") == ()


def screens(**texts: str) -> list[str]:
    found = readability.screen_lints([(path.replace("__", "."), text) for path, text in texts.items()], "f")
    return [problem.where for problem in found]


def test_a_screen_of_the_players_is_judged_whole_and_each_of_its_texts_by_itself():
    """G9. Five words and a third of them long: LIX 5 + 40; a heading is a sentence of its own."""
    hard = "Personalen stannar ofta här nu."
    assert screens(help__lead=hard) == ["f: $.help"]
    assert screens(help__lead=hard, help__danger="Ring nu. Du kan ringa nu. Det är bra. Du får hjälp.") == []
    assert screens(done__saved=f"Personalen stannar så länge {hard.lower()}", done__close="Bra. " * 40) == [
        "f: $.done.saved"
    ]
    assert screens(help__heading="Fortsätt") == ["f: $.help"]
    assert screens(help__heading="Du kan ringa", help__lead="Det är bra") == []


def test_the_start_page_is_one_screen_and_adults_may_read_more():
    hard = "Personalen stannar ofta här nu."
    assert screens(promise__about=hard, hide__link=hard, code__hint="Nu. " * 5) == ["f: $.start"]
    assert screens(adult__about="Personalen är här nu med dig.") == []
    assert screens(adult__about=hard) == ["f: $.adult"]


def test_a_placeholder_is_one_short_word():
    assert screens(help__line="{operator_and_more} är bra {closes_on} och du {n}") == []
