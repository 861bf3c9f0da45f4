"""The newest publication, kept in memory by its id: what every public page is made of.

This room opens the drawer of releases and no other.
"""

from __future__ import annotations

from typing import Any

import msgspec

from hvb_followup.store import releases
from hvb_followup.store.database import Database
from hvb_followup.store.releases import Release

KEPT = 8  # publications in memory at once


class Published(msgspec.Struct, frozen=True):
    """A publication and its content."""

    release: Release
    content: dict[str, Any]


class Shelf:
    """Publications by id, read once."""

    def __init__(self) -> None:
        self._kept: dict[str, Published] = {}

    async def newest(self, database: Database) -> Published | None:
        """The newest publication, or None before the first."""
        newest = await releases.newest_id(database)
        return None if newest is None else await self.get(newest)

    async def get(self, release_id: str) -> Published | None:
        """One publication, or None; a draft is none."""
        if release_id not in self._kept:
            release = await releases.release(release_id)
            if release is None or release.state != "published" or release.kind != "statistics":
                return None
            self._keep(Published(release, msgspec.json.decode(release.body)))
        return self._kept[release_id]

    def _keep(self, published: Published) -> None:
        while len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[published.release.id] = published
