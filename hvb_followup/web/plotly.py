"""plotly.js of the installed package, served from here: its address carries a hash, and nothing is fetched elsewhere.

The package is never imported for it. What its file would put into the page as a style of its own, which the policy
forbids, is found by the ids that it looks for first: an element of that id makes it leave the page alone.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from hvb_followup.web.files import TYPES, File

_STYLE_OF_ITS_OWN = re.compile(rb'document\.getElementById\("([0-9a-f]{64})"\)')


class Script(msgspec.Struct, frozen=True):
    """The script's hashed name, how heavy it is to fetch, and the ids of the styles that it would bring."""

    name: str
    guards: tuple[str, ...]


@cache
def script() -> Script:
    """What pages must know of the script."""
    plain = _path().read_bytes()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    guards = dict.fromkeys(one.decode() for one in _STYLE_OF_ITS_OWN.findall(plain))
    return Script(f"plotly.{digest}.js", tuple(guards))


@cache
def file() -> File:
    """The script as it is sent; compressed the first time that somebody asks for it."""
    plain = _path().read_bytes()
    return File(TYPES[".js"], plain, gzip.compress(plain, mtime=0))


def _path() -> Path:
    found = find_spec("plotly")
    if found is None or found.origin is None:
        raise RuntimeError("plotly is not installed")
    return Path(found.origin).parent / "package_data" / "plotly.min.js"
