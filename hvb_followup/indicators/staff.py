"""From findings, hours, engagements and staff answers to exact counts about staff (class B), in integers only.

What may be told of them is ``disclosure``'s to say; nothing here leaves the measuring errand.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import polars as pl

from hvb_followup import periods
from hvb_followup.frames import ENGAGEMENTS, FINDINGS, HOURS, STAFF_MARKS, STAFF_VALUES, Frame
from hvb_followup.indicators.expressions import parse
from hvb_followup.indicators.model import Example, Indicator

SOURCES: Mapping[str, Frame] = {"findings": FINDINGS, "hours": FINDINGS, "engagements": ENGAGEMENTS}
_HOME = ["unit", "half_year"]
_EXAMPLE_DAY = dt.date(2026, 12, 31)


class HoursOf(msgspec.Struct, frozen=True, kw_only=True):
    """A home's scheduled minutes in a half-year: of each whom the rule binds, of those who meet it, and of all."""

    unit: str
    half_year: str
    minutes: dict[str, int]
    met: int
    whole: int


class TurnoverOf(msgspec.Struct, frozen=True, kw_only=True):
    """A home's engagements over twelve months: ended; engaged, summed over the month ends; ever engaged."""

    unit: str
    half_year: str
    ended: int
    summed: int
    ever: int


def marks(indicator: Indicator, findings: pl.DataFrame) -> pl.DataFrame:
    """STAFF_MARKS from FINDINGS: a person is bound when any chosen rule binds her, and meets it when she meets all.

    Of several days in one half-year, a home's last counts.
    """
    chosen = findings.with_columns(_half_year(pl.col("as_of")).alias("half_year")).filter(
        pl.col("as_of") == pl.col("as_of").max().over(_HOME)
    )
    chosen = chosen.filter(_claim(indicator.where)) if indicator.where else chosen
    den, num = _claim(indicator.denominator), _claim(indicator.numerator)
    marked = chosen.group_by(*_HOME, "staff").agg(
        den.any().cast(pl.Int64).alias("den"), (den.any() & (num | ~den).all()).cast(pl.Int64).alias("num")
    )
    return STAFF_MARKS.conform(
        marked.with_columns(pl.lit(indicator.id).alias("indicator")).sort(*_HOME, "staff")
    )


def hours(marked: pl.DataFrame, scheduled: pl.DataFrame) -> list[HoursOf]:
    """HOURS by STAFF_MARKS, per home and half-year.

    Hired staff without a key, and anybody nothing was found of, are part of the whole and do not meet the rule;
    those whom it does not bind are left out.
    """
    homes = marked.select(_HOME).unique()
    worked = (
        scheduled.with_columns(_half_year_of_month(pl.col("month")).alias("half_year"))
        .join(homes, on=_HOME, how="semi")
        .join(marked.select(*_HOME, "staff", "num", "den"), on=[*_HOME, "staff"], how="left")
        .filter(pl.col("den").is_null() | (pl.col("den") > 0))
    )
    whole = worked.group_by(_HOME).agg(pl.col("minutes").sum()).sort(_HOME)
    minutes: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    met: Counter[tuple[str, str]] = Counter()
    bound = worked.filter(pl.col("den").is_not_null())
    for unit, half, staff, num, total in _by_person(bound).iter_rows():
        minutes[unit, half][staff] = total
        met[unit, half] += total * num
    return [
        HoursOf(unit=unit, half_year=half, minutes=minutes[unit, half], met=met[unit, half], whole=total)
        for unit, half, total in whole.iter_rows()
    ]


def _by_person(worked: pl.DataFrame) -> pl.DataFrame:
    """unit, half_year, staff, num and the minutes of all her months."""
    return worked.group_by(*_HOME, "staff", "num").agg(pl.col("minutes").sum()).sort(*_HOME, "staff")


