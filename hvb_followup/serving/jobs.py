"""The jobs process: ticks until it is told to stop. It holds the counter's keys and never the web's."""

from __future__ import annotations

import asyncio
import logging

from hvb_followup.actions.operate.ticking import Done
from hvb_followup.jobs.timetable import run_for_ever
from hvb_followup.running import mailing, operation
from hvb_followup.serving.processes import stop_on_terminate
from hvb_followup.settings import Settings

LOG = logging.getLogger("hvb.jobs")


def serve_jobs(settings: Settings) -> None:
    """Tick until told to stop."""

    async def inside() -> None:
        async with operation(settings) as surroundings:
            # A deployment without its keys is not fit to start; whatever fails later is tried again.
            surroundings.counter_keys()
            mailing(settings)
            said: set[str] = set()

            async def one() -> None:
                nonlocal said
                said = tell_of(await surroundings.tick(), said)

            await run_for_ever(one)

    stop_on_terminate()
    try:
        asyncio.run(inside())
    except KeyboardInterrupt:
        return


def tell_of(done: Done, before: set[str]) -> set[str]:
    """Log what a tick could not do and what it warns of, but not again what was said of the tick before."""
    errors = dict.fromkeys(done.troubles.values(), "") | {one.says: one.trace for one in done.faults}
    for says, trace in errors.items():
        if says not in before:
            LOG.error(f"{says}\n{trace}".rstrip())
    warnings = (*done.ageing, *done.spent)
    for says in warnings:
        if says not in before:
            LOG.warning(says)
    return {*errors, *warnings}
