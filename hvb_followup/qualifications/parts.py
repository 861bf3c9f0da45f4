"""What becomes of each part of a requirement: education, experience, a judgement, the register check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from hvb_followup.qualifications.staff import STRENGTH, Assessed, Assessment, Evidence, Experience

Result = Literal["met", "equivalent", "exempt", "excused", "missing", "not_met"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One part's result and reason, how it was shown, and the day that decided, if one did."""

    result: Result
    reason: str
    evidence: Evidence | None = None
    day: dt.date | None = None
    checked_on: dt.date | None = None


class Fact(Protocol):
    """Anything that is shown in one of three ways, and may have been checked on a day."""

    @property
    def evidence(self) -> Evidence: ...
    @property
    def checked_on(self) -> dt.date | None: ...


def shown(result: Result, reason: str, fact: Fact, on: dt.date, day: dt.date | None = None) -> Part:
    """A part that rests on a fact, as it was shown that day: what is checked later was only attached then."""
    if fact.evidence != Evidence.CHECKED:
        return Part(result=result, reason=reason, evidence=fact.evidence, day=day)
    if fact.checked_on is not None and fact.checked_on > on:
        return Part(result=result, reason=reason, evidence=Evidence.ATTACHED, day=day)
    return Part(result=result, reason=reason, evidence=Evidence.CHECKED, day=day, checked_on=fact.checked_on)


def judge_experience(experience: Sequence[Experience] | None, on: dt.date) -> Part:
    """Whether experience of a similar operation had begun before the day; no statute gives it a length."""
    if experience is None:
        return Part(result="missing", reason="experience_missing")
    relevant = [entry for entry in experience if entry.is_relevant and entry.from_on < on]
    if not relevant:
        return Part(result="not_met", reason="experience_none")
    best = min(relevant, key=lambda entry: STRENGTH.index(entry.evidence))
    return shown("met", "experience_met", best, on)


def judge_assessment(assessments: Sequence[Assessment], of: Assessed, on: dt.date) -> Part:
    """The latest judgement of a kind made by the day decides."""
    made = [one for one in assessments if one.of == of and one.assessed_on <= on]
    if not made:
        return Part(result="missing", reason=f"{of}_missing")
    latest = max(made, key=lambda one: one.assessed_on)
    result: Result = "met" if latest.holds else "not_met"
    return shown(result, f"{of}_{result}", latest, on, latest.assessed_on)
