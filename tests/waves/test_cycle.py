"""The cycle over years: every due message exactly once, and none that should not be (issue 5; R7 R1–R3).

Placements start, stay, end early or late, are protected or take their address back; two workers, each a process, plan
and send at once, are killed before and after the gateway took a message and anywhere else, the clock misses days and
goes back, and both nights when the clocks are changed are lived through. What is due is worked out here from dates
alone, moment by moment.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict

import pytest

from hvb_followup.periods import STOCKHOLM, is_working_day, local_day, months_after
from hvb_followup.registry import Placement
from hvb_followup.waves.merging import BURDEN
from tests.waves.simulation import DAY, Arrived, Cycle, closes_soon
from tests.world import World

FIRST = dt.date(2026, 10, 19)  # the clocks change on 25 October, and on 28 March, which is Easter


async def lived(world: World, n: int, n_days: int, seed: int = 20261122) -> Cycle:
    cycle = Cycle(world, FIRST, seed)
    await cycle.build(n, n_days)
    await cycle.live(n_days)
    print(
        f"\n{n} placements, {n_days} days: {len(cycle.arrived)} messages arrived, {len(cycle.answered)} answers, "
        f"{cycle.workers.n_killed} kills, {cycle.n_twice} messages handed over again"
    )
    return cycle


def assert_all_is_well(cycle: Cycle) -> None:
    assert len(cycle.arrived) > len(cycle.placements)
    assert cycle.workers.n_killed > 0, "nobody was killed; the test proves nothing"
    assert cycle.n_twice > 0, "no message was tried again; the test proves nothing"
    assert_once(cycle)
    assert_allowed(cycle)
    assert_wanted(cycle)
    assert_not_too_often(cycle)
    assert_none_is_lost(cycle)
    assert_reminded(cycle)


def assert_once(cycle: Cycle) -> None:
    """No message twice, to no other address, and at most a first one and two reminders with a code."""
    assert len({one.id for one in cycle.arrived}) == len(cycle.arrived)
    n_with: defaultdict[bytes, int] = defaultdict(int)
    for one in cycle.arrived:
        for sitting in one.sittings:
            assert one.to == cycle.address[sitting.placement]
            n_with[sitting.code_hash] += 1
    assert set(n_with.values()) <= {1, 2, 3}


def assert_allowed(cycle: Cycle) -> None:
    """None at night, on a weekend or on a holiday."""
    for one in cycle.arrived:
        assert 15 <= one.at.astimezone(STOCKHOLM).hour < 19
        assert is_working_day(local_day(one.at))


def assert_wanted(cycle: Cycle) -> None:
    """None after the answer, after the discharge, or to who is protected or has asked for silence."""
    for one in cycle.arrived:
        day = local_day(one.at)
        for sitting in one.sittings:
            placement = cycle.placements[sitting.placement]
            assert sitting.code_hash not in cycle.answered or cycle.answered[sitting.code_hash] > one.at
            assert day < cycle.silent.get(placement.id, dt.date.max)
            if placement.ends_on is not None and day >= placement.ends_on:
                assert sitting.moment in {"exit", "after"}


def assert_not_too_often(cycle: Cycle) -> None:
    """Ten weeks between invitations (less a few days that a weekend or a kill held the earlier up), but for an exit."""
    invited: defaultdict[str, list[tuple[dt.date, bool]]] = defaultdict(list)
    for one in cycle.arrived:
        if one.is_first:
            is_exit = any(sitting.moment == "exit" for sitting in one.sittings)
            invited[one.sittings[0].placement].append((local_day(one.at), is_exit))
    for days in invited.values():
        for (before, _), (day, is_exit) in itertools.pairwise(days):
            assert is_exit or day - before >= BURDEN - 6 * DAY


def assert_none_is_lost(cycle: Cycle) -> None:
    """Every start, exit and later moment that nothing stands in the way of is asked about, once."""
    firsts = cycle.firsts()
    missing, due = [], 0
    for one in cycle.placements.values():
        for moment, first, last in expected(one):
            if not cycle.first + 2 * DAY <= first <= last < cycle.day - 8 * DAY:
                continue
            if one.id in cycle.silent and cycle.silent[one.id] <= last + 8 * DAY:
                continue
            due += 1
            found = [day for day in firsts.get((one.id, moment), ()) if first <= day <= last + 8 * DAY]
            if len(found) != 1:
                missing.append((one, moment, first, last, found))
    assert missing == [], len(missing)
    assert due > len(cycle.placements) / 2


def expected(one: Placement) -> list[tuple[str, dt.date, dt.date]]:
    """The moments that must be asked about whatever else happens, with the days for it."""
    found, start, end = [], one.starts_on, one.ends_on
    if end is None or end - start > 30 * DAY:
        found.append(("start", start + 7 * DAY, start + 14 * DAY))
    for months in (3, 6, 12, 18, 24, 30):
        on = months_after(start, months)
        if end is None:
            found.append(("follow_up", on, on + 42 * DAY))
    if end is not None:
        found.append(("exit", end - 14 * DAY, end + 14 * DAY))
        found += [
            ("after", months_after(end, months), months_after(end, months) + 28 * DAY) for months in (6, 12)
        ]
    return found


def assert_reminded(cycle: Cycle) -> None:
    """Who neither answers nor leaves is reminded twice, four to ten days after and again within eight more."""
    messages: defaultdict[bytes, list[Arrived]] = defaultdict(list)
    for one in cycle.arrived:
        messages[one.sittings[0].code_hash].append(one)
    whole = 0
    for code, found in messages.items():
        sitting = next(each for each in found[0].sittings if each.code_hash == code)
        placement, day = cycle.placements[sitting.placement], local_day(found[0].at)
        until = day + 25 * DAY
        leaves = placement.ends_on is not None and sitting.moment != "after" and placement.ends_on <= until
        stops = cycle.silent.get(placement.id, dt.date.max) <= until
        if code in cycle.answered or len(found[0].sittings) > 1 or leaves or stops:
            continue
        if sitting.moment in {"", "start"} or until >= cycle.day or closes_soon(day) or not found[0].is_first:
            continue
        gaps = [(later.at - one.at).days for one, later in itertools.pairwise(found)]
        assert len(found) == 3, (placement, sitting.moment, [one.at for one in found])
        assert all(4 <= gap + 1 <= 14 for gap in gaps), gaps
        whole += 1
    assert whole > len(cycle.placements) / 20


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_three_hundred_placements_over_a_winter(world: World) -> None:
    assert_all_is_well(await lived(world, 300, 165))


@pytest.mark.nightly
async def test_eight_thousand_placements_over_two_years(world: World) -> None:
    assert_all_is_well(await lived(world, 8000, 730))
