"""What the player's screens say and, above all, what they never say; their looks are tested in a browser."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import examples
import pytest
from examples import ASSETS, HAPPENED, OFTEN, options, question, shown
from words import ENGLISH, SWEDISH

from hvb_followup.web.help_screens import help_page
from hvb_followup.web.player_words import WORDS, word_problems
from hvb_followup.web.screens import code_page, text_direction

STATIC = Path(__file__).parents[2] / "dashboards" / "static"


class Outline(HTMLParser):
    """The tags of a page, each with its attributes and the tags around it."""

    VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.around: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), tuple(self.around)))
        if tag not in self.VOID:
            self.around.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs), tuple(self.around)))

    def handle_endtag(self, tag):
        assert self.around.pop() == tag, f"</{tag}> closes another tag"

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes, _ in self.tags if name == tag]


def screens() -> dict[str, str]:
    return {name: page.decode() for name, page in examples.screens().items()}


def title_of(page: str) -> str:
    return re.search(r"<title>(.*?)</title>", page, re.S)[1]


def test_a_question_is_one_form_with_two_ways_on():
    """R7 I1."""
    outline = Outline(shown(question()))
    (form,) = outline.all("form")
    assert (form["method"], form["action"]) == ("post", "/svara/4")
    assert [(button["name"], button["value"]) for button in outline.all("button")] == [
        ("do", "next"),
        ("do", "skip"),
    ]
    radios = outline.all("input")
    assert {(radio["type"], radio["name"]) for radio in radios} == {("radio", "answer")}
    assert [radio["value"] for radio in radios] == ["always", "mostly", "sometimes", "never"]
    assert not any("required" in radio for radio in radios)


def test_the_question_is_the_only_heading_and_names_the_choices():
    outline = Outline(shown(question()))
    headings = [(tag, around) for tag, _, around in outline.tags if re.fullmatch(r"h\d", tag)]
    assert [(tag, around[-2:]) for tag, around in headings] == [("h1", ("fieldset", "legend"))]


@pytest.mark.parametrize(
    ("hint", "described_by"), [("Trygg betyder att du inte är rädd.", "hint prompt"), ("", "prompt")]
)
def test_hint_and_prompt_describe_the_choices(hint, described_by):
    page = shown(question(hint=hint, prompt=True))
    outline = Outline(page)
    assert outline.all("fieldset")[0]["aria-describedby"] == described_by
    assert {tag["id"] for tag in outline.all("p") if "id" in tag} - {"sending"} == set(described_by.split())
    assert f'id="prompt" role="alert">{SWEDISH.prompt}</p>' in page


def test_the_prompt_is_silent_until_asked_for():
    assert SWEDISH.prompt not in shown(question(prompt=False))


def test_only_the_chosen_option_is_marked():
    outline = Outline(shown(question(options=options(*OFTEN, chosen="sometimes"))))
    assert [radio["value"] for radio in outline.all("input") if "checked" in radio] == ["sometimes"]


def test_nothing_of_one_person_is_left_for_the_next():
    untouched = shown(question(number=11))
    chosen = options(*OFTEN, chosen="never")
    answered = shown(question(number=11, options=chosen, prompt=True, resumed=True))
    assert answered != untouched
    assert shown(question(number=11)) == untouched


def test_the_resume_line_says_that_earlier_answers_are_not_shown():
    assert SWEDISH.resumed in shown(question(resumed=True))
    assert SWEDISH.resumed not in shown(question(resumed=False))


def test_a_changed_word_changes_the_page_at_once():
    assert "Nästa" in shown(question(), SWEDISH)
    assert "Nästa" not in shown(question(), ENGLISH)


def test_bars_fall_from_all_to_none_and_leave_what_is_no_step_alone():
    with_bars = shown(question(options=options(*OFTEN, apart=("not_relevant", "Jag går inte i skolan"))))
    charts = re.findall(r'<svg class="bars".*?</svg>', with_bars, re.S)
    assert [chart.count('fill="currentColor"') for chart in charts] == [3, 2, 1, 0]
    assert all('aria-hidden="true"' in chart for chart in charts)
    assert "<rect" not in shown(question(options=options(*HAPPENED), bars=False))


def test_only_a_ladder_of_numbers_stands_side_by_side():
    ladder = options(*((str(step), str(step)) for step in range(11)))
    assert "numbers" in shown(question(options=ladder, bars=False))
    assert "numbers" not in shown(question())


def test_the_first_question_has_no_way_back():
    assert 'class="back"' not in shown(question(back=None))
    assert 'href="/svara/3"' in shown(question(back="/svara/3"))


def test_no_text_can_become_markup():
    nasty = '"><script>alert(1)</script>'
    page = shown(
        question(
            text=nasty, hint=nasty, action=nasty, options=options((nasty, nasty), ("b", "B")), bars=False
        )
    )
    page += code_page(
        SWEDISH, language=nasty, languages=((nasty, nasty),) * 2, failed=True, help_href=nasty, assets=ASSETS
    ).decode()
    assert "<script>" not in page
    assert 'action=""' not in page


def test_titles_tell_only_progress_and_question():
    titles = {name: title_of(page) for name, page in screens().items()}
    assert titles["question"] == "Fråga 4 av 20: Behandlar personalen dig med respekt?"
    assert titles["code"] == titles["start"] == titles["withdraw"] == "Frågor"


def test_a_tab_does_not_tell_that_somebody_told():
    pages = screens()
    assert title_of(pages["help-panel"]) == title_of(pages["help"])
    assert SWEDISH.help_panel_title not in pages["help"]


def test_no_screen_names_the_trade_or_a_place():
    """R7 P8."""
    for name, page in screens().items():
        outside = re.sub(r"<main>.*</main>", "", page, flags=re.S).casefold()
        for word in ("hvb", "socialtjänst", "enkät", "kommun", "hemmet", "og:"):
            assert word not in outside, f"{name}: {word}"


def test_every_screen_is_whole_still_and_asks_nobody_else():
    """R7 L5."""
    for name, page in screens().items():
        outline = Outline(page)
        assert outline.around == [], name
        assert len(outline.all("h1")) == 1, name
        assert {"name": "robots", "content": "noindex"} in outline.all("meta"), name
        assert not re.search(r"https?:|//", page.replace("</", "<")), name
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script>|<img|<iframe", page), name
        assert [script["src"] for script in outline.all("script")] == [ASSETS.js], name
        for form in outline.all("form"):
            assert (form["method"], form["autocomplete"]) == ("post", "off"), name


def test_help_and_exit_stand_on_every_page_of_a_sitting():
    pages = screens()
    for name in ("start", "thanks", *examples.questions()):
        assert 'class="help"' in pages[name], name
        assert re.search(r'class="exit" href="[^"]+" rel="noreferrer"', pages[name]), name
    assert 'class="help"' in pages["code"]
    assert 'class="exit"' in pages["help-panel"]


def test_yes_and_no_are_equal():
    buttons = Outline(screens()["start"]).all("button")
    assert [(button["name"], button.pop("value")) for button in buttons] == [
        ("choice", "yes"),
        ("choice", "no"),
    ]
    assert buttons[0] == buttons[1]


def test_the_edition_is_asked_for_only_where_there_is_one_to_choose():
    assert [
        (radio["name"], radio["value"], "checked" in radio)
        for radio in Outline(screens()["start"]).all("input")
    ] == [("edition", "standard", False), ("edition", "easy", True)]
    assert Outline(screens()["start-one-edition"]).all("input") == []


def test_the_code_field_is_remembered_nowhere():
    field, shared = Outline(screens()["code-failed"]).all("input")
    assert shared["name"] == "shared"
    assert (field["name"], field["autocomplete"], field["aria-invalid"]) == ("code", "off", "true")
    assert "value" not in field


def test_a_number_can_be_rung_by_a_tap():
    page = screens()["help"]
    assert 'href="tel:116111"' in page
    assert 'href="tel:0201200606"' in page
    assert 'href="tel:112"' in page


def test_the_help_page_leads_back_only_where_one_came_from():
    alone = help_page(SWEDISH, language="sv", helplines=(), back=None, panel=False, assets=ASSETS).decode()
    assert SWEDISH.help_continue not in alone
    assert SWEDISH.help_continue in screens()["help-panel"]


def test_the_receipt_stands_on_the_thanks_page_and_no_answer_does():
    page = screens()["thanks"]
    assert re.findall(r"<span>(\w+)</span>", page)[-4:] == ["lampa", "tiger", "penna", "sol"]
    assert "15 december" in page
    assert Outline(page).all("input") == []


@pytest.mark.parametrize(
    ("language", "direction"), [("sv", "ltr"), ("ar", "rtl"), ("fa-AF", "rtl"), ("so", "ltr"), ("uk", "ltr")]
)
def test_arabic_and_persian_run_from_the_right(language, direction):
    assert text_direction(language) == direction


@pytest.mark.parametrize("words", [SWEDISH, ENGLISH], ids=["sv", "en"])
def test_the_words_are_complete(words):
    assert word_problems(words, "words") == ()


def test_all_that_is_wrong_with_the_words_is_told_at_once():
    class Few:
        progress = "Fråga {number}"
        title = ""

    problems = word_problems(Few(), "sv.toml")
    assert len(problems) == len(WORDS)
    assert {problem.where for problem in problems} == {f"sv.toml: {key}" for key in WORDS}
    assert "{total}" in next(problem.says for problem in problems if problem.where == "sv.toml: progress")


def test_every_word_is_used_by_some_screen(monkeypatch):
    heard = set()

    class Listening:
        def __getattr__(self, key):
            heard.add(key)
            return getattr(SWEDISH, key)

    monkeypatch.setattr(examples, "SWEDISH", Listening())
    examples.screens()
    # The language's own name is put into the list of languages by whoever knows them all.
    assert set(WORDS) - heard == {"language_name"}
    assert set(vars(SWEDISH)) == set(vars(ENGLISH)) == set(WORDS)


def lix(text: str) -> float:
    """Björnsson's readability: words per sentence + share of words longer than six letters, in per cent."""
    words = re.findall(r"[^\W\d_]+", text)
    sentences = len(re.findall(r"[.:!?]+(?=\s|$)", text))
    return len(words) / sentences + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_the_swedish_words_are_easy_to_read():
    lines = [
        line
        for key in WORDS
        for line in ([getattr(SWEDISH, key)], getattr(SWEDISH, key))[key.endswith("lines")]
    ]
    texts = [line for line in lines if line.endswith((".", "?", "!"))]
    assert lix(" ".join(texts)) <= 25
    assert max(len(sentence.split()) for text in texts for sentence in re.split(r"[.?!]", text)) <= 16


def test_a_first_question_weighs_less_than_eight_kilobytes():
    files = [STATIC.joinpath(f"svara.{ending}").read_bytes() for ending in ("css", "js", "svg")]
    weights = [len(gzip.compress(file)) for file in (shown(question()).encode(), *files)]
    assert sum(weights) <= 8_000, weights
