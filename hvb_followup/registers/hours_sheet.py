"""The sheet of scheduled hours: staff member × month × hours, of which at night (DESIGN §12).

Rows are about a member of staff (class B). Hired staff without a key are entered together as ``inhyrd``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from hvb_followup.registers.codes import Codelists, folded
from hvb_followup.registers.listed import HOME
from hvb_followup.registers.model import BEKRAFTA, FEL, Checked, Column, Doubt, Found, Sheet
from hvb_followup.registers.values import COUNT, HOURS, MONTH, SERIAL, is_serial

HIRED = "inhyrd"
MOST_MINUTES = 744 * 60  # a month of 31 days, day and night
MANY_MINUTES = 300 * 60

TOO_MANY = Doubt(
    "hours-impossible",
    FEL,
    "Det är fler timmar än månaden har.",
    "Kontrollera decimaltecknet, och att det inte är minuter.",
)
MANY = Doubt("hours-many", BEKRAFTA, "Det är mer än 300 timmar på en månad.", "Kontrollera, eller bekräfta.")
NIGHT = Doubt("night-over-total", FEL, "Natten är längre än hela tiden.", "Natten ska ingå i timmarna.")
UNKNOWN = Doubt(
    "staff-unknown",
    BEKRAFTA,
    "Nyckeln finns inte bland personalen.",
    "Stavfel? Lägg annars in personen i personallistan, eller bekräfta.",
)
OUTSIDE = Doubt(
    "hours-outside",
    BEKRAFTA,
    "Personen var inte anställd den månaden.",
    "Kontrollera månaden och anställningens dagar, eller bekräfta.",
)
AHEAD = Doubt(
    "month-ahead",
    BEKRAFTA,
    "Månaden har inte varit än.",
    "Kontrollera året, eller bekräfta att det är ett schema.",
)


class HoursRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Scheduled time of one member of staff in one home and month (``2026-10``), in minutes."""

    staff: str
    unit: str
    month: str
    minutes: int
    night_minutes: int = 0


def _as_key(text: str) -> str | None:
    """Somebody's key as it is written, or ``inhyrd`` in whatever case."""
    if folded(text) == HIRED:
        return HIRED
    return text if is_serial(text) else None


STAFF_KEY = msgspec.structs.replace(SERIAL, parse=_as_key)

USES = {
    "minutes": "HoursRow.minutes",
    "night_minutes": "HoursRow.night_minutes",
}

COLUMNS = (
    Column(
        "staff",
        "Personalnyckel",
        STAFF_KEY,
        ("nyckel", "anställningsnummer", "personal"),
        "Samma nyckel som i personallistan. Inhyrda utan egen nyckel: inhyrd.",
    ),
    HOME,
    Column("month", "Månad", MONTH, ("period",), "Som 2026-03."),
    Column(
        "hours",
        "Timmar",
        HOURS,
        ("planerade timmar", "planerade tim", "schemalagda timmar"),
        "Schemalagda timmar i månaden, som 152,5.",
        written_as="minutes",
    ),
    Column(
        "night_hours",
        "Varav natt",
        HOURS,
        ("natt", "timmar natt", "varav nattimmar"),
        "Så många av timmarna är natt.",
        required=False,
        written_as="night_minutes",
    ),
    Column("minutes", "Minuter", COUNT, ("schemalagda minuter",), "I stället för timmar.", required=False),
    Column(
        "night_minutes",
        "Varav natt minuter",
        COUNT,
        ("nattminuter",),
        "I stället för timmar.",
        required=False,
    ),
)


def hours_sheet(lists: Codelists) -> Sheet:
    """The sheet; it needs no codelist."""
    return Sheet(
        kind="hours",
        title="Bemanning",
        row=HoursRow,
        key=("unit", "staff", "month"),
        within="month",
        uses=USES,
        row_checks=(_amounts, _people),
        columns=COLUMNS,
    )


def _amounts(seen: Checked) -> Iterator[Found]:
    row: HoursRow = seen.row
    shown = "minutes" if seen.has("minutes") else "hours"
    if row.night_minutes > row.minutes:
        yield Found(NIGHT, f"night_{shown}")
    if row.staff != HIRED and row.minutes > MOST_MINUTES:
        yield Found(TOO_MANY, shown)
    elif row.staff != HIRED and row.minutes > MANY_MINUTES:
        yield Found(MANY, shown)
    if seen.known.today and row.month > f"{seen.known.today:%Y-%m}":
        yield Found(AHEAD, "month")


def _people(seen: Checked) -> Iterator[Found]:
    row: HoursRow = seen.row
    if row.staff == HIRED or row.unit not in seen.known.staff:
        return
    spells = seen.known.staff[row.unit].get(row.staff)
    if spells is None:
        yield Found(UNKNOWN, "staff")
        return
    first, last = _days_of(row.month)
    if not any(from_on <= last and (to_on or last) >= first for from_on, to_on in spells):
        yield Found(OUTSIDE, "month")


@lru_cache(maxsize=256)
def _days_of(month: str) -> tuple[dt.date, dt.date]:
    """The month's first and last day."""
    first = dt.date.fromisoformat(f"{month}-01")
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
