"""Every register figure once more, slowly and obviously, of plain lists: no frame, no shared arithmetic.

Only homes' own blocks are counted again; what lies in the national remainder is left to the test to check.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from .invented import CLASS_OF, LAST, Nation, Row

DAY = dt.timedelta(1)


class Rule(NamedTuple):
    """An indicator in plain Python: which block, who is in it, who counts, and how long one must wait."""

    block: str
    member: Callable[[Row], bool]
    counts: Callable[[Row], bool]
    wait: int


def everyone(row: Row) -> bool:
    return True


def stayed(row: Row) -> int:
    return ((row["ends_on"] or LAST + 40 * DAY) - row["starts_on"]).days


def broke_down(row: Row) -> bool:
    """Also where nobody has said why it ended."""
    return row["ends_on"] is not None and (row["ending"] is None or CLASS_OF[row["ending"]] == "breakdown")


def within(name: str, days: int) -> Callable[[Row], bool]:
    return lambda row: row[name] is not None and row[name] <= days


def forgotten(row: Row) -> bool:
    if stayed(row) * 100 <= row["days_planned"] * 125:
        return False
    considered = row["days_to_extension"]
    return considered is None or considered * 100 > row["days_planned"] * 125


RULES = {
    "S01": Rule("endings", everyone, broke_down, 0),
    "S02": Rule("admissions", everyone, lambda row: broke_down(row) and stayed(row) <= 90, 90),
    "S04": Rule(
        "admissions",
        lambda row: row["is_acute"] is not True,
        lambda row: row["planned_end_on"] is not None,
        14,
    ),
    "S06": Rule("endings", lambda row: row["days_planned"] is not None, forgotten, 0),
    "S07": Rule("endings", everyone, lambda row: row["ending"] == "unplanned_commissioner_moved", 0),
    "S10": Rule("admissions", everyone, lambda row: stayed(row) >= 90, 90),
    "S11": Rule("admissions", everyone, lambda row: stayed(row) >= 180, 180),
    "S12": Rule("admissions", everyone, lambda row: stayed(row) >= 365, 365),
    "T03": Rule("presence", everyone, lambda row: row["kind"] in ("violence", "self_harm"), 0),
    "T06": Rule("events", everyone, within("days_to_action", 30), 30),
    "S13": Rule("admissions", everyone, lambda row: (row["legal_basis"] or "").startswith("LVU"), 0),
    "T08": Rule("admissions", everyone, within("days_to_suitability", 0), 0),
    "H01": Rule(
        "admissions",
        lambda row: stayed(row) > 30 and row["needs_health_check"],
        within("days_to_health_check", 30),
        31,
    ),
    "H03": Rule(
        "admissions",
        lambda row: 6 <= row["age"] <= 18 and stayed(row) > 30 and row["needs_school_assessment"],
        within("days_to_school_assessment", 30),
        31,
    ),
}


class Datum(NamedTuple):
    """One block's count as it may be told, and the last day of the quarter in which it became known."""

    indicator: str
    unit: str
    provider: str
    n: int
    x_lo: int
    x_hi: int
    known: dt.date


def quarters() -> list[tuple[dt.date, dt.date]]:
    """First and last day of each quarter there is."""
    starts = [dt.date(year, month, 1) for year in range(2022, 2027) for month in (1, 4, 7, 10)]
    return [(first, next_one - DAY) for first, next_one in pairwise(starts) if next_one <= LAST + DAY]


def end_of_quarter(day: dt.date) -> dt.date:
    return next(last for _, last in quarters() if day <= last)


def owner(nation: Nation, unit: str, first: dt.date, last: dt.date) -> str | None:
    terms = next(one.terms for one in nation.units if one.id == unit)
    owners = {
        term.provider
        for term in terms
        if term.from_on <= last and (term.to_on is None or term.to_on >= first)
    }
    return next(iter(owners)) if len(owners) == 1 else None


def coarse(indicator: str, n: int, x: int) -> tuple[int, int]:
    if indicator == "T03":
        return (1, 4) if 1 <= x <= 4 else (x, x)
    k = 3 if RULES[indicator].block == "endings" else 2
    if n <= 2 * k - 2 + (k == 3 and n == 4):
        return 0, n
    if x < k:
        return 0, k - 1
    return (n - k + 1, n) if x > n - k else (x, x)


def data(nation: Nation, indicator: str) -> list[Datum]:
    """Every closed and known block of every home."""
    return [one for unit in nation.units for one in _of_home(nation, indicator, unit.id)]


def _of_home(nation: Nation, indicator: str, unit: str) -> list[Datum]:
    rule = RULES[indicator]
    stays = [row for row in nation.placements if row["unit"] == unit]
    events = [row for row in nation.events if row["unit"] == unit]
    found: list[Datum] = []
    block: list[tuple[list[Row], set[str], int]] = []
    before: str | None = None
    # A choice is not known before its days have passed; neither, then, is a quarter.
    wait = rule.wait if rule.member is not everyone else 0
    for first, last in quarters():
        rows, persons, days = _of_quarter(rule, stays, events, first, last)
        if last + wait * DAY > LAST or not (rows or persons):
            continue
        now = owner(nation, unit, first, last)
        if block and before != now:
            block = []
        before = now
        if now is None:
            continue
        block.append((rows, persons, days))
        everybody = set().union(*(one[1] for one in block))
        care_days = sum(one[2] for one in block)
        if len(everybody) >= 5 and (rule.block != "presence" or care_days >= 500):
            found += _datum(
                rule, indicator, unit, now, [row for one in block for row in one[0]], care_days, last
            )
            block = []
    return found


def _of_quarter(
    rule: Rule, stays: list[Row], events: list[Row], first: dt.date, last: dt.date
) -> tuple[list[Row], set[str], int]:
    """Rows to be counted, who stands in the quarter, and care days."""
    if rule.block == "presence":
        nights = {
            row["placement"]: sum(
                row["starts_on"] <= first + number * DAY
                and (row["ends_on"] is None or first + number * DAY < row["ends_on"])
                for number in range((last - first).days + 1)
            )
            for row in stays
        }
        happened = [row for row in events if first <= row["happened_on"] <= last]
        return happened, {name for name, n in nights.items() if n}, sum(nights.values())
    if rule.block == "events":
        happened = [row for row in events if first <= row["happened_on"] <= last]
        return happened, {row["placement"] for row in happened if row["placement"]}, 0
    column = "ends_on" if rule.block == "endings" else "starts_on"
    rows = [
        row for row in stays if row[column] is not None and first <= row[column] <= last and rule.member(row)
    ]
    return rows, {row["placement"] for row in rows}, 0


def _datum(
    rule: Rule, indicator: str, unit: str, provider: str, rows: list[Row], care_days: int, last: dt.date
) -> list[Datum]:
    ready = [last]
    for row in rows:
        if rule.block == "admissions":
            passed = row["starts_on"] + rule.wait * DAY
            ready.append(min(passed, row["ends_on"]) if row["ends_on"] else passed)
        elif rule.block == "events":
            ready.append(row["happened_on"] + rule.wait * DAY)
    if rule.member is not everyone and rule.wait:
        ready.append(last + rule.wait * DAY)
    if max(ready) > LAST:
        return []
    n = care_days if rule.block == "presence" else len(rows)
    x = sum(rule.counts(row) for row in rows)
    return [Datum(indicator, unit, provider, n, *coarse(indicator, n, x), end_of_quarter(max(ready)))]
