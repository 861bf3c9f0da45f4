"""The invented nation meets the case-mix models that were made of it, and nobody else does."""

from __future__ import annotations

import asyncio

from hvb_followup.demo.closing import alone
from hvb_followup.running import Operation, operation
from tests.demo.nation import SmallNation

INVENTED = ("S01-2025H2-demo", "S02-2025H2-demo", "U01-2025H2-demo")


async def known(surroundings: Operation, about: str) -> tuple[str, ...]:
    """The models that an errand would meet."""
    return tuple(model.id for model in surroundings.catalogue.models)


async def test_both_hands_of_a_demonstration_meet_the_invented_models(small_nation: SmallNation) -> None:
    async with operation(small_nation.settings) as surroundings:
        assert await known(surroundings, "") == INVENTED
    assert await asyncio.to_thread(alone, known, small_nation.settings, "") == INVENTED
