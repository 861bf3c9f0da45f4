"""What a home is like, where nobody sees it: how it feels to live there, how it works, how much is written down.

Between homes: logit sd 0.6 for three questions and 0.35 for the rest (issue 3). One home truly stands out.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hvb_followup.demo.chance import around, chosen, dice_of, logit, share_of
from hvb_followup.registry import OperatingForm, Unit

# The questions in which homes differ most: how it is there, how safe it is, an adult to talk to.
WIDE = ("home", "safe_here", "adult")
SPREAD_WIDE, SPREAD = 0.6, 0.35
SPREAD_COMPULSORY = 1.2  # homes take in very different young people
SHARED = 0.5  # of the variance between homes, what a home has in common over all questions
WITHIN = 0.8  # between the young people of one home, logit
# Averaging over such young people shrinks a difference between homes; what is asked for is the difference seen.
DILUTION = math.sqrt(1 + 0.346 * WITHIN**2)
STANDS_OUT = -2.2  # logit, in everything
ORIENTATIONS = {"treatment": 45.0, "care": 20.0, "acute": 20.0, "families": 10.0, "unaccompanied": 5.0}
ACUTE = {"treatment": 0.05, "care": 0.05, "acute": 0.65, "families": 0.15, "unaccompanied": 0.05}


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """A home's hidden traits. Shares are 0–1; shifts and ``feel`` are log odds; ``price`` in öre a day; ``compulsory``
    log odds of care without consent among those it takes in."""

    orientation: str
    feel: Mapping[str, float]
    response: float
    staff_response: float
    breakdown: float
    planned: float
    careful: float
    competence: float
    staff_per_place: float
    events: float
    agency: float
    price: int
    compulsory: float

    @property
    def acute(self) -> float:
        """The share of placements that could not be planned."""
        return ACUTE[self.orientation]


def standing_out(units: Sequence[Unit]) -> str:
    """The home that is to stand out: the largest whose provider has not changed."""
    steady = [unit for unit in units if len(unit.terms) == 1] or list(units)
    return max(steady, key=lambda unit: (unit.places, unit.id)).id


def traits_of(seed: int, unit: Unit, items: Iterable[str], *, stands_out: bool) -> Traits:
    """The traits of one home; ``items`` are the ids of the young people's questions."""
    dice = dice_of(seed, "traits", unit.id)
    common = dice.gauss(0, 1)
    shift = STANDS_OUT if stands_out else 0.0
    private = unit.terms[-1].operating_form is OperatingForm.PRIVATE
    return Traits(
        orientation=chosen(dice, ORIENTATIONS),
        feel={item: shift or spread_of(item) * DILUTION * _drawn(dice, common) for item in items},
        response=0.75 if stands_out else min(0.95, max(0.15, dice.betavariate(6.2, 3.3))),
        staff_response=min(0.97, max(0.3, dice.betavariate(9.1, 3.9))),
        breakdown=SPREAD * dice.gauss(0, 1) - shift / 2,
        planned=dice.uniform(0.3, 0.9),
        careful=dice.gauss(0, 0.7),
        competence=0.75 * dice.gauss(0, 1),
        staff_per_place=dice.triangular(1.1, 2.2, 1.1),
        events=around(dice, 4.0, 0.6) * (2.5 if stands_out else 1),
        agency=dice.uniform(0.05, 0.25) if dice.random() < (0.35 if private else 0.2) else 0.0,
        price=100 * min(10_000, max(2_000, 50 * round(around(dice, 4_800, 0.3) / 50))),
        compulsory=SPREAD_COMPULSORY * dice.gauss(0, 1),
    )


def spread_of(item: str) -> float:
    """How much homes differ in a question: the standard deviation of their log odds."""
    return SPREAD_WIDE if item in WIDE else SPREAD


def _drawn(dice: random.Random, common: float) -> float:
    return math.sqrt(SHARED) * common + math.sqrt(1 - SHARED) * dice.gauss(0, 1)


def seen_share(base: float, feel: float) -> float:
    """The share that answers well in a home that differs by ``feel``, over all its young people."""
    return share_of((logit(base) * DILUTION + feel) / DILUTION)
