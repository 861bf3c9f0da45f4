"""Placements and events, counted again in whole quarters of a home (DESIGN §4.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.oracle.days import day, end_of, first_of, last_of, owner_between, quarter_name, quarter_of
from tests.oracle.gathering import Group, Part, gather
from tests.oracle.telling import Count

Row = dict[str, Any]
BREAKDOWNS = (
    "unplanned_youth_left",
    "unplanned_guardian_request",
    "unplanned_provider_ended",
    "escalated_to_sis",
)
SERIOUS = ("violence", "self_harm", "fire", "weapon", "abuse")
BROUGHT_HOME = "unplanned_commissioner_moved"


class Stay(NamedTuple):
    """A placement as it stood on a day: nothing that came later has happened."""

    row: Row
    today: dt.date

    def on(self, name: str) -> dt.date | None:
        said = self.row.get(name)
        happened = day(said) if said else None
        return happened if happened and happened <= self.today else None

    @property
    def began(self) -> dt.date:
        return day(self.row["starts_on"])

    @property
    def ended(self) -> dt.date | None:
        return self.on("ends_on")

    @property
    def ending(self) -> str:
        return self.row.get("ending", "") if self.ended else ""

    @property
    def lasted(self) -> int:
        return ((self.ended or self.today) - self.began).days

    @property
    def planned(self) -> int | None:
        end = self.row.get("planned_end_on")
        return (day(end) - self.began).days if end else None

    @property
    def age(self) -> int:
        return self.began.year - int(self.row["birth_year"])

    def within(self, name: str, days: int) -> bool:
        when = self.on(name)
        return when is not None and (when - self.began).days <= days


class Rule(NamedTuple):
    """Which quarters are put together, of whom, what counts, and how many days before one knows."""

    block: str
    of: Callable[[Any], bool]
    counts: Callable[[Any], bool]
    wait: int = 0
    choice: str = ""  # as the definition writes whom it is about: part of the group's name


def everybody(_: Any) -> bool:
    return True


def broke_down(stay: Stay) -> bool:
    """Ended by nobody's plan; who says nothing of why is not given the benefit of the doubt."""
    return stay.ended is not None and (stay.ending in BREAKDOWNS or not stay.ending)


def stayed_on(stay: Stay) -> bool:
    """More than a quarter longer than planned, and nobody considered it before that."""
    planned = stay.planned
    assert planned is not None
    considered = _first_after_plan(stay)
    return stay.lasted > 1.25 * planned and (considered is None or considered > 1.25 * planned)


def _first_after_plan(stay: Stay) -> int | None:
    for name in ("extension_on", "latest_review_on"):
        when = stay.on(name)
        if when and when > day(stay.row["planned_end_on"]):
            return (when - stay.began).days
    return None


def health_checked(stay: Stay) -> bool:
    return stay.row.get("health_check") in (None, "done", "offered") and stay.within("health_check_on", 30)


def assessed(stay: Stay) -> bool:
    return stay.row.get("school_assessment") in (None, "done") and stay.within("school_assessment_on", 30)


def dealt_with(event: Row) -> bool:
    when = event.get("action_on")
    return bool(when) and (day(when) - day(event["happened_on"])).days <= 30


RULES: dict[str, Rule] = {
    "S01": Rule("endings", everybody, broke_down),
    "S07": Rule("endings", everybody, lambda stay: stay.ending == BROUGHT_HOME),
    "S06": Rule(
        "endings", lambda stay: stay.planned is not None, stayed_on, choice="days_planned is not null"
    ),
    "S02": Rule("admissions", everybody, lambda stay: broke_down(stay) and stay.lasted <= 90, 90),
    "S04": Rule(
        "admissions",
        lambda stay: stay.row.get("is_acute") is not True,
        lambda stay: bool(stay.row.get("planned_end_on")),
        14,
        "is_acute is null or not is_acute",
    ),
    "S10": Rule("admissions", everybody, lambda stay: stay.lasted >= 90, 90),
    "S11": Rule("admissions", everybody, lambda stay: stay.lasted >= 180, 180),
    "S12": Rule("admissions", everybody, lambda stay: stay.lasted >= 365, 365),
    "S13": Rule(
        "admissions",
        everybody,
        lambda stay: stay.row.get("legal_basis") in ("LVU_2", "LVU_3", "LVU_2_3", "LVU_6"),
    ),
    "T08": Rule("admissions", everybody, lambda stay: stay.within("suitability_on", 0)),
    "H01": Rule(
        "admissions",
        lambda stay: stay.lasted > 30 and stay.row.get("health_check") != "not_relevant",
        health_checked,
        31,
        "days_stayed > 30 and needs_health_check",
    ),
    "H03": Rule(
        "admissions",
        lambda stay: (
            stay.lasted > 30 and 6 <= stay.age <= 18 and stay.row.get("school_assessment") != "not_relevant"
        ),
        assessed,
        31,
        "age between 6 and 18 and days_stayed > 30 and needs_school_assessment",
    ),
    "T03": Rule("presence", everybody, lambda event: event["kind"] in SERIOUS),
    "T06": Rule("events", everybody, dealt_with, 30),
}
# Ending codes are put together by owner until thirty have ended; endings blur three values at each end.
BY_CODE = ("S07",)
RATES = ("T03",)


