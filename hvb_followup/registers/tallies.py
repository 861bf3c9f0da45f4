"""A home's own registers told back to it in numbers (egenkontroll): what no figure for others is made of.

Only for those who report for the home: nothing here is coarse, and nothing of it is ever released.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hvb_followup.registers.model import Column, Sheet
from hvb_followup.registers.quarters import SPANS
from hvb_followup.registers.uses import SELF_CHECK

Body = Mapping[str, Any]
YEAR = dt.timedelta(days=365)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """One column over the rows of now: how many say what, and how many say nothing. All together they are ``n``."""

    heading: str
    parts: tuple[tuple[str, int], ...]
    silent: int
    n: int


def tallies(sheet: Sheet, rows: Iterable[Body], today: dt.date) -> tuple[Tally, ...]:
    """The columns that the home is told of, over its rows of now; none where there are no rows."""
    told = [column for column in sheet.columns if sheet.uses.get(column.id) == SELF_CHECK]
    now = of_now(sheet.kind, rows, today) if told else []
    return tuple(_tally(column, now) for column in told) if now else ()


def of_now(kind: str, rows: Iterable[Body], today: dt.date) -> list[Body]:
    """What holds today; of what happens on one day, the last twelve months."""
    begin, end = SPANS[kind]
    first, day = (today - YEAR if begin == end else today).isoformat(), today.isoformat()
    return [row for row in rows if row[begin] <= day and (row.get(end) or day) >= first]


def _tally(column: Column, rows: list[Body]) -> Tally:
    said = Counter(str(row[column.id]) for row in rows if row.get(column.id) is not None)
    codes = column.kind.codelist
    parts = (
        [(code.sv, said[code.id]) for code in codes.code if said[code.id]]
        if codes
        else [("ifyllt", said.total())] * bool(said)
    )
    n_said = sum(count for _, count in parts)
    return Tally(heading=column.heading, parts=tuple(parts), silent=len(rows) - n_said, n=len(rows))
