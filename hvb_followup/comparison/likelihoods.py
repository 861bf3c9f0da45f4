"""How likely a unit's datum is at each level on a grid: exact counts, coarse counts, events.

A unit's datum is the sum of its atoms' coarse data, each known only to lie between two counts (DESIGN
§4.4). What is known is every atom's interval, so the likelihood is a product over atoms of the
probability of the interval: an interval-censored binomial.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from hvb_followup.gates import IMPOSSIBLE, NO_ANSWERS, NO_UNITS, NOT_A_NUMBER, ONE_UNIT, Floats, Gate, floats


class Atom(msgspec.Struct, frozen=True, kw_only=True):
    """A coarse datum: between x_lo and x_hi of n answered so. Exact where the two are the same."""

    x_lo: int
    x_hi: int
    n: int


Unit = Sequence[Atom]


def exact_units(x: ArrayLike, n: ArrayLike) -> list[Unit] | Gate:
    """Units whose counts are known; a gate where a count is missing or not whole."""
    counts, totals = floats(x), floats(n)
    if counts.shape != totals.shape or not (np.isfinite(counts).all() and np.isfinite(totals).all()):
        return NOT_A_NUMBER
    if (counts % 1 != 0).any() or (totals % 1 != 0).any():
        return IMPOSSIBLE
    return [
        (Atom(x_lo=int(count), x_hi=int(count), n=int(total)),)
        for count, total in zip(counts, totals, strict=True)
    ]


def units_gate(units: Sequence[Unit]) -> Gate | None:
    """What is wrong with units' data, if anything; at least two units with answers are needed."""
    if not units:
        return NO_UNITS
    atoms = [atom for unit in units for atom in unit]
    if not np.isfinite([(atom.x_lo, atom.x_hi, atom.n) for atom in atoms]).all():
        return NOT_A_NUMBER
    if any(not 0 <= atom.x_lo <= atom.x_hi <= atom.n for atom in atoms):
        return IMPOSSIBLE
    answered = sum(any(atom.n > 0 for atom in unit) for unit in units)
    if answered == 0:
        return NO_ANSWERS
    return ONE_UNIT if answered == 1 else None


def share_log(units: Sequence[Unit], level: Floats, offsets: Floats | None = None) -> Floats:
    """Log-likelihood of each unit at each level (logits), shape (units, levels).

    ``offsets`` (logits, one per unit) move a unit's level by what its case-mix lets one expect. The same atom
    at the same offset occurs in many units and is worked out once.
    """
    moved = [0.0] * len(units) if offsets is None else [float(one) for one in offsets]
    # −log p and −log(1 − p) at each level, in a form that neither end of the grid makes overflow.
    sides = {one: (np.logaddexp(0, -(level + one)), np.logaddexp(0, level + one)) for one in set(moved)}
    known: dict[tuple[Atom, float], Floats] = {}
    for unit, offset in zip(units, moved, strict=True):
        for atom in unit:
            if (atom, offset) not in known:
                known[atom, offset] = _atom_log(atom, *sides[offset])
    return np.array(
        [
            sum((known[atom, offset] for atom in unit), np.zeros_like(level))
            for unit, offset in zip(units, moved, strict=True)
        ]
    )


def _atom_log(atom: Atom, yes: Floats, no: Floats) -> Floats:
    """log P(x_lo ≤ X ≤ x_hi) where −log p is ``yes`` and −log(1 − p) ``no``; nothing is learned from an interval
    over the whole scale."""
    if atom.x_hi - atom.x_lo == atom.n:
        return np.zeros_like(yes)
    count = np.arange(atom.x_lo, atom.x_hi + 1)[:, None]
    ways = special.gammaln(atom.n + 1) - special.gammaln(count + 1) - special.gammaln(atom.n - count + 1)
    each = ways - count * yes - (atom.n - count) * no
    top = each.max(axis=0)
    return np.asarray(each[0] if len(each) == 1 else top + np.log(np.exp(each - top).sum(axis=0)))


def count_log(events: ArrayLike, expected: ArrayLike, level: Floats) -> Floats:
    """Poisson log-likelihood of events at each log ratio to what was expected, shape (units, levels)."""
    observed, mean = floats(events)[:, None], floats(expected)[:, None]
    return np.asarray(
        observed * (level + np.log(mean)) - mean * np.exp(level) - special.gammaln(observed + 1)
    )


def count_gate(events: Floats, expected: Floats) -> Gate | None:
    """What is wrong with units' events, if anything."""
    if events.size == 0:
        return NO_UNITS
    if events.shape != expected.shape or not (np.isfinite(events).all() and np.isfinite(expected).all()):
        return NOT_A_NUMBER
    if (events < 0).any() or (expected <= 0).any():
        return IMPOSSIBLE
    return ONE_UNIT if len(events) == 1 else None
