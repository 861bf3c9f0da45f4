"""What is frozen of the registers of young people, kept sealed beside the coarse data, home by home.

Links and exact counts never lie in clear (DESIGN §4.3): each freezing adds sealed parts, and none is ever changed.
"""

from __future__ import annotations

import base64
from collections import defaultdict

import msgspec

from hvb_followup.actions.publish.frozen import NOT_YET, Frozen
from hvb_followup.ballot.count import seal, unseal
from hvb_followup.store import releases
from hvb_followup.store.database import Database

_PREFIX = "block/"
_STEP = 4096  # a part's length tells its size to no more than this


async def frozen(database: Database, storage_key: bytes) -> Frozen:
    """Everything frozen so far, in the order in which it was."""
    bodies = await releases.sealed_data(database, _PREFIX)
    parts = [
        msgspec.json.decode(unseal(base64.b64decode(body), name, storage_key), type=Frozen)
        for name, body in sorted(bodies.items())
    ]
    return Frozen(
        until=max((part.until for part in parts), default=""),
        waves=tuple(one for part in parts for one in part.waves),
        atoms=tuple(one for part in parts for one in part.atoms),
        counts=tuple(one for part in parts for one in part.counts),
        strays=tuple(one for part in parts for one in part.strays),
    )


async def keep(database: Database, before: Frozen, now: Frozen, storage_key: bytes) -> None:
    """Write down what is new, sealed, one part for each home and one for the remainder."""
    serial = len(before.waves) + len(before.counts)
    sealed = {
        name: base64.b64encode(_sealed(part, name, storage_key)).decode()
        for unit, part in _parts(before, now).items()
        for name in [f"{_PREFIX}{now.until}/{serial:09d}/{unit}"]
    }
    await releases.put_data(database, sealed)


def _sealed(part: Frozen, name: str, storage_key: bytes) -> bytes:
    content = msgspec.json.encode(part)
    return seal(content, name, storage_key, -(-len(content) // _STEP) * _STEP)


def _parts(before: Frozen, now: Frozen) -> dict[str, Frozen]:
    home = {atom.id: atom.home for atom in now.atoms}
    block = {(atom.family, *member): atom.home for atom in now.atoms for member in atom.members}
    parts: defaultdict[str, Frozen] = defaultdict(lambda: msgspec.structs.replace(NOT_YET, until=now.until))
    for wave in now.waves[len(before.waves) :]:
        whose = block[wave.family, wave.unit, wave.half_year]
        parts[whose] = msgspec.structs.replace(parts[whose], waves=(*parts[whose].waves, wave))
    for atom in now.atoms[len(before.atoms) :]:
        parts[atom.home] = msgspec.structs.replace(parts[atom.home], atoms=(*parts[atom.home].atoms, atom))
    for count in now.counts[len(before.counts) :]:
        whose = home[count.atom]
        parts[whose] = msgspec.structs.replace(parts[whose], counts=(*parts[whose].counts, count))
    if now.atoms:
        # Also a freezing that closed nothing has looked: what comes after it is late.
        parts[""] = parts[""]
    return parts
