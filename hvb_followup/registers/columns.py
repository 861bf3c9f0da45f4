"""Every sheet by its kind: form, template and check are all made from these definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hvb_followup.registers.capacity_sheet import capacity_sheet
from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.complaint_sheet import complaint_sheet
from hvb_followup.registers.event_sheet import event_sheet
from hvb_followup.registers.hours_sheet import hours_sheet
from hvb_followup.registers.inspection_sheet import inspection_sheet
from hvb_followup.registers.model import Sheet
from hvb_followup.registers.placement_sheet import placement_sheet
from hvb_followup.registers.provider_sheet import provider_sheet
from hvb_followup.registers.staff_sheet import staff_sheet
from hvb_followup.registers.unit_sheet import unit_sheet

_MAKERS: Mapping[str, Callable[[Codelists], Sheet]] = {
    "provider": provider_sheet,
    "unit": unit_sheet,
    "placement": placement_sheet,
    "staff": staff_sheet,
    "hours": hours_sheet,
    "events": event_sheet,
    "capacity": capacity_sheet,
    "inspections": inspection_sheet,
    "complaints": complaint_sheet,
}
KINDS = tuple(_MAKERS)


def sheets(lists: Codelists) -> Mapping[str, Sheet]:
    """All nine sheets, in these codelists' words."""
    return {kind: make(lists) for kind, make in _MAKERS.items()}
