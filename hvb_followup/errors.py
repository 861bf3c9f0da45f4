"""The one family of expected errors: what is wrong, where, and how to mend it.

An error carries no personal value: a cell is named by row and column, never by its content.
"""

from __future__ import annotations

import datetime as dt

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with what was handed in.

    ``code`` is stable and searchable, ``where`` is a place a person can find (file, row and column,
    question), ``says`` is a whole sentence and ``mend`` says what to do about it.
    """

    code: str
    where: str
    says: str
    mend: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.says} {self.mend}".rstrip()


class HvbError(Exception):
    """An expected error; doors translate it to a page, a problem document or an exit code."""

    status = 400

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class Refused(HvbError):
    """What was handed in cannot be taken; nothing of it was stored."""


class NotFound(HvbError):
    """No such thing, or none that this person may know of: the two look alike."""

    status = 404


class NotSignedIn(HvbError):
    """The errand needs a signed-in person."""

    status = 401


class Conflict(HvbError):
    """The thing is no longer in the state the errand needs."""

    status = 409


class TooMany(HvbError):
    """Too many tries; to be tried again ``after`` a while, which is the same for everybody."""

    status = 429

    def __init__(self, *problems: Problem, after: dt.timedelta) -> None:
        super().__init__(*problems)
        self.after = after


class Unsound(HvbError):
    """The deployment itself is not fit to run: settings, keys, content or database."""

    status = 503


def not_found(what: str = "") -> NotFound:
    """The same error for the foreign and the missing."""
    return NotFound(Problem(code="not-found", where=what, says="Sidan eller uppgiften finns inte."))
