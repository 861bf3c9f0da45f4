"""The newest publication, kept in memory by its id: what every public page is made of.

This room opens the drawer of releases and no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import msgspec

from hvb_followup.pages import model as pages
from hvb_followup.pages.compared import compared_from
from hvb_followup.pages.facts import Facts
from hvb_followup.periods import local_day
from hvb_followup.store import releases
from hvb_followup.store.database import Database
from hvb_followup.store.releases import Release

KEPT = 8  # publications in memory at once
History = Mapping[str, Mapping[str, pages.Figure]]

NO_HISTORY: History = {}


class _Figures(msgspec.Struct, frozen=True):
    """All of a publication that a history needs."""

    figures: tuple[pages.Figure, ...]


class Published(msgspec.Struct, frozen=True, dict=True):
    """A publication: its row, as pages read it, and its content as stored, for the open data."""

    release: Release
    page: pages.Release

    @cached_property
    def content(self) -> dict[str, Any]:
        """All of it, as plain values; read when open data are first asked for."""
        found: dict[str, Any] = msgspec.json.decode(self.release.body)
        return found


def _published(release: Release, compared: Release | None) -> Published:
    page = pages.release_from(release.body)
    beside = compared_from(compared.body).whole() if compared is not None else None
    return Published(release, msgspec.structs.replace(page, **signed(release), compared=beside))


def signed(release: Release) -> dict[str, str]:
    """Who signed a release, by role, and the day: no part of what is hashed."""
    day = local_day(release.signed_at).isoformat() if release.signed_at else ""
    return {"published_on": day, "signed_by": "analytiker"}


class Shelf:
    """Publications by id, read once."""

    def __init__(self) -> None:
        self._kept: dict[str, Published] = {}
        self._facts: dict[str, Facts] = {}
        self._histories: dict[str, History] = {}
        self._nations: dict[str, tuple[pages.Figure, ...]] = {}
        self._dated: dict[tuple[str, str], Published] = {}

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
            compared = await releases.release(f"{release_id}:compared")
            _keep(self._kept, release_id, _published(release, compared))
        return self._kept[release_id]

    async def of_half_year(self, database: Database, half_year: str) -> Published | None:
        """The newest publication of a half-year, or None before the first."""
        newest = await releases.newest_id(database)
        every = await releases.published_until(newest) if newest else ()
        found = [name for name, period in every if period == half_year]
        return await self.get(found[-1]) if found else None

    async def history(self, published: Published) -> History:
        """The nation's figures of a publication and of those before it: by indicator, then by half-year.

        Of several publications of a half-year the newest holds. What lies before a publication never changes.
        """
        release = published.release
        if release.id not in self._histories:
            found: dict[str, dict[str, pages.Figure]] = {}
            for name, half_year in await releases.published_until(release.id):
                for figure in await self._nation(name):
                    found.setdefault(figure.indicator, {})[half_year] = figure
            _keep(self._histories, release.id, found)
        return self._histories[release.id]

    async def _nation(self, release_id: str) -> tuple[pages.Figure, ...]:
        """The nation's figures of one publication that carry numbers; small, and so kept for good."""
        if release_id not in self._nations:
            row = await releases.release(release_id)
            told = msgspec.json.decode(row.body, type=_Figures).figures if row else ()
            self._nations[release_id] = tuple(
                one
                for one in told
                if one.level == "nation" and one.n is not None and one.audience == "public"
            )
        return self._nations[release_id]

    async def facts(self, facts_id: str) -> Facts | None:
        """Plain facts by id, or None."""
        if facts_id not in self._facts:
            row = await releases.release(facts_id)
            if row is None or row.state != "published" or row.kind != "facts":
                return None
            _keep(self._facts, facts_id, msgspec.json.decode(row.body, type=Facts))
        return self._facts[facts_id]

    async def with_newest_facts(self, database: Database, published: Published) -> Published:
        """The publication with the newest plain facts beside its figures, where there are any."""
        newest = await releases.newest_facts_id(database)
        if newest is None:
            return published
        key = (published.release.id, newest)
        if key not in self._dated:
            facts = await self.facts(newest)
            if facts is None:
                return published
            page = pages.with_facts(published.page, newest, facts)
            _keep(self._dated, key, msgspec.structs.replace(published, page=page))
        return self._dated[key]


def _keep(kept: dict[Any, Any], key: object, value: object) -> None:
    while len(kept) >= KEPT:
        kept.pop(next(iter(kept)))
    kept[key] = value
