"""Figures of registers in Swedish and English: of placements and events, where ``wording`` speaks of answers.

Words, never ranks; everything is said of the coarse count. A rate's limits are those of the counts it may be.
"""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import Literal

from scipy import special

from hvb_followup.comparison.intervals import wilson_coarse, z_value
from hvb_followup.comparison.wording import Language, count_words, number, period_words, range_words

Noun = Literal["endings", "admissions", "events"]

PER_DAYS = 1000
EXACT_BELOW = 10  # Byar's approximation from ten events on (DESIGN §5)
NOUNS: dict[Noun, tuple[str, str]] = {
    "endings": ("avslutade placeringar", "ended placements"),
    "admissions": ("inskrivna", "admitted"),
    "events": ("händelser", "events"),
}
FEW_SENTENCES = {
    "få": ("Det gäller få", "This holds for few"),
    "blandat": ("Det är blandat", "It is mixed"),
    "de flesta": ("Det gäller de flesta", "This holds for most"),
}
OUTCOMES = {
    "waiting": (
        "Visas inte än: väntar på fler, till skydd för de unga.",
        "Not shown yet: waiting for more, to protect the young people.",
    ),
    "too_few": (
        "Visas inte: för få, till skydd för de unga.",
        "Not shown: too few, to protect the young people.",
    ),
}


def share_sentence(
    n: int, x_lo: int, x_hi: int, noun: Noun, *, first: str, last: str, language: Language = "sv"
) -> str:
    """Count, of whom, period, and what the true level may be."""
    low, high = wilson_coarse(x_lo, x_hi, n)
    counted = f"{count_words(n, x_lo, x_hi, language)} {NOUNS[noun][language == 'en']}"
    period, reach = period_words(first, last, language), range_words(low, high, language)
    if language == "sv":
        return f"{_capital(counted)}, {period}. Den verkliga nivån kan ligga på allt från {reach}."
    return f"{_capital(counted)}, {period}. The true level may lie anywhere from {reach}."


def rate_sentence(
    days: int, x_lo: int, x_hi: int, *, first: str, last: str, language: Language = "sv"
) -> str:
    """Events, care days, period, and what the rate may be; neither much nor little is called good."""
    low, high = (decimal(limit, language) for limit in outwards(*rate_limits(x_lo, x_hi, days)))
    events = number(x_lo, language) if x_lo == x_hi else f"{number(x_lo, language)}–{number(x_hi, language)}"
    period = period_words(first, last, language)
    if language == "sv":
        many = "händelse" if x_hi == 1 else "händelser"
        said = f"{events} {many} på {number(days)} vårddygn, {period}."
        return f"{said} Takten kan ligga på allt från {low} till {high} per {number(PER_DAYS)} vårddygn."
    many = "event" if x_hi == 1 else "events"
    said = f"{events} {many} in {number(days, language)} care days, {period}."
    return (
        f"{said} The rate may lie anywhere from {low} to {high} per {number(PER_DAYS, language)} care days."
    )


def few_sentence(word: str, *, first: str, last: str, language: Language = "sv") -> str:
    """The sentence of a figure of 5–9 placements."""
    return f"{FEW_SENTENCES[word][language == 'en']}, {period_words(first, last, language)}."


def withheld_sentence(outcome: str, language: Language = "sv") -> str:
    """Why a figure is not shown; nothing about the figure itself."""
    return OUTCOMES[outcome][language == "en"]


def rate_limits(x_lo: int, x_hi: int, days: int, level: float = 0.95) -> tuple[float, float]:
    """Limits per 1 000 care days that hold those of every count between: exact below ten, Byar's from ten."""
    return _lower(x_lo, level) * PER_DAYS / days, _upper(x_hi, level) * PER_DAYS / days


def outwards(low: float, high: float) -> tuple[float, float]:
    """Limits with one decimal, rounded outwards so that they never say more than is known."""
    return floor(round(10 * low, 6)) / 10, ceil(round(10 * high, 6)) / 10


def decimal(value: float, language: Language = "sv") -> str:
    """A rate with one decimal: 2,4 in Swedish, 2.4 in English."""
    said = f"{value:.1f}"
    return said.replace(".", ",") if language == "sv" else said


def _lower(count: int, level: float) -> float:
    """Garwood 1936; from ten events Byar's approximation (Breslow & Day 1987)."""
    if count == 0:
        return 0.0
    if count < EXACT_BELOW:
        return float(special.gammaincinv(count, (1 - level) / 2))
    return float(count * (1 - 1 / (9 * count) - z_value(level) / (3 * sqrt(count))) ** 3)


def _upper(count: int, level: float) -> float:
    above = count + 1
    if count < EXACT_BELOW:
        return float(special.gammaincinv(above, (1 + level) / 2))
    return float(above * (1 - 1 / (9 * above) + z_value(level) / (3 * sqrt(above))) ** 3)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
