"""Homes, providers, municipalities and placements as values, and the ids they carry.

An id is opaque: it says nothing of name, place or owner, and its check symbol finds a mistyped one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

import msgspec

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

LAN = (
    "Blekinge",
    "Dalarna",
    "Gotland",
    "Gävleborg",
    "Halland",
    "Jämtland",
    "Jönköping",
    "Kalmar",
    "Kronoberg",
    "Norrbotten",
    "Skåne",
    "Stockholm",
    "Södermanland",
    "Uppsala",
    "Värmland",
    "Västerbotten",
    "Västernorrland",
    "Västmanland",
    "Västra Götaland",
    "Örebro",
    "Östergötland",
)


class OperatingForm(StrEnum):
    """Who runs the home (driftsform/regi)."""

    MUNICIPAL_OWN = "municipal_own"
    MUNICIPAL_CONTRACTED = "municipal_contracted"
    PRIVATE = "private"
    NONPROFIT = "nonprofit"
    REGION = "region"


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Who is responsible for homes (utförare)."""

    id: str
    name: str


class Municipality(msgspec.Struct, frozen=True, kw_only=True):
    """A municipality that places young people; ``code`` has four digits."""

    code: str
    name: str
    lan: str


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """Who owned a home, and as what, from a day to a day (both included; no end: still)."""

    provider: str
    unit_type: str
    operating_form: OperatingForm
    from_on: dt.date
    to_on: dt.date | None = None

    def covers(self, day: dt.date) -> bool:
        """True when the term was in force that day."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A home (enhet): its id, public name, län and places; owner and type are dated terms."""

    id: str
    name: str
    lan: str
    places: int
    terms: tuple[Term, ...]

    def term_on(self, day: dt.date) -> Term | None:
        """The owner and type in force on a day, if any."""
        return next((term for term in self.terms if term.covers(day)), None)


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """One young person placed in one home by one municipality; ``id`` is a serial, never a personnummer."""

    id: str
    unit: str
    municipality: str
    birth_year: int
    starts_on: dt.date
    ends_on: dt.date | None = None

    def is_resident_on(self, day: dt.date) -> bool:
        """True when the young person lived in the home that day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


# R1's age bands win over R8's (DESIGN §12).
AGE_BANDS = ((0, 6), (7, 12), (13, 14), (15, 17), (18, 20))


def age_band(age: int) -> str:
    """The band an age lies in, as ``15–17``; "" outside 0–20."""
    return next((f"{low}–{high}" for low, high in AGE_BANDS if low <= age <= high), "")


def check_symbol(body: str) -> str:
    """The Luhn check symbol, modulo 32, of a text of Crockford symbols: finds one wrong or two
    swapped neighbours (but for 0 and Z).
    """
    total, factor = 0, 2
    for symbol in reversed(body):
        product = CROCKFORD.index(symbol) * factor
        total += product // 32 + product % 32
        factor = 3 - factor
    return CROCKFORD[-total % 32]


def has_right_check(text: str) -> bool:
    """True when the last symbol is the check symbol of the ones before it."""
    return (
        len(text) > 1 and all(symbol in CROCKFORD for symbol in text) and check_symbol(text[:-1]) == text[-1]
    )


def is_unit_id(text: str) -> bool:
    """True for ``H`` + five symbols + check symbol."""
    return len(text) == 7 and text.startswith("H") and has_right_check(text[1:])


def unit_id(body: str) -> str:
    """The unit id with these five symbols."""
    return f"H{body}{check_symbol(body)}"


_SWEDISH_ORDER = str.maketrans({"å": "{", "ä": "|", "ö": "}", "é": "e", "ü": "y"})


def swedish_sort_key(text: str) -> str:
    """Sorts as Swedish does: å, ä and ö after z."""
    return text.casefold().translate(_SWEDISH_ORDER)


def unit_owner(unit: Unit, first: dt.date, last: dt.date) -> str | None:
    """The one provider that owned the home through all the days, or None when it changed."""
    owners = {term.provider for term in unit.terms if term.from_on <= last and (term.to_on or last) >= first}
    return owners.pop() if len(owners) == 1 else None


def owners_on(units: Sequence[Unit], day: dt.date) -> dict[str, str]:
    """The provider of each home that has one on a day."""
    terms = {unit.id: unit.term_on(day) for unit in units}
    return {unit: term.provider for unit, term in terms.items() if term is not None}


def by_id(units: Sequence[Unit]) -> dict[str, Unit]:
    """Units by their ids."""
    return {unit.id: unit for unit in units}
