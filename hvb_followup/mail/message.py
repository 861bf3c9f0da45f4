"""A message, whoever carries it, and the two ways in which one does not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """To whom, what, and an id that is the same however often the message is tried."""

    id: str
    to: str
    subject: str
    text: str
    stop_at: str = ""  # where one asks for no more e-mail


class Undeliverable(Exception):
    """The address is none, or refuses: trying again helps nobody."""


class Unavailable(Exception):
    """Whoever carries messages cannot just now: to be tried again."""


class Carrier(Protocol):
    """One channel. Raises Undeliverable or Unavailable; says nothing of the address in either."""

    async def send(self, message: Message) -> None:
        """Hand the message over; it has been taken when this returns."""


Carriers = Mapping[str, Carrier]  # by channel
