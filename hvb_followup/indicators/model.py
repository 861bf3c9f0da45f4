"""What an indicator may say: what is counted, how it is read, who signed it, and worked examples.

An id keeps its meaning for ever; a new way of counting is a new version with a line in the change log.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from hvb_followup.errors import Problem

# The five parts of good care in SOU 2023:66, and what surrounds them (DESIGN §3).
Domain = Literal[
    "upbringing",
    "support",
    "contact",
    "education",
    "health",
    "stability",
    "staff",
    "safety",
    "cost",
    "data_quality",
]
SMALLEST_N = 10  # public from ten persons (DESIGN §4.5)
SMALLEST_SENSITIVE_N = 21
# Class B has its own thresholds (DESIGN §4.6): heads, and what the staff survey, hours and turnover begin at.
SMALLEST_OF_STAFF = {"heads": 5, "share": 8, "hours_share": 20, "turnover": 6, "manager": 1}
_ID = re.compile(r"[A-Z]\d{2}[a-z]{0,2}")
Version = Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+$")]


REGISTER_KINDS = frozenset({"heads", "hours_share", "manager", "turnover"})


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text in the two languages of the public pages."""

    sv: str
    en: str

    def in_(self, language: str) -> str:
        """The text in a language; Swedish where there is no other."""
        return self.en if language == "en" else self.sv


class Change(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of the change log."""

    on: dt.date
    says: str


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A worked example: these answers give ``x`` of ``n`` persons.

    ``rows`` are of a register instead. A row of answers holds codes by item, and may say ``edition``,
    ``person`` and ``half_year``. A response example has no answers: ``n`` are invited, ``x`` counted, and
    ``share`` is what they give.
    """

    says: str
    n: int
    x: int
    answers: tuple[dict[str, str], ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    share: float | None = None


class Indicator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure's definition. ``source`` is a questionnaire's id, ``majors`` the versions it counts.

    ``where``, ``numerator`` and ``denominator`` are comparisons of answers of one and the same set.
    ``authored_by`` and ``checked_by`` are roles, not names. ``person_class`` is whom it is about (DESIGN §4.1):
    a young person or a member of staff; figures from staff registers have kinds of their own.
    """

    id: str
    version: Version
    kind: Literal["share", "response", "heads", "hours_share", "manager", "turnover"]
    title: Text
    why_it_matters: Text
    how_to_read: Text
    not_for: Text
    domain: Domain
    direction: Literal["high", "low", "none"]
    source: str
    majors: tuple[int, ...]
    adjustment: Literal["none", "stratified", "casemix"]
    sensitivity: Literal[1, 2]
    smallest_n: int
    lowest_level: Literal["unit", "provider", "lan", "nation"]
    authored_by: str
    checked_by: str
    reviewed_on: dt.date
    next_review_on: dt.date
    change: tuple[Change, ...]
    example: tuple[Example, ...]
    where: str = ""
    numerator: str = ""
    denominator: str = ""
    paired_with: str = ""
    maps: dict[str, str] = {}
    person_class: Literal["A", "B"] = "A"


def problems(indicator: Indicator, where: str) -> tuple[Problem, ...]:
    """What the definition contradicts or leaves out, by itself. ``where`` names the file."""
    found = [*_identity(indicator), *_thresholds(indicator), *_signatures(indicator), *_parts(indicator)]
    return tuple(
        Problem(code="indicator", where=f"{where}: $.{key}", says=says, mend=mend)
        for key, says, mend in found
    )


def overdue(indicator: Indicator, today: dt.date, where: str) -> tuple[Problem, ...]:
    """A warning when the next review has passed."""
    if indicator.next_review_on >= today:
        return ()
    says = f"Översynen skulle ha gjorts {indicator.next_review_on}."
    mend = "Läs igenom definitionen, skriv under och sätt ett nytt datum."
    return (Problem(code="review-overdue", where=f"{where}: $.next_review_on", says=says, mend=mend),)


_Found = Iterator[tuple[str, str, str]]


def _identity(indicator: Indicator) -> _Found:
    if not _ID.fullmatch(indicator.id):
        yield "id", f"Id {indicator.id!r} är inte en bokstav och två siffror.", "Skriv till exempel U01."
    if not indicator.majors and indicator.kind not in REGISTER_KINDS:
        yield "majors", "Det står inte vilka huvudversioner som räknas.", "Skriv till exempel [1]."
    for key in ("title", "why_it_matters", "how_to_read", "not_for"):
        text: Text = getattr(indicator, key)
        if not text.sv.strip() or not text.en.strip():
            yield key, "Texten saknas på ett av språken.", "Skriv den på svenska och engelska."


def _thresholds(indicator: Indicator) -> _Found:
    if indicator.person_class == "B":
        least = SMALLEST_OF_STAFF.get(indicator.kind, SMALLEST_N)
        if indicator.smallest_n < least:
            yield "smallest_n", f"Minsta antalet är under {least}.", f"Höj det till minst {least}."
        return
    if indicator.kind in REGISTER_KINDS:
        yield "person_class", "Nyckeltalet handlar om personalen.", "Skriv B."
    smallest = SMALLEST_SENSITIVE_N if indicator.sensitivity == 2 else SMALLEST_N
    if indicator.smallest_n < smallest:
        yield "smallest_n", f"Minsta antalet är under {smallest}.", f"Höj det till minst {smallest}."
    if indicator.sensitivity == 2 and indicator.lowest_level == "unit":
        yield "lowest_level", "Det känsliga visas aldrig för ett enskilt hem.", "Skriv provider."


def _signatures(indicator: Indicator) -> _Found:
    if not indicator.authored_by.strip() or indicator.authored_by == indicator.checked_by:
        yield "checked_by", "Författare och andra läsare ska vara två.", "Ange två roller."
    if indicator.next_review_on <= indicator.reviewed_on:
        yield "next_review_on", "Nästa översyn ligger inte efter den förra.", "Sätt ett senare datum."
    if not indicator.change:
        yield "change", "Ändringsloggen är tom.", "Skriv den första raden."
    if not indicator.example:
        yield "example", "Uträknade exempel saknas.", "Skriv minst ett."


def _parts(indicator: Indicator) -> _Found:
    written = (indicator.where, indicator.numerator, indicator.denominator)
    if indicator.kind == "response" and any(written):
        yield "kind", "Svarsandelen räknas av koder och svar, inte av uttryck.", "Ta bort uttrycken."
    if indicator.kind not in ("response", "turnover") and not (indicator.numerator and indicator.denominator):
        yield "numerator", "En andel behöver täljare och nämnare.", "Skriv båda."
    if indicator.paired_with == indicator.id:
        yield "paired_with", "Nyckeltalet är sitt eget par.", "Ange det andra."
    for number, example in enumerate(indicator.example):
        if indicator.kind in REGISTER_KINDS:
            if not example.rows or example.answers or example.share is not None:
                yield (
                    f"example[{number}]",
                    "Exemplet passar inte nyckeltalets slag.",
                    "Se dashboards/README.md.",
                )
        elif (indicator.kind == "response") != (example.share is not None) or (
            indicator.kind == "share" and not example.answers
        ):
            yield f"example[{number}]", "Exemplet passar inte nyckeltalets slag.", "Se dashboards/README.md."
