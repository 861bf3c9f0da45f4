"""The jobs process: ticks until it is told to stop. It holds the counter's keys and never the web's."""

from __future__ import annotations

import asyncio
import logging

from hvb_followup.jobs.timetable import run_for_ever
from hvb_followup.running import operation
from hvb_followup.serving.processes import stop_on_terminate
from hvb_followup.settings import Settings

LOG = logging.getLogger("hvb.jobs")


def serve_jobs(settings: Settings) -> None:
    """Tick until told to stop."""

    async def inside() -> None:
        async with operation(settings) as surroundings:

            async def one() -> None:
                done = await surroundings.tick()
                for trouble in filter(None, (done.broken_trail, done.unheard)):
                    LOG.error(trouble)
                for alarm in done.spent:
                    LOG.warning(alarm)

            await run_for_ever(one)

    stop_on_terminate()
    try:
        asyncio.run(inside())
    except KeyboardInterrupt:
        return
