"""What homes have done of what they owe, in Swedish and English: counted out, so that there is no interval."""

from __future__ import annotations

from hvb_followup.comparison.wording import Language, count_words, period_words

NOT_DUE = (
    "Visas inte än: ingen tidigare mätomgång har varit stängd i 30 dagar.",
    "Not shown yet: no earlier survey round has been closed for 30 days.",
)


def duty_sentence(n: int, x: int, *, first: str, last: str, language: Language = "sv") -> str:
    """After how many of the waves the young people were told back in time, and that none is left out."""
    counted, period = count_words(n, x, x, language), period_words(first, last, language)
    if language == "sv":
        said = f"Efter {counted} mätomgångar, {period}, fick de unga i tid veta vad som händer."
        return f"{said} Alla mätomgångar är räknade, så det finns inget intervall."
    said = f"After {counted} survey rounds, {period}, the young people were told in time what happens."
    return f"{said} All rounds are counted, so there is no interval."