def turnover(indicator: Indicator, engagements: pl.DataFrame, half_years: Iterable[str]) -> list[TurnoverOf]:
    """ENGAGEMENTS over the twelve months up to each half-year's last day, per home that has any.

    Who is engaged anew the day after has not left.
    """
    chosen = engagements.filter(_claim(indicator.where)) if indicator.where else engagements
    terms: defaultdict[str, defaultdict[str, list[tuple[dt.date, dt.date]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for unit, staff, first, last in chosen.select("unit", "staff", "from_on", "to_on").iter_rows():
        terms[unit][staff].append((first, last or dt.date.max))
    return [
        _turnover_of(unit, half_year, {staff: _joined(spans) for staff, spans in people.items()})
        for half_year in half_years
        for unit, people in sorted(terms.items())
    ]


def values(indicator: Indicator, answers: pl.DataFrame) -> pl.DataFrame:
    """STAFF_VALUES of a share from STAFF_ANSWERS with item columns: one row per home and wave."""
    counted = answers.filter(pl.col("family") == indicator.source, pl.col("major").is_in(indicator.majors))
    den = _claim(indicator.denominator) & (_claim(indicator.where) if indicator.where else pl.lit(True))
    num = _claim(indicator.numerator) & den
    summed = counted.group_by("unit", "family", "major", "half_year").agg(
        pl.len().alias("persons"), den.sum().alias("n"), num.sum().alias("x")
    )
    marked = summed.with_columns(pl.lit(indicator.id).alias("indicator"))
    return STAFF_VALUES.conform(marked.sort("unit", "half_year"))


def run_example(indicator: Indicator, example: Example) -> tuple[int, int]:
    """``(n, x)`` of an example's register rows, all of one home; minutes for hours, the mean's twelvefold for turnover."""
    rows = [{"unit": "H", "staff": str(number), **row} for number, row in enumerate(example.rows)]
    if indicator.kind == "turnover":
        found = turnover(indicator, _frame(rows, ENGAGEMENTS), ("2026H2",))
        return found[0].summed, found[0].ended
    findings = [{"as_of": _EXAMPLE_DAY, **row} for row in rows if "met" in row or "rule" in row]
    marked = marks(indicator, _frame(findings, FINDINGS))
    if indicator.kind == "hours_share":
        worked = [{"month": "2026-12", **row} for row in rows]
        (home,) = hours(marked, _frame(worked, HOURS))
        return home.whole, home.met
    if indicator.kind == "manager":
        return 1, int(marked["num"].max() == 1)
    return int(marked["den"].sum()), int(marked["num"].sum())


def example_columns(indicator: Indicator) -> frozenset[str]:
    """The columns that an example's rows may name."""
    extra = ("minutes",) if indicator.kind == "hours_share" else ()
    return frozenset((*SOURCES[indicator.source].columns, *extra))


def _frame(rows: Sequence[Mapping[str, object]], frame: Frame) -> pl.DataFrame:
    known = [{name: row.get(name) for name in frame.columns} for row in rows]
    return pl.DataFrame(known, schema=pl.Schema(frame.columns))


def _turnover_of(
    unit: str, half_year: str, people: Mapping[str, Sequence[tuple[dt.date, dt.date]]]
) -> TurnoverOf:
    last = periods.last_day(half_year)
    ends = list(_month_ends(last))
    before = _month_start(ends[0])
    spans = [span for terms in people.values() for span in terms]
    return TurnoverOf(
        unit=unit,
        half_year=half_year,
        ended=sum(before <= ended <= last for _, ended in spans),
        summed=sum(first <= day <= ended for day in ends for first, ended in spans),
        ever=sum(
            any(first <= last and ended >= before for first, ended in terms) for terms in people.values()
        ),
    )


def _joined(spans: Sequence[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Engagements of one person, those without a day between them as one; one may lie within another."""
    found: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(spans):
        if found and (first - found[-1][1]).days <= 1:
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def _month_ends(last: dt.date) -> Iterator[dt.date]:
    """The last days of twelve months, the last of them in ``last``'s."""
    for back in range(11, -1, -1):
        months = last.year * 12 + last.month - back  # the month after, counted from 0
        yield dt.date(months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)


def _month_start(day: dt.date) -> dt.date:
    return day.replace(day=1)


def _half_year(day: pl.Expr) -> pl.Expr:
    half = pl.when(day.dt.month() <= 6).then(pl.lit("H1")).otherwise(pl.lit("H2"))
    return pl.concat_str(day.dt.year().cast(pl.String), half)


def _half_year_of_month(month: pl.Expr) -> pl.Expr:
    half = pl.when(month.str.slice(5, 2) <= "06").then(pl.lit("H1")).otherwise(pl.lit("H2"))
    return pl.concat_str(month.str.slice(0, 4), half)


def _claim(expression: str) -> pl.Expr:
    return parse(expression).fill_null(False)
