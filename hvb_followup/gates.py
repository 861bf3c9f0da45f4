"""The typed answer "this cannot be told": a gate that closed, and why; and the rounding before any gate.

A method that does not apply answers with a ``Gate`` instead of a number, so that nobody can mistake the
one for the other. What is said to a reader of each code stands in ``comparison.wording``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A closed gate: ``code`` is stable and stored, ``reason`` says in English what was met."""

    code: str
    reason: str


NO_UNITS = Gate(code="no_units", reason="There is no unit with answers.")
ONE_UNIT = Gate(code="one_unit", reason="One unit has nothing to be compared with.")
NO_ANSWERS = Gate(code="no_answers", reason="There are no answers.")
NOT_A_NUMBER = Gate(code="not_a_number", reason="A value is missing or not finite.")
IMPOSSIBLE = Gate(code="impossible", reason="A count lies outside 0 … n, or a weight or variance below 0.")
MORE_THAN_INVITED = Gate(code="more_than_invited", reason="More have answered than were invited.")
ALL_EQUAL = Gate(code="all_equal", reason="All values are equal: nothing to tell apart or to divide by.")
SEPARATION = Gate(code="separation", reason="A covariate tells the outcome exactly: no finite coefficient.")
COLLINEAR = Gate(code="collinear", reason="The covariates say the same thing: no one coefficient each.")
NO_OVERLAP = Gate(code="no_overlap", reason="The unit's mix lies outside that of the group.")
TOO_FEW = Gate(code="too_few", reason="Too few observations for the method.")
NOT_CONVERGED = Gate(code="not_converged", reason="The estimate did not settle.")
NO_EVENTS = Gate(code="no_events", reason="Nothing has happened to count from.")


def floats(values: ArrayLike) -> Floats:
    """The values as a float array."""
    return np.asarray(values, dtype=np.float64)


def numbers_gate(*values: float) -> Gate | None:
    """NOT_A_NUMBER unless every value is a finite number."""
    return None if all(math.isfinite(value) for value in values) else NOT_A_NUMBER


def counts_gate(x: Floats, n: Floats, *, units: int = 1) -> Gate | None:
    """What is wrong with counts x of n, if anything; ``units`` is how many the method needs."""
    if x.size == 0 or n.size == 0:
        return NO_UNITS
    if x.shape != n.shape or not (np.isfinite(x).all() and np.isfinite(n).all()):
        return NOT_A_NUMBER
    if (n < 0).any() or (x < 0).any() or (x > n).any():
        return IMPOSSIBLE
    answered = int((n > 0).sum())
    if answered == 0:
        return NO_ANSWERS
    return ONE_UNIT if answered < units else None


def values_gate(*columns: Floats, least: int = 1) -> Gate | None:
    """What is wrong with columns of measurements of one length, if anything."""
    sizes = {len(column) for column in columns}
    if sizes == {0}:
        return NO_ANSWERS
    if len(sizes) > 1 or not all(np.isfinite(column).all() for column in columns):
        return NOT_A_NUMBER
    return TOO_FEW if min(sizes) < least else None


def six_figures(value: float) -> float:
    """The value to six significant figures: what every gate and flag is decided on (DESIGN §5).

    Two machines that differ in the last bits then decide alike. NaN and the infinities stay what they are.
    """
    if value == 0 or not math.isfinite(value):
        return value
    return float(f"{value:.5e}")


def six_figures_each(values: Floats) -> Floats:
    """``six_figures`` of numbers from 0 to 1, all at once."""
    at = np.where(values > 0, values, 1.0)
    scale = 10.0 ** (5 - np.floor(np.log10(at)))
    return np.asarray(np.rint(values * scale) / scale)


def half_away(value: float, digits: int = 0) -> float:
    """The value rounded half away from zero, seen to six figures after the asked digit: 2.5 → 3, −2.5 → −3."""
    scaled = round(abs(value) * 10**digits, 6)
    return math.copysign(math.floor(scaled + 0.5) / 10**digits, value)


def is_open(answer: Any) -> bool:
    """Whether the answer is a result and not a closed gate."""
    return not isinstance(answer, Gate)


def first_closed(answers: Sequence[Any]) -> Gate | None:
    """The first closed gate among several answers, if any."""
    return next((one for one in answers if isinstance(one, Gate)), None)