def values_of(name: str) -> int | None:
    """How many values an end class holds; None of a rate, which has only one end."""
    if name in RATES:
        return None
    return 5 if name in BY_CODE else 3 if RULES[name].block == "endings" else 2


def family(rule: Rule) -> str:
    return f"register:{rule.block}" + (f":{rule.choice}" if rule.choice else "")


def counts(
    units: list[Row], rows: dict[str, list[Row]], half_years: tuple[str, ...]
) -> dict[str, list[Count]]:
    """Each indicator's exact count in each block, as it became known at one measuring after another."""
    found: dict[str, list[Count]] = {name: [] for name in RULES}
    kept: dict[str, list[Group]] = {}
    for half_year in half_years:
        today = last_of(end_of(half_year))
        stays = [Stay(row, today) for row in rows["placement"] if day(row["starts_on"]) <= today]
        events = [row for row in rows["events"] if day(row["happened_on"]) <= today]
        for name, rule in RULES.items():
            blocks = kept.setdefault(family(rule), [])
            done = {(part.unit, part.name) for block in blocks for part in block.parts}
            parts = [
                one for one in _parts(rule, units, stays, events, today) if (one.unit, one.name) not in done
            ]
            heaped = sum(not block.home for block in blocks)
            blocks += gather(family(rule), parts, end_of(half_year), heaped)
            counted = {one.group for one in found[name]}
            for block in blocks:
                one = _count(name, rule, block, stays, events, today)
                if one and one.group not in counted:
                    found[name].append(one)
    return found


def _parts(rule: Rule, units: list[Row], stays: list[Stay], events: list[Row], today: dt.date) -> list[Part]:
    """A part for each quarter of each home in which anybody came, left, was there or something happened."""
    found = []
    wait = rule.wait if rule.choice else 0  # whom a choice takes is known after some days
    first = min(quarter_of(stay.began) for stay in stays)
    for unit in units:
        here = [stay for stay in stays if stay.row["unit"] == unit["id"]]
        happened = [row for row in events if row["unit"] == unit["id"]]
        for quarter in range(first, quarter_of(today) + 1):
            begins, ends = first_of(quarter), last_of(quarter)
            if ends + dt.timedelta(days=wait) > today:
                continue
            persons, days, is_one = _present(rule, here, happened, begins, ends)
            if is_one:
                owner = owner_between(unit["terms"], begins, ends)
                found.append(
                    Part(unit["id"], quarter_name(quarter), quarter, owner, frozenset(persons), days)
                )
    return found


def _present(
    rule: Rule, stays: list[Stay], events: list[Row], begins: dt.date, ends: dt.date
) -> tuple[set[str], int | None, bool]:
    """Who stands in a quarter, her care days where they are counted, and whether the quarter is one at all."""
    if rule.block == "presence":
        nights: dict[str, int] = {}
        for stay in stays:
            night = max(stay.began, begins)
            while night <= ends and (stay.ended is None or night < stay.ended):
                nights[stay.row["id"]] = nights.get(stay.row["id"], 0) + 1
                night += dt.timedelta(days=1)
        return set(nights), sum(nights.values()), bool(nights)
    if rule.block == "events":
        here = [row for row in events if begins <= day(row["happened_on"]) <= ends]
        return {row["placement"] for row in here if row.get("placement")}, None, bool(here)
    chosen = [stay for stay in stays if rule.of(stay) and _is_in(rule, stay, begins, ends)]
    return {stay.row["id"] for stay in chosen}, None, bool(chosen)


def _is_in(rule: Rule, stay: Stay, begins: dt.date, ends: dt.date) -> bool:
    when = stay.ended if rule.block == "endings" else stay.began
    return when is not None and begins <= when <= ends


def _count(
    name: str, rule: Rule, block: Group, stays: list[Stay], events: list[Row], today: dt.date
) -> Count | None:
    """The block's count, once what is asked is known of everybody in it."""
    if rule.block in ("presence", "events"):
        here = [
            row
            for row in events
            for part in block.parts
            if row["unit"] == part.unit and quarter_of(day(row["happened_on"])) == part.quarter
        ]
        known = [day(row["happened_on"]) + dt.timedelta(days=rule.wait) for row in here]
        n, x = len(here), sum(rule.counts(row) for row in here)
    else:
        of_block = [stay for stay in stays if stay.row["id"] in block.persons]
        known = [_known(rule, stay) for stay in of_block]
        n, x = len(of_block), sum(rule.counts(stay) for stay in of_block)
    if max(known, default=dt.date.min) > today:
        return None
    closed = block.closed
    if rule.choice and rule.wait:
        closed = max(closed, quarter_of(last_of(closed) + dt.timedelta(days=rule.wait)))
    return Count(
        group=block.name,
        home=block.home,
        owner=block.owner,
        quarter=max([closed, *(quarter_of(when) for when in known)]),
        periods=tuple(part.name for part in block.parts),
        places=frozenset(),
        waves=frozenset(),
        persons=block.persons,
        n=block.days if name in RATES else n,
        x=x,
    )


def _known(rule: Rule, stay: Stay) -> dt.date:
    if rule.block == "endings":
        assert stay.ended is not None
        return stay.ended
    passed = stay.began + dt.timedelta(days=rule.wait)
    return min(passed, stay.ended) if stay.ended else passed
