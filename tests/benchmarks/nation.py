"""The invented nation: how long ``hvb demo --once`` takes, how much memory, and how soon ``hvb serve`` answers.

    python -m tests.benchmarks.nation [--units 607 --years 2]

Beside the limits stands what the machine itself needs for the part nobody can do without: sealing and opening as
many envelopes as the nation answered, with nothing around them.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.ballot.envelope import SUITE
from tests.benchmarks.answering import HOST, line

LIMITS = {607: (90.0, 1536.0), 40: (15.0, 1536.0)}  # homes: seconds, MiB (issue 3)
FIRST_PAGE = 2.0  # seconds
# As on anybody's machine, where Python keeps what it has compiled.
ENVIRON = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
TRIED = 500  # envelopes


def build(units: int, years: int, data: Path) -> tuple[float, float]:
    """Seconds, and MiB at the most, that the building took: in a process of its own, with those that it starts."""
    command = [sys.executable, "-m", "hvb_followup", "demo", "--units", str(units), "--years", str(years)]
    began = time.perf_counter()
    command += ["--once", "--data", str(data)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=ENVIRON)
    most = 0.0
    while child.poll() is None:
        most = max(most, sum(map(mebibytes, family(child.pid))))
        time.sleep(1)  # looking costs time too
    if child.returncode:
        raise SystemExit("the nation could not be built")
    return time.perf_counter() - began, most


def family(pid: int) -> list[int]:
    """A process and all that it has started, as Linux knows them."""
    with contextlib.suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        return [
            pid,
            *(one for task in tasks for child in task.read_text().split() for one in family(int(child))),
        ]
    return []


def mebibytes(pid: int) -> float:
    """What a process holds in memory; of what several share, its part."""
    with contextlib.suppress(OSError):
        held = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return next(int(line.split()[1]) for line in held.splitlines() if line.startswith("Pss:")) / 1024
    return 0.0


def answers_in(data: Path) -> int:
    """How many codes were used: so many envelopes were sealed and opened."""
    with sqlite3.connect(data / "hvb.sqlite") as database:
        (used,) = database.execute("SELECT count(*) FROM code WHERE used").fetchone()
    return int(used)


def sealing_seconds(envelopes: int) -> float:
    """Seconds to seal and open so many envelopes of three kilobytes, one after another."""
    private = X25519PrivateKey.generate()
    began = time.process_time()
    for _ in range(TRIED):
        SUITE.decrypt(SUITE.encrypt(b"x" * 3000, private.public_key(), info=b"raw"), private, info=b"raw")
    return (time.process_time() - began) / TRIED * envelopes


def first_page_seconds(data: Path) -> float:
    """Seconds from ``hvb serve`` to its first page."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environ = {**ENVIRON, "HVB_DEMO": "1", "HVB_DATA": str(data.resolve()), "HVB_PORT": str(port)}
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "hvb_followup", "serve"], env=environ)
    try:
        return _until_answered(port, began)
    finally:
        child.terminate()
        child.wait(20)


def _until_answered(port: int, began: float) -> float:
    while time.perf_counter() - began < 30:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/") as page:
                page.read()
                return time.perf_counter() - began
        except OSError:
            time.sleep(0.02)
    raise SystemExit("no page within thirty seconds")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=607)
    parser.add_argument("--years", type=int, default=2)
    given = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="hvb-nation-"))
    seconds, memory = build(given.units, given.years, data)
    answers = answers_in(data)
    most, widest = LIMITS.get(given.units, (float("nan"), float("nan")))
    print(f"— {given.units} homes, {given.years} years, {answers} answers —")
    line("hvb demo --once", seconds, "s", f"≤ {most:g}")
    line("  of which sealing and opening alone", sealing_seconds(answers), "s", "(the machine)")
    line("  most memory", memory, "MiB", f"≤ {widest:g}")
    line("database", (data / "hvb.sqlite").stat().st_size / 2**20, "MiB", "(no limit)")
    line("hvb serve: its first page", first_page_seconds(data), "s", f"≤ {FIRST_PAGE:g}")
    shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
