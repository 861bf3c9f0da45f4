"""The yearly report on a questionnaire itself: do its questions hang together, are they answered, do they tell apart?

Runs with the counter's keys. Only whole atoms that closed in the year are read, so no answer stands in two years'
reports; nothing is told of fewer than 100 persons in 20 homes (DESIGN §4.5), nor of a part whose rest is fewer; and
every parameter leaves rounded: shares in classes of five per cent, correlations to the nearest 0.05. Which page a
young person left at is not in it: a draft without "Klar" is discarded unread (DESIGN §4.2).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
import polars as pl

from hvb_followup import registry
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.publish.measuring import wave_of
from hvb_followup.actions.publish.opened import answers_frame, open_waves
from hvb_followup.disclosure import freeze
from hvb_followup.disclosure.model import RULES, Rules
from hvb_followup.errors import Problem, Refused
from hvb_followup.gates import Floats, Gate, half_away
from hvb_followup.keys.counter import CounterKeys
from hvb_followup.outcomes.consistency import Alpha, alpha
from hvb_followup.questionnaires import scoring
from hvb_followup.questionnaires.answers import NOT_REACHED
from hvb_followup.questionnaires.model import Item, Questionnaire
from hvb_followup.store import counting, homes, waves

STEP = 5  # per cent: the width of a class of shares
CORRELATION = 20  # correlations to the nearest 1/20
CROWDED = 15  # per cent at one end, from which a scale tells too little apart


class ItemReport(msgspec.Struct, frozen=True, kw_only=True):
    """One question, in classes; ``rest_r`` is its correlation with the rest of its scale. None: too few to tell."""

    id: str
    question: str
    unanswered: str | None = None
    not_reached: str | None = None
    floor: str | None = None
    ceiling: str | None = None
    rest_r: float | None = None


class ScaleReport(msgspec.Struct, frozen=True, kw_only=True):
    """One scale: alpha with its interval, rounded, its questions, and how many have its lowest and highest score.

    ``closed`` says why there is no alpha; None: too few to tell.
    """

    id: str
    items: tuple[ItemReport, ...]
    floor: str | None = None
    ceiling: str | None = None
    alpha: float | None = None
    low: float | None = None
    high: float | None = None
    closed: str = ""


class PartReport(msgspec.Struct, frozen=True, kw_only=True):
    """How large a part of the answer sets were in a language or an edition; None: too few to tell."""

    id: str
    share: str | None = None


class InstrumentReport(msgspec.Struct, frozen=True, kw_only=True):
    """What may be told of a questionnaire's year."""

    family: str
    major: int
    year: int
    title: str
    persons: int
    homes: int
    scales: tuple[ScaleReport, ...]
    languages: tuple[PartReport, ...]
    editions: tuple[PartReport, ...]


async def instrument_report(
    context: Context, keys: CounterKeys, family: str, year: int, rules: Rules = RULES
) -> tuple[InstrumentReport, ...]:
    """The report of each version answered in the year; Refused before every wave is counted, or with too few."""
    context.require(Permission.RELEASE_MEASURE)
    _refuse_family(context, family)
    await _refuse_unfinished(family, year)
    opened = [
        one
        for one in open_waves(await counting.sealed_waves(context.database), keys.storage)
        if one.sealed.family == family and one.sealed.half_year <= f"{year}H2"
    ]
    units = registry.by_id(await homes.units())
    seen = tuple(wave_of(one, units) for one in opened)
    closed = [atom for atom in freeze.atoms(seen, now=f"{year}H2") if atom.closed[:4] == str(year)]
    frozen = freeze.frozen(closed, seen)
    reports = [
        report(one, year, whole_atoms(answers_frame(opened, one), frozen), rules)
        for one in context.catalogue.questionnaires
        if one.id == family
    ]
    found = tuple(one for one in reports if one is not None)
    if not found:
        raise Refused(_problem("too-few", family, _too_few(rules), "Vänta tills fler har svarat."))
    await context.note(Permission.RELEASE_MEASURE, f"instrument {family} {year}")
    return found


def whole_atoms(answers: pl.DataFrame, frozen: pl.DataFrame) -> pl.DataFrame:
    """Of the answers that lie in these atoms, each person's latest: one row per link."""
    inside = answers.join(
        frozen.select("unit", "half_year", "link"), on=["unit", "half_year", "link"], how="semi"
    )
    return inside.sort("link", "half_year", "unit").unique("link", keep="last", maintain_order=True)


def report(
    questionnaire: Questionnaire, year: int, answers: pl.DataFrame, rules: Rules = RULES
) -> InstrumentReport | None:
    """What may be told of these answers, one row per person; None where they are too few."""
    if not is_large(answers, rules):
        return None
    return InstrumentReport(
        family=questionnaire.id,
        major=questionnaire.major,
        year=year,
        title=questionnaire.title("sv"),
        persons=answers["link"].n_unique(),
        homes=answers["unit"].n_unique(),
        scales=tuple(_scales(questionnaire, answers, rules)),
        languages=_parts(answers, "language", rules),
        editions=_parts(answers, "edition", rules),
    )


def is_large(answers: pl.DataFrame, rules: Rules = RULES) -> bool:
    """Enough persons in enough homes that a national figure may be told of them."""
    persons, places = answers["link"].n_unique(), answers["unit"].n_unique()
    return persons >= rules.exact_persons and places >= rules.exact_homes


