"""Errands that make millions of values and no circles among them: the collector would search them all for nothing."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def uncollected(errand: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """The errand with the search for circles put off until it is done: it took a third of the time of a nation's."""

    @wraps(errand)
    async def without(*args: P.args, **kwargs: P.kwargs) -> T:
        was_on = gc.isenabled()
        gc.disable()
        try:
            return await errand(*args, **kwargs)
        finally:
            if was_on:
                gc.enable()

    return without
