"""A second hand: a process that loads the house while the first loads it too. It knows nothing of what it will do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context

# Of fewer homes everything is done sooner than a process has loaded the house.
WORTH_A_PROCESS = 30


@contextmanager
def second_hand(n_units: int) -> Iterator[ProcessPoolExecutor | None]:
    """The process, until the end of the block; None where so few homes are not worth one."""
    if n_units < WORTH_A_PROCESS:
        yield None
        return
    # A new interpreter: a database has threads, which a fork would leave half alive.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        pool.submit(import_module, "hvb_followup.demo.closing")
        yield pool
