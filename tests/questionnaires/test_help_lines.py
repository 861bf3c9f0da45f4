"""Where she can turn is told by her age, her language and what she has told of; never is there nothing (R7 H3)."""

from __future__ import annotations

import pytest

from hvb_followup.questionnaires.help_lines import HelpLine, for_her, hours_of, told_of

CHILDREN = HelpLine(
    name="Påhittad barnlinje",
    phone="1",
    hours="Dygnet runt.",
    hours_in={"en": "Day and night."},
    oldest=17,
    free=True,
    off_the_bill=True,
    anonymous=True,
)
GROWN = HelpLine(name="Påhittad linje för vuxna", phone="2", youngest=18)
HOUSED = HelpLine(name="Påhittad boendejour", phone="3", panels=("housing",))
ARABIC = HelpLine(name="Påhittad arabisk linje", phone="4", languages=("ar",))
ALL = (CHILDREN, GROWN, HOUSED, ARABIC)


@pytest.mark.parametrize(
    ("language", "age", "panel", "phones"),
    [
        ("sv", 17, "hurt", "1"),
        ("sv", 18, "hurt", "12"),  # the age is that of the year: until her birthday she is 17
        ("sv", 19, "hurt", "2"),
        ("sv", 18, "housing", "123"),
        ("ar", 13, "low", "14"),
        ("sv", None, "", "123"),  # without a sitting nobody knows how old she is, nor what she has told of
        ("ar", None, "", "1234"),
    ],
)
def test_the_lines_are_hers(language: str, age: int | None, panel: str, phones: str) -> None:
    assert "".join(one.phone for one in for_her(ALL, language, age=age, panel=panel)) == phones


def test_where_none_is_hers_all_are_shown() -> None:
    """A page of help with no number on it would be worse than one with too many."""
    assert for_her((GROWN, ARABIC), "sv", age=13) == [GROWN, ARABIC]


def test_each_line_says_for_whom_it_is_what_it_costs_and_what_can_be_seen(catalogue) -> None:  # type: ignore[no-untyped-def]
    """R7 H3: hours, cost, whether it is on the bill, and whether she may be nobody."""
    words = catalogue.words["sv"].help
    said = "För dig under 18 år. Gratis. Syns inte på räkningen. Du behöver inte säga vem du är."
    assert told_of(CHILDREN, words) == said
    assert told_of(GROWN, words) == "För dig från 18 år."
    assert told_of(HOUSED, words) == ""
    assert (hours_of(CHILDREN, "en"), hours_of(CHILDREN, "ar")) == ("Day and night.", "Dygnet runt.")
    for language in catalogue.words:
        assert len(told_of(CHILDREN, catalogue.words[language].help).split(".")) == 5
