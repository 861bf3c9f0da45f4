"""Codelists: what may be chosen, in which words, and when each choice held. The lists themselves are data."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping

import msgspec

from hvb_followup.errors import Problem


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One choice: its id, its words, the group that figures count it in, and the days it may be used.

    ``ages`` are the youngest and the oldest a kind of home takes, or a band holds.
    """

    id: str
    sv: str
    en: str
    words: tuple[str, ...] = ()
    group: str = ""
    ages: tuple[int, int] | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def holds_on(self, day: dt.date) -> bool:
        """True when the code could be used that day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class Codelist(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The choices of one kind, in the order people meet them."""

    id: str
    title: str
    source: str
    reviewed_on: dt.date
    next_review_on: dt.date
    code: tuple[Code, ...]

    def by_word(self) -> dict[str, str]:
        """The id by each of a code's words, folded."""
        return {name: code.id for code in self.code for name in _names(code)}

    def get(self, code_id: str) -> Code | None:
        """The code with an id, or None."""
        return next((code for code in self.code if code.id == code_id), None)

    def ids(self) -> tuple[str, ...]:
        """Every id, in order."""
        return tuple(code.id for code in self.code)


Codelists = Mapping[str, Codelist]


def folded(text: str) -> str:
    """Letters and digits only, in lower case: how headings and choices are compared."""
    return "".join(sign for sign in unicodedata.normalize("NFC", text).casefold() if sign.isalnum())


def _names(code: Code) -> set[str]:
    return {folded(name) for name in (code.id, code.sv, *code.words)}


def problems(lists: Codelists, wanted: Mapping[str, frozenset[str]]) -> tuple[Problem, ...]:
    """Everything that would make the lists wrong to use. ``wanted``: ids that a list must hold."""
    return tuple(problem for one in lists.values() for problem in _own(one)) + tuple(
        _problem(name, f"Koden {missing} saknas.")
        for name, ids in wanted.items()
        for missing in sorted(ids - set(lists[name].ids() if name in lists else ()))
    )


def overdue(lists: Codelists, today: dt.date) -> tuple[Problem, ...]:
    """Lists whose review is late."""
    return tuple(
        Problem(code="review-overdue", where=one.id, says=f"Skulle ha setts över {one.next_review_on}.")
        for one in lists.values()
        if one.next_review_on < today
    )


def _own(one: Codelist) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for code in one.code:
        for name in sorted(_names(code)):
            if name in seen:
                yield _problem(one.id, f"Orden för {code.id} är också ord för {seen[name]}.")
            seen[name] = code.id
        if code.valid_from and code.valid_to and code.valid_to < code.valid_from:
            yield _problem(one.id, f"Koden {code.id} slutar gälla innan den börjar.")


def _problem(where: str, says: str) -> Problem:
    return Problem(code="codelist", where=f"codelists/{where}.toml", says=says, mend="Rätta filen.")
