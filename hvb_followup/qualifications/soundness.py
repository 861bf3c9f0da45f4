"""Whether a rule file holds together by itself, and whether its review is late."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from hvb_followup.errors import Problem
from hvb_followup.qualifications.model import Rule, RuleSet


def problems(rule_set: RuleSet, where: str) -> tuple[Problem, ...]:
    """What the file contradicts or leaves out, by itself. ``where`` names the file."""
    found = [*_dates(rule_set), *_twins(rule_set)]
    found += [fault for number, rule in enumerate(rule_set.rule) for fault in _rule(rule, rule_set, number)]
    return tuple(
        Problem(code="rulebook", where=f"{where}: $.{key}", says=says, mend=mend) for key, says, mend in found
    )


def overdue(rule_set: RuleSet, today: dt.date, where: str) -> tuple[Problem, ...]:
    """A warning when the next review has passed."""
    if rule_set.next_review_on >= today:
        return ()
    says = f"Översynen skulle ha gjorts {rule_set.next_review_on}."
    mend = "Läs igenom regeln mot källan och sätt ett nytt datum."
    return (Problem(code="review-overdue", where=f"{where}: $.next_review_on", says=says, mend=mend),)


_Found = Iterator[tuple[str, str, str]]


def _dates(rule_set: RuleSet) -> _Found:
    first, last = rule_set.valid_from, rule_set.valid_to
    if first and last and last < first:
        yield "valid_to", "Regeln upphör innan den börjar gälla.", "Rätta något av datumen."
    if rule_set.status == "proposed" and (first or last):
        yield "status", "Ett förslag gäller inte från något datum.", "Ta bort datumen eller ändra status."
    if rule_set.status in ("in_force", "advisory") and first is None:
        yield "valid_from", "Det står inte från när regeln gäller.", "Ange datumet."
    if rule_set.status == "repealed" and last is None:
        yield "valid_to", "En upphävd regel saknar slutdatum.", "Ange den sista dagen den gällde."
    if rule_set.next_review_on <= rule_set.reviewed_on:
        yield "next_review_on", "Nästa översyn ligger inte efter den förra.", "Sätt ett senare datum."


def _twins(rule_set: RuleSet) -> _Found:
    for name, count in Counter(rule.id for rule in rule_set.rule).items():
        if count > 1:
            yield "rule", f"Regeln {name!r} står {count} gånger.", "Ge var och en sitt eget id."
    if not rule_set.rule:
        yield "rule", "Filen har inga regler.", "Skriv minst en."
    tried = {rule for example in rule_set.example for rule in example.finds}
    for rule in rule_set.rule:
        if rule.id not in tried:
            yield "example", f"Regeln {rule.id!r} saknar uträknat exempel.", "Skriv minst ett."


def _rule(rule: Rule, rule_set: RuleSet, number: int) -> _Found:
    place = f"rule[{number}]"
    if not (rule.education or rule.experience or rule.assessments or rule.register_check):
        yield place, "Regeln kräver ingenting.", "Ange utbildning, erfarenhet, bedömning eller kontroll."
    if not rule.roles or not rule.unit_types:
        yield place, "Det står inte vilka eller vilka hem regeln gäller.", "Ange roles och unit_types."
    if not rule.paragraph.strip():
        yield f"{place}.paragraph", "Paragrafen saknas.", "Ange var kravet står."
    if rule.transition and rule_set.valid_from and rule.transition.until < rule_set.valid_from:
        yield f"{place}.transition", "Övergången är slut innan regeln gäller.", "Rätta datumet."
    if rule.education and not rule.education.fields:
        yield f"{place}.education.fields", "Det står inte vilka ämnen som räknas.", "Ange minst ett."
