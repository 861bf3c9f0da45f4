"""What homes owe after each wave, counted with loops: told back within thirty days of the first of June or December."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.oracle.days import end_of, last_of, term_on

Row = dict[str, Any]
Place = tuple[str, str]


def closes_on(half_year: str) -> dt.date:
    return dt.date(int(half_year[:4]), 6 if half_year.endswith("H1") else 12, 1)


def counts(
    units: list[Row], waves: list[tuple[str, str]], told_on: dict[tuple[str, str], dt.date], half_year: str
) -> dict[Place, tuple[int, int, str, str]]:
    """By place: of how many waves, how many told back in time, the first and the last; waves are home and half-year."""
    now, found = end_of(half_year), dict[Place, list[tuple[str, bool]]]()
    for unit in units:
        owner = term_on(unit["terms"], last_of(now))
        for home, then in waves:
            if home != unit["id"] or not now - 8 <= end_of(then) <= now - 2:
                continue
            ran = term_on(unit["terms"], closes_on(then))
            if ran is None:
                continue
            day = told_on.get((home, then))
            in_time = day is not None and day <= closes_on(then) + dt.timedelta(days=30)
            form = "own" if ran["operating_form"] == "municipal_own" else "bought"
            places = [
                ("nation", "SE"),
                ("lan", unit["lan"]),
                ("group", form),
                ("provider", str(ran["provider"])),
            ]
            if owner and owner["provider"] == ran["provider"]:
                places.append(("unit", home))
            for place in places:
                found.setdefault(place, []).append((then, in_time))
    return {
        place: (
            len(one),
            sum(done for _, done in one),
            min(then for then, _ in one),
            max(then for then, _ in one),
        )
        for place, one in found.items()
    }
