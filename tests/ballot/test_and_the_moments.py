"""Nobody can join, where placements are followed: codes come day by day, so that the register's dates tell whose each is.

Issue 5, "for every instrument". Here the thief is as strong as who holds the letters: a code that is new in the copy of
a day belongs to who was due that day. Which moment an answer set is about stands in it, since it asks of the start or
of the end; so that much is told to who opens answers, and within a moment matching is chance. That is why an answer of
a family of change is never published but in pairs, of many (DESIGN §4.4).
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from hvb_followup.waves.schedule import following_window
from tests.ballot.adversary import auc, order_correlation
from tests.ballot.followed import FollowedTown, by_issue
from tests.ballot.guesses import GUESSES, by_envelope
from tests.world import World

MATCHED, TOLD = 0.8, 0.6


async def lived(world: World, folder: Path, n_units: int, *half_years: str) -> FollowedTown:
    world.now = following_window(half_years[0]).opens_at
    town = FollowedTown(world, folder / "copies")
    await town.build(n_units)
    await town.live(half_years)
    return town


async def assert_nobody_is_matched(world: World, folder: Path, n_units: int, *, margin: float) -> None:
    town = await lived(world, folder, n_units, "2026H2", "2027H1")
    scenes = town.scenes_with_letters()
    within = [one for scene in scenes for one in town.by_moment(scene)]
    found = {
        name: auc(within, town.truth, guess) for name, guess in {**GUESSES, "by_issue": by_issue}.items()
    }
    order, told = order_correlation(within, town.truth), auc(scenes, town.truth, town.told)
    print(n_units, len(town.truth), {name: round(value, 4) for name, value in found.items()})
    print(f"order {order:.4f}; the moment is told to who opens answers: {told:.4f}")
    assert len(town.truth) > 4 * n_units
    asked = {moment for moments in town.moments.values() for moment in moments}
    assert asked == {"start", "follow_up", "exit", "after"}
    assert {name: value for name, value in found.items() if abs(value - 0.5) > margin} == {}
    assert abs(order) < 2 * margin
    assert told > TOLD


async def test_within_a_moment_matching_is_chance(world: World, tmp_path: Path) -> None:
    # In thirty homes chance itself strays by about 0.03.
    await assert_nobody_is_matched(world, tmp_path, 30, margin=0.14)


@pytest.mark.nightly
async def test_within_a_moment_matching_is_chance_in_five_hundred_homes(world: World, tmp_path: Path) -> None:
    await assert_nobody_is_matched(world, tmp_path, 500, margin=0.05)


async def test_a_count_that_does_not_shuffle_is_matched(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random.SystemRandom, "shuffle", lambda self, ballots: None)
    town = await lived(world, tmp_path, 12, "2026H2")
    within = [one for scene in town.scenes_with_letters() for one in town.by_moment(scene)]
    assert auc(within, town.truth, by_envelope) > MATCHED
