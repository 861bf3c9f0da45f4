"""The two processes of ``hvb serve``: each is started with its own keys and without the other's."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping

WEB_ONLY = ("HVB_WEB_KEYS",)
# The web sends nothing: what opens the way out is not its to know.
SENDING = ("HVB_SMTP_URL", "HVB_SMS_URL", "HVB_SMS_BODY", "HVB_SMS_HEADERS", "HVB_MAIL_FROM", "HVB_MAIL_CA")
COUNTER_ONLY = (
    "HVB_COUNTER_KEYS",
    "HVB_JOBS_DATABASE_URL",
    *SENDING,
    *(f"{name}_FILE" for name in SENDING),
)
DESK_ONLY = ("HVB_DESK_KEYS", "HVB_DESK_DATABASE_URL")


# Seconds that the jobs wait for the web to open its door, so that they do not load the house in its way.
AT_MOST = 5.0


def serve_both(host: str, port: int) -> int:
    """Start both processes, the web at this address first, and end them together; the exit code of the first that
    ended."""
    children = [start("web", without(os.environ, COUNTER_ONLY + DESK_ONLY))]
    stop_on_terminate()
    try:
        wait_for_door(children[0], host, port)
        children.append(start("jobs", without(os.environ, WEB_ONLY + DESK_ONLY)))
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


def stop_on_terminate() -> None:
    """Let SIGTERM end the process as Ctrl-C does, so that the database is closed."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))


def without(environ: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """The environment without the other process's settings."""
    return {name: value for name, value in environ.items() if name not in names}


def wait_for_door(web: subprocess.Popen[bytes], host: str, port: int) -> None:
    """Until somebody could come in, the web has ended, or it has taken too long."""
    until = time.monotonic() + AT_MOST
    while web.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.05)


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
