"""The kinds of value a cell can hold: how people write each, and what to say when it is not one."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from hvb_followup.registers.model import ValueKind
from hvb_followup.registry import LAN, OperatingForm, has_right_check, is_unit_id

_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[ T]00:00(?::00)?)?")
_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})[ -]([0-9]{4})")
_SERIAL = re.compile(r"[A-Za-zÅÄÖåäö0-9-]{1,24}")

_LONGEST_TEXT = 120
_MOST_PLACES = 500


def folded(text: str) -> str:
    """Letters and digits only, in lower case: how headings and choices are compared."""
    return "".join(sign for sign in unicodedata.normalize("NFC", text).casefold() if sign.isalnum())


def as_date(text: str) -> dt.date | None:
    """A date written 2026-03-04, 20260304 or 4/3 2026 (day first)."""
    if match := _YEAR_FIRST.fullmatch(text) or _DIGITS.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        return None
    try:
        return dt.date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def _as_text(text: str) -> str | None:
    return text if len(text) <= _LONGEST_TEXT and text.isprintable() else None


def _as_provider(text: str) -> str | None:
    text = text.upper()
    return text if len(text) == 7 and text.startswith("P") and has_right_check(text[1:]) else None


def _as_unit(text: str) -> str | None:
    return text.upper() if is_unit_id(text.upper()) else None


def _as_serial(text: str) -> str | None:
    return text if _SERIAL.fullmatch(text) else None


def _as_municipality(text: str) -> str | None:
    # Spreadsheets drop the leading nought of 0114; three digits can mean nothing else.
    return text.zfill(4) if re.fullmatch(r"[0-9]{3,4}", text) else None


def _as_year(text: str) -> int | None:
    return int(text) if re.fullmatch(r"(19|20)[0-9]{2}", text) else None


def _as_places(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) and 1 <= int(text) <= _MOST_PLACES else None


_LAN_BY_NAME = {folded(written): name for name in LAN for written in (name, f"{name} län", f"{name}s län")}
_FORMS = {
    "kommunal": OperatingForm.MUNICIPAL_OWN,
    "kommunal egen regi": OperatingForm.MUNICIPAL_OWN,
    "egen regi": OperatingForm.MUNICIPAL_OWN,
    "entreprenad": OperatingForm.MUNICIPAL_CONTRACTED,
    "kommunal entreprenad": OperatingForm.MUNICIPAL_CONTRACTED,
    "privat": OperatingForm.PRIVATE,
    "idéburen": OperatingForm.NONPROFIT,
    "ideell": OperatingForm.NONPROFIT,
    "region": OperatingForm.REGION,
}
_FORM_BY_WORD = {folded(word): form.value for word, form in _FORMS.items()} | {
    folded(form.value): form.value for form in OperatingForm
}
_TYPE_BY_WORD = {"hvb": "hvb", "stödboende": "stodboende", "stodboende": "stodboende"}


def _as_lan(text: str) -> str | None:
    return _LAN_BY_NAME.get(folded(text))


def _as_form(text: str) -> str | None:
    return _FORM_BY_WORD.get(folded(text))


def _as_type(text: str) -> str | None:
    return _TYPE_BY_WORD.get(folded(text))


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
PROVIDER_ID = ValueKind(
    name="provider",
    parse=_as_provider,
    says="Utförarens id stämmer inte.",
    mend="Det är P och sex tecken. Kopiera det i stället för att skriva av.",
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
LAN_NAME = ValueKind(
    name="lan",
    parse=_as_lan,
    says="Det är inte ett av Sveriges 21 län.",
    mend="Skriv länets namn, till exempel Västra Götaland.",
    choices=LAN,
)
UNIT_TYPE = ValueKind(
    name="unit_type",
    parse=_as_type,
    says="Hemmets typ känns inte igen.",
    mend="Skriv HVB eller stödboende.",
    choices=("HVB", "stödboende"),
)
OPERATING_FORM = ValueKind(
    name="operating_form",
    parse=_as_form,
    says="Driftsformen känns inte igen.",
    mend="Skriv egen regi, entreprenad, privat, idéburen eller region.",
    choices=("egen regi", "entreprenad", "privat", "idéburen", "region"),
)
