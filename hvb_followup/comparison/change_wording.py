"""A figure of change in Swedish and English: how many pairs, how many were not followed up, and what those could mean.

"Förändring", never "effekt". Nothing is said of a home of whom fewer than six in ten were followed up (DESIGN §5).
"""

from __future__ import annotations

from hvb_followup.comparison.wording import GATES, NO_BREAK, Language, count_words, period_words
from hvb_followup.gates import six_figures

# By the band of those who were followed up: the least share of them, and how those who were not are told.
FOLLOWED: dict[str, tuple[float, str, str]] = {
    "< 30 %": (0.0, "över 70", "over 70"),
    "30–49 %": (0.3, "50–70", "50–70"),
    "50–69 %": (0.5, "30–50", "30–50"),
    "≥ 70 %": (0.7, "högst 30", "at most 30"),
}
LEAST_FOLLOWED = 0.6
WHAT: dict[str, tuple[str, str]] = {
    "improved": ("mår bättre", "are better"),
    "deteriorated": ("mår sämre", "are worse"),
    "both_reached": ("nådde målet enligt båda", "reached the aim as both see it"),
    "reached": ("nådde målet", "reached the aim"),
}
SEEN_BY: dict[str, tuple[str, str]] = {
    "kontaktperson": (" enligt kontaktpersonen", " as the contact person sees it"),
    "socialsekreterare": (" enligt socialsekreteraren", " as the social worker sees it"),
}
FEW: dict[str, tuple[str, str]] = {
    "få": ("Få {}", "Few {}"),
    "blandat": ("Några {}, andra inte", "Some {}, others not"),
    "de flesta": ("De flesta {}", "Most {}"),
}
PRELIMINARY = ("Gränsen är preliminär.", "The limit is preliminary.")


def what_words(verdict: str, source: str, language: Language = "sv") -> str:
    """What is counted, and who saw it: "mår bättre enligt kontaktpersonen"."""
    english = language == "en"
    seen_by = "" if verdict == "both_reached" else SEEN_BY.get(source, ("", ""))[english]
    return WHAT[verdict][english] + seen_by


def may_speak(followed: str, *, is_home: bool) -> bool:
    """False for a home where, as far as the band tells, fewer than six in ten may have been followed up."""
    return not is_home or FOLLOWED.get(followed, (0.0, "", ""))[0] >= LEAST_FOLLOWED


def bounds(n: int, x_lo: int, x_hi: int, followed: str) -> tuple[float, float]:
    """The least and the greatest share (0–1) of all who were to be followed, whatever became of the others.

    From the band and never from its exact share: at the band's lower end the others are the most.
    """
    share = FOLLOWED.get(followed, (0.0, "", ""))[0]
    return six_figures(x_lo / n * share), six_figures(1 - (1 - x_hi / n) * share)


def sentence(
    n: int,
    x_lo: int,
    x_hi: int,
    what: str,
    followed: str,
    *,
    first: str,
    last: str,
    is_home: bool,
    language: Language = "sv",
) -> str:
    """The sentence of a counted figure of change; ``followed`` is the band of those who were followed up."""
    english = language == "en"
    count, period = count_words(n, x_lo, x_hi, language), period_words(first, last, language)
    said = [f"{count[:1].upper()}{count[1:]} {what}, {period}.", _not_followed(followed, language)]
    if not may_speak(followed, is_home=is_home):
        return " ".join([*said, GATES["followed"][english]])
    return " ".join([*said, _bounds(n, x_lo, x_hi, followed, language), PRELIMINARY[english]])


def few_sentence(
    word: str, what: str, followed: str, *, first: str, last: str, language: Language = "sv"
) -> str:
    """The sentence of 5–9 pairs, told in a word."""
    said = FEW[word][language == "en"].format(what)
    return f"{said}, {period_words(first, last, language)}. {_not_followed(followed, language)}"


def withheld_sentence(language: Language = "sv") -> str:
    """Why a home's few pairs are not even told in a word."""
    return GATES["followed"][language == "en"]


def _not_followed(followed: str, language: Language) -> str:
    if followed not in FOLLOWED:
        unknown = (
            "Hur många som inte är uppföljda är inte känt.",
            "How many were not followed up is not known.",
        )
        return unknown[language == "en"]
    _, swedish, english = FOLLOWED[followed]
    return f"Not followed up: {english}%." if language == "en" else f"Inte uppföljda: {swedish}{NO_BREAK}%."


def _bounds(n: int, x_lo: int, x_hi: int, followed: str, language: Language) -> str:
    low, high = bounds(n, x_lo, x_hi, followed)
    least, most = int(round(low * 100, 6) // 1), -int(-round(high * 100, 6) // 1)
    if language == "en":
        return f"Of all who were to be followed up, the share may be anything from {least} to {most} in 100."
    return f"Av alla som skulle följas upp kan andelen vara allt från {least} till {most} av 100."
