"""Which lines of the rooms each test runs, each test by itself; and which run already when modules are loaded."""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

import msgspec

from .forking import Items, fork, load, run
from .rooms import HOUSE

Lines = dict[str, set[int]]


class Run(msgspec.Struct, frozen=True):
    """What one test runs: its seconds of processor, and the lines of each module (path within the house)."""

    seconds: float
    lines: Lines


class Covered(msgspec.Struct, frozen=True):
    """All of it: ``loaded`` are the lines run before any test."""

    loaded: Lines
    tests: dict[str, Run]


def look(files: list[str], modules: list[str], keep: Callable[[str, Covered], None]) -> None:
    """Load the tests in a fork and run each in one of its own; what a file's tests run is kept as it is found."""

    def record(_: Callable[[bytes], object]) -> None:
        noted: Lines = {}
        begin(noted, modules)
        load(files, lambda items: _each_file(items, noted, keep))

    status, _ = fork(record, is_quiet=False)
    if status:
        raise SystemExit("the tests cannot be run")


def together(parts: list[Covered]) -> Covered:
    """What some lots of tests run."""
    loaded: Lines = {}
    for part in parts:
        for module, lines in part.loaded.items():
            loaded.setdefault(module, set()).update(lines)
    return Covered(loaded, {name: run for part in parts for name, run in part.tests.items()})


def begin(noted: Lines, modules: list[str]) -> None:
    """Note from now on the lines that run, by module."""
    inside = {str(HOUSE / module): noted.setdefault(module, set()) for module in modules}

    # Lines of each code object not seen yet: one that has run whole is followed no more.
    unseen: dict[CodeType, set[int]] = {}

    def enter(frame: FrameType, event: str, arg: Any) -> Any:
        code = frame.f_code
        lines = inside.get(code.co_filename)
        if lines is None:
            return None
        if code not in unseen:
            unseen[code] = {line for _, _, line in code.co_lines() if line}
        left = unseen[code]
        if not left:
            return None

        def step(frame: FrameType, event: str, arg: Any) -> Any:
            lines.add(frame.f_lineno)
            left.discard(frame.f_lineno)
            return step

        return step(frame, event, arg)

    sys.settrace(enter)


def _each_file(items: Items, noted: Lines, keep: Callable[[str, Covered], None]) -> None:
    sys.settrace(None)
    loaded = {module: set(lines) for module, lines in noted.items()}
    by_file: defaultdict[str, list[str]] = defaultdict(list)
    for name in items:
        by_file[name.partition("::")[0]].append(name)
    for file, names in by_file.items():
        keep(file, Covered(loaded, {name: _alone(name, items, list(loaded)) for name in names}))
        print(f"{file}: {len(names)} tests looked at", flush=True)


def _alone(name: str, items: Items, modules: list[str]) -> Run:
    def record(say: Callable[[bytes], object]) -> None:
        noted: Lines = {}
        began = time.process_time()
        begin(noted, modules)
        run([items[name]], [3600], lambda _: None)
        sys.settrace(None)
        lines = {module: lines for module, lines in noted.items() if lines}
        say(msgspec.json.encode(Run(time.process_time() - began, lines)))

    status, said = fork(record)
    if status:
        print(f"this test fails without any fault: {name}")
        os._exit(1)
    return msgspec.json.decode(said, type=Run)
