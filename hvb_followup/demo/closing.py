"""More hands. A large nation has processes beside: they hand in what no question waits for, keep what the registers said,
measure and audit while this one asks on and counts.

What is asked later is nothing to a release: it is measured from waves that are closed and registers that are in.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from hvb_followup import content
from hvb_followup.access import MACHINE_OPERATOR
from hvb_followup.actions.context import Context
from hvb_followup.catalogue import Catalogue
from hvb_followup.demo.asking import count, keep, release
from hvb_followup.demo.hand import Hands, wake
from hvb_followup.demo.invent import Nation, invented
from hvb_followup.demo.reporting import Piece
from hvb_followup.running import Operation, operation
from hvb_followup.settings import Settings

GIVES_WAY = 10
T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which nation it is: how many homes, from which half-year, and what time it is."""

    n_units: int
    first_half_year: str
    now: dt.datetime


class Here:
    """Does it in this process: whoever begins something waits until it is done."""

    def __init__(self, operation: Operation, asked: Asked) -> None:
        self._operation = operation
        self._asked = asked
        self._release = ""

    async def hand_in(self, piece: Piece, made: Nation) -> None:
        """Hand in a piece of the registers."""
        await piece(_at(self._operation, self._asked), made)

    async def registers(self, half_years: Sequence[str]) -> None:
        """Nothing beforehand: each half-year's registers are kept when it is measured."""

    async def begin(self, half_year: str) -> None:
        """Close and publish a half-year."""
        await count(self._operation, half_year)
        self._release = await release(self._operation, half_year)

    async def all_but_the_newest(self) -> None:
        """Everything is published as soon as it is closed."""

    async def release(self) -> str:
        """The id of the newest release; "" before the first."""
        return self._release


class Beside:
    """Does it in other processes while this one asks on and counts: the first hand what is about registers, the last
    the releases; each its pieces in order and one at a time.
    """

    def __init__(self, operation: Operation, hands: Hands, asked: Asked) -> None:
        self._operation = operation
        self._hands = hands
        self._asked = asked
        self._under_way: list[asyncio.Future[str]] = []
        self._kept: dict[str, asyncio.Future[str]] = {}
        self._begin(hands[0], _invent, asked)

    async def hand_in(self, piece: Piece, made: Nation) -> None:
        """Begin to hand in a piece of the registers."""
        self._begin(self._hands[0], _hand_in, (piece, self._asked))

    async def registers(self, half_years: Sequence[str]) -> None:
        """Begin to keep what the registers said at the end of each half-year; they are all in."""
        wake(self._hands[-1])
        first, *later = half_years
        self._kept[first] = self._begin(self._hands[0], keep, first)
        if len(self._hands) > 1:
            # Nobody waits for the later ones yet: they give way to those who ask and publish.
            self._hands[0].submit(os.nice, GIVES_WAY)
        self._kept |= {one: self._begin(self._hands[0], keep, one) for one in later}
        if len(self._hands) > 1:
            self._hands[0].shutdown(wait=False)  # it holds room that others need, and has nothing more to do

    async def begin(self, half_year: str) -> None:
        """Close a half-year, and begin to publish it. Raises what has stopped anything begun before."""
        await count(self._operation, half_year)
        for one in self._under_way:
            if one.done():
                one.result()
        if half_year in self._kept:
            await self._kept[half_year]
        self._begin(self._hands[-1], release, half_year)

    async def all_but_the_newest(self) -> None:
        """Wait until only the newest release is under way. Raises what stopped any other."""
        for one in self._under_way[:-1]:
            await one

    async def release(self) -> str:
        """The id of the newest release, when it is published; "" before the first. Raises what stopped it."""
        done = [await one for one in self._under_way]
        return done[-1] or "" if done else ""

    def _begin(
        self, hand: ProcessPoolExecutor, work: Callable[[Operation, Any], Awaitable[Any]], about: Any
    ) -> asyncio.Future[str]:
        loop = asyncio.get_running_loop()
        begun = loop.run_in_executor(hand, alone, work, self._operation.settings, about)
        self._under_way.append(begun)
        return begun


async def _hand_in(operation: Operation, about: tuple[Piece, Asked]) -> None:
    """Hand in a piece of the nation's registers."""
    piece, asked = about
    await piece(_at(operation, asked), _nation(asked, operation.settings.content))


async def _invent(operation: Operation, asked: Asked) -> None:
    """Invent the nation beforehand."""
    _nation(asked, operation.settings.content)


@lru_cache(maxsize=1)
def _nation(asked: Asked, folder: Path | None) -> Nation:
    """The same nation is sooner invented again than sent over."""
    return invented(_catalogue(folder), asked.n_units, asked.first_half_year, asked.now)


@cache
def _catalogue(folder: Path | None) -> Catalogue:
    """What this process has read, for all that it will be asked to do."""
    return content.read(folder, invented=True)


def _at(operation: Operation, asked: Asked) -> Context:
    return Context(
        database=operation.database, catalogue=operation.catalogue, now=asked.now, person=MACHINE_OPERATOR
    )


def closing(operation: Operation, asked: Asked, hands: Hands) -> Here | Beside:
    """Who hands in staff and closes half-years: other hands, where there are any."""
    return Beside(operation, hands, asked) if hands else Here(operation, asked)


def alone(work: Callable[[Operation, Any], Awaitable[T]], settings: Settings, about: Any) -> T:
    """Do a piece of work with surroundings of its own; what it gives."""

    async def done() -> T:
        async with operation(settings, catalogue=_catalogue(settings.content)) as surroundings:
            return await work(surroundings, about)

    return asyncio.run(done())
