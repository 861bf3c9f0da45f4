"""Where a young person can turn: which lines are for her, and what is said of each (R7 H3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from hvb_followup.questionnaires.player import HelpPage

# What an answer can have told of (``help.panel`` of an item).
PANELS = frozenset({"hurt", "low", "housing", "rights"})


class HelpLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somewhere to turn: who answers, on which number and when, and the day somebody last checked it.

    ``hours_in`` says the hours by language, where it is not the deployment's own. The line is for everybody unless it
    says ``languages``, ``panels`` (what was told of: hurt, low, housing) or whose age it is for; ``oldest`` 0: no limit.
    """

    name: str
    phone: str
    verified_on: dt.date | None = None
    hours: str = ""
    hours_in: Mapping[str, str] = {}
    languages: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    youngest: int = 0
    oldest: int = 0
    free: bool = False
    off_the_bill: bool = False
    anonymous: bool = False


def for_her(
    lines: Sequence[HelpLine], language: str, *, age: int | None = None, panel: str = ""
) -> list[HelpLine]:
    """The lines for who reads this language, is so old and has told of this; all, where none is: never an empty page.

    ``age`` is the one she reaches this year: until her birthday she is a year younger, and the lines for both are hers.
    """
    return [one for one in lines if _is_for(one, language, age, panel)] or list(lines)


def _is_for(line: HelpLine, language: str, age: int | None, panel: str) -> bool:
    speaks = not line.languages or language in line.languages
    # Who has told of nothing is shown the lines for everything.
    hears = not line.panels or not panel or panel in line.panels
    is_of_age = age is None or any(line.youngest <= one <= (line.oldest or one) for one in (age - 1, age))
    return speaks and hears and is_of_age


def hours_of(line: HelpLine, language: str) -> str:
    """When it answers, in a language; as the deployment has it where that is not said."""
    return line.hours_in.get(language, line.hours)


def written_out(line: HelpLine, language: str, words: HelpPage) -> HelpLine:
    """The line with all that is said of it as its hours: what a letter has room for."""
    said = (hours_of(line, language), told_of(line, words))
    return msgspec.structs.replace(line, hours=" ".join(filter(None, said)))


def told_of(line: HelpLine, words: HelpPage) -> str:
    """For whom it is, what it costs, and what can be seen of it afterwards."""
    return " ".join(_told(line, words))


def _told(line: HelpLine, words: HelpPage) -> Iterator[str]:
    if line.oldest:
        yield words.under.format(age=line.oldest + 1)
    if line.youngest:
        yield words.from_age.format(age=line.youngest)
    if line.free:
        yield words.free
    if line.off_the_bill:
        yield words.off_the_bill
    if line.anonymous:
        yield words.anonymous
