"""The sheet of events: what happened, how grave it was, and when something was decided about it (class A)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.listed import HOME, One, Told, listed
from hvb_followup.registers.model import BEKRAFTA, FEL, Checked, Doubt, Found, Sheet
from hvb_followup.registers.uses import SELF_CHECK
from hvb_followup.registers.values import DATE, SERIAL, SEVERITY, TEXT

BEFORE = Doubt(
    "event-before-placement",
    FEL,
    "Händelsen är före placeringens startdatum.",
    "Har dag och månad bytt plats?",
)
AFTER = Doubt(
    "event-after-placement",
    BEKRAFTA,
    "Händelsen är efter placeringens slutdatum.",
    "Kontrollera löpnumret, eller bekräfta.",
)
UNKNOWN = Doubt(
    "placement-unknown",
    BEKRAFTA,
    "Löpnumret finns inte bland placeringarna.",
    "Lägg in placeringen först, eller bekräfta.",
)
AHEAD = Doubt("event-ahead", FEL, "Händelsen ligger i framtiden.", "Kontrollera datumet.")


class EventRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event as a sheet says it; never what happened in words."""

    id: str
    unit: str
    happened_on: dt.date
    kind: str
    severity: int
    placement: str | None = None
    action_on: dt.date | None = None
    lex_sarah: str | None = None
    reference: str | None = None


USES = {
    "kind": "EVENTS.kind_class",
    "severity": SELF_CHECK,
    "placement": "check._days",
    "lex_sarah": SELF_CHECK,
    "reference": SELF_CHECK,
}

COLUMNS = (
    Told(
        "id",
        "Händelsenummer",
        SERIAL,
        ("händelse", "avvikelsenummer", "nummer", "id"),
        "Ert eget löpnummer för händelsen.",
        required=True,
    ),
    HOME,
    Told("happened_on", "Datum", DATE, ("händelsedatum", "dag"), "Dagen då det hände.", required=True),
    Told("kind", "Typ", One("event_kinds"), ("händelsetyp",), "Vad för slags händelse.", required=True),
    Told(
        "severity",
        "Allvar",
        SEVERITY,
        ("allvarsgrad", "allvar 1–4"),
        "1 är minst, 4 allvarligast.",
        required=True,
    ),
    Told(
        "placement",
        "Löpnummer",
        SERIAL,
        ("placering", "platsnyckel"),
        "Placeringens löpnummer, om händelsen gäller en ung.",
    ),
    Told(
        "action_on",
        "Åtgärdad",
        DATE,
        ("åtgärdad datum", "åtgärdsdatum"),
        "Dagen då ni skrev ned vad som beslutats.",
    ),
    Told("lex_sarah", "Lex Sarah", One("lex_sarah"), (), "Nej, utredning eller anmäld."),
    Told("reference", "IVO:s diarienummer", TEXT, ("ivo dnr", "dnr"), "Om händelsen är anmäld."),
)


def event_sheet(lists: Codelists) -> Sheet:
    """The sheet, with these codelists."""
    return Sheet(
        kind="events",
        title="Händelser",
        row=EventRow,
        key=("unit", "id"),
        span=("happened_on", "action_on"),
        dated_by="happened_on",
        uses=USES,
        row_checks=(_days,),
        columns=listed(COLUMNS, lists),
    )


def _days(seen: Checked) -> Iterator[Found]:
    row: EventRow = seen.row
    if seen.known.today and row.happened_on > seen.known.today:
        yield Found(AHEAD, "happened_on")
    if not row.placement:
        return
    stored = seen.known.placements.get(row.placement)
    if stored is None or stored.unit != row.unit:
        yield Found(UNKNOWN, "placement")
    elif row.happened_on < stored.starts_on:
        yield Found(BEFORE, "happened_on")
    elif stored.ends_on and row.happened_on > stored.ends_on:
        yield Found(AFTER, "happened_on")
