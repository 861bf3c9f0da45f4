"""The sheet of providers: an id and the name that is shown."""

from __future__ import annotations

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.model import Column, Sheet
from hvb_followup.registers.values import PROVIDER_ID, TEXT
from hvb_followup.registry import Provider

USES = {
    "name": "Provider.name",
}

COLUMNS = (
    Column(
        "id", "Utförarens id", PROVIDER_ID, ("id", "utförare", "utförarid", "provider"), "P och sex tecken."
    ),
    Column(
        "name", "Namn", TEXT, ("utförarens namn", "utförarnamn", "benämning"), "Det namn som visas för alla."
    ),
)


def provider_sheet(lists: Codelists) -> Sheet:
    """The sheet; it needs no codelist."""
    return Sheet(
        kind="provider",
        title="Utförare",
        row=Provider,
        key=("id",),
        uses=USES,
        columns=COLUMNS,
    )
