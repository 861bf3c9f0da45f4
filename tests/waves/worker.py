"""Workers to be killed: each plans and sends when it is told, and hands every message to whoever told it.

Run as a child process that has all loaded; for each connection it forks a worker, as a killed one is to be replaced
at once and often.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import socket

import msgspec

from hvb_followup import content
from hvb_followup.access import MACHINE_OPERATOR
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.planning import plan_day
from hvb_followup.actions.operate.sending import Mailing, send_due
from hvb_followup.catalogue import Catalogue
from hvb_followup.keys.mailing import MailingKeys, open_mailing_keys
from hvb_followup.mail.message import Message, Unavailable
from hvb_followup.settings import Settings, from_environment
from hvb_followup.store import postgres
from hvb_followup.store.database import opened
from tests.waves.sending import ANSWER_AT

TAKEN, AWAY, DONE = b"taken\n", b"away\n", b"done\n"
CHANNELS = ("sms", "email")
LOOK_UP = 5  # seconds between looks at whether anybody is left who would come


class Handing:
    """A carrier whose gateway is at the other end of the connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, message: Message) -> None:
        self.writer.write(msgspec.json.encode(message) + b"\n")
        if await self.reader.readline() != TAKEN:
            raise Unavailable("away")


async def work_when_told(
    town: socket.socket, settings: Settings, catalogue: Catalogue, keys: MailingKeys
) -> None:
    """Say which process this is; then plan and send at each instant that comes, until no more comes."""
    reader, writer = await asyncio.open_connection(sock=town)
    sends = Mailing(keys=keys, carriers=dict.fromkeys(CHANNELS, Handing(reader, writer)), answer_at=ANSWER_AT)
    async with opened(settings.jobs_database_url, connections=2, alone=True) as database:
        writer.write(b"%d\n" % os.getpid())
        while line := await reader.readline():
            now = dt.datetime.fromisoformat(line.decode().strip())
            context = Context(database=database, catalogue=catalogue, now=now, person=MACHINE_OPERATOR)
            await plan_day(context, keys, sends.carriers)
            await send_due(context, sends)
            writer.write(DONE)


def main() -> None:
    """A worker for everybody who comes to the port that is printed."""
    postgres.LOOSE_FOR_TESTS = True
    settings = from_environment(os.environ)
    # Untried: what tries the content starts threads, and those a fork leaves behind.
    catalogue = content.read(settings.content, tried=False)
    keys = open_mailing_keys(settings.counter_keys)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the killed
    parent = os.getppid()
    with socket.create_server(("127.0.0.1", 0)) as door:
        print(door.getsockname()[1], flush=True)
        door.settimeout(LOOK_UP)
        while os.getppid() == parent:
            try:
                town, _ = door.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                door.close()
                asyncio.run(work_when_told(town, settings, catalogue, keys))
                os._exit(0)
            town.close()


if __name__ == "__main__":
    main()
