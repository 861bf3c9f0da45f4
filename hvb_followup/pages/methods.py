"""Method pages and model cards: how a figure is made, in words, and when the method says no.

A method is written as data (dashboards/methods/); a model card is made of what a release says of one comparison.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from urllib.parse import quote

import msgspec

from hvb_followup.errors import not_found
from hvb_followup.pages.compared import CaseMix, Compared, ComparedFigure
from hvb_followup.pages.figures import percent_words, period_words
from hvb_followup.pages.model import IndicatorText, Release
from hvb_followup.pages.verdicts import Told, budget, counted, gates
from hvb_followup.pages.words import SWEDISH, Words

LANGUAGES = ("sv", "en")
# Why a method gives no number, by the gate's code: Swedish, English.
Reasons = Mapping[str, tuple[str, str]]
# What a figure is made of, which decides what it could be adjusted for; "none" where it needs no adjustment.
Adjusting = Literal["none", "answers", "pairs", "register"]


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


class MixCard(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen case-mix model in words: facts, coefficients, and its calibration home for home left out.

    ``conditions`` are (circumstance, commonly, from–to, coefficient with its interval), ``tenths`` (expected, seen,
    homes, persons); ``closed`` says why it is not used.
    """

    facts: tuple[tuple[str, str], ...]
    conditions: tuple[tuple[str, str, str, str], ...]
    tenths: tuple[tuple[str, str, str, str], ...]
    invented: bool
    closed: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One model in words: what it was made of, what it found, and how each gate let places through."""

    level: str
    facts: tuple[tuple[str, str], ...]
    gates: tuple[tuple[str, int, int], ...]
    counted: tuple[Told, ...]
    budget: str
    closed: str
    row_hash: str
    mix: MixCard | None


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
    adjustment: Adjusting,
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
        "cards": [_card(found, figure, adjustment, reasons, say) for figure in figures if found],
        "permalink": f"/metod/modell/{quote(kpi)}?r={quote(release.id)}" if release else "",
    }


def _card(
    compared: Compared, figure: ComparedFigure, adjustment: Adjusting, reasons: Reasons, say: Words
) -> Card:
    return Card(
        level=say("Hem") if figure.level == "unit" else say("Utförare"),
        facts=tuple(_facts(figure, adjustment, say)),
        gates=gates(compared, figure, say),
        counted=counted(compared, figure, say),
        budget=budget(figure, say) if figure.n_compared else "",
        closed=reasons[figure.closed][say.language == "en"] if figure.closed in reasons else "",
        row_hash=figure.row_hash,
        mix=_mix(figure.model, reasons, say) if figure.model else None,
    )


def _facts(figure: ComparedFigure, adjustment: Adjusting, say: Words) -> Iterator[tuple[str, str]]:
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


def _adjustment(figure: ComparedFigure, adjustment: Adjusting, say: Words) -> str:
    """What is allowed for: nothing asked, a model that held, or none, and then why there can be none."""
    if adjustment == "none":
        return say("Ingen: siffran behöver ingen justering.")
    if figure.model is not None:
        if figure.model.closed:
            return say("Modellen håller inte, så siffran jämförs ojusterad. Orden säger det.")
        return say(
            "Med en låst modell, som visas nedan. Siffrorna i jämförelsen är som om alla tog emot lika."
        )
    if adjustment == "pairs":
        return say(
            "Ingen. Hur någon mådde vid starten är ett svar som aldrig visas som nivå, och en väntad nivå för ett "
            "hem skulle visa det. Orden säger att siffran inte är justerad."
        )
    if adjustment == "answers":
        return say(
            "Ingen. Svaren bär inga uppgifter om den unga utom åldersgrupp, och inom ett hem delas inget upp efter "
            "ålder. Bara det som alla ser om hemmet kan räknas med, och ingen sådan modell är låst. Orden säger "
            "att siffran inte är justerad."
        )
    return say("Ingen modell är låst än. Orden säger att siffran inte är justerad.")


def _mix(model: CaseMix, reasons: Reasons, say: Words) -> MixCard:
    is_english = say.language == "en"
    return MixCard(
        facts=tuple(_mix_facts(model, say)),
        conditions=tuple(
            (
                one.en if is_english else one.sv,
                _share(one.centre, say),
                f"{_share(one.low, say)} – {_share(one.high, say)}",
                _with_margin(one.coef, one.se, say),
            )
            for one in model.conditions
        ),
        tenths=tuple(
            (
                _share(one.expected, say),
                _share(one.observed, say),
                say.number(one.places),
                say.number(one.persons),
            )
            for one in model.tenths
        ),
        invented=model.invented,
        closed=reasons[model.closed][is_english] if model.closed in reasons else "",
    )


def _mix_facts(model: CaseMix, say: Words) -> Iterator[tuple[str, str]]:
    yield say("Modellens namn"), model.id
    yield say("Låst den"), model.made_on
    yield say("Gjord av publiceringen"), model.release
    yield say("Period"), period_words(model.period_from, model.period_to, say)
    yield say("Hem"), say.number(model.places)
    yield say("Personer"), say.number(model.persons)
    yield say("Utfall, grovt räknade"), say.number(round(model.events))
    yield say("Förskjutning (logit, bör vara 0)"), _with_margin(model.in_large, model.in_large_se, say)
    yield say("Lutning (bör vara 1)"), _with_margin(model.slope, model.slope_se, say)
    yield say("Utan egen nivå vid starten"), say("Modellen har den aldrig: den skulle visas för hemmet.")


def _share(share: float, say: Words) -> str:
    return f"{say.decimal(100 * share)}{say.percent}"


def _with_margin(value: float, se: float, say: Words) -> str:
    """A number with its 95 % interval: "1,02 (0,61–1,43)"."""
    ends = (value - 1.96 * se, value, value + 1.96 * se)
    low, middle, high = (f"{one:.2f}".replace("-", "−") for one in ends)
    written = say("%(middle)s (%(low)s till %(high)s)", middle=middle, low=low, high=high)
    return written if say.language == "en" else written.replace(".", ",")
