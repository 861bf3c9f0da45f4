"""The kinds of value a cell can hold: how people write each, and what to say when it is not one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

from hvb_followup.registers.codes import Codelist, folded
from hvb_followup.registers.model import Value, ValueKind
from hvb_followup.registry import LAN, has_right_check, is_unit_id

_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]00:00(?::00)?)?")
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})[ -]([0-9]{4})")
_DAY_NUMBER = re.compile(r"([0-9]{5})(?:[.,]0+)?")
_SERIAL = re.compile(r"[A-Za-zÅÄÖåäö0-9-]{1,24}")
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,6})?")
# A price has no three decimals: a full stop before three digits parts the thousands.
_STOPPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]{1,2})?")
_MONTH = re.compile(r"([0-9]{4})[-/ ]?(0[1-9]|1[0-2])")
_RULE = re.compile(r"[A-Z0-9-]{3,30}")

_LONGEST_TEXT = 120
_MOST_PLACES = 500
# Day 1 of a spreadsheet is 1 January 1900; it also counts a 29 February that year, which there was not.
_DAY_NOUGHT = dt.date(1899, 12, 30)
_DAY_NUMBERS = range(20_000, 75_000)  # 1954 … 2105
_YES, _NO = {"ja", "j", "x", "1", "sant", "true"}, {"nej", "n", "0", "falskt", "false"}
_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_NAMED_MONTH = re.compile(rf"({'|'.join(_MONTHS)})[a-zå]*\.?[ -]([0-9]{{4}})", re.IGNORECASE)


@lru_cache(maxsize=8192)  # a register says some thousands of days over and over
def as_date(text: str) -> dt.date | None:
    """A date written 2026-03-04, 20260304, 4/3 2026 (day first) or as a spreadsheet's day number, 46085."""
    if match := _YEAR_FIRST.fullmatch(text) or _DIGITS.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        match = _DAY_NUMBER.fullmatch(text)
        number = int(match[1]) if match else 0
        return _DAY_NOUGHT + dt.timedelta(days=number) if number in _DAY_NUMBERS else None
    try:
        return dt.date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def _as_date_or_year(text: str) -> dt.date | None:
    # Of a year alone only its last day is sure to be after the completion.
    year = _as_year(text)
    return dt.date(year, 12, 31) if year else as_date(text)


def _as_text(text: str) -> str | None:
    return text if len(text) <= _LONGEST_TEXT and text.isprintable() else None


def _as_provider(text: str) -> str | None:
    text = text.upper()
    return text if len(text) == 7 and text.startswith("P") and has_right_check(text[1:]) else None


def _as_employer(text: str) -> str | None:
    return "same" if folded(text) in {"samma", "same", "sammaarbetsgivare"} else _as_provider(text)


def _as_unit(text: str) -> str | None:
    return text.upper() if is_unit_id(text.upper()) else None


def is_serial(text: str) -> bool:
    """True for what may be somebody's own serial: letters, digits and hyphens."""
    return _SERIAL.fullmatch(text) is not None


def _as_serial(text: str) -> str | None:
    return text if is_serial(text) else None


def _as_municipality(text: str) -> str | None:
    # Spreadsheets drop the leading nought of 0114; three digits can mean nothing else.
    return text.zfill(4) if re.fullmatch(r"[0-9]{3,4}", text) else None


def _as_year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"(19|20)[0-9]{2}", text) else None


def _as_places(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= _MOST_PLACES else None


def _as_count(text: str) -> int | None:
    number = _decimal(text)
    return int(number) if number is not None and number == int(number) else None


def _as_number(text: str) -> float | None:
    number = _decimal(text)
    return None if number is None else float(number)


def _as_percent(text: str) -> int | None:
    number = _decimal(text.removesuffix("%").strip())
    return int(number) if number is not None and number == int(number) and 0 <= number <= 100 else None


def _as_minutes(text: str) -> int | None:
    """Hours as 152,5 or 152:30, in minutes rounded to the nearest."""
    if match := re.fullmatch(r"([0-9]{1,4}):([0-5][0-9])", text):
        return int(match[1]) * 60 + int(match[2])
    number = _decimal(text)
    return None if number is None else int(number * 60 + Decimal("0.5"))


def _as_ore(text: str) -> int | None:
    bare = re.sub(r"(?i)\s*(kr|kronor|:-)$", "", text)
    number = _decimal(bare.replace(".", "") if _STOPPED.fullmatch(bare) else bare)
    return None if number is None or number * 100 != int(number * 100) else int(number * 100)


def _as_month(text: str) -> str | None:
    if match := _MONTH.fullmatch(text):
        return f"{match[1]}-{match[2]}"
    if match := _NAMED_MONTH.fullmatch(text):
        return f"{match[2]}-{_MONTHS.index(match[1].lower()) + 1:02}"
    day = as_date(text)
    return f"{day:%Y-%m}" if day and day.day == 1 else None


def _decimal(text: str) -> Decimal | None:
    """A number with a decimal comma or point; spaces may part the thousands."""
    bare = re.sub(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}\b)", "", text)
    return Decimal(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) else None


def _as_yes(text: str) -> bool | None:
    word = folded(text)
    return True if word in _YES else False if word in _NO else None


def _as_severity(text: str) -> int | None:
    return int(text) if text in {"1", "2", "3", "4"} else None


def _as_rule(text: str) -> str | None:
    return text.upper() if _RULE.fullmatch(text.upper()) else None


