"""What the box cannot hide: how many pages were saved, which codes came together, and an answer set's edition.

Each page is saved at once, so a copy of the database with its log tells how often a draft was written, and "Klar"
ties the draft to its code. So the number of pages must say nothing of what was answered: within an edition the path
is the same for everybody, and where an answer spares somebody questions (goals, school) her draft is written for them
all the same.

Between editions it is not, and an opened answer set shows its edition. A code says nothing of its owner's age, so this
leads nowhere from the files alone; whoever also holds the list of letters can tell the younger ones' answers from the
older ones', and nothing more.

A copy of the database from before and one from after some codes were issued tell these codes from the others (on
PostgreSQL one copy does: xmin). Where each municipality issues for its own, the codes of one with a single young person
in the home are hers, and so is it seen whether she answered; not what. Codes issued for a whole home at once, as the
operator does by sealed letter, are one heap.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from hvb_followup.access import Person, Role
from hvb_followup.actions.operate.opening import followed, newest
from hvb_followup.actions.purchase.issuing import issue_codes
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.draft import draft_id
from hvb_followup.questionnaires import answers
from hvb_followup.questionnaires.model import SKIPPED
from hvb_followup.store import ballots
from hvb_followup.store.database import Database
from tests.ballot.adversary import auc
from tests.ballot.guesses import GUESSES, GUESSES_OF_AGE, GUESSES_OF_LETTERS, apart, by_known_age
from tests.ballot.raw_bytes import Files, on_disk
from tests.ballot.simulation import OLDER, YOUNGER, Town
from tests.ballot.watcher import Watcher
from tests.walks import some_answer
from tests.world import FAMILY, HALF_YEAR, LILLBY, NORTH, STORBY, World

FOLLOWED = dt.datetime(2026, 9, 20, 10, tzinfo=dt.UTC)


async def test_a_draft_is_written_equally_often_whatever_is_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that is asked only after some answer would tell that answer to whoever counts the writes.

    It holds for every questionnaire that a wave can be opened for, in each edition and at each moment.
    """
    written: defaultdict[bytes, int] = defaultdict(int)
    truly = ballots.save_draft

    async def counting(database: Database, draft: bytes, wave: str, body: bytes) -> bool:
        written[draft] += 1
        return await truly(database, draft, wave, body)

    monkeypatch.setattr(ballots, "save_draft", counting)
    dice, lengths = random.Random(5), set[int]()
    async for sittings in groups_of_sittings(world):
        for sitting in sittings:
            lengths.add(await walk_through(world, sitting, dice))
        assert len({written[draft_id(sitting.draft_key)] for sitting in sittings}) == 1
    assert len(lengths) > len(written) / 10  # the paths themselves were of many lengths


async def groups_of_sittings(world: World) -> AsyncIterator[list[Sitting]]:
    """Sittings that differ in nothing but what will be answered: by questionnaire, moment and edition."""
    await world.placements(NORTH, 8)
    await world.open()
    for number in range(8):
        await world.placement(f"new-{number}", FOLLOWED.date() - dt.timedelta(days=10))
        await world.placement(
            f"gone-{number}", FOLLOWED.date() - dt.timedelta(days=100), FOLLOWED.date() - dt.timedelta(days=1)
        )
    await world.follow(now=FOLLOWED)
    for questionnaire in [*newest(world.catalogue, "youth"), *followed(world.catalogue)]:
        by_moment: defaultdict[str, list[Sitting]] = defaultdict(list)
        for issued in await world.codes(NORTH, family=questionnaire.id):
            sitting = await world.enter(issued.code)
            by_moment[sitting.moment].append(sitting)
        for sittings, edition in itertools.product(by_moment.values(), questionnaire.editions):
            yield [
                msgspec.structs.replace(one, edition=edition, draft_key=secrets.token_bytes(32))
                for one in sittings
            ]


async def walk_through(world: World, sitting: Sitting, dice: random.Random) -> int:
    """Answer at random whatever is asked, to the end; how many questions that was."""
    said: set[str] = set()
    while True:
        draft = await answering.draft_of(world.box, sitting)
        path = answering.items(world.box, sitting, draft)
        waiting = [item for item in path if item.id not in said]
        if not waiting:
            return len(said)
        questionnaire = world.box.questionnaire(sitting)
        sent = some_answer(dice, questionnaire, waiting[0], sitting.edition)
        chosen = answers.read(questionnaire, waiting[0], sitting.edition, sent)
        assert await answering.save(world.box, sitting, draft, waiting[0], chosen)
        said.add(waiting[0].id)


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


async def test_who_saw_codes_being_stored_in_parts_knows_which_belong_together(
    world: World, tmp_path: Path
) -> None:
    """Two municipalities issue one after the other: of copies in between, or of xmin, their codes are two heaps."""
    await world.placements(NORTH, 6)
    await world.open()
    watcher, wave = Watcher(world.database, tmp_path / "copies"), f"{NORTH}:{FAMILY}:{HALF_YEAR}"
    heaps = []
    for scope in (LILLBY, STORBY):
        worker = world.context(Person(name=scope, role=Role.CASE_WORKER, scope=scope))
        issued = await issue_codes(worker, world.web_keys.secret, NORTH, HALF_YEAR, FAMILY)
        await watcher.look_at_codes()
        heaps.append({answering.code_hash(world.web_keys.secret, one.code) for one in issued})
    stored = [code.hash for code in watcher.codes[wave]]
    assert [set(stored[:3]), set(stored[3:])] == heaps


async def test_the_edition_is_told_to_who_has_the_letters_and_to_nobody_else(
    world: World, tmp_path: Path
) -> None:
    await assert_only_letters_tell_the_edition(world, tmp_path, n_units=120, margin=0.15)


@pytest.mark.nightly
async def test_only_letters_tell_the_edition_in_a_thousand_homes(world: World, tmp_path: Path) -> None:
    await assert_only_letters_tell_the_edition(world, tmp_path, n_units=1000, margin=0.05)


async def assert_only_letters_tell_the_edition(
    world: World, folder: Path, n_units: int, margin: float
) -> None:
    """Half the young people are under fifteen and take the easy edition, as the start page suggests."""
    town = Town(world, folder / "copies")
    await town.build(n_units, birth_years=(OLDER, YOUNGER))
    await town.live([HALF_YEAR])
    thief, other = town.scenes(), town.scenes_with_letters()
    told = auc(other, town.truth, by_known_age)
    guessed = {name: auc(thief, town.truth, one) for name, one in (GUESSES | GUESSES_OF_AGE).items()}
    within = [part for scene in other for part in apart(scene)]
    left = {f"within {name}": auc(within, town.truth, one) for name, one in GUESSES_OF_LETTERS.items()}
    print(
        n_units, f"edition tells {told:.4f}", {name: round(one, 4) for name, one in (guessed | left).items()}
    )
    assert told > 0.6
    assert {name: one for name, one in (guessed | left).items() if abs(one - 0.5) > margin} == {}
