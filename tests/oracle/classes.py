"""What may be told of staff (DESIGN §4.6): classes instead of counts, by how many are missing or have left."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Class(NamedTuple):
    """A class told of one home: its key, of how many heads, and which counts it may be."""

    key: str
    n: int
    low: int
    high: int


def of_heads(n: int, met: int) -> Class | None:
    """Nothing below five heads; "all" by itself, every other class at least two counts."""
    missing = n - met
    if n < 5:
        return None
    if missing == 0:
        return Class("all", n, n, n)
    if n < 10:
        return (
            Class("missing:one-two", n, n - 2, n - 1) if missing < 3 else Class("missing:three-", n, 0, n - 3)
        )
    if n < 20:
        for key, few, many in (("1-2", 1, 2), ("3-5", 3, 5), ("6-", 6, n)):
            if few <= missing <= many:
                return Class(f"missing:{key}", n, n - many, n - few)
    tens = [count for count in range(n) if _tens(count, n) == _tens(met, n)]
    step = _tens(met, n)
    return Class("share:0-2" if step == 0 else f"share:{step}-{step + 1}", n, tens[0], tens[-1])


def _tens(count: int, n: int) -> int:
    """Whole tenths; under two tenths is one class."""
    tens = int(Fraction(10 * count, n))
    return tens if tens >= 2 else 0


def every_class(n: int) -> list[Class]:
    return sorted({one for met in range(n + 1) if (one := of_heads(n, met))})


def points_out(before: Class, after: Class, stayed: int) -> bool:
    """Whether two classes of one home tell how one who came, one who left, or all there were, is; by trying all ways."""
    left, joined = before.n - stayed, after.n - stayed
    ways = [
        (of_stayed, of_left, of_joined)
        for of_stayed in range(stayed + 1)
        for of_left in range(left + 1)
        for of_joined in range(joined + 1)
        if before.low <= before.n - of_stayed - of_left <= before.high
        and after.low <= after.n - of_stayed - of_joined <= after.high
    ]
    if not ways:
        return False
    says_all = before.key == "all", after.key == "all"
    return (
        (not says_all[0] and len({a + b for a, b, _ in ways}) == 1)
        or (not says_all[1] and len({a + c for a, _, c in ways}) == 1)
        or (not says_all[0] and left > 0 and len({b for _, b, _ in ways}) == 1)
        or (not says_all[1] and joined > 0 and len({c for _, _, c in ways}) == 1)
    )


def must_wait(before: Class, n: int, stayed: int) -> bool:
    """Whether any class of so many heads would point somebody out beside an earlier one."""
    return any(points_out(before, after, min(stayed, before.n, n)) for after in every_class(n))


def of_turnover(left: int, summed: int, ever: int) -> Class | None:
    """Nothing below six engaged in the mean; ``summed`` is twelve times the mean."""
    if summed < 72:
        return None
    steps = turnover_steps(summed)
    place = max(number for number, (least, _) in enumerate(steps) if left >= least)
    least, key = steps[place]
    most = steps[place + 1][0] - 1 if place + 1 < len(steps) else max(ever, left)
    return Class(key, summed, least, most)


def turnover_steps(summed: int) -> list[tuple[int, str]]:
    mean = Fraction(summed, 12)
    if mean < 10:
        return [(0, "left:0-1"), (2, "left:2-3"), (4, "left:4-")]
    if mean < 20:
        return [(0, "left:0-1"), (2, "left:2-3"), (4, "left:4-6"), (7, "left:7-")]
    found = []
    for tens, key in enumerate(("0-1", "1-2", "2-3", "3-4", "4-5", "5-")):
        least = 0
        while least < mean * tens / 10:
            least += 1
        found.append((least, f"turn:{key}"))
    return found


def of_sum(told: list[Class], *, is_turnover: bool = False) -> Class | str:
    """What the classes of three homes or more with twenty heads say together, or the reason for silence."""
    n, low, high = (
        (sum(column) for column in zip(*(one[1:] for one in told), strict=True)) if told else (0, 0, 0)
    )
    if len(told) < 3 or (n / 12 if is_turnover else n) < 20:
        return "too_few"
    if is_turnover:
        steps = turnover_steps(n)
        first, last = (max(k for k, (least, _) in enumerate(steps) if least <= x) for x in (low, high))
        if last == len(steps) - 1:
            return Class(f"turn:{first}-", n, low, high) if first else "waiting"
        return Class(f"turn:{first}-{last + 1}", n, low, high)
    if low == n:
        return Class("all", n, low, high)
    least, most = int(Fraction(10 * low, n)), int(Fraction(10 * high, n)) + 1
    least = 0 if least < 2 else least
    if (least, most) == (0, 11):
        return "waiting"
    return Class(f"share:{least}-{max(most, 2)}", n, low, high)


def steps_of_hours(
    homes: list[tuple[Class, list[int]]], whole: int, before: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The tenths in which hours are told of several homes: joined until each home keeps two counts, whichever is true.

    ``homes`` are each home's class of heads and everybody's minutes; ``before`` the spans told of parts of the whole.
    """
    steps = [(0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 9), (9, 11)]
    while len(steps) > 1:
        bad = next((step for step in steps if _gives_away(homes, whole, before, step)), None)
        if bad is None:
            break
        place = min(steps.index(bad), len(steps) - 2)
        steps[place : place + 2] = [(steps[place][0], steps[place + 1][1])]
    return steps


def span(whole: int, step: tuple[int, int]) -> tuple[int, int]:
    """The least and the most minutes of a step."""
    first = -(-step[0] * whole // 10)
    return first, whole if step[1] == 11 else -(-step[1] * whole // 10) - 1


def _gives_away(
    homes: list[tuple[Class, list[int]]], whole: int, before: list[tuple[int, int]], step: tuple[int, int]
) -> bool:
    """Whether the step can be the true one and would leave a home one count, or pin down a part told before."""
    first, last = span(whole, step)
    least = sum(_least(one, people, one.low) for one, people in homes) + sum(low for low, _ in before)
    most = sum(_most(one, people, one.high) for one, people in homes) + sum(high for _, high in before)
    if least > last or most < first:
        return False
    if any(minutes > last + 1 - first for _, people in homes for minutes in people):
        return True
    begins = least + sum(high - low for low, high in before)
    ends = most - sum(high - low for low, high in before)
    if before and not (begins <= last and ends >= first):
        return True
    for one, people in homes:
        others = begins - _least(one, people, one.low), ends - _most(one, people, one.high)
        counts = [
            k
            for k in range(one.low, one.high + 1)
            if others[0] + _least(one, people, k) <= last and others[1] + _most(one, people, k) >= first
        ]
        if one.low < one.high and len(counts) < 2:
            return True
    return False


def _least(one: Class, people: list[int], k: int) -> int:
    return sum(sorted(people)[:k])


def _most(one: Class, people: list[int], k: int) -> int:
    return sum(sorted(people, reverse=True)[:k])
