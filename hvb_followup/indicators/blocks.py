"""What an indicator counts of a register's rows: whom (``where``), and what of them (``numerator``).

A row is one placement or one event. The room knows no quarter and no home's owner: which rows lie in which
block is said by those who freeze. Ids, places and dates are no facts an indicator may look at.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from polars.exceptions import PolarsError

from hvb_followup.errors import Problem
from hvb_followup.frames import EVENTS, PLACEMENTS, Frame
from hvb_followup.indicators.expressions import names, oddities, parse, texts
from hvb_followup.indicators.model import Example, Indicator

FRAMES: dict[str, Frame] = {"placements": PLACEMENTS, "events": EVENTS}
# The last is of nobody's choosing: it ended, and nobody has said why.
ENDING_CLASSES = ("planned", "breakdown", "withdrawal", "neutral", "unknown")
ENDINGS = (
    "planned_goal_met",
    "planned_transfer",
    "aged_out",
    "unplanned_youth_left",
    "unplanned_guardian_request",
    "unplanned_provider_ended",
    "unplanned_commissioner_moved",
    "escalated_to_sis",
    "home_closed_or_ban",
    "custody_or_prison",
    "other",
)
# Kinds of events that count together; most kinds stand alone.
KIND_CLASSES = ("serious", "absconding", "intervention")
_CODES = {"ending": ENDINGS, "ending_class": ENDING_CLASSES, "kind_class": KIND_CLASSES}
# Never split by these, in a home or above it, by a definition alone (DESIGN §4.5).
_PLACES = ("placement", "event", "unit", "municipality")
# How long somebody has stayed is known of an ending, and of an admission only after a while.
_GROWING = ("days_stayed", "ends_on", "ending", "ending_class")


def chosen(indicator: Indicator) -> pl.Expr:
    """True for the rows that the indicator is about; a fact that is not there makes it false."""
    return parse(indicator.where).fill_null(False) if indicator.where else pl.lit(True)


def counts(indicator: Indicator) -> pl.Expr:
    """True for the rows of the numerator: of a stay, those who had not left when the days had passed."""
    if indicator.kind == "stay":
        return pl.col("days_stayed").fill_null(0) >= indicator.known_after
    return parse(indicator.numerator).fill_null(False)


def facts(source: str) -> dict[str, pl.DataType | type[pl.DataType]]:
    """The columns of a register that an expression may look at."""
    columns = FRAMES[source].columns
    return {name: kind for name, kind in columns.items() if name not in _PLACES and kind != pl.Date}


def problems(indicator: Indicator, where: str) -> tuple[Problem, ...]:
    """What cannot be computed or may not be looked at, and every example that does not hold."""
    if indicator.source not in FRAMES:
        return ()
    found = [
        _problem(f"{where}: $.{part}", says)
        for part in ("where", "numerator")
        if (expression := getattr(indicator, part))
        for says in [*_faults(indicator, expression)] or [*_run(indicator, expression)]
    ]
    found += [_problem(f"{where}: $.where", says) for says in _too_early(indicator)]
    return (*found, *([] if found else _examples(indicator, where)))


def run_example(indicator: Indicator, example: Example) -> tuple[int, int]:
    """``(n, x)`` of the example's rows, counted as one block."""
    frame = FRAMES[indicator.source]
    rows = pl.DataFrame(list(example.rows), schema=pl.Schema(frame.columns), strict=True)
    told = rows.filter(chosen(indicator))
    n = sum(example.days) if indicator.kind == "rate" else told.height
    return n, told.select(counts(indicator).sum().alias("x")).item()


def _problem(where: str, says: str) -> Problem:
    mend = "Ett uttryck jämför registrets uppgifter, med and, or, not, in, between, is null och *."
    return Problem(code="indicator-expression", where=where, says=says, mend=mend)


def _faults(indicator: Indicator, expression: str) -> Iterator[str]:
    known = facts(indicator.source)
    columns = dict.fromkeys(names(expression))
    codes = {code for column in columns for code in _CODES.get(column, ())}
    yield from oddities(expression)
    yield from (f"Kolumnen {column!r} får inte användas." for column in columns if column not in known)
    if codes:
        yield from (f"Koden {text!r} finns inte." for text in texts(expression) if text not in codes)


def _run(indicator: Indicator, expression: str) -> Iterator[str]:
    try:
        result = FRAMES[indicator.source].empty().select(parse(expression).alias("result"))["result"]
    except PolarsError as error:
        yield f"Uttrycket går inte att räkna: {str(error).splitlines()[0]}."
        return
    if result.dtype != pl.Boolean:
        yield f"Uttrycket ger {result.dtype}, inte sant eller falskt."


def _too_early(indicator: Indicator) -> Iterator[str]:
    """A block of admissions chosen by what is known only later must wait for it."""
    is_growing = set(_GROWING) & set(names(indicator.where))
    if indicator.block == "admissions" and is_growing and not indicator.known_after:
        yield "Urvalet är inte känt när kvartalet är slut: ange known_after."


def _examples(indicator: Indicator, where: str) -> Iterator[Problem]:
    for number, example in enumerate(indicator.example):
        place = f"{where}: $.example[{number}]"
        odd = [key for row in example.rows for key in row if key not in facts(indicator.source)]
        if odd:
            yield _problem(place, f"Exemplet säger något okänt: {odd[0]!r}.")
            continue
        n, x = run_example(indicator, example)
        if (n, x) != (example.n, example.x):
            yield _problem(place, f"Exemplet ger {x} av {n}, inte {example.x} av {example.n}.")
