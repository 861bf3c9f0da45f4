"""What a text or an e-mail says: neutral, short, easy to read. It never knows to whom it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.questionnaires.printed import PrintedWords
from hvb_followup.questionnaires.readability import LIX_STANDARD, lix
from hvb_followup.questionnaires.telling import TELLING

LINK = "{link}"
STEPS = ("first", "reminder")


class MessageWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one language: an e-mail's subject, the first message, the one that reminds, and paper."""

    subject: str
    first: str
    reminder: str
    printed: PrintedWords

    def text(self, step: int, links: Sequence[str]) -> str:
        """The text of the first message (0) or of a reminder, with a link per questionnaire."""
        words = self.reminder if step else self.first
        return words.strip().replace(LINK, "\n".join(links))


def message_problems(words: MessageWords, place: str, language: str) -> Iterator[Problem]:
    """What keeps the words from being sent: no link, telling words, or Swedish that is hard to read."""
    for step in STEPS:
        text = getattr(words, step)
        where = f"{place}: $.{step}"
        if text.count(LINK) != 1:
            yield _fault("message-link", where, "Meddelandet ska ha {link} en gång.")
    if language == "sv":
        yield from _hard_to_read(words, place)
    for name in words.printed.misfilled():
        says = "Det som ska fyllas i saknas, eller något annat står inom klamrar."
        yield _fault("message-fill", f"{place}: $.printed.{name}", says)
    for name, text in _texts(words):
        if found := TELLING.search(text):
            says = f"Ordet ”{found[0]}” säger var hon bor eller vem som frågar."
            yield _fault("message-telling", f"{place}: $.{name}", says)


def _hard_to_read(words: MessageWords, place: str) -> Iterator[Problem]:
    """What is read at one go: a subject, a message, the letter as a whole (R7 G9)."""
    read = {name: getattr(words, name).replace(LINK, "") for name in ("subject", *STEPS)}
    for name, text in {**read, "printed": words.printed.letter()}.items():
        if (value := lix(text)) > LIX_STANDARD:
            says = f"Läsbarheten är LIX {value:.0f}, över {LIX_STANDARD}."
            yield _fault("message-lix", f"{place}: $.{name}", says)


def _texts(words: MessageWords) -> Iterator[tuple[str, str]]:
    """Every text with its place in the file."""
    yield "subject", words.subject
    yield from ((step, getattr(words, step)) for step in STEPS)
    yield from ((f"printed.{name}", text) for name, text in words.printed.texts())


def _fault(code: str, where: str, says: str) -> Problem:
    return Problem(code=code, where=where, says=says, mend="Skriv om meddelandet.")
