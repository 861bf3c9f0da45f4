"""Fifty invented registers, eight releases each, all pooled: nothing can be taken apart."""

from __future__ import annotations

import pytest

from hvb_followup.disclosure.audit import audit

from .attacks import derivable_from_a_naive_release
from .registers import invent, release


@pytest.mark.parametrize("tens", range(5))
def test_eight_pooled_releases_of_a_register_give_nothing_away(tens: int) -> None:
    shown = exact = 0
    for seed in range(10 * tens, 10 * tens + 10):
        world = release(invent(seed))
        assert audit(world.ledger()) == (), f"seed {seed}"
        shown += sum(figure.is_shown for figure in world.figures)
        exact += sum(figure.is_exact for figure in world.figures)
    # Silence would be safe too: the releases must say something, exact sums among it.
    assert shown > 5_000
    assert exact > 20


def test_a_plain_release_from_five_persons_gives_answers_away() -> None:
    found = [derivable_from_a_naive_release(invent(seed)) for seed in range(5)]
    derivable, answers = (sum(column) for column in zip(*found, strict=True))
    print(f"plain k ≥ 5: {derivable} of {answers} answers exactly derivable ({derivable / answers:.0%})")
    assert all(one > 0 for one, _ in found)
