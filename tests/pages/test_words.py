"""English is complete: every sentence that a public page can say has a translation, and no translation is left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from invented_release import TEMPLATES

from hvb_followup import content
from hvb_followup.pages import SWEDISH, Words, assemble, facts, figures, grid, homes, verdicts
from hvb_followup.pages.finding import FILTERS
from hvb_followup.web.templating import environment

PAGES = Path(figures.__file__).parent
# Only for those who are signed in, who read Swedish.
SIGNED_IN = {"own_units.html", "own_unit.html", "sign_in.html"}


def in_templates() -> set[str]:
    """Every sentence of the templates, as Jinja finds them."""
    made = environment(TEMPLATES, SWEDISH)
    found: set[str] = set()
    for file in TEMPLATES.glob("*.html"):
        for _, _, text in made.extract_translations(file.read_text(encoding="utf-8")):
            found |= {text} if isinstance(text, str) else set(filter(None, text or ()))
    return found


def in_code() -> set[str]:
    """Every sentence that the code of the pages says: ``say("…")``, ``say.count("…", "…")``, and its tables of words."""
    found: set[str] = set()
    for file in PAGES.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"say", "say.count"}:
                found |= {
                    one.value
                    for one in node.args
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found | in_tables()


def in_tables() -> set[str]:
    """The words that stand in tables and are said one at a time."""
    states = [*figures.STATES.values(), figures.SHOWN, figures.NOT_DUE]
    marks = [*figures.FLAGS.values()]
    return {
        *(word for state in states for word in (state.words, state.says)),
        *(mark.words for mark in marks),
        *verdicts.SETS,
        *verdicts.GATES.values(),
        *figures.REASONS.values(),
        *homes.OPERATING_FORMS.values(),
        *facts.ROLES.values(),
        *facts.INCLUDED.values(),
        *grid.DOMAINS.values(),
        *grid.GROUPS.values(),
        *(one.label for one in FILTERS),
        *(word for one in FILTERS for word in one.words.values()),
        *(text for pair in assemble._PROBLEMS.values() for text in pair),
        *("få", "blandat", "de flesta"),
        "analytiker",
    }


ENGLISH = content.page_words()["en"]


def test_every_sentence_is_in_english_and_none_is_left_over() -> None:
    said = in_templates() | in_code()
    assert sorted(said - set(ENGLISH)) == []
    assert sorted(set(ENGLISH) - said) == []


@pytest.mark.parametrize("text", ENGLISH)
def test_a_translation_has_the_same_gaps_and_marks_as_its_sentence(text: str) -> None:
    for kind in (r"%\((\w+)\)s", r"</?\w+", r"%%"):
        assert sorted(re.findall(kind, ENGLISH[text])) == sorted(re.findall(kind, text)), kind


def test_numbers_and_signs_are_written_as_the_language_writes_them() -> None:
    english = Words(language="en", table=ENGLISH)
    assert figures.count_words(17, 20, 20, english) == "at least 17\u00a0of\u00a020"
    assert figures.count_words(1200, 1300, 6412, english) == "1,200–1,300\u00a0of\u00a06,412"
    assert figures.interval_words(64.4, 97.5, english) == "64–98%"
    assert figures.response_words("≥ 70 %", english) == "at least 70%"
    assert figures.response_words("< 30 %") == "under 30\u00a0%"
    assert figures.period_words("2025H1", "2026H2", english) == "Jan\u00a02025–Dec\u00a02026"
    assert english.count("ett hem", "%(n)s hem", 1) == "one home"
    assert english.count("ett hem", "%(n)s hem", 1200) == "1,200 homes"
