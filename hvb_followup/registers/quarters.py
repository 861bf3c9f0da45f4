"""What a home's rows say of one quarter: the rows that belong to it, as far as was known when it ended.

A placement that ends after the quarter says nothing else of the quarter than one that goes on. What happens later
is left out, so that a signed quarter does not change because life goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from hvb_followup import periods
from hvb_followup.registers.difference import BEFORE, MARKS

Body = Mapping[str, Any]

# The columns that say from when to when a row holds; a single day or month stands as both.
SPANS: Mapping[str, tuple[str, str]] = {
    "placement": ("starts_on", "ends_on"),
    "staff": ("engaged_from_on", "engaged_to_on"),
    "hours": ("month", "month"),
    "events": ("happened_on", "happened_on"),
    "capacity": ("from_on", "to_on"),
    "inspections": ("held_on", "held_on"),
    "complaints": ("received_on", "received_on"),
}
# Days on which something was done: when that was after the quarter, the columns that begin so are left out.
_DONE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "placement": {
        "ends_on": ("ends_on", "ending"),
        "suitability_on": ("suitability_",),
        "health_check_on": ("health_check",),
        "school_assessment_on": ("school_assessment",),
        "school_starts_on": ("school_starts_",),
        "plan_on": ("plan_on",),
        "extension_on": ("extension_",),
    },
    "staff": {
        "engaged_to_on": ("engaged_to_",),
        "education_1_completed_on": ("education_1_",),
        "education_2_completed_on": ("education_2_",),
        "suitability_on": ("suitability_",),
        "competence_on": ("competence_",),
        "target_group_on": ("target_group_",),
        "special_decided_on": ("special_",),
        "check_on": ("check_",),
        "introduction_on": ("introduction_",),
    },
    "events": {"action_on": ("action",)},
    "capacity": {"to_on": ("to_on",)},
    "complaints": {"answered_on": ("answered_",)},
}
# What always tells of today, whichever quarter is asked for.
_OF_TODAY: Mapping[str, frozenset[str]] = {
    # Who has confirmed it, and when, is said of the row: the municipality's word does not undo the home's signature.
    "placement": frozenset({"latest_review_on", "dental", *MARKS.values(), BEFORE}),
    "staff": frozenset({"supervision_on"}),
    "inspections": frozenset({"state"}),
}


def of_quarter(kind: str, bodies: Iterable[Body], quarter: str) -> list[dict[str, Any]]:
    """The rows of one register that belong to the quarter, without what came after it; days are ISO text."""
    first, last = periods.first_day(quarter).isoformat(), periods.last_day(quarter).isoformat()
    begin, end = SPANS[kind]
    return [
        _as_known(kind, body, last)
        for body in bodies
        if _reaches(body.get(begin), body.get(end), first, last)
    ]


def _reaches(begins: str | None, ends: str | None, first: str, last: str) -> bool:
    """True when the row reaches into the quarter; a month, shorter than a day, is compared as far as it goes."""
    if begins is None or begins > last[: len(begins)]:
        return False
    return ends is None or ends >= first[: len(ends)]


def _as_known(kind: str, body: Body, last: str) -> dict[str, Any]:
    done = _DONE.get(kind, {})
    later = tuple(start for day, starts in done.items() if (body.get(day) or "") > last for start in starts)
    hidden = _OF_TODAY.get(kind, frozenset())
    return {name: said for name, said in body.items() if name not in hidden and not name.startswith(later)}


def fingerprint(rows: Mapping[str, Iterable[Body]]) -> str:
    """A hash of a quarter's rows by register, whatever order they lie in."""
    plain = {kind: sorted(_written(row) for row in rows[kind]) for kind in sorted(rows)}
    return hashlib.sha256(msgspec.json.encode(plain)).hexdigest()


def _written(row: Body) -> str:
    return msgspec.json.encode(dict(row), order="deterministic").decode()
