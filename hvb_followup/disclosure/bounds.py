"""What an attacker can work out of a datum from sums told too finely: linear programs.

Soundness. An attacker who knows every datum's coarse interval (a box) and the sums told loses
nothing by our looking at tight sums only: a sum whose interval equals the sum of its boxes cuts
nothing off the product of the boxes, so a datum in no tight sum can take every value of its box.
Data that lie in exactly the same tight sums are alike to him: only their total T enters any sum, and
T ranges over the sum of their boxes. So one variable per such class is enough, and a datum's exact
range follows from T's: x = T − (the others), where the others range freely over their boxes. The
programs are relaxations without integrality; rounding their ends inwards gives the attainable
integers' hull.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Interval = tuple[int, int]
TightSum = tuple[frozenset[str], Interval]
# HiGHS keeps constraints within 1e-7; anything this near to an integer is that integer.
_EPSILON = 1e-6


def attainable(boxes: Mapping[str, Interval], sums: Sequence[TightSum]) -> dict[str, Interval]:
    """For each datum in any of the sums: the least and greatest integer it can be, given all of them.

    An empty range (least above greatest) means that what was told contradicts itself.
    """
    classes = _classes(boxes, sums)
    members = list(classes.values())
    totals = [(sum(boxes[one][0] for one in ids), sum(boxes[one][1] for one in ids)) for ids in members]
    ranges = _ranges(totals, _matrix(list(classes), len(sums)), [interval for _, interval in sums])
    found: dict[str, Interval] = {}
    for ids, total, reached in zip(members, totals, ranges, strict=True):
        found.update({one: _datum_range(boxes[one], total, reached) for one in ids})
    return found


def _classes(boxes: Mapping[str, Interval], sums: Sequence[TightSum]) -> dict[tuple[int, ...], list[str]]:
    """Data by the tight sums they lie in."""
    lies_in: defaultdict[str, list[int]] = defaultdict(list)
    for row, (ids, _) in enumerate(sums):
        for one in ids:
            lies_in[one].append(row)
    classes: defaultdict[tuple[int, ...], list[str]] = defaultdict(list)
    for one in sorted(lies_in):
        if one in boxes:
            classes[tuple(lies_in[one])].append(one)
    return dict(classes)


def _matrix(signatures: Sequence[tuple[int, ...]], n_sums: int) -> csr_matrix:
    pairs = [(row, column) for column, rows in enumerate(signatures) for row in rows]
    rows = [row for row, _ in pairs]
    columns = [column for _, column in pairs]
    return csr_matrix((np.ones(len(pairs)), (rows, columns)), shape=(n_sums, len(signatures)))


def _ranges(
    totals: Sequence[Interval], matrix: csr_matrix, intervals: Sequence[Interval]
) -> list[tuple[float, float]]:
    """The least and greatest total of each class."""
    limits = np.concatenate([[high for _, high in intervals], [-low for low, _ in intervals]])
    both = csr_matrix(np.vstack([matrix.toarray(), -matrix.toarray()]))
    found = []
    for column in range(len(totals)):
        least = _extreme(column, 1.0, both, limits, totals)
        greatest = _extreme(column, -1.0, both, limits, totals)
        found.append((least, greatest))
    return found


def _extreme(
    column: int, sign: float, matrix: csr_matrix, limits: NDArray[np.float64], totals: Sequence[Interval]
) -> float:
    goal = np.zeros(len(totals))
    goal[column] = sign
    answer = scipy.optimize.linprog(goal, A_ub=matrix, b_ub=limits, bounds=totals, method="highs")
    # Told sums that contradict each other leave no value: the empty range shows it.
    return float(sign * answer.fun) if answer.status == 0 else sign * math.inf


def _datum_range(box: Interval, total: Interval, reached: tuple[float, float]) -> Interval:
    others = total[0] - box[0], total[1] - box[1]
    least = max(float(box[0]), reached[0] - others[1])
    greatest = min(float(box[1]), reached[1] - others[0])
    if math.isinf(least) or math.isinf(greatest):
        return 1, 0
    return math.ceil(least - _EPSILON), math.floor(greatest + _EPSILON)
