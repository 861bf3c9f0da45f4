"""Two hands. A large nation has a process beside: it hands in the hours and keeps what the registers said, and then
measures and audits while this one asks on and counts.

What is asked later is nothing to a release: it is measured from waves that are closed and registers that are in.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, TypeVar

import msgspec

from hvb_followup.access import MACHINE_OPERATOR
from hvb_followup.actions.context import Context
from hvb_followup.demo.asking import count, keep, release
from hvb_followup.demo.invent import Nation, invented
from hvb_followup.demo.reporting import hand_in_register
from hvb_followup.running import Operation, operation
from hvb_followup.settings import Settings

# Of fewer homes everything is done sooner than a process has loaded the house.
WORTH_A_PROCESS = 30
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

    async def hours(self, made: Nation) -> None:
        """Hand in the hours."""
        await hand_in_register(_at(self._operation, self._asked), "hours", made)

    async def registers(self, half_years: Sequence[str]) -> None:
        """Nothing beforehand: each half-year's registers are kept when it is measured."""

    async def begin(self, half_year: str) -> None:
        """Close and publish a half-year."""
        await count(self._operation, half_year)
        self._release = await release(self._operation, half_year)

    async def release(self) -> str:
        """The id of the newest release; "" before the first."""
        return self._release


class Beside:
    """Does it in another process, in order and one thing at a time, while this one asks on and counts."""

    def __init__(self, operation: Operation, pool: ProcessPoolExecutor, asked: Asked) -> None:
        self._operation = operation
        self._pool = pool
        self._asked = asked
        self._under_way: list[asyncio.Future[str]] = []

    async def hours(self, made: Nation) -> None:
        """Begin to hand in the hours: the same nation is sooner invented again than sent over."""
        self._begin(_hours, self._asked)

    async def registers(self, half_years: Sequence[str]) -> None:
        """Begin to keep what the registers said at the end of each half-year; they are all in."""
        for half_year in half_years:
            self._begin(keep, half_year)

    async def begin(self, half_year: str) -> None:
        """Close a half-year, and begin to publish it. Raises what has stopped anything begun before."""
        await count(self._operation, half_year)
        for one in self._under_way:
            if one.done():
                one.result()
        self._begin(release, half_year)

    async def release(self) -> str:
        """The id of the newest release, when it is published; "" before the first. Raises what stopped it."""
        done = [await one for one in self._under_way]
        return done[-1] or "" if done else ""

    def _begin(self, work: Callable[[Operation, Any], Awaitable[Any]], about: Any) -> None:
        loop = asyncio.get_running_loop()
        self._under_way.append(loop.run_in_executor(self._pool, alone, work, self._operation.settings, about))


async def _hours(operation: Operation, asked: Asked) -> None:
    """Hand in the hours of the nation; staff are in."""
    made = invented(operation.catalogue, asked.n_units, asked.first_half_year, asked.now)
    await hand_in_register(_at(operation, asked), "hours", made)


def _at(operation: Operation, asked: Asked) -> Context:
    return Context(
        database=operation.database, catalogue=operation.catalogue, now=asked.now, person=MACHINE_OPERATOR
    )


@contextmanager
def closing(operation: Operation, asked: Asked) -> Iterator[Here | Beside]:
    """Who hands in the hours and closes half-years, until the end of the block."""
    if asked.n_units < WORTH_A_PROCESS:
        yield Here(operation, asked)
        return
    with closing_beside(operation, asked) as beside:
        yield beside


@contextmanager
def closing_beside(operation: Operation, asked: Asked) -> Iterator[Beside]:
    """A process beside, until the end of the block."""
    # A new interpreter: this one has a database's threads, which a fork would leave half alive.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        pool.submit(_begun)  # it loads the house while homes and staff are handed in
        yield Beside(operation, pool, asked)


def _begun() -> None:
    """Nothing: a process that has come so far has loaded what it needs."""


def alone(work: Callable[[Operation, Any], Awaitable[T]], settings: Settings, about: Any) -> T:
    """Do a piece of work with surroundings of its own; what it gives."""

    async def done() -> T:
        async with operation(settings) as surroundings:
            return await work(surroundings, about)

    return asyncio.run(done())
