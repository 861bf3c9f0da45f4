"""From answers to MARKS (one person, one indicator) to VALUES (one atom, one indicator), in integers only.

VALUES are exact and never leave the counter's side; what may be shown of them is ``disclosure``'s to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from hvb_followup.frames import MARKS, VALUES
from hvb_followup.indicators.expressions import parse
from hvb_followup.indicators.model import Example, Indicator

_PERSON = ["unit", "half_year", "link"]
# Where a person answered at several moments of one half-year, the one furthest along stands for it.
_MOMENTS = ["", "start", "follow_up", "exit", "after"]


def marks(indicator: Indicator, answers: pl.DataFrame) -> pl.DataFrame:
    """MARKS of a share, from ANSWERS with item columns: one row per unit, half-year and person, sorted.

    A person who is not in the denominator keeps her row with ``den`` 0: an unanswered item is a value, not an
    absence (DESIGN §4.7). Rows of other families and MAJORs are left out.
    """
    counted = _counted(indicator, answers)
    num, den = _num_and_den(indicator)
    marked = counted.select(
        pl.lit(indicator.id).alias("indicator"), *_PERSON, num.alias("num"), den.alias("den")
    )
    return MARKS.conform(marked.sort(_PERSON))


def values(marks: pl.DataFrame, frozen: pl.DataFrame) -> pl.DataFrame:
    """VALUES of MARKS in the atoms of FROZEN: a person counts once per atom, with her latest half-year.

    Both frames are of one family. Persons are distinct links; a link belongs to one placement and so to one
    home, also in the national remainder, whose atoms name no unit.
    """
    summed = (
        _in_atoms(marks, frozen, ["indicator", "atom", "link"])
        .group_by("indicator", "atom")
        .agg(pl.len().alias("persons"), pl.col("den").sum().alias("n"), pl.col("num").sum().alias("x"))
    )
    return VALUES.conform(summed.sort("indicator", "atom"))


def values_of(indicators: Sequence[Indicator], answers: pl.DataFrame, frozen: pl.DataFrame) -> pl.DataFrame:
    """VALUES of many indicators of one family: the same as ``values`` of the ``marks`` of each, in one look.

    Persons find their atoms once, whatever number of indicators they answer to.
    """
    alike: defaultdict[tuple[int, ...], list[Indicator]] = defaultdict(list)
    for one in indicators:
        alike[tuple(one.majors)].append(one)
    found = [_counts_of(same, answers, frozen) for same in alike.values()]
    return pl.concat([VALUES.empty(), *found]).sort("indicator", "atom")


def _counts_of(alike: Sequence[Indicator], answers: pl.DataFrame, frozen: pl.DataFrame) -> pl.DataFrame:
    """Of indicators of the same MAJORs: one row per atom with all sums, then one per indicator."""
    placed = _in_atoms(_counted(alike[0], answers), frozen, ["atom", "link"])
    sums = [
        claim.sum().cast(pl.Int64).alias(f"{end}{place}")
        for place, one in enumerate(alike)
        for end, claim in zip("xn", _num_and_den(one), strict=True)
    ]
    wide = placed.group_by("atom").agg(pl.len().alias("persons"), *sums)
    rows = [
        wide.select(
            pl.lit(one.id).alias("indicator"),
            "atom",
            "persons",
            pl.col(f"n{place}").alias("n"),
            pl.col(f"x{place}").alias("x"),
        )
        for place, one in enumerate(alike)
    ]
    return VALUES.conform(pl.concat(rows))


def response(invited: int, counted: int) -> float | None:
    """The share (0–1) of those invited whose answers count; None when nobody was invited."""
    if not 0 <= counted <= invited:
        raise ValueError("counted answers must be between none and all of those invited")
    return counted / invited if invited else None


def example_answers(indicator: Indicator, example: Example, items: Sequence[str]) -> pl.DataFrame:
    """An example's rows as ANSWERS with item columns; what a row does not say is ordinary."""
    rows = [
        {
            "unit": "H",
            "family": indicator.source,
            "major": indicator.majors[0],
            "half_year": row.get("half_year", "2026H1"),
            "link": row.get("person", str(number)),
            "moment": row.get("moment", ""),
            "edition": row.get("edition", "standard"),
            **{item: row.get(item) for item in items},
        }
        for number, row in enumerate(example.answers)
    ]
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(items, pl.String), infer_schema_length=None)


def run_example(indicator: Indicator, example: Example, items: Sequence[str]) -> tuple[int, int]:
    """``(n, x)`` of the example's answers, counted as one atom."""
    marked = marks(indicator, example_answers(indicator, example, items))
    frozen = marked.select(pl.lit("atom").alias("atom"), *_PERSON)
    result = values(marked, frozen)
    return int(result["n"].sum()), int(result["x"].sum())


def _counted(indicator: Indicator, answers: pl.DataFrame) -> pl.DataFrame:
    """The answers that an indicator looks at: of its family and MAJORs, one per person and half-year."""
    if not indicator.is_of_answers:
        raise ValueError(f"{indicator.id} is not computed from answers")
    return _one_per_person(
        answers.filter(pl.col("family") == indicator.source, pl.col("major").is_in(indicator.majors))
    )


def _num_and_den(indicator: Indicator) -> tuple[pl.Expr, pl.Expr]:
    den = _claim(indicator.denominator) & (_claim(indicator.where) if indicator.where else pl.lit(True))
    return _claim(indicator.numerator) & den, den


def _in_atoms(rows: pl.DataFrame, frozen: pl.DataFrame, once: list[str]) -> pl.DataFrame:
    """The rows with their atoms; of what stands several times in one, that of the latest half-year."""
    placed = rows.join(frozen, on=["half_year", "link"], suffix="_frozen").filter(
        (pl.col("unit_frozen") == pl.col("unit")) | (pl.col("unit_frozen") == "")
    )
    return placed.sort("half_year").unique(once, keep="last", maintain_order=True)


def _claim(expression: str) -> pl.Expr:
    """The expression as true or false; an answer that is not there makes it false."""
    return parse(expression).fill_null(False)


def _one_per_person(answers: pl.DataFrame) -> pl.DataFrame:
    order = pl.col("moment").replace_strict(_MOMENTS, range(len(_MOMENTS)), default=-1, return_dtype=pl.Int64)
    return answers.sort(order, maintain_order=True).unique(_PERSON, keep="last", maintain_order=True)
