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

# One row per placement as the register says it, on the day it is read (``as_of`` decides ``days_stayed``).
# ``days_*`` count from the first day; null where the day is not given. ``ending`` is a code of the codelist.
# ``ending_class`` is its group, and ``unknown`` of who has left without a word of why.
# ``needs_*`` is false only where the home has said that it is not relevant.
PLACEMENTS = Frame(
    name="PLACEMENTS",
    person_class="A",
    columns={
        "placement": pl.String,
        "unit": pl.String,
        "municipality": pl.String,
        "age": pl.Int64,
        "age_band": pl.String,
        "legal_basis": pl.String,
        "is_acute": pl.Boolean,
        "starts_on": pl.Date,
        "planned_end_on": pl.Date,
        "ends_on": pl.Date,
        "ending": pl.String,
        "ending_class": pl.String,
        "days_stayed": pl.Int64,
        "days_planned": pl.Int64,
        "days_to_suitability": pl.Int64,
        "needs_health_check": pl.Boolean,
        "days_to_health_check": pl.Int64,
        "needs_school_assessment": pl.Boolean,
        "days_to_school_assessment": pl.Int64,
        "days_to_extension": pl.Int64,
    },
)

# Events that a home has written down. ``kind_class`` is the kind's group in the codelist, null where it has none;
# ``days_to_action`` is null while nothing has been decided.
EVENTS = Frame(
    name="EVENTS",
    person_class="A",
    columns={
        "event": pl.String,
        "unit": pl.String,
        "placement": pl.String,
        "happened_on": pl.Date,
        "kind": pl.String,
        "kind_class": pl.String,
        "severity": pl.Int64,
        "days_to_action": pl.Int64,
    },
)

# One finding per member of staff and rule. ``met`` is 1 or 0; null where the rule does not bind.
FINDINGS = Frame(
    name="FINDINGS",
    person_class="B",
    columns={
        "unit": pl.String,
        "staff": pl.String,
        "rule": pl.String,
        "rule_set": pl.String,
        "version": pl.String,
        "as_of": pl.Date,
        "state": pl.String,
        "met": pl.Int64,
        "evidence": pl.String,
    },
)

# Member of staff × indicator, from her findings on a half-year's last day: who is bound, and who of them meets it.
STAFF_MARKS = Frame(
    name="STAFF_MARKS",
    person_class="B",
    columns={
        "indicator": pl.String,
        "unit": pl.String,
        "half_year": pl.String,
        "staff": pl.String,
        "num": pl.Int64,
        "den": pl.Int64,
    },
)

# One row per answer set of a member of staff. Nobody has a link: two rows are never known to be one person.
STAFF_ANSWERS = Frame(
    name="STAFF_ANSWERS",
    person_class="B",
    columns={
        "unit": pl.String,
        "family": pl.String,
        "major": pl.Int64,
        "half_year": pl.String,
        "language": pl.String,
        "edition": pl.String,
        "mode": pl.String,
    },
)

# Home × wave × indicator of staff answers, exact: never leaves the counter's side.
STAFF_VALUES = Frame(
    name="STAFF_VALUES",
    person_class="B",
    columns={
        "indicator": pl.String,
        "unit": pl.String,
        "family": pl.String,
        "major": pl.Int64,
        "half_year": pl.String,
        "persons": pl.Int64,
        "n": pl.Int64,
        "x": pl.Int64,
    },
)

# Scheduled hours of one member of staff in one month, in minutes; hired staff may come without a key.
HOURS = Frame(
    name="HOURS",
    person_class="B",
    columns={
        "unit": pl.String,
        "staff": pl.String,
        "month": pl.String,
        "minutes": pl.Int64,
        "night_minutes": pl.Int64,
        "is_hired": pl.Boolean,
    },
)

# A closed wave of young people in a home: who ran it that day, and after how many days they were told back.
FEEDBACK = Frame(
    name="FEEDBACK",
    person_class="C",
    columns={
        "unit": pl.String,
        "provider": pl.String,
        "lan": pl.String,
        "is_own": pl.Boolean,
        "half_year": pl.String,
        "closed_on": pl.Date,
        "days_to_feedback": pl.Int64,
    },
)

# Who is or has been engaged where, for turnover and continuity.
ENGAGEMENTS = Frame(
    name="ENGAGEMENTS",
    person_class="B",
    columns={
        "unit": pl.String,
        "staff": pl.String,
        "role": pl.String,
        "engagement": pl.String,
        "from_on": pl.Date,
        "to_on": pl.Date,
        "percent": pl.Int64,
    },
)
