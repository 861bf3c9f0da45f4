"""What a release says of places beside one another, gathered for pages: counts of words, sets, budgets, gates.

The words themselves come with the release; here they are only picked, counted and put in order by name. There is
no order by result to be had (DESIGN §5).
"""

from __future__ import annotations

from collections import Counter

import msgspec

from hvb_followup.pages.charts import Level
from hvb_followup.pages.compared import GATE_NAMES, ComparedFigure, ComparedUnit
from hvb_followup.pages.model import Release
from hvb_followup.pages.words import SWEDISH, Words

HIGHER = frozenset({"higher", "unusual_high"})
LOWER = frozenset({"lower", "unusual_low"})
SETS = ("Säkert lägre", "Går inte att skilja från de andra", "Säkert högre")
# The gates of DESIGN §5 in words, in order.
GATES = {
    "persons": "Har någon svarat?",
    "response": "Har minst hälften svarat?",
    "shown": "Får siffran visas?",
    "casemix": "Kan den justeras för vilka unga som bor där?",
    "pooling": "Finns en grupp att jämföra med?",
    "reliability": "Säger siffran mer än slumpen?",
    "words": "Fick ord",
}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How many places got the same words."""

    words: str
    n: int


def compared_at(release: Release, kpi: str) -> ComparedFigure | None:
    """The comparison of an indicator's homes, or of its providers where no home is compared; None where there is none."""
    if release.compared is None:
        return None
    homes, providers = release.compared.at(kpi, "unit"), release.compared.at(kpi, "provider")
    return providers if homes is None or (providers and not homes.n_compared) else homes


def words_of(unit: ComparedUnit, say: Words) -> str:
    """The words of a place in the reader's language."""
    return unit.words_en if say.language == "en" else unit.words_sv


def counted(figure: ComparedFigure, say: Words = SWEDISH) -> tuple[Told, ...]:
    """The words that places got and how many got each, in the order of the words."""
    found = Counter(words_of(unit, say) for unit in figure.units)
    return tuple(Told(words=words, n=found[words]) for words in sorted(found))


def finding(figure: ComparedFigure, say: Words = SWEDISH) -> str:
    """What was found of all places together, as a title."""
    compared = [unit for unit in figure.units if unit.is_compared]
    n, every = sum(unit.verdict in HIGHER | LOWER for unit in compared), say.number(len(compared))
    if figure.level == "provider":
        if not compared:
            return say("Ingen utförare får jämföras än")
        if not n:
            return say("Ingen av %(all)s jämförda utförare skiljer sig säkert från de andra", all=every)
        return say(
            "%(n)s av %(all)s jämförda utförare skiljer sig säkert från de andra", n=say.number(n), all=every
        )
    if not compared:
        return say("Inget hem får jämföras än")
    if not n:
        return say("Inget av %(all)s jämförda hem skiljer sig säkert från de andra", all=every)
    return say("%(n)s av %(all)s jämförda hem skiljer sig säkert från de andra", n=say.number(n), all=every)


def budget(figure: ComparedFigure, say: Words = SWEDISH) -> str:
    """The false-alarm budget of one figure: alarms that chance alone gives beside those there are."""
    return say(
        "Av %(tests)s jämförelser väntas %(expected)s larma av ren slump; %(seen)s larmade.",
        tests=say.number(figure.n_compared),
        expected=say.decimal(figure.expected_by_chance),
        seen=say.number(figure.flagged),
    )


def flagged(figure: ComparedFigure | None) -> frozenset[str]:
    """The places that the exact test flags."""
    return frozenset(unit.whose for unit in figure.units if unit.flagged) if figure else frozenset()


def levels(
    figure: ComparedFigure, names: dict[str, str], own: str = "", say: Words = SWEDISH
) -> tuple[Level, ...]:
    """What the model says of each compared place, in the order of their names, each with its set."""
    return tuple(
        Level(
            name=names[unit.whose],
            group=say(_set_of(unit)),
            lo=unit.lo or 0.0,
            middle=unit.middle or 0.0,
            hi=unit.hi or 0.0,
            words=words_of(unit, say),
            is_own=unit.whose == own,
        )
        for unit in figure.units
        if unit.is_compared and unit.whose in names
    )


def gates(figure: ComparedFigure, say: Words = SWEDISH) -> tuple[tuple[str, int, int], ...]:
    """Each gate in order: what it asks, how many places it let on, and how many it stopped."""
    left = len(figure.units)
    found = []
    for gate in GATE_NAMES[:-1]:
        stopped = sum(unit.closed is not None and unit.closed[0] == gate for unit in figure.units)
        left -= stopped
        found.append((say(GATES[gate]), left, stopped))
    return tuple(found)


def _set_of(unit: ComparedUnit) -> str:
    return SETS[2] if unit.verdict in HIGHER else SETS[0] if unit.verdict in LOWER else SETS[1]
