"""Nobody can join an answer to a person: with every copy of the database in hand, matching is chance (DESIGN §4.2).

Issue 2, "Nobody can join". The adversary has copies of the database after every single "Klar" of a home (on
PostgreSQL the hidden columns too), every code's placement and use, and is handed the opened answers of each wave in
stored order. First each of the ways in which others build this is seen to be matched.

What the answers say in themselves is not looked at: here they depend on nobody. See ``test_edition``.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.ballot.adversary import (
    GUESSES,
    auc,
    by_envelope,
    by_length,
    by_pattern,
    by_use,
    order_correlation,
    unpadded,
)
from tests.ballot.simulation import HALF_YEARS, Town
from tests.world import World

MATCHED = 0.8


async def lived(
    world: World, folder: Path, n_units: int, half_years: tuple[str, ...] = HALF_YEARS, *, naive: bool = False
) -> Town:
    """A town after some half-years."""
    town = Town(world, folder / "copies", naive=naive)
    await town.build(n_units)
    await town.live(half_years)
    return town


async def assert_nobody_is_matched(
    world: World, folder: Path, n_units: int, *, margin: float, order_margin: float
) -> None:
    """Every guess is chance; the same town with its links in clear is matched."""
    town = await lived(world, folder, n_units)
    scenes = town.scenes()
    found = {name: auc(scenes, town.truth, guess) for name, guess in GUESSES.items()}
    found_order = order_correlation(scenes, town.truth)
    clear = auc(town.scenes_with_clear_links(), town.truth, by_pattern)
    print(n_units, len(town.truth), {name: round(value, 4) for name, value in found.items()})
    print(f"order {found_order:.4f}, with clear links {clear:.4f}")
    assert sum(len(scene.uses) for scene in scenes) > 10 * n_units
    assert {name: value for name, value in found.items() if abs(value - 0.5) > margin} == {}
    assert abs(found_order) < order_margin
    assert clear > MATCHED


async def test_matching_codes_to_answers_is_chance_and_clear_links_are_matched(
    world: World, tmp_path: Path
) -> None:
    # In twenty homes chance itself strays by about 0.02 (order: 0.055); the margins are five times as wide.
    await assert_nobody_is_matched(world, tmp_path, n_units=20, margin=0.1, order_margin=0.27)


@pytest.mark.nightly
async def test_matching_is_chance_in_a_thousand_homes(world: World, tmp_path: Path) -> None:
    await assert_nobody_is_matched(world, tmp_path, n_units=1000, margin=0.05, order_margin=0.05)


async def test_code_and_answer_in_one_transaction_are_matched(world: World, tmp_path: Path) -> None:
    town = await lived(world, tmp_path, 12, HALF_YEARS[:1], naive=True)
    assert auc(town.scenes(), town.truth, by_use) > MATCHED


async def test_envelopes_without_padding_are_matched(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hvb_followup.ballot.envelope.pad", unpadded)
    town = await lived(world, tmp_path, 12, HALF_YEARS[:1])
    assert auc(town.scenes(), town.truth, by_length) > MATCHED


async def test_a_count_that_does_not_shuffle_is_matched(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random.SystemRandom, "shuffle", lambda self, ballots: None)
    town = await lived(world, tmp_path, 12, HALF_YEARS[:1])
    assert auc(town.scenes(), town.truth, by_envelope) > MATCHED


async def test_the_watcher_finds_each_codes_envelope(world: World, tmp_path: Path) -> None:
    """The adversary of these tests is no straw man: every use is paired with the envelope that came with it."""
    town = await lived(world, tmp_path, 12, HALF_YEARS[:1])
    uses = [use for found in town.watcher.uses.values() for use in found]
    assert len(uses) == len(town.truth)
    assert len({use.envelope for use in uses} - {b""}) == len(uses)
    assert len({use.length for use in uses}) == 1
