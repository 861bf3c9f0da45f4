"""Nobody can join an answer to a person: with every copy of the database in hand, matching is chance (DESIGN §4.2).

Issue 2, "Nobody can join". The thief has copies of the database after codes were issued and after every single "Klar"
of a home (on PostgreSQL the hidden columns too), the register with everybody's year of birth, and is handed the opened
answers of each wave in stored order; she has no key. To her every guess is chance, also across editions.

A second, stronger adversary holds the printed letters too: whose each code is, and in which order they lay in the
pile. Within an edition every guess of hers is chance as well. What remains is exactly this: an opened answer set shows
its edition and the easy one follows age, so that who holds the letters and opened answers can tell the younger ones'
answers from the older ones'. Before the cards were sealed, placement and age stood in clear and everybody with the
files was that adversary. Who copies the database all the time also sees that somebody who has just pressed "Klar" wants
her answer back: it is then not among the opened ones. A copy made the day after shows that no more, since all these rows
are laid anew (``test_code_rows``). What else remains, who saw codes being stored in parts, stands in ``test_what_pages_tell``.

First each of the ways in which others build this is seen to be matched. What the answers say in themselves is not
looked at: here they depend on nobody but for the edition.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable
from pathlib import Path

import pytest

from hvb_followup.actions.publish import counting
from hvb_followup.ballot.count import Counted, with_link
from hvb_followup.ballot.envelope import Ballot
from hvb_followup.store import ballots
from tests.ballot.adversary import auc, order_correlation
from tests.ballot.guesses import (
    GUESSES,
    GUESSES_OF_AGE,
    GUESSES_OF_LETTERS,
    apart,
    by_age_as_stored,
    by_envelope,
    by_known_age,
    by_length,
    by_letter,
    by_pattern,
    by_taken_back,
    by_use,
    by_who,
)
from tests.ballot.naive import unpadded
from tests.ballot.simulation import HALF_YEARS, OLDER, YOUNGER, Town
from tests.ballot.watcher import BESIDE
from tests.world import World

MATCHED = 0.8
TOLD = 0.6  # an age and an edition say whose half an answer is, not whose


async def lived(
    world: World,
    folder: Path,
    n_units: int,
    half_years: tuple[str, ...] = HALF_YEARS,
    *,
    birth_years: tuple[int, ...] = (OLDER,),
    naive: bool = False,
) -> Town:
    """A town after some half-years."""
    town = Town(world, folder / "copies", naive=naive)
    await town.build(n_units, birth_years=birth_years)
    await town.live(half_years)
    return town


async def assert_nobody_is_matched(
    world: World, folder: Path, n_units: int, *, margin: float, order_margin: float
) -> None:
    """Every guess of the thief is chance, and of the other within an edition; clear links are matched."""
    town = await lived(world, folder, n_units, birth_years=(OLDER, YOUNGER))
    thief, other = town.scenes(), town.scenes_with_letters()
    both = {"thief": thief, "letters": other}
    within = [part for scene in other for part in apart(scene)]
    found = {f"thief {name}": auc(thief, town.truth, one) for name, one in (GUESSES | GUESSES_OF_AGE).items()}
    found |= {f"letters {name}": auc(within, town.truth, one) for name, one in GUESSES_OF_LETTERS.items()}
    found |= {
        f"{whose} by_taken_back": auc(scenes, town.truth, by_taken_back) for whose, scenes in both.items()
    }
    orders = [order_correlation(scenes, town.truth) for scenes in (thief, other)]
    told = auc(other, town.truth, by_known_age)
    clear = auc(town.scenes_with_clear_links(), town.truth, by_pattern)
    print(n_units, len(town.truth), {name: round(value, 4) for name, value in found.items()})
    print(f"orders {orders}, edition told to who has the letters {told:.4f}, with clear links {clear:.4f}")
    assert sum(len(scene.uses) for scene in other) > 10 * n_units
    assert {name: value for name, value in found.items() if abs(value - 0.5) > margin} == {}
    assert max(map(abs, orders)) < order_margin
    assert told > TOLD
    assert clear > MATCHED


async def test_matching_codes_to_answers_is_chance_and_clear_links_are_matched(
    world: World, tmp_path: Path
) -> None:
    # In thirty homes chance itself strays by about 0.024 (order: 0.05); the margins are five times as wide.
    await assert_nobody_is_matched(world, tmp_path, n_units=30, margin=0.12, order_margin=0.27)


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
    monkeypatch.setattr(
        "tests.ballot.simulation.WRITING", 0.0
    )  # own words would be as long for all who write
    town = await lived(world, tmp_path, 12, HALF_YEARS[:1])
    assert auc(town.scenes(), town.truth, by_length) > MATCHED


async def test_a_count_that_does_not_shuffle_is_matched(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random.SystemRandom, "shuffle", lambda self, ballots: None)
    town = await lived(world, tmp_path, 12, HALF_YEARS[:1])
    assert auc(town.scenes(), town.truth, by_envelope) > MATCHED


async def test_a_count_in_the_registers_order_is_matched_by_who_has_the_letters(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pile of letters is no straw man; to the thief, who has none of them, even this count is chance."""

    def in_order(ballots: Iterable[Ballot], withdrawn: Collection[bytes], link_key: bytes) -> list[Counted]:
        kept = [one for one in ballots if one.receipt not in withdrawn]
        return [with_link(one, link_key) for one in sorted(kept, key=lambda one: one.placement)]

    monkeypatch.setattr(counting, "linked", in_order)
    town = await lived(world, tmp_path, 12, HALF_YEARS[:1])
    assert auc(town.scenes_with_letters(), town.truth, by_letter) > MATCHED
    assert abs(auc(town.scenes(), town.truth, by_who) - 0.5) < 0.2


async def test_codes_stored_in_the_order_of_the_register_are_matched(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Heap and pages keep the order in which rows came; with it, ages, and with these, editions."""
    monkeypatch.setattr(ballots, "sorted", list, raising=False)
    # In six homes they lie on one page, and everything shows: 0.76. With every page more SQLite itself lays them anew.
    town = await lived(world, tmp_path, 6, ("2026H1",), birth_years=(OLDER, YOUNGER))
    assert auc(town.scenes(), town.truth, by_age_as_stored) > TOLD


async def test_the_watcher_finds_each_codes_envelope(world: World, tmp_path: Path) -> None:
    """The adversary of these tests is no straw man: every use is paired with the envelope that came with it."""
    town = await lived(world, tmp_path, 30, HALF_YEARS[:2])
    uses = [use for found in town._evidence().uses.values() for use in found]
    assert len(uses) == len(town.truth)
    assert len({use.envelope for use in uses} - {b""}) == len(uses)
    assert len({use.length for use in uses}) == 1
    assert town.took_back
    assert town.took_back <= {use.code.hash for use in uses if "withdrawal" in use.beside}
    assert {table for use in uses for table in use.beside} == {*BESIDE, "silenced"}
    assert len(town.watcher.wishes) == len(town.watcher.silenced) > 0
