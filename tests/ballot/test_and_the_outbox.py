"""Nobody can join, and the outbox: with every copy of it over time, matching is chance, and so is who answered.

Issue 5, "with reminders and letters in the adversary's hands too". The thief of ``test_nobody_can_join`` also has the
outbox at every step: when each message was laid, claimed and done. The other adversary has the list of letters too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from hvb_followup.actions.operate import sending
from hvb_followup.actions.operate.letters import LetterPart, opened
from hvb_followup.actions.operate.planning import plan_day
from hvb_followup.store.outbox import Waiting
from tests.ballot.adversary import Scene, Scores, auc, order_correlation
from tests.ballot.guesses import GUESSES, GUESSES_OF_AGE, _by_order, apart
from tests.ballot.mailed import MailedTown
from tests.ballot.simulation import HALF_YEARS, OLDER, YOUNGER
from tests.world import World


async def mailed(
    world: World,
    folder: Path,
    n_units: int,
    half_years: tuple[str, ...],
    birth_years: tuple[int, ...] = (OLDER,),
) -> MailedTown:
    town = MailedTown(world, folder / "copies")
    await town.build(n_units, birth_years=birth_years)
    await town.live(half_years)
    return town


def by_outbox(town: MailedTown, scene: Scene) -> Scores:
    """The messages were laid in the order of the codes, and the answers stored in that of the messages."""
    half_year = scene.wave.rsplit(":", 1)[1]
    codes = [
        code.hash for wave, found in town.watcher.codes.items() if wave.endswith(half_year) for code in found
    ]
    rows = town.rows[half_year]
    place = {code: rows[number % len(rows)] for number, code in enumerate(codes)}
    return _by_order([place[use.code.hash] for use in scene.uses], len(scene.answers))


def by_end(town: MailedTown, scene: Scene) -> Scores:
    """The order in which messages ended is that of the codes, and of the answers."""
    half_year = scene.wave.rsplit(":", 1)[1]
    ended = sorted(town.rows[half_year], key=lambda row: (town.histories[row][-1].due_at, row))
    codes = sorted({use.code.hash for use in scene.uses})
    place = {code: ended[number % len(ended)] for number, code in enumerate(codes)}
    return _by_order([place[use.code.hash] for use in scene.uses], len(scene.answers))


async def assert_nobody_is_matched(
    world: World, folder: Path, n_units: int, half_years: tuple[str, ...], *, margin: float
) -> None:
    town = await mailed(world, folder, n_units, half_years, (OLDER, YOUNGER))
    thief, other = town.scenes(), town.scenes_with_letters()
    within = [part for scene in other for part in apart(scene)]
    found = {f"thief {name}": auc(thief, town.truth, one) for name, one in (GUESSES | GUESSES_OF_AGE).items()}
    found |= {f"letters {name}": auc(within, town.truth, one) for name, one in GUESSES.items()}
    for guess in (by_outbox, by_end):
        found[guess.__name__] = auc(thief, town.truth, lambda scene, guess=guess: guess(town, scene))
    print(n_units, len(town.truth), {name: round(value, 4) for name, value in found.items()})
    print([order_correlation(scenes, town.truth) for scenes in (thief, other)])
    assert len(town.truth) > 2 * n_units * len(half_years)
    assert {name: value for name, value in found.items() if abs(value - 0.5) > margin} == {}


async def test_matching_is_chance_also_with_the_outbox(world: World, tmp_path: Path) -> None:
    # In thirty homes over three half-years chance itself strays by about 0.03.
    await assert_nobody_is_matched(world, tmp_path, 30, HALF_YEARS[:3], margin=0.15)


@pytest.mark.nightly
async def test_matching_is_chance_in_three_hundred_homes_with_the_outbox(
    world: World, tmp_path: Path
) -> None:
    await assert_nobody_is_matched(world, tmp_path, 300, HALF_YEARS, margin=0.06)


async def test_the_outbox_tells_nothing_of_who_has_answered(world: World, tmp_path: Path) -> None:
    """What copies show of a message is the same whether it went or was dropped: also to who knows whose it is."""
    town = await mailed(world, tmp_path, 6, HALF_YEARS[:1])
    answered = town.answered[HALF_YEARS[0]]
    assert 5 < len(answered) < len(town.phones) - 5
    assert len(town.histories) == 3 * len(town.phones)
    assert len(town.carrier.sent) < len(town.histories) - 5  # some were dropped
    told = {tuple((one.state, one.length) for one in seen) for seen in town.histories.values()}
    assert told <= {(("waiting", 544), ("done", 0)), (("waiting", 544), ("waiting", 544), ("done", 0))}
    steps = {step: [h for h in town.histories.values() if h[0].due_at == step] for step in _steps(town)}
    assert sorted(len(found) for found in steps.values()) == [len(town.phones)] * 3


def _steps(town: MailedTown) -> set[str]:
    return {seen[0].due_at for seen in town.histories.values()}


async def test_an_outbox_that_lays_no_reminder_for_who_has_answered_would_tell(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above finds it: rows are missing for those who answered."""
    following = sending._following
    used: set[str] = set()

    async def is_wanted(context, mailing, part: LetterPart, placement):  # type: ignore[no-untyped-def]
        wanted = await _is_wanted(context, mailing, part, placement)
        if not wanted:
            used.add(placement.id)
        return wanted

    _is_wanted = sending._is_wanted
    monkeypatch.setattr(sending, "_is_wanted", is_wanted)
    monkeypatch.setattr(
        sending,
        "_following",
        lambda letter, keys, now: None if letter.placement in used else following(letter, keys, now),
    )
    town = await mailed(world, tmp_path, 6, HALF_YEARS[:1])
    assert len(town.histories) < 3 * len(town.phones)


async def test_a_row_says_nothing_without_its_key_and_is_bound_to_its_place(
    world: World, tmp_path: Path
) -> None:
    town = MailedTown(world, tmp_path / "copies")
    await town.build(2, birth_years=(OLDER,))
    await world.open(HALF_YEARS[0])
    await sending_planned(town)
    rows = await world.database.run("SELECT id, due_at, body FROM outbox")
    waiting = [Waiting(bytes(row["id"]), row["due_at"], bytes(row["body"])) for row in rows]
    letters = [opened(one, world.mailing_keys.outbox) for one in waiting]
    assert {one.placement for one in letters} == set(town.phones.values())
    everything = b"".join(one.body for one in waiting)
    assert not [one for one in letters if one.placement.encode() in everything]
    assert not [part for one in letters for part in one.parts if part.code.encode() in everything]
    for key, row in (
        (world.web_keys.secret, waiting[0]),
        (world.mailing_keys.outbox, Waiting(waiting[1].id, waiting[0].due_at, waiting[0].body)),
    ):
        with pytest.raises(InvalidTag):
            opened(row, key)


async def sending_planned(town: MailedTown) -> None:
    assert await plan_day(town.world.context(), town.world.mailing_keys, ["sms"]) == len(town.phones)
