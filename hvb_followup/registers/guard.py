"""Finds personnummer and samordningsnummer, so that a file holding one is never stored.

The rule is DESIGN §4.12. What is found is never repeated: not in an error, not in a log.
"""

from __future__ import annotations

import datetime as dt
import re

# Ten or twelve digits, the last four perhaps apart; a longer run of digits is some other number.
_SEPARATOR = r"\s?[-+\u2010-\u2015\u2212]?\s?"
_CANDIDATES = (
    re.compile(rf"(?<!\d)(?P<century>\d\d)?(?P<date>\d{{6}}){_SEPARATOR}(?P<last>\d{{4}})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<century>\d\d)?(?P<date>\d\d-\d\d-\d\d){_SEPARATOR}(?P<last>\d{{4}})(?!\d)"),
)


def holds_personal_number(text: str) -> bool:
    """True when anything in the text looks like a personnummer or samordningsnummer.

    That is: ten or twelve digits, with or without - or +, a date that exists (day + 60 in a
    samordningsnummer) and a right check digit (Luhn, modulo 10, over the ten).
    """
    return any(
        _is_personal_number(match["century"], match["date"].replace("-", ""), match["last"])
        for pattern in _CANDIDATES
        for match in pattern.finditer(text)
    )


def _is_personal_number(century: str | None, date: str, last: str) -> bool:
    if century is not None and int(century) not in (18, 19, 20):
        return False
    return _is_birth_date(century, date) and _has_luhn(date + last)


def _is_birth_date(century: str | None, date: str) -> bool:
    # Without a century 29 February is let through in every leap year of any: 2000 was one.
    year = int(century or "20") * 100 + int(date[:2])
    month, day = int(date[2:4]), int(date[4:])
    try:
        dt.date(year, month, day - 60 if day > 60 else day)
    except ValueError:
        return century is None and (month, day % 60, year % 4) == (2, 29, 0)
    return True


def _has_luhn(ten_digits: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(ten_digits)]
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0
