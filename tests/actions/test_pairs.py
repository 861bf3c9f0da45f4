"""From start and exit to a figure of change: paired, frozen, audited, published and built again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from hvb_followup.actions.publish import publishing
from hvb_followup.actions.respond import answering
from hvb_followup.store import releases
from tests.world import NORTH, World

YOUNG, CONTACT, SOCIAL = "ung-utfall", "kontaktperson", "socialsekreterare"
DAY = dt.timedelta(days=1)
STARTED, ENDED = dt.date(2026, 7, 1), dt.date(2026, 10, 20)
LOW = {"life": "2", "happy": "sometimes", "calm": "sometimes", "worried": "mostly", "sleep": "bad"}
HIGH = {"life": "9", "happy": "mostly", "calm": "always", "worried": "never", "sleep": "good"}
NEAR = {"goal": "sleep", "near_sleep": "9"}
FAR = {"goal": "sleep", "near_sleep": "2"}


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 10, tzinfo=dt.UTC)


async def say(world: World, unit: str, family: str, said: dict[str, dict[str, str]]) -> None:
    """Those who are named answer about their placement, whose moment is due now."""
    half_year = "2026H2" if world.now < noon(dt.date(2026, 12, 1)) else "2027H1"
    for code in await world.codes(unit, half_year, family=family):
        if code.placement in said:
            sitting = await world.enter(code.code)
            await world.write(
                sitting,
                {"alone": "alone"} | said[code.placement] if family == YOUNG else said[code.placement],
            )
            await answering.finish(world.box, sitting)


async def followed(world: World, better: int, worse: int, silent: int, unit: str = NORTH) -> None:
    """So many whose wellbeing rose, fell, and who never answered at the end; all came and left on the same days."""
    names = [f"L{number}" for number in range(better + worse + silent)]
    for name in names:
        await world.placement(name, STARTED, ENDED, unit=unit)
    world.now = noon(STARTED + 10 * DAY)
    await world.follow("2026H2")
    risen, fallen = set(names[:better]), set(names[better : better + worse])
    await say(world, unit, YOUNG, {name: HIGH if name in fallen else LOW for name in names})
    await say(
        world, unit, CONTACT, {name: {"mood": "bad", "worried": "always", "sleep": "bad"} for name in names}
    )
    world.now = noon(ENDED + DAY)
    ends = {name: {**HIGH, **NEAR} for name in risen} | {name: {**LOW, **FAR} for name in fallen}
    await say(world, unit, YOUNG, ends)
    await say(
        world,
        unit,
        CONTACT,
        {name: {"mood": "very_good", "worried": "never", "sleep": "very_good"} for name in risen | fallen},
    )
    await say(world, unit, SOCIAL, {name: {"goals": "reached"} for name in risen | fallen})


async def told(world: World, release_id: str) -> dict[str, dict[str, Any]]:
    """The public rows of the north home, by indicator."""
    release = await releases.release(release_id)
    assert release is not None
    rows = msgspec.json.decode(release.body)["figures"]
    return {row["indicator"]: row for row in rows if (row["level"], row["whose"]) == ("unit", NORTH)}


async def test_change_is_told_of_pairs_with_who_was_not_followed_up(world: World) -> None:
    await followed(world, better=8, worse=4, silent=3)
    await world.close()
    rows = await told(world, await world.release())
    counts = {
        one: (rows[one]["n"], rows[one]["x_lo"], rows[one]["x_hi"]) for one in ("R01", "R02", "R01k", "R02k")
    }
    assert counts == {"R01": (12, 8, 8), "R02": (12, 4, 4), "R01k": (12, 11, 12), "R02k": (12, 0, 1)}
    assert (rows["R03"]["n"], rows["R03"]["x_lo"], rows["R03"]["x_hi"]) == (12, 8, 8)
    assert (rows["R03s"]["n"], rows["R03s"]["x_lo"], rows["R03s"]["x_hi"]) == (12, 11, 12)
    assert rows["R01"]["response"] == "≥ 70 %"
    assert "effekt" not in rows["R01"]["sentence_sv"]


async def test_a_release_with_pairs_is_built_again_with_the_same_hash_and_withstands_the_attack(
    world: World,
) -> None:
    await followed(world, better=8, worse=4, silent=3)
    await world.close()
    release_id = await world.release()
    assert await publishing.rebuild(world.context(), world.counter_keys, release_id)
    assert await publishing.attack(world.context(), world.counter_keys) == ()


async def test_starts_alone_are_nowhere_and_an_exit_half_a_year_later_never_reopens_an_atom(
    world: World,
) -> None:
    """The thirteenth leaves half a year later: the first release is the same without her, and she waits for others."""
    await world.placement("late", STARTED, dt.date(2027, 2, 1))
    await followed(world, better=8, worse=4, silent=0)
    world.now = noon(STARTED + 12 * DAY)
    await say(world, NORTH, YOUNG, {"late": LOW})
    await world.close()
    first = await told(world, await world.release())
    world.now = noon(dt.date(2027, 2, 1))
    await world.follow("2027H1")
    await say(world, NORTH, YOUNG, {"late": {**HIGH, **NEAR}})
    await world.close("2027H1")
    second = await told(world, await world.release("2027H1"))
    same = ("n", "x_lo", "x_hi", "period_from", "period_to", "sentence_sv")
    for indicator in ("R01", "R02"):
        assert [first[indicator][key] for key in same] == [second[indicator][key] for key in same]
    assert await publishing.attack(world.context(), world.counter_keys) == ()


async def test_nine_pairs_are_told_to_nobody_in_numbers(world: World) -> None:
    await followed(world, better=6, worse=3, silent=0)
    await world.close()
    rows = await told(world, await world.release())
    assert {rows[one]["status"] for one in ("R01", "R02", "R03")} == {".."}
    assert not [key for key in rows["R01"] if key in ("n", "x_lo", "value", "response")]


@pytest.mark.parametrize(("silent", "band", "speaks"), [(2, "≥ 70 %", True), (8, "50–69 %", False)])
async def test_no_words_for_a_home_of_whom_too_few_were_followed_up(
    world: World, silent: int, band: str, speaks: bool
) -> None:
    await followed(world, better=8, worse=4, silent=silent)
    await world.close()
    row = (await told(world, await world.release()))["R01"]
    assert row["response"] == band
    assert ("För få är uppföljda" in row["sentence_sv"]) is not speaks
    assert "nte uppföljda" in row["sentence_sv"]
