"""What a sheet is, what is known before it is read, and what comes out of reading it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.registers.codes import Codelist
from hvb_followup.registry import Term

Register = Literal["", "providers", "units", "municipalities"]
# Fel stops the row, bekräfta holds it until somebody confirms it with a reason, a tip stops nothing.
Severity = Literal["fel", "bekräfta", "tips"]
FEL: Severity = "fel"
BEKRAFTA: Severity = "bekräfta"
TIPS: Severity = "tips"

Value = str | int | float | bool | dt.date | tuple[str, ...]


class ValueKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of value: ``parse`` gives the value, or None where the text is not one.

    ``choices`` are the words of a drop-down; a kind with a ``codelist`` gives the code's id.
    """

    name: str
    parse: Callable[[str], Value | None]
    says: str
    mend: str
    choices: tuple[str, ...] = ()
    codelist: Codelist | None = None


class Column(msgspec.Struct, frozen=True):
    """One column: its id, Swedish heading, what else people call it, and the register it points to.

    ``hours`` columns and the like are ``written_as`` another: two ways of writing one thing.
    """

    id: str
    heading: str
    kind: ValueKind
    synonyms: tuple[str, ...] = ()
    help: str = ""
    required: bool = True
    refers_to: Register = ""
    written_as: str = ""


class Doubt(NamedTuple):
    """Something that rows can be wrong in: a stable code, how grave it is, a sentence and a suggested mend."""

    code: str
    severity: Severity
    says: str
    mend: str


class Found(NamedTuple):
    """A doubt about a row, at the column it is shown at."""

    doubt: Doubt
    column: str


class Stored(NamedTuple):
    """A placement that is stored: where, by which municipality, and its first and last day."""

    unit: str
    municipality: str
    starts_on: dt.date
    ends_on: dt.date | None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored already: what a sheet may point to, and what rows are checked against.

    ``terms``: what each home has been; ``ages``: the youngest and oldest of each type of home.
    ``staff``: per home, the days of each engagement by key, that hours and staff are read beside. ``placements``: by id.
    ``municipality``: the one that imports, where one does.
    ``confirmed``: (home, key, code) that somebody has confirmed before. Empty ``rules``: any rule may be named.
    """

    providers: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    municipalities: frozenset[str] = frozenset()
    today: dt.date | None = None
    terms: Mapping[str, tuple[Term, ...]] = {}
    ages: Mapping[str, tuple[int, int]] = {}
    staff: Mapping[str, Mapping[str, tuple[tuple[dt.date, dt.date | None], ...]]] = {}
    placements: Mapping[str, Stored] = {}
    municipality: str = ""
    rules: frozenset[str] = frozenset()
    confirmed: frozenset[tuple[str, str, str]] = frozenset()


class Checked(NamedTuple):
    """A row in its surroundings, as row checks see it; ``present`` are the columns the file has."""

    row: Any
    known: Known
    present: frozenset[str]

    def has(self, *columns: str) -> bool:
        """True when the file has all these columns: an absent one is silence, an empty one is an answer."""
        return self.present.issuperset(columns)


RowCheck = Callable[[Checked], Iterator[Found]]
SheetCheck = Callable[[Sequence[Any], Known], Iterator[tuple[int, Found]]]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of sheet: its columns, the columns that make a row unique, its first and last day, its checks.

    ``dated_by`` is the day on which a chosen code must have been in use. ``within`` bounds what a file can be
    said to lack: hours of a month are only missing from a file about that month. ``uses`` says what each column is
    for that the sheet itself does not need (``uses.problems``).
    """

    kind: str
    title: str
    row: type[Any]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    span: tuple[str, str] | None = None
    dated_by: str = ""
    within: str = ""
    uses: Mapping[str, str] = {}
    row_checks: tuple[RowCheck, ...] = ()
    sheet_checks: tuple[SheetCheck, ...] = ()

    def column(self, column_id: str) -> Column:
        """The column of an id."""
        return next(column for column in self.columns if column.id == column_id)

    def key_of(self, row: Any) -> str:
        """What tells the row from the others of its home."""
        return "|".join([str(getattr(row, name)) for name in self.key if name != "unit"])

    def key_in(self, body: Mapping[str, Any]) -> str:
        """The same of a row as it is stored: days are ISO text."""
        return "|".join(str(body[name]) for name in self.key if name != "unit")


class Remark(Problem, frozen=True, kw_only=True):
    """A problem with its place in the sheet: the row as a spreadsheet numbers it, the cell, and how grave it is."""

    row: int = 0
    cell: str = ""
    heading: str = ""
    severity: Severity = FEL


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a sheet gave: rows taken, what is wrong with the others, what is to be confirmed, and tips.

    ``rows`` counts every row but the headings; it always equals accepted + rejected + awaiting + blank.
    ``odd`` are the rows that await confirmation.
    ``numbers`` are the accepted rows' numbers; ``confirmed`` the codes confirmed of each; ``present`` the
    columns the file has.
    """

    kind: str
    accepted: tuple[Any, ...]
    numbers: tuple[int, ...]
    confirmed: tuple[tuple[str, ...], ...]
    odd: tuple[Any, ...]
    present: frozenset[str]
    problems: tuple[Remark, ...]
    questions: tuple[Remark, ...]
    tips: tuple[Remark, ...]
    rows: int
    rejected: int
    awaiting: int
    blank: int
