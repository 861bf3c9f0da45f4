"""Periods as numbers that grow by one: a quarter's, and the days it holds."""

from __future__ import annotations

import datetime as dt

ONE = dt.timedelta(days=1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def quarter_of(when: dt.date) -> int:
    return 4 * when.year + (when.month - 1) // 3


def quarter_name(number: int) -> str:
    return f"{number // 4}K{number % 4 + 1}"


def first_of(quarter: int) -> dt.date:
    return dt.date(quarter // 4, quarter % 4 * 3 + 1, 1)


def last_of(quarter: int) -> dt.date:
    return first_of(quarter + 1) - ONE


def end_of(half_year: str) -> int:
    """The number of a half-year's last quarter."""
    return 4 * int(half_year[:4]) + (1 if half_year.endswith("H1") else 3)


def owner_between(terms: list[dict[str, object]], first: dt.date, last: dt.date) -> str | None:
    """The one that ran a home on every day between, or None when somebody else did on some of them."""
    ran = set()
    for term in terms:
        ends = term["to_on"] or dt.date.max
        if term["from_on"] <= last and ends >= first:  # type: ignore[operator]
            ran.add(term["provider"])
    return str(ran.pop()) if len(ran) == 1 else None


def term_on(terms: list[dict[str, object]], when: dt.date) -> dict[str, object] | None:
    for term in terms:
        if term["from_on"] <= when <= (term["to_on"] or dt.date.max):  # type: ignore[operator]
            return term
    return None
