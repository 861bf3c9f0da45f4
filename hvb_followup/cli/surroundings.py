"""What every command leans on: the settings of this process, and an errand's surroundings opened and closed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from hvb_followup.errors import Problem, Refused, Unsound
from hvb_followup.keys.web import WebKeys, open_web_keys
from hvb_followup.periods import is_half_year
from hvb_followup.running import Operation, operation
from hvb_followup.settings import Settings, from_environment
from hvb_followup.store.database import is_migrated

T = TypeVar("T")


def settings() -> Settings:
    """The settings of this process."""
    return from_environment(os.environ)


def run(work: Callable[[Operation], Coroutine[Any, Any, T]], *, migrated: bool = True) -> T:
    """The result of an errand, in its surroundings; before ``hvb init`` there is nothing to work on."""

    async def inside() -> T:
        async with operation(settings()) as surroundings:
            if migrated and not await is_migrated(surroundings.database):
                raise Unsound(
                    Problem(
                        code="not-migrated",
                        where="databasen",
                        says="Tabellerna saknas.",
                        mend="Kör `hvb init`.",
                    )
                )
            return await work(surroundings)

    return asyncio.run(inside())


def web_keys(surroundings: Operation) -> WebKeys:
    """The web's keys, for commands that issue codes."""
    return open_web_keys(surroundings.settings.web_keys, surroundings.settings.public_keys)


def refuse_odd_half_year(text: str) -> None:
    """Refuse what is no half-year, before anything is done with it."""
    if not is_half_year(text):
        says = "Halvåret går inte att läsa."
        raise Refused(Problem(code="half-year", where=text[:20], says=says, mend="Skriv som 2026H2."))
