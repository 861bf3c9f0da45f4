"""Scheduled hours per member of staff and month: how much is night, how much is covered by hired staff.

Time is counted in whole minutes, so that shares are pairs of integers.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from hvb_followup.qualifications.staff import StaffRecord

# Hired staff without a key of their own are entered together under this one (DESIGN §12).
HIRED = "inhyrd"


class HoursRow(msgspec.Struct, frozen=True, kw_only=True):
    """Scheduled time of one person in one home and month (``2026-10``); the night is part of the whole."""

    staff: str
    unit: str
    month: str
    minutes: int
    night_minutes: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.night_minutes <= self.minutes:
            raise ValueError("night minutes outside 0 … minutes")


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """Scheduled minutes: all of them, those at night, those by hired staff, and hired at night."""

    minutes: int
    night: int
    hired: int
    hired_night: int


def cover(rows: Iterable[HoursRow], records: Iterable[StaffRecord]) -> Cover:
    """What of the scheduled time lies at night and what hired staff do; pairs are (hired, minutes) and so on."""
    hired_keys = {(one.unit, one.staff) for one in records if one.is_hired}
    all_rows = list(rows)
    hired = [row for row in all_rows if row.staff == HIRED or (row.unit, row.staff) in hired_keys]
    return Cover(
        minutes=sum(row.minutes for row in all_rows),
        night=sum(row.night_minutes for row in all_rows),
        hired=sum(row.minutes for row in hired),
        hired_night=sum(row.night_minutes for row in hired),
    )
