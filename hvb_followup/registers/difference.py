"""What an import would change: each accepted row beside the one that is stored, column by column.

A column that the file lacks is silence, and what is stored stays; an empty cell in a column that is there takes the
value away. A placement is confirmed by the home and by the municipality, each on a day; when one side changes
what both must agree on, the other side's confirmation is gone, and what that side had confirmed stands beside until
it has said its word again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from hvb_followup.registers.model import Reading, Sheet

Side = Literal["", "home", "municipality"]
Body = dict[str, Any]
Key = tuple[str, str]
# Of a placement both sides must agree on this.
AGREED = ("unit", "municipality", "birth_year", "starts_on", "ends_on")
MARKS: Mapping[Side, str] = {"home": "confirmed_by_home_on", "municipality": "confirmed_by_municipality_on"}
CONFIRMED = "confirmed"
# What stood, by column, before one side changed what the other had confirmed; null where nothing did.
BEFORE = "before"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """Home and key of each row that is new, changed, confirmed by one side more, or just as it was.

    ``missing`` rows are stored and not in the file; they stay unless somebody asks for their removal.
    """

    new: tuple[Key, ...] = ()
    changed: tuple[Key, ...] = ()
    confirmed: tuple[Key, ...] = ()
    unchanged: tuple[Key, ...] = ()
    missing: tuple[Key, ...] = ()


def bodies(
    sheet: Sheet,
    reading: Reading,
    stored: Mapping[Key, Body],
    reasons: Mapping[tuple[int, str], str],
    side: Side,
    today: str,
) -> dict[Key, Body]:
    """What each accepted row says when it is stored, by home and key."""
    found = {}
    for number, row, codes in zip(reading.numbers, reading.accepted, reading.confirmed, strict=True):
        key = (row.unit, sheet.key_of(row))
        before = stored.get(key, {})
        body = _merged(row, reading.present, before, fills_only=side == "municipality")
        given = {code: reasons.get((number, code), "") or _reason(before, code) for code in codes}
        if given:
            body[CONFIRMED] = given
        if sheet.kind == "placement":
            body |= _words_on(body, before, side, today)
        found[key] = body
    return found


def difference(
    sheet: Sheet, found: Mapping[Key, Body], stored: Mapping[Key, Body], asked: Mapping[Key, Body]
) -> Difference:
    """How the rows stand to those stored; ``asked`` are those of the stored that the file could have held."""
    kinds: dict[str, list[Key]] = {"new": [], "changed": [], "confirmed": [], "unchanged": []}
    for key, body in found.items():
        kinds[_kind(body, stored.get(key))].append(key)
    within = {body[sheet.within] for body in found.values()} if sheet.within else None
    missing = [
        key
        for key, body in asked.items()
        if key not in found and (within is None or body[sheet.within] in within)
    ]
    told = {name: tuple(keys) for name, keys in kinds.items()}
    return Difference(**told, missing=tuple(missing))


def confirmed_rows(stored: Mapping[Key, Body]) -> frozenset[tuple[str, str, str]]:
    """Home, key and code of everything that somebody has confirmed in the stored rows."""
    return frozenset(
        (unit, key, code) for (unit, key), body in stored.items() for code in body.get(CONFIRMED, ())
    )


def confirmed_by(body: Body, side: Side, today: str) -> Body:
    """The placement with one side's confirmation, kept from the day it was first given."""
    said = {**body, MARKS[side]: body.get(MARKS[side]) or today}
    return {name: value for name, value in said.items() if name != BEFORE or not is_confirmed(said)}


def is_confirmed(body: Body) -> bool:
    """True when both sides have confirmed the placement."""
    return all(body.get(mark) for mark in MARKS.values())


def written_by(body: Body) -> tuple[Side, ...]:
    """Whose words stand in a placement: the side that gave its word first; both on one day, or neither: the operator's."""
    given = {side: body[mark] for side, mark in MARKS.items() if body.get(mark)}
    return tuple(side for side, on in given.items() if on == min(given.values()))


def _kind(body: Body, before: Body | None) -> str:
    if before is None:
        return "new"
    if body == before:
        return "unchanged"
    return "confirmed" if _unmarked(body) == _unmarked(before) else "changed"


def _unmarked(body: Body) -> Body:
    return {name: value for name, value in body.items() if name not in (*MARKS.values(), BEFORE)}


def _merged(row: object, present: frozenset[str], before: Body, *, fills_only: bool) -> Body:
    """The row over what was stored. A side that only fills in takes nothing away: it may not know it."""
    said: Body = msgspec.json.decode(msgspec.json.encode(row))  # as it will be read again
    if not before:
        return said
    own = {*MARKS.values(), CONFIRMED, BEFORE}
    kept = {
        name: value
        for name, value in before.items()
        if name not in own and (fills_only or name not in present)
    }
    return {**kept, **said}


def _words_on(body: Body, before: Body, side: Side, today: str) -> Body:
    """Which sides stand behind the row, and what one of them stood behind before."""
    agreed = all(body.get(name) == before.get(name) for name in AGREED)
    marks = {mark: before[mark] for mark in MARKS.values() if mark in before} if agreed else {}
    if side:
        marks[MARKS[side]] = before.get(MARKS[side]) or today
    stood = _stood(body, before, side)
    return {**marks, BEFORE: stood} if stood and not is_confirmed(marks) else marks


def _stood(body: Body, before: Body, side: Side) -> Body:
    """What the side that is to say its word again has confirmed, and the row no longer says.

    Nothing for one that never has, and nothing of another municipality's for the one that is named now.
    """
    others = [mark for one, mark in MARKS.items() if one != side]
    had = any(before.get(mark) for mark in others)
    if body.get("municipality") != before.get("municipality") or not (had or before.get(BEFORE)):
        return {}
    known = {name: before.get(name) for name in AGREED} | ({} if had else before[BEFORE])
    return {name: value for name, value in known.items() if body.get(name) != value}


def _reason(before: Body, code: str) -> str:
    return str(before.get(CONFIRMED, {}).get(code, ""))


def units_of(keys: Sequence[Key]) -> frozenset[str]:
    """The homes that the rows are of."""
    return frozenset(unit for unit, _ in keys)
