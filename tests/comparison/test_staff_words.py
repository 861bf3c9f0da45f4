"""Every class of staff in words, in both languages: the whole sentence, not a part of it."""

from __future__ import annotations

import datetime as dt

import pytest

from hvb_followup.comparison import staff_wording

NO_BREAK = "\u00a0"
CLASSES = [
    ("all", "alla", "all"),
    ("missing:3-5", "3–5 saknas", "3–5 are missing"),
    ("left:4-", "fyra eller fler har slutat", "four or more have left"),
    ("share:0-3", f"under 30{NO_BREAK}%", "under 30%"),
    ("share:3-6", f"30 till under 60{NO_BREAK}%", "30 to under 60%"),
    ("share:8-9", f"80 till under 90{NO_BREAK}%", "80 to under 90%"),
    ("share:9-10", f"90{NO_BREAK}% eller mer, men inte alla", "90% or more, but not all"),
    ("share:9-11", f"90{NO_BREAK}% eller mer", "90% or more"),
    ("share:7-", f"70{NO_BREAK}% eller mer", "70% or more"),
    ("turn:0-2", f"under 20{NO_BREAK}% har slutat", "under 20% have left"),
    ("turn:2-4", f"20 till under 40{NO_BREAK}% har slutat", "20 to under 40% have left"),
]


@pytest.mark.parametrize(("key", "swedish", "english"), CLASSES)
def test_a_class_in_words(key: str, swedish: str, english: str) -> None:
    assert staff_wording.class_words(key) == swedish
    assert staff_wording.class_words(key, language="en") == english


def test_what_a_manager_has_shown_is_told_with_the_day_or_with_how_many() -> None:
    day = dt.date(2026, 3, 1)
    assert (
        staff_wording.class_words("shown", looked_on=day) == "hemmet har visat det (kontrollerat 2026-03-01)"
    )
    assert staff_wording.class_words("shown", looked_on=day, language="en") == (
        "the home has shown it (checked 2026-03-01)"
    )
    assert staff_wording.class_words("shown", shown=1234, homes=2000) == (
        f"1{NO_BREAK}234 av 2{NO_BREAK}000 hem har visat det"
    )
    assert staff_wording.class_words("shown", shown=3, homes=5, language="en") == "3 of 5 homes have shown it"
    assert staff_wording.class_words("all", shown=3) == staff_wording.class_words("all", homes=3) == "alla"


@pytest.mark.parametrize(
    ("kind", "swedish", "english"),
    [
        ("heads", "Av dem som regeln binder: alla", "Of those whom the rule binds: all"),
        ("hours", "Av den schemalagda tiden: alla", "Of the scheduled time: all"),
        ("turnover", "Av de anställda på tolv månader: alla", "Of the employees in twelve months: all"),
        ("manager", "Alla", "All"),
    ],
)
def test_the_sentence_under_a_class(kind: str, swedish: str, english: str) -> None:
    def said(words: str, as_of: str, language: staff_wording.Language) -> str:
        return staff_wording.class_sentence(kind, words, as_of=as_of, release="2026H1", language=language)

    assert said("alla", "2026H1", "sv") == f"{swedish}, första halvåret 2026."
    assert said("all", "2026H1", "en") == f"{english}, the first half of 2026."
    assert said("alla", "2025H2", "sv") == (
        f"{swedish}, andra halvåret 2025. Klassen är inte ny: för få har kommit eller slutat för att visa en nyare."
    )
    assert said("all", "2025H2", "en") == (
        f"{english}, the second half of 2025. The class is not new: too few have come or left to show a newer one."
    )


def test_what_other_rules_would_give() -> None:
    assert staff_wording.what_if_words(40, 1200) == f"alla skulle uppfylla det i 40 av 1{NO_BREAK}200 hem"
    assert staff_wording.what_if_words(40, 1200, "en") == "all would meet it in 40 of 1,200 homes"
    counts = {"law:all": 30, "law:one-two": 8, "law:three-": 2, "then:some": 40}
    assert staff_wording.what_if_sentence(counts, 40, "2026H1") == (
        "Av 40 hem, första halvåret 2026. Som det är: alla uppfyller det i 30, en eller två saknas i 8, "
        "tre eller fler saknas i 2. Med förslaget: alla uppfyller det i 0, en eller flera saknas i 40."
    )
    assert staff_wording.what_if_sentence(counts, 40, "2026H1", "en") == (
        "Of 40 homes, the first half of 2026. As it is: all meet it in 30, one or two are missing in 8, "
        "three or more are missing in 2. Under the proposal: all meet it in 0, one or more are missing in 40."
    )


def test_why_nothing_is_told_of_staff() -> None:
    for outcome, (swedish, english) in staff_wording.SILENT.items():
        assert staff_wording.silent_sentence(outcome) == swedish
        assert staff_wording.silent_sentence(outcome, "en") == english
