"""Running loaded tests in forks of this process, each with a limit of time and memory."""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

from .rooms import HOUSE

OPTIONS = [
    *("-qq", "-s", "--no-header", "--tb=native", "--hypothesis-seed=1"),
    *("-p", "no:cacheprovider", "-p", "no:faker"),  # the latter comes with a package and takes its time
    *("-m", "not nightly and not browser", "-k", "not postgres"),
    *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),
]
MEMORY = 6 * 2**30
# A test may take five times the processor it takes without a fault, and be this long (seconds) asleep or waiting.
ASLEEP = 600
Items = dict[str, pytest.Item]


class _Loaded:
    """A pytest plugin that hands over the loaded tests instead of running them."""

    def __init__(self, work: Callable[[Items], object]) -> None:
        self.work = work

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be loaded")
        self.work({item.nodeid: item for item in session.items})
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            os._exit(1)


def load(files: Sequence[str], work: Callable[[Items], object]) -> int:
    """Load tests and work with them; pytest's exit code."""
    return int(pytest.main([*OPTIONS, *files], plugins=[_Loaded(work)]))


def warm(files: Sequence[str]) -> None:
    """Import here what tests import from outside the house, so that forks which load them need not, each anew."""

    def name_all(say: Callable[[bytes], object]) -> None:
        load(files, lambda _: say("\n".join(_outside()).encode()))

    for name in fork(name_all)[1].decode().split():
        with suppress(ImportError):
            import_module(name)


def _outside() -> list[str]:
    """The modules loaded from files outside the house, in the order they were."""
    places = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    return [name for name, place in places.items() if place and HOUSE not in Path(place).parents]


def fork(work: Callable[[Callable[[bytes], object]], None], is_quiet: bool = True) -> tuple[int, bytes]:
    """What a fork of this process says before it ends, and its status: 0 when the work was done."""
    sys.stdout.flush()
    gc.freeze()
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read()
        return os.waitpid(child, 0)[1], said
    try:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        if is_quiet:
            _be_quiet()
        work(lambda words: os.write(writing, words))
        sys.stdout.flush()
        os._exit(0)
    except BaseException:
        if not is_quiet:
            traceback.print_exc()
        os._exit(3)


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def run(items: Sequence[pytest.Item], seconds: Sequence[float], say: Callable[[bytes], object]) -> None:
    """Run tests in order and say each one's number; the process ends at the first that fails or takes too long."""
    for signal_of_time in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(signal_of_time, signal.SIG_DFL)
    for number, item in enumerate(items):
        say(number.to_bytes(4, "big"))
        signal.setitimer(signal.ITIMER_PROF, 3 + 5 * seconds[number])
        signal.setitimer(signal.ITIMER_REAL, ASLEEP)
        following = items[number + 1] if number + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
