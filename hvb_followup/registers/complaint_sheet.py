"""The sheet of complaints: when, about what, from whom as a role, and when it was answered; never who (class A)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.listed import HOME, One, Told, listed
from hvb_followup.registers.model import FEL, Checked, Doubt, Found, Sheet
from hvb_followup.registers.uses import SELF_CHECK
from hvb_followup.registers.values import DATE, SERIAL

AHEAD = Doubt("complaint-ahead", FEL, "Klagomålet ligger i framtiden.", "Kontrollera datumet.")


class ComplaintRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One complaint as a sheet says it."""

    id: str
    unit: str
    received_on: dt.date
    kind: str
    by: str | None = None
    answered_on: dt.date | None = None


USES = {
    "kind": SELF_CHECK,
    "by": SELF_CHECK,
    "answered_on": SELF_CHECK,
}

COLUMNS = (
    Told(
        "id", "Klagomålsnummer", SERIAL, ("nummer", "id", "löpnummer"), "Ert eget löpnummer.", required=True
    ),
    HOME,
    Told("received_on", "Datum", DATE, ("inkom", "mottaget"), "Dagen då ni fick det.", required=True),
    Told(
        "kind",
        "Gäller",
        One("complaint_kinds"),
        ("typ", "område"),
        "Vad klagomålet handlade om.",
        required=True,
    ),
    Told("by", "Från", One("complainants"), ("vem klagade",), "En roll, aldrig ett namn."),
    Told("answered_on", "Besvarat", DATE, ("svar", "besvarat datum"), "Dagen då den som klagade fick svar."),
)


def complaint_sheet(lists: Codelists) -> Sheet:
    """The sheet, with these codelists."""
    return Sheet(
        kind="complaints",
        title="Klagomål",
        row=ComplaintRow,
        key=("unit", "id"),
        span=("received_on", "answered_on"),
        dated_by="received_on",
        uses=USES,
        row_checks=(_days,),
        columns=listed(COLUMNS, lists),
    )


def _days(seen: Checked) -> Iterator[Found]:
    if seen.known.today and seen.row.received_on > seen.known.today:
        yield Found(AHEAD, "received_on")
