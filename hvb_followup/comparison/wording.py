"""A figure in Swedish and English: counts, shares, periods and the one sentence under it (R3 §4.2).

Words, never ranks. Everything is said of the coarse count; nothing here could be said more exactly.
"""

from __future__ import annotations

from typing import Literal

from hvb_followup.comparison.intervals import wilson_coarse

Language = Literal["sv", "en"]

NO_BREAK = "\u00a0"
FEW_WORDS = {"få": "few", "blandat": "mixed", "de flesta": "most"}
FEW_SENTENCES = {
    "få": ("Få svarade så", "Few answered so"),
    "blandat": ("Svaren är blandade", "Answers are mixed"),
    "de flesta": ("De flesta svarade så", "Most answered so"),
}
OUTCOMES = {
    "waiting": (
        "Visas inte än: väntar på fler svar, till skydd för de unga.",
        "Not shown yet: waiting for more answers, to protect the young people.",
    ),
    "too_few": (
        "Visas inte: för få svar, till skydd för de unga.",
        "Not shown: too few answers, to protect the young people.",
    ),
}


def number(value: int, language: Language = "sv") -> str:
    """A whole number with thousands apart: "12 345" (no-break space), in English "12,345"."""
    grouped = f"{value:,}"
    return grouped.replace(",", NO_BREAK).replace("-", "−") if language == "sv" else grouped


def midpoint_per_cent(n: int, x_lo: int, x_hi: int) -> int:
    """The middle of the coarse count as a percentage of n, rounded half away from zero."""
    return (100 * (x_lo + x_hi) + n) // (2 * n)


def count_words(n: int, x_lo: int, x_hi: int, language: Language = "sv") -> str:
    """A coarse count: "17–19 av 20", "minst 9 av 10", "högst 1 av 10", or exactly "12 av 20"."""
    of = "av" if language == "sv" else "of"
    at_least, at_most = ("minst", "högst") if language == "sv" else ("at least", "at most")
    low, high, total = (number(value, language) for value in (x_lo, x_hi, n))
    if x_lo == x_hi:
        return f"{low} {of} {total}"
    # An interval over the whole scale says nothing of either end.
    if x_hi == n and x_lo > 0:
        return f"{at_least} {low} {of} {total}"
    if x_lo == 0 and x_hi < n:
        return f"{at_most} {high} {of} {total}"
    return f"{low}–{high} {of} {total}"


QUARTERS = (("första", "first"), ("andra", "second"), ("tredje", "third"), ("fjärde", "fourth"))


def half_year_words(half_year: str, language: Language = "sv") -> str:
    """ "första halvåret 2026", "the first half of 2026"; "tredje kvartalet 2026" of a quarter."""
    year, half = half_year[:4], half_year[5:]
    if half_year[4] == "K":
        which = QUARTERS[int(half) - 1][language == "en"]
        return f"{which} kvartalet {year}" if language == "sv" else f"the {which} quarter of {year}"
    if language == "sv":
        return f"{'första' if half == '1' else 'andra'} halvåret {year}"
    return f"the {'first' if half == '1' else 'second'} half of {year}"


def period_words(first: str, last: str, language: Language = "sv") -> str:
    """The half-years a figure spans: one, or from the first to the last."""
    if first == last:
        return half_year_words(first, language)
    to = "till" if language == "sv" else "to"
    return f"{half_year_words(first, language)} {to} {half_year_words(last, language)}"


def range_words(low: float, high: float, language: Language = "sv") -> str:
    """An interval of shares in whole per cent, rounded outwards: "62 till 97 av 100"."""
    # Six figures before rounding, so that 0.3000000001 is not pushed to the next per cent.
    least, most = int(round(low * 100, 6) // 1), -int(-round(high * 100, 6) // 1)
    return f"{least} till {most} av 100" if language == "sv" else f"{least} to {most} in 100"


def sentence(
    n: int,
    x_lo: int,
    x_hi: int,
    *,
    first: str,
    last: str,
    response: str = "",
    language: Language = "sv",
) -> str:
    """The sentence under a counted figure: count, period, what the true level may be, response band."""
    low, high = wilson_coarse(x_lo, x_hi, n)
    count, period = count_words(n, x_lo, x_hi, language), period_words(first, last, language)
    reach = range_words(low, high, language)
    if language == "sv":
        said = f"{_capital(count)} svarade så, {period}. Den verkliga nivån kan ligga på allt från {reach}."
        return _with_response(said, response, language)
    said = f"{_capital(count)} answered so, {period}. The true level may lie anywhere from {reach}."
    return _with_response(said, response, language)


def few_sentence(word: str, *, first: str, last: str, response: str = "", language: Language = "sv") -> str:
    """The sentence of a figure of 5–9 persons, told as "få", "blandat" or "de flesta"."""
    said = FEW_SENTENCES[word][language == "en"]
    return _with_response(f"{said}, {period_words(first, last, language)}.", response, language)


def few_word(word: str, language: Language = "sv") -> str:
    """The word of a figure of 5–9 persons in a language."""
    return word if language == "sv" else FEW_WORDS[word]


def response_words(band: str, language: Language = "sv") -> str:
    """A response band as one says it: "minst 70 %" for "≥ 70 %"."""
    under, at_least = ("under", "minst") if language == "sv" else ("under", "at least")
    said = band.replace("<", under).replace("≥", at_least)
    return said.replace(" %", f"{NO_BREAK}%" if language == "sv" else "%")


def response_sentence(band: str, language: Language = "sv") -> str:
    """The sentence of a response band that stands for itself."""
    said = response_words(band, language)
    return f"Svarsandelen är {said}." if language == "sv" else f"The response is {said}."


def withheld_sentence(outcome: str, language: Language = "sv") -> str:
    """Why a figure is not shown; nothing about the figure itself."""
    return OUTCOMES[outcome][language == "en"]


def waiting_words(per_cent: int, language: Language = "sv") -> str:
    """The national share that is not yet in a closed group: "Ungefär 15 % väntar"."""
    if language == "sv":
        return f"Ungefär {per_cent}{NO_BREAK}% av svaren väntar på fler."
    return f"About {per_cent}% of answers wait for more."


def _with_response(said: str, response: str, language: Language) -> str:
    if not response:
        return said
    name = "Svarsandel" if language == "sv" else "Response"
    return f"{said} {name} {response_words(response, language)}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
