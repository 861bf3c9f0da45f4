"""What a rule file may say: one source in one version, its rules, how sure we are, and worked examples.

A published file is never edited in substance: the law's next wording is a new file. A proposal is a
file with the status ``proposed``; it is never in force, and only a what-if asks it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from hvb_followup.qualifications.days import is_between
from hvb_followup.qualifications.staff import (
    Assessed,
    Duty,
    Engagement,
    Field,
    Level,
    Register,
    Role,
    UnitTerm,
)

Status = Literal["in_force", "advisory", "repealed", "proposed"]
# From the legal text itself, by an authority's account, by the press, from memory, from a proposal's summary.
Certainty = Literal["primary", "secondary", "press", "memory", "seed"]
CERTAINTIES: tuple[Certainty, ...] = ("primary", "secondary", "press", "memory", "seed")
Scope = Literal["all", "employed_before"]
Exemption = Literal["special_reasons"]


class Confidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How sure we are of the wording, of the transition, and that hired staff are meant too."""

    text: Certainty
    transition: Certainty = "primary"
    hired: Certainty = "primary"


class Transition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when (that day included) the requirement may go unmet, and for whom."""

    until: dt.date
    scope: Scope = "all"


class EducationNeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an education must be: at least a level, at least so many years, in one of the fields."""

    level_min: Level
    fields: tuple[Field, ...]
    years_min: float = 0
    or_equivalent: bool = False


class RegisterNeed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which registers, how old an extract may be when handed over, how soon a re-hire needs none.

    ``keep_months_min`` is how long the extract or its copy is kept, in the home and never here (3 §).
    """

    registers: tuple[Register, ...]
    extract_months_max: int
    rehire_months_max: int
    keep_months_min: int


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One requirement: whom it binds, what it asks, what excuses, and the paragraph it stands in.

    ``roles`` are the roles bound; ``duties_any`` narrows all but managers to those with such duties.
    Empty ``engagements`` binds everyone whatever the form. ``judged_by_home`` names what the statute
    demands but no record can show. ``same_reasons_as`` names rules whose special reasons count here too.
    """

    id: str
    title: str
    paragraph: str
    roles: tuple[Role, ...]
    unit_types: tuple[str, ...]
    confidence: Confidence
    duties_any: tuple[Duty, ...] = ()
    engagements: tuple[Engagement, ...] = ()
    only_with_children: bool = False
    education: EducationNeed | None = None
    experience: bool = False
    assessments: tuple[Assessed, ...] = ()
    register_check: RegisterNeed | None = None
    judged_by_home: str = ""
    exemptions: tuple[Exemption, ...] = ()
    same_reasons_as: tuple[str, ...] = ()
    transition: Transition | None = None
    note: str = ""

    @property
    def is_for_managers(self) -> bool:
        """True when the rule binds managers and nobody else."""
        return self.roles == ("unit_manager",)


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A worked example: this person on this day finds these states.

    ``record`` is a staff record without what does not matter; ``finds`` a state by rule id.
    """

    says: str
    on: dt.date
    record: dict[str, Any]
    finds: dict[str, str]
    unit_type: str = "hvb"
    receives_children: bool = True
    home: tuple[UnitTerm, ...] = ()


class RuleSet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of one source in one version. ``valid_from`` None: older than what we follow."""

    id: str
    version: str
    title: str
    source: str
    status: Status
    rule: tuple[Rule, ...]
    example: tuple[Example, ...]
    reviewed_on: dt.date
    next_review_on: dt.date
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    note: str = ""

    def is_in_force_on(self, day: dt.date) -> bool:
        """True when the version held that day; a proposal never does."""
        return self.status != "proposed" and is_between(day, self.valid_from, self.valid_to)

    def only(self, *rules: str) -> RuleSet:
        """The same source with some of its rules."""
        return msgspec.structs.replace(self, rule=tuple(rule for rule in self.rule if rule.id in rules))

    def with_scope(self, scope: Scope) -> RuleSet:
        """The same source where a transition is read as for all, or for those employed before it."""
        return self._with_rules(
            msgspec.structs.replace(rule, transition=msgspec.structs.replace(rule.transition, scope=scope))
            if rule.transition
            else rule
            for rule in self.rule
        )

    def without_transition(self) -> RuleSet:
        """The same source as if every transition were over."""
        return self._with_rules(msgspec.structs.replace(rule, transition=None) for rule in self.rule)

    def _with_rules(self, rules: Iterator[Rule]) -> RuleSet:
        return msgspec.structs.replace(self, rule=tuple(rules))
