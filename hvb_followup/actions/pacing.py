"""Holding tries in vain to their limits, with what the database has counted of them.

Who gets in leaves nothing behind: only a try in vain is counted, and only who goes slowly takes a turn.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.errors import Problem, TooMany
from hvb_followup.pseudonyms import keyed
from hvb_followup.store import spent, tried
from hvb_followup.store.database import Database
from hvb_followup.throttling import Counters, Limits, Pace, Tried, Visitor, counters, pace, turn


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """Where tries are counted, and the secret that hides what they were."""

    database: Database
    secret: bytes


async def refuse_too_fast(gate: Gate, limits: Limits, visitor: Visitor, now: dt.datetime) -> None:
    """Raises TooMany, the same for everybody, unless the visitor may try now. Comes before any look-up."""
    at = await pace_of(gate, limits, visitor, now)
    if at is Pace.FREE:
        return
    named = counters(limits, visitor, now)
    mine = _hashed(gate, named, turn(limits, at, _counted(gate, limits, visitor), now))
    if not await tried.take(gate.database, mine, named.day):
        raise TooMany(
            Problem(
                code="too-many",
                where="",
                says="Det blev för många försök.",
                mend="Vänta en stund och försök igen.",
            ),
            after=limits.pause,
        )


async def pace_of(gate: Gate, limits: Limits, visitor: Visitor, now: dt.datetime) -> Pace:
    """How the visitor may go on; one look-up, and nothing is written."""
    named = counters(limits, _counted(gate, limits, visitor), now)
    ids = {name: _hashed(gate, named, name) for name in named.every}
    found = await tried.counts(gate.database, list(ids.values()))

    def n(name: str) -> int:
        return found.get(ids[name], 0) if name else 0

    here = n(named.here) if named.here else None
    return pace(limits, Tried(here=here, everywhere=n(named.everywhere), by_name=n(named.by_name)))


async def count_in_vain(gate: Gate, limits: Limits, visitor: Visitor, now: dt.datetime) -> None:
    """One more try in vain; where the whole service's budget is spent with it, the day remembers that."""
    named = counters(limits, _counted(gate, limits, visitor), now)
    ids = {name: _hashed(gate, named, name) for name in named.every}
    n = await tried.add(gate.database, list(ids.values()), named.day)
    if n[ids[named.everywhere]] >= limits.everywhere:
        await spent.put(gate.database, named.day, limits.what)


def _hashed(gate: Gate, named: Counters, name: str) -> bytes:
    return keyed(keyed(gate.secret, "tried", named.day.isoformat()), "counter", name)[:16]


def _counted(gate: Gate, limits: Limits, visitor: Visitor) -> Visitor:
    """The visitor as she is counted: with the others of her bucket, where there are any."""
    if not limits.buckets or not visitor.net:
        return visitor
    place = int.from_bytes(keyed(gate.secret, "bucket", visitor.net)[:8], "big") % limits.buckets
    return msgspec.structs.replace(visitor, net=f"bucket {place}")
