"""The newest publication, kept in memory by its id: what every public page is made of.

This room opens the drawer of releases and no other.
"""

from __future__ import annotations

from typing import Any

import msgspec

from hvb_followup.pages import model as pages
from hvb_followup.periods import local_day
from hvb_followup.store import releases
from hvb_followup.store.database import Database
from hvb_followup.store.releases import Release

KEPT = 8  # publications in memory at once


class Published(msgspec.Struct, frozen=True):
    """A publication: its row, its content as stored, and as pages read it."""

    release: Release
    content: dict[str, Any]
    page: pages.Release


def _published(release: Release) -> Published:
    content = msgspec.json.decode(release.body)
    return Published(release, content, pages.release_from({**content, **signed(release)}))


def signed(release: Release) -> dict[str, str]:
    """Who signed a release, by role, and the day: no part of what is hashed."""
    day = local_day(release.signed_at).isoformat() if release.signed_at else ""
    return {"published_on": day, "signed_by": "analytiker"}


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
            self._keep(_published(release))
        return self._kept[release_id]

    def _keep(self, published: Published) -> None:
        while len(self._kept) >= KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[published.release.id] = published
