"""Providers, homes, municipalities and placements: values in, values out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from hvb_followup.periods import local_day
from hvb_followup.registry import Municipality, OperatingForm, Placement, Provider, Term, Unit
from hvb_followup.store import tables
from hvb_followup.store.database import Database, Row
from hvb_followup.waves.moments import last_moment_on


async def put_providers(database: Database, providers: Iterable[Provider]) -> None:
    """Insert the providers, or give the ones that are there their new name."""
    await database.run_many(
        "INSERT INTO provider (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
        [(provider.id, provider.name) for provider in providers],
    )


async def put_municipalities(database: Database, municipalities: Iterable[Municipality]) -> None:
    """Insert the municipalities that are not there."""
    await database.run_many(
        "INSERT INTO municipality (code, name, lan) VALUES (?, ?, ?) ON CONFLICT (code) DO NOTHING",
        [(one.code, one.name, one.lan) for one in municipalities],
    )


async def put_units(database: Database, units: Sequence[Unit]) -> None:
    """Insert or change the homes; a term with the same first day is replaced."""
    await database.run_many(
        "INSERT INTO unit (id, name, lan, places) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET name = excluded.name, lan = excluded.lan, places = excluded.places",
        [(unit.id, unit.name, unit.lan, unit.places) for unit in units],
    )
    await database.run_many(
        "INSERT INTO unit_term (unit, provider, unit_type, operating_form, from_on, to_on) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (unit, from_on) DO UPDATE SET provider = excluded.provider, "
        "unit_type = excluded.unit_type, operating_form = excluded.operating_form, to_on = excluded.to_on",
        [_term_row(unit.id, term) for unit in units for term in unit.terms],
    )


def _term_row(unit: str, term: Term) -> tuple[Any, ...]:
    return (unit, term.provider, term.unit_type, str(term.operating_form), term.from_on, term.to_on)


async def put_placements(database: Database, placements: Iterable[Placement]) -> None:
    """Insert or change the placements."""
    await database.run_many(
        "INSERT INTO placement (id, unit, municipality, birth_year, starts_on, ends_on) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, "
        "municipality = excluded.municipality, birth_year = excluded.birth_year, "
        "starts_on = excluded.starts_on, ends_on = excluded.ends_on",
        [
            (one.id, one.unit, one.municipality, one.birth_year, one.starts_on, one.ends_on)
            for one in placements
        ],
    )


_UNITS = "SELECT * FROM unit"
_TERMS = "SELECT * FROM unit_term"


async def units() -> tuple[Unit, ...]:
    """Every home with its dated terms, in order of id."""
    return _with_terms(await tables.Unit.raw(_UNITS), await tables.UnitTerm.raw(_TERMS))


async def units_of(provider: str) -> tuple[Unit, ...]:
    """The homes that a provider runs, has run or is to run, in order of id."""
    own = "(SELECT unit FROM unit_term WHERE provider = {})"
    return _with_terms(
        await tables.Unit.raw(f"{_UNITS} WHERE id IN {own}", provider),
        await tables.UnitTerm.raw(f"{_TERMS} WHERE unit IN {own}", provider),
    )


def _with_terms(rows: Iterable[Row], term_rows: Iterable[Row]) -> tuple[Unit, ...]:
    terms = defaultdict(list)
    for row in term_rows:
        terms[row["unit"]].append(_term(row))
    in_order = sorted(rows, key=itemgetter("id"))
    return tuple(_unit(row, sorted(terms[row["id"]], key=attrgetter("from_on"))) for row in in_order)


async def unit(unit_id: str) -> Unit | None:
    """One home, or None."""
    row = await tables.Unit.select().where(tables.Unit.id == unit_id).first()
    if row is None:
        return None
    found = tables.UnitTerm.select().where(tables.UnitTerm.unit == unit_id).order_by(tables.UnitTerm.from_on)
    return _unit(row, [_term(term) for term in await found])


def _unit(row: Row, terms: Sequence[Term]) -> Unit:
    return Unit(id=row["id"], name=row["name"], lan=row["lan"], places=row["places"], terms=tuple(terms))


def _term(row: Row) -> Term:
    return Term(
        provider=row["provider"],
        unit_type=row["unit_type"],
        operating_form=OperatingForm(row["operating_form"]),
        from_on=row["from_on"],
        to_on=row["to_on"],
    )


async def providers() -> dict[str, Provider]:
    """Every provider by its id."""
    return {row["id"]: Provider(id=row["id"], name=row["name"]) for row in await tables.Provider.select()}


async def municipality_codes() -> frozenset[str]:
    """The codes of the municipalities."""
    return frozenset(row["code"] for row in await tables.Municipality.select(tables.Municipality.code))


async def municipality_names() -> dict[str, str]:
    """The name of every municipality by its code."""
    return {row["code"]: row["name"] for row in await tables.Municipality.select()}


async def residents(unit_id: str, day: dt.date) -> tuple[Placement, ...]:
    """The placements of those who lived in the home that day, in order of id."""
    placement = tables.Placement
    rows = await placement.select().where(placement.unit == unit_id).order_by(placement.id)
    found = (_placement(row) for row in rows)
    return tuple(one for one in found if one.is_resident_on(day))


async def all_residents(day: dt.date) -> dict[str, list[Placement]]:
    """By home, the placements of those who lived there that day, in order of id."""
    placement = tables.Placement
    rows = (
        await placement.select()
        .where(placement.starts_on <= day, placement.ends_on.is_null() | (placement.ends_on > day))
        .order_by(placement.id)
    )
    found: defaultdict[str, list[Placement]] = defaultdict(list)
    for row in rows:
        found[row["unit"]].append(_placement(row))
    return found


async def present(first: dt.date, last: dt.date, units: Collection[str]) -> dict[str, list[Placement]]:
    """By home, the placements of those who lived there on any of the days or left on the first, in order of id."""
    placement = tables.Placement
    query = placement.select().where(
        placement.unit.is_in(sorted(units)),
        placement.starts_on <= last,
        placement.ends_on.is_null() | (placement.ends_on >= first),
    )
    found: defaultdict[str, list[Placement]] = defaultdict(list)
    for row in await query.order_by(placement.id) if units else ():
        found[row["unit"]].append(_placement(row))
    return found


async def placing_municipalities(unit_id: str, day: dt.date, since: dt.date | None = None) -> frozenset[str]:
    """The municipalities with a young person in the home that day, or with one who left since; not who she is."""
    placement = tables.Placement
    rows = await placement.select(placement.municipality).where(
        placement.unit == unit_id,
        placement.starts_on <= day,
        placement.ends_on.is_null() | (placement.ends_on > (since or day)),
    )
    return frozenset(row["municipality"] for row in rows)


async def placements_known(
    database: Database, among: Collection[str] | None = None
) -> dict[str, tuple[str, str, dt.date, dt.date | None]]:
    """Home, municipality, first and last day of placements by id, of all or of those among some; not who it is."""
    query = "SELECT id, unit, municipality, starts_on, ends_on FROM placement"
    if among is None:
        rows = await database.run(query)
    else:
        rows = []
        for some in _steps(sorted(among)):
            rows += await database.run(f"{query} WHERE id IN ({', '.join('?' * len(some))})", *some)
    return {row["id"]: (row["unit"], row["municipality"], row["starts_on"], row["ends_on"]) for row in rows}


def _steps(every: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    return (every[first : first + size] for first in range(0, len(every), size))


async def placed_by(municipality: str) -> dict[str, str]:
    """The home of each placement that a municipality has made, by the placement's id."""
    rows = await tables.Placement.raw("SELECT id, unit FROM placement WHERE municipality = {}", municipality)
    return {row["id"]: row["unit"] for row in rows}


