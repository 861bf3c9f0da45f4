"""Invented nations, eight releases each, of registers and of answers, all pooled: nothing can be taken apart."""

from __future__ import annotations

import pytest

from hvb_followup.disclosure.audit import audit
from tests.disclosure.registers import invent as invent_answers
from tests.disclosure.registers import release as release_answers

from .invented import invent
from .released import pooled, release


def findings(seed: int) -> tuple[int, int]:
    """How many figures were shown, how many exactly; none of them may be found at fault."""
    registers = release(invent(seed))
    ledger = pooled(registers.ledger(), release_answers(invent_answers(seed)).ledger())
    assert audit(ledger) == (), f"seed {seed}"
    return sum(one.is_shown for one in registers.figures), sum(one.is_exact for one in registers.figures)


def test_eight_releases_of_registers_and_answers_give_nothing_away() -> None:
    shown, exact = findings(100)
    assert shown > 2_000
    assert exact > 0


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(50))
def test_fifty_nations_of_registers_and_answers_give_nothing_away(seed: int) -> None:
    assert findings(seed)[0] > 1_000
