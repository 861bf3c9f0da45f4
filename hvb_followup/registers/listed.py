"""A sheet's columns as a table, before its codelists are at hand: a line names the list that its values come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.model import Column, Register, ValueKind
from hvb_followup.registers.values import UNIT_ID, choice, choices


class One(NamedTuple):
    """One code of a codelist."""

    codelist: str


class Many(NamedTuple):
    """Any number of codes of a codelist; ``parts`` are words that stand for several."""

    codelist: str
    parts: Mapping[str, tuple[str, ...]] | None = None


class Told(NamedTuple):
    """A line of the table: id, heading, what may stand there, other headings, help."""

    id: str
    heading: str
    kind: ValueKind | One | Many
    synonyms: tuple[str, ...]
    help: str
    required: bool = False
    refers_to: Register = ""


# The home that a row is about, as every register of a home asks for it.
HOME = Column(
    "unit",
    "Hem",
    UNIT_ID,
    ("hemmets id", "enhet", "enhetsid"),
    "Hemmets id: H och sex tecken.",
    refers_to="units",
)


def listed(told: Iterable[Told | Column], lists: Codelists) -> tuple[Column, ...]:
    """The columns, in order, with these codelists."""
    return tuple(one if isinstance(one, Column) else _column(one, lists) for one in told)


def _column(told: Told, lists: Codelists) -> Column:
    kind = _kind(told.kind, lists)
    return Column(told.id, told.heading, kind, told.synonyms, told.help, told.required, told.refers_to)


def _kind(kind: ValueKind | One | Many, lists: Codelists) -> ValueKind:
    if isinstance(kind, One):
        return choice(lists[kind.codelist])
    if isinstance(kind, Many):
        return choices(lists[kind.codelist], kind.parts)
    return kind
