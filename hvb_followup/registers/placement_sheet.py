"""The sheet of placements: who came when, on what basis, what was done for her, and how it ended.

Rows are about a young person (class A). The key is the home's or municipality's own serial, never a personnummer.
"""

from __future__ import annotations

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.listed import One, Told, listed
from hvb_followup.registers.model import Sheet
from hvb_followup.registers.placement_checks import ages, alike, days, ends
from hvb_followup.registers.placement_row import PlacementRow
from hvb_followup.registers.uses import SELF_CHECK
from hvb_followup.registers.values import DATE, MUNICIPALITY, SERIAL, UNIT_ID, YEAR, YES_NO

USES = {
    "birth_year": "PLACEMENTS.age",
    "planned_end_on": "PLACEMENTS.days_planned",
    "ending": "PLACEMENTS.ending",
    "legal_basis": SELF_CHECK,
    "is_acute": "PLACEMENTS.is_acute",
    "sex": SELF_CHECK,
    "main_reason": SELF_CHECK,
    "earlier_placements": SELF_CHECK,
    "suitability_on": "PLACEMENTS.days_to_suitability",
    "health_check": "PLACEMENTS.needs_health_check",
    "health_check_on": "PLACEMENTS.days_to_health_check",
    "dental": SELF_CHECK,
    "school_assessment": "PLACEMENTS.needs_school_assessment",
    "school_assessment_on": "PLACEMENTS.days_to_school_assessment",
    "school_starts_on": SELF_CHECK,
    "plan_on": SELF_CHECK,
    "latest_review_on": "PLACEMENTS.days_to_extension",
    "extension_on": "PLACEMENTS.days_to_extension",
}

COLUMNS = (
    Told(
        "id",
        "Löpnummer",
        SERIAL,
        ("id", "placering", "platsnyckel", "placeringens id"),
        "Ert eget löpnummer, som L-0042. Aldrig ett personnummer.",
        required=True,
    ),
    Told(
        "unit",
        "Hem",
        UNIT_ID,
        ("hemmets id", "enhet", "enhetsid", "unit"),
        "Hemmets id: H och sex tecken.",
        required=True,
        refers_to="units",
    ),
    Told(
        "municipality",
        "Kommun",
        MUNICIPALITY,
        ("placerande kommun", "kommunkod"),
        "Den placerande kommunens kod: fyra siffror.",
        required=True,
        refers_to="municipalities",
    ),
    Told(
        "birth_year",
        "Födelseår",
        YEAR,
        ("född", "födelseåret", "år"),
        "Bara året, aldrig dagen.",
        required=True,
    ),
    Told(
        "starts_on",
        "Startdatum",
        DATE,
        ("start", "från", "inskriven", "inskrivning"),
        "Dagen då den unga flyttade in.",
        required=True,
    ),
    Told(
        "planned_end_on",
        "Planerat slut",
        DATE,
        ("planerat slutdatum",),
        "Den dag som placeringen var tänkt att sluta, om någon var bestämd.",
    ),
    Told(
        "ends_on",
        "Slutdatum",
        DATE,
        ("slut", "till", "utskriven", "utskrivning"),
        "Dagen då den unga flyttade ut. Lämna tomt om hen bor kvar.",
    ),
    Told(
        "ending",
        "Avslutsorsak",
        One("endings"),
        ("orsak till avslut", "avslut"),
        "Varför placeringen slutade.",
    ),
    Told("legal_basis", "Lagrum", One("legal_bases"), (), "SoL eller LVU, som det står i beslutet."),
    Told(
        "is_acute",
        "Akut",
        YES_NO,
        ("akut placering",),
        "Ja om placeringen inte gick att planera. Tomt räknas som nej.",
    ),
    Told("sex", "Kön", One("sexes"), (), "Flicka, pojke eller annat."),
    Told(
        "main_reason",
        "Huvudorsak",
        One("placement_reasons"),
        ("orsak till placering",),
        "Den orsak som väger tyngst.",
    ),
    Told(
        "earlier_placements",
        "Tidigare placeringar",
        One("earlier_placements"),
        ("antal tidigare placeringar",),
        "0, 1–2, 3+ eller okänt.",
    ),
    Told(
        "suitability_on",
        "Lämplighetsbedömning",
        DATE,
        ("lämplighetsbedömning datum", "lämplighetsbedömd"),
        "Dagen då ni bedömde att hemmet passar.",
    ),
    Told(
        "health_check", "Hälsoundersökning", One("offers"), (), "Genomförd, erbjuden, nej eller ej aktuell."
    ),
    Told("health_check_on", "Hälsoundersökning datum", DATE, (), "Dagen då den gjordes eller erbjöds."),
    Told(
        "dental",
        "Tandvård",
        One("offers"),
        ("tandvårdsbesök",),
        "Senaste 12 månaderna: genomförd, erbjuden, nej eller ej aktuell.",
    ),
    Told(
        "school_assessment",
        "Kunskapsbedömning",
        One("offers"),
        (),
        "Genomförd, erbjuden, nej eller ej aktuell.",
    ),
    Told("school_assessment_on", "Kunskapsbedömning datum", DATE, (), "Dagen då den gjordes."),
    Told(
        "school_starts_on",
        "Skolstart",
        DATE,
        ("skolstart datum", "första skoldag"),
        "Första dagen i skola efter flytten.",
    ),
    Told("plan_on", "Genomförandeplan", DATE, ("genomförandeplan datum",), "Dagen då planen skrevs."),
    Told(
        "latest_review_on",
        "Senaste övervägande",
        DATE,
        ("senaste övervägande datum", "övervägande"),
        "Dagen för nämndens senaste övervägande eller omprövning.",
    ),
    Told(
        "extension_on",
        "Övervägande efter planerat slut",
        DATE,
        ("beslut om förlängning",),
        "Det första övervägandet efter planerat slut, om den unga bodde kvar.",
    ),
)


def placement_sheet(lists: Codelists) -> Sheet:
    """The sheet, with these codelists."""
    return Sheet(
        kind="placement",
        title="Placeringar",
        row=PlacementRow,
        key=("id",),
        span=("starts_on", "ends_on"),
        dated_by="starts_on",
        row_checks=(ages, ends, days),
        sheet_checks=(alike,),
        uses=USES,
        columns=listed(COLUMNS, lists),
    )
