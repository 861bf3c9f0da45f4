"""What a release says of places side by side, as pages read it: gates, pooled figures and words (DESIGN §5).

Made from nothing but the figures that the same release shows to everybody, so it tells nothing that they do
not. Nothing here is a rank, and no order but the alphabet's is to be had.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

import msgspec

from hvb_followup.errors import Problem, Unsound

# In DESIGN §5's order.
GATE_NAMES = ("persons", "response", "shown", "casemix", "pooling", "reliability", "words")
# Outcomes of a gate that lets the figure on; every other one is the code of why it closed.
OPEN = frozenset(
    {
        "open",
        "untold",
        "not_asked",
        "not_needed",
        "not_adjusted",
        "case_mix",
        "separation",
        "collinear",
        "not_reached",
    }
)
PAIR_SCALE = 1_000_000
_PAIR_BYTES = 3


class ComparedUnit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place in one comparison: every gate's outcome in order, and what may be said.

    ``gates`` holds (gate, outcome); the outcome is ``open``, ``untold`` (of what is not shown), ``not_asked`` (a
    register has no response), ``not_needed`` or ``not_adjusted`` (case-mix: nothing to allow for; no model, said in
    the words), ``not_reached`` (an earlier gate closed) or the code of why it closed; of ``words`` it is the verdict.
    ``lo``–``middle``–``hi`` is the pooled estimate with its 95 % interval in per cent, None where a gate closed.
    ``above`` is P(above the group), ``tail`` the smaller predictive mid-p, ``exact`` the exact mid-p flag at 95 %
    against the group's level; ``flagged``: the count is unusual even among places that differ a bit (predictive
    mid-p below 0.001, and BH 5 %). ``silent_lo``–``silent_hi`` (per cent) is where the share of everybody asked may
    lie, whatever the silent would have said. ``kind`` is the place's row in the figure's pairs.
    """

    whose: str
    gates: tuple[tuple[str, str], ...]
    verdict: str
    words_sv: str
    words_en: str
    lo: float | None = None
    middle: float | None = None
    hi: float | None = None
    flagged: bool = False
    above: float | None = None
    tail: float | None = None
    exact: Literal["none", "low", "high"] = "none"
    reliability: float | None = None
    silent_lo: float | None = None
    silent_hi: float | None = None
    kind: int | None = None

    @property
    def is_compared(self) -> bool:
        """True where every gate is open and the words compare."""
        return self.middle is not None

    @property
    def closed(self) -> tuple[str, str] | None:
        """The gate that closed and why, or None."""
        return next((one for one in self.gates[:-1] if one[1] not in OPEN), None)


class ComparedFigure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """One indicator at one level: the group's level, how much places differ, and every place by name.

    ``n_units`` are the places that the group is made of and ``n_compared`` those with words. ``centre`` (per
    cent) is the group's level, ``spread`` the standard deviation between places in logits, ``reliability`` the
    middle one of the group's, ``n_needed`` the exact answers a place needs for one half. All are None where ``closed``
    (the code of a gate) says why there is no group. It ``tells_nothing_apart`` where the spread is as likely as not
    below 0.1. ``expected_by_chance`` of ``n_compared`` would be flagged
    though nothing differed. ``pairs`` holds P(one above the other) of each pair of different data.
    """

    indicator: str
    level: Literal["unit", "provider"]
    period_from: str = ""
    period_to: str = ""
    n_units: int = 0
    n_compared: int = 0
    centre: float | None = None
    spread: float | None = None
    reliability: float | None = None
    n_needed: int | None = None
    tells_nothing_apart: bool = False
    expected_by_chance: float = 0.0
    flagged: int = 0
    closed: str = ""
    row_hash: str = ""
    units: tuple[ComparedUnit, ...] = ()
    pairs: bytes = b""

    @cached_property
    def by_place(self) -> Mapping[str, ComparedUnit]:
        """The places by id, in the order of their names."""
        return {one.whose: one for one in self.units}

    def above(self, one: str, other: str) -> float | None:
        """P(one above the other) to six decimals; None unless both are compared."""
        first, second = self.by_place.get(one), self.by_place.get(other)
        if first is None or second is None or first.kind is None or second.kind is None:
            return None
        if first.kind == second.kind:
            return 0.5
        low, high = sorted((first.kind, second.kind))
        told = self._pair(low, high) / PAIR_SCALE
        return told if first.kind == low else round(1 - told, 6)

    def _pair(self, low: int, high: int) -> int:
        # The lower triangle, row by row: row ``high`` begins after 0 + 1 + … + (high − 1) pairs.
        start = _PAIR_BYTES * (high * (high - 1) // 2 + low)
        return int.from_bytes(self.pairs[start : start + _PAIR_BYTES], "big")


class Compared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """Every comparison of a release; ``row_hash`` is of the public rows that it was made from."""

    period: str
    method: str
    row_hash: str
    figures: tuple[ComparedFigure, ...]

    @cached_property
    def by_indicator(self) -> Mapping[tuple[str, str], ComparedFigure]:
        """The figures by indicator and level."""
        return {(one.indicator, one.level): one for one in self.figures}

    def at(self, indicator: str, level: str) -> ComparedFigure | None:
        """The comparison of an indicator at a level, or None where there is none."""
        return self.by_indicator.get((indicator, level))

    def of(self, indicator: str, level: str, whose: str) -> ComparedUnit | None:
        """What is said of one place, or None."""
        figure = self.at(indicator, level)
        return None if figure is None else figure.by_place.get(whose)


def packed(probabilities: list[float]) -> bytes:
    """Probabilities (0–1) of the lower triangle as a figure keeps them: three bytes each, six decimals."""
    return b"".join(round(one * PAIR_SCALE).to_bytes(_PAIR_BYTES, "big") for one in probabilities)


def compared_from(body: str | Mapping[str, Any]) -> Compared:
    """The comparisons in a stored body; Unsound where it is none."""
    try:
        return (
            msgspec.json.decode(body, type=Compared)
            if isinstance(body, str)
            else msgspec.convert(body, Compared)
        )
    except msgspec.ValidationError as error:
        raise Unsound(Problem(code="compared-shape", where="jämförelse", says=str(error))) from error