async def placements_of(municipality: str) -> tuple[Placement, ...]:
    """The placements that a municipality has made, in order of id."""
    table = tables.Placement
    rows = await table.select().where(table.municipality == municipality).order_by(table.id)
    return tuple(_placement(row) for row in rows)


async def may_have_codes(ids: Sequence[str]) -> frozenset[str]:
    """Those of the placements that could be asked while codes were issued in their home: also who had left it.

    A code does not say whose it is, so this is as near as anybody without the web's secret can come.
    """
    if not ids:
        return frozenset()
    table, wave = tables.Placement, tables.Wave
    found = [_placement(row) for row in await table.select().where(table.id.is_in(list(ids)))]
    homes = sorted({one.unit for one in found})
    asked = defaultdict(list)
    for row in await wave.select(wave.unit, wave.opens_at, wave.closes_at).where(
        wave.invited > 0, wave.unit.is_in(homes)
    ):
        asked[row["unit"]].append((local_day(row["opens_at"]), local_day(row["closes_at"])))
    return frozenset(
        one.id for one in found if any(_asked_between(one, first, last) for first, last in asked[one.unit])
    )


def _asked_between(placement: Placement, first: dt.date, last: dt.date) -> bool:
    """True when something could be asked about the placement on any of the days."""
    until = last_moment_on(placement)
    return placement.starts_on <= last and (until is None or until >= first)


async def remove_placements(database: Database, ids: Iterable[str]) -> None:
    """Take placements away; that no code can be theirs is asked before."""
    await database.run_many("DELETE FROM placement WHERE id = ?", [(one,) for one in ids])


def _placement(row: Row) -> Placement:
    return Placement(
        id=row["id"],
        unit=row["unit"],
        municipality=row["municipality"],
        birth_year=row["birth_year"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
    )
