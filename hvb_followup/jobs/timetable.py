"""When to wake: every minute, and never between 02 and 03 local time. The only room with apscheduler.

A tick that comes late, or twice, or in two processes at once, does the same as one on time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from hvb_followup.periods import STOCKHOLM

LOG = logging.getLogger("hvb.jobs")
EVERY_MINUTE = CronTrigger(hour="0-1,3-23", minute="*", second=7, timezone=STOCKHOLM)
GRACE = 3600  # seconds a tick may be late and still run


def scheduler(tick: Callable[[], Awaitable[None]]) -> AsyncIOScheduler:
    """A scheduler that calls the tick, never two at once, and makes up for missed ones with one."""
    clockwork = AsyncIOScheduler(
        timezone=STOCKHOLM, job_defaults={"coalesce": True, "misfire_grace_time": GRACE, "max_instances": 1}
    )
    clockwork.add_job(tick, EVERY_MINUTE, id="tick")
    return clockwork


async def run_for_ever(tick: Callable[[], Awaitable[None]]) -> None:
    """Tick once at start, and then by the timetable, until cancelled; what fails once is tried again in a minute."""
    try:
        await tick()
    except Exception:  # as the scheduler does with every later one
        LOG.exception("the first tick")
    clockwork = scheduler(tick)
    clockwork.start()
    try:
        await asyncio.Event().wait()
    finally:
        clockwork.shutdown(wait=False)
