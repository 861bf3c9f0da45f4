"""What a text or an e-mail says: neutral, short, easy to read. It never knows to whom it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.questionnaires.printed import PrintedWords
from hvb_followup.questionnaires.readability import LIX_STANDARD, lix
from hvb_followup.questionnaires.telling import TELLING

LINK = "{link}"
LINKS = {
    "first": 1,
    "first_of_two": 1,
    "reminder": 1,
    "stop_answer": 0,
    "stop_link": 1,
}  # how many each text has


class MessageWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one language: an e-mail's subject, the first message, the one that reminds, how to get no more,
    and paper. ``first_of_two`` stands for the first where two questionnaires are asked together and take twice as long.
    """

    subject: str
    first: str
    first_of_two: str
    reminder: str
    stop_answer: str
    stop_link: str
    printed: PrintedWords

    def text(self, step: int, links: Sequence[str], stop_at: str = "") -> str:
        """The text of the first message (0) or of a reminder, with a link per questionnaire, and how to get no more.

        ``stop_at`` is where one says so; "" where one answers the message.
        """
        first = self.first_of_two if len(links) > 1 else self.first
        words = self.reminder if step else first
        stop = self.stop_link.replace(LINK, stop_at) if stop_at else self.stop_answer
        return words.strip().replace(LINK, "\n".join(links)) + "\n" + stop.strip()


def message_problems(words: MessageWords, place: str, language: str) -> Iterator[Problem]:
    """What keeps the words from being sent: no link, telling words, or Swedish that is hard to read."""
    for name, n_links in LINKS.items():
        if getattr(words, name).count(LINK) != n_links:
            says = "Meddelandet ska ha {link} en gång." if n_links else "Texten ska inte ha {link}."
            yield _fault("message-link", f"{place}: $.{name}", says)
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
    read = {name: getattr(words, name).replace(LINK, "") for name in ("subject", *LINKS)}
    for name, text in {**read, "printed": words.printed.letter()}.items():
        if (value := lix(text)) > LIX_STANDARD:
            says = f"Läsbarheten är LIX {value:.0f}, över {LIX_STANDARD}."
            yield _fault("message-lix", f"{place}: $.{name}", says)


def _texts(words: MessageWords) -> Iterator[tuple[str, str]]:
    """Every text with its place in the file."""
    yield "subject", words.subject
    yield from ((step, getattr(words, step)) for step in LINKS)
    yield from ((f"printed.{name}", text) for name, text in words.printed.texts())


def _fault(code: str, where: str, says: str) -> Problem:
    return Problem(code=code, where=where, says=says, mend="Skriv om meddelandet.")
