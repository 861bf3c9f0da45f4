"""Starts the child that sets a document, and waits no longer than it may.

The child gets its data through a pipe, inherits no environment (no secret) and fetches nothing.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec

from hvb_followup.errors import Problem, Unsound

SECONDS = 60
_CHILD = Path(__file__).with_name("child.py")
# One at a time: two hundred letters take a core for some seconds, and the rest of the machine has answers to take.
_AT_ONCE = threading.BoundedSemaphore(1)


def typeset(template: str, data: dict[str, Any]) -> bytes:
    """The PDF that ``template`` makes of the data.

    Blocks. Raises Unsound when the child failed or took too long: nothing of what it said is passed on, for it may
    quote a code.
    """
    try:
        with _AT_ONCE:
            done = subprocess.run(
                [sys.executable, "-I", str(_CHILD), template],
                input=msgspec.json.encode(data),
                capture_output=True,
                timeout=SECONDS,
                env={},
                check=True,
            )
    except (subprocess.SubprocessError, OSError):
        says = "Dokumentet gick inte att göra."
        mend = "Försök igen. Blir det fel igen: är paketen typst och segno installerade?"
        raise Unsound(Problem(code="document", where=template, says=says, mend=mend)) from None
    return done.stdout
