"""The player's own words: everything a respondent meets that is not a question.

Before the code has been typed nothing may tell what the questions are about or who answers them: somebody
may look over a shoulder (DESIGN §4.8). ``problems`` watches over that and over the named placeholders.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Literal

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.questionnaires.model import READ, Status


class CodePage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first page; ``wrong`` is one and the same for a wrong, used or expired code."""

    heading: str
    label: str
    hint: str
    open: str
    wrong: str
    too_many: str


class StartPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Before the first question: language, edition, and the choice to answer at all."""

    language: str
    edition: str
    standard: str
    easy: str
    yes: str
    no: str
    resume: str
    declined_heading: str
    declined: str


class FormPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the questions are shown: three switches, and who helps; ``voice_about`` where nothing is recorded."""

    link: str
    heading: str
    listen: str
    listen_about: str
    voice_about: str
    pictures: str
    pictures_about: str
    easy: str
    easy_about: str
    keep: str
    who: str
    self: str
    assistant: str
    interpreter: str
    phone: str
    paper: str


class ListenWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Reading aloud; ``own_voice`` marks that no recording is heard but the device's voice."""

    play: str
    stop: str
    question: str
    answers: str
    own_voice: str


class PracticePage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One harmless question to try on; what is chosen is kept nowhere."""

    heading: str
    question: str
    hint: str
    yes: str
    sometimes: str
    no: str


class SharedWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A screen that several use, and what is said before a page closes by itself."""

    label: str
    about: str
    still_heading: str
    still: str
    stay: str
    closing: str
    wait: str


class QuestionPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question a page; ``title`` is the window's title, ``review`` the last page before "Klar"."""

    title: str
    progress: str
    next: str
    skip: str
    back: str
    choose: str
    choose_some: str
    refuse: str
    dont_know: str
    to_question: str
    waiting: str
    sent: str
    own_words: str
    review_heading: str
    review: str
    finish: str


class HelpPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The help page: opened by anyone at any time, or shown once after an answer that tells of harm.

    ``told_low`` is said instead where she tells that life is bad, ``told_housing`` that she has nowhere to live.
    """

    link: str
    short: str
    heading: str
    lead: str
    told_heading: str
    told: str
    told_low: str
    told_housing: str
    nobody_reads: str
    line: str
    danger: str
    resume: str
    under: str
    from_age: str
    free: str
    off_the_bill: str
    anonymous: str


class AskingPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form that asks for help, its receipt, and how it goes; ``received`` is said of wrong words too."""

    heading: str
    lead: str
    who_reads: str
    text: str
    text_hint: str
    reach: str
    reach_hint: str
    soon: str
    danger: str
    today: str
    days: str
    known: str
    send: str
    unsent: str
    sent_heading: str
    sent: str
    receipt: str
    status_link: str
    status_heading: str
    status_lead: str
    show: str
    received: str
    read: str
    taken: str
    closed: str


class HidePage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The quick way out, and what it does not do."""

    link: str
    label: str
    explains: str


class DonePage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After "Klar": thanks, and the four words with which the answers can be taken back.

    ``as_change`` stands for ``results`` where the answers are shown as changes, on no promised day.
    """

    heading: str
    saved: str
    receipt_heading: str
    receipt: str
    results: str
    as_change: str
    close: str


class WithdrawPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Taking answers back; ``done`` says the same whether the words matched or not (DESIGN §4.2)."""

    link: str
    heading: str
    lead: str
    label: str
    send: str
    done_heading: str
    done: str
    malformed: str


class StopPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Getting no more messages: asked first, since machines open links; ``done`` says the same whoever it was."""

    heading: str
    lead: str
    send: str
    done_heading: str
    done: str


class EndPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page that only says that something is over."""

    heading: str
    says: str


class ErrorPage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When something is missing or broken; neutral like the code page."""

    missing_heading: str
    missing: str
    broken_heading: str
    broken: str
    to_start: str


