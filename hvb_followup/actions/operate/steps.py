"""Taking the steps of a tick one by one: what goes wrong in one is kept, and the next is taken all the same."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable
from typing import TypeVar

import msgspec

from hvb_followup.errors import HvbError

T = TypeVar("T")


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was not done. ``trace`` is where in the code it stopped.

    What an unexpected error says may hold a value about somebody, and is not kept.
    """

    step: str
    says: str
    trace: str = ""


class Steps:
    """Takes steps, and keeps what went wrong."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    async def take(self, step: str, doing: Awaitable[T], instead: T) -> T:
        """What the step gives, or ``instead`` where it could not be done."""
        try:
            return await doing
        except HvbError as expected:
            self.faults.append(Fault(step=step, says=str(expected)))
        except Exception as error:
            says = (
                f"{step} gick inte att göra: {type(error).__name__}. Det prövas igen varje minut; se loggen."
            )
            trace = "".join(traceback.format_tb(error.__traceback__))
            self.faults.append(Fault(step=step, says=says, trace=trace))
        return instead
