"""The register check before an engagement, lag (2007:171) 1–2 §§: only days, never what an extract said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hvb_followup.periods import months_after
from hvb_followup.qualifications.model import RegisterNeed
from hvb_followup.qualifications.parts import Part
from hvb_followup.qualifications.staff import STRENGTH, RegisterCheck, StaffRecord


def judge_register_check(record: StaffRecord, need: RegisterNeed, on: dt.date) -> Part:
    """Whether both registers were checked before this engagement in this home, in extracts fresh enough."""
    rehired = _rehired(record, need)
    known = [check for check in record.register_checks if check.checked_on <= on]
    own = [check for check in known if _is_of_this_engagement(check, record)]
    if not own:
        return rehired or Part(result="missing", reason="register_of_other" if known else "register_missing")
    judged = [(check, _fault(check, record, need)) for check in own]
    sound = [check for check, fault in judged if fault is None]
    if {register for check in sound for register in check.registers} >= set(need.registers):
        return _met(sound)
    fault = next((fault for _, fault in judged if fault), None)
    return rehired or fault or Part(result="missing", reason="register_one_missing")


def keep_until(record: StaffRecord, need: RegisterNeed) -> dt.date:
    """The first day the extract or its copy need not be kept: it is kept at least so long from the start."""
    return months_after(record.engaged_from_on, need.keep_months_min)


def _is_of_this_engagement(check: RegisterCheck, record: StaffRecord) -> bool:
    return check.unit == record.unit and check.engaged_on == record.engaged_from_on


def _met(sound: Sequence[RegisterCheck]) -> Part:
    """As weak as the weakest extract, as late as the last one looked at."""
    weakest = max((check.evidence for check in sound), key=STRENGTH.index)
    last = max(check.checked_on for check in sound)
    return Part(result="met", reason="register_met", evidence=weakest, day=last, checked_on=last)


def _rehired(record: StaffRecord, need: RegisterNeed) -> Part | None:
    """2 §: offered anew within six months by the same employer. The offer counts, not the first day."""
    previous = record.previous
    if previous is None or record.offered_on is None or not record.employer:
        return None
    last = months_after(previous.ended_on, need.rehire_months_max)
    if previous.employer != record.employer or record.offered_on > last:
        return None
    return Part(result="exempt", reason="rehired", day=last)


def _fault(check: RegisterCheck, record: StaffRecord, need: RegisterNeed) -> Part | None:
    """What is wrong with one check, if anything."""
    if check.handed_over_on is None and not check.is_fetched_by_employer:
        return Part(result="missing", reason="handed_over_missing")
    # What the employer fetched itself was never handed over: its age is counted to the day it was looked at.
    received_on = check.handed_over_on or check.checked_on
    if not check.issued_on <= received_on <= check.checked_on:
        return Part(result="missing", reason="register_dates_contradict")
    if check.checked_on > record.engaged_from_on:
        return Part(
            result="not_met", reason="register_too_late", evidence=check.evidence, day=check.checked_on
        )
    last = months_after(check.issued_on, need.extract_months_max)
    if received_on > last:
        return Part(result="not_met", reason="extract_too_old", evidence=check.evidence, day=last)
    return None
