"""Help lines grow old: one that nobody has tried for a year keeps waves shut, after half a year it is said (R7 H3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from hvb_followup.errors import Problem

AGEING_DAYS = 183
STALE_DAYS = 365

# Name of each line, and the day somebody last tried it.
Verified = Mapping[str, dt.date | None]


def unfit(lines: Verified, today: dt.date) -> tuple[Problem, ...]:
    """Every reason why a wave may not open: no line at all, one never tried, tried too long ago or in the future."""
    if not lines:
        return (_problem("Det saknas en hjälplinje."),)
    found = []
    for name, day in lines.items():
        if day is None or day > today:
            found.append(_problem(f"Hjälplinjen {name} är inte prövad."))
        elif (today - day).days > STALE_DAYS:
            found.append(_problem(f"Hjälplinjen {name} prövades för mer än ett år sedan."))
    return tuple(found)


def ageing(lines: Verified, today: dt.date) -> tuple[Problem, ...]:
    """A warning for each line that was tried more than half a year ago and is not yet too old."""
    return tuple(
        _problem(f"Hjälplinjen {name} prövades för mer än ett halvår sedan.")
        for name, day in lines.items()
        if day is not None and AGEING_DAYS < (today - day).days <= STALE_DAYS
    )


def _problem(says: str) -> Problem:
    return Problem(
        code="helpline",
        where="deployment.toml: helpline",
        says=says,
        mend="Ring numret och skriv dagen som verified_on.",
    )
