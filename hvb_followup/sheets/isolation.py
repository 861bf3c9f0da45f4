"""Starts the child, hands it one request, and waits no longer than it may.

The child inherits no environment (no secret), no file and no folder of the parent's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import msgspec

from hvb_followup.errors import Refused, Unsound
from hvb_followup.sheets.limits import Limits
from hvb_followup.sheets.problems import child_missing, in_sheet

# Without -S every start would read the site folder; so the child is told the parent's own search path.
_START = "import sys; sys.path += sys.argv[2:]; from hvb_followup.sheets import child; sys.exit(child.main(sys.argv[1]))"
_BEFORE_ITS_ERRAND = 1
_HOUSE = Path(__file__).parents[2]
# Two at a time: greedy files queue up instead of filling the machine.
_AT_ONCE = threading.BoundedSemaphore(2)


def in_child(room: str, request: bytes, limits: Limits) -> bytes:
    """What the child's ``room`` answers. Blocks; call it from a thread.

    Raises Refused ``sheet-greedy`` when the child was killed or gave up, Unsound when it could not start.
    """
    with _AT_ONCE, _started(room) as child:
        too_late = threading.Timer(limits.seconds, child.kill)
        too_late.start()
        try:
            answer = _exchange(child, msgspec.json.encode(limits) + b"\n" + request, limits)
        finally:
            too_late.cancel()
            child.kill()
    if child.returncode == _BEFORE_ITS_ERRAND:
        raise Unsound(child_missing())
    if not answer or len(answer) > limits.answer:
        raise Refused(in_sheet("sheet-greedy"))
    return answer


def _started(room: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _START, room, str(_HOUSE), *map(os.path.abspath, sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )


def _exchange(child: subprocess.Popen[bytes], request: bytes, limits: Limits) -> bytes:
    """The child's whole answer once it ended well, else nothing. It reads all before it writes, so neither waits."""
    assert child.stdin is not None
    assert child.stdout is not None
    # A child that is gone stops listening; that it is gone is seen below.
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(request)
    with contextlib.suppress(BrokenPipeError):
        child.stdin.close()
    answer = child.stdout.read(limits.answer + 1)
    if len(answer) > limits.answer:
        child.kill()
    return answer if child.wait() == 0 else b""
