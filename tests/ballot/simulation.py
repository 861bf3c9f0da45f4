"""Many homes over several half-years, answered through the real errands while somebody copies the database."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec

from hvb_followup.actions.publish.opened import open_waves
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.draft import Draft
from hvb_followup.questionnaires import answers as answers_
from hvb_followup.questionnaires.answers import options
from hvb_followup.questionnaires.model import REFUSE, REFUSED, SKIPPED, Questionnaire
from hvb_followup.questionnaires.routing import shown, suggested_edition
from hvb_followup.registry import CROCKFORD, OperatingForm, Placement, Term, Unit, unit_id
from hvb_followup.store import counting, homes
from tests.ballot.adversary import (
    Answers,
    Scene,
    Watcher,
    finish_naively,
    make_naive_table,
    naive_answers,
    said_in,
    scenes,
)
from tests.world import ALFA, LILLBY, World

HALF_YEARS = ("2024H2", "2025H1", "2025H2", "2026H1", "2026H2", "2027H1")
RESIDENTS = 8
TURNOUT = 0.55
AT_ONCE = 16  # sittings under way together, in different homes


class Town:
    """The homes, who answered what, and what the watcher saw."""

    def __init__(
        self, world: World, folder: Path, *, naive: bool = False, editions_by_age: bool = False
    ) -> None:
        self.world = world
        self.naive = naive
        self.editions_by_age = editions_by_age
        self.young: set[str] = set()
        self.watcher = Watcher(world.database, folder)
        self.chance = random.Random(20261122)
        self.units: list[str] = []
        self.truth: dict[tuple[str, str], str] = {}
        self.answers: dict[str, list[Answers]] = {}
        self.links: dict[str, list[str]] = {}

    async def build(self, n_units: int, *, birth_years: tuple[int, ...] = (2009,)) -> None:
        """So many homes of eight young people."""
        if self.naive:
            await make_naive_table(self.world.database)
        self.units = [unit_id("Z" + _symbols(number)) for number in range(n_units)]
        people = [self._person(unit, birth_years) for unit in self.units for _ in range(RESIDENTS)]
        async with self.world.database.transaction():
            await homes.put_units(self.world.database, [_home(unit) for unit in self.units])
            await homes.put_placements(self.world.database, people)

    def _person(self, unit: str, birth_years: tuple[int, ...]) -> Placement:
        return Placement(
            id=f"L{secrets.token_hex(8)}",
            unit=unit,
            municipality=LILLBY,
            birth_year=self.chance.choice(birth_years),
            starts_on=dt.date(2024, 6, 1),
        )

    async def live(self, half_years: Iterable[str] = HALF_YEARS) -> None:
        """Open, answer with a copy after each, close and count, half-year after half-year."""
        for half_year in half_years:
            await self.world.open(half_year)
            await self._answer_all(half_year)
            await self.world.close(half_year)
        await self._open_the_box()

    async def _answer_all(self, half_year: str) -> None:
        """In every home one "Klar" at a time; the database is copied after each round."""
        queues = [await self._codes(unit, half_year) for unit in self.units]
        for turn in range(max(len(queue) for queue in queues)):
            due = [queue[turn] for queue in queues if turn < len(queue)]
            for first in range(0, len(due), AT_ONCE):
                await asyncio.gather(*(self._answer(*one) for one in due[first : first + AT_ONCE]))
            await self.watcher.look()

    async def _codes(self, unit: str, half_year: str) -> list[tuple[str, str]]:
        """The cards that will be used in a home, in the order in which they will be."""
        issued = await self.world.codes(unit, half_year)
        chosen = [(one.placement, one.code) for one in issued if self.chance.random() < TURNOUT]
        self.chance.shuffle(chosen)
        if chosen and self.chance.random() < 0.1:
            again = {one.placement: one.code for one in await self.world.codes(unit, half_year, again=True)}
            chosen.append((chosen[0][0], again[chosen[0][0]]))
        return chosen

    async def _answer(self, placement: str, code: str) -> None:
        """One sitting: all but the last answer in one draft, the last one saved, "Klar"; a few take it back."""
        box = self.world.box
        language = "en" if self.chance.random() < 0.1 else "sv"
        takes_back = self.chance.random() < 0.03
        sitting = await answering.enter(box, code, language=language, now=self.world.now)
        assert sitting is not None
        if self.editions_by_age and suggested_edition(sitting.age) == "easy":
            self.young.add(placement)
            sitting = msgspec.structs.replace(sitting, edition="easy")
        questionnaire = box.questionnaire(sitting)
        said = self.said(questionnaire, sitting)
        whole = complete(questionnaire, sitting, said)
        self.truth[sitting.wave, said_in(whole)] = placement
        if self.naive:
            return await finish_naively(self.world.database, sitting.code_hash, whole)
        last = questionnaire.item("alone")
        draft = Draft(answers=said, given_in=dict.fromkeys(said, sitting.mark))
        assert await answering.save(box, sitting, draft, last, said["alone"])
        finished = await answering.finish(box, sitting)
        assert finished.outcome == "taken"
        if takes_back:
            await answering.withdraw(box, finished.receipt)
        return None

    def said(self, questionnaire: Questionnaire, sitting: Sitting) -> dict[str, str]:
        """Answers that depend on nobody: every option is as likely, a few are skipped, a few were helped."""
        path = shown(questionnaire, edition=sitting.edition, age=sitting.age, moment="", answers={})
        said = {
            item.id: self.chance.choice((SKIPPED, *options(questionnaire, item, sitting.edition)))
            for item in path
        }
        said = {item: REFUSED if code == REFUSE else code for item, code in said.items()}
        return {**said, "alone": "helped_staff" if self.chance.random() < 0.05 else "alone"}

    async def _open_the_box(self) -> None:
        """The adversary is handed the opened answers of each wave in stored order."""
        if self.naive:
            self.answers = await naive_answers(self.world.database)
            return
        sealed = await counting.sealed_waves(self.world.database)
        for wave in open_waves(sealed, self.world.counter_keys.storage):
            if wave.record.counted:
                self.answers[wave.sealed.wave] = [one.answers for one in wave.record.counted]
                self.links[wave.sealed.wave] = [one.link for one in wave.record.counted]

    def scenes(self) -> list[Scene]:
        """What is known of each wave when nothing but the answers was handed out."""
        return scenes(self.watcher.uses, self.answers, all_counted=self.naive)

    def scenes_with_clear_links(self) -> list[Scene]:
        """What would be known if the links stood in clear beside the answers."""
        return scenes(self.watcher.uses, self.answers, self.links)


def complete(questionnaire: Questionnaire, sitting: Sitting, said: Answers) -> dict[str, str]:
    """The answers as the ballot carries them."""
    return answers_.complete(questionnaire, edition=sitting.edition, age=sitting.age, moment="", answers=said)


def _symbols(number: int) -> str:
    return "".join(CROCKFORD[number >> 5 * place & 31] for place in range(4))


def _home(unit: str) -> Unit:
    term = Term(
        provider=ALFA,
        unit_type="hvb",
        operating_form=OperatingForm.PRIVATE,
        from_on=dt.date(2020, 1, 1),
    )
    return Unit(id=unit, name=f"Hem {unit}", lan="Gotland", places=RESIDENTS, terms=(term,))