_LAN_BY_NAME = {folded(written): name for name in LAN for written in (name, f"{name} län", f"{name}s län")}


def _as_lan(text: str) -> str | None:
    return _LAN_BY_NAME.get(folded(text))


def choice(codelist: Codelist) -> ValueKind:
    """One of the codes in a list, by its id or any of its words."""
    ids = codelist.by_word()
    return _of_list(codelist, lambda text: ids.get(folded(text)), "Välj ")


def choices(codelist: Codelist, parts: Mapping[str, tuple[str, ...]] | None = None) -> ValueKind:
    """Several codes of a list with commas between them; ``parts`` are codes that stand for others."""
    ids = codelist.by_word()

    def parse(text: str) -> Value | None:
        found = [ids.get(folded(word)) for word in re.split(r"[,;+/]| och ", text) if word.strip()]
        chosen = [code for code in found if code is not None]
        return _flat(chosen, parts or {}) if chosen and len(chosen) == len(found) else None

    return _of_list(codelist, parse, "Skriv en eller flera med komma mellan: ")


def _flat(chosen: Sequence[str], parts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for code in chosen for part in parts.get(code, (code,))))


def _of_list(codelist: Codelist, parse: Callable[[str], Value | None], begin: str) -> ValueKind:
    words = tuple(code.sv for code in codelist.code)
    return ValueKind(
        name=codelist.id.replace("_", "-"),
        parse=parse,
        says="Ordet finns inte i listan.",
        mend=f"{begin}{', '.join(words)}.",
        choices=words,
        codelist=codelist,
    )


TEXT = ValueKind(
    name="text",
    parse=_as_text,
    says="Texten är för lång eller har tecken som inte syns.",
    mend=f"Skriv högst {_LONGEST_TEXT} tecken på en rad.",
)
DATE = ValueKind(
    name="date",
    parse=as_date,
    says="Det är inte ett datum.",
    mend="Skriv till exempel 2026-03-04 eller 4/3 2026.",
)
DATE_OR_YEAR = ValueKind(
    name="date-or-year",
    parse=_as_date_or_year,
    says="Det är varken ett datum eller ett årtal.",
    mend="Skriv till exempel 2019-06-05 eller 2019.",
)
MONTH = ValueKind(
    name="month", parse=_as_month, says="Det är inte en månad.", mend="Skriv till exempel 2026-03."
)
PROVIDER_ID = ValueKind(
    name="provider",
    parse=_as_provider,
    says="Utförarens id stämmer inte.",
    mend="Det är P och sex tecken. Kopiera det i stället för att skriva av.",
)
EMPLOYER = ValueKind(
    name="employer",
    parse=_as_employer,
    says="Arbetsgivaren känns inte igen.",
    mend="Skriv samma, eller utförarens id.",
)
UNIT_ID = ValueKind(
    name="unit",
    parse=_as_unit,
    says="Hemmets id stämmer inte.",
    mend="Det är H och sex tecken. Kopiera det i stället för att skriva av.",
)
SERIAL = ValueKind(
    name="serial",
    parse=_as_serial,
    says="Löpnumret har andra tecken än bokstäver, siffror och bindestreck, eller är längre än 24.",
    mend="Använd ett eget löpnummer, till exempel L-0042. Aldrig ett personnummer.",
)
MUNICIPALITY = ValueKind(
    name="municipality", parse=_as_municipality, says="Det är inte en kommunkod.", mend="Skriv fyra siffror."
)
YEAR = ValueKind(
    name="year", parse=_as_year, says="Det är inte ett årtal.", mend="Skriv fyra siffror, som 2010."
)
PLACES = ValueKind(
    name="places",
    parse=_as_places,
    says="Det är inte ett antal platser.",
    mend=f"Skriv ett heltal mellan 1 och {_MOST_PLACES}.",
)
COUNT = ValueKind(name="count", parse=_as_count, says="Det är inte ett heltal.", mend="Skriv bara siffror.")
NUMBER = ValueKind(
    name="number", parse=_as_number, says="Det är inte ett tal.", mend="Skriv till exempel 2 eller 1,5."
)
PERCENT = ValueKind(
    name="percent",
    parse=_as_percent,
    says="Det är inte en sysselsättningsgrad.",
    mend="Skriv ett heltal mellan 0 och 100.",
)
HOURS = ValueKind(
    name="hours", parse=_as_minutes, says="Det är inte timmar.", mend="Skriv till exempel 152,5 eller 152:30."
)
MONEY = ValueKind(
    name="money", parse=_as_ore, says="Det är inte ett belopp.", mend="Skriv kronor, som 4 850 eller 4850,50."
)
YES_NO = ValueKind(
    name="yes-no",
    parse=_as_yes,
    says="Det är varken ja eller nej.",
    mend="Skriv ja eller nej.",
    choices=("ja", "nej"),
)
SEVERITY = ValueKind(
    name="severity",
    parse=_as_severity,
    says="Det är inte en allvarsgrad.",
    mend="Skriv 1, 2, 3 eller 4. 4 är allvarligast.",
    choices=("1", "2", "3", "4"),
)
RULE_ID = ValueKind(
    name="rule", parse=_as_rule, says="Det är inte en regel.", mend="Skriv regelns id, som STF-2025-EDU."
)
LAN_NAME = ValueKind(
    name="lan",
    parse=_as_lan,
    says="Det är inte ett av Sveriges 21 län.",
    mend="Skriv länets namn, till exempel Västra Götaland.",
    choices=LAN,
)
