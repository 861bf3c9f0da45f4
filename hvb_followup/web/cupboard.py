"""Public pages as they were last made: the same address of the same release is the same bytes, so they are made once.

Kept in memory, compressed, the least used thrown out first; nothing of who asked is kept.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable

import msgspec

ROOM = 48_000_000  # bytes of compressed pages


class Kept(msgspec.Struct, frozen=True):
    """A finished page: as it is sent compressed, its status and its ETag."""

    packed: bytes
    status: int
    tag: str


class Cupboard:
    """Finished pages by release and address."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.used = 0
        self._pages: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    def get(self, release: str, address: str, make: Callable[[], tuple[bytes, int]]) -> Kept:
        """The page behind an address, made if it is not there; an error of making it is not kept."""
        key = (release, address)
        found = self._pages.get(key)
        if found is None:
            found = _packed(*make())
            self._keep(key, found)
        self._pages.move_to_end(key)
        return found

    def _keep(self, key: tuple[str, str], page: Kept) -> None:
        self._pages[key] = page
        self.used += _size(key, page)
        while self.used > self.room and len(self._pages) > 1:
            self.used -= _size(*self._pages.popitem(last=False))


def _packed(body: bytes, status: int) -> Kept:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return Kept(gzip.compress(body, compresslevel=5, mtime=0), status, tag)


def _size(key: tuple[str, str], page: Kept) -> int:
    return len(page.packed) + len(key[0]) + len(key[1]) + 500
