"""A figure in Swedish and English: counts, shares, periods and the one sentence under it (R3 §4.2).

Words, never ranks. Everything is said of the coarse count; nothing here could be said more exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np

from hvb_followup.comparison.intervals import wilson_coarse
from hvb_followup.comparison.verdict import Pair, Verdict, compares, pair
from hvb_followup.gates import Floats, Gate, half_away, six_figures, six_figures_each
from hvb_followup.periods import half_year_words

Language = Literal["sv", "en"]
Both = tuple[str, str]  # Swedish, English

NO_BREAK = "\u00a0"
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


# A release says the same of the same count to everybody, to the home, and of many homes.
@lru_cache(maxsize=32_768)
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


def response_words(band: str, language: Language = "sv") -> str:
    """A response band as one says it: "minst 70 %" for "≥ 70 %"."""
    under, at_least, over = ("under", "minst", "över") if language == "sv" else ("under", "at least", "over")
    said = band.replace("<", under).replace("≥", at_least).replace(">", over)
    return said.replace(" %", f"{NO_BREAK}%" if language == "sv" else "%")


def response_sentence(band: str, language: Language = "sv") -> str:
    """The sentence of a response band that stands for itself."""
    said = response_words(band, language)
    return f"Svarsandelen är {said}." if language == "sv" else f"The response is {said}."


def withheld_sentence(outcome: str, language: Language = "sv") -> str:
    """Why a figure is not shown; nothing about the figure itself."""
    return OUTCOMES[outcome][language == "en"]


def _with_response(said: str, response: str, language: Language) -> str:
    if not response:
        return said
    name = "Svarsandel" if language == "sv" else "Response"
    return f"{said} {name} {response_words(response, language)}."


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# The one place where an outcome becomes words (R3 §4.2): Swedish, English.
VERDICTS: dict[Verdict, tuple[str, str]] = {
    "no_persons": ("Ingen har svarat", "Nobody has answered"),
    "response": ("Jämförs inte – för låg svarsandel", "Not compared – too few of those asked have answered"),
    "hidden": (
        "Visas inte – för få svarande (skydd för de unga)",
        "Not shown – too few answers (to protect the young people)",
    ),
    "not_fitted": ("Går inte att jämföra", "Cannot be compared"),
    "reliability": ("För få svar för att jämföra", "Too few answers to compare"),
    "alike": (
        "Går inte att skilja från jämförelsegruppen",
        "Cannot be told apart from the comparison group",
    ),
    "sign_higher": ("Tecken på högre – osäkert", "Signs of a higher level – uncertain"),
    "sign_lower": ("Tecken på lägre – osäkert", "Signs of a lower level – uncertain"),
    "higher": (
        "Säkerställt högre än jämförelsegruppen",
        "Established as higher than the comparison group",
    ),
    "lower": ("Säkerställt lägre än jämförelsegruppen", "Established as lower than the comparison group"),
    "unusual_high": (
        "Ovanligt resultat, högre – bör följas upp i dialog",
        "Unusual result, higher – to be followed up in dialogue",
    ),
    "unusual_low": (
        "Ovanligt resultat, lägre – bör följas upp i dialog",
        "Unusual result, lower – to be followed up in dialogue",
    ),
}
NOT_ADJUSTED = ("ej justerat för vilka unga som bor där", "not adjusted for which young people live there")
ADJUSTED_FOR = ("justerat för {what}", "adjusted for {what}")
NO_PAIR = (
    "Ingen av dem skiljer sig säkert från någon annan.",
    "None of them differs for certain from any other.",
)
NO_DIFFERENCES = (
    "Inga säkerställda skillnader mellan hemmen.",
    "No established differences between the homes.",
)
PAIRS: dict[Pair, tuple[str, str]] = {
    "alike": (
        "Det räcker inte för att säga att de skiljer sig.",
        "That is not enough to say that they differ.",
    ),
    "sign_first": (
        "Det är ett tecken på att {first} ligger högre, men osäkert.",
        "It is a sign that {first} is higher, but uncertain.",
    ),
    "sign_second": (
        "Det är ett tecken på att {second} ligger högre, men osäkert.",
        "It is a sign that {second} is higher, but uncertain.",
    ),
    "first": ("Det är säkerställt att {first} ligger högre.", "It is established that {first} is higher."),
    "second": (
        "Det är säkerställt att {second} ligger högre.",
        "It is established that {second} is higher.",
    ),
}
# Why a method gave no number: by the gate's code.
GATES: dict[str, tuple[str, str]] = {
    "no_units": ("Inget hem har svar.", "No home has answers."),
    "one_unit": ("Det finns inget att jämföra med.", "There is nothing to compare with."),
    "no_answers": ("Ingen har svarat.", "Nobody has answered."),
    "not_a_number": ("Underlaget är ofullständigt.", "The data are incomplete."),
    "impossible": ("Underlaget stämmer inte.", "The data contradict themselves."),
    "more_than_invited": (
        "Fler har svarat än som tillfrågades.",
        "More have answered than were asked.",
    ),
    "all_equal": (
        "Alla är lika: det finns inget att skilja.",
        "All are alike: there is nothing to tell apart.",
    ),
    "separation": (
        "Förutsättningarna avgör utfallet helt: går inte att justera för.",
        "The circumstances decide the outcome alone: it cannot be adjusted for.",
    ),
    "collinear": (
        "Förutsättningarna säger samma sak: går inte att skilja åt.",
        "The circumstances say the same thing and cannot be told apart.",
    ),
    "no_overlap": ("Det saknas en rättvis jämförelsegrupp.", "There is no fair comparison group."),
    "too_few": ("Underlaget är för litet.", "There is too little to go on."),
    "not_converged": ("Beräkningen gav inget säkert svar.", "The computation gave no firm answer."),
    "no_events": ("Inget har hänt att räkna på.", "Nothing has happened to count from."),
    "response_unknown": ("Det är okänt hur många som tillfrågades.", "It is not known how many were asked."),
    "events": (
        "Händelser kommer i klungor, och hem skriver upp olika mycket.",
        "Events come in clusters, and homes write down differently much.",
    ),
    "case_mix": ("Modellen för förutsättningar håller inte.", "The case-mix model does not hold."),
    "unknown_mix": (
        "Det är inte känt vilka unga som bor där.",
        "It is not known which young people live there.",
    ),
    "reliability": ("För få svar för att jämföra.", "Too few answers to compare."),
    "response": ("För låg svarsandel för att jämföra.", "Too few of those asked have answered to compare."),
    "ceiling": ("Nästan alla svarar likadant.", "Nearly everyone answers alike."),
    "risk_set": ("För få vistelser att följa från början.", "Too few stays to follow from the start."),
    "followed": ("För få är uppföljda för att säga något.", "Too few were followed up to say anything."),
}


def listed(words: Sequence[str], language: Language = "sv") -> str:
    """Words one after another: "a, b och c"."""
    both = " och " if language == "sv" else " and "
    return both.join([*([", ".join(words[:-1])] if len(words) > 1 else []), *words[-1:]])


def verdict_words(
    found: Verdict, language: Language = "sv", *, is_adjusted: bool = True, adjusted_for: Both = ("", "")
) -> str:
    """The words of an outcome; a comparison says what it allows for, or that it does not."""
    place = int(language == "en")
    said = VERDICTS[found][place]
    if not compares(found) or (is_adjusted and not adjusted_for[place]):
        return said
    remark = ADJUSTED_FOR[place].format(what=adjusted_for[place]) if is_adjusted else NOT_ADJUSTED[place]
    return f"{said} ({remark})"


def outcome_words(
    found: Verdict,
    outcomes: Sequence[str],
    language: Language = "sv",
    *,
    is_adjusted: bool = True,
    adjusted_for: Both = ("", ""),
) -> str:
    """The words of an outcome; where no method could be used, also why: "Går inte att jämföra: underlaget är …"."""
    said = verdict_words(found, language, is_adjusted=is_adjusted, adjusted_for=adjusted_for)
    if found != "not_fitted":
        return said
    # The last gate that was reached is the one that closed; an earlier one may have let on with a remark.
    reason = next((GATES[one][language == "en"] for one in reversed(outcomes) if one in GATES), "")
    return f"{said}: {_small(reason)}" if reason else said


def pair_per_cent(above: float) -> int:
    """P(the first above the second) in whole per cent, half away from zero, seen to six figures."""
    return int(half_away(six_figures(above) * 100))


def pairs_per_cent(above: Floats) -> list[int]:
    """``pair_per_cent`` of each of many probabilities."""
    scaled = np.round(six_figures_each(above) * 100, 6)
    return [int(one) for one in np.floor(scaled + 0.5).tolist()]


def pair_words(found: Pair, language: Language = "sv") -> str:
    """The sentence of two places, with {first}, {second} and {chance} to fill in."""
    meant = PAIRS[found][language == "en"]
    if language == "sv":
        return f"Sannolikheten att {{first}} ligger högre än {{second}}: {{chance}}{NO_BREAK}%. {meant}"
    return f"The probability that {{first}} is higher than {{second}}: {{chance}}%. {meant}"


def pair_sentence(above: float, first: str, second: str, language: Language = "sv") -> str:
    """Two homes side by side: "Sannolikheten att A ligger högre än B: 68 %. Det räcker inte för att säga …"."""
    if above != above:
        return GATES["not_a_number"][language == "en"]
    # Certainty is never claimed: a rounded 0 or 100 is said as what it is below or above.
    per_cent = pair_per_cent(above)
    chance = "<1" if per_cent < 1 else ">99" if per_cent > 99 else str(per_cent)
    return pair_words(pair(above), language).format(first=first, second=second, chance=chance)


def gate_words(gate: Gate, language: Language = "sv") -> str:
    """Why there is no number."""
    return GATES[gate.code][language == "en"]


def budget_words(tests: int, expected: float, seen: int, language: Language = "sv") -> str:
    """The false-alarm budget: how many flags chance alone gives, beside how many there are."""
    chance = number(int(half_away(expected)), language)
    if language == "sv":
        chance = f"väntas omkring {chance} larma av ren slump"
        return f"Av {number(tests)} jämförelser {chance}; {number(seen)} larmade."
    chance = f"about {chance} are expected to flag by chance alone"
    return f"Of {number(tests, 'en')} comparisons {chance}; {number(seen, 'en')} did."


def reach_words(homes: int, compared: int, differing: int, language: Language = "sv") -> str:
    """How many homes have any words of comparison, and how many of them differ for certain in anything."""
    some, sure, every = (number(one, language) for one in (compared, differing, homes))
    if language == "sv":
        return (
            f"{some} av {every} hem har så många svar att någon siffra får jämföras; "
            f"{sure} skiljer sig säkert från jämförelsegruppen i något."
        )
    return (
        f"{some} of {every} homes have so many answers that some figure may be compared; "
        f"{sure} differ for certain from the comparison group in something."
    )
