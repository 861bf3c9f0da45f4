"""Many homes over several half-years, answered through the real errands while somebody copies the database."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import random
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from hvb_followup.actions.operate.silencing import heed_wishes
from hvb_followup.actions.publish.opened import open_waves
from hvb_followup.actions.purchase.issuing import IssuedCode, age_in, is_eligible
from hvb_followup.actions.purchase.printing import slips_for
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import code_hash
from hvb_followup.actions.respond.silencing import ask_for_silence
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.draft import Draft
from hvb_followup.errors import TooMany
from hvb_followup.keys.contacts import contacts_key
from hvb_followup.pseudonyms import make_code
from hvb_followup.questionnaires import answers as answers_
from hvb_followup.questionnaires.answers import options
from hvb_followup.questionnaires.model import REFUSE, REFUSED, SKIPPED, Questionnaire
from hvb_followup.questionnaires.routing import shown, suggested_edition
from hvb_followup.registry import CROCKFORD, OperatingForm, Placement, Term, Unit, unit_id
from hvb_followup.store import counting, homes
from hvb_followup.store.waves import wave_id
from tests.ballot.adversary import Answers, Evidence, Scene, said_in, scenes
from tests.ballot.naive import finish_naively, make_naive_table, naive_answers
from tests.ballot.watcher import Use, Watcher
from tests.safeguarding.reviewing import make_desk_key
from tests.world import ALFA, FAMILY, LILLBY, World

HALF_YEARS = ("2024H2", "2025H1", "2025H2", "2026H1", "2026H2", "2027H1")
RESIDENTS = 8
TURNOUT = 0.55
WRITING = 0.3
AT_ONCE = 16  # sittings under way together, in different homes
# Under fifteen for a long time, and fifteen from the first: the start page suggests an edition by age (R7 §4.6).
YOUNGER, OLDER = 2012, 2009


class Town:
    """The homes, who answered what, and what the watcher saw. Each takes the edition of her age."""

    def __init__(self, world: World, folder: Path, *, naive: bool = False) -> None:
        self.world = world
        self.naive = naive
        self.people: dict[str, list[Placement]] = {}
        self.owners: dict[bytes, str] = {}
        self.printed: defaultdict[str, list[bytes]] = defaultdict(list)
        self.watcher = Watcher(world.database, folder)
        self.chance = random.Random(20261122)
        self.units: list[str] = []
        self.truth: dict[tuple[str, str], bytes] = {}
        self.answers: dict[str, list[Answers]] = {}
        self.links: dict[str, list[str]] = {}
        self.took_back: set[bytes] = set()
        self.silence_key = contacts_key(world.settings.public_keys)

    async def build(self, n_units: int, *, birth_years: tuple[int, ...] = (OLDER,)) -> None:
        """So many homes of eight young people, and a desk to which own words are sealed."""
        make_desk_key(self.world)
        if self.naive:
            await make_naive_table(self.world.database)
        self.units = [unit_id("Z" + _symbols(number)) for number in range(n_units)]
        for unit in self.units:
            self.people[unit] = [self._person(unit, birth_years) for _ in range(RESIDENTS)]
        people = [one for living_there in self.people.values() for one in living_there]
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
            await heed_wishes(self.world.context(), self.world.mailing_keys)
            await self.watcher.look_at_silenced()
            await self.world.close(half_year)
        await self._open_the_box()

    async def _answer_all(self, half_year: str) -> None:
        """In every home one "Klar" at a time; the database is copied after each round."""
        queues = [await self._codes(unit, half_year) for unit in self.units]
        await self.watcher.look_at_codes()
        for turn in range(max(len(queue) for queue in queues)):
            due = [queue[turn] for queue in queues if turn < len(queue)]
            for first in range(0, len(due), AT_ONCE):
                await asyncio.gather(*(self._answer(code) for _, code in due[first : first + AT_ONCE]))
            await self.watcher.look()

    async def _codes(self, unit: str, half_year: str) -> list[tuple[str, str]]:
        """The cards that will be used in a home, in the order in which they will be."""
        issued = await self._issued(unit, half_year)
        chosen = [(one.placement, one.code) for one in issued if self.chance.random() < TURNOUT]
        self.chance.shuffle(chosen)
        if chosen and self.chance.random() < 0.1:
            again = {one.placement: one.code for one in await self._issued(unit, half_year, again=True)}
            chosen.append((chosen[0][0], again[chosen[0][0]]))
        return chosen

    async def _issued(self, unit: str, half_year: str, *, again: bool = False) -> list[IssuedCode]:
        """The letters of a home; whoever keeps them knows whose each code is, and in which order they lay."""
        issued = await self.world.codes(unit, half_year, again=again)
        slips = slips_for(self.world.context(), "sv", half_year, issued)
        found = {code_hash(self.world.web_keys.secret, one.code): one.reference for one in slips}
        self.owners |= found
        self.printed[wave_id(unit, FAMILY, half_year)] += found
        return issued

    async def _answer(self, code: str) -> None:
        """One sitting: all but the last answer in one draft, the last one saved, "Klar"; a few take it back."""
        box = self.world.box
        language = "en" if self.chance.random() < 0.1 else "sv"
        takes_back, slips, wants_silence = (self.chance.random() < share for share in (0.03, 0.2, 0.1))
        net = f"2001:db8:{len(self.truth):x}::1"
        if slips:
            # In a thousand homes the day's tries in vain are soon spent: then she is asked to wait.
            with contextlib.suppress(TooMany):
                wrong = self._wrong()
                assert await answering.enter(box, wrong, language="sv", now=self.world.now, net=net) is None
        sitting = await answering.open_code(box, code, language=language, now=self.world.now)
        assert sitting is not None
        sitting = msgspec.structs.replace(sitting, edition=suggested_edition(sitting.age))
        questionnaire = box.questionnaire(sitting)
        said = self.said(questionnaire, sitting)
        whole = complete(questionnaire, sitting, said)
        self.truth[sitting.wave, said_in(whole)] = sitting.code_hash
        if self.naive:
            return await finish_naively(self.world.database, sitting.code_hash, whole)
        last = questionnaire.item("alone")
        draft = await self._write(sitting, Draft.all_given(said, sitting.mark))
        assert await answering.save(box, sitting, draft, last, said["alone"])
        finished = await answering.finish(box, sitting)
        assert finished.outcome == "taken"
        if takes_back:
            try:
                await answering.take_back(box, finished.receipt, now=self.world.now, net=net)
            except TooMany:
                await answering.withdraw(box, finished.receipt)  # she has waited
            self.took_back.add(sitting.code_hash)
        if wants_silence:
            await ask_for_silence(self.world.database, self.silence_key, secrets.token_hex(16))
        return None

    async def _write(self, sitting: Sitting, draft: Draft) -> Draft:
        """Some write in their own words too, more or less."""
        box = self.world.box
        for item in answering.items(box, sitting, draft):
            if item.type == "text" and self.chance.random() < WRITING:
                text = "Ett ord " * self.chance.randrange(1, 40)
                assert await answering.save_words(box, sitting, draft, item, text)
                draft = await answering.draft_of(box, sitting)
        return draft

    def _wrong(self) -> str:
        """A code with a right check symbol that was never issued."""
        return make_code(self.chance.getrandbits)

    def said(self, questionnaire: Questionnaire, sitting: Sitting) -> dict[str, str]:
        """Answers that depend on nobody: every option is as likely, a few are skipped, a few were helped."""
        path = shown(
            questionnaire, edition=sitting.edition, age=sitting.age, moment=sitting.moment, answers={}
        )
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
        """What the thief makes of each wave, who has the files and was handed the answers."""
        return scenes(self._evidence())

    def scenes_with_letters(self) -> list[Scene]:
        """What is made of them by who also holds the printed letters: reference, code and place in the pile."""
        return scenes(self._with_letters())

    def scenes_with_clear_links(self) -> list[Scene]:
        """What would be known if, besides, the links stood in clear beside the answers."""
        return scenes(msgspec.structs.replace(self._with_letters(), tokens=self.links))

    def _with_letters(self) -> Evidence:
        return msgspec.structs.replace(self._evidence(), owners=self.owners, printed=self.printed)

    def _evidence(self) -> Evidence:
        silenced = dict(zip(self.watcher.wishes, self.watcher.silenced, strict=True))
        return Evidence(
            uses={
                wave: [with_silenced(use, silenced) for use in found]
                for wave, found in self.watcher.uses.items()
            },
            codes=self.watcher.codes,
            residents={wave: self._residents(wave) for wave in self.answers},
            answers=self.answers,
            all_counted=self.naive,
        )

    def _residents(self, wave: str) -> list[tuple[str, bool]]:
        """Those who were given a code, in the register's order, and whether each is young: the files tell."""
        unit, family, half_year = wave.split(":")
        questionnaire = self.world.catalogue.questionnaire(family, 1)
        return [
            (one.id, suggested_edition(age_in(one, half_year)) == "easy")
            for one in sorted(self.people[unit], key=lambda one: one.id)
            if is_eligible(one, questionnaire, half_year)
        ]


def with_silenced(use: Use, silenced: Mapping[bytes, bytes]) -> Use:
    """The use with the silenced address that its wish would be, did they lie in the order in which wishes came."""
    wish = use.beside.get("silence_wish")
    return (
        use
        if wish is None
        else msgspec.structs.replace(use, beside={**use.beside, "silenced": silenced[wish]})
    )


def complete(questionnaire: Questionnaire, sitting: Sitting, said: Answers) -> dict[str, str]:
    """The answers as the ballot carries them."""
    return answers_.complete(
        questionnaire, edition=sitting.edition, age=sitting.age, moment=sitting.moment, answers=said
    )


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
