"""Comparing a nation: 607 homes × 25 indicators through every gate, pairs included, beside bare passes of numpy.

    python -m tests.benchmarks.comparison [--units 607 --indicators 25]

The bare passes are what no such model can do without: each home's likelihood times each cell of (μ, τ), once.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from hvb_followup.comparison.pooled import Group
from hvb_followup.comparison.together import Place, Together, together

LIMIT = 15.0  # seconds of one core (issue 4)


def nation(units: int, seed: int) -> list[Place]:
    """Homes whose levels differ, each with three atoms' coarse sum of 24–60 answers."""
    dice = np.random.default_rng(seed)
    found = []
    for number in range(units):
        share = 1 / (1 + np.exp(-(1.1 + 0.5 * dice.normal())))
        atoms = [(int(n), int(dice.binomial(n, share))) for n in dice.integers(8, 21, 3)]
        low = sum(0 if x <= 1 else n - 1 if x >= n - 1 else x for n, x in atoms)
        high = sum(1 if x <= 1 else n if x >= n - 1 else x for n, x in atoms)
        size = sum(n for n, _ in atoms)
        found.append(Place(whose=f"H{number}", n=size, x_lo=low, x_hi=high, response=0.7))
    return found


def n_pairs(found: Together) -> int:
    """How many pairs were worked out: every two kinds of data that are compared."""
    if not isinstance(found.group, Group):
        return 0
    kinds = sorted({one.kind.number for one in found.places if one.kind is not None})
    return len(found.group.above(kinds))


def bare(found: Together) -> float:
    """Seconds of one pass: the likelihood of every kind over every cell, and the logarithm of each."""
    if not isinstance(found.group, Group):
        return 0.0
    posterior = found.group.posterior
    began = time.process_time()
    np.log(np.maximum(posterior.likelihood @ posterior.kernel.T, 1e-300)).sum()
    return time.process_time() - began


def main() -> None:
    """Compare, and print each figure beside its limit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=607)
    parser.add_argument("--indicators", type=int, default=25)
    asked = parser.parse_args()
    nations = [nation(asked.units, seed) for seed in range(asked.indicators)]
    fitting = pairing = passes = 0.0
    pairs = words = flagged = 0
    for places in nations:
        began = time.process_time()
        found = together(places)
        fitted = time.process_time()
        pairs += n_pairs(found)
        fitting, pairing = fitting + fitted - began, pairing + time.process_time() - fitted
        passes += bare(found)
        words, flagged = words + found.n_compared, flagged + found.flagged
    print(
        f"{asked.units} homes × {asked.indicators} indicators: {words} words, {flagged} flags, {pairs} pairs"
    )
    print(
        f"fitted, through every gate: {fitting:.1f} s of one core (limit {LIMIT:.0f} s); the pairs: {pairing:.1f} s"
    )
    print(f"one bare pass of numpy over the same likelihoods: {passes:.2f} s, {fitting / passes:.0f} × less")


if __name__ == "__main__":
    main()
