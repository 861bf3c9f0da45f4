"""A counter to be killed: waits for a line, then closes and counts what is due. Run as a child process."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys

from hvb_followup import content
from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.keys.counter import open_counter_keys
from hvb_followup.keys.web import desk_key_in
from hvb_followup.settings import from_environment
from hvb_followup.store.database import opened


async def count_when_told(now: dt.datetime) -> None:
    """Say that everything is loaded, wait for a line, and count."""
    settings = from_environment(os.environ)
    catalogue, keys = content.read(settings.content), open_counter_keys(settings.counter_keys)
    async with opened(settings.jobs_database_url) as database:
        print("loaded", flush=True)
        sys.stdin.readline()
        print(
            await close_and_count(database, catalogue, keys, now, desk_key_in(settings.public_keys)),
            flush=True,
        )


if __name__ == "__main__":
    asyncio.run(count_when_told(dt.datetime.fromisoformat(sys.argv[1])))