class PromiseParagraph(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paragraph of the privacy text; ``easy`` is its text in the easy edition, where it differs."""

    heading: str
    text: str
    easy: str = ""


class PromiseWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The privacy text in pieces, put together by ``promise``; ``line`` is a help line, ``date`` a day.

    ``of_age`` is said to those who are adults. What comes of the answers is told in ``afterwards``; where they are
    shown as changes no day can be promised, and ``while_there`` and ``once_gone`` stand instead.
    """

    about: PromiseParagraph
    you_decide: PromiseParagraph
    who_sees: PromiseParagraph
    nobody_comes: PromiseParagraph
    own_words: PromiseParagraph
    help: PromiseParagraph
    unfinished: PromiseParagraph
    withdraw: PromiseParagraph
    afterwards: PromiseParagraph
    while_there: PromiseParagraph
    once_gone: PromiseParagraph
    line: str
    date: str
    months: tuple[str, ...]
    of_age: str


class AdultWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What adults are told instead; ``at_start`` and ``at_exit`` say which placement it is about, by its first day.

    ``as_change`` stands for ``afterwards`` where the answers are shown as changes.
    """

    about: PromiseParagraph
    at_start: PromiseParagraph
    at_exit: PromiseParagraph
    you_decide: PromiseParagraph
    who_sees: PromiseParagraph
    own_words: PromiseParagraph
    afterwards: PromiseParagraph
    as_change: PromiseParagraph
    saved: str


class PlayerWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of ``surveys/player/<language>.toml``; ``name`` is the language's name in itself.

    ``status``, ``revision`` and ``read_by`` say how far the words have come, as they do of a questionnaire's (R7 S2).
    """

    language: str
    status: Status
    revision: int = 1
    read_by: tuple[str, ...] = ()
    name: str
    direction: Literal["ltr", "rtl"]
    title: str
    code: CodePage
    start: StartPage
    form: FormPage
    listen: ListenWords
    practice: PracticePage
    shared: SharedWords
    question: QuestionPage
    help: HelpPage
    asking: AskingPage
    hide: HidePage
    done: DonePage
    withdraw: WithdrawPage
    stop: StopPage
    over: EndPage
    session_ended: EndPage
    error: ErrorPage
    promise: PromiseWords
    adult: AdultWords

    def may_be_met(self, demo: bool) -> bool:
        """True when somebody may meet the words: a person has read them, or nothing here is real."""
        return demo or self.status in READ


# The named placeholders of each text; a text without an entry has none.
PLACEHOLDERS = {
    "question.title": {"number", "total"},
    "question.progress": {"number", "total"},
    "question.choose_some": {"most"},
    "help.line": {"name", "phone", "hours"},
    "help.under": {"age"},
    "help.from_age": {"age"},
    "asking.sent": {"day", "hour"},
    "done.results": {"date"},
    "promise.about.text": {"questions", "minutes", "title"},
    "promise.about.easy": {"questions", "minutes", "title"},
    "promise.who_sees.text": {"smallest", "operator"},
    "promise.who_sees.easy": {"smallest", "operator"},
    "promise.own_words.text": {"help"},
    "promise.help.text": {"lines", "help"},
    "promise.unfinished.text": {"closes_on"},
    "promise.withdraw.text": {"withdraw_until"},
    "promise.afterwards.text": {"feedback", "results_by"},
    "adult.about.text": {"questions", "minutes", "title"},
    "adult.at_start.text": {"starts_on"},
    "adult.at_exit.text": {"starts_on"},
    "adult.who_sees.text": {"smallest", "operator"},
    "adult.afterwards.text": {"results_by"},
    "promise.line": {"name", "phone"},
    "promise.date": {"day", "month", "year"},
}

# What may be read by somebody who stands beside, before and after the questions.
NEUTRAL = (
    "title",
    "code.",
    "over.",
    "session_ended.",
    "error.",
    "withdraw.",
    "stop.",
    "hide.",
    "question.title",
    "asking.status",
    "form.link",
    "practice.",
    "shared.",
)
TELLING = (
    "hvb", "hem ", "hemmet", "boende", "du bor", "personal", "placer", "socialtjänst", "socialsekr",
    "home", "care", "you live", "staff", "placement", "social",
    "الموظف", "سكن", "رعاية", "الاجتماعية",
)  # fmt: skip


def problems(words: PlayerWords, where: str, language: str) -> tuple[Problem, ...]:
    """Texts that are empty, have the wrong placeholders, or tell a bystander too much."""
    found = list(_month_problems(words))
    if words.language != language:
        found.append(("language", "Filen säger ett annat språk än sitt namn.", "Rätta språket eller namnet."))
    for key, text in texts(words):
        if not text.strip() and not key.endswith(".easy"):
            found.append((key, "Texten är tom.", "Skriv den."))
        if wrong := _wrong_placeholders(key, text):
            found.append((key, f"Platshållarna stämmer inte: {wrong}.", "Se PLACEHOLDERS i player.py."))
        if key.startswith(NEUTRAL) and (word := _telling(text)):
            found.append((key, f"Texten får inte säga {word!r}: någon kan stå bredvid.", "Skriv neutralt."))
    return tuple(Problem(code="player-words", where=f"{where}: $.{k}", says=s, mend=m) for k, s, m in found)


def texts(words: PlayerWords) -> Iterator[tuple[str, str]]:
    """Every text with its path, such as ``code.heading``."""
    yield from _texts(msgspec.to_builtins(words), "")


def _texts(table: dict[str, object], path: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _texts(value, f"{path}{key}.")
        elif isinstance(value, str):
            yield f"{path}{key}", value


def _month_problems(words: PlayerWords) -> Iterator[tuple[str, str, str]]:
    if len(words.promise.months) != 12:
        yield "promise.months", "Månaderna är inte tolv.", "Skriv alla."


def _wrong_placeholders(key: str, text: str) -> str:
    """The placeholders that are missing or left over; an empty easy text borrows the ordinary one."""
    if not text:
        return ""
    try:
        have = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError:
        return "obalanserade klamrar"
    return ", ".join(sorted(have ^ PLACEHOLDERS.get(key, set())))


def _telling(text: str) -> str:
    spoken = f"{text.lower()} "
    return next((word.strip() for word in TELLING if word in spoken), "")
