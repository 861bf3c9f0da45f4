"""The screens a respondent meets, as bytes of HTML; nothing here knows a request, a database or a clock.

A screen never shows more than it is handed, and what is kept between renderings never depends on a person:
a question's page is compiled once, and the marks of whoever asks are laid between its parts (``Sheet``
has no place for them). Words come from content; titles stay neutral, since others may see the screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Literal, NamedTuple

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from hvb_followup.web.player_words import QUESTION_WORDS

Direction = Literal["ltr", "rtl"]
Edition = Literal["standard", "easy"]

# A helpline: name, number, hours, note; the last two may be empty.
Helpline = tuple[str, str, str, str]

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "prs", "ps", "ur"})

# Where a person's own mark goes in a compiled page; HTML cannot hold this character, so no text can.
_GAP = Markup("\0")


class Seat(NamedTuple):
    """What the pages of a sitting carry beside their content: how long they may lie still, and the way to other forms.

    ``idle`` is in seconds, 0 outside a sitting; on a ``shared`` screen a page never waits for long.
    """

    idle: int = 0
    shared: bool = False
    form_href: str = ""


NO_SEAT = Seat()


class Assets(msgspec.Struct, frozen=True, kw_only=True):
    """The addresses of the player's three files, with their hashes."""

    css: str
    js: str
    icon: str


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One answer to choose; ``apart`` is no step of the scale ("Vill inte svara") and carries no bars."""

    value: str
    label: str
    checked: bool = False
    apart: bool = False


class QuestionView(msgspec.Struct, frozen=True, kw_only=True):
    """One question as one person meets it; only marks, prompt and resumed are the person's own.

    ``picture`` is drawn markup, ``sounds`` the addresses of the question read aloud and then of its options; with
    ``speaks`` nothing is recorded and the device's own voice may read. Number 0 is the one to practise on.
    """

    language: str
    direction: Direction
    number: int
    total: int
    text: str
    hint: str
    options: tuple[Option, ...]
    bars: bool
    at_most: int = 0  # how many may be chosen where it is more than one
    longest: int = 0  # characters of own words, where they are asked for
    who_reads: str = ""
    prompt: bool
    resumed: bool
    action: str
    back: str | None
    help_href: str
    exit_href: str
    seat: Seat = NO_SEAT
    picture: str = ""
    sounds: tuple[str, ...] = ()
    speaks: bool = False


class Sheet(NamedTuple):
    """All of a question's page that is the same for everybody: what is compiled and kept."""

    language: str
    direction: str
    number: int
    total: int
    text: str
    hint: str
    options: tuple[tuple[str, str, bool], ...]
    bars: bool
    at_most: int
    longest: int
    who_reads: str
    action: str
    back: str | None
    help_href: str
    exit_href: str
    seat: Seat
    picture: str
    sounds: tuple[str, ...]
    speaks: bool
    words: tuple[str, ...]
    assets: Assets


