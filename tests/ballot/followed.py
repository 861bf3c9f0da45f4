"""A town that follows its placements: codes come a few at a time, on days that the register's dates tell of."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from hvb_followup.actions.operate.silencing import heed_wishes
from hvb_followup.actions.publish.opened import open_waves
from hvb_followup.actions.purchase.issuing import issue_everywhere
from hvb_followup.actions.respond.answering import code_hash
from hvb_followup.questionnaires.routing import suggested_edition
from hvb_followup.registry import Placement
from hvb_followup.store import counting
from hvb_followup.waves.following import age_at_start
from hvb_followup.waves.schedule import following_window
from tests.ballot.adversary import Evidence, Scene, Scores
from tests.ballot.guesses import _by_order, part
from tests.ballot.simulation import AT_ONCE, TURNOUT, Town
from tests.world import World

FAMILY = "ung-utfall"
FIRST = dt.date(2026, 6, 2)  # the day after the wave opens
WEEK = dt.timedelta(days=7)
STAYS = (45, 120, 250)  # days: some are asked at start and exit in one wave, some along the way


class FollowedTown(Town):
    """Everybody comes within five months, and is asked at start, along the way and at the end."""

    def __init__(self, world: World, folder: Path) -> None:
        super().__init__(world, folder)
        self.moment_of: dict[bytes, str] = {}  # by code: who knows the dates knows it
        self.moments: dict[str, list[str]] = {}  # by wave, of the opened answers in stored order

    def _person(self, unit: str, birth_years: tuple[int, ...]) -> Placement:
        one = super()._person(unit, birth_years)
        starts_on = FIRST + dt.timedelta(days=self.chance.randrange(150))
        ends_on = starts_on + dt.timedelta(days=self.chance.choice(STAYS))
        return msgspec.structs.replace(one, starts_on=starts_on, ends_on=ends_on)

    async def live(self, half_years: Iterable[str] = ("2026H2", "2027H1")) -> None:
        """Week by week: codes to who is due, a copy, answers one at a time in each home with a copy after each."""
        for half_year in half_years:
            times = following_window(half_year)
            await self.world.follow(half_year, times.opens_at)
            while self.world.now + WEEK < times.closes_at:
                self.world.now += WEEK
                await self._ask(half_year)
            await heed_wishes(self.world.context(), self.world.mailing_keys)
            await self.watcher.look_at_silenced()
            await self.world.close(half_year)
        await self._open_the_box()

    async def _ask(self, half_year: str) -> None:
        secret = self.world.web_keys.secret
        issued = await issue_everywhere(self.world.context(), secret, half_year, FAMILY)
        await self.watcher.look_at_codes()
        queues = []
        for codes in issued.values():
            found = {code_hash(secret, one.code): one for one in codes}
            self.owners |= {key: one.placement for key, one in found.items()}
            self.moment_of |= {key: one.moment for key, one in found.items()}
            used = [one.code for one in codes if self.chance.random() < TURNOUT]
            self.chance.shuffle(used)
            queues.append(used)
        for turn in range(max(map(len, queues), default=0)):
            now = [queue[turn] for queue in queues if turn < len(queue)]
            for first in range(0, len(now), AT_ONCE):
                await asyncio.gather(*(self._answer(code) for code in now[first : first + AT_ONCE]))
            await self.watcher.look()

    async def _open_the_box(self) -> None:
        await super()._open_the_box()
        sealed = await counting.sealed_waves(self.world.database)
        for wave in open_waves(sealed, self.world.counter_keys.storage):
            self.moments[wave.sealed.wave] = [one.moment for one in wave.record.counted]

    def _evidence(self) -> Evidence:
        # Who was counted in the wave before is counted again: start and end are two things to ask about.
        return msgspec.structs.replace(super()._evidence(), all_counted=True)

    def _residents(self, wave: str) -> list[tuple[str, bool]]:
        here = sorted(self.people[wave.split(":")[0]], key=lambda one: one.id)
        return [(one.id, suggested_edition(age_at_start(one)) == "easy") for one in here]

    def by_moment(self, scene: Scene) -> list[Scene]:
        """The scene in parts: the codes that asked about a moment, with the answers about it."""
        stored = self.moments[scene.wave]
        asked = [self.moment_of[use.code.hash] for use in scene.uses]
        return [part(scene, _at(asked, one), _at(stored, one)) for one in sorted(set(asked) | set(stored))]

    def told(self, scene: Scene) -> Scores:
        """An answer about a start is of somebody whose code asked about one."""
        asked = [self.moment_of[use.code.hash] for use in scene.uses]
        return np.equal.outer(asked, self.moments[scene.wave]).astype(float)


def _at(moments: Sequence[str], moment: str) -> list[int]:
    return [place for place, one in enumerate(moments) if one == moment]


def by_issue(scene: Scene) -> Scores:
    """Stored in the order in which the codes were given, which is that of the register's dates."""
    places = {code.hash: place for place, code in enumerate(scene.codes)}
    return _by_order([places[use.code.hash] for use in scene.uses], len(scene.answers))
