"""Whether an education answers a need: its level, its length and what it is directed at.

One education must answer alone: two one-year courses are not the two-year education of
SoF (2025:468) 5 kap. 4 §, unless the home has written down why they correspond to one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import get_args

from hvb_followup.qualifications.model import EducationNeed
from hvb_followup.qualifications.parts import Part, shown
from hvb_followup.qualifications.staff import STRENGTH, Education, Level

HP_OF_A_YEAR = 60
YH_POINTS_OF_A_YEAR = 200
LEVELS: tuple[str, ...] = get_args(Level)


def judge_education(educations: Sequence[Education] | None, need: EducationNeed, on: dt.date) -> Part:
    """The best that any one education can show on a day; what is best shown wins among equals."""
    if educations is None:
        return Part(result="missing", reason="education_missing")
    parts = [_one(education, need, on) for education in educations]
    return min(parts, key=_goodness, default=Part(result="not_met", reason="education_none"))


def _goodness(part: Part) -> tuple[int, int]:
    order = ("met", "equivalent", "missing", "not_met")
    # Among what fails, an education under way says more than one of the wrong kind.
    shown = STRENGTH.index(part.evidence) if part.evidence else int(part.reason != "education_not_completed")
    return order.index(part.result), shown


def _one(education: Education, need: EducationNeed, on: dt.date) -> Part:
    if education.completed_on is None:
        return Part(result="missing", reason="education_undated")
    if education.completed_on > on:
        return Part(result="not_met", reason="education_not_completed", day=education.completed_on)
    field = _field_fault(education, need)
    fault = _level_fault(education, need) or field or _length_fault(education, need)
    if not fault:
        return shown("met", "education_met", education, on)
    if not field and need.or_equivalent and _is_deemed_equivalent(education, on):
        return shown("equivalent", "education_equivalent", education, on)
    return Part(result="missing" if fault.endswith("_missing") else "not_met", reason=fault)


def _level_fault(education: Education, need: EducationNeed) -> str:
    return "level_too_low" if LEVELS.index(education.level) < LEVELS.index(need.level_min) else ""


def _field_fault(education: Education, need: EducationNeed) -> str:
    if education.field is None:
        return "field_missing"
    return "" if education.field in need.fields else "other_field"


def _length_fault(education: Education, need: EducationNeed) -> str:
    """Credits are multiplied, never divided, so that 120 hp are two years to the last decimal."""
    told = (
        (education.years, 1),
        (education.hp_credits, HP_OF_A_YEAR),
        (education.yh_points, YH_POINTS_OF_A_YEAR),
    )
    lengths = [length >= need.years_min * year for length, year in told if length is not None]
    if not need.years_min or any(lengths):
        return ""
    return "too_short" if lengths else "length_missing"


def _is_deemed_equivalent(education: Education, on: dt.date) -> bool:
    return education.deemed_equivalent_on is not None and education.deemed_equivalent_on <= on
