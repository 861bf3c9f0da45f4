"""Copies of the house, each with one fault at a time, and the tests that ought to notice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import msgspec

from .mutants import Mutant

HOUSE = Path(__file__).parents[2]
NEEDED = ("hvb_followup", "tests", "surveys", "dashboards", "pyproject.toml", "README.md", "docker")
# Where the tests of a room are. Whole simulations are left out: they would notice, after many minutes.
TESTS = {
    "access": ("tests/test_access.py",),
    "disclosure": ("tests/disclosure", "tests/blocks"),
    "comparison": ("tests/comparison", "tests/verification/test_methods.py", "tests/properties"),
    "outcomes": ("tests/outcomes", "tests/verification/test_methods.py"),
}
LEFT_OUT = ("test_simulation.py",)
SLOW_ROOMS = ("tests/blocks", "tests/properties")


class Task(msgspec.Struct, frozen=True):
    """A fault, the module it is put into, and the tests to run on it, the nearest first."""

    module: str
    mutant: Mutant
    tests: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.module}:{self.mutant.name}"


def modules(room: str) -> list[str]:
    """The modules of a room, by path within the house."""
    place = HOUSE / "hvb_followup" / room
    found = sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return [str(path.relative_to(HOUSE)) for path in found if path.name != "__init__.py"]


def nearest(room: str, module: str) -> tuple[str, ...]:
    """The tests of a room: first those that name the module, then the others, slow ones last."""
    files = [
        path
        for place in map(HOUSE.joinpath, TESTS[room])
        for path in (sorted(place.glob("test_*.py")) if place.is_dir() else [place])
        if path.name not in LEFT_OUT
    ]
    stem = re.compile(rf"\b{Path(module).stem}\b")

    def far(path: Path) -> tuple[bool, bool]:
        name = str(path.relative_to(HOUSE))
        return name.startswith(SLOW_ROOMS), not stem.search(path.read_text(encoding="utf-8"))

    return tuple(str(path.relative_to(HOUSE)) for path in sorted(files, key=far))


@contextmanager
def copies(number: int) -> Iterator[Queue[Path]]:
    """So many copies of the house, to be taken and put back."""
    folder = Path(tempfile.mkdtemp(prefix="hvb-mutants-"))
    free: Queue[Path] = Queue()
    for one in range(number):
        for name in NEEDED:
            if (source := HOUSE / name).is_dir():
                shutil.copytree(
                    source, folder / str(one) / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            else:
                (folder / str(one)).mkdir(exist_ok=True)
                shutil.copy(source, folder / str(one) / name)
        free.put(folder / str(one))
    try:
        yield free
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def passes(house: Path, tests: Sequence[str], limit: float) -> bool:
    """True when all tests pass within the limit (seconds): nobody noticed."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", "not nightly and not browser"]
    command += ["-k", "not postgres", "-p", "no:cacheprovider", "--hypothesis-seed=1", *tests]
    environ = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "POLARS_MAX_THREADS": "1",
    }
    try:
        done = subprocess.run(
            command, cwd=house, env=environ, capture_output=True, timeout=limit, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
    return done.returncode == 0


def limits(free: Queue[Path], chosen: Sequence[Sequence[str]]) -> dict[tuple[str, ...], float]:
    """How long each row of tests may take: three times what it takes without a fault, and half a minute."""
    found: dict[tuple[str, ...], float] = {}
    by_content: dict[frozenset[str], float] = {}
    for tests in chosen:
        if frozenset(tests) not in by_content:
            house, began = free.get(), time.perf_counter()
            if not passes(house, tests, 3600):
                raise SystemExit(f"these tests fail without any fault: {' '.join(tests)}")
            by_content[frozenset(tests)] = 30 + 3 * (time.perf_counter() - began)
            free.put(house)
        found[tuple(tests)] = by_content[frozenset(tests)]
    return found


def survivors(tasks: Sequence[Task], workers: int) -> Iterator[tuple[Task, bool]]:
    """Each task with whether its fault survived, as they come."""
    with copies(workers) as free, ThreadPoolExecutor(workers) as pool:
        allowed = limits(free, [task.tests for task in tasks])

        def one(task: Task) -> tuple[Task, bool]:
            house = free.get()
            path = house / task.module
            sound = path.read_text(encoding="utf-8")
            try:
                path.write_text(task.mutant.source, encoding="utf-8")
                return task, passes(house, task.tests, allowed[task.tests])
            finally:
                path.write_text(sound, encoding="utf-8")
                free.put(house)

        yield from pool.map(one, tasks)
