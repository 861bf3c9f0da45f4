"""Years of placements that are asked, answer, leave and are forgotten, while workers are killed and clocks jump."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.mail.message import Message
from hvb_followup.periods import STOCKHOLM, local_day, local_instant
from hvb_followup.registry import Placement, unit_id
from hvb_followup.store import contacts, homes
from hvb_followup.waves.contact import Channel
from hvb_followup.waves.schedule import window
from tests.waves.killing import Fate, Workers
from tests.waves.sending import reach
from tests.world import LILLBY, World

DAY = dt.timedelta(days=1)
HOURS = (2, 9, 15, 18)  # one before dawn, also in the nights when the clock is changed
IN_A_HOME = 100  # placements, over the years


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A message that arrived, when, and what its codes open."""

    id: str
    at: dt.datetime
    to: str
    is_first: bool
    sittings: tuple[Sitting, ...]


class Cycle:
    """The placements as they really are, what arrived, and what was done about it."""

    def __init__(self, world: World, first: dt.date, seed: int) -> None:
        self.world = world
        self.first = self.day = first
        self.chance = random.Random(seed)
        self.placements: dict[str, Placement] = {}
        self.address: dict[str, str] = {}
        self.silent: dict[str, dt.date] = {}  # from when nothing may be sent
        self.discharged: dict[str, dt.date] = {}  # when a discharge became known
        self.arrived: list[Arrived] = []
        self.answered: dict[bytes, dt.datetime] = {}
        self.to_answer: dict[dt.date, list[str]] = defaultdict(list)
        self.to_begin: dict[dt.date, list[str]] = defaultdict(list)
        self.begun: list[str] = []
        self.workers = Workers(world.settings, 2, self.chance)
        self.taken: set[str] = set()  # the messages that the gateway knows
        self.n_twice = 0

    async def build(self, n: int, n_days: int) -> None:
        """So many placements that began before or begin within the time, in homes of a hundred each."""
        homes_of = await self._homes(n // IN_A_HOME)
        for number in range(n):
            starts_on = self.first + self.chance.randrange(-400, n_days - 30) * DAY
            length = self.chance.choice((15, 25, 40, 90, 180, 400, 900))
            ends_on = starts_on + length * DAY if length < 900 else None
            # Half of the ends are known from the beginning; the others become known when they come.
            is_known = ends_on is not None and (ends_on < self.first or self.chance.random() < 0.5)
            unit = homes_of[number % len(homes_of)]
            one = self._placement(number, unit, starts_on, ends_on if is_known else None)
            if ends_on is not None and not is_known:
                self.discharged[one.id] = ends_on
            self.placements[one.id] = one
            self.address[one.id] = f"+4670{number:07}"
            self.to_begin[max(starts_on, self.first)].append(one.id)

    async def _homes(self, n: int) -> list[str]:
        """So many homes, like those of the small world."""
        like = await homes.units()
        ids = [unit_id(f"{number:05}") for number in range(n)]
        made = [
            msgspec.structs.replace(like[number % len(like)], id=one, name=one)
            for number, one in enumerate(ids)
        ]
        async with self.world.database.transaction():
            await homes.put_units(self.world.database, made)
        return ids

    def _placement(self, number: int, unit: str, starts_on: dt.date, ends_on: dt.date | None) -> Placement:
        return Placement(
            id=f"L{number}",
            unit=unit,
            municipality=LILLBY,
            birth_year=starts_on.year - self.chance.randrange(13, 21),
            starts_on=starts_on,
            ends_on=ends_on,
        )

    async def live(self, n_days: int) -> None:
        """Day by day; now and then the clock misses a day, or goes back one."""
        async with self.workers:
            while self.day < self.first + n_days * DAY:
                await self._begin()
                await self._happen()
                for now in self._instants():
                    await self._tick(now)
                fate = self.chance.random()
                if fate < 0.01:
                    self.day += DAY  # a whole day without a tick
                if 0.01 <= fate < 0.02:
                    await self._tick(local_instant(self.day - DAY, 15))  # the clock was wrong for a while
                self.day += DAY

    def _instants(self) -> Iterator[dt.datetime]:
        for hour in HOURS:
            yield local_instant(self.day, hour) + dt.timedelta(minutes=self.chance.randrange(50))

    async def _begin(self) -> None:
        """Placements begin, and the municipality gives an address of each; every tenth is protected."""
        for day in [day for day in self.to_begin if day <= self.day]:
            begun = [self.placements[one] for one in self.to_begin.pop(day)]
            async with self.world.database.transaction():
                await homes.put_placements(self.world.database, begun)
            self.begun += [one.id for one in begun]
            for one in begun:
                is_protected = int(one.id[1:]) % 10 == 0
                await reach(self.world, one.id, self.address[one.id], Channel.SMS, protected=is_protected)
                if is_protected:
                    self.silent[one.id] = self.first

    async def _happen(self) -> None:
        """Discharges, addresses taken back, and answers."""
        for one in [one for one, day in self.discharged.items() if day == self.day]:
            self.placements[one] = msgspec.structs.replace(self.placements[one], ends_on=self.day)
            async with self.world.database.transaction():
                await homes.put_placements(self.world.database, [self.placements[one]])
        if self.chance.random() < 0.2:
            one = self.chance.choice(self.begun)
            if one not in self.silent:
                self.silent[one] = self.day
                async with self.world.database.transaction():
                    await contacts.erase(self.world.database, [one])
        self.world.now = local_instant(self.day)
        for code in self.to_answer.pop(self.day, []):
            sitting = await answering.enter(self.world.box, code, language="sv", now=self.world.now)
            if sitting is not None:
                await answering.finish(self.world.box, sitting)
                self.answered[sitting.code_hash] = self.world.now

    async def _tick(self, now: dt.datetime) -> None:
        """Two workers at once, in processes of their own; one that dies does not take the other with it."""
        self.world.now = now
        await self._open(now)
        await self.workers.work(now, self._gateway)

    async def _gateway(self, message: Message) -> Fate:
        """A gateway that is away now and then; workers die before and after it took a message."""
        fate = self.chance.random()
        if fate < 0.02:
            return Fate.AWAY
        if fate < 0.03:
            return Fate.KILLED
        if message.id in self.taken:
            self.n_twice += 1  # the gateway knows the id and sends nothing on
        else:
            self.taken.add(message.id)
            await self.arrive(message)
        return Fate.KILLED if fate > 0.99 else Fate.TAKEN

    async def _open(self, now: dt.datetime) -> None:
        """Once a day, what else a tick does: open, close, count."""
        if now.astimezone(STOCKHOLM).hour == 9:
            await self.world.tick()

    async def arrive(self, message: Message) -> None:
        """The young person reads it; perhaps she answers, today or some days later."""
        codes = [line.partition("#")[2] for line in message.text.splitlines() if "#" in line]
        found = []
        for code in codes:
            sitting = await answering.enter(self.world.box, code, language="sv", now=self.world.now)
            assert sitting is not None, "a code was sent that does not open"
            found.append(sitting)
            if self.chance.random() < 0.25:
                self.to_answer[local_day(self.world.now) + self.chance.randrange(1, 8) * DAY].append(code)
        self.arrived.append(
            Arrived(
                id=message.id,
                at=self.world.now,
                to=message.to,
                is_first="fortfarande" not in message.text,
                sittings=tuple(found),
            )
        )

    def firsts(self) -> dict[tuple[str, str], list[dt.date]]:
        """Of each placement and moment, the days on which a first message about it arrived."""
        found: dict[tuple[str, str], list[dt.date]] = defaultdict(list)
        for one in self.arrived:
            for sitting in one.sittings if one.is_first else ():
                found[sitting.placement, sitting.moment].append(local_day(one.at))
        return found


def closes_soon(day: dt.date) -> bool:
    """True when the wave that follows placements closes before two reminders could come."""
    half_year = f"{day.year}H{1 if day.month <= 6 else 2}"
    closes = local_day(window(half_year).closes_at)
    return closes - 20 * DAY <= day < closes
