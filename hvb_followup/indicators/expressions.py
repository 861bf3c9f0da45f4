"""The small SQL that numerators are written in: comparisons of answers, joined by and, or and not.

No function, sub-select or aggregate is in the language, so an expression sees one person's answers and
nothing else. That is a rule of confidentiality too: a membership that depends on anything but the answers of
the same set is a split of the group (DESIGN §4.7).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

import polars as pl
from polars.exceptions import PolarsError

from hvb_followup.errors import Problem
from hvb_followup.frames import ANSWERS, Frame
from hvb_followup.indicators.model import Indicator

PARTS = ("where", "numerator", "denominator")

_WORDS = frozenset(("and", "or", "not", "in", "is", "null", "true", "false", "between"))
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_]\w*)|(?P<number>\d+)"
    r"|(?P<sign><>|!=|<=|>=|[=<>(),*])|(?P<other>\S))"
)
Token = tuple[str, str]


def parse(expression: str) -> pl.Expr:
    """The polars expression of a text that ``problems`` has passed."""
    return pl.sql_expr(expression)


def problems(
    indicator: Indicator, items: Mapping[str, Collection[str]], editions: Collection[str], where: str
) -> tuple[Problem, ...]:
    """What cannot be computed or may not be looked at.

    ``items`` are the answer columns with the codes each may hold. Only a numerator may also look at
    ``edition``: it says which options were offered and keeps nobody in or out of the group.
    """
    found: list[Problem] = []
    for part in PARTS:
        expression = getattr(indicator, part)
        if expression:
            known = {**items, "edition": editions} if part == "numerator" else items
            faults = [*_faults(expression, known)] or [*_run(expression, items)]
            found += [_problem(f"{where}: $.{part}", says) for says in faults]
    return tuple(found)


def register_problems(indicator: Indicator, frame: Frame, where: str) -> tuple[Problem, ...]:
    """What cannot be computed from a register's frame: its codes are the register's own and are not known here."""
    found: list[Problem] = []
    for part in PARTS:
        expression = getattr(indicator, part)
        if expression:
            faults = [*_frame_faults(expression, frame)] or [*_run_on(expression, frame.empty())]
            found += [_problem(f"{where}: $.{part}", says) for says in faults]
    return tuple(found)


def _frame_faults(expression: str, frame: Frame) -> Iterator[str]:
    tokens = list(_tokens(expression))
    for kind, text in tokens:
        if kind == "other":
            yield f"Tecknet {text!r} hör inte till uttrycken."
        if kind == "name" and text.lower() not in _WORDS and text not in frame.columns:
            yield f"Kolumnen {text!r} finns inte."
    yield from (f"Funktionen {name} får inte användas." for name in _calls(tokens))


def _problem(where: str, says: str) -> Problem:
    mend = "Ett uttryck jämför svar på frågor, med and, or, not, in och is null."
    return Problem(code="indicator-expression", where=where, says=says, mend=mend)


def _faults(expression: str, known: Mapping[str, Collection[str]]) -> Iterator[str]:
    tokens = list(_tokens(expression))
    columns = names(expression)
    codes = {code for column in columns for code in known.get(column, ())}
    for kind, text in tokens:
        if kind == "other" or text == "*":
            yield f"Tecknet {text!r} hör inte till uttrycken."
        if kind == "text" and text[1:-1] not in codes:
            yield f"Svaret {text} finns inte i någon av frågorna."
    for column in dict.fromkeys(columns):
        if column not in known:
            yield _unknown(column)
    yield from (f"Funktionen {name} får inte användas." for name in _calls(tokens))


def _unknown(column: str) -> str:
    if column in ANSWERS.columns:
        return f"Kolumnen {column!r} får inte avgöra vem som räknas: det delar gruppen."
    return f"Kolumnen {column!r} finns inte."


def names(expression: str) -> list[str]:
    """The columns that an expression names."""
    return [text for kind, text in _tokens(expression) if kind == "name" and text.lower() not in _WORDS]


def oddities(expression: str) -> Iterator[str]:
    """Signs and functions that are not in the language."""
    tokens = list(_tokens(expression))
    yield from (f"Tecknet {text!r} hör inte till uttrycken." for kind, text in tokens if kind == "other")
    yield from (f"Funktionen {name} får inte användas." for name in _calls(tokens))


def texts(expression: str) -> list[str]:
    """The texts that an expression compares with, without their quotes."""
    return [text[1:-1] for kind, text in _tokens(expression) if kind == "text"]


def _tokens(expression: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(expression):
        kind = match.lastgroup
        if kind:
            yield kind, match[kind]


def _calls(tokens: list[Token]) -> Iterator[str]:
    """Names directly before a bracket that are not words such as ``in``."""
    for (kind, text), following in pairwise(tokens):
        if kind == "name" and text.lower() not in _WORDS and following == ("sign", "("):
            yield text


def _run(expression: str, items: Collection[str]) -> Iterator[str]:
    """The expression on no rows at all: its syntax and types are tried before anybody's answers are."""
    yield from _run_on(expression, ANSWERS.with_columns(dict.fromkeys(items, pl.String)).empty())


def _run_on(expression: str, empty: pl.DataFrame) -> Iterator[str]:
    try:
        result = empty.select(parse(expression).alias("result"))["result"]
    except PolarsError as error:
        yield f"Uttrycket går inte att räkna: {str(error).splitlines()[0]}."
        return
    if result.dtype != pl.Boolean:
        yield f"Uttrycket ger {result.dtype}, inte sant eller falskt."
