"""Young people who write in their own words, through the same errands as the pages; and what the desk's pages show."""

from __future__ import annotations

import re

from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import Finished
from tests.safeguarding.reviewing import Reviewed
from tests.world import FAMILY, HALF_YEAR, NORTH, World

GOOD, CHANGE = "good_thing", "change_thing"
WRITTEN = "Maten är god och Kajsakanari är snäll."


def pool_of(item: str, half_year: str = HALF_YEAR) -> str:
    """The pool of a question of the young."""
    return f"{FAMILY}:1:{half_year}:{item}"


async def write(world: World, code: str, words: dict[str, str], alone: str = "alone") -> Finished:
    """One young person answers, writes, and is done."""
    sitting = await world.enter(code)
    await world.write(sitting, {"safe_here": "very", "alone": alone})
    for item_id, text in words.items():
        draft = await answering.draft_of(world.box, sitting)
        item = world.box.questionnaire(sitting).item(item_id)
        assert await answering.save_words(world.box, sitting, draft, item, text)
    return await answering.finish(world.box, sitting)


async def one_pool(reviewed: Reviewed) -> str:
    """Two live in a home, one of them has written, and the wave is counted."""
    world = reviewed.world
    await world.placements(NORTH, 2)
    await world.open()
    first, second = await world.codes(NORTH)
    await write(world, first.code, {GOOD: WRITTEN})
    await world.answer(second.code)
    await world.close()
    return pool_of(GOOD)


def marks_in(page: str) -> list[str]:
    """The marks of the texts on a page of the desk, in order."""
    return re.findall(r'name="text" value="([0-9a-f]+)"', page)
