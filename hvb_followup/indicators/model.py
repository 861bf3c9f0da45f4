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
SMALLEST_OF_STAFF = {"heads": 5, "share": 8, "hours_share": 20, "turnover": 6, "manager": 1, "what_if": 5}
STAYS = (90, 180, 365)  # the only days at which a stay is told (DESIGN §4.5)
_ID = re.compile(r"[A-Z]\d{2}[a-z]{0,2}")
# Sources that are registers and not questionnaires: names of frames (``frames.py``).
REGISTERS = ("placements", "events", "findings", "engagements", "hours", "feedback")
# Kinds that a file defines and another room, or nothing yet, works out.
DEFINED = ("fact", "age_of_data")
# Worked out in Python of two answers to one placement: their tests stand in the tests, not in the file.
WITHOUT_EXAMPLE = (*DEFINED, "pair")
Version = Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+$")]


REGISTER_KINDS = frozenset({"heads", "hours_share", "manager", "turnover", "what_if"})


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

    A row of answers holds codes by item, and may say ``edition``, ``person`` and ``half_year``. A response
    example has no answers: ``n`` are invited, ``x`` counted, and ``share`` is what they give. An example of a
    register has ``rows`` of its frame; of a rate, ``days`` are each resident's care days and ``n`` their sum.
    """

    says: str
    n: int
    x: int
    answers: tuple[dict[str, str], ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    share: float | None = None
    days: tuple[int, ...] = ()


class Indicator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure's definition. ``source`` is a questionnaire's id, ``majors`` the versions it counts.

    ``where``, ``numerator`` and ``denominator`` are comparisons of answers of one and the same set. Where
    ``source`` is a register of young people, ``block`` says which quarter a row belongs to (of its ending, of
    its admission, of each day present, of the event), everyone in the block is the denominator, ``where``
    gathers blocks of its own, and ``known_after`` is how many days must pass before the numerator is known.
    A ``pair`` is a placement's start and exit of one questionnaire, whose ``score`` moved by ``least`` points to
    the ``verdict``; or the exits of ``source`` and ``together_with``, whose informants both judged the aim.
    ``authored_by`` and ``checked_by`` are roles, not names. ``person_class`` is whom it is about (DESIGN §4.1):
    a young person, a member of staff, or the organisation (a ``duty`` after each wave); figures from staff
    registers have kinds of their own. ``beside`` names, for what would hold under other rules, the indicator of
    the rules that do.
    """

    id: str
    version: Version
    kind: Literal[
        "share", "response", "stay", "rate", "endings", "pair", "fact", "age_of_data",
        "heads", "hours_share", "manager", "turnover", "what_if", "duty",
    ]  # fmt: skip
    title: Text
    why_it_matters: Text
    how_to_read: Text
    not_for: Text
    domain: Domain
    direction: Literal["high", "low", "none"]
    source: str
    adjustment: Literal["none", "stratified", "casemix"]
    sensitivity: Literal[1, 2]
    smallest_n: int
    lowest_level: Literal["unit", "provider", "lan", "nation"]
    authored_by: str
    checked_by: str
    reviewed_on: dt.date
    next_review_on: dt.date
    change: tuple[Change, ...]
    majors: tuple[int, ...] = ()
    example: tuple[Example, ...] = ()
    block: Literal["", "endings", "admissions", "presence", "events"] = ""
    known_after: int = 0
    where: str = ""
    numerator: str = ""
    denominator: str = ""
    paired_with: str = ""
    beside: str = ""
    maps: dict[str, str] = {}
    person_class: Literal["A", "B", "C"] = "A"
    score: str = ""
    verdict: Literal["", "improved", "deteriorated", "reached", "both_reached"] = ""
    least: float = 0.0
    together_with: str = ""

    @property
    def is_from_register(self) -> bool:
        """True when it is counted of what homes report, not of what anybody answers."""
        return self.source in REGISTERS

    @property
    def is_of_answers(self) -> bool:
        """True when it is a share of answers to a questionnaire."""
        return self.kind == "share" and not self.is_from_register

    @property
    def is_of_young(self) -> bool:
        """True when those are young people's answers."""
        return self.is_of_answers and self.person_class == "A"

    @property
    def is_of_pairs(self) -> bool:
        """True when two answers about one placement give it: start and exit, or two informants' exits."""
        return self.kind == "pair"

    @property
    def is_of_blocks(self) -> bool:
        """True when it is counted in blocks of a register of young people (DESIGN §4.4)."""
        return bool(self.block)

    @property
    def may_be_adjusted(self) -> bool:
        """True where a case-mix model may say what is expected: shares that are compared, and never of pairs.

        How somebody was at the start is never told as a level, and an expectation made of it would be (DESIGN §4.4).
        """
        is_compared = self.is_of_young or (self.is_of_blocks and self.kind in ("share", "stay"))
        return self.adjustment != "none" and is_compared

    @property
    def is_of_intake(self) -> bool:
        """True when it tells what a home takes in: neither good nor bad, told beside results and never compared."""
        return self.kind == "share" and self.is_of_blocks and self.direction == "none"


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
    if not indicator.majors and not indicator.is_from_register:
        yield "majors", "Det står inte vilka huvudversioner som räknas.", "Skriv till exempel [1]."
    for key in ("title", "why_it_matters", "how_to_read", "not_for"):
        text: Text = getattr(indicator, key)
        if not text.sv.strip() or not text.en.strip():
            yield key, "Texten saknas på ett av språken.", "Skriv den på svenska och engelska."


