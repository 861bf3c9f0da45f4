"""The columns of every sheet, defined once: form, template and check are all made from here."""

from __future__ import annotations

from collections.abc import Mapping

from hvb_followup.registers.model import Column, Sheet, UnitRow
from hvb_followup.registers.values import (
    DATE,
    LAN_NAME,
    MUNICIPALITY,
    OPERATING_FORM,
    PLACES,
    PROVIDER_ID,
    SERIAL,
    TEXT,
    UNIT_ID,
    UNIT_TYPE,
    YEAR,
)
from hvb_followup.registry import Placement, Provider

PROVIDER = Sheet(
    kind="provider",
    title="Utförare",
    row=Provider,
    key=("id",),
    columns=(
        Column(
            id="id",
            heading="Utförarens id",
            synonyms=("id", "utförare", "utförarid", "provider"),
            kind=PROVIDER_ID,
            help="P och sex tecken.",
        ),
        Column(
            id="name",
            heading="Namn",
            synonyms=("utförarens namn", "utförarnamn", "benämning"),
            kind=TEXT,
            help="Det namn som visas för alla.",
        ),
    ),
)

UNIT = Sheet(
    kind="unit",
    title="Hem",
    row=UnitRow,
    key=("id", "from_on"),
    span=("from_on", "to_on"),
    columns=(
        Column(
            id="id",
            heading="Hemmets id",
            synonyms=("id", "enhet", "hem", "enhetsid", "hemid", "unit"),
            kind=UNIT_ID,
            help="H och sex tecken.",
        ),
        Column(
            id="name",
            heading="Namn",
            synonyms=("hemmets namn", "enhetens namn", "enhetsnamn"),
            kind=TEXT,
            help="Det namn som visas för alla. Ingen adress eller ort.",
        ),
        Column(id="lan", heading="Län", kind=LAN_NAME, help="Länet som hemmet ligger i."),
        Column(
            id="places",
            heading="Platser",
            synonyms=("antal platser",),
            kind=PLACES,
            help="Så många unga som får bo där.",
        ),
        Column(
            id="provider",
            heading="Utförare",
            synonyms=("utförarens id", "utförarid", "ägare"),
            kind=PROVIDER_ID,
            refers_to="providers",
            help="Utförarens id: P och sex tecken.",
        ),
        Column(
            id="unit_type",
            heading="Typ",
            synonyms=("hemmets typ", "enhetstyp", "boendeform"),
            kind=UNIT_TYPE,
            help="HVB eller stödboende.",
        ),
        Column(
            id="operating_form",
            heading="Driftsform",
            synonyms=("regi", "regiform", "ägarform"),
            kind=OPERATING_FORM,
            help="Egen regi, entreprenad, privat, idéburen eller region.",
        ),
        Column(
            id="from_on",
            heading="Gäller från",
            synonyms=("från", "startdatum", "från och med", "from"),
            kind=DATE,
            help="Första dagen med den här utföraren och typen. En ny rad med senare dag är ett byte.",
        ),
        Column(
            id="to_on",
            heading="Gäller till",
            synonyms=("till", "slutdatum", "till och med", "tom"),
            kind=DATE,
            required=False,
            help="Sista dagen. Lämna tomt om det fortfarande gäller.",
        ),
    ),
)

PLACEMENT = Sheet(
    kind="placement",
    title="Placeringar",
    row=Placement,
    key=("id",),
    span=("starts_on", "ends_on"),
    columns=(
        Column(
            id="id",
            heading="Löpnummer",
            synonyms=("id", "placering", "platsnyckel", "placeringens id"),
            kind=SERIAL,
            help="Ert eget löpnummer, som L-0042. Aldrig ett personnummer.",
        ),
        Column(
            id="unit",
            heading="Hem",
            synonyms=("hemmets id", "enhet", "enhetsid", "unit"),
            kind=UNIT_ID,
            refers_to="units",
            help="Hemmets id: H och sex tecken.",
        ),
        Column(
            id="municipality",
            heading="Kommun",
            synonyms=("placerande kommun", "kommunkod"),
            kind=MUNICIPALITY,
            refers_to="municipalities",
            help="Den placerande kommunens kod: fyra siffror.",
        ),
        Column(
            id="birth_year",
            heading="Födelseår",
            synonyms=("född", "födelseåret", "år"),
            kind=YEAR,
            help="Bara året, aldrig dagen.",
        ),
        Column(
            id="starts_on",
            heading="Startdatum",
            synonyms=("start", "från", "inskriven", "inskrivning"),
            kind=DATE,
            help="Dagen då den unga flyttade in.",
        ),
        Column(
            id="ends_on",
            heading="Slutdatum",
            synonyms=("slut", "till", "utskriven", "utskrivning"),
            kind=DATE,
            required=False,
            help="Dagen då den unga flyttade ut. Lämna tomt om hen bor kvar.",
        ),
    ),
)

SHEETS: Mapping[str, Sheet] = {sheet.kind: sheet for sheet in (PROVIDER, UNIT, PLACEMENT)}
