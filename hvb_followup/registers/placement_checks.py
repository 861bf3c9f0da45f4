"""What rows of the placement sheet can be wrong in, each with its sentence and a suggested mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import msgspec

from hvb_followup.registers.model import (
    BEKRAFTA,
    FEL,
    TIPS,
    Checked,
    Doubt,
    Found,
    Known,
)
from hvb_followup.registers.placement_row import PlacementRow

# Nobody is placed later than the year of turning 21 (LVU 3 §).
_OLDEST_AT_START = 21
_FAR_AHEAD = dt.timedelta(days=366)

BIRTH_YEAR = Doubt("birth-year", FEL, "Födelseåret passar inte startdatumet.", "Kontrollera båda.")
AGE_OF_HOME = Doubt(
    "age-of-home",
    BEKRAFTA,
    "Åldern passar inte hemmets typ.",
    "Kontrollera födelseår och hem, eller bekräfta.",
)
PLAN_BEFORE_START = Doubt(
    "plan-before-start", FEL, "Planerat slut är före startdatum.", "Har dag och månad bytt plats?"
)
ENDING_WITHOUT_DATE = Doubt(
    "ending-without-date",
    FEL,
    "Avslutsorsak finns, men inget slutdatum.",
    "Fyll i slutdatum, eller ta bort orsaken.",
)
DATE_WITHOUT_ENDING = Doubt(
    "date-without-ending",
    BEKRAFTA,
    "Slutdatum finns, men ingen avslutsorsak.",
    "Fyll i orsaken, eller bekräfta att den är okänd: då räknas slutet som sammanbrott.",
)
END_AHEAD = Doubt(
    "end-ahead",
    FEL,
    "Slutdatum ligger i framtiden.",
    "Skriv dagen i Planerat slut, och lämna Slutdatum tomt.",
)
FAR_AHEAD = Doubt(
    "start-far-ahead", BEKRAFTA, "Startdatum är mer än ett år fram.", "Kontrollera året, eller bekräfta."
)
BEFORE_START = Doubt(
    "date-before-start",
    BEKRAFTA,
    "Dagen är före startdatum.",
    "Har dag och månad bytt plats? Bekräfta annars.",
)
AFTER_START = Doubt(
    "suitability-late",
    TIPS,
    "Lämplighetsbedömningen är gjord efter startdatum.",
    "Den ska göras före (SoF 9 kap. 8 §).",
)
DONE_WITHOUT_DATE = Doubt(
    "done-without-date", TIPS, "Det är genomfört, men dagen saknas.", "Fyll i dagen, så räknas den."
)
SERIAL_TAKEN = Doubt(
    "serial-taken",
    FEL,
    "Löpnumret används redan för en annan placering.",
    "Använd ett annat, till exempel med hemmets id först.",
)
ALIKE = Doubt(
    "rows-alike",
    BEKRAFTA,
    "En annan rad är lika i allt utom löpnumret.",
    "Är det samma person? Ta bort den ena, eller bekräfta.",
)


def ages(seen: Checked) -> Iterator[Found]:
    row: PlacementRow = seen.row
    age = row.starts_on.year - row.birth_year
    if not 0 <= age <= _OLDEST_AT_START:
        yield Found(BIRTH_YEAR, "birth_year")
        return
    term = next((term for term in seen.known.terms.get(row.unit, ()) if term.covers(row.starts_on)), None)
    youngest, oldest = seen.known.ages.get(term.unit_type, (0, 21)) if term else (0, 21)
    # Of a birth year alone the age may be one less on the day.
    if age < youngest or age - 1 > oldest:
        yield Found(AGE_OF_HOME, "birth_year")


def ends(seen: Checked) -> Iterator[Found]:
    row: PlacementRow = seen.row
    if row.planned_end_on and row.planned_end_on < row.starts_on:
        yield Found(PLAN_BEFORE_START, "planned_end_on")
    if row.ending and not row.ends_on and seen.has("ends_on"):
        yield Found(ENDING_WITHOUT_DATE, "ends_on")
    if row.ends_on and not row.ending and seen.has("ending"):
        yield Found(DATE_WITHOUT_ENDING, "ending")
    today = seen.known.today
    if today and row.ends_on and row.ends_on > today:
        yield Found(END_AHEAD, "ends_on")
    if today and row.starts_on > today + _FAR_AHEAD:
        yield Found(FAR_AHEAD, "starts_on")


def days(seen: Checked) -> Iterator[Found]:
    row: PlacementRow = seen.row
    for column in ("health_check_on", "school_assessment_on", "school_starts_on", "latest_review_on"):
        day = getattr(row, column)
        if day and day < row.starts_on:
            yield Found(BEFORE_START, column)
    if row.suitability_on and row.suitability_on > row.starts_on:
        yield Found(AFTER_START, "suitability_on")
    for column in ("health_check", "school_assessment"):
        if getattr(row, column) == "done" and not getattr(row, f"{column}_on"):
            yield Found(DONE_WITHOUT_DATE, column)
    stored = seen.known.placements.get(row.id)
    own = seen.known.municipality
    if stored and (stored.unit != row.unit or (own and stored.municipality != own)):
        yield Found(SERIAL_TAKEN, "id")


def alike(rows: Sequence[PlacementRow], known: Known) -> Iterator[tuple[int, Found]]:
    """Rows that say much and the same, under two serials; siblings may well come on one day, but not with one plan."""
    seen: dict[PlacementRow, int] = {}
    for place, row in enumerate(rows):
        if not row.suitability_on and not row.plan_on:
            continue
        if seen.setdefault(msgspec.structs.replace(row, id=""), place) != place:
            yield place, Found(ALIKE, "id")
