"""The frames that travel between rooms, in order of flow: columns, order, and whom the rows are about.

Class A rows are about a young person, class B about a member of staff, class C about the organisation
(DESIGN §4.1). A frame without a class cannot be made. Item columns of ANSWERS come from the questionnaire.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
import polars as pl

PersonClass = Literal["A", "B", "C"]
Columns = Mapping[str, type[pl.DataType] | pl.DataType]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A frame's declared shape: its name, whom it is about, and its columns in order."""

    name: str
    person_class: PersonClass
    columns: Columns

    def with_columns(self, extra: Columns) -> Frame:
        """The same frame with further columns after its own."""
        return Frame(name=self.name, person_class=self.person_class, columns={**self.columns, **extra})

    def empty(self) -> pl.DataFrame:
        """No rows of this shape."""
        return pl.DataFrame(schema=pl.Schema(self.columns))

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with exactly the declared columns, in order; a missing or mistyped column is an error."""
        missing = [name for name in self.columns if name not in frame.columns]
        if missing:
            raise ValueError(f"{self.name}: columns missing: {', '.join(missing)}")
        return frame.select(pl.col(name).cast(dtype, strict=True) for name, dtype in self.columns.items())


# One row per counted answer set: a person, in a wave. ``link`` joins a person's own answers and nothing else.
ANSWERS = Frame(
    name="ANSWERS",
    person_class="A",
    columns={
        "unit": pl.String,
        "family": pl.String,
        "major": pl.Int64,
        "half_year": pl.String,
        "link": pl.String,
        "age_band": pl.String,
        "moment": pl.String,
        "language": pl.String,
        "edition": pl.String,
        "mode": pl.String,
    },
)

# Which atom a person's answer lies in. ``home`` is the unit, or "" in the national remainder.
FROZEN = Frame(
    name="FROZEN",
    person_class="A",
    columns={"atom": pl.String, "unit": pl.String, "half_year": pl.String, "link": pl.String},
)

# Person × indicator: num counts for the numerator, den for the denominator; both integers, 0 or 1 for shares.
MARKS = Frame(
    name="MARKS",
    person_class="A",
    columns={
        "indicator": pl.String,
        "unit": pl.String,
        "half_year": pl.String,
        "link": pl.String,
        "num": pl.Int64,
        "den": pl.Int64,
    },
)

# Atom × indicator, exact: never leaves the counter's side.
VALUES = Frame(
    name="VALUES",
    person_class="A",
    columns={
        "indicator": pl.String,
        "atom": pl.String,
        "persons": pl.Int64,
        "n": pl.Int64,
        "x": pl.Int64,
    },
)