def share_class(count: int, of: int) -> str:
    """A share as a class of five per cent; the ends are as wide as the rest: "under 5 %", "35–39 %", "minst 95 %"."""
    low = min(100 * count // of // STEP * STEP, 100 - STEP)
    if low == 0:
        return f"under {STEP} %"
    return f"minst {low} %" if low == 100 - STEP else f"{low}–{low + STEP - 1} %"


def rounded(value: float) -> float | None:
    """A correlation to the nearest 0.05; None for what is none."""
    # Zero added: a rounded −0.01 is 0, not −0.
    return half_away(value * CORRELATION) / CORRELATION + 0.0 if np.isfinite(value) else None


def _scales(questionnaire: Questionnaire, answers: pl.DataFrame, rules: Rules) -> Iterator[ScaleReport]:
    scored = scoring.score(questionnaire, answers)
    for score in questionnaire.scores:
        if score.method != "mean":
            continue
        items = [questionnaire.item(one) for one in score.items]
        points = answers.select(
            scoring.item_points(questionnaire, item).cast(pl.Float64).alias(item.id) for item in items
        )
        found = _alpha(points, answers, rules)
        floor, ceiling = _ends(scored[score.id], answers, rules)
        yield ScaleReport(
            id=score.id,
            items=tuple(
                _item(questionnaire, item, points[item.id], answers, _rest(found, at), rules)
                for at, item in enumerate(items)
            ),
            floor=floor,
            ceiling=ceiling,
            alpha=rounded(found.raw) if isinstance(found, Alpha) else None,
            low=rounded(found.low) if isinstance(found, Alpha) else None,
            high=rounded(found.high) if isinstance(found, Alpha) else None,
            closed=found.code if isinstance(found, Gate) else "",
        )


def _alpha(points: pl.DataFrame, answers: pl.DataFrame, rules: Rules) -> Alpha | Gate:
    """Alpha over persons who answered at least one question; a gate where any two were answered by too few."""
    known = points.select(pl.all().is_not_null())
    for one in range(points.width):
        for other in range(one):
            both = known.to_series(one) & known.to_series(other)
            if not is_large(answers.filter(both), rules):
                return Gate(code="too_few", reason="Two questions were both answered by too few.")
    table: Floats = points.filter(known.select(pl.any_horizontal(pl.all())).to_series()).to_numpy()
    return alpha(table)


def _rest(found: Alpha | Gate, at: int) -> float | None:
    return rounded(found.items[at].rest_r) if isinstance(found, Alpha) else None


def _item(
    questionnaire: Questionnaire,
    item: Item,
    points: pl.Series,
    answers: pl.DataFrame,
    rest_r: float | None,
    rules: Rules,
) -> ItemReport:
    """One question among those whose edition asks it."""
    plain = ItemReport(id=item.id, question=questionnaire.question(item, "sv", "standard"))
    was_asked = answers["edition"].ne("easy") | item.easy
    asked, given = answers.filter(was_asked), points.filter(was_asked)
    if not is_large(asked, rules):
        return plain
    plain = msgspec.structs.replace(
        plain,
        unanswered=share_class(given.null_count(), len(given)),
        not_reached=share_class(int((asked[item.id] == NOT_REACHED).sum()), len(asked)),
    )
    floor, ceiling = _ends(given, asked, rules)
    return msgspec.structs.replace(plain, floor=floor, ceiling=ceiling, rest_r=rest_r if floor else None)


def _ends(points: pl.Series, answers: pl.DataFrame, rules: Rules) -> tuple[str, str] | tuple[None, None]:
    """How many of those with points have the lowest and the highest; None of too few."""
    known = points.is_not_null()
    if not is_large(answers.filter(known), rules):
        return None, None
    found = points.filter(known)
    return (
        share_class(int((found == 0).sum()), len(found)),
        share_class(int((found == 100).sum()), len(found)),
    )


def _parts(answers: pl.DataFrame, column: str, rules: Rules) -> tuple[PartReport, ...]:
    """Each value of a column; told only where it and all the rest are large, so that no subtraction tells more."""
    return tuple(
        PartReport(
            id=value,
            share=share_class(len(inside), len(answers))
            if is_large(inside, rules) and is_large(answers.filter(pl.col(column) != value), rules)
            else None,
        )
        for value in sorted(answers[column].unique())
        for inside in [answers.filter(pl.col(column) == value)]
    )


def _refuse_family(context: Context, family: str) -> None:
    latest = context.catalogue.latest(family)
    if latest.audience != "youth" or latest.publishing != "level":
        says = "Rapporten görs för ungas enkäter som publiceras halvår för halvår."
        raise Refused(_problem("instrument-family", family, says, "Välj en annan enkät."))


async def _refuse_unfinished(family: str, year: int) -> None:
    asked = [one for half in ("H1", "H2") for one in await waves.asked(family, f"{year}{half}")]
    if not asked or any(one.state != "counted" for one in asked):
        says = "Årets mätomgångar är inte alla räknade."
        raise Refused(_problem("instrument-year", str(year), says, "Vänta tills året är slut."))


def _too_few(rules: Rules) -> str:
    return f"Färre än {rules.exact_persons} unga i {rules.exact_homes} hem har svarat: då visas ingenting."


def _problem(code: str, where: str, says: str, mend: str) -> Problem:
    return Problem(code=code, where=where, says=says, mend=mend)


def is_crowded(scale: ScaleReport) -> bool:
    """Whether so many have the lowest or the highest score that the scale tells little apart."""
    return any(_least(one) >= CROWDED for one in (scale.floor, scale.ceiling) if one)


def _least(words: str) -> int:
    """The lower end of a class of shares."""
    if words.startswith("under"):
        return 0
    return int(words.removeprefix("minst ").partition("–")[0].partition(" ")[0])


def of_family(reports: Sequence[InstrumentReport]) -> str:
    """The title of a report."""
    return f"{reports[-1].title}, {reports[-1].year}"
