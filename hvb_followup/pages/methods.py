"""Method pages and model cards: how a figure is made, in words, and when the method says no.

A method is written as data (dashboards/methods/); a model card is made of what a release says of one comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from hvb_followup.errors import not_found
from hvb_followup.pages.compared import ComparedFigure
from hvb_followup.pages.figures import percent_words, period_words
from hvb_followup.pages.model import IndicatorText, Release
from hvb_followup.pages.verdicts import Told, budget, counted, gates
from hvb_followup.pages.words import SWEDISH, Words

LANGUAGES = ("sv", "en")
# Why a method gives no number, by the gate's code: Swedish, English.
Reasons = Mapping[str, tuple[str, str]]


class Method(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file in dashboards/methods/ says; words by language, ``code`` where the arithmetic stands.

    ``gates`` are the codes of why the method may give no number.
    """

    id: str
    title: dict[str, str]
    what: dict[str, str]
    formula: dict[str, str]
    source: str
    code: str
    gates: tuple[str, ...]


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One model in words: what it was made of, what it found, and how each gate let places through."""

    level: str
    facts: tuple[tuple[str, str], ...]
    gates: tuple[tuple[str, int, int], ...]
    counted: tuple[Told, ...]
    budget: str
    closed: str
    row_hash: str


def faults(method: Method) -> Iterator[tuple[str, str]]:
    """What is wrong with a method, as (key, sentence)."""
    for key in ("title", "what", "formula"):
        missing = [language for language in LANGUAGES if not getattr(method, key).get(language, "").strip()]
        if missing:
            yield key, f"Texten saknas på {', '.join(missing)}."
    if not method.gates:
        yield "gates", "Metoden säger inte när den inte gäller."


def method(
    release: Release | None, asked: Method, reasons: Reasons, say: Words = SWEDISH
) -> dict[str, object]:
    """The page of one method."""
    return {
        "release": release,
        "title": asked.title[say.language],
        "what": asked.what[say.language],
        "formula": asked.formula[say.language],
        "source": asked.source,
        "code": asked.code,
        "reasons": [reasons[code][say.language == "en"] for code in asked.gates],
    }


def card(
    release: Release | None,
    kpi: str,
    texts: Sequence[IndicatorText],
    adjustment: str,
    reasons: Reasons,
    say: Words = SWEDISH,
) -> dict[str, object]:
    """The model card of an indicator; NotFound for one that is not defined. Without a comparison it says so."""
    text = next((one for one in texts if one.id == kpi), None)
    if text is None:
        raise not_found(kpi)
    found = release.compared if release else None
    figures = [figure for level in ("unit", "provider") if found and (figure := found.at(kpi, level))]
    return {
        "release": release,
        "text": text,
        "method": found.method if found else "",
        "cards": [_card(figure, adjustment, reasons, say) for figure in figures],
        "permalink": f"/metod/modell/{quote(kpi)}?r={quote(release.id)}" if release else "",
    }


def _card(figure: ComparedFigure, adjustment: str, reasons: Reasons, say: Words) -> Card:
    return Card(
        level=say("Hem") if figure.level == "unit" else say("Utförare"),
        facts=tuple(_facts(figure, adjustment, say)),
        gates=gates(figure, say),
        counted=counted(figure, say),
        budget=budget(figure, say) if figure.n_compared else "",
        closed=reasons[figure.closed][say.language == "en"] if figure.closed in reasons else "",
        row_hash=figure.row_hash,
    )


def _facts(figure: ComparedFigure, adjustment: str, say: Words) -> Iterator[tuple[str, str]]:
    """What there is to say of the model; what it has no number for is not said."""
    if figure.period_from:
        yield say("Period"), period_words(figure.period_from, figure.period_to, say)
    yield say("Ingår i gruppen"), say.number(figure.n_units)
    yield say("Jämförs"), say.number(figure.n_compared)
    if figure.centre is not None:
        yield say("Gruppens nivå"), percent_words(figure.centre, say)
    if figure.spread is not None:
        yield say("Spridning mellan dem (logit)"), say.decimal(figure.spread)
    if figure.tells_nothing_apart:
        yield say("Skillnader"), say("Så små att de lika gärna kan saknas")
    if figure.reliability is not None:
        yield say("Tillförlitlighet, den mittersta"), say.decimal(figure.reliability)
    if figure.n_needed is not None:
        yield say("Svar som behövs för tillförlitlighet 0,5"), say.number(figure.n_needed)
    yield say("Justering"), _adjustment(figure, adjustment, say)


def _adjustment(figure: ComparedFigure, adjustment: str, say: Words) -> str:
    """What is allowed for: nothing asked, a model that held, or none (and then calibration has nothing to show)."""
    if adjustment == "none":
        return say("Ingen: siffran behöver ingen justering.")
    mixes = {outcome for unit in figure.units for gate, outcome in unit.gates if gate == "casemix"}
    if "open" in mixes:
        return say("Egen nivå vid starten och åldersgrupp, ur en låst modell.")
    return say(
        "Ingen modell är låst än, så det finns ingen kalibrering att visa och ingen prövning utan egen nivå vid "
        "starten. Orden säger att siffran inte är justerad."
    )
