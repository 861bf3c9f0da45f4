"""Rows as they are stored → the frames that other rooms read, as they stood on a day.

What happened after the day had not happened: a placement that ended later is going on, a check made later is null.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from hvb_followup.frames import ENGAGEMENTS, EVENTS, HOURS, PLACEMENTS
from hvb_followup.registers.codes import Codelist
from hvb_followup.registers.hours_sheet import HIRED
from hvb_followup.registry import AGE_BANDS, age_band

Body = Mapping[str, Any]
_OLDEST = AGE_BANDS[-1][1]
_UNKNOWN = "unknown"  # the class of an ending that nobody has given a reason for
_NOT_RELEVANT = "not_relevant"  # of the codelist of offers


def placements(rows: Iterable[Body], endings: Codelist, as_of: dt.date) -> pl.DataFrame:
    """PLACEMENTS: everyone who had come by the day. ``age`` is that of the birthday in the year of the first day."""
    dates = ("starts_on", "planned_end_on", "ends_on", "suitability_on", "health_check_on")
    more = ("school_assessment_on", "latest_review_on", "extension_on")
    words = ("id", "unit", "municipality", "ending", "legal_basis", "health_check", "school_assessment")
    frame = _frame(rows, words=words, dates=(*dates, *more), numbers=("birth_year",), claims=("is_acute",))
    frame = frame.filter(pl.col("starts_on") <= as_of).sort("unit", "id")
    return PLACEMENTS.conform(_with_days(_with_ages(_as_it_stood(frame, as_of)), endings, as_of))


def _as_it_stood(frame: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Days after the day asked are null; what was planned was planned."""
    later = [
        name for name in frame.columns if name.endswith("_on") and name not in ("starts_on", "planned_end_on")
    ]
    frame = frame.with_columns(
        pl.when(pl.col(name) <= as_of).then(pl.col(name)).alias(name) for name in later
    )
    return frame.with_columns(pl.when(pl.col("ends_on").is_not_null()).then(pl.col("ending")).alias("ending"))


def _with_ages(frame: pl.DataFrame) -> pl.DataFrame:
    bands = {age: age_band(age) for age in range(_OLDEST + 1)}
    age = (pl.col("starts_on").dt.year() - pl.col("birth_year")).cast(pl.Int64)
    return frame.with_columns(age=age).with_columns(
        age_band=pl.col("age").replace_strict(bands, default="", return_dtype=pl.String)
    )


def _with_days(frame: pl.DataFrame, endings: Codelist, as_of: dt.date) -> pl.DataFrame:
    classes = {code.id: code.group for code in endings.code}
    ending_class = pl.col("ending").replace_strict(classes, default=None, return_dtype=pl.String)
    checked = pl.col("health_check").is_null() | pl.col("health_check").is_in(["done", "offered"])
    assessed = pl.col("school_assessment").is_null() | (pl.col("school_assessment") == "done")
    reviewed_late = pl.when(pl.col("latest_review_on") > pl.col("planned_end_on")).then(
        pl.col("latest_review_on")
    )
    extension = pl.when(pl.col("extension_on") > pl.col("planned_end_on")).then(pl.col("extension_on"))
    return frame.with_columns(
        placement=pl.col("id"),
        ending_class=pl.when(pl.col("ends_on").is_not_null()).then(ending_class.fill_null(_UNKNOWN)),
        days_stayed=_days(pl.col("ends_on").fill_null(as_of)),
        days_planned=_days(pl.col("planned_end_on")),
        days_to_suitability=_days(pl.col("suitability_on")),
        needs_health_check=_needs("health_check"),
        needs_school_assessment=_needs("school_assessment"),
        days_to_health_check=_days(pl.when(checked).then(pl.col("health_check_on"))),
        days_to_school_assessment=_days(pl.when(assessed).then(pl.col("school_assessment_on"))),
        days_to_extension=_days(pl.coalesce(extension, reviewed_late)),
    )


def _needs(name: str) -> pl.Expr:
    """Silence is no reason to be left out."""
    return (pl.col(name) != _NOT_RELEVANT).fill_null(True)


def _days(to: pl.Expr) -> pl.Expr:
    return (to - pl.col("starts_on")).dt.total_days()


def events(rows: Iterable[Body], kinds: Codelist, as_of: dt.date) -> pl.DataFrame:
    """EVENTS: everything that had happened by the day."""
    classes = {code.id: code.group for code in kinds.code if code.group}
    frame = _frame(
        rows,
        words=("id", "unit", "placement", "kind"),
        dates=("happened_on", "action_on"),
        numbers=("severity",),
    )
    frame = frame.filter(pl.col("happened_on") <= as_of).sort("unit", "id")
    action = pl.when(pl.col("action_on") <= as_of).then(pl.col("action_on"))
    return EVENTS.conform(
        frame.with_columns(
            event=pl.col("id"),
            kind_class=pl.col("kind").replace_strict(classes, default=None, return_dtype=pl.String),
            days_to_action=(action - pl.col("happened_on")).dt.total_days(),
        )
    )


def hours(rows: Iterable[Body], staff: Iterable[Body], as_of: dt.date) -> pl.DataFrame:
    """HOURS: every month that had begun by the day. Hired are those entered so, together or as staff."""
    frame = _frame(rows, words=("unit", "staff", "month"), numbers=("minutes", "night_minutes"))
    frame = frame.filter(pl.col("month") <= f"{as_of:%Y-%m}").sort("unit", "staff", "month")
    hired = engagements(staff, as_of).filter(engagement="agency").select("unit", "staff").unique()
    frame = frame.join(
        hired.with_columns(_hired=True), on=["unit", "staff"], how="left", maintain_order="left"
    )
    return HOURS.conform(
        frame.with_columns(
            night_minutes=pl.col("night_minutes").fill_null(0),
            is_hired=(pl.col("staff") == HIRED) | pl.col("_hired").fill_null(False),
        )
    )


def engagements(rows: Iterable[Body], as_of: dt.date) -> pl.DataFrame:
    """ENGAGEMENTS: everyone who had begun by the day; who left later is still there."""
    frame = _frame(
        rows,
        words=("unit", "staff", "role", "engagement"),
        dates=("engaged_from_on", "engaged_to_on"),
        numbers=("percent",),
    )
    frame = frame.filter(pl.col("engaged_from_on") <= as_of).sort("unit", "staff", "engaged_from_on")
    last = pl.when(pl.col("engaged_to_on") <= as_of).then(pl.col("engaged_to_on"))
    return ENGAGEMENTS.conform(frame.with_columns(from_on=pl.col("engaged_from_on"), to_on=last))


def _frame(
    rows: Iterable[Body],
    *,
    words: Iterable[str],
    dates: Iterable[str] = (),
    numbers: Iterable[str] = (),
    claims: Iterable[str] = (),
) -> pl.DataFrame:
    """The columns asked for; what a row does not say is null."""
    schema: dict[str, Any] = dict.fromkeys((*words, *dates), pl.String)
    schema |= dict.fromkeys(numbers, pl.Int64) | dict.fromkeys(claims, pl.Boolean)
    table = list(rows)
    # Column by column: a frame made of dictionaries looks at every one of them twice.
    frame = pl.DataFrame({name: [row.get(name) for row in table] for name in schema}, schema=schema)
    return frame.with_columns(pl.col(name).str.to_date("%Y-%m-%d") for name in dates)
