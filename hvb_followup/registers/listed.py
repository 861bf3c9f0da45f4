"""A sheet's columns as a table, before its codelists are at hand: a line names the list that its values come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hvb_followup.registers.codes import Codelists
from hvb_followup.registers.model import Column, Register, ValueKind
from hvb_followup.registers.values import choice, choices


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


def listed(told: Iterable[Told], lists: Codelists) -> tuple[Column, ...]:
    """The columns, in order, with these codelists."""
    return tuple(
        Column(
            one.id,
            one.heading,
            _kind(one.kind, lists),
            one.synonyms,
            one.help,
            required=one.required,
            refers_to=one.refers_to,
        )
        for one in told
    )


def _kind(kind: ValueKind | One | Many, lists: Codelists) -> ValueKind:
    if isinstance(kind, One):
        return choice(lists[kind.codelist])
    if isinstance(kind, Many):
        return choices(lists[kind.codelist], kind.parts)
    return kind
