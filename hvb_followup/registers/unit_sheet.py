"""The sheet of homes: who runs each, and as what, from a day."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.listed import One, Told, listed
from hvb_followup.registers.model import FEL, Doubt, Found, Known, Sheet
from hvb_followup.registers.values import DATE, LAN_NAME, PLACES, PROVIDER_ID, TEXT, UNIT_ID
from hvb_followup.registry import OperatingForm, Term, Unit

OVERLAP = Doubt(
    "terms-overlap", FEL, "Perioden går in i hemmets nästa period.", "Låt den sluta dagen innan nästa börjar."
)


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


USES = {
    "name": "Unit.name",
    "lan": "Unit.lan",
    "places": "Unit.places",
    "unit_type": "Term.unit_type",
    "operating_form": "Term.operating_form",
}

COLUMNS = (
    Told(
        "id",
        "Hemmets id",
        UNIT_ID,
        ("id", "enhet", "hem", "enhetsid", "hemid", "unit"),
        "H och sex tecken.",
        required=True,
    ),
    Told(
        "name",
        "Namn",
        TEXT,
        ("hemmets namn", "enhetens namn", "enhetsnamn"),
        "Det namn som visas för alla. Ingen adress eller ort.",
        required=True,
    ),
    Told("lan", "Län", LAN_NAME, (), "Länet som hemmet ligger i.", required=True),
    Told("places", "Platser", PLACES, ("antal platser",), "Så många unga som får bo där.", required=True),
    Told(
        "provider",
        "Utförare",
        PROVIDER_ID,
        ("utförarens id", "utförarid", "ägare"),
        "Utförarens id: P och sex tecken.",
        required=True,
        refers_to="providers",
    ),
    Told(
        "unit_type",
        "Typ",
        One("unit_types"),
        ("hemmets typ", "enhetstyp", "boendeform"),
        "HVB eller stödboende.",
        required=True,
    ),
    Told(
        "operating_form",
        "Driftsform",
        One("operating_forms"),
        ("regi", "regiform", "ägarform"),
        "Egen regi, entreprenad, privat, idéburen eller region.",
        required=True,
    ),
    Told(
        "from_on",
        "Gäller från",
        DATE,
        ("från", "startdatum", "från och med", "from"),
        "Första dagen med den här utföraren och typen. En ny rad med senare dag är ett byte.",
        required=True,
    ),
    Told(
        "to_on",
        "Gäller till",
        DATE,
        ("till", "slutdatum", "till och med", "tom"),
        "Sista dagen. Lämna tomt om det fortfarande gäller.",
    ),
)


def unit_sheet(lists: Codelists) -> Sheet:
    """The sheet, with these codelists."""
    return Sheet(
        kind="unit",
        title="Hem",
        row=UnitRow,
        key=("id", "from_on"),
        span=("from_on", "to_on"),
        dated_by="from_on",
        sheet_checks=(_reaching_into_the_next,),
        uses=USES,
        columns=listed(COLUMNS, lists),
    )


def _reaching_into_the_next(rows: Sequence[UnitRow], known: Known) -> Iterator[tuple[int, Found]]:
    """Rows of homes whose written last day lies in the same home's next row."""
    homes: dict[str, list[tuple[dt.date, int]]] = {}
    for place, row in enumerate(rows):
        homes.setdefault(row.id, []).append((row.from_on, place))
    for terms in homes.values():
        for (_, place), (following, _) in itertools.pairwise(sorted(terms)):
            to_on = rows[place].to_on
            if to_on is not None and to_on >= following:
                yield place, Found(OVERLAP, "to_on")


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
