"""A town whose codes go out by message, with two reminders, while somebody copies the database with its outbox."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from collections import defaultdict
from pathlib import Path

import msgspec

from hvb_followup.access import MACHINE_OPERATOR
from hvb_followup.actions.operate.planning import plan_day
from hvb_followup.actions.operate.sending import send_due
from hvb_followup.actions.respond.answering import code_hash
from hvb_followup.keys.contacts import contacts_key, seal_contact
from hvb_followup.store import contacts
from hvb_followup.waves.contact import Channel, contact
from hvb_followup.waves.quiet import sending_from
from tests.ballot.simulation import AT_ONCE, TURNOUT, Town
from tests.waves.sending import Kept, mailing
from tests.world import World

STEPS = (dt.timedelta(days=4), dt.timedelta(days=6))


class SeenRow(msgspec.Struct, frozen=True, order=True):
    """What a copy of the database tells of a message."""

    state: str
    length: int
    due_at: str
    is_claimed: bool


class MailedTown(Town):
    """Everybody has a phone; nobody is given a card."""

    def __init__(self, world: World, folder: Path) -> None:
        super().__init__(world, folder)
        self.carrier = Kept()
        self.phones: dict[str, str] = {}
        self.rows: dict[str, list[bytes]] = defaultdict(list)  # by half-year, as they first lay in the file
        self.histories: dict[bytes, list[SeenRow]] = defaultdict(list)
        self.answered: dict[str, set[str]] = defaultdict(set)  # by half-year

    async def build(self, n_units: int, *, birth_years: tuple[int, ...] = (2009,)) -> None:
        """The homes, and a phone for each who lives there."""
        await super().build(n_units, birth_years=birth_years)
        public = contacts_key(self.world.settings.public_keys)
        async with self.world.database.transaction():
            for number, one in enumerate(one for here in self.people.values() for one in here):
                self.phones[f"+4670{number:07}"] = one.id
                made = contact(Channel.SMS, f"+4670{number:07}", "sv")
                assert made is not None
                await contacts.put(self.world.database, one.id, seal_contact(made, one.id, public))

    async def _answer_all(self, half_year: str) -> None:
        """Plan, send, answer one at a time, remind, answer, remind; a copy after each step and round."""
        context = self.world.context(MACHINE_OPERATOR)
        await plan_day(context, self.world.mailing_keys, ["sms"])
        await self.watcher.look_at_codes()
        await self._look_at_outbox(half_year)
        self.world.now = sending_from(self.world.now)
        codes = await self._sent(half_year)
        late = {one for one in codes if self.chance.random() < 0.4}
        chosen = [one for one in codes if self.chance.random() < TURNOUT]
        await self._round(half_year, codes, [one for one in chosen if one not in late])
        for number, pause in enumerate(STEPS):
            self.world.now = sending_from(self.world.now + pause)
            await self._sent(half_year)
            await self._round(half_year, codes, [one for one in chosen if one in late and number == 0])

    async def _sent(self, half_year: str) -> dict[str, str]:
        """Whatever is due goes out, in two workers; the codes of those who were sent one."""
        before = len(self.carrier.sent)
        sends = mailing(self.world, self.carrier)
        done = 1
        while done:
            done = sum(await asyncio.gather(*(send_due(self.world.context(), sends) for _ in range(2))))
            await self._look_at_outbox(half_year)
        found = {}
        for message in self.carrier.sent[before:]:
            placement = self.phones[message.to]
            assert placement not in self.answered[half_year]
            found[placement] = re.search(r"#(\S+)", message.text)[1]  # type: ignore[index]
        secret = self.world.web_keys.secret
        self.owners |= {code_hash(secret, code): one for one, code in found.items()}
        return found

    async def _round(self, half_year: str, codes: dict[str, str], chosen: list[str]) -> None:
        queues: dict[str, list[str]] = defaultdict(list)
        homes = {one.id: unit for unit, here in self.people.items() for one in here}
        self.chance.shuffle(chosen)
        for one in chosen:
            queues[homes[one]].append(codes[one])
            self.answered[half_year].add(one)
        for turn in range(max(map(len, queues.values()), default=0)):
            due = [queue[turn] for queue in queues.values() if turn < len(queue)]
            for first in range(0, len(due), AT_ONCE):
                await asyncio.gather(*(self._answer(code) for code in due[first : first + AT_ONCE]))
            await self.watcher.look()

    async def _look_at_outbox(self, half_year: str) -> None:
        """The outbox as it lies there: on PostgreSQL in order of transactions, on SQLite in that of the file."""
        in_order = "ORDER BY xmin::text::bigint, ctid" if self.world.database.sqlite is None else ""
        rows = await self.world.database.run(
            f"SELECT id, state, due_at, claimed_until, body FROM outbox {in_order}"
        )
        for row in rows:
            key = bytes(row["id"])
            if key not in self.histories:
                self.rows[half_year].append(key)
            claimed = row["claimed_until"] is not None
            seen = SeenRow(row["state"], len(row["body"]), str(row["due_at"]), claimed)
            if not self.histories[key] or self.histories[key][-1] != seen:
                self.histories[key].append(seen)
