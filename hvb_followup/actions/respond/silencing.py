"""Asking for no more messages. No row says who asked: the wish is sealed to whoever sends, who heeds it at the next tick."""

from __future__ import annotations

from hvb_followup.keys.contacts import seal_wish
from hvb_followup.store import silences
from hvb_followup.store.database import Database


async def ask_for_silence(database: Database, public: bytes, wish: str) -> None:
    """Put the wish of an address, or of the id that a message's link carries; the web can read neither again."""
    await silences.put_wish(database, seal_wish(wish, public))
