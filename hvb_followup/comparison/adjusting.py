"""Frozen case-mix: what a place's circumstances let one expect of it, by a model that was made beforehand.

A model knows of a place only what everybody may see of it: shares that are published coarsely of what it takes
in, and what kind of home it is (DESIGN §4.3: everything but own baseline and age band enters as unit-level
shares). It is fitted on the counts of an earlier release (``freezing``) and written down; nothing is fitted when it is used.
Coefficients are logits per whole share. Sources: Iezzoni 2013; Debray et al. 2015; R3 §1.3.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import Literal, NamedTuple

import msgspec

from hvb_followup.gates import Gate, half_away, six_figures

# An expectation comes from at least so many (DESIGN §4.7), and ten events and non-events per coefficient (R3 §1.3).
FEWEST_PERSONS, FEWEST_PLACES, PER_COEFFICIENT = 500, 50, 10
DIGITS = 3  # of a coefficient; published parameters are rounded
# To a logit, in which an offset goes: at most 1.3 per cent of a share off, far below what a place can tell.
STEPS = 10
NO_MODEL = "not_adjusted"
UNKNOWN = "unknown_mix"
OUTSIDE = "no_overlap"
HOLDS = "open"
Known = Mapping[str, float | None]


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One circumstance: a published share (``of`` is its indicator), or the share of homes of a type.

    ``centre`` is where a home commonly lies, ``low`` and ``high`` how far the homes that it was fitted on reach,
    all as shares 0–1. ``sv`` and ``en`` say it in words that follow "justerat för".
    """

    kind: Literal["share", "unit_type"]
    of: str
    sv: str
    en: str
    centre: float
    low: float
    high: float
    coef: float
    se: float

    @property
    def key(self) -> str:
        """What a place is asked about."""
        return f"{self.kind}:{self.of}"


class Tenth(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tenth of the homes by what was expected of them, without themselves: what was expected, and what was seen."""

    expected: float
    observed: float
    places: int
    persons: int


class Comes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How expectations of homes that the model had not seen came true.

    ``in_large`` is the shift in logits that makes the sum right, ``slope`` that of seen against expected logits.
    Standard errors allow for homes that differ. ``tenths`` as the homes lie, the least expected first.
    """

    in_large: float
    in_large_se: float
    slope: float
    slope_se: float
    tenths: tuple[Tenth, ...]

    def gate(self) -> Gate | None:
        """Adjusted figures may be compared when the slope lies in 0.8–1.2 and the shift within 0.2 (R3 §1.3)."""
        if 0.8 <= six_figures(self.slope) <= 1.2 and abs(six_figures(self.in_large)) < 0.2:
            return None
        return Gate(code="case_mix", reason="The case-mix model's expectations do not come true.")


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen model, as a file in dashboards/models/ says it; ``used_from`` is the first half-year it may meet.

    ``release`` is what it was fitted on, and ``period_to`` how far its counts reach. ``events`` are the middles of coarse counts.
    ``invented``: of a demonstration's nation, and of use in demonstrations alone.
    """

    id: str
    indicator: str
    invented: bool
    made_on: dt.date
    release: str
    period_from: str
    period_to: str
    used_from: str
    places: int
    persons: int
    events: float
    intercept: float
    term: tuple[Term, ...]
    calibration: Comes

    def gate(self) -> Gate | None:
        """Why its expectations may not be compared with, or None."""
        return self.calibration.gate()


class Mix(NamedTuple):
    """The outcome of the case-mix gate for a place, and how far its circumstances move what is expected (logits)."""

    outcome: str
    offset: float


def mix(model: Model | None, known: Known) -> Mix:
    """What a model says of a place of which so much is known; beyond what it was fitted on it says nothing."""
    if model is None:
        return Mix(NO_MODEL, 0.0)
    if closed := model.gate():
        return Mix(closed.code, 0.0)
    offset = 0.0
    for term in model.term:
        share = known.get(term.key)
        if share is None or not isfinite(share):
            return Mix(UNKNOWN, 0.0)
        if not term.low <= six_figures(share) <= term.high:
            return Mix(OUTSIDE, 0.0)
        offset += term.coef * (share - term.centre)
    return Mix(HOLDS, half_away(offset * STEPS) / STEPS + 0.0)


def faults(model: Model) -> Iterator[tuple[str, str]]:
    """What is wrong with a model by itself, as (key, sentence)."""
    numbers = [model.intercept, model.events, *_numbers(model)]
    if not all(map(isfinite, numbers)):
        yield "term", "Ett tal saknas eller är inget tal."
        return
    if model.persons < FEWEST_PERSONS or model.places < FEWEST_PLACES:
        yield "persons", f"En modell behöver {FEWEST_PERSONS} personer och {FEWEST_PLACES} hem."
    if min(model.events, model.persons - model.events) < PER_COEFFICIENT * (1 + len(model.term)):
        yield "events", "Det är färre än tio utfall, eller tio utan utfall, per koefficient."
    if len({one.key for one in model.term}) < len(model.term) or not model.term:
        yield "term", "Modellen har inga förutsättningar, eller samma två gånger."
    if any(half_away(one, DIGITS) != one for one in (model.intercept, *(one.coef for one in model.term))):
        yield "term", f"Koefficienter skrivs med högst {DIGITS} decimaler."
    for one in model.term:
        if not 0 <= one.low <= one.centre <= one.high <= 1:
            yield "term", f"Gränserna för {one.key} ligger inte i ordning inom 0–1."
    tenths = model.calibration.tenths
    if (sum(one.places for one in tenths), sum(one.persons for one in tenths)) != (
        model.places,
        model.persons,
    ):
        yield "calibration.tenths", "Tiondelarna är inte alla hem och personer."


def _numbers(model: Model) -> Iterator[float]:
    told = model.calibration
    yield from (told.in_large, told.in_large_se, told.slope, told.slope_se)
    for one in told.tenths:
        yield from (one.expected, one.observed)
    for term in model.term:
        yield from (term.centre, term.low, term.high, term.coef, term.se)


def newest(models: Sequence[Model], indicator: str, half_year: str) -> Model | None:
    """The model of an indicator that a half-year meets: the last to come into use, of those made before it."""
    found = [one for one in models if one.indicator == indicator and one.used_from <= half_year]
    return max(found, key=lambda one: (one.used_from, one.id), default=None)
