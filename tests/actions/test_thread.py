"""The thread: one answer, from a code to a published figure, through the errands alone."""

from __future__ import annotations

import msgspec

from hvb_followup.store import releases
from tests.world import NORTH, OTHER, SOUTH, World


async def test_twelve_answers_become_one_coarse_figure_and_six_wait(world: World) -> None:
    await world.placements(NORTH, 12)
    await world.placements(SOUTH, 6)
    await world.open()
    for number, issued in enumerate(await world.codes(NORTH)):
        await world.answer(issued.code, safe_here="very" if number < 8 else "not")
    for issued in await world.codes(SOUTH):
        await world.answer(issued.code)
    await world.close()
    release = await releases.release(await world.release())
    assert release is not None
    figures = {
        (one["indicator"], one["level"], one["whose"]): one
        for one in msgspec.json.decode(release.body)["figures"]
    }
    north, south = figures["U01", "unit", NORTH], figures["U01", "unit", SOUTH]
    assert (north["n"], north["x_lo"], north["x_hi"], north["status"]) == (12, 8, 8, "")
    assert south == {**south, "status": "..", "outcome": "waiting"}
    assert "n" not in south
    assert figures["U01", "unit", OTHER]["outcome"] == "waiting"
    assert figures["U01", "nation", "SE"]["n"] == 18


async def test_response_is_told_where_any_figure_is_told(world: World) -> None:
    """All twelve leave most questions out; that they responded does not hang on the indicator that comes first."""
    await world.placements(NORTH, 12)
    await world.open()
    for issued in await world.codes(NORTH):
        await world.answer(issued.code)
    await world.close()
    release = await releases.release(await world.release())
    assert release is not None
    figures = {
        (one["indicator"], one["level"]): one
        for one in msgspec.json.decode(release.body)["figures"]
        if one["whose"] == NORTH
    }
    assert figures["D01", "unit"]["outcome"] == "waiting"
    assert figures["U01", "unit"]["n"] == 12
    assert figures["Q01", "unit"]["response"] == "≥ 70 %"
