"""What a text or an e-mail says: neutral, short, easy to read. It never knows to whom it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.questionnaires.readability import LIX_STANDARD, lix

# Whoever reads over her shoulder must not see where she lives or who is asking (R7 R2, DESIGN §4.8).
TELLING = re.compile(
    r"hvb|\b(?:barn)?hem(?:met)?\b|boende|enhet|placer|social|kommun|personal|vård|home|placement|staff|municip"
    r"|\b(?:care|unit)\b",
    re.I,
)
LINK = "{link}"
LINKS = {"first": 1, "reminder": 1, "stop_answer": 0, "stop_link": 1}  # how many each text has


class MessageWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one language: an e-mail's subject, the first message, the one that reminds, and how to get no more."""

    subject: str
    first: str
    reminder: str
    stop_answer: str
    stop_link: str

    def text(self, step: int, links: Sequence[str], stop_at: str = "") -> str:
        """The text of the first message (0) or of a reminder, with a link per questionnaire, and how to get no more.

        ``stop_at`` is where one says so; "" where one answers the message.
        """
        words = self.reminder if step else self.first
        stop = self.stop_link.replace(LINK, stop_at) if stop_at else self.stop_answer
        return words.strip().replace(LINK, "\n".join(links)) + "\n" + stop.strip()


def message_problems(words: MessageWords, place: str, language: str) -> Iterator[Problem]:
    """What keeps the words from being sent: no link, telling words, or Swedish that is hard to read."""
    for name, n_links in LINKS.items():
        text = getattr(words, name)
        where = f"{place}: $.{name}"
        if text.count(LINK) != n_links:
            says = "Meddelandet ska ha {link} en gång." if n_links else "Texten ska inte ha {link}."
            yield _fault("message-link", where, says)
    for name, text in msgspec.structs.asdict(words).items():
        if language == "sv" and (value := lix(text.replace(LINK, ""))) > LIX_STANDARD:
            says = f"Läsbarheten är LIX {value:.0f}, över {LIX_STANDARD}."
            yield _fault("message-lix", f"{place}: $.{name}", says)
        if found := TELLING.search(text):
            says = f"Ordet ”{found[0]}” säger var hon bor eller vem som frågar."
            yield _fault("message-telling", f"{place}: $.{name}", says)


def _fault(code: str, where: str, says: str) -> Problem:
    return Problem(code=code, where=where, says=says, mend="Skriv om meddelandet.")
