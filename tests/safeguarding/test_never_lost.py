"""No case is lost and none is late, whatever fails: statements, mail, recipients, whole processes (issue 5).

200 cases in CI, 2 000 at night.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import re
from collections import defaultdict
from pathlib import Path

import httpx
import msgspec
import pytest

from hvb_followup.actions.operate.escalating import Told, tell_recipients
from hvb_followup.actions.operate.notifying import Word, send_notices
from hvb_followup.actions.pacing import pace_of
from hvb_followup.actions.respond.asking_for_help import ask_for_help, state_by
from hvb_followup.actions.review import cases
from hvb_followup.ballot.letter import Letter
from hvb_followup.ballot.read_letter import open_letter
from hvb_followup.catalogue import Catalogue
from hvb_followup.periods import STOCKHOLM
from hvb_followup.safeguarding.cases import State
from hvb_followup.safeguarding.deadlines import Urgency, due_at
from hvb_followup.store import help_cases
from hvb_followup.store.database import opened
from hvb_followup.throttling import HELP, Pace, Visitor
from tests.faults import Fault, Faults, fail_each_statement
from tests.journeys.killing import FORM, Server
from tests.safeguarding.reviewing import ANNA, BODIL, RECIPIENTS, Reviewed, make_reviewed
from tests.waves.sending import Kept, mailing, ticked
from tests.world import make_world

STEP, HOUR = dt.timedelta(minutes=10), dt.timedelta(hours=1)
NIGHT = 2  # o'clock, when nothing wakes


async def nowhere(_: Word) -> None:
    raise ConnectionRefusedError


async def test_a_fault_at_any_statement_leaves_all_or_nothing(faults: Faults, reviewed: Reviewed) -> None:
    """A case is whole or not there, and each step is taken with its words or not at all."""
    database = reviewed.world.database
    await reviewed.ask("hjälp")
    await fail_each_statement(faults, database, reviewed.tell)
    (case,) = await help_cases.open_cases(database)
    desk = reviewed.desk()
    await cases.open_case(desk, case.id, "jour")  # leaves its audit row whatever comes after
    await fail_each_statement(faults, database, lambda: cases.take_case(desk, case.id))
    await fail_each_statement(faults, database, lambda: cases.close_case(desk, case.id, "talked"))
    assert await help_cases.open_cases(database) == []


async def test_a_fault_leaves_no_half_case_and_no_counting_stands_in_the_way_of_one(
    faults: Faults, reviewed: Reviewed
) -> None:
    database = reviewed.world.database
    await fail_each_statement(faults, database, lambda: reviewed.ask("hjälp"), survives="tried")
    assert len(await help_cases.open_cases(database)) == 3, "two that could not be counted, and the last"


async def test_a_flood_of_cases_is_kept_and_told_of_and_buries_no_other(reviewed: Reviewed) -> None:
    """DESIGN §4.10: never lost. Past the limit a case is marked: read after the others, with the same deadline."""
    world, flood = reviewed.world, "192.0.2.1"

    async def ask_from(net: str, soon: str) -> None:
        await ask_for_help(reviewed.web, Letter(text=net), soon, world.now, net)

    for _ in range(HELP.everywhere + 20):
        await ask_from(flood, "danger")
    others = [f"198.51.100.{number}" for number in range(9)]  # one or another may share the flood's bucket
    paces = [await pace_of(reviewed.web.gate, HELP, Visitor(net=net), world.now) for net in others]
    await ask_from(others[paces.index(Pace.FREE)], "days")
    found = await help_cases.open_cases(world.database)
    assert len(found) == HELP.everywhere + 21
    is_marked = [one.crowded for one in found]
    assert is_marked == [False] * (HELP.here + 1) + [True] * (HELP.everywhere + 20 - HELP.here)
    assert found[HELP.here].urgency == "days", (
        "from another net, in the middle of the flood, and before its rest"
    )
    marked = next(one for one in found if one.crowded)
    assert marked.due_at == found[0].due_at
    told = await reviewed.tell()
    assert told.first == len(found)
    # A word for each of the others to each recipient, and one for all of the flood.
    assert len(await world.database.run("SELECT id FROM help_notice")) == 2 * (HELP.here + 1) + 2
    assert {row["step"] for row in await world.database.run("SELECT step FROM help_case")} == {1}


async def test_two_workers_take_each_step_once_and_send_each_word_once(reviewed: Reviewed) -> None:
    world, sent = reviewed.world, []

    async def send(word: Word) -> None:
        await asyncio.sleep(0)
        sent.append((word.id, word.to, word.subject + word.text))

    for _ in range(10):
        await reviewed.ask("hemligt")
    done = await asyncio.gather(*(tell_recipients(world.database, RECIPIENTS, world.now) for _ in range(3)))
    assert sum(one.first for one in done) == 10
    assert await send_notices(world.database, nowhere, world.now) == 0
    gone = await asyncio.gather(*(send_notices(world.database, send, world.now) for _ in range(3)))
    assert (sum(gone), len(sent), len({one for one, _, _ in sent})) == (20, 20, 20)
    assert len({text for _, _, text in sent}) == 1
    assert await send_notices(world.database, send, world.now + dt.timedelta(days=1)) == 0
    assert await world.database.run("SELECT id FROM help_notice WHERE email <> ''") == []


async def test_the_tick_sends_the_words_at_any_hour_and_holds_nothing_back_when_mail_is_away(
    reviewed: Reviewed,
) -> None:
    world, mail = reviewed.world, Kept()
    await reviewed.ask("hemligt", soon="now")
    mail.is_away = True
    night = dt.datetime(2026, 10, 20, 23, 30, tzinfo=dt.UTC)
    assert (await ticked(world, night, mailing(world, mail))).notices == 0
    mail.is_away = False
    assert (await ticked(world, night + dt.timedelta(minutes=11), mailing(world, mail))).notices == 2
    told = [one for one in mail.sent if one.subject == Word(id="", to="").subject]
    assert {one.to for one in told} == {f"{name}@exempel.invalid" for name in (ANNA, BODIL)}
    assert not [one for one in mail.sent if "hemligt" in one.text]
    again = await ticked(world, night + dt.timedelta(minutes=12), mailing(world, mail))
    assert again.notices == 0


async def test_a_worker_that_dies_with_its_claim_lets_another_send(reviewed: Reviewed) -> None:
    world, sent = reviewed.world, []

    async def send(word: Word) -> None:
        sent.append(word.to)

    await reviewed.ask("hjälp")
    await reviewed.tell()
    until = world.now + dt.timedelta(minutes=10)
    assert len(await help_cases.claim_notices(world.database, world.now, until)) == 2
    assert await send_notices(world.database, send, world.now) == 0
    assert await send_notices(world.database, send, until) == 2
    assert sorted(sent) == [f"{name}@exempel.invalid" for name in (ANNA, BODIL)]


async def test_where_nobody_is_there_cases_wait_and_are_told_of_when_somebody_is(reviewed: Reviewed) -> None:
    world = reviewed.world
    await reviewed.ask("hjälp", soon="danger")
    assert await tell_recipients(world.database, (), world.now) == Told(nobody=1)
    nobody = msgspec.structs.replace(world.deployment, recipient=())
    assert (await world.tick(deployment=nobody)).unheard
    world.now += dt.timedelta(days=2)
    assert await reviewed.tell() == Told(first=1)
    assert await reviewed.notices() == [("0", ANNA), ("0", BODIL)]
    world.now += dt.timedelta(minutes=15)
    assert await reviewed.tell() == Told(again=1)


class Days:
    """A few days in which cases come at any minute, and anything may be away."""

    def __init__(self, reviewed: Reviewed, faults: Faults, dice: random.Random) -> None:
        self.reviewed, self.faults, self.dice = reviewed, faults, dice
        self.put: dict[str, tuple[dt.datetime, str, tuple[str, str, str]]] = {}
        self.inbox: dict[str, set[str]] = defaultdict(set)
        self.away = 0

    async def run(self, count: int, days: int) -> None:
        """So many cases, in steps of ten minutes; afterwards hourly, until every deadline has passed."""
        world = self.reviewed.world
        steps = int(dt.timedelta(days=days) / STEP)
        comes = sorted(self.dice.randrange(steps) for _ in range(count))
        for step in range(steps + 6 * 24):
            while comes and comes[0] == step:
                comes.pop(0)
                await self._ask(f"fall {len(self.put)}")
            if world.now.astimezone(STOCKHOLM).hour != NIGHT:
                await self._tick()
                if step % 7 == 0:
                    await self._somebody_reads()
                if step % 12 == 0:
                    await self.nothing_is_late()
            world.now += STEP if step < steps else HOUR

    def _perhaps(self) -> None:
        """Three times of ten one of the next statements fails."""
        if self.dice.random() < 0.3:
            self.faults.arm(self.dice.randint(1, 6))

    async def _ask(self, text: str) -> None:
        """She tries until she has her words; what failed is not there."""
        soon = self.dice.choice([*Urgency, ""])
        while True:
            self._perhaps()
            try:
                words = await self.reviewed.ask(text, soon)
            except Fault:
                self.away += 1
                continue
            self.faults.disarm()
            self.put[text] = (self.reviewed.world.now, soon or "today", words)
            return

    async def _tick(self) -> None:
        """A tick whose database may fail at any statement, and whose mail is mostly away."""
        world = self.reviewed.world
        self._perhaps()
        try:
            await tell_recipients(world.database, RECIPIENTS, world.now)
            await send_notices(world.database, self._mail, world.now)
        except Fault:
            self.away += 1
            self.faults.disarm()
            await tell_recipients(world.database, RECIPIENTS, world.now)  # the next worker, a moment later
        self.faults.disarm()

    async def _mail(self, word: Word) -> None:
        if self.dice.random() < 0.5:
            raise TimeoutError
        self.inbox[word.to].add(word.id.split()[1])

    async def _somebody_reads(self) -> None:
        """Bodil is never there; Anna reads some of what she was told of."""
        for case in await help_cases.open_cases(self.reviewed.world.database):
            if case.id.hex() in self.inbox[f"{ANNA}@exempel.invalid"] and self.dice.random() < 0.1:
                if case.state == State.RECEIVED:
                    await cases.open_case(self.reviewed.desk(), case.id, "jour")
                elif case.state == State.READ:
                    await cases.take_case(self.reviewed.desk(), case.id)

    async def nothing_is_late(self) -> None:
        """Every case that nobody has taken is told of, and told of again after its deadline."""
        now = self.reviewed.world.now
        for case in await help_cases.open_cases(self.reviewed.world.database):
            if case.state in {State.RECEIVED, State.READ}:
                assert case.step >= 1
                assert case.due_at > now, "due and not told of again"
                deadline = due_at(Urgency(case.urgency), case.put_at)
                # One that first could be told of when it was due is told of to everybody at once.
                assert now < deadline or case.due_at > deadline, "late and not escalated"

    async def everything_is_there(self) -> None:
        """Each case she had words for, once, with her text and her words; each taken or told of to everybody."""
        database = self.reviewed.world.database
        rows = await database.run("SELECT id, body, state, step, put_at, crowded FROM help_case")
        texts = {}
        for row in rows:
            letter = open_letter(row["body"], bytes(row["id"]), self.reviewed.key)
            assert letter is not None
            texts[letter.text] = row
        assert set(texts) == set(self.put)
        assert len(rows) == len(self.put)
        notices = await database.run("SELECT id FROM help_notice")
        told = defaultdict(set)
        for notice in notices:
            case, step, number = notice["id"].split()
            if case == "crowd":  # one word for many
                continue
            told[case].add((int(step), int(number)))
        for row in texts.values():
            mine = told[bytes(row["id"]).hex()]
            assert row["crowded"] or mine == {
                (step, number) for step in range(row["step"]) for number in range(2)
            }
        for case in await help_cases.open_cases(database):
            deadline = due_at(Urgency(case.urgency), case.put_at)
            assert case.state == State.TAKEN or case.due_at > deadline, "neither taken nor escalated"
        for text, row in texts.items():
            assert await state_by(self.reviewed.web, self.put[text][2]) == row["state"]


async def test_two_hundred_cases_in_days_when_all_fails(faults: Faults, reviewed: Reviewed) -> None:
    await all_fails(faults, reviewed, count=200, days=1)


@pytest.mark.nightly
async def test_two_thousand_cases_in_days_when_all_fails(faults: Faults, reviewed: Reviewed) -> None:
    await all_fails(faults, reviewed, count=2_000, days=10)


async def all_fails(faults: Faults, reviewed: Reviewed, *, count: int, days: int) -> None:
    """Random days, from the evening before the night when the clock is put back."""
    reviewed.world.now = dt.datetime(2026, 10, 24, 16, tzinfo=dt.UTC)
    run = Days(reviewed, faults, random.Random(20261024))
    await run.run(count, days)
    await run.everything_is_there()
    assert len(run.put) == count
    assert run.away > count / 20, "nothing failed; the test proves nothing"


class Asker:
    """Somebody who asks for help of a server that dies; what got no reply is sent again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words: tuple[str, ...] = ()
        self.replies = 0

    async def ask(self, address: str) -> None:
        """Until there are four words on a page."""
        async with httpx.AsyncClient(base_url=address, verify=False, timeout=30) as client:
            while not self.words:
                try:
                    found = await client.post("/svara/hjalp", data={"text": self.text}, headers=FORM)
                except httpx.TransportError:
                    await asyncio.sleep(0.01)
                    continue
                self.replies += 1
                assert found.status_code == 200, found.text
                (block,) = re.findall(r'<p class="words"[^>]*>(.*?)</p>', found.text)
                self.words = tuple(re.findall(r"<span>([^<]+)</span>", block))


