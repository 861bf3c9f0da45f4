"""One placement, as a row of the placement sheet says it (class A)."""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.registry import Placement


class PlacementRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One placement as a sheet says it."""

    id: str
    unit: str
    municipality: str
    birth_year: int
    starts_on: dt.date
    planned_end_on: dt.date | None = None
    ends_on: dt.date | None = None
    ending: str | None = None
    legal_basis: str | None = None
    is_acute: bool | None = None
    sex: str | None = None
    main_reason: str | None = None
    earlier_placements: str | None = None
    suitability_on: dt.date | None = None
    health_check: str | None = None
    health_check_on: dt.date | None = None
    dental: str | None = None
    school_assessment: str | None = None
    school_assessment_on: dt.date | None = None
    school_starts_on: dt.date | None = None
    plan_on: dt.date | None = None
    latest_review_on: dt.date | None = None
    extension_on: dt.date | None = None

    def placement(self) -> Placement:
        """What codes and waves lean on."""
        return Placement(
            id=self.id,
            unit=self.unit,
            municipality=self.municipality,
            birth_year=self.birth_year,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )
