"""The sheet of inspections: when, by whom, what was found wanting, what was decided (class C)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.listed import HOME, Many, One, Told, listed
from hvb_followup.registers.model import BEKRAFTA, FEL, Checked, Doubt, Found, Sheet
from hvb_followup.registers.values import DATE, TEXT

AHEAD = Doubt("inspection-ahead", FEL, "Tillsynen ligger i framtiden.", "Kontrollera datumet.")
NOTHING = Doubt(
    "decision-without-area",
    BEKRAFTA,
    "Beslutet kräver något, men inget bristområde är valt.",
    "Välj område, eller bekräfta.",
)

NONE_AND_MORE = Doubt(
    "no-shortcoming-and-more",
    BEKRAFTA,
    "Ingen brist är vald tillsammans med ett bristområde eller med ett beslut som kräver något.",
    "Ta bort det som inte stämmer, eller bekräfta.",
)


class InspectionRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One inspection as a sheet says it."""

    reference: str
    unit: str
    held_on: dt.date
    kind: str
    areas: tuple[str, ...] = ()
    decision: str | None = None
    state: str | None = None


USES = {
    "kind": "Inspection.kind",
    "areas": "Inspection.areas",
    "decision": "Inspection.decision",
    "state": "Inspection.state",
}

COLUMNS = (
    Told(
        "reference",
        "Diarienummer",
        TEXT,
        ("dnr", "ärendenummer"),
        "Myndighetens diarienummer.",
        required=True,
    ),
    HOME,
    Told(
        "held_on",
        "Datum",
        DATE,
        ("tillsynsdatum", "dag"),
        "Dagen för tillsynen eller beslutet.",
        required=True,
    ),
    Told(
        "kind", "Typ", One("inspection_kinds"), ("typ av tillsyn",), "Vad för slags tillsyn.", required=True
    ),
    Told(
        "areas",
        "Bristområden",
        Many("inspection_areas"),
        ("bristområde", "brister"),
        "Ett eller flera med komma mellan.",
    ),
    Told("decision", "Beslut", One("inspection_decisions"), (), "Vad som beslutades."),
    Told("state", "Status", One("inspection_states"), (), "Öppen, åtgärdad, överklagad eller avslutad."),
)


def inspection_sheet(lists: Codelists) -> Sheet:
    """The sheet, with these codelists."""
    return Sheet(
        kind="inspections",
        title="Tillsyn",
        row=InspectionRow,
        key=("unit", "reference"),
        dated_by="held_on",
        uses=USES,
        row_checks=(_decisions,),
        columns=listed(COLUMNS, lists),
    )


def _decisions(seen: Checked) -> Iterator[Found]:
    row: InspectionRow = seen.row
    if seen.known.today and row.held_on > seen.known.today:
        yield Found(AHEAD, "held_on")
    demands = row.decision not in (None, "no_remark")
    if demands and not row.areas:
        yield Found(NOTHING, "areas")
    if "none" in row.areas and (demands or len(row.areas) > 1):
        yield Found(NONE_AND_MORE, "areas")
