"""Figures of what homes owe after each wave (class C): open, exact, and of no person (DESIGN §4.6).

A release tells of the waves of the four half-years before its own. Their thirty days have passed and can no longer
be taken back, so that a release measured again says the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from hvb_followup import periods
from hvb_followup.actions.context import Context
from hvb_followup.catalogue import Catalogue
from hvb_followup.comparison.duty_words import NOT_DUE, duty_sentence
from hvb_followup.comparison.wording import Language, midpoint_per_cent
from hvb_followup.feedback.duty import days_to_feedback
from hvb_followup.frames import FEEDBACK
from hvb_followup.indicators.duty import Tally, tallies
from hvb_followup.indicators.model import Indicator
from hvb_followup.registry import OperatingForm, Unit, by_id
from hvb_followup.store import feedback, waves

HALF_YEARS = 4  # two years, as everything else that is summed
NATION = "SE"
LANGUAGES: tuple[Language, ...] = ("sv", "en")
Row = dict[str, Any]


async def told_back(context: Context, half_year: str, units: Sequence[Unit]) -> pl.DataFrame:
    """FEEDBACK: the waves of young people in the four half-years before, in homes that had an owner at the close."""
    before = [periods.shift(half_year, -back) for back in range(1, HALF_YEARS + 1)]
    given, known = await feedback.first_given(context.database), by_id(units)
    asked = sorted(context.catalogue.families_told_back)
    rows = []
    for wave in [
        one for half_year in before for family in asked for one in await waves.asked(family, half_year)
    ]:
        closed_on = periods.local_day(wave.closes_at)
        unit = known[wave.unit]
        term = unit.term_on(closed_on)
        if term is not None:
            told_at = given.get(wave.id)
            told_on = periods.local_day(told_at) if told_at else None
            is_own = term.operating_form == OperatingForm.MUNICIPAL_OWN
            days = days_to_feedback(closed_on, told_on)
            rows.append((unit.id, term.provider, unit.lan, is_own, wave.half_year, closed_on, days))
    return pl.DataFrame(rows, schema=pl.Schema(FEEDBACK.columns), orient="row").sort("unit", "half_year")


def duty_figures(waves_told: pl.DataFrame, catalogue: Catalogue, owners: dict[str, str]) -> list[Row]:
    """The rows of every such indicator; ``owners`` are the homes' providers on the half-year's last day."""
    return [
        row
        for indicator in catalogue.indicators
        if indicator.kind == "duty"
        for row in _of(indicator, waves_told, owners)
    ]


def _of(indicator: Indicator, waves_told: pl.DataFrame, owners: dict[str, str]) -> Iterator[Row]:
    """Homes under today's owner, then providers, län, own and bought care, and the nation."""
    of_home = tallies(indicator, waves_told, "unit", "provider")
    for unit, provider in sorted(owners.items()):
        yield _row(indicator, "unit", unit, of_home.get((unit, provider)))
    of_provider = tallies(indicator, waves_told, "provider")
    for provider in sorted({*owners.values(), *(provider for (provider,) in of_provider)}):
        yield _row(indicator, "provider", provider, of_provider.get((provider,)))
    for (lan,), tally in sorted(tallies(indicator, waves_told, "lan").items()):
        yield _row(indicator, "lan", lan, tally)
    for (is_own,), tally in sorted(tallies(indicator, waves_told, "is_own").items()):
        yield _row(indicator, "group", "own" if is_own else "bought", tally)
    yield _row(indicator, "nation", NATION, tallies(indicator, waves_told).get(()))


def _row(indicator: Indicator, level: str, whose: str, tally: Tally | None) -> Row:
    place = {"indicator": indicator.id, "level": level, "whose": whose}
    if tally is None:
        says = {f"sentence_{language}": NOT_DUE[language == "en"] for language in LANGUAGES}
        return {**place, "status": "..", "outcome": "not_due", **says}
    n, x, first, last = tally
    share = midpoint_per_cent(n, x, x)
    return {
        **place,
        "audience": "public",
        "status": "",
        "outcome": "fact",
        "period_from": first,
        "period_to": last,
        "n": n,
        "x_lo": x,
        "x_hi": x,
        "lo": share,
        "hi": share,
        "value": share,
        "response": None,
        "flags": [],
        "band": None,
        **{
            f"sentence_{language}": duty_sentence(n, x, first=first, last=last, language=language)
            for language in LANGUAGES
        },
    }
