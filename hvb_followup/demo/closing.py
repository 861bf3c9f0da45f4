"""Closing half-years. A large nation's in a process beside: one core measures and audits while the other asks on.

What is asked later is nothing to a release: it is measured from waves that are closed and registers that are in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from hvb_followup.demo.asking import close
from hvb_followup.running import Operation, operation
from hvb_followup.settings import Settings

# Of fewer homes a half-year is closed sooner than a process has loaded the house.
WORTH_A_PROCESS = 25


class Here:
    """Closes half-years in this process: whoever begins one waits until it is published."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._release = ""

    async def begin(self, half_year: str) -> None:
        """Close a half-year."""
        self._release = await close(self._operation, half_year)

    async def release(self) -> str:
        """The id of the newest release; "" before the first."""
        return self._release


class Beside:
    """Closes half-years in another process, in order and one at a time."""

    def __init__(self, settings: Settings, pool: ProcessPoolExecutor) -> None:
        self._settings = settings
        self._pool = pool
        self._under_way: asyncio.Future[str] | None = None

    async def begin(self, half_year: str) -> None:
        """Begin to close a half-year, when the one before it is published."""
        await self.release()
        loop = asyncio.get_running_loop()
        self._under_way = loop.run_in_executor(self._pool, close_alone, self._settings, half_year)

    async def release(self) -> str:
        """The id of the newest release, when it is published; "" before the first. Raises what stopped it."""
        return "" if self._under_way is None else await self._under_way


@contextmanager
def closing(operation: Operation, n_homes: int) -> Iterator[Here | Beside]:
    """What closes the half-years of so many homes, until the end of the block."""
    if n_homes < WORTH_A_PROCESS:
        yield Here(operation)
        return
    with closing_beside(operation.settings) as beside:
        yield beside


@contextmanager
def closing_beside(settings: Settings) -> Iterator[Beside]:
    """A process that closes half-years, until the end of the block."""
    # A new interpreter: this one has a database's threads, which a fork would leave half alive.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        pool.submit(_begun)  # it loads the house while the registers are handed in
        yield Beside(settings, pool)


def _begun() -> None:
    """Nothing: a process that has come so far has loaded what it needs."""


def close_alone(settings: Settings, half_year: str) -> str:
    """Close a half-year with surroundings of its own; the id of its release."""

    async def done() -> str:
        async with operation(settings) as surroundings:
            return await close(surroundings, half_year)

    return asyncio.run(done())
