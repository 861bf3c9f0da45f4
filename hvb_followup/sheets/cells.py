"""A stored cell → the text a person sees in it. Runs in the child; knows numbers and formats, no file."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

DATE, DURATION, PERCENT, PLAIN = "date", "duration", "percent", "plain"

_BUILT_IN = dict.fromkeys([*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)], DATE) | {
    46: DURATION,
    9: PERCENT,
    10: PERCENT,
}
# What a format shows as it stands: quoted words, escaped signs, paddings, and colours or languages in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_PADDED = re.compile(r"0[0 -]*0")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HALF = re.compile("[\ud800-\udfff]")
_LAST_DAY = 2_958_466  # 9999-12-31, and a day
_EXACT = 1e15


def kind_of_format(number: int, code: str | None) -> str:
    """What a number format makes of a number: a date, a duration, a percentage, padded digits, or plain.

    Padded digits come as their pattern, such as ``0000`` or ``000000-0000``.
    """
    if code is None:
        return _BUILT_IN.get(number, PLAIN)
    shown = _LITERAL.sub("", code.split(";")[0])
    if _ELAPSED.search(shown):
        return DURATION
    if "%" in shown:
        return PERCENT
    pattern = code.split(";")[0].replace("\\", "").replace('"', "")
    if _PADDED.fullmatch(pattern):
        return pattern
    return (
        DATE
        if re.search("[ymdhs]", shown, re.IGNORECASE) and shown.isascii() and not _is_word(shown)
        else PLAIN
    )


def _is_word(shown: str) -> bool:
    return shown.strip().casefold() in ("general", "standard")


def number_text(stored: str, shown_as: str, *, from_1904: bool = False) -> str:
    """The number as people read it: dates ISO, whole numbers whole, others in their shortest form with a point."""
    if not _NUMBER.fullmatch(stored.strip()) or not math.isfinite(number := float(stored)):
        raise ValueError("not a number")
    if shown_as == DATE and 0 <= number < _LAST_DAY:
        return _moment(number, from_1904)
    if shown_as == DURATION and 0 <= number < _LAST_DAY:
        minutes = round(number * 1440)
        return f"{minutes // 60}:{minutes % 60:02}"
    if shown_as == PERCENT:
        return f"{number * 100:.15g} %"
    if shown_as not in (DATE, DURATION, PLAIN) and number.is_integer() and 0 <= number < _EXACT:
        return _padded(int(number), shown_as)
    return _shortest(number)


def _shortest(number: float) -> str:
    return str(int(number)) if number.is_integer() and abs(number) < _EXACT else f"{number:.15g}"


def _padded(number: int, pattern: str) -> str:
    """Digits laid into a pattern from the right: 114 in ``0000`` is 0114."""
    digits = list(str(number).zfill(pattern.count("0")))
    laid = [digits.pop() if sign == "0" else sign for sign in reversed(pattern)]
    return "".join(digits) + "".join(reversed(laid))


def _moment(number: float, from_1904: bool) -> str:
    """A serial day as date, date and time, or time of day. Day 60 of 1900 never was: it stays a number."""
    day, seconds = divmod(round(number * 86400), 86400)
    clock = "" if not seconds else f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    clock += f":{seconds % 60:02}" if seconds % 60 else ""
    if day == 0 and not from_1904:
        return clock or "0"
    if day == 60 and not from_1904:
        return _shortest(number)
    epoch = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 31 if day < 60 else 30)
    try:
        date = (epoch + dt.timedelta(days=day)).isoformat()
    except OverflowError:
        return _shortest(number)
    return f"{date} {clock}".strip()


def iso_text(stored: str) -> str:
    """A date written out in the file, without the midnight that came with it."""
    return re.sub(r"[T ]00:00(:00(\.0+)?)?Z?$", "", stored).replace("T", " ")


def clean_text(stored: str) -> str:
    """Text as people wrote it: escapes undone, NFC, no space around. Half a surrogate becomes a question mark sign."""
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), stored) if "_x" in stored else stored
    if not text.isascii():
        text = unicodedata.normalize("NFC", _HALF.sub("\ufffd", text))
    return text.strip("\ufeff \t\r\n\u00a0\u202f")
