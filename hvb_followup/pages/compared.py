"""What a release says of places side by side, as pages read it: gates, pooled figures and words (DESIGN §5).

Made from nothing but the figures that the same release shows to everybody, so it tells nothing that they do
not. Nothing here is a rank, and no order but the alphabet's is to be had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

import msgspec

from hvb_followup.errors import Problem, Unsound

# In DESIGN §5's order.
GATE_NAMES = ("persons", "response", "shown", "casemix", "pooling", "reliability", "words")
# Outcomes of a gate that let the figure on; every other one is the code of why it closed.
OPEN = frozenset(
    {
        "open", "untold", "not_asked", "not_needed", "not_adjusted", "unknown_mix", "case_mix", "separation",
        "collinear", "not_reached",
    }
)  # fmt: skip
# What may be said of two places, as a figure stores it; the last two pairs are each other's mirrors.
PAIRS = ("alike", "sign_first", "sign_second", "first", "second")
MIRROR = {"sign_first": "sign_second", "sign_second": "sign_first", "first": "second", "second": "first"}
Both = tuple[str, str]


class ComparedUnit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One place in one comparison: every gate's outcome in order, and what may be said.

    ``gates`` holds (gate, outcome); the outcome is ``open``, ``untold`` (of what is not shown), ``not_asked`` (a
    register has no response), ``not_needed``, ``not_adjusted`` or ``unknown_mix`` (case-mix: nothing to allow for;
    no model; the place's own is not known, and the words say so), ``not_reached`` (an earlier gate closed) or the
    code of why it closed; of ``words`` it is the verdict.
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


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """A circumstance that a model allows for: shares 0–1, and its coefficient in logits per whole share."""

    sv: str
    en: str
    centre: float
    low: float
    high: float
    coef: float
    se: float


class Tenth(msgspec.Struct, frozen=True):
    """A tenth of the homes that a model was fitted on: what was expected of them without themselves, and seen (0–1)."""

    expected: float
    observed: float
    places: int
    persons: int


class CaseMix(msgspec.Struct, frozen=True, kw_only=True):
    """The frozen case-mix model that a comparison was made with, whole; ``closed`` where it may not be used."""

    id: str
    invented: bool
    made_on: str
    release: str
    period_from: str
    period_to: str
    places: int
    persons: int
    events: float
    intercept: float
    conditions: tuple[Condition, ...]
    in_large: float
    in_large_se: float
    slope: float
    slope_se: float
    tenths: tuple[Tenth, ...]
    closed: str = ""


class ComparedPair(msgspec.Struct, frozen=True):
    """Two places: the chance that the first lies above the second in whole per cent, and what may be said."""

    per_cent: int
    code: str

    @property
    def chance(self) -> str:
        """The chance as it is written; certainty is never claimed."""
        return "<1" if self.per_cent < 1 else ">99" if self.per_cent > 99 else str(self.per_cent)

    @property
    def is_sure(self) -> bool:
        """True where the two differ for certain."""
        return self.code in ("first", "second")

    def turned(self) -> ComparedPair:
        """The same, told from the other place."""
        return ComparedPair(100 - self.per_cent, MIRROR.get(self.code, self.code))


class ComparedFigure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """One indicator at one level: the group's level, how much places differ, and every place that is shown, by name.

    ``hidden`` are the places of which nothing is shown, by the outcome of that gate, as they are stored; pages read
    them among the others (``Compared.whole``).
    ``n_units`` are the places that the group is made of and ``n_compared`` those with words. ``centre`` (per cent)
    is the group's level, ``spread`` the standard deviation between places in logits, ``reliability`` the middle one
    of the group's, ``n_needed`` the exact answers a place needs for one half. All are None where ``closed`` (the
    code of a gate) says why there is no group. It ``tells_nothing_apart`` where the spread is as likely as not below
    0.1. ``expected_by_chance`` of ``n_compared`` would be flagged though nothing differed, ``flagged`` are.
    ``pairs`` holds two bytes for each two kinds of data, the lower triangle row by row: per cent, and code.
    ``model`` is the case-mix model that there was; pooled figures are then told as if every place had the
    circumstances that are common in the group.
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
    model: CaseMix | None = None
    units: tuple[ComparedUnit, ...] = ()
    hidden: Mapping[str, tuple[str, ...]] = {}
    pairs: bytes = b""

    @cached_property
    def by_place(self) -> Mapping[str, ComparedUnit]:
        """The places that are shown by id, in the order of their names."""
        return {one.whose: one for one in self.units}

    def pair(self, one: str, other: str) -> ComparedPair | None:
        """What may be said of two places; None unless both are compared."""
        first, second = self.by_place.get(one), self.by_place.get(other)
        if first is None or second is None or first.kind is None or second.kind is None:
            return None
        if first.kind == second.kind:
            return ComparedPair(50, "alike")
        low, high = sorted((first.kind, second.kind))
        at = 2 * (high * (high - 1) // 2 + low)
        told = ComparedPair(self.pairs[at], PAIRS[self.pairs[at + 1]])
        return told if first.kind == low else told.turned()


class Compared(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """Every comparison of a release; ``row_hash`` is of the public rows that it was made from.

    Words are in Swedish and English, as the method that made them says: ``pair_words`` by a pair's code, with
    {first}, {second} and {chance} to fill in; ``no_pair`` where none of those chosen differ for certain;
    ``hidden_words`` of places of which nothing is shown; ``overview`` how many homes have any words, and how many
    flags chance alone gives beside how many there are.
    """

    period: str
    method: str
    row_hash: str
    figures: tuple[ComparedFigure, ...]
    pair_words: Mapping[str, Both] = {}
    no_pair: Both = ("", "")
    hidden_words: Both = ("", "")
    overview: tuple[Both, ...] = ()

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

    def whole(self) -> Compared:
        """The same with every place among its figure's: those that are shown, then the others, each by name."""
        figures = tuple(
            msgspec.structs.replace(one, units=self.everybody(one), hidden={}) for one in self.figures
        )
        return msgspec.structs.replace(self, figures=figures)

    def everybody(self, figure: ComparedFigure) -> tuple[ComparedUnit, ...]:
        """The places of a figure: those that are shown, then the others."""
        return (*figure.units, *self._hidden(figure))

    def _hidden(self, figure: ComparedFigure) -> Iterator[ComparedUnit]:
        sv, en = self.hidden_words
        for outcome, places in figure.hidden.items():
            reached = ("untold", "untold", outcome)
            outcomes = (*reached, *["not_reached"] * (len(GATE_NAMES) - len(reached)))
            gates = tuple(zip(GATE_NAMES, outcomes, strict=True))
            for whose in places:
                yield ComparedUnit(whose=whose, gates=gates, verdict="hidden", words_sv=sv, words_en=en)

    def sentence(self, pair: ComparedPair, first: str, second: str, language: str = "sv") -> str:
        """The sentence of two places by their names."""
        said = self.pair_words[pair.code][language == "en"]
        return said.format(first=first, second=second, chance=pair.chance)


def packed(pairs: Iterable[tuple[int, str]]) -> bytes:
    """Pairs (per cent, code) as a figure keeps them."""
    place = {code: number for number, code in enumerate(PAIRS)}
    return bytes([byte for per_cent, code in pairs for byte in (per_cent, place[code])])


def compared_from(body: str | Mapping[str, Any]) -> Compared:
    """The comparisons in a stored body; Unsound where it is none."""
    try:
        if isinstance(body, str):
            return msgspec.json.decode(body, type=Compared)
        return msgspec.convert(body, Compared)
    except msgspec.ValidationError as error:
        raise Unsound(Problem(code="compared-shape", where="jämförelse", says=str(error))) from error