_environment = Environment(
    loader=PackageLoader("hvb_followup.web", "templates/answer"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # templates are part of the program: the disk is not asked again for each page
)
_question_words = attrgetter(*QUESTION_WORDS)


def text_direction(language: str) -> Direction:
    """Which way a language tag's script runs."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def question_page(view: QuestionView, words: object, *, assets: Assets) -> bytes:
    """One question; posts ``answer`` (an option's value, or several) and ``do`` (``next`` or ``skip``) to its action."""
    sheet = _sheet(view, words, assets)
    parts = _compiled(sheet)
    page = [b""] * (2 * len(parts) - 1)
    page[::2] = parts
    page[1::2] = [
        _note(sheet.words[_RESUMED]) if view.resumed else b"",
        _encoded(_prompt(sheet)) if view.prompt else b"",
        *(b" checked" if option.checked else b"" for option in view.options),
    ]
    return b"".join(page)


def code_page(
    words: object,
    *,
    language: str,
    languages: Sequence[tuple[str, str]],
    failed: bool,
    help_href: str,
    assets: Assets,
    withdraw_href: str = "",
    shared: bool = False,
) -> bytes:
    """The door: posts ``code`` to its own address, and ``shared`` where others use the screen too.

    ``languages`` are tags with their own names. A wrong, a used and an expired code look alike.
    """
    return render(
        "code.html",
        words,
        language,
        assets,
        languages=languages,
        failed=failed,
        help_href=help_href,
        withdraw_href=withdraw_href,
        shared=shared,
    )


def start_page(
    words: object,
    *,
    language: str,
    paragraphs: Sequence[tuple[str, str]],
    action: str,
    edition: Edition | None,
    languages: Sequence[tuple[str, str]],
    help_href: str,
    exit_href: str,
    assets: Assets,
    listens: bool = False,
    seat: Seat = NO_SEAT,
) -> bytes:
    """What this is and who sees what; posts ``choice`` (``yes`` or ``no``), ``edition`` and ``sound`` to ``action``.

    ``listens`` where the questions are recorded.

    The first paragraph's heading is the page's. ``edition`` is the one suggested; None where there is
    only one, and then none is asked for or posted.
    """
    return render(
        "start.html",
        words,
        language,
        assets,
        paragraphs=paragraphs,
        action=action,
        edition=edition,
        languages=languages,
        listens=listens,
        help_href=help_href,
        exit_href=exit_href,
        seat=seat,
    )


_RESUMED, _PROMPT = QUESTION_WORDS.index("resumed"), QUESTION_WORDS.index("prompt")
_PROMPT_SOME = QUESTION_WORDS.index("prompt_some")


def _prompt(sheet: Sheet) -> str:
    """What is said when no answer was understood: how many may be chosen, where it is more than one."""
    return sheet.words[_PROMPT_SOME].format(most=sheet.at_most) if sheet.at_most else sheet.words[_PROMPT]


def render(template: str, words: object, language: str, assets: Assets, **content: object) -> bytes:
    """A template of the player's, in a language, within the frame that all its pages share."""
    frame = {
        "words": words,
        "language": language,
        "direction": text_direction(language),
        "assets": assets,
        "help_href": "",
        "exit_href": "",
        "seat": NO_SEAT,
    }
    return _environment.get_template(template).render(frame | content).encode()


def _sheet(view: QuestionView, words: object, assets: Assets) -> Sheet:
    return Sheet(
        view.language,
        view.direction,
        view.number,
        view.total,
        view.text,
        view.hint,
        tuple([(option.value, option.label, option.apart) for option in view.options]),
        view.bars,
        view.at_most,
        view.longest,
        view.who_reads,
        view.action,
        view.back,
        view.help_href,
        view.exit_href,
        view.seat,
        view.picture,
        view.sounds,
        view.speaks,
        _question_words(words),
        assets,
    )


@lru_cache(maxsize=4096)
def _compiled(sheet: Sheet) -> tuple[bytes, ...]:
    """The page's parts around the gaps: resumed, prompt, and one gap for each option."""
    words = SimpleNamespace(**dict(zip(QUESTION_WORDS, sheet.words, strict=True)))
    progress = words.progress.format(number=sheet.number, total=sheet.total)
    title = f"{progress if sheet.number else words.practice_title}: {sheet.text}"
    content = sheet._asdict() | {
        "words": words,
        "progress": progress if sheet.number else words.practice_title,
        "title": title,
        "drawn": Markup(sheet.picture),  # read and found to be shapes alone (web/pictures.py)
        "steps": sum(not apart for _, _, apart in sheet.options) - 1,
        "numbers": _are_numbers(sheet),
        "gap": _GAP,
    }
    return tuple(_environment.get_template(_template(sheet)).render(content).encode().split(b"\0"))


def _template(sheet: Sheet) -> str:
    if sheet.longest:
        return "own_words.html"
    return "goals.html" if sheet.at_most else "question.html"


def _are_numbers(sheet: Sheet) -> bool:
    """True for a ladder such as 0–10, whose steps stand side by side instead of below each other."""
    labels = [label for _, label, apart in sheet.options if not apart]
    return len(labels) > 7 and all(len(label) <= 2 for label in labels)


@lru_cache(maxsize=64)
def _encoded(text: str) -> bytes:
    return escape(text).encode()


@lru_cache(maxsize=64)
def _note(text: str) -> bytes:
    return Markup('<p class="note">{}</p>').format(text).encode()
