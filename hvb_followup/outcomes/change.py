"""Has one young person changed more than the instrument's own noise, and to where?

The reference (spread, reliability, norms) comes from fixed national data or a manual, never from the
unit. Whoever has no second score is "inte uppföljd" and counted, never dropped. Sources: Jacobson &
Truax 1991; classes as in Claus et al. 2020.
"""

from __future__ import annotations

from collections import Counter
from math import sqrt
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import (
    IMPOSSIBLE,
    NO_ANSWERS,
    NOT_A_NUMBER,
    TOO_FEW,
    Floats,
    Gate,
    floats,
    numbers_gate,
    six_figures,
)

Direction = Literal[1, -1]  # 1: higher is better, −1: lower is better
Verdict = Literal["improved", "unchanged", "deteriorated", "not_followed_up"]
Class = Literal["recovered", "improved", "unchanged", "deteriorated", "harmed", "not_followed_up"]
LIMIT = 1.96


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """Spread and reliability of the instrument before treatment, in its own points; reliability 0–1."""

    sd: float
    reliability: float

    @property
    def sem(self) -> float:
        """The standard error of measurement, sd √(1 − r)."""
        return self.sd * sqrt(1 - self.reliability)

    @property
    def s_diff(self) -> float:
        """The standard error of a difference of two measurements."""
        return sqrt(2) * self.sem

    @property
    def least_change(self) -> float:
        """The smallest reliable change in points."""
        return LIMIT * self.s_diff


class Cutoffs(msgspec.Struct, frozen=True, kw_only=True):
    """Where the dysfunctional ends (a), the functional begins (b), and where both are as likely (c)."""

    a: float
    b: float
    c: float


def reference(sd: float, reliability: float) -> Reference | Gate:
    """The reference, unless it says that nothing varies or that nothing is noise."""
    if closed := numbers_gate(sd, reliability):
        return closed
    return Reference(sd=sd, reliability=reliability) if sd > 0 and 0 <= reliability < 1 else IMPOSSIBLE


def cutoffs(
    mean: float, sd: float, functional_mean: float, functional_sd: float, direction: Direction = 1
) -> Cutoffs | Gate:
    """a = M1 ± 2 s1 towards the functional, b = M0 ∓ 2 s0, c = (s0 M1 + s1 M0)/(s0 + s1)."""
    if closed := numbers_gate(mean, sd, functional_mean, functional_sd):
        return closed
    if sd <= 0 or functional_sd <= 0:
        return IMPOSSIBLE
    return Cutoffs(
        a=mean + direction * 2 * sd,
        b=functional_mean - direction * 2 * functional_sd,
        c=(functional_sd * mean + sd * functional_mean) / (sd + functional_sd),
    )


def reliable_change(before: ArrayLike, after: ArrayLike, against: Reference) -> Floats:
    """(after − before)/S_diff per person; NaN where either score is missing."""
    return (floats(after) - floats(before)) / against.s_diff


def verdicts(change: ArrayLike, direction: Direction = 1, limit: float = LIMIT) -> list[Verdict]:
    """Improved or deteriorated where |RC| is above 1.96, decided on six figures."""
    return [_verdict(six_figures(float(one)) * direction, limit) for one in floats(change)]


def by_points(before: ArrayLike, after: ArrayLike, least: float) -> list[Verdict]:
    """Improved or deteriorated by at least so many points, in scores where more is better.

    For an instrument whose reliability no pilot has given yet: a preliminary limit, never called a reliable change.
    """
    moved = (six_figures(float(one)) for one in floats(after) - floats(before))
    return [_by_points(one, least) for one in moved]


def _by_points(moved: float, least: float) -> Verdict:
    if moved != moved:
        return "not_followed_up"
    if moved >= least:
        return "improved"
    return "deteriorated" if moved <= -least else "unchanged"


def _verdict(change: float, limit: float) -> Verdict:
    if change != change:
        return "not_followed_up"
    if change > limit:
        return "improved"
    return "deteriorated" if change < -limit else "unchanged"


def classes(
    before: ArrayLike, after: ArrayLike, against: Reference, cutoff: float, direction: Direction = 1
) -> list[Class]:
    """Recovered: improved and crossed the cut-off to the functional; harmed: deteriorated and crossed it back.

    The functional lie beyond the cut-off: at it is not yet across (as R's clinicalsignificance has it).
    """
    first, last = direction * floats(before), direction * floats(after)
    line = direction * cutoff
    found = verdicts(reliable_change(before, after, against), direction)
    return [
        _class(verdict, bool(start < line), bool(end > line))
        for verdict, start, end in zip(found, first, last, strict=True)
    ]


def _class(verdict: Verdict, was_below: bool, is_above: bool) -> Class:
    if verdict == "improved" and was_below and is_above:
        return "recovered"
    if verdict == "deteriorated" and not was_below and not is_above:
        return "harmed"
    return verdict


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """All who entered: how many changed how, how many were not followed up, and what those could change.

    ``improved_low`` and ``improved_high`` are shares of all who entered, the silent all against or all for.
    """

    entered: int
    counts: dict[str, int]
    improved_low: float
    improved_high: float
    followed: float

    def gate(self, least: float = 0.6) -> Gate | None:
        """No words for a home under 60 % followed."""
        if six_figures(self.followed) >= least:
            return None
        return Gate(code="followed", reason="Fewer than six in ten were followed up.")


def tally(found: list[Verdict] | list[Class]) -> Changes | Gate:
    """The verdicts of all who entered, counted."""
    if not found:
        return NO_ANSWERS
    counts, entered = Counter(str(one) for one in found), len(found)
    missing = counts["not_followed_up"]
    better = counts["improved"] + counts["recovered"]
    return Changes(
        entered=entered,
        counts=dict(counts),
        improved_low=better / entered,
        improved_high=(better + missing) / entered,
        followed=1 - missing / entered,
    )


def spread(values: ArrayLike) -> tuple[float, float] | Gate:
    """Mean and standard deviation of those who have a score; NaN stands for none."""
    known = floats(values)
    known = known[~np.isnan(known)]
    if np.isinf(known).any():
        return NOT_A_NUMBER
    return TOO_FEW if len(known) < 2 else (float(known.mean()), float(known.std(ddof=1)))
