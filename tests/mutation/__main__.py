"""Try the faults of some rooms; print the survivors and the share killed, exit 1 below a room's limit."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path

import msgspec

from tests.mutation.mutants import mutants
from tests.mutation.running import HOUSE, TESTS, Task, modules, nearest, survivors

LIMITS = {"access": 0.95, "disclosure": 0.95, "comparison": 0.85, "outcomes": 0.85}


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault that nobody can notice, and why."""

    fault: str
    reason: str


class Marked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    equivalent: tuple[Equivalent, ...] = ()


def marked() -> dict[str, str]:
    """The faults of equivalent.toml with their reasons."""
    text = (Path(__file__).parent / "equivalent.toml").read_bytes()
    return {one.fault: one.reason for one in msgspec.toml.decode(text, type=Marked).equivalent}


def tasks(room: str) -> list[Task]:
    """Every fault of a room that is not marked as equivalent."""
    found = []
    for module in modules(room):
        source = (HOUSE / module).read_text(encoding="utf-8")
        found += [Task(module, mutant, nearest(room, module)) for mutant in mutants(source)]
    known = marked()
    return [task for task in found if task.name not in known]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("rooms", nargs="+", choices=sorted(TESTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="so many faults of all the rooms together")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--list", action="store_true", help="print the faults and try none")
    given = parser.parse_args()
    everything = [task for room in given.rooms for task in tasks(room)]
    chosen = everything
    if given.sample:
        chosen = random.Random(given.seed).sample(everything, min(given.sample, len(everything)))
    if given.list:
        print(*(task.name for task in chosen), sep="\n")
        return 0
    return _try(chosen, given.workers, min(LIMITS[room] for room in given.rooms))


def _try(chosen: list[Task], workers: int, limit: float) -> int:
    living: Counter[str] = Counter()
    for number, (task, survived) in enumerate(survivors(chosen, workers), 1):
        if survived:
            living[task.module] += 1
            print(f"survived: {task.name}", flush=True)
        if number % 20 == 0:
            print(f"{number} of {len(chosen)} tried, {living.total()} survived", flush=True)
    killed = 1 - living.total() / len(chosen)
    print(f"{len(chosen)} faults, {living.total()} survived: {killed:.1%} killed (limit {limit:.0%})")
    return 0 if killed >= limit else 1


if __name__ == "__main__":
    sys.exit(main())
