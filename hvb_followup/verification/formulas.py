"""Model formulas as cases write them: ``y ~ a + factor(b) + (1|unit)``, and the design they mean.

Names of columns are R's: the variable and the level. Which level is the base shows in which name is not
asked for; where nothing is asked it is the first in order.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Collection, Sequence

import msgspec
import numpy as np

from hvb_followup.gates import Floats
from hvb_followup.verification.case import Row, column, names


class Formula(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on both sides; ``unit`` is the random intercept's column, or empty."""

    outcome: str
    terms: tuple[str, ...]
    unit: str


class Design(msgspec.Struct, frozen=True, kw_only=True):
    """The matrix and the names of its columns, the intercept first where there is one."""

    rows: Floats
    names: list[str]


def parse(text: str) -> Formula:
    """A formula; words before a colon name the case and mean nothing else."""
    text = text.split(",")[0] if "cbind" not in text and "Surv" not in text else text
    left, right = re.sub(r"^[^~(]*:", "", text).split("~", 1)
    unit = re.search(r"\(\s*1\s*\|\s*([\w.]+)\s*\)", right)
    terms = re.sub(r"\(\s*1\s*\|[^)]*\)", "", right)
    kept = [term.strip() for term in terms.split("+") if term.strip() not in ("", "1")]
    return Formula(outcome=left.strip(), terms=tuple(kept), unit=unit.group(1) if unit else "")


def design(
    terms: Sequence[str], rows: Sequence[Row], asked: Collection[str] = (), *, intercept: bool = True
) -> Design:
    """The matrix of a formula's terms, factors by treatment contrasts."""
    columns, titles = [], []
    if intercept:
        columns, titles = [np.ones(len(rows))], ["(Intercept)"]
    for term in terms:
        for title, values in _columns(term, rows, asked):
            columns.append(values)
            titles.append(title)
    return Design(rows=np.column_stack(columns), names=titles)


# A column beside a number or a word, as R writes a condition: I(week > 2), I(use == 'Y').
_COMPARED = r"([\w.]+)\s*(>=|<=|==|!=|>|<)\s*([\d.]+|'[^']*'|\"[^\"]*\")"
CONDITION = rf"I\(\s*{_COMPARED}\s*\)"
_ONE_OR_NONE = rf"(?:I|as\.numeric|as\.integer|)\(?\s*{_COMPARED}\s*\)?"  # an outcome needs no I() around it
_HOLDS = {
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def _columns(term: str, rows: Sequence[Row], asked: Collection[str]) -> list[tuple[str, Floats]]:
    square = re.fullmatch(r"I\(\s*([\w.]+)\s*\^\s*2\s*\)", term)
    if square:
        return [(f"I({square.group(1)}^2)", column(rows, square.group(1)) ** 2)]
    beyond = re.fullmatch(CONDITION, term)
    if beyond:
        return [(f"{term}TRUE", _holding(rows, *beyond.groups()))]
    inner = re.fullmatch(r"(?:as\.)?factor\(\s*([\w.]+)\s*\)", term)
    name = inner.group(1) if inner else term
    # A number may be treated as a factor by the one who fitted it: the asked names tell.
    candidates = (term, f"factor({name})", name)
    if (
        not inner
        and all(isinstance(row[name], int | float) for row in rows)
        and (name in asked or not _levelled(name, asked))
    ):
        return [(name, column(rows, name))]
    values = names(rows, name)
    levels = sorted(set(values), key=_order)
    title = next((one for one in candidates if any(f"{one}{level}" in asked for level in levels)), term)
    present = [level for level in levels if f"{title}{level}" in asked]
    kept = present if len(present) == len(levels) - 1 else levels[1:]
    return [
        (f"{title}{level}", np.array([value == level for value in values], dtype=float)) for level in kept
    ]


def _holding(rows: Sequence[Row], name: str, sign: str, other: str) -> Floats:
    """1 in the rows where the condition holds, else 0."""
    is_word = other[0] in "'\""
    values = np.array(names(rows, name)) if is_word else column(rows, name)
    return np.asarray(_HOLDS[sign](values, other[1:-1] if is_word else float(other)), dtype=float)


def _levelled(name: str, asked: Collection[str]) -> bool:
    return any(one.startswith((f"factor({name})", name)) and one != name for one in asked)


def _order(level: str) -> tuple[float, str]:
    try:
        return float(level), level
    except ValueError:
        return float("inf"), level


def outcome(text: str, rows: Sequence[Row]) -> tuple[Floats, Floats]:
    """Events and trials of a formula's left side: a 0/1 column, a word (the second in order counts), a condition or
    cbind.
    """
    condition = re.fullmatch(_ONE_OR_NONE, text)
    if condition:
        return _holding(rows, *condition.groups()), np.ones(len(rows))
    pair = re.fullmatch(r"cbind\(\s*([\w.]+)\s*,\s*(?:([\w.]+)\s*-\s*)?([\w.]+)\s*\)", text)
    if pair:
        events = column(rows, pair.group(1))
        trials = column(rows, pair.group(2)) if pair.group(2) else events + column(rows, pair.group(3))
        return events, trials
    if all(isinstance(row[text], int | float | None) for row in rows):
        return column(rows, text), np.ones(len(rows))
    values = names(rows, text)
    top = sorted(set(values))[-1]
    return np.array([value == top for value in values], dtype=float), np.ones(len(rows))
