"""What a class tells when it stands beside an earlier one of the same home: could it point at one person?

The opponent knows both classes, how many heads there were each time, and who came and went; he takes it
that those who stayed are as they were. Whether a class may be told anew is decided from that alone and
never from the new count, so that a class which is kept tells nothing either.
"""

from __future__ import annotations

from functools import lru_cache

from hvb_followup.disclosure.staff import STAFF_RULES, Band, StaffRules, heads_bands


def may_point_out(
    before: Band, n_before: int, n_now: int, stayed: int, rules: StaffRules = STAFF_RULES
) -> bool:
    """True when some class of ``n_now`` heads, told after ``before``, would say how somebody who came or went is.

    ``stayed`` are bound by the rule both times.
    """
    return _may_point_out(before.lowest, before.highest, n_before, n_now, stayed, rules)


def points_out(before: Band, n_before: int, after: Band, n_now: int, stayed: int) -> bool:
    """True when the two classes together say how everybody who came, or everybody who left, is; or one count.

    "All" says so by itself, of whom it speaks, and may (DESIGN §4.6). Two classes that those who stayed
    cannot explain tell of a change among them, and of nobody by name.

    It is enough to ask for one count: those who came or left can be in one way only where those who stayed are
    at an end of what both classes allow, and there the count of all is one too. The audit asks each by itself.
    """
    joined, left = n_now - stayed, n_before - stayed
    was = (n_before - before.highest, n_before - before.lowest)
    now = (n_now - after.highest, n_now - after.lowest)
    missing_before = _reach(was, left, now, joined, stayed)
    if not missing_before:
        return False
    missing_after = _reach(now, joined, was, left, stayed)
    return _tells(missing_before, was) or _tells(missing_after, now)


@lru_cache(maxsize=65536)
def _may_point_out(
    lowest: int, highest: int, n_before: int, n_now: int, stayed: int, rules: StaffRules
) -> bool:
    before = Band(key="", lowest=lowest, highest=highest)
    return any(points_out(before, n_before, after, n_now, stayed) for after in heads_bands(n_now, rules))


def _tells(possible: range, told: tuple[int, int]) -> bool:
    """One possibility only, unless the class itself says that nobody is missing."""
    return len(possible) == 1 and told != (0, 0)


def _stayers(
    first: tuple[int, int], own: int, second: tuple[int, int], others: int, stayed: int
) -> tuple[int, int]:
    """How many of those who stayed may be missing, given both classes; the least may be below nought."""
    return max(first[0] - own, second[0] - others), min(stayed, first[1], second[1])


def _reach(first: tuple[int, int], own: int, second: tuple[int, int], others: int, stayed: int) -> range:
    """How many may be missing at the first time: those who stayed, and of ``own`` any number."""
    least, most = _stayers(first, own, second, others, stayed)
    if least > most:
        return range(0)
    return range(max(first[0], least), min(first[1], most + own) + 1)
