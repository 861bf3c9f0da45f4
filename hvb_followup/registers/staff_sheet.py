"""The sheet of staff: one engagement a row, with what shows the person's qualification and when it was looked at.

Rows are about a member of staff (class B). Of a register check only days are asked for, never what an extract
said; the key is the home's own, never a personnummer.
"""

from __future__ import annotations

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.model import Sheet
from hvb_followup.registers.staff_checks import (
    alike,
    educated,
    engaged,
    excused,
    overlapping,
    overlapping_stored,
    register_check,
)
from hvb_followup.registers.staff_columns import columns
from hvb_followup.registers.staff_row import StaffRow
from hvb_followup.registers.uses import SELF_CHECK


def _education_uses(number: int) -> dict[str, str]:
    """What the columns of one education are for."""
    fields = {
        "level": "level",
        "field": "field",
        "years": "years",
        "hp": "hp_credits",
        "yh": "yh_points",
        "completed_on": "completed_on",
        "evidence": "evidence",
        "checked_on": "checked_on",
        "equivalent_on": "deemed_equivalent_on",
    }
    uses = {f"education_{number}_{name}": f"Education.{field}" for name, field in fields.items()}
    return {**uses, f"education_{number}_issuer": SELF_CHECK}


# What each column is for; ``hvb check`` refuses one that is for nothing.
USES = {
    "role": "StaffRecord.role",
    "engagement": "ENGAGEMENTS.engagement",
    "offered_on": "StaffRecord.offered_on",
    "percent": SELF_CHECK,
    "duties": "StaffRecord.duties",
    "manager_from_on": "StaffRecord.manager_from_on",
    "manager_to_on": "StaffRecord.manager_to_on",
    **_education_uses(1),
    **_education_uses(2),
    "experience_from_on": "Experience.from_on",
    "experience_to_on": "Experience.to_on",
    "experience_evidence": "Experience.evidence",
    "suitability_on": "Assessment.assessed_on",
    "suitability_holds": "Assessment.holds",
    "competence_on": "Assessment.assessed_on",
    "target_group_on": "Assessment.assessed_on",
    "special_rule": "SpecialReason.rule",
    "special_decided_on": "SpecialReason.decided_on",
    "special_expires_on": "SpecialReason.expires_on",
    "check_registers": "RegisterCheck.registers",
    "check_issued_on": "RegisterCheck.issued_on",
    "check_handed_over_on": "RegisterCheck.handed_over_on",
    "check_on": "RegisterCheck.checked_on",
    "check_by_employer": "RegisterCheck.is_fetched_by_employer",
    "check_by_role": SELF_CHECK,
    "previous_ended_on": "PreviousEngagement.ended_on",
    "previous_employer": "PreviousEngagement.employer",
    "supervision_on": SELF_CHECK,
    "introduction_on": SELF_CHECK,
}


def staff_sheet(lists: Codelists) -> Sheet:
    """The sheet, with these codelists."""
    return Sheet(
        kind="staff",
        title="Personal",
        row=StaffRow,
        key=("unit", "staff", "engaged_from_on"),
        span=("engaged_from_on", "engaged_to_on"),
        dated_by="engaged_from_on",
        row_checks=(engaged, educated, register_check, excused),
        sheet_checks=(overlapping, overlapping_stored, alike),
        uses=USES,
        columns=columns(lists),
    )
