"""Try the faults of some rooms; print the survivors and the share killed, exit 1 below a room's limit."""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import random
import sys
import tempfile
from pathlib import Path

from hypothesis import Phase, settings

from .forking import fork
from .kept import Kept
from .rooms import LIMITS, TESTS, Fault, faults, marked
from .running import Trial


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("rooms", nargs="+", choices=sorted(TESTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=0, help="so many faults of all the rooms together")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--tests", nargs="*", help="places of tests, instead of all that are near the rooms")
    parser.add_argument("--seconds", type=float, default=math.inf, help="of tests at most for each fault")
    parser.add_argument("--kept", type=Path, help="a folder for what is found, to go on from")
    parser.add_argument("--tell", action="store_true", help="tell what is kept so far and try none")
    parser.add_argument("--list", action="store_true", help="print the faults and try none")
    given = parser.parse_args()
    known = marked()
    everything = [fault for room in given.rooms for fault in faults(room)]
    chosen = [fault for fault in everything if fault.name not in known]
    if given.sample:
        chosen = sorted(chosen, key=lambda fault: _lot(given.seed, fault))[: given.sample]
    if given.list:
        print(*(fault.name for fault in chosen), sep="\n")
        return 0
    with tempfile.TemporaryDirectory(prefix="hvb-mutants-") as folder:
        kept = Kept(given.kept or Path(folder), given.rooms, given.tests or [])
        if not given.tell:
            _try(chosen, kept, given)
        print(
            f"{len(everything) - len([f for f in everything if f.name not in known])} equivalent, not counted"
        )
        return _tell(chosen, kept, given.rooms)


def _lot(seed: int, fault: Fault) -> bytes:
    """Each fault draws by its own name: one that is deleted or marked lets the next one in, and no other moves."""
    return hashlib.sha256(f"{seed} {fault.name}".encode()).digest()


def _try(chosen: list[Fault], kept: Kept, given: argparse.Namespace) -> None:
    """Those without a verdict that holds, shared among the workers, in no order: what is done so far is a sample."""
    done = {name for name, one in kept.verdicts().items() if kept.holds(one)}
    left = [fault for fault in chosen if fault.name not in done]
    random.Random(given.seed).shuffle(left)
    print(f"{len(chosen)} faults, {len(left)} to try", flush=True)
    if not left:
        return
    covered = kept.covered()
    trial, workers = Trial(kept, covered, given.seconds), given.workers
    children = [_work(left[number::workers], trial) for number in range(workers)]
    if sum(os.waitpid(child, 0)[1] for child in children):
        raise SystemExit("a worker stopped; run again to go on")


def _work(share: list[Fault], trial: Trial) -> int:
    """Begin a worker; its process."""
    child = os.fork()
    if not child:
        status, _ = fork(lambda _: trial.try_all(share), is_quiet=False)
        os._exit(1 if status else 0)
    return child


def _tell(chosen: list[Fault], kept: Kept, rooms: list[str]) -> int:
    """The survivors, and each room's share beside its limit."""
    verdicts = kept.verdicts()
    tried = [fault for fault in chosen if fault.name in verdicts]
    is_enough = len(tried) == len(chosen)
    for fault in tried:
        if not verdicts[fault.name].killed_by:
            print(f"survived: {fault.name}")
    for room in rooms:
        of_room = [verdicts[fault.name] for fault in tried if fault.room == room]
        killed = sum(bool(one.killed_by) for one in of_room)
        share = killed / max(len(of_room), 1)
        is_enough &= share >= LIMITS[room]
        print(f"{room}: {killed} of {len(of_room)} killed: {share:.1%} (limit {LIMITS[room]:.0%})")
    print(f"{len(chosen) - len(tried)} not tried yet")
    return 0 if is_enough else 1


if __name__ == "__main__":
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    settings.register_profile(
        "mutation", database=None, deadline=None, phases=(Phase.explicit, Phase.generate), derandomize=False
    )
    settings.load_profile("mutation")
    sys.exit(main())
