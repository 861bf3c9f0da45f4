"""What a statement to the young may say, and what it must before it hangs on a wall (R7 §3.9 R5)."""

from __future__ import annotations

import datetime as dt

import pytest

from hvb_followup.feedback.checks import forbidden, n_words, unready
from hvb_followup.feedback.duty import days_to_feedback, due_on
from hvb_followup.feedback.model import Action, Statement

CLOSED, TODAY = dt.date(2026, 12, 1), dt.date(2026, 12, 14)
KITCHEN = Action(what="Vi lagar mat med er", by_on="2027-01-15", role="kitchen")


def faults(statement: Statement, ease: float = 20.0, *, names_nobody: bool = True) -> list[tuple[str, str]]:
    found = unready(statement, closed_on=CLOSED, today=TODAY, ease=ease, names_nobody=names_nobody)
    return [(one.where, one.code) for one in found]


def test_one_action_with_what_when_and_who_is_enough() -> None:
    assert faults(Statement(actions=(KITCHEN,))) == []


def test_everything_that_is_missing_is_said_at_once() -> None:
    odd = Statement(
        text="ord " * 151, actions=(Action(role="Anna"), Action(what="Mer fika"), KITCHEN, KITCHEN)
    )
    assert faults(odd, ease=25.4, names_nobody=False) == [
        ("Texten", "feedback-long"),
        ("Texten", "feedback-hard"),
        ("Åtgärderna", "feedback-many"),
        ("Intyg", "feedback-names"),
        ("Åtgärd 1", "feedback-what"),
        ("Åtgärd 1", "feedback-role"),
        ("Åtgärd 1", "feedback-day"),
        ("Åtgärd 2", "feedback-role"),
        ("Åtgärd 2", "feedback-day"),
    ]


def test_to_promise_nothing_is_no_feedback() -> None:
    assert faults(Statement(text="Tack för svaren.", actions=(Action(),))) == [("Åtgärd 1", "feedback-empty")]


@pytest.mark.parametrize(
    ("by_on", "is_right"),
    [
        ("2026-12-01", True),  # the day the wave closed: done already is done
        ("2026-11-30", False),
        ("2027-12-15", True),
        ("2027-12-16", False),
        ("2027-02-30", False),
        ("snart", False),
    ],
)
def test_the_day_lies_where_they_will_notice(by_on: str, is_right: bool) -> None:
    action = Action(what="Ny soffa", by_on=by_on, role="manager")
    assert (faults(Statement(actions=(action,))) == []) is is_right


def test_the_limits_themselves_are_inside() -> None:
    full = Statement(text="ord " * 146, actions=(KITCHEN,))
    assert n_words(full.prose) == 151
    assert faults(full) == [("Texten", "feedback-long")]
    assert faults(Statement(text="ord " * 145, actions=(KITCHEN,)), ease=25.0) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ring 070-123 45 67.", "feedback-phone"),
        ("Ring +46 8 123 456.", "feedback-phone"),
        ("Skriv till oss@hemmet.se.", "feedback-mail"),
        ("Klart 2026-12-24, klockan 14.30, för 12 av oss.", ""),
        ("Vi åker 2027-01-02 2027-01-03 och hem.", ""),
    ],
)
def test_what_reaches_a_person_is_never_even_kept(text: str, code: str) -> None:
    for statement in (Statement(text=text), Statement(actions=(Action(what=text),))):
        found = [one.code for one in forbidden(statement, has_number=False)]
        assert found == ([code] if code else [])


def test_a_personal_number_is_refused_and_not_repeated() -> None:
    (problem,) = forbidden(Statement(text="811228-9874"), has_number=True)
    assert problem.code == "feedback-number"
    assert "811228" not in str(problem)


def test_it_is_due_thirty_days_after_closing() -> None:
    """R7 G16."""
    assert due_on(CLOSED) == dt.date(2026, 12, 31)
    assert [days_to_feedback(CLOSED, day) for day in (None, CLOSED, due_on(CLOSED))] == [None, 0, 30]


def test_parts_are_read_as_sentences() -> None:
    said = Statement(text="Tack", actions=(Action(what="Mer fika!"), Action(), Action(what="Ny soffa")))
    assert said.prose == "Tack. Mer fika! Ny soffa."
