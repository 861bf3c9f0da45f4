"""Static files, read once at start: addresses carry a hash of the content, so that a browser may keep them for ever.

They say nothing of who asked for them.
"""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import msgspec

TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


class File(msgspec.Struct, frozen=True):
    """One file as it is sent, plain and compressed."""

    media_type: str
    plain: bytes
    packed: bytes


class Files(msgspec.Struct, frozen=True):
    """Files by hashed name, and hashed names by plain name."""

    by_hashed: dict[str, File]
    hashed: dict[str, str]

    def href(self, name: str) -> str:
        """The address of a file."""
        return f"/static/{self.hashed[name]}"


def read_files(folder: Path) -> Files:
    """Every file of a folder that is of a known type."""
    by_hashed: dict[str, File] = {}
    hashed: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in TYPES:
            continue
        plain = path.read_bytes()
        name = f"{path.stem}.{hashlib.sha256(plain).hexdigest()[:12]}{path.suffix}"
        hashed[path.name] = name
        by_hashed[name] = File(TYPES[path.suffix], plain, gzip.compress(plain, mtime=0))
    return Files(by_hashed, hashed)
