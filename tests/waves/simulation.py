"""Years of placements that are asked, answer, leave and are forgotten, while workers die and clocks jump."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from hvb_followup.actions.operate.planning import plan_day
from hvb_followup.actions.operate.sending import send_due
from hvb_followup.actions.operate.ticking import tick
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.mail.message import Message, Unavailable
from hvb_followup.periods import STOCKHOLM, local_day, local_instant
from hvb_followup.registry import Placement
from hvb_followup.store import contacts, homes
from hvb_followup.waves.contact import Channel
from hvb_followup.waves.schedule import window
from tests.waves.sending import Kept, mailing, reach
from tests.world import LILLBY, NORTH, OTHER, SOUTH, World

DAY = dt.timedelta(days=1)
HOURS = (2, 9, 15, 18)  # one before dawn, also in the nights when the clock is changed


class Killed(Exception):
    """The worker died here."""


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A message that arrived, when, and what its codes open."""

    id: str
    at: dt.datetime
    to: str
    is_first: bool
    sittings: tuple[Sitting, ...]


class Perilous(Kept):
    """A carrier that is away now and then, and in whose hands workers die, before and after it took a message."""

    def __init__(self, town: Cycle) -> None:
        super().__init__()
        self.town = town
        self.ids: set[str] = set()
        self.n_twice = 0

    async def send(self, message: Message) -> None:
        await asyncio.sleep(0)
        fate = self.town.chance.random()
        if fate < 0.02:
            raise Unavailable("away")
        if fate < 0.03:
            raise Killed
        if message.id in self.ids:
            self.n_twice += 1  # the gateway knows the id and sends nothing on
        else:
            self.ids.add(message.id)
            await self.town.arrive(message)
        if fate > 0.99:
            raise Killed


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
        self.carrier = Perilous(self)

    async def build(self, n: int, n_days: int) -> None:
        """So many placements that began before or begin within the time."""
        for number in range(n):
            starts_on = self.first + self.chance.randrange(-400, n_days - 30) * DAY
            length = self.chance.choice((15, 25, 40, 90, 180, 400, 900))
            ends_on = starts_on + length * DAY if length < 900 else None
            # Half of the ends are known from the beginning; the others become known when they come.
            is_known = ends_on is not None and (ends_on < self.first or self.chance.random() < 0.5)
            one = self._placement(number, starts_on, ends_on if is_known else None)
            if ends_on is not None and not is_known:
                self.discharged[one.id] = ends_on
            self.placements[one.id] = one
            self.address[one.id] = f"+4670{number:07}"
        async with self.world.database.transaction():
            await homes.put_placements(self.world.database, self.placements.values())
        for number, (one, address) in enumerate(self.address.items()):
            is_protected = number % 10 == 0
            await reach(self.world, one, address, Channel.SMS, protected=is_protected)
            if is_protected:
                self.silent[one] = self.first

    def _placement(self, number: int, starts_on: dt.date, ends_on: dt.date | None) -> Placement:
        return Placement(
            id=f"L{number}",
            unit=(NORTH, SOUTH, OTHER)[number % 3],
            municipality=LILLBY,
            birth_year=starts_on.year - self.chance.randrange(13, 21),
            starts_on=starts_on,
            ends_on=ends_on,
        )

    async def live(self, n_days: int) -> None:
        """Day by day; now and then the clock misses a day, or goes back one."""
        while self.day < self.first + n_days * DAY:
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

    async def _happen(self) -> None:
        """Discharges, addresses taken back, and answers."""
        for one in [one for one, day in self.discharged.items() if day == self.day]:
            self.placements[one] = msgspec.structs.replace(self.placements[one], ends_on=self.day)
            async with self.world.database.transaction():
                await homes.put_placements(self.world.database, [self.placements[one]])
        if self.chance.random() < 0.2:
            one = self.chance.choice(sorted(self.placements))
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
        """Two workers at once; one that dies does not take the other with it."""
        self.world.now = now
        sends = mailing(self.world, self.carrier)
        await self._open(now)
        work = [self._work(sends) for _ in range(2)]
        for ended in await asyncio.gather(*work, return_exceptions=True):
            if isinstance(ended, BaseException) and not isinstance(ended, Killed):
                raise ended

    async def _work(self, sends: object) -> None:
        context = self.world.context()
        await plan_day(context, sends.keys, sends.carriers)  # type: ignore[attr-defined]
        await send_due(context, sends)  # type: ignore[arg-type]

    async def _open(self, now: dt.datetime) -> None:
        """Once a day, what else a tick does: open, close, count."""
        if now.astimezone(STOCKHOLM).hour == 9:
            world = self.world
            await tick(
                world.context(),
                world.counter_keys,
                world.settings.public_keys,
                world.deployment,
                demo=True,
            )

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
