"""P9: an attack that shares no code with the audit, on everything released to anybody.

It knows how many answered under each datum and each datum's coarse class, and has every sum that was told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog

from hvb_followup.disclosure.model import Datum, Figure
from tests.disclosure.registers import SHAPES, invent, release

from .lines import Line

SMALLEST = 5
_EPSILON = 1e-6


def nothing_hidden_can_be_worked_out(*, quick: bool) -> list[Line]:
    """P9: invented nations of homes within providers, län and groups, eight releases each, 12 worlds."""
    pinned = few = tried = pairs = 0
    for seed in range(1 if quick else 12):
        world = release(invent(seed))
        for shape in SHAPES:
            shown = [one for one in world.figures if one.indicator == shape.id and one.is_shown]
            data = {one.id: one for one in world.data if one.indicator == shape.id}
            attacked = list(_attainable(data, shown))
            tried += len(attacked)
            pinned += sum(_is_pinned(data[name], span, shape.sensitivity) for name, span in attacked)
            differences = list(_differences(data, shown))
            pairs += len(differences)
            few += sum(1 <= one < SMALLEST for one in differences)
    return [
        Line(what="P9 hidden counts attacked by linear programs", value=tried, least=20),
        Line(what="P9 of them pinned down", value=pinned, most=0),
        Line(what="P9 pairs of told groups, one within the other", value=pairs, least=100),
        Line(what="P9 of them with 1–4 answers between", value=few, most=0),
    ]


def _attainable(data: Mapping[str, Datum], shown: Sequence[Figure]) -> Iterator[tuple[str, tuple[int, int]]]:
    """What each datum in an exact sum can be: the least and the greatest count, all sums told."""
    names = sorted({one for figure in shown if figure.is_exact for one in figure.data})
    if not names:
        return
    place = {name: column for column, name in enumerate(names)}
    counted = [one for one in shown if one.x_lo is not None and set(one.data) <= set(names)]
    member = np.zeros((len(counted), len(names)))
    for row, figure in enumerate(counted):
        member[row, [place[one] for one in figure.data]] = 1
    limits = [float(one.x_hi or 0) for one in counted] + [-float(one.x_lo or 0) for one in counted]
    boxes = [(data[name].x_lo, data[name].x_hi) for name in names]
    for name in names:
        if data[name].x_lo < data[name].x_hi:
            yield name, _span(place[name], np.vstack([member, -member]), limits, boxes)


def _span(
    column: int, member: np.ndarray, limits: Sequence[float], boxes: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(boxes))
        cost[column] = sign
        found = linprog(cost, A_ub=member, b_ub=limits, bounds=boxes)
        assert found.success, "what was told contradicts itself"
        ends.append(sign * found.fun)
    return ceil(ends[0] - _EPSILON), floor(ends[1] + _EPSILON)


def _is_pinned(datum: Datum, span: tuple[int, int], sensitivity: int) -> bool:
    """True when fewer values are left than an end class must hold: two, of sensitive items three."""
    return span[1] - span[0] + 1 < min(sensitivity + 1, datum.x_hi - datum.x_lo + 1)


def _differences(data: Mapping[str, Datum], shown: Sequence[Figure]) -> Iterator[int]:
    """The answers in one told group and not in another that lies within it."""
    groups = {frozenset(one.data): None for one in shown}
    for inner, outer in permutations(groups, 2):
        if inner < outer:
            yield sum(data[one].n for one in outer - inner)
