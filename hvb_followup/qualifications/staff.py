"""What is known of a member of staff and of the home, each thing with its days and how it was shown.

``staff`` is the home's own key, never a name or a personnummer. None means that nobody has said;
an empty tuple means that somebody has said there is nothing.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Literal

import msgspec

from hvb_followup.qualifications.days import Span


class Evidence(StrEnum):
    """How a fact was shown, strongest first: looked at against its source, attached, or only said."""

    CHECKED = "checked"
    ATTACHED = "attached"
    OWN_STATEMENT = "own_statement"


STRENGTH = tuple(Evidence)

Role = Literal["unit_manager", "care_staff", "other_staff"]
Duty = Literal[
    "care", "upbringing", "treatment", "kitchen", "cleaning", "administration", "property", "other"
]
Engagement = Literal["employment", "agency", "assignment", "traineeship", "volunteer", "similar"]
Level = Literal[
    "compulsory",
    "upper_secondary",
    "post_secondary",
    "higher_education",
    "first_cycle_degree",
    "second_cycle_degree",
    "third_cycle_degree",
]
Field = Literal["social_work", "social_pedagogy", "behavioural_science", "other_relevant", "unrelated"]
Register = Literal["criminal_record", "suspicion_register"]
Assessed = Literal["personal_suitability", "combined_competence", "target_group_knowledge"]


class Education(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One education. 60 hp or 200 YH points are a year of full-time study.

    ``completed_on`` None: nobody has said when it was completed, or whether it was.
    ``deemed_equivalent_on`` is the day the home wrote down why it corresponds to what a rule demands.
    """

    level: Level
    completed_on: dt.date | None = None
    field: Field | None = None
    years: float | None = None
    hp_credits: float | None = None
    yh_points: float | None = None
    evidence: Evidence = Evidence.OWN_STATEMENT
    checked_on: dt.date | None = None
    deemed_equivalent_on: dt.date | None = None


class Experience(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Time in another or the same operation, and whether that operation is like this one."""

    from_on: dt.date
    is_relevant: bool
    to_on: dt.date | None = None
    evidence: Evidence = Evidence.OWN_STATEMENT
    checked_on: dt.date | None = None


class Assessment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The employer's own written and dated judgement of the person; ``by`` is a role, not a name."""

    of: Assessed
    assessed_on: dt.date
    holds: bool = True
    by: str = ""
    evidence: Evidence = Evidence.ATTACHED
    checked_on: dt.date | None = None


class RegisterCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That extracts were looked at, for one engagement in one home. What they said is never stored.

    ``engaged_on`` is the first day of the engagement the check was made for. ``handed_over_on`` is empty
    where the employer fetched the extract itself (1 § third paragraph).
    """

    unit: str
    engaged_on: dt.date
    registers: tuple[Register, ...]
    issued_on: dt.date
    checked_on: dt.date
    handed_over_on: dt.date | None = None
    is_fetched_by_employer: bool = False
    evidence: Evidence = Evidence.ATTACHED


class SpecialReason(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Special reasons (särskilda skäl) written down for one person and rule; they always expire."""

    rule: str
    decided_on: dt.date
    expires_on: dt.date
    is_documented: bool = True


class PreviousEngagement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The engagement before this one: with which employer, and its last day."""

    employer: str
    ended_on: dt.date


class StaffRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One engagement of one person in one home. ``employer`` is who runs the home (the provider's id).

    A person who comes back has a new record with ``previous`` and ``offered_on``.
    """

    staff: str
    unit: str
    role: Role
    engaged_from_on: dt.date
    engaged_to_on: dt.date | None = None
    offered_on: dt.date | None = None
    employer: str = ""
    engagement: Engagement = "employment"
    percent: int | None = None
    duties: tuple[Duty, ...] = ()
    manager_from_on: dt.date | None = None
    manager_to_on: dt.date | None = None
    educations: tuple[Education, ...] | None = None
    experience: tuple[Experience, ...] | None = None
    assessments: tuple[Assessment, ...] = ()
    register_checks: tuple[RegisterCheck, ...] = ()
    special_reasons: tuple[SpecialReason, ...] = ()
    previous: PreviousEngagement | None = None

    @property
    def is_hired(self) -> bool:
        """True for agency staff (inhyrd)."""
        return self.engagement == "agency"

    def is_engaged_on(self, day: dt.date) -> bool:
        """True when the person worked in the home that day."""
        return Span(from_on=self.engaged_from_on, to_on=self.engaged_to_on).covers(day)

    def role_on(self, day: dt.date) -> Role:
        """The role that day: manager within the days as manager, before and after that by the duties."""
        is_named = self.role == "unit_manager" or self.manager_from_on is not None
        first = self.manager_from_on or self.engaged_from_on
        if is_named and Span(from_on=first, to_on=self.manager_to_on).covers(day):
            return "unit_manager"
        if self.role == "unit_manager":
            return "care_staff" if self.duties else "other_staff"
        return self.role


class UnitTerm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a home was from a day to a day; ``receives_children`` None: nobody has said."""

    unit_type: str
    from_on: dt.date
    to_on: dt.date | None = None
    receives_children: bool | None = None

    def covers(self, day: dt.date) -> bool:
        """True when the home was this that day."""
        return Span(from_on=self.from_on, to_on=self.to_on).covers(day)


class UnitHistory(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a home has been: its type and whether it receives children, dated."""

    unit: str
    terms: tuple[UnitTerm, ...]

    def on(self, day: dt.date) -> UnitTerm | None:
        """What the home was that day, if it is known."""
        return next((term for term in self.terms if term.covers(day)), None)

    def best_known_on(self, day: dt.date) -> UnitTerm | None:
        """The same; of a day before all that is known, what is known first: it is the best there is."""
        first = min(self.terms, key=lambda term: term.from_on, default=None)
        return first if first and day < first.from_on else self.on(day)
