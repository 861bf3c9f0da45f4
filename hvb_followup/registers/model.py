"""What a sheet is, what is known before it is read, and what comes out of reading it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Literal

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.registry import OperatingForm, Placement, Provider, Term, Unit

Register = Literal["", "providers", "units", "municipalities"]


class ValueKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of value: ``parse`` gives the value, or None where the text is not one."""

    name: str
    parse: Callable[[str], str | int | dt.date | None]
    says: str
    mend: str
    choices: tuple[str, ...] = ()


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its id, Swedish heading, what else people call it, and the register it points to."""

    id: str
    heading: str
    synonyms: tuple[str, ...] = ()
    kind: ValueKind
    required: bool = True
    help: str = ""
    refers_to: Register = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of sheet: its columns, the columns that make a row unique, and its first and last day."""

    kind: str
    title: str
    row: type[Provider] | type[UnitRow] | type[Placement]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    span: tuple[str, str] | None = None


class UnitRow(msgspec.Struct, frozen=True, kw_only=True):
    """A home as one row says it: who it is, and owner and type from a day."""

    id: str
    name: str
    lan: str
    places: int
    provider: str
    unit_type: str
    operating_form: OperatingForm
    from_on: dt.date
    to_on: dt.date | None = None

    def term(self) -> Term:
        """The dated part of the row."""
        return Term(
            provider=self.provider,
            unit_type=self.unit_type,
            operating_form=self.operating_form,
            from_on=self.from_on,
            to_on=self.to_on,
        )


Row = Provider | UnitRow | Placement


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The ids a sheet may point to."""

    providers: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    municipalities: frozenset[str] = frozenset()


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a sheet gave: rows taken, what is wrong with the others, and tips that stop nothing.

    ``rows`` counts every row but the heading; it always equals accepted + rejected + blank.
    """

    kind: str
    accepted: tuple[Row, ...]
    problems: tuple[Problem, ...]
    tips: tuple[Problem, ...]
    rows: int
    rejected: int
    blank: int


def units_from(rows: Iterable[UnitRow], existing: Iterable[Unit] = ()) -> tuple[Unit, ...]:
    """Homes with all their terms, in order of id; the newest row says name, län and places.

    A term ends at the latest the day before the next begins: a later row is a change of owner or type.
    A row with the first day of a term that exists replaces that term.
    """
    known = {unit.id: unit for unit in existing}
    by_home: dict[str, list[UnitRow]] = {}
    for row in sorted(rows, key=lambda row: (row.id, row.from_on)):
        by_home.setdefault(row.id, []).append(row)
    return tuple(_unit(home_rows, known.get(home)) for home, home_rows in by_home.items())


def _unit(rows: list[UnitRow], existing: Unit | None) -> Unit:
    newest = rows[-1]
    terms = {term.from_on: term for term in (existing.terms if existing else ())}
    terms.update({row.from_on: row.term() for row in rows})
    in_order = [terms[day] for day in sorted(terms)]
    return Unit(id=newest.id, name=newest.name, lan=newest.lan, places=newest.places, terms=_closed(in_order))


def _closed(terms: list[Term]) -> tuple[Term, ...]:
    """The terms, none reaching into the next."""
    closed = []
    for term, following in zip(terms, [*terms[1:], None], strict=True):
        if following is not None and (term.to_on is None or term.to_on >= following.from_on):
            term = msgspec.structs.replace(term, to_on=following.from_on - dt.timedelta(days=1))
        closed.append(term)
    return tuple(closed)
