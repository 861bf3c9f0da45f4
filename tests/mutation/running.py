"""Trying faults: in the loaded house where the code can be exchanged, in one loaded anew where not."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate

from .covering import Covered
from .forking import Items, fork, load, run, warm
from .kept import Kept
from .putting import place, put_before_loading
from .rooms import Fault

NOBODY, ON_LOADING = "", "on loading"


class Trial:
    """The faults of one worker, tried one after another; first go tests that noticed the fault before, or a neighbour."""

    def __init__(self, kept: Kept, covered: Covered, seconds: float) -> None:
        self.kept, self.covered, self.seconds = kept, covered, seconds
        self.before = {name: one.killed_by for name, one in kept.ever().items()}
        self.noticed: dict[str, Counter[str]] = defaultdict(Counter)

    def tests(self, fault: Fault) -> list[str]:
        """The tests that may notice a fault, in the order to run them."""
        is_loaded = self.is_loaded(fault)
        met = [name for name in self.covered.tests if is_loaded or self._meets(name, fault)]
        before = self.before.get(fault.name)
        by_function, by_module = self.noticed[self._function(fault)], self.noticed[fault.module]

        def order(name: str) -> tuple[bool, int, int, float]:
            run = self.covered.tests[name]
            # A fault met on loading may be noticed anywhere, but most likely where its module runs.
            slowness = run.seconds * (1 if fault.module in run.lines else 10)
            return name != before, -by_function[name], -by_module[name], slowness

        return sorted(met, key=order)

    def _within(self, tests: list[str]) -> list[str]:
        """The first of them, so many that their seconds are enough."""
        spent = accumulate(self.covered.tests[name].seconds for name in tests)
        return [name for name, until in zip(tests, spent, strict=True) if until <= self.seconds] or tests[:1]

    def is_loaded(self, fault: Fault) -> bool:
        """True when the fault is met already when modules are loaded."""
        return _runs(self.covered.loaded, fault)

    def _meets(self, test: str, fault: Fault) -> bool:
        return _runs(self.covered.tests[test].lines, fault)

    def _function(self, fault: Fault) -> str:
        return f"{fault.module}:{fault.mutant.function}"

    def try_all(self, faults: list[Fault]) -> None:
        """First those that the loaded house can take, then the others."""

        def in_the_loaded(say: Callable[[bytes], object]) -> None:
            load(self.kept.files, lambda items: say(_numbers(self._exchange(faults, items))))

        status, said = fork(in_the_loaded, is_quiet=False)
        if status:
            raise SystemExit("the trial stopped")
        later = [faults[int.from_bytes(said[at : at + 4], "big")] for at in range(0, len(said), 4)]
        if later:
            warm(self.kept.files)
        for fault in later:
            tests = self.tests(fault)
            chosen = self._within(tests)
            self._conclude(fault, self._load_with(fault, chosen), chosen == tests)

    def _exchange(self, faults: list[Fault], items: Items) -> Iterator[int]:
        """Try in the loaded house; the numbers of those that it cannot take."""
        for number, fault in enumerate(faults):
            tests = self.tests(fault)
            if not tests:
                self._conclude(fault, NOBODY, True)
            elif self.is_loaded(fault) or (found := place(fault)) is None:
                yield number
            else:
                function, code = found
                sound, function.__code__ = function.__code__, code
                chosen = self._within(tests)
                self._conclude(fault, self._run(chosen, items), chosen == tests)
                function.__code__ = sound

    def _run(self, tests: list[str], items: Items) -> str:
        status, said = fork(lambda say: self._run_here(tests, items, say))
        return tests[int.from_bytes(said[-4:], "big")] if status else NOBODY

    def _run_here(self, tests: list[str], items: Items, say: Callable[[bytes], object]) -> None:
        known = [name for name in tests if name in items]
        run([items[name] for name in known], [self.covered.tests[name].seconds for name in known], say)

    def _load_with(self, fault: Fault, tests: list[str]) -> str:
        def anew(say: Callable[[bytes], object]) -> None:
            put_before_loading(fault)
            files = sorted({name.partition("::")[0] for name in tests})
            done = load(files, lambda items: self._run_here(tests, items, say))
            if done:
                os._exit(2)

        status, said = fork(anew)
        if not status:
            return NOBODY
        return tests[int.from_bytes(said[-4:], "big")] if said else ON_LOADING

    def _conclude(self, fault: Fault, killed_by: str, is_whole: bool) -> None:
        self.noticed[self._function(fault)][killed_by] += 1
        self.noticed[fault.module][killed_by] += 1
        self.kept.keep(fault, killed_by, is_whole)
        if not killed_by:
            print(f"survived: {fault.name}", flush=True)


def _runs(lines: dict[str, set[int]], fault: Fault) -> bool:
    first, last = fault.mutant.lines
    return not lines.get(fault.module, set()).isdisjoint(range(first, last + 1))


def _numbers(numbers: Iterator[int]) -> bytes:
    return b"".join(number.to_bytes(4, "big") for number in numbers)
