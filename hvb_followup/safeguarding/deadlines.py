"""By when a help case must be taken, and when to tell again if nobody has: dated rules, in Stockholm time (R6 §7.7).

A case nobody takes is told of again and again, to all, until somebody does. No rule gives up.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from hvb_followup.periods import STOCKHOLM, is_working_day, local_day, local_instant

FIRST_TOLD = 2  # how many are told at once; everybody, once a deadline has passed


class Urgency(StrEnum):
    """How soon she needs somebody: danger now, the same day, or within days."""

    DANGER = "danger"
    TODAY = "today"
    DAYS = "days"


class Deadlines(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, for cases put from ``valid_from`` on.

    Danger: within ``danger``. The same day: by ``day_ends`` o'clock, and never in less than ``evening``. Days: by
    ``work_ends`` o'clock of workday number ``workdays`` after. ``again`` is the pause before all are told again.
    """

    valid_from: dt.date
    danger: dt.timedelta
    day_ends: int
    evening: dt.timedelta
    workdays: int
    work_ends: int
    again: dict[Urgency, dt.timedelta]


RULES = (
    Deadlines(
        valid_from=dt.date(2026, 1, 1),
        danger=dt.timedelta(minutes=15),
        day_ends=20,
        evening=dt.timedelta(hours=4),
        workdays=2,
        work_ends=16,
        again={
            Urgency.DANGER: dt.timedelta(minutes=15),
            Urgency.TODAY: dt.timedelta(hours=2),
            Urgency.DAYS: dt.timedelta(hours=24),
        },
    ),
)


def rule_on(day: dt.date, rules: tuple[Deadlines, ...] = RULES) -> Deadlines:
    """The rule for cases put on a day; before the first rule, the first."""
    valid = [rule for rule in rules if rule.valid_from <= day]
    return max(valid, key=lambda rule: rule.valid_from) if valid else min(rules, key=lambda r: r.valid_from)


def due_at(urgency: Urgency, put_at: dt.datetime, rules: tuple[Deadlines, ...] = RULES) -> dt.datetime:
    """The instant by which a case put at ``put_at`` must have been taken."""
    day = local_day(put_at)
    rule = rule_on(day, rules)
    if urgency is Urgency.DANGER:
        return _awake(put_at + rule.danger)
    if urgency is Urgency.TODAY:
        return _awake(max(local_instant(day, rule.day_ends), put_at + rule.evening))
    return local_instant(workday_after(day, rule.workdays), rule.work_ends)


def again_at(
    urgency: Urgency, put_at: dt.datetime, now: dt.datetime, rules: tuple[Deadlines, ...] = RULES
) -> dt.datetime:
    """When to tell again of a case that was due and that nobody has taken at ``now``."""
    return _awake(now + rule_on(local_day(put_at), rules).again[urgency])


def workday_after(day: dt.date, number: int) -> dt.date:
    """The workday that is number so and so after a day."""
    while number:
        day += dt.timedelta(days=1)
        number -= is_working_day(day)
    return day


def _awake(instant: dt.datetime) -> dt.datetime:
    """The instant, or three o'clock where it falls between two and three at night, when nothing here wakes."""
    local = instant.astimezone(STOCKHOLM)
    return instant if local.hour != 2 else local_instant(local.date(), 3)
