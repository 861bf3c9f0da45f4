"""One engagement of one person, as a row of the staff sheet says it (class B)."""

from __future__ import annotations

import datetime as dt

import msgspec


class StaffRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One engagement of one person as a sheet says it."""

    staff: str
    unit: str
    role: str
    engagement: str
    engaged_from_on: dt.date
    engaged_to_on: dt.date | None = None
    offered_on: dt.date | None = None
    percent: int | None = None
    duties: tuple[str, ...] = ()
    manager_from_on: dt.date | None = None
    manager_to_on: dt.date | None = None
    education_1_level: str | None = None
    education_1_field: str | None = None
    education_1_years: float | None = None
    education_1_hp: float | None = None
    education_1_yh: float | None = None
    education_1_issuer: str | None = None
    education_1_completed_on: dt.date | None = None
    education_1_evidence: str | None = None
    education_1_checked_on: dt.date | None = None
    education_1_equivalent_on: dt.date | None = None
    education_2_level: str | None = None
    education_2_field: str | None = None
    education_2_years: float | None = None
    education_2_hp: float | None = None
    education_2_yh: float | None = None
    education_2_issuer: str | None = None
    education_2_completed_on: dt.date | None = None
    education_2_evidence: str | None = None
    education_2_checked_on: dt.date | None = None
    education_2_equivalent_on: dt.date | None = None
    experience_from_on: dt.date | None = None
    experience_to_on: dt.date | None = None
    experience_evidence: str | None = None
    suitability_on: dt.date | None = None
    suitability_holds: bool | None = None
    competence_on: dt.date | None = None
    target_group_on: dt.date | None = None
    special_rule: str | None = None
    special_decided_on: dt.date | None = None
    special_expires_on: dt.date | None = None
    check_registers: tuple[str, ...] = ()
    check_issued_on: dt.date | None = None
    check_handed_over_on: dt.date | None = None
    check_on: dt.date | None = None
    check_by_employer: bool | None = None
    check_by_role: str | None = None
    previous_ended_on: dt.date | None = None
    previous_employer: str | None = None
    supervision_on: dt.date | None = None
    introduction_on: dt.date | None = None