async def test_every_acknowledged_case_survives_kill_9(
    durable: None, address: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    await fire(address, catalogue, tmp_path, askers=80)


@pytest.mark.nightly
async def test_a_night_of_kills_loses_no_case(
    durable: None, address: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    await fire(address, catalogue, tmp_path, askers=2_000)


async def fire(address: str, catalogue: Catalogue, folder: Path, *, askers: int) -> None:
    """Cases under fire; then everything that was acknowledged is there, readable at the desk."""
    dice = random.Random()
    async with opened(address) as database:
        reviewed = await make_reviewed(await make_world(database, catalogue, folder, address))
        reviewed.world.settings.deployment.write_text("", encoding="utf-8")
        await reviewed.world.set_clock()
    everybody = [Asker(f"fall {number}") for number in range(askers)]
    server = Server(reviewed.world.settings, folder / "web.log")
    kills = await ask_under_fire(server, everybody, dice)
    assert kills >= 2
    assert (folder / "web.log").read_text() == ""
    async with opened(address) as database:
        reviewed.world.database = database
        rows = await database.run("SELECT id, body FROM help_case")
        found = [open_letter(row["body"], bytes(row["id"]), reviewed.key) for row in rows]
        assert {letter.text for letter in found if letter} == {one.text for one in everybody}
        assert None not in found
        for one in everybody:
            assert await state_by(reviewed.web, one.words) == State.RECEIVED
        known = await database.run("SELECT receipt FROM help_case")
        assert len(known) >= askers
    print(f"\n{kills} kills, {askers} acknowledged, {len(rows) - askers} kept twice")


async def ask_under_fire(server: Server, everybody: list[Asker], dice: random.Random) -> int:
    """Let everybody ask while the server is killed at random moments; how many times it was."""
    waiting = iter(everybody)

    async def one_after_another() -> None:
        for one in waiting:
            await one.ask(server.address)

    queue, kills = asyncio.gather(*(one_after_another() for _ in range(8))), 0
    try:
        while not queue.done():
            await server.start()
            enough = sum(one.replies for one in everybody) + dice.randint(10, 30)
            while not queue.done() and sum(one.replies for one in everybody) < enough:
                await asyncio.sleep(0.001)
            await asyncio.wait([queue], timeout=dice.uniform(0, 0.02))
            server.kill()
            kills += not queue.done()
    finally:
        server.kill()
        queue.cancel()
    await asyncio.gather(queue)
    return kills
