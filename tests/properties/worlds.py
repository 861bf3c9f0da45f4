"""Invented homes: how many answered, in atoms of five persons and more, and what the coarse datum says of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from scipy import special

from hvb_followup.comparison import likelihoods
from hvb_followup.disclosure.coarse import coarse
from hvb_followup.gates import Floats

ATOM = 5


class Home(msgspec.Struct, frozen=True):
    """A home's counts by atom: (how many said yes, of how many), as they are and as they may be told."""

    counts: tuple[tuple[int, int], ...]

    @property
    def n(self) -> int:
        return sum(n for _, n in self.counts)

    @property
    def x(self) -> int:
        return sum(x for x, _ in self.counts)

    @property
    def told(self) -> tuple[int, int]:
        """The coarse datum of the whole: from how many, to how many."""
        ends = [coarse(n, x, 1) for x, n in self.counts]
        return sum(low for low, _ in ends), sum(high for _, high in ends)

    def unit(self, *, is_coarse: bool) -> likelihoods.Unit:
        """The home as the hierarchical model takes it."""
        if not is_coarse:
            return (likelihoods.Atom(x_lo=self.x, x_hi=self.x, n=self.n),)
        ends = [(*coarse(n, x, 1), n) for x, n in self.counts]
        return tuple(likelihoods.Atom(x_lo=low, x_hi=high, n=n) for low, high, n in ends)


def sizes(n: int) -> list[int]:
    """The smallest atoms that n persons may lie in: five and five, and the rest with the last."""
    full = max(1, n // ATOM)
    return [*[ATOM] * (full - 1), n - ATOM * (full - 1)]


def home(x: int, n: int, rng: np.random.Generator) -> Home:
    """x of n, spread over the atoms by chance."""
    own = sizes(n)
    shares = rng.multivariate_hypergeometric(own, x)
    return Home(tuple((int(part), size) for part, size in zip(shares, own, strict=True)))


def homes(
    rng: np.random.Generator, k: int, n_from: int, n_to: int, share: float, tau: float = 0.0
) -> tuple[list[Home], Floats]:
    """k homes of n_from … n_to persons whose shares spread by tau (logit SD), and those shares."""
    n = rng.integers(n_from, n_to + 1, k)
    true = special.expit(special.logit(share) + tau * rng.standard_normal(k))
    drawn = rng.binomial(n, true)
    return [home(int(x), int(size), rng) for x, size in zip(drawn, n, strict=True)], np.asarray(true)


def pooled_share(group: Sequence[Home], *, is_coarse: bool) -> float:
    """The group's share: of what is known, at the middle of it where it is coarse."""
    if not is_coarse:
        return sum(one.x for one in group) / sum(one.n for one in group)
    return sum(sum(one.told) / 2 for one in group) / sum(one.n for one in group)