def _thresholds(indicator: Indicator) -> _Found:
    if (indicator.person_class == "C") != (indicator.kind == "duty"):
        yield (
            "person_class",
            "Vad ett hem har gjort är slaget duty i klass C, och inget annat.",
            "Ändra ett av dem.",
        )
    if indicator.person_class == "C":
        return  # what an organisation has done is open, whatever the number (DESIGN §4.6)
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
    if not indicator.example and indicator.kind not in WITHOUT_EXAMPLE:
        yield "example", "Uträknade exempel saknas.", "Skriv minst ett."


def _parts(indicator: Indicator) -> _Found:
    written = (indicator.where, indicator.numerator, indicator.denominator)
    if indicator.kind == "response" and any(written):
        yield "kind", "Svarsandelen räknas av koder och svar, inte av uttryck.", "Ta bort uttrycken."
    if indicator.kind == "duty" and (not indicator.numerator or indicator.where or indicator.denominator):
        yield "numerator", "Alla mätomgångar är nämnaren.", "Skriv bara täljaren."
    if indicator.is_of_answers and not (indicator.numerator and indicator.denominator):
        yield "numerator", "En andel behöver täljare och nämnare.", "Skriv båda."
    if indicator.kind in REGISTER_KINDS - {"turnover"} and not (
        indicator.numerator and indicator.denominator
    ):
        yield "numerator", "En andel behöver täljare och nämnare.", "Skriv båda."
    if indicator.kind in WITHOUT_EXAMPLE and any(written):
        yield "kind", "Slaget räknas inte av uttryck.", "Ta bort uttrycken."
    yield from _block_parts(indicator)
    yield from _pair_parts(indicator)
    if (indicator.kind == "what_if") != bool(indicator.beside):
        yield (
            "beside",
            "Vad-om visas bredvid reglerna som gäller, och inget annat gör det.",
            "Ange det andra.",
        )
    if indicator.kind == "what_if" and indicator.lowest_level != "nation":
        yield "lowest_level", "Vad-om visas bara för riket.", "Skriv nation."
    if indicator.paired_with == indicator.id:
        yield "paired_with", "Nyckeltalet är sitt eget par.", "Ange det andra."
    for number, example in enumerate(indicator.example):
        if indicator.kind in REGISTER_KINDS | {"duty"}:
            is_odd = not example.rows or bool(example.answers) or example.share is not None
        else:
            is_odd = (
                (indicator.kind == "response") != (example.share is not None)
                or (indicator.is_of_answers and not example.answers)
                or (indicator.is_of_blocks and (indicator.kind == "rate") != bool(example.days))
            )
        if is_odd:
            yield f"example[{number}]", "Exemplet passar inte nyckeltalets slag.", "Se dashboards/README.md."


def _pair_parts(indicator: Indicator) -> _Found:
    is_change = indicator.verdict in ("improved", "deteriorated")
    if (indicator.kind == "pair") != bool(indicator.verdict):
        yield "verdict", "Ett par har ett utfall, och inget annat har det.", "Skriv till exempel improved."
    if is_change != bool(indicator.score):
        yield "score", "Förändring räknas av ett mått, och bara den.", "Skriv måttets id, eller ta bort det."
    if indicator.verdict in ("reached", "both_reached") and not indicator.together_with:
        yield "together_with", "Målet bedöms av två.", "Skriv den andra enkätens id."
    if indicator.verdict in ("improved", "deteriorated", "both_reached") and indicator.least <= 0:
        yield "least", "Gränsen saknas.", "Skriv hur mycket som minst räknas."


def _block_parts(indicator: Indicator) -> _Found:
    if not indicator.is_of_blocks:
        if indicator.kind in ("stay", "rate", "endings"):
            yield "block", "Slaget räknas i låsta grupper.", "Ange block."
        return
    if indicator.source not in ("placements", "events"):
        yield "block", "Bara placeringar och händelser låses i grupper.", "Ta bort block eller ändra source."
    if indicator.denominator:
        yield "denominator", "Nämnaren är hela den låsta gruppen.", "Skriv urvalet i where."
    if (indicator.kind == "stay") == bool(indicator.numerator):
        yield (
            "numerator",
            "Stannat räknas av known_after; annat behöver en täljare.",
            "Se dashboards/README.md.",
        )
    if indicator.kind == "stay" and indicator.known_after not in STAYS:
        yield "known_after", "Stannat visas efter 90, 180 eller 365 dagar.", "Välj en av dem."
    if indicator.kind == "rate" and (indicator.block != "presence" or indicator.where):
        yield "block", "En takt räknas mot alla vårddygn.", "Skriv block presence och ingen where."
    if indicator.kind == "endings" and (indicator.block != "endings" or indicator.lowest_level == "unit"):
        yield "lowest_level", "Avslutskoder visas aldrig för ett enskilt hem.", "Skriv endings och provider."
    if indicator.known_after < 0 or indicator.known_after > max(STAYS):
        yield "known_after", "Väntan är inte mellan 0 och 365 dagar.", "Ange antal dagar."
