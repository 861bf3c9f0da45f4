"""Placements that can be reached, and a carrier that keeps what it was given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from hvb_followup.actions.operate.sending import Mailing
from hvb_followup.actions.operate.ticking import Done
from hvb_followup.keys.contacts import contacts_key, seal_contact
from hvb_followup.mail.message import Message, Unavailable, Undeliverable
from hvb_followup.periods import local_instant
from hvb_followup.store import contacts
from hvb_followup.waves.contact import Channel, contact
from tests.world import World

ANSWER_AT = "https://svara.invalid/svara"


class Kept:
    """A carrier that takes every message, but from those it is told to refuse."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.refuses: set[str] = set()
        self.is_away = False

    async def send(self, message: Message) -> None:
        if self.is_away:
            raise Unavailable("away")
        if message.to in self.refuses:
            raise Undeliverable("no such address")
        self.sent.append(message)

    def codes(self) -> list[str]:
        """The codes of everything that was sent, in order."""
        return [line.partition("#")[2] for one in self.sent for line in one.text.splitlines() if "#" in line]


def mailing(world: World, carrier: Kept, channels: Sequence[str] = ("sms", "email")) -> Mailing:
    return Mailing(keys=world.mailing_keys, carriers=dict.fromkeys(channels, carrier), answer_at=ANSWER_AT)


async def reach(
    world: World,
    placement: str,
    address: str = "+46700000001",
    channel: Channel = Channel.SMS,
    *,
    language: str = "sv",
    protected: bool = False,
) -> None:
    """The municipality has given an address."""
    made = contact(channel, address, language, protected=protected)
    assert made is not None
    body = seal_contact(made, placement, contacts_key(world.settings.public_keys))
    async with world.database.transaction():
        await contacts.put(world.database, placement, body)


def at(text: str, hour: int = 15) -> dt.datetime:
    """An hour of a day in Stockholm."""
    return local_instant(dt.date.fromisoformat(text), hour)


async def ticked(world: World, when: dt.datetime, sends: Mailing) -> Done:
    world.now = when
    done = await world.tick(sends)
    assert not done.faults, done.faults
    return done
