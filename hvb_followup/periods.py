"""Swedish periods: quarters ``2026K3``, half-years ``2026H2``, and the local day of an instant.

Instants are UTC; every rule that speaks of days means days in Stockholm.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
_HALF_YEAR = re.compile(r"([0-9]{4})H([12])")
_QUARTER = re.compile(r"([0-9]{4})K([1-4])")
SHORTEST_MONTH = 28  # days
_QUARTERS = (("första", "first"), ("andra", "second"), ("tredje", "third"), ("fjärde", "fourth"))


def local_day(instant: dt.datetime) -> dt.date:
    """The day in Stockholm at an instant (which must carry its time zone)."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return instant.astimezone(STOCKHOLM).date()


def local_instant(day: dt.date, hour: int = 0) -> dt.datetime:
    """The UTC instant of an hour of a Stockholm day."""
    return dt.datetime.combine(day, dt.time(hour), STOCKHOLM).astimezone(dt.UTC)


def is_half_year(text: str) -> bool:
    """True for ``2026H1`` and its like."""
    return _HALF_YEAR.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def half_year_number(half_year: str) -> int:
    """A number that grows by one from one half-year to the next."""
    match = _HALF_YEAR.fullmatch(half_year)
    if match is None:
        raise ValueError(f"not a half-year: {half_year!r}")
    return int(match[1]) * 2 + int(match[2]) - 1


def half_year_from_number(number: int) -> str:
    """The half-year of such a number."""
    return f"{number // 2}H{number % 2 + 1}"


def half_year_of(day: dt.date) -> str:
    """The half-year a day lies in."""
    return f"{day.year}H{1 if day.month <= 6 else 2}"


def half_years_between(earlier: str, later: str) -> int:
    """How many half-years ``later`` lies after ``earlier`` (negative before)."""
    return half_year_number(later) - half_year_number(earlier)


def shift(half_year: str, steps: int) -> str:
    """The half-year so many steps later (or earlier)."""
    return half_year_from_number(half_year_number(half_year) + steps)


def is_quarter(text: str) -> bool:
    """True for ``2026K3`` and its like."""
    return _QUARTER.fullmatch(text) is not None


def quarter_of(day: dt.date) -> str:
    """The quarter a day lies in."""
    return f"{day.year}K{(day.month + 2) // 3}"


def quarter_from_number(number: int) -> str:
    """The quarter of such a number as ``first_quarter`` and ``last_quarter`` give."""
    return f"{number // 4}K{number % 4 + 1}"


@lru_cache(maxsize=1024)
def first_quarter(period: str) -> int:
    """The number of a half-year's first quarter, or of a quarter; it grows by one from each to the next."""
    match = _QUARTER.fullmatch(period)
    return int(match[1]) * 4 + int(match[2]) - 1 if match else half_year_number(period) * 2


@lru_cache(maxsize=1024)
def last_quarter(period: str) -> int:
    """The number of a half-year's last quarter, or of a quarter."""
    return first_quarter(period) + (0 if is_quarter(period) else 1)


def quarters_between(earlier: str, later: str) -> int:
    """How many quarters after ``earlier`` the period ``later`` ends (negative before)."""
    return last_quarter(later) - last_quarter(earlier)


def first_day(period: str) -> dt.date:
    """The first day of a half-year or quarter."""
    number = first_quarter(period)
    return dt.date(number // 4, number % 4 * 3 + 1, 1)


def last_day(period: str) -> dt.date:
    """The last day of a half-year or quarter."""
    return first_day(quarter_from_number(last_quarter(period) + 1)) - dt.timedelta(days=1)


def half_year_words(half_year: str, language: Literal["sv", "en"] = "sv") -> str:
    """ "första halvåret 2026", "the first half of 2026"; "tredje kvartalet 2026" of a quarter."""
    year, half = half_year[:4], half_year[5:]
    if half_year[4] == "K":
        which = _QUARTERS[int(half) - 1][language == "en"]
        return f"{which} kvartalet {year}" if language == "sv" else f"the {which} quarter of {year}"
    if language == "sv":
        return f"{'första' if half == '1' else 'andra'} halvåret {year}"
    return f"the {'first' if half == '1' else 'second'} half of {year}"


def is_working_day(day: dt.date) -> bool:
    """True from Monday to Friday when it is no Swedish holiday, nor an eve on which nobody works."""
    return day.weekday() < 5 and day not in holidays(day.year)


@lru_cache(maxsize=64)
def holidays(year: int) -> frozenset[dt.date]:
    """The public holidays of SFS 1989:253, and the eves of midsummer, Christmas and New Year that are kept as such."""
    easter = easter_sunday(year)
    midsummer = _saturday_from(dt.date(year, 6, 20))
    fixed = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))
    moved = (easter + dt.timedelta(days=days) for days in (-2, 0, 1, 39, 49))
    others = (midsummer - dt.timedelta(days=1), midsummer, _saturday_from(dt.date(year, 10, 31)))
    return frozenset((*(dt.date(year, *one) for one in fixed), *moved, *others))


def easter_sunday(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden, (century, of_century) = year % 19, divmod(year, 100)
    leap_centuries, left = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon + 15) % 30
    leaps, rest = divmod(of_century, 4)
    weekday = (32 + 2 * left + 2 * leaps - epact - rest) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if day.day <= SHORTEST_MONTH:  # most days, and asked tens of thousands of times when a day is planned
        return dt.date(year, month + 1, day.day)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def _saturday_from(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=(5 - day.weekday()) % 7)
