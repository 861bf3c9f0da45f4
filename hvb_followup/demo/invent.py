"""Inventing a nation: who there is, what each home is like, and everything that happened in it. Seeded.

    chance names        dice, names and ids
    homes traits        municipalities, providers, homes; what a home is like, where nobody sees it
    placements staff months happenings     what its registers say
    answers             what its young people and staff answer
    paper               registers as files

The same seed, days and number of homes give the same rows. Every name is made of syllables that no place is made
of; municipalities carry 9xxx codes in real län.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from hvb_followup import periods
from hvb_followup.catalogue import Catalogue
from hvb_followup.demo import happenings, months
from hvb_followup.demo.homes import country
from hvb_followup.demo.placements import placements
from hvb_followup.demo.staff import staff
from hvb_followup.demo.traits import Traits, standing_out, traits_of
from hvb_followup.registers import UnitRow
from hvb_followup.registers.hours_sheet import HoursRow
from hvb_followup.registry import Municipality, Provider, Unit

SEED = 20261122
Rows = Mapping[str, tuple[Any, ...]]


class Nation(msgspec.Struct, frozen=True, kw_only=True):
    """What a demonstration starts from, from its first day to its last. ``rows``: by home, what each of its registers
    says, by kind; hours are half of all rows, and are worked out when they are asked for.

    ``stands_out`` is the one home that truly differs from all others.
    """

    seed: int
    first_on: dt.date
    last_on: dt.date

    municipalities: tuple[Municipality, ...]
    providers: tuple[Provider, ...]
    units: tuple[Unit, ...]
    traits: Mapping[str, Traits]
    rows: Mapping[str, Rows]
    stands_out: str

    def of(self, kind: str, units: Iterable[str] | None = None) -> Iterator[Any]:
        """The rows of a register, of these homes or of all."""
        known = {unit.id: unit for unit in self.units}
        for unit in self.rows if units is None else units:
            yield from self._hours(known[unit]) if kind == "hours" else self.rows[unit][kind]

    def _hours(self, unit: Unit) -> Iterable[HoursRow]:
        people = self.rows[unit.id]["staff"]
        return months.hours(self.seed, unit, self.traits[unit.id], people, self.first_on, self.last_on)

    def unit_rows(self, units: Iterable[Unit] | None = None) -> Iterator[UnitRow]:
        """Homes as rows of their sheet: one for each owner."""
        for unit in units or self.units:
            told = {name: getattr(unit, name) for name in ("id", "name", "lan", "places")}
            for term in unit.terms:
                yield UnitRow(**told, **msgspec.structs.asdict(term))


def nation(
    n_units: int, first_on: dt.date, last_on: dt.date, items: Iterable[str] = (), seed: int = SEED
) -> Nation:
    """An invented nation with so many homes, followed from day to day; ``items`` are what young people are asked."""
    asked = tuple(items)
    made = country(seed, n_units, first_on, last_on)
    stands_out = standing_out(made.units)
    traits = {unit.id: traits_of(seed, unit, asked, stands_out=unit.id == stands_out) for unit in made.units}

    def rows(unit: Unit) -> Rows:
        known = (seed, unit, traits[unit.id])
        owner = made.owners.get(unit.terms[0].provider)
        placed = placements(*known, made.municipalities, owner, first_on, last_on)
        return {
            "placement": placed,
            "staff": staff(*known, first_on, last_on),
            "events": happenings.events(*known, placed, first_on, last_on),
            "capacity": happenings.capacity(*known, placed, first_on, last_on),
            "inspections": happenings.inspections(*known, first_on, last_on),
            "complaints": happenings.complaints(*known, first_on, last_on),
        }

    return Nation(
        seed=seed,
        first_on=first_on,
        last_on=last_on,
        municipalities=made.municipalities,
        providers=made.providers,
        units=made.units,
        traits=traits,
        rows={unit.id: rows(unit) for unit in made.units},
        stands_out=stands_out,
    )


def invented(catalogue: Catalogue, n_units: int, first_half_year: str, now: dt.datetime) -> Nation:
    """The nation from a half-year until today, with something to say of every question young people are asked."""
    youth = [one for one in catalogue.questionnaires if one.audience == "youth"]
    items = sorted({item.id for questionnaire in youth for item in questionnaire.items})
    return nation(n_units, periods.first_day(first_half_year), periods.local_day(now), items)
