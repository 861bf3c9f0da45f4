"""What an errand leans on, passed in: the database, the definitions, the time, and who asks."""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.access import POLICY, Home, Permission, Person, may
from hvb_followup.catalogue import Catalogue
from hvb_followup.errors import not_found
from hvb_followup.periods import local_day
from hvb_followup.registry import Unit
from hvb_followup.store import homes, ledger
from hvb_followup.store.database import Database


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """One errand's surroundings."""

    database: Database
    catalogue: Catalogue
    now: dt.datetime
    person: Person

    @property
    def today(self) -> dt.date:
        """The day in Stockholm."""
        return local_day(self.now)

    def require(self, permission: Permission) -> None:
        """Go on only with a permission that reaches everything; otherwise the thing does not exist."""
        if not may(self.person, permission):
            raise not_found()

    async def unit(self, unit_id: str, permission: Permission, *, since: dt.date | None = None) -> Unit:
        """The home, fetched through the permission; foreign and missing look alike (DESIGN §4.13).

        With ``since``, a municipality whose young person has left since then still places there.
        """
        unit = await homes.unit(unit_id)
        if unit is None or not may(self.person, permission, await self._home(unit, since)):
            raise not_found(unit_id)
        return unit

    async def can(self, unit: Unit, permission: Permission) -> bool:
        """True when the person may do this to this home."""
        return permission in POLICY[self.person.role] and may(self.person, permission, await self._home(unit))

    async def note(self, permission: Permission, what: str) -> None:
        """Leave one audit row: who did what to which."""
        await ledger.note(self.database, self.now, self.person.name, str(permission), what)

    async def _home(self, unit: Unit, since: dt.date | None = None) -> Home:
        term = unit.term_on(self.today)
        placing = await homes.placing_municipalities(unit.id, self.today, since)
        return Home(unit=unit.id, provider=term.provider if term else "", municipalities=placing)
