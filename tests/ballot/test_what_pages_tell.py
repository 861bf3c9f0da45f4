"""What the box cannot hide: how many pages somebody saved, and what an answer set says of its own edition.

Each page is saved at once, so a copy of the database with its log tells how often a draft was written, and "Klar"
ties the draft to its code. So the number of pages must say nothing of what was answered: within an edition the path
is the same for everybody. Between editions it is not, and an opened answer set shows its edition: whoever holds
opened answers can tell the younger ones' from the older ones', and nothing more.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from pathlib import Path

import msgspec
import numpy as np
import pytest

from hvb_followup.actions.operate.opening import newest
from hvb_followup.actions.respond import answering
from hvb_followup.ballot.draft import draft_id
from hvb_followup.catalogue import Catalogue
from hvb_followup.questionnaires.model import NOT_SHOWN, SKIPPED
from tests.ballot.adversary import GUESSES, Answers, Scene, Scores, auc
from tests.ballot.raw_bytes import Files, on_disk
from tests.ballot.simulation import Town
from tests.world import FAMILY, HALF_YEAR, NORTH, World

STANDARD_ONLY = "plan"  # an item that the easy edition leaves out


def test_the_number_of_pages_is_the_same_whatever_is_answered(catalogue: Catalogue) -> None:
    """A question that is asked only after some answer would tell that answer to whoever counts the pages.

    It holds for every questionnaire that a wave can be opened for. Whoever opens one with such a question first
    lets every sitting write its draft equally often.
    """
    routed = [
        (questionnaire.id, item.id)
        for questionnaire in newest(catalogue, "youth")
        for item in questionnaire.items
        if any(condition.item for condition in item.show_if)
    ]
    assert routed == []


@pytest.mark.xfail(strict=True, reason="every saved page is a write, and a log of writes can be counted")
async def test_a_copy_of_the_database_does_not_tell_how_many_pages_somebody_saved(world: World) -> None:
    await world.placements(NORTH, 6)
    await world.open()
    pages = {}
    for number, issued in enumerate(await world.codes(NORTH)):
        sitting = await world.enter(issued.code)
        path = answering.items(world.box, sitting, await answering.draft_of(world.box, sitting))
        pages[draft_id(sitting.draft_key)] = 6 + 3 * number
        await world.write(sitting, {item.id: SKIPPED for item in path[: 6 + 3 * number]})
        await answering.finish(world.box, sitting)
    written = versions(await on_disk(world.database), list(pages), f"{NORTH}:{FAMILY}:{HALF_YEAR}".encode())
    assert np.corrcoef(list(pages.values()), written)[0, 1] < 0.9


def versions(files: Files, drafts: list[bytes], wave: bytes) -> list[int]:
    """How many ciphertexts of each draft lie in the files: each save has a nonce of its own after the wave."""
    found: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for draft, content in itertools.product(drafts, files.values()):
        for match in re.finditer(
            re.escape(draft) + rb".{0,8}?" + re.escape(wave) + rb"(.{20})", content, re.S
        ):
            found[draft].add(match[1])
    return [len(found[draft]) for draft in drafts]


async def test_opened_answers_tell_their_edition_and_within_it_nothing(world: World, tmp_path: Path) -> None:
    await assert_only_the_edition_is_told(world, tmp_path, n_units=60, margin=0.15)


@pytest.mark.nightly
async def test_only_the_edition_is_told_in_a_thousand_homes(world: World, tmp_path: Path) -> None:
    await assert_only_the_edition_is_told(world, tmp_path, n_units=1000, margin=0.05)


async def assert_only_the_edition_is_told(world: World, folder: Path, n_units: int, margin: float) -> None:
    """Half the young people are under fifteen and take the easy edition, as the start page suggests."""
    town = Town(world, folder / "copies", editions_by_age=True)
    await town.build(n_units, birth_years=(2009, 2012))
    await town.live([HALF_YEAR])
    whole = town.scenes()

    def by_age(scene: Scene) -> Scores:
        young = [use.placement in town.young for use in scene.uses]
        return np.equal.outer(young, [is_easy(one) for one in scene.answers]).astype(float)

    told = auc(whole, town.truth, by_age)
    apart = [part for scene in whole for part in by_edition(scene, town.young)]
    within = {name: auc(apart, town.truth, guess) for name, guess in GUESSES.items()}
    print(f"edition tells {told:.3f}; within it {within}")
    assert told > 0.6
    assert {name: value for name, value in within.items() if abs(value - 0.5) > margin} == {}


def is_easy(answers: Answers) -> bool:
    """True when the answer set comes from the easy edition."""
    return answers[STANDARD_ONLY] == NOT_SHOWN


def by_edition(scene: Scene, young: set[str]) -> list[Scene]:
    """The scene in two: the younger with the easy answers, the older with the others."""
    return [
        msgspec.structs.replace(
            scene,
            uses=tuple(scene.uses[row] for row in rows),
            expected=tuple(scene.expected[row] for row in rows),
            answers=tuple(scene.answers[column] for column in columns),
            seen=tuple(scene.seen[column] for column in columns),
        )
        for easy in (True, False)
        for rows in [[row for row, use in enumerate(scene.uses) if (use.placement in young) == easy]]
        for columns in [[column for column, one in enumerate(scene.answers) if is_easy(one) == easy]]
    ]
