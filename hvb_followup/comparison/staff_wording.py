"""Every class of the figures about staff in words, Swedish and English: one table for page, sentence and file.

The keys are those of disclosure; nothing here knows a count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from hvb_followup.comparison.wording import NO_BREAK, Language, number
from hvb_followup.periods import half_year_words

# What is told as it stands: (Swedish, English).
WORDS: dict[str, tuple[str, str]] = {
    "all": ("alla", "all"),
    "missing:one-two": ("en eller två saknas", "one or two are missing"),
    "missing:three-": ("tre eller fler saknas", "three or more are missing"),
    "missing:1-2": ("1–2 saknas", "1–2 are missing"),
    "missing:3-5": ("3–5 saknas", "3–5 are missing"),
    "missing:6-": ("fler än fem saknas", "more than five are missing"),
    "left:0-1": ("högst en har slutat", "at most one has left"),
    "left:2-3": ("två eller tre har slutat", "two or three have left"),
    "left:4-": ("fyra eller fler har slutat", "four or more have left"),
    "left:4-6": ("fyra till sex har slutat", "four to six have left"),
    "left:7-": ("sju eller fler har slutat", "seven or more have left"),
    "shown": ("hemmet har visat det", "the home has shown it"),
    "not_shown": ("hemmet har inte visat det", "the home has not shown it"),
}
SILENT: dict[str, tuple[str, str]] = {
    "missing": (
        "Hemmet har inte lämnat in uppgifter om personalen för perioden.",
        "The home has not handed in records of its staff for the period.",
    ),
    "not_applicable": (
        "Gäller inte: regeln är inte för sådana hem, eller binder ingen i personalen.",
        "Does not apply: the rule is not for such homes, or binds nobody of the staff.",
    ),
    "too_few": (
        "Visas inte: för få i personalen, så att ingen ska kunna pekas ut.",
        "Not shown: too few staff, so that nobody can be pointed out.",
    ),
    "survey": (
        "Visas inte: det behövs minst åtta svar från personalen under ett år.",
        "Not shown: at least eight answers from staff in one year are needed.",
    ),
    "waiting": (
        "Visas inte: en klass skulle nu säga något om en enskild i personalen.",
        "Not shown: a class would now say something of a single member of staff.",
    ),
}
# How many are missing in a home, whatever its size.
_SIZES: dict[str, tuple[str, str]] = {
    "all": ("alla uppfyller det", "all meet it"),
    "one-two": ("en eller två saknas", "one or two are missing"),
    "three-": ("tre eller fler saknas", "three or more are missing"),
    "some": ("en eller flera saknas", "one or more are missing"),
}
_STARTS: dict[str, tuple[str, str]] = {
    "heads": ("Av dem som regeln binder", "Of those whom the rule binds"),
    "hours": ("Av den schemalagda tiden", "Of the scheduled time"),
    "turnover": ("Av de anställda på tolv månader", "Of the employees in twelve months"),
}


def class_words(
    key: str,
    *,
    looked_on: dt.date | None = None,
    shown: int | None = None,
    homes: int | None = None,
    language: Language = "sv",
) -> str:
    """The class in words; the manager's with the day its evidence was looked at, or how many homes have shown it."""
    english = language == "en"
    if shown is not None and homes is not None:
        of = "of" if english else "av"
        said = "homes have shown it" if english else "hem har visat det"
        return f"{number(shown, language)} {of} {number(homes, language)} {said}"
    if key in WORDS:
        said = WORDS[key][english]
        if looked_on is None:
            return said
        return f"{said} ({'checked' if english else 'kontrollerat'} {looked_on})"
    kind, _, steps = key.partition(":")
    low, _, high = steps.partition("-")
    said = _steps(int(low), int(high) if high else 11, language)
    return f"{said} {'have left' if english else 'har slutat'}" if kind == "turn" else said


def class_sentence(kind: str, words: str, *, as_of: str, release: str, language: Language = "sv") -> str:
    """The sentence under a class; where it is older than the release it says so."""
    english = language == "en"
    when = half_year_words(as_of, language)
    start = f"{_STARTS[kind][english]}: {words}" if kind in _STARTS else words[:1].upper() + words[1:]
    if as_of == release:
        return f"{start}, {when}."
    kept = (
        " Klassen är inte ny: för få har kommit eller slutat för att visa en nyare.",
        " The class is not new: too few have come or left to show a newer one.",
    )
    return f"{start}, {when}.{kept[english]}"


def what_if_words(n_all: int, homes: int, language: Language = "sv") -> str:
    """In how many homes everybody would meet the other rules."""
    if language == "en":
        return f"all would meet it in {number(n_all, 'en')} of {number(homes, 'en')} homes"
    return f"alla skulle uppfylla det i {number(n_all)} av {number(homes)} hem"


def what_if_sentence(counts: Mapping[str, int], homes: int, as_of: str, language: Language = "sv") -> str:
    """How many homes lie in each class, under the rules that hold and under the others; ``counts`` as disclosure keys them."""
    english = language == "en"
    told = {
        when: ", ".join(
            f"{words[english]} {'in' if english else 'i'} {number(counts.get(f'{when}:{key}', 0), language)}"
            for key, words in _SIZES.items()
            if counts.get(f"{when}:{key}") or key == "all"
        )
        for when in ("law", "then")
    }
    when = half_year_words(as_of, language)
    if english:
        return f"Of {number(homes, 'en')} homes, {when}. As it is: {told['law']}. Under the proposal: {told['then']}."
    return f"Av {number(homes)} hem, {when}. Som det är: {told['law']}. Med förslaget: {told['then']}."


def silent_sentence(outcome: str, language: Language = "sv") -> str:
    """Why nothing is told; nothing about the staff."""
    return SILENT[outcome][language == "en"]


def _steps(low: int, high: int, language: Language) -> str:
    """Steps of ten per cent: from ``low`` tenths up to under ``high``; 10 is under all, 11 also all."""
    english = language == "en"
    space = "" if english else NO_BREAK
    if low == 0:
        return f"{'under'} {10 * high}{space}%"
    if high >= 10:
        said = f"{10 * low}% or more" if english else f"{10 * low}{space}% eller mer"
        if high == 11:
            return said
        return f"{said}, but not all" if english else f"{said}, men inte alla"
    return f"{10 * low} to under {10 * high}%" if english else f"{10 * low} till under {10 * high}{space}%"
