"""Whom a rule binds: the day, the person's role, duties and form of engagement, and what the home was."""

from __future__ import annotations

import datetime as dt

from hvb_followup.qualifications.model import Rule, RuleSet
from hvb_followup.qualifications.staff import StaffRecord, UnitHistory


def decisive_day(record: StaffRecord, rule: Rule, on: dt.date) -> dt.date:
    """The register check is a duty of the day the engagement began; every other rule of the day asked."""
    return record.engaged_from_on if rule.register_check else on


def why_not_bound(
    record: StaffRecord,
    rule_set: RuleSet,
    rule: Rule,
    history: UnitHistory,
    on: dt.date,
    hypothetically: bool,
) -> str:
    """The reason why a rule does not bind a person on a day; "" when it does.

    A reason that ends in ``_missing`` means that it cannot be told.
    """
    day = decisive_day(record, rule, on)
    if not record.is_engaged_on(on):
        return "not_engaged"
    if not hypothetically and not rule_set.is_in_force_on(day):
        return "not_in_force"
    return _person_not_bound(record, rule, on) or _home_not_bound(rule, history, day)


def _person_not_bound(record: StaffRecord, rule: Rule, on: dt.date) -> str:
    role = record.role_on(on)
    if role not in rule.roles:
        return "other_role"
    if rule.engagements and record.engagement not in rule.engagements:
        return "other_engagement"
    return "" if role == "unit_manager" or _has_duties(record, rule, on) else "other_duties"


def _has_duties(record: StaffRecord, rule: Rule, on: dt.date) -> bool:
    """Duties decide, not titles; care staff without stated duties give care by their very name."""
    if not rule.duties_any:
        return True
    if not record.duties:
        return record.role_on(on) == "care_staff"
    return bool(set(record.duties) & set(rule.duties_any))


def _home_not_bound(rule: Rule, history: UnitHistory, day: dt.date) -> str:
    term = history.best_known_on(day)
    if term is None:
        return "unit_type_missing"
    if term.unit_type not in rule.unit_types:
        return "other_unit_type"
    if not rule.only_with_children or term.receives_children:
        return ""
    return "children_missing" if term.receives_children is None else "no_children"
