"""All rule files together: which version holds on a day, and everything a person is asked that day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import msgspec

from hvb_followup.errors import Problem, not_found
from hvb_followup.qualifications.binding import decisive_day
from hvb_followup.qualifications.check import Finding, check
from hvb_followup.qualifications.model import RuleSet
from hvb_followup.qualifications.staff import Evidence, StaffRecord, UnitHistory


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """Every source in every version that this installation knows."""

    rule_sets: tuple[RuleSet, ...]

    def rule_set(self, source_id: str, version: str = "") -> RuleSet:
        """The source of an id in a version, or in its latest; NotFound when there is none."""
        versions = [one for one in self.rule_sets if one.id == source_id and version in ("", one.version)]
        if not versions:
            raise not_found(f"{source_id} {version}".rstrip())
        return max(versions, key=lambda one: one.valid_from or dt.date.min)

    def versions_of(self, rule: str) -> tuple[RuleSet, ...]:
        """Every source and version that holds a rule of this id, each with that rule alone, oldest first."""
        holding = [one for one in self.rule_sets if any(part.id == rule for part in one.rule)]
        return tuple(one.only(rule) for one in sorted(holding, key=lambda one: one.valid_from or dt.date.min))

    def rule_ids(self) -> frozenset[str]:
        """The ids of all rules, in every version."""
        return frozenset(rule.id for one in self.rule_sets for rule in one.rule)

    def in_force(self, on: dt.date) -> tuple[RuleSet, ...]:
        """What held on a day, advice included; proposals never."""
        return tuple(one for one in self.rule_sets if one.is_in_force_on(on))

    def decisive(self, record: StaffRecord, on: dt.date) -> tuple[RuleSet, ...]:
        """What decides of a person on a day: all that held that day, and of the register check what held at her start."""
        return tuple(
            one
            for one in self.rule_sets
            if any(one.is_in_force_on(decisive_day(record, rule, on)) for rule in one.rule)
        )

    def proposed(self) -> tuple[RuleSet, ...]:
        """What is proposed and nowhere in force."""
        return tuple(one for one in self.rule_sets if one.status == "proposed")


def verdicts(
    record: StaffRecord,
    rulebook: Rulebook,
    history: UnitHistory,
    on: dt.date,
    *,
    weakest: Evidence = Evidence.ATTACHED,
) -> tuple[Finding, ...]:
    """Everything found of a person on a day, under all that bound that day; what binds nobody here is left out.

    The register check is judged by the version that held when the engagement began.
    """
    return tuple(
        finding
        for rule_set in rulebook.rule_sets
        if rule_set.status != "proposed"
        for finding in check(record, rule_set, history, on, weakest=weakest)
        if finding.state != "not_applicable"
    )


def problems(rulebook: Rulebook) -> tuple[Problem, ...]:
    """Versions that are there twice, and two versions of one rule that hold on the same day."""
    return (*_twins(rulebook), *_overlaps(rulebook))


def _twins(rulebook: Rulebook) -> Iterator[Problem]:
    for name, count in Counter(f"{one.id} {one.version}" for one in rulebook.rule_sets).items():
        if count > 1:
            says = "Samma källa och version finns i flera filer."
            yield Problem(code="rulebook", where=name, says=says, mend="Ge den nya lydelsen en ny version.")


def _overlaps(rulebook: Rulebook) -> Iterator[Problem]:
    dated = [one for one in rulebook.rule_sets if one.status != "proposed"]
    for first, second in combinations(dated, 2):
        shared = {rule.id for rule in first.rule} & {rule.id for rule in second.rule}
        if shared and _meet(first, second):
            where = f"{first.id} {first.version}, {second.id} {second.version}"
            says = f"Två lydelser av {min(shared)} gäller samma dag."
            yield Problem(code="rulebook", where=where, says=says, mend="Avsluta den äldre dagen före.")


def _meet(first: RuleSet, second: RuleSet) -> bool:
    begins = max(first.valid_from or dt.date.min, second.valid_from or dt.date.min)
    return begins <= min(first.valid_to or dt.date.max, second.valid_to or dt.date.max)
