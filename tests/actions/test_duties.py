"""D04, counted again by hand: after how many waves the young people were told back within thirty days (class C)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest

from hvb_followup.actions.publish.facts import refresh
from hvb_followup.actions.publish.publishing import rebuild
from hvb_followup.pages.facts import Facts, Feedback
from hvb_followup.store import releases
from hvb_followup.waves.schedule import window
from tests.telling_back import TEXT, WHAT, tell_back
from tests.world import ALFA, BETA, NORTH, OTHER, SOUTH, World

EARLIER = ("2025H2", "2026H1")
# Days after the close that each home told back; None: never. One day more than thirty is too late.
DAYS = {NORTH: (0, 30), SOUTH: (31, 5), OTHER: (None, 31)}


async def later(world: World, half_year: str, days: int) -> None:
    world.now = window(half_year).closes_at + dt.timedelta(days=days)


async def two_waves(world: World) -> None:
    """Two waves close, and are told back on the days of the table."""
    for place, half_year in enumerate(EARLIER):
        await world.open(half_year)
        await world.close(half_year)
        for unit, days in DAYS.items():
            if (after := days[place]) is not None:
                await later(world, half_year, after)
                await tell_back(world, unit, half_year=half_year)


async def figures(release: str) -> dict[tuple[str, str], dict[str, Any]]:
    row = await releases.release(release)
    assert row is not None
    rows = msgspec.json.decode(row.body)["figures"]
    return {(one["level"], one["whose"]): one for one in rows if one["indicator"] == "D04"}


async def test_every_place_says_how_many_of_its_waves_were_told_back_in_time(world: World) -> None:
    await two_waves(world)
    await world.open()
    await world.close()
    await tell_back(world, OTHER)  # of the wave that this release closes: counted by the next one
    found = await figures(await world.release())
    counts = {place: (one["n"], one["x_lo"], one["x_hi"], one["value"]) for place, one in found.items()}
    assert counts == {
        ("unit", NORTH): (2, 2, 2, 100),
        ("unit", SOUTH): (2, 1, 1, 50),
        ("unit", OTHER): (2, 0, 0, 0),
        ("provider", ALFA): (4, 3, 3, 75),
        ("provider", BETA): (2, 0, 0, 0),
        ("lan", "Gotland"): (6, 3, 3, 50),
        ("group", "bought"): (6, 3, 3, 50),
        ("nation", "SE"): (6, 3, 3, 50),
    }
    south = found["unit", SOUTH]
    assert (south["period_from"], south["period_to"], south["outcome"]) == ("2025H2", "2026H1", "fact")
    assert south["sentence_sv"] == (
        "Efter 1 av 2 mätomgångar, andra halvåret 2025 till första halvåret 2026, fick de unga i tid veta vad som "
        "händer. Alla mätomgångar är räknade, så det finns inget intervall."
    )


async def test_before_any_wave_is_due_nothing_is_said(world: World) -> None:
    release = await world.published()
    found = await figures(release)
    assert {(one["status"], one["outcome"]) for one in found.values()} == {("..", "not_due")}
    assert {"n", "value"}.isdisjoint(found["unit", NORTH])


async def test_a_release_measured_again_says_the_same_whatever_is_told_back_afterwards(world: World) -> None:
    """DESIGN §5: what was published is made again from the same data, with the same hash."""
    await two_waves(world)
    await world.open()
    await world.close()
    release = await world.release()
    await later(world, "2026H2", 3)
    await tell_back(world, NORTH, half_year="2026H2")
    await tell_back(world, OTHER, half_year="2025H2")  # far too late
    assert await rebuild(world.context(), world.counter_keys, release)


async def facts_now(world: World) -> Facts:
    await refresh(world.context())
    newest = await releases.newest_facts_id(world.database)
    row = await releases.release(newest or "")
    assert row is not None
    assert TEXT not in row.body
    assert WHAT not in row.body
    return msgspec.json.decode(row.body, type=Facts)


async def test_everybody_sees_whether_and_when_and_nobody_what(world: World) -> None:
    """The words are for those who live there: in a home of six a text can point at somebody."""
    await world.open("2026H1")
    await world.close("2026H1")
    due = dt.date(2026, 7, 1)
    assert (await facts_now(world)).homes[NORTH].feedback == (Feedback(half_year="2026H1", due_on=due),)
    await later(world, "2026H1", 20)
    await tell_back(world, NORTH, half_year="2026H1")
    known = (await facts_now(world)).homes
    given = Feedback(half_year="2026H1", due_on=due, given_on=dt.date(2026, 6, 21))
    assert known[NORTH].feedback == (given,)
    assert known[SOUTH].feedback == (Feedback(half_year="2026H1", due_on=due),)
    await world.open()
    assert (await facts_now(world)).homes[NORTH].feedback == (given,)
    await world.close()
    assert [one.half_year for one in (await facts_now(world)).homes[NORTH].feedback] == ["2026H2", "2026H1"]


@pytest.mark.parametrize("half_year", ["2026H2"])
async def test_what_another_owner_owed_is_not_this_ones(world: World, half_year: str) -> None:
    await two_waves(world)
    async with world.database.transaction():
        await world.database.run("UPDATE unit_term SET to_on = ? WHERE unit = ?", dt.date(2026, 3, 31), SOUTH)
        await world.database.run(
            "INSERT INTO unit_term (unit, provider, unit_type, operating_form, from_on) "
            "VALUES (?, ?, 'hvb', 'private', ?)",
            *(SOUTH, BETA, dt.date(2026, 4, 1)),
        )
    await world.open(half_year)
    await world.close(half_year)
    assert [one.half_year for one in (await facts_now(world)).homes[SOUTH].feedback] == ["2026H2", "2026H1"]
    found = await figures(await world.release(half_year))
    assert (found["unit", SOUTH]["n"], found["unit", SOUTH]["x_lo"]) == (1, 1)
    assert (found["provider", ALFA]["n"], found["provider", BETA]["n"]) == (3, 3)
