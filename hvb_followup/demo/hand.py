"""More hands: processes that load the house while the first loads it too. Knows nothing of what they will do."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import get_context

# Of fewer homes everything is done sooner than a process has loaded the house, or another one has.
WORTH_ONE, WORTH_TWO = 30, 150
Hands = tuple[ProcessPoolExecutor, ...]


def wake(hand: ProcessPoolExecutor) -> None:
    """Let a process load the house, which takes it seconds, before it is asked for anything."""
    hand.submit(import_module, "hvb_followup.demo.closing")


@contextmanager
def hands(n_units: int) -> Iterator[Hands]:
    """As many processes as so many homes are worth, until the end of the block: none, one or two."""
    # New interpreters: a database has threads, which a fork would leave half alive.
    found = tuple(
        ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        for worth in (WORTH_ONE, WORTH_TWO)
        if n_units >= worth
    )
    for hand in found[:1]:  # the other has time until the registers are in
        wake(hand)
    try:
        yield found
    finally:
        for hand in found:
            hand.shutdown()
