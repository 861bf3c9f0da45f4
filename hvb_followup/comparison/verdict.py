"""Which word a figure may have beside its group's: every gate in order, then how sure the model is (R3 §4.2).

The outcome of each gate is kept and shown as the reason. Numbers are seen to six figures. No outcome is a
rank, a star or a total.
"""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from hvb_followup.comparison.nonresponse import COMPARABLE
from hvb_followup.comparison.reliability import ENOUGH
from hvb_followup.gates import Floats, six_figures, six_figures_each

Verdict = Literal[
    "no_persons",
    "response",
    "hidden",
    "reliability",
    "not_fitted",
    "alike",
    "sign_higher",
    "sign_lower",
    "higher",
    "lower",
    "unusual_high",
    "unusual_low",
]
Pair = Literal["alike", "sign_first", "sign_second", "first", "second"]
PAIRS: tuple[Pair, ...] = ("first", "second", "sign_first", "sign_second", "alike")  # the surest first
SIGN, SURE, UNUSUAL, PERIODS = 0.90, 0.975, 0.001, 2


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a figure when its word is chosen; shares and probabilities are 0–1.

    ``above`` is P(the unit above its group); the tails are predictive mid-p, and ``passes_fdr`` whether they
    stand among all units' (BH 5 %); ``periods`` how many windows without common answers were as unusual.
    NaN stands for what could not be worked out.
    """

    persons: int
    response: float
    is_shown: bool
    is_adjusted: bool
    reliability: float
    above: float
    lower_tail: float = 1.0
    upper_tail: float = 1.0
    passes_fdr: bool = False
    periods: int = 1
    is_selected: bool = False


def verdict(evidence: Evidence) -> Verdict:
    """The first gate that closes, or the word: persons → response → shown → pooling → reliability → words.

    The case-mix gate closes nothing: it adds a remark to the words.
    """
    if evidence.persons <= 0:
        return "no_persons"
    if evidence.is_selected or not six_figures(evidence.response) >= COMPARABLE:
        return "response"
    if not evidence.is_shown:
        return "hidden"
    if evidence.above != evidence.above:
        return "not_fitted"
    # Written so that a reliability that is NaN closes the gate too.
    if not six_figures(evidence.reliability) >= ENOUGH:
        return "reliability"
    return _word(evidence)


def _word(evidence: Evidence) -> Verdict:
    above = six_figures(evidence.above)
    higher, lower = above >= SURE, six_figures(1 - above) >= SURE
    if evidence.passes_fdr and evidence.periods >= PERIODS:
        if higher and six_figures(evidence.upper_tail) < UNUSUAL:
            return "unusual_high"
        if lower and six_figures(evidence.lower_tail) < UNUSUAL:
            return "unusual_low"
    if higher or lower:
        return "higher" if higher else "lower"
    if above > SIGN:
        return "sign_higher"
    return "sign_lower" if six_figures(1 - above) > SIGN else "alike"


def pair(above: float) -> Pair:
    """What may be said of two units from P(the first above the second); NaN says nothing."""
    sure = six_figures(above), six_figures(1 - above)
    if sure[0] >= SURE or sure[1] >= SURE:
        return "first" if sure[0] >= SURE else "second"
    if sure[0] > SIGN:
        return "sign_first"
    return "sign_second" if sure[1] > SIGN else "alike"


def pairs(above: Floats) -> list[Pair]:
    """``pair`` of each of many probabilities."""
    first, second = six_figures_each(above), six_figures_each(1 - above)
    met = [first >= SURE, second >= SURE, first > SIGN, second > SIGN]
    return [PAIRS[one] for one in np.select(met, [0, 1, 2, 3], 4).tolist()]


def compares(found: Verdict) -> bool:
    """Whether a figure with this outcome may be exported as comparable (R3 §4.2.7)."""
    return found not in ("no_persons", "response", "hidden", "reliability", "not_fitted")
