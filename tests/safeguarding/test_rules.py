"""Recipients, deadlines, help lines and holidays as pure rules, with their dates in the test."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest

from hvb_followup.periods import STOCKHOLM, easter_sunday, holidays, is_working_day
from hvb_followup.safeguarding import helplines
from hvb_followup.safeguarding.cases import BEFORE, State, told
from hvb_followup.safeguarding.deadlines import RULES, Urgency, again_at, due_at, rule_on
from hvb_followup.safeguarding.recipients import Recipient, Tree, conflict_free, shortage

ALFA = Tree(provider="PALFA", units=frozenset({"HNORR", "HSYD"}))
BETA = Tree(provider="PBETA", units=frozenset({"HANNAN"}))
TREES = (ALFA, BETA)


def reader(name: str, *ties: str, email: str = "") -> Recipient:
    return Recipient(name=name, account=name, email=email or f"{name}@exempel.invalid", ties=ties)


@pytest.mark.parametrize(
    ("ties", "is_free"),
    [((), True), (("HNORR",), False), (("HSYD", "x"), False), (("PALFA",), False), (("PBETA",), False)],
)
def test_a_tie_to_any_home_or_provider_is_a_conflict(ties: tuple[str, ...], is_free: bool) -> None:
    one = reader("a", *ties)
    assert conflict_free([one], TREES) == ((one,) if is_free else ())


@pytest.mark.parametrize(
    ("recipients", "reviewers", "where"),
    [
        ([reader("a"), reader("b")], "ab", []),
        ([], "", ["recipient"]),
        ([reader("a")], "a", ["recipient"]),
        ([reader("a"), reader("b", "HNORR")], "ab", ["recipient"]),
        ([reader("a"), reader("b", "PALFA"), reader("c")], "abc", []),
        # Two names of one account, or one mailbox, are not two who hear.
        ([reader("a"), msgspec.structs.replace(reader("a"), email="b@exempel.invalid")], "a", ["recipient"]),
        ([reader("a", email="X@x"), reader("b", email="x@x")], "ab", ["recipient"]),
        ([reader("a"), reader("b")], "a", ["recipient[1].account"]),
        ([reader("a"), reader("b"), reader("c", "HBORTA")], "abc", ["recipient[2].ties"]),
        ([reader("a"), reader("b"), reader("c", email="c")], "abc", ["recipient[2].email"]),
    ],
)
def test_fewer_than_two_who_are_free_and_may_read_is_said(
    recipients: list[Recipient], reviewers: str, where: list[str]
) -> None:
    assert [problem.where for problem in shortage(recipients, TREES, reviewers)] == where


def test_a_problem_of_a_recipient_names_nobody() -> None:
    """An error carries no personal value."""
    found = shortage([reader("hemlig", "HBORTA", email="hemlig")], TREES, ())
    assert found
    assert not [problem for problem in found if "hemlig" in str(problem)]


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("urgency", "put", "due"),
    [
        ("danger", "2026-11-22 10:00", "2026-11-22 10:15"),
        ("danger", "2026-11-22 23:50", "2026-11-23 00:05"),
        ("danger", "2026-11-22 01:50", "2026-11-22 03:00"),  # nothing wakes between two and three
        ("today", "2026-11-22 10:00", "2026-11-22 20:00"),
        ("today", "2026-11-22 17:00", "2026-11-22 21:00"),
        ("today", "2026-11-22 22:30", "2026-11-23 03:00"),
        ("today", "2026-12-24 10:00", "2026-12-24 20:00"),  # help does not rest on holidays
        ("days", "2026-11-20 10:00", "2026-11-24 16:00"),  # a Friday: Monday, Tuesday
        ("days", "2026-11-22 10:00", "2026-11-24 16:00"),  # a Sunday
        ("days", "2026-12-23 10:00", "2026-12-29 16:00"),  # Christmas and a weekend between
        ("days", "2026-03-27 10:00", "2026-03-31 16:00"),  # over the night the clock is put forward
        ("days", "2026-04-02 10:00", "2026-04-08 16:00"),  # Easter
    ],
)
def test_deadlines_in_stockholm_time(urgency: str, put: str, due: str) -> None:
    assert due_at(Urgency(urgency), local(put).astimezone(dt.UTC)) == local(due)


def test_a_rule_holds_for_cases_put_from_its_day() -> None:
    later = msgspec.structs.replace(RULES[0], valid_from=dt.date(2027, 1, 1), danger=dt.timedelta(minutes=5))
    rules = (later, *RULES)
    assert rule_on(dt.date(2026, 12, 31), rules) is RULES[0]
    assert rule_on(dt.date(2027, 1, 1), rules) is later
    assert rule_on(dt.date(2025, 1, 1), rules) is RULES[0]
    put = local("2027-01-01 12:00")
    assert due_at(Urgency.DANGER, put, rules) == put + dt.timedelta(minutes=5)


@pytest.mark.parametrize(("urgency", "hours"), [("danger", 0.25), ("today", 2), ("days", 24)])
def test_all_are_told_again_until_somebody_takes_it(urgency: str, hours: float) -> None:
    now = local("2026-11-22 12:00")
    assert again_at(Urgency(urgency), now - dt.timedelta(days=3), now) == now + dt.timedelta(hours=hours)


def test_what_wrong_words_are_told_is_what_an_unread_case_is_told() -> None:
    assert told(None) is told("received") is State.RECEIVED
    assert [told(state) for state in ("read", "taken", "closed")] == [State.READ, State.TAKEN, State.CLOSED]


def test_a_case_only_goes_forward() -> None:
    order = list(State)
    for to, before in BEFORE.items():
        assert before == (order[order.index(to) - 1],)


TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("verified", "is_unfit", "is_ageing"),
    [
        (None, True, False),
        (dt.date(2026, 11, 22), False, False),
        (dt.date(2026, 11, 23), True, False),  # a day that has not come
        (dt.date(2026, 5, 23), False, False),
        (dt.date(2026, 5, 22), False, True),
        (dt.date(2025, 11, 22), False, True),
        (dt.date(2025, 11, 21), True, False),
    ],
)
def test_a_help_line_grows_old(verified: dt.date | None, is_unfit: bool, is_ageing: bool) -> None:
    """R7 H3: half a year warns, a year shuts."""
    lines = {"Linjen": verified}
    assert bool(helplines.unfit(lines, TODAY)) is is_unfit
    assert bool(helplines.ageing(lines, TODAY)) is is_ageing


def test_no_help_line_at_all_shuts() -> None:
    assert helplines.unfit({}, TODAY)


@pytest.mark.parametrize(
    ("year", "easter"),
    [(2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2027, "03-28"), (2038, "04-25"), (2285, "03-22")],
)
def test_easter(year: int, easter: str) -> None:
    assert easter_sunday(year) == dt.date.fromisoformat(f"{year}-{easter}")


def test_the_holidays_of_a_year() -> None:
    """2026, as the almanac has them."""
    days = (
        """01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-19 06-20 10-31 12-24 12-25 12-26 12-31"""
    )
    assert holidays(2026) == {dt.date.fromisoformat(f"2026-{day}") for day in days.split()}
    assert not is_working_day(dt.date(2026, 6, 19))
    assert not is_working_day(dt.date(2026, 11, 22))
    assert is_working_day(dt.date(2026, 11, 23))
