"""Random paths, stored through the errands: what is counted is what was said, the same on both engines (issue 5).

A few of each kind in CI, and by night some thousands.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.count import Counted, open_record
from hvb_followup.pseudonyms import link
from hvb_followup.questionnaires import answers, routing
from hvb_followup.store import counting
from tests.walks import some_answer
from tests.world import NORTH, World

NOW = dt.datetime(2026, 9, 20, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
YOUNG, LIVES = "ung-utfall", "ung-upplevelse"
AGES = (13, 14, 15, 16, 19, 20)
MANY = 20  # placements of each age, by night
# Every kind of sitting that a card opens; a moment along the way is asked about by messages alone.
KINDS = [
    *((YOUNG, edition, moment) for edition in ("standard", "easy") for moment in ("start", "exit", "after")),
    *((LIVES, edition, "") for edition in ("standard", "easy")),
    *(("kontaktperson", "standard", moment) for moment in ("start", "exit")),
    ("socialsekreterare", "standard", "exit"),
]


async def walked(
    world: World, code: str, edition: str, dice: random.Random
) -> tuple[Sitting, dict[str, str]]:
    """A sitting answered at random to its end, page by page; what should be stored, worked out beside it."""
    sitting = msgspec.structs.replace(await world.enter(code), edition=edition)
    questionnaire, said = world.box.questionnaire(sitting), dict[str, str]()
    while True:
        draft = await answering.draft_of(world.box, sitting)
        waiting = [one for one in answering.items(world.box, sitting, draft) if one.id not in said]
        if not waiting:
            break
        sent = some_answer(dice, questionnaire, waiting[0], edition)
        said[waiting[0].id] = answers.read(questionnaire, waiting[0], edition, sent)
        assert await answering.save(world.box, sitting, draft, waiting[0], said[waiting[0].id])
    await answering.finish(world.box, sitting)
    path = routing.shown(questionnaire, edition=edition, age=sitting.age, moment=sitting.moment, answers=said)
    assert [one.id for one in path] == list(said)
    return sitting, {one.id: said.get(one.id, answers.NOT_SHOWN) for one in questionnaire.items}


async def counted_by_link(world: World, family: str) -> dict[str, Counted]:
    """The counted rows of a family in the north home."""
    found: dict[str, Counted] = {}
    for wave in await counting.sealed_waves(world.database):
        if wave.family == family and wave.unit == NORTH:
            record = open_record(wave.record, wave.wave, world.counter_keys.storage)
            found |= {one.link: one for one in record.counted}
    return found


@pytest.mark.parametrize("edition", ["standard", "easy"])
@pytest.mark.parametrize("moment", ["start", "exit"])
async def test_what_is_counted_is_what_was_walked(world: World, edition: str, moment: str) -> None:
    await assert_counted_as_walked(world, YOUNG, edition, moment)


@pytest.mark.parametrize("family", ["kontaktperson", "socialsekreterare"])
async def test_what_adults_walked_is_counted_too(world: World, family: str) -> None:
    await assert_counted_as_walked(world, family, "standard", "exit")


@pytest.mark.nightly
@pytest.mark.parametrize(("family", "edition", "moment"), KINDS)
async def test_what_hundreds_walked_is_counted(world: World, family: str, edition: str, moment: str) -> None:
    await assert_counted_as_walked(world, family, edition, moment, ages=[*range(13, 21)] * MANY)


async def assert_counted_as_walked(
    world: World, family: str, edition: str, moment: str, ages: Sequence[int] = AGES
) -> None:
    """One placement of each age; the seed is the test's own, so that both engines walk the same."""
    dice, expected = random.Random(f"{family} {edition} {moment}"), dict[str, dict[str, Any]]()
    started_on, ended_on = stay(moment)
    for number, age in enumerate(ages):
        await world.placement(f"L-{number}", started_on, ended_on, birth_year=started_on.year - age)
    await (world.follow(now=NOW) if moment else world.open())
    for issued in await world.codes(NORTH, family=family):
        sitting, row = await walked(world, issued.code, edition, dice)
        assert sitting.moment == moment
        if row.get("alone") != "helped_staff":  # such answers are dropped before anything is counted
            expected[link(world.counter_keys.link, issued.placement)] = row
    await world.close()
    counted = await counted_by_link(world, family)
    assert {key: one.answers for key, one in counted.items()} == expected
    assert {(one.moment, one.edition) for one in counted.values()} == {(moment, edition)}
    assert len(expected) >= len(ages) / 2


def stay(moment: str) -> tuple[dt.date, dt.date | None]:
    """The first and last day of a stay that is asked about a moment now; "" for one that goes on."""
    today = NOW.date()
    return {
        "start": (today - 10 * DAY, None),
        "exit": (today - 100 * DAY, today - DAY),
        "after": (today - 300 * DAY, today - 200 * DAY),
        "": (today - 100 * DAY, None),
    }[moment]
