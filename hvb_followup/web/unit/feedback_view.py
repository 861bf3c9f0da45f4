"""What the pages of telling back show, in words; and what was typed, read into a statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from hvb_followup.actions.report.feedback import Told
from hvb_followup.errors import Problem
from hvb_followup.feedback.checks import HARDEST, MOST_WORDS, day_of, n_words
from hvb_followup.feedback.model import MOST_ACTIONS, ROLES, Action, Statement
from hvb_followup.pages.sheet import Result
from hvb_followup.periods import half_year_words
from hvb_followup.questionnaires.readability import LONG_WORD, lix, words_of
from hvb_followup.registry import Unit
from hvb_followup.web.unit import words

Context = dict[str, Any]
LONGEST_TEXT, LONGEST_WHAT = 2000, 400


def typed_from(form: Mapping[str, str]) -> Statement:
    """What was typed, as it was typed."""
    return Statement(
        text=form.get("text", "")[:LONGEST_TEXT].strip(),
        actions=tuple(
            Action(
                what=form.get(f"vad-{number}", "")[:LONGEST_WHAT].strip(),
                by_on=form.get(f"dag-{number}", "")[:20].strip(),
                role=form.get(f"roll-{number}", "")[:20],
            )
            for number in range(1, MOST_ACTIONS + 1)
        ),
    )


def state_line(told: Told, today: dt.date) -> tuple[str, str]:
    """Symbol and words: Återkoppling: ja, 2026-11-14; or saknas, senast 2026-11-14."""
    if told.given_on is not None:
        changed = f", ändrad {told.changed_on}" if told.changed_on else ""
        return "✓", f"Återkoppling: ja, {told.given_on}{changed}"
    written = " (utkast finns)" if told.state == "draft" else ""
    symbol = "✕" if told.is_late(today) else "○"
    return symbol, f"Återkoppling saknas{written}, {words.deadline(told.due_on, today)}"


def list_page(unit: Unit, told: Sequence[Told], today: dt.date) -> Context:
    """The home's closed waves."""
    return {"home": unit, "lines": [_line(unit, one, today) for one in told]}


def _line(unit: Unit, told: Told, today: dt.date) -> Context:
    symbol, state = state_line(told, today)
    href = address(unit, told)
    return {
        "title": told.title,
        "half_year": half_year_words(told.wave.half_year),
        "closed_on": told.closed_on.isoformat(),
        "symbol": symbol,
        "state": state,
        "href": href,
        "sheet": f"{href}/blad" if told.statement else "",
        "is_given": told.statement is not None,
    }


def address(unit: Unit, told: Told) -> str:
    """Where one wave's feedback is written."""
    return f"/enhet/{unit.id}/aterkoppling/{told.wave.family}/{told.wave.half_year}"


def one_page(
    unit: Unit,
    told: Told,
    today: dt.date,
    *,
    may_write: bool,
    may_publish: bool,
    typed: Statement | None = None,
    problems: Sequence[Problem] = (),
    is_anew: bool = False,
) -> Context:
    """One wave: what stands, and the form with what has been written or ``typed``."""
    writing = typed or told.draft or (told.statement if is_anew else None)
    shows_form = may_write and (told.statement is None or writing is not None)
    return {
        **_line(unit, told, today),
        "home": unit,
        "stands": said(told.statement) if told.statement else None,
        "form": _form(writing or Statement()) if shows_form else None,
        "problems": problems,
        "has_draft": told.draft is not None,
        "may_write": may_write,
        "may_publish": may_publish,
        "may_take_back": may_publish and told.may_take_back,
        "is_late": told.is_late(today),
    }


def _form(statement: Statement) -> Context:
    """The fields, and how easy what they hold is to read."""
    actions = [*statement.actions, *(Action() for _ in range(MOST_ACTIONS - len(statement.actions)))]
    ease, prose = lix(statement.prose), statement.prose
    return {
        "text": statement.text,
        "actions": list(enumerate(actions, start=1)),
        "roles": list(ROLES.items()),
        "lix": f"{ease:.0f}",
        "is_hard": ease > HARDEST,
        "hardest": HARDEST,
        "n_words": n_words(prose),
        "most_words": MOST_WORDS,
        "long_words": list(dict.fromkeys(one for one in words_of(prose) if len(one) >= LONG_WORD))[:12],
        "is_empty": not prose,
    }


def said(statement: Statement) -> Context:
    """A statement as the young people read it."""
    return {
        "text": statement.text,
        "actions": [
            {"what": one.what, "by_on": _day(one.by_on), "role": ROLES.get(one.role, "")}
            for one in statement.actions
        ],
    }


def sheet_page(told: Told, results: Sequence[Result]) -> Context:
    """What hangs on the wall; no home, no name and no address stands on it."""
    return {
        **said(told.statement or Statement()),
        "half_year": half_year_words(told.wave.half_year),
        "results": results,
        "given_on": words.date(told.given_on) if told.given_on else "",
        "changed_on": words.date(told.changed_on) if told.changed_on else "",
    }


def _day(typed: str) -> str:
    day = day_of(typed)
    return words.date(day) if day else typed
