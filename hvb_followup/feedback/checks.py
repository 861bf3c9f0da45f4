"""What a statement may never hold, and what it lacks before it can hang on a wall. All problems at once.

How easy it reads (LIX) and whether it holds a personal number are reckoned elsewhere and handed in. What was written
is never repeated in a problem.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from hvb_followup.errors import Problem
from hvb_followup.feedback.model import MOST_ACTIONS, ROLES, Action, Statement

MOST_WORDS = 150
HARDEST = 25  # LIX, as everywhere the young read
AHEAD = dt.timedelta(days=366)  # what lies further off is no answer to those who live there now
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_ISO_DAY = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_PHONE = re.compile(r"(?<!\d)\+?\d(?:[ \u00a0()/.-]{0,2}\d){6,}")
_MAIL = re.compile(r"\S@\S")


def n_words(text: str) -> int:
    """How many words there are."""
    return len(_WORD.findall(text))


def forbidden(statement: Statement, *, has_number: bool) -> tuple[Problem, ...]:
    """Why it may not even be kept as a draft: it points at somebody."""
    prose = statement.prose
    found = []
    if has_number:
        found.append(_problem("feedback-number", "Texten", "Det står något som liknar ett personnummer."))
    elif _PHONE.search(_ISO_DAY.sub("", prose)):
        found.append(_problem("feedback-phone", "Texten", "Det står något som liknar ett telefonnummer."))
    if _MAIL.search(prose):
        found.append(_problem("feedback-mail", "Texten", "Det står något som liknar en e-postadress."))
    return tuple(found)


def unready(
    statement: Statement, *, closed_on: dt.date, today: dt.date, ease: float, names_nobody: bool
) -> tuple[Problem, ...]:
    """Why it cannot be put up yet; ``ease`` is the LIX of its prose."""
    return (*_of_whole(statement, ease, names_nobody), *_of_actions(statement, closed_on, today))


def _of_whole(statement: Statement, ease: float, names_nobody: bool) -> Iterator[Problem]:
    words = n_words(statement.prose)
    if words > MOST_WORDS:
        says = f"Texten har {words} ord, fler än {MOST_WORDS}."
        yield _problem("feedback-long", "Texten", says, "Stryk det som minst behövs.")
    if ease > HARDEST:
        says = f"Texten är för svår att läsa: LIX {ease:.0f}, högst {HARDEST}."
        yield _problem("feedback-hard", "Texten", says, "Gör meningarna kortare och byt långa ord.")
    if not any(not one.is_empty for one in statement.actions):
        says = "Det står inget som ska göras."
        yield _problem("feedback-empty", "Åtgärd 1", says, "Skriv minst en sak som ändras.")
    if len(statement.actions) > MOST_ACTIONS:
        says = f"Det är fler än {MOST_ACTIONS} åtgärder."
        yield _problem("feedback-many", "Åtgärderna", says, "Välj de viktigaste.")
    if not names_nobody:
        says = "Du har inte intygat att texten inte pekar ut någon."
        yield _problem("feedback-names", "Intyg", says, "Läs igenom texten och kryssa i rutan.")


def _of_actions(statement: Statement, closed_on: dt.date, today: dt.date) -> Iterator[Problem]:
    for number, action in enumerate(statement.actions, start=1):
        if not action.is_empty:
            yield from _of_action(action, f"Åtgärd {number}", closed_on, today)


def _of_action(action: Action, where: str, closed_on: dt.date, today: dt.date) -> Iterator[Problem]:
    if not action.what:
        yield _problem("feedback-what", where, "Det står inte vad som ändras.", "Skriv det i en mening.")
    if action.role not in ROLES:
        yield _problem("feedback-role", where, "Det står inte vem som ser till det.", "Välj en roll.")
    by_on = day_of(action.by_on)
    if by_on is None:
        says = "Det står inte till vilken dag." if not action.by_on else "Dagen går inte att läsa."
        yield _problem("feedback-day", where, says, "Skriv till exempel 2026-12-01.")
    elif not closed_on <= by_on <= today + AHEAD:
        says = f"Dagen ligger inte mellan {closed_on} och {today + AHEAD}."
        yield _problem("feedback-day", where, says, "Välj en dag som de som bor här nu hinner märka.")


def day_of(typed: str) -> dt.date | None:
    """The day that was typed; None where it is none."""
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None


def _problem(code: str, where: str, says: str, mend: str = "Ta bort det.") -> Problem:
    return Problem(code=code, where=where, says=says, mend=mend)
