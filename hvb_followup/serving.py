"""The two processes of ``hvb serve``: each is started with its own keys and without the other's."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

import uvicorn

from hvb_followup import content
from hvb_followup.deployment import read_deployment
from hvb_followup.jobs.timetable import run_for_ever
from hvb_followup.keys.web import open_web_keys
from hvb_followup.running import operation
from hvb_followup.settings import Settings
from hvb_followup.web.app import create_app
from hvb_followup.web.service import Service

LOG = logging.getLogger("hvb.jobs")
# Seconds a thread may keep the interpreter: the one that writes to SQLite gives it up at each statement, and would
# otherwise wait five milliseconds to get it back while pages are made.
SWITCH = 0.0005
WEB_ONLY = ("HVB_WEB_KEYS",)
COUNTER_ONLY = ("HVB_COUNTER_KEYS", "HVB_JOBS_DATABASE_URL")


def service(settings: Settings) -> Service:
    """The web's service: its keys are the web's and no other."""
    return Service(
        settings,
        content.read(settings.content),
        open_web_keys(settings.web_keys, settings.public_keys),
        read_deployment(settings.deployment),
        content.receipt_words(settings.content),
    )


def serve_web(settings: Settings) -> None:
    """Serve HTTP until told to stop. No access log: it would say who was here, and when."""
    sys.setswitchinterval(SWITCH)
    uvicorn.run(
        create_app(service(settings)),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
    )


def serve_jobs(settings: Settings) -> None:
    """Tick until told to stop."""

    async def inside() -> None:
        async with operation(settings) as surroundings:

            async def one() -> None:
                done = await surroundings.tick()
                if done.broken_trail:
                    LOG.error(done.broken_trail)

            await run_for_ever(one)

    stop_on_terminate()
    try:
        asyncio.run(inside())
    except KeyboardInterrupt:
        return


def stop_on_terminate() -> None:
    """Let SIGTERM end the process as Ctrl-C does, so that the database is closed."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


def serve_both(settings: Settings) -> int:
    """Start both processes and end them together; the exit code of the first that ended."""
    children = [
        start("web", without(os.environ, COUNTER_ONLY)),
        start("jobs", without(os.environ, WEB_ONLY)),
    ]
    stop_on_terminate()
    try:
        return wait_for_any(children)
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            end(child)


def start(which: str, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """One of the two processes."""
    return subprocess.Popen(
        [sys.executable, "-m", "hvb_followup", "serve", "--only", which], env=dict(environ)
    )


def without(environ: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """The environment without the other process's settings."""
    return {name: value for name, value in environ.items() if name not in names}


def wait_for_any(children: list[subprocess.Popen[bytes]]) -> int:
    """The exit code of the first child that ends."""
    while True:
        for child in children:
            if (code := child.poll()) is not None:
                return code
        time.sleep(0.2)


def end(child: subprocess.Popen[bytes]) -> None:
    """End a child; ten seconds to do it well."""
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
