"""The child's first and last steps: put itself under limits, take the request, do one errand, answer.

Started by ``isolation`` with no environment, no folder of its own and no file but its three pipes.
"""

from __future__ import annotations

import codecs
import importlib
import resource
import sys
from types import ModuleType

import msgspec

from hvb_followup.sheets.limits import Answer, Limits

GAVE_UP = 3
# Names in zips, XML and sheet names come in these, and once confined the child can open no file to learn one.
_ENCODINGS = ("cp437", "ascii", "latin-1", "cp1252", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")


def confine(limits: Limits) -> None:
    """Bind this process, for good, to memory and time; no new file, socket, process or core dump."""
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main(room: str) -> int:
    """Do the errand of ``room``: its ``answer`` takes the request's bytes and the limits, and gives bytes."""
    errand = importlib.import_module(f"hvb_followup.sheets.{room}")
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    header = sys.stdin.buffer.readline()
    limits = msgspec.json.decode(header, type=Limits)
    confine(limits)
    try:
        sys.stdout.buffer.write(_done(errand, sys.stdin.buffer.read(), limits))
        sys.stdout.buffer.flush()
    except (
        Exception
    ):  # whatever a hostile file brought about, it ends here: the parent sees a child that gave up
        return GAVE_UP
    return 0


def _done(errand: ModuleType, request: bytes, limits: Limits) -> bytes:
    try:
        answer: bytes = errand.answer(request, limits)
    except (MemoryError, RecursionError):
        return msgspec.msgpack.encode(Answer(refused="sheet-greedy"))
    return answer
