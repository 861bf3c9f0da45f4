"""The sheet of capacity and price: what a home offers from a day, and what a day costs (class C)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.listed import HOME
from hvb_followup.registers.model import BEKRAFTA, FEL, Checked, Column, Doubt, Found, Sheet
from hvb_followup.registers.uses import SELF_CHECK
from hvb_followup.registers.values import COUNT, DATE, MONEY, PLACES, TEXT, YES_NO

CHEAPEST = 50_000  # 500 kr a day, in öre
DEAREST = 5_000_000  # 50 000 kr a day, in öre

FREE = Doubt("free-over-places", FEL, "Det finns fler lediga platser än platser.", "Kontrollera båda.")
NOTHING = Doubt(
    "price-nought", BEKRAFTA, "Priset är 0 kr.", "Lämna tomt om priset inte är känt, eller bekräfta."
)
CHEAP = Doubt(
    "price-low",
    BEKRAFTA,
    "Dygnspriset är under 500 kr.",
    "Kontrollera kommatecknet, och att det är priset för ett dygn. Bekräfta annars.",
)
DEAR = Doubt(
    "price-high", BEKRAFTA, "Dygnspriset är över 50 000 kr.", "Är det priset för en månad? Bekräfta annars."
)
OLDEST = 20  # care of young people ends before the day they turn 21

HALF_AN_AGE = Doubt("age-half", FEL, "Bara den ena åldern är ifylld.", "Skriv båda, eller ingen.")
AGES_TURNED = Doubt("ages-turned", FEL, "Den äldsta åldern är lägre än den yngsta.", "Byt plats på dem.")
TOO_OLD = Doubt("age-too-old", FEL, f"Åldern är över {OLDEST} år.", "Kontrollera åldern.")
LICENCE_AHEAD = Doubt(
    "licence-ahead", FEL, "Dagen för tillståndet har inte kommit.", "Skriv in det när beslutet finns."
)


class CapacityRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Places and price from a day; ``price`` in öre a day, ``takes_from`` and ``takes_to`` the home's own ages in years."""

    unit: str
    from_on: dt.date
    places: int
    free: int | None = None
    price: int | None = None
    includes_school: bool | None = None
    includes_travel: bool | None = None
    includes_reinforcement: bool | None = None
    supplement: str | None = None
    agreement: str | None = None
    takes_from: int | None = None
    takes_to: int | None = None
    licence_on: dt.date | None = None
    licence: str | None = None


USES = {
    "places": "Capacity.places",
    "free": "Capacity.free",
    "price": "Capacity.price",
    "includes_school": "Capacity.includes_school",
    "includes_travel": "Capacity.includes_travel",
    "includes_reinforcement": "Capacity.includes_reinforcement",
    "takes_from": "Capacity.takes_from",
    "takes_to": "Capacity.takes_to",
    "licence": "Capacity.licence",
    "licence_on": "Capacity.licence_on",
    "supplement": SELF_CHECK,
    "agreement": SELF_CHECK,
}

COLUMNS = (
    HOME,
    Column("from_on", "Gäller från", DATE, ("från", "datum"), "Första dagen."),
    Column("places", "Platser", PLACES, ("antal platser",), "Så många unga som får bo där."),
    Column("free", "Lediga", COUNT, ("lediga platser",), "Så många platser som är lediga.", required=False),
    Column("price", "Dygnspris", MONEY, ("pris", "pris per dygn"), "Kronor per dygn.", required=False),
    Column("includes_school", "Ingår skola", YES_NO, ("skola ingår",), "Ja eller nej.", required=False),
    Column("includes_travel", "Ingår resor", YES_NO, ("resor ingår",), "Ja eller nej.", required=False),
    Column(
        "includes_reinforcement",
        "Ingår förstärkning",
        YES_NO,
        ("förstärkning ingår",),
        "Ja eller nej.",
        required=False,
    ),
    Column("supplement", "Tillägg", TEXT, ("tillägg text",), "Vad som kostar extra.", required=False),
    Column("agreement", "Avtal", TEXT, ("ramavtal",), "Avtalet som priset gäller i.", required=False),
    Column(
        "takes_from",
        "Tar emot från ålder",
        COUNT,
        ("från ålder", "lägsta ålder"),
        "Yngsta ålder som hemmet tar emot, i år. Visas för alla.",
        required=False,
    ),
    Column(
        "takes_to",
        "Tar emot till ålder",
        COUNT,
        ("till ålder", "högsta ålder"),
        "Äldsta ålder som hemmet tar emot, i år. Visas för alla.",
        required=False,
    ),
    Column(
        "licence_on",
        "Tillstånd beslutat",
        DATE,
        ("tillstånd datum", "tillståndsdatum"),
        "Dagen för IVO:s beslut om tillstånd. Lämna tomt om hemmet inte behöver tillstånd.",
        required=False,
    ),
    Column(
        "licence",
        "Tillståndets diarienummer",
        TEXT,
        ("tillstånd", "tillstånd dnr"),
        "IVO:s diarienummer, som 8.1-1234/2024. Visas för alla.",
        required=False,
    ),
)


def capacity_sheet(lists: Codelists) -> Sheet:
    """The sheet; it needs no codelist."""
    return Sheet(
        kind="capacity",
        title="Kapacitet och pris",
        row=CapacityRow,
        key=("unit", "from_on"),
        uses=USES,
        row_checks=(_amounts,),
        columns=COLUMNS,
    )


def _amounts(seen: Checked) -> Iterator[Found]:
    row: CapacityRow = seen.row
    if row.free is not None and row.free > row.places:
        yield Found(FREE, "free")
    if row.price == 0:
        yield Found(NOTHING, "price")
    if row.price is not None and 0 < row.price < CHEAPEST:
        yield Found(CHEAP, "price")
    if row.price is not None and row.price > DEAREST:
        yield Found(DEAR, "price")
    if (row.takes_from is None) != (row.takes_to is None):
        yield Found(HALF_AN_AGE, "takes_from" if row.takes_from is None else "takes_to")
    elif row.takes_from is not None and row.takes_to is not None:
        if row.takes_from > row.takes_to:
            yield Found(AGES_TURNED, "takes_to")
        elif row.takes_to > OLDEST:
            yield Found(TOO_OLD, "takes_to")
    today = seen.known.today
    if row.licence_on is not None and today is not None and row.licence_on > today:
        yield Found(LICENCE_AHEAD, "licence_on")
