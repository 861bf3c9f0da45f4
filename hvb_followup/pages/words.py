"""The words of a page in the reader's language: the Swedish text is the key, a table gives the other language.

Swedish needs no table, so that templates and code read as what they say. Another language is one table
of whole sentences; a sentence without a translation stays Swedish, and a test finds it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

NBSP = "\u00a0"
MONTHS = {
    "sv": (
        "januari", "februari", "mars", "april", "maj", "juni",
        "juli", "augusti", "september", "oktober", "november", "december",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A language: say a Swedish text with values put in as ``%(name)s``; a per cent sign is written twice.

    ``codes`` is what the codes of the codelists are called in the language, by codelist and code.
    """

    language: str = "sv"
    table: Mapping[str, str] = {}
    codes: Mapping[str, Mapping[str, str]] = {}

    def __call__(self, text: str, **values: object) -> str:
        """The text in the language."""
        return self.text(text) % values

    def text(self, text: str) -> str:
        """The text in the language, with its gaps still open."""
        return self.table.get(text, text)

    def code(self, codelist: str, code: str) -> str:
        """What a code is called within a sentence; one that the codelist does not have stays as it is."""
        return self.codes.get(codelist, {}).get(code, code)

    def plural(self, one: str, many: str, n: int) -> str:
        """The text for one or for several, with its gaps still open."""
        return self.text(one if n == 1 else many)

    def count(self, one: str, many: str, n: int) -> str:
        """So many of something: ``one`` and ``many`` hold the number as ``%(n)s``."""
        return self.plural(one, many, n) % {"n": self.number(n)}

    def number(self, number: int) -> str:
        """A whole number: 1 234 with a space that does not break; in English 1,234."""
        grouped = f"{number:,}"
        return grouped if self.language == "en" else grouped.replace(",", NBSP)

    def decimal(self, number: float) -> str:
        """A number with one decimal: 1,5; in English 1.5."""
        written = f"{number:.1f}"
        return written if self.language == "en" else written.replace(".", ",")

    def day(self, day: dt.date) -> str:
        """A day within a sentence: 3 mars 2026; in English 3 March 2026."""
        return f"{day.day}{NBSP}{MONTHS[self.language][day.month - 1]} {day.year}"

    @property
    def percent(self) -> str:
        """The sign, with what stands between it and its number."""
        return "%" if self.language == "en" else f"{NBSP}%"


SWEDISH = Words()
