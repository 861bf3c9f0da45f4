"""What may be told of a count, to whom, and the interval round it (DESIGN §4.5, §5)."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

Z = 1.959963984540054  # of the normal distribution, 97.5 per cent lie below


class Count(NamedTuple):
    """What one group says of one indicator: ``quarter`` is when it became known, ``persons`` who were asked."""

    group: str
    home: str
    owner: str
    quarter: int
    periods: tuple[str, ...]
    places: frozenset[tuple[str, str]]
    waves: frozenset[tuple[str, str]]
    persons: frozenset[str]
    n: int
    x: int


class Told(NamedTuple):
    """A count made coarse: one group, or several put together because too few had answered."""

    home: str
    owner: str
    quarter: int
    periods: tuple[str, ...]
    places: frozenset[tuple[str, str]]
    waves: frozenset[tuple[str, str]]
    persons: frozenset[str]
    n: int
    x_lo: int
    x_hi: int


def blurred(n: int, x: int, values: int) -> tuple[int, int]:
    """A class at either end holds so many values; where the two would meet there is only one class."""
    lowest = list(range(min(values, n + 1)))
    highest = list(range(max(0, n - values + 1), n + 1))
    if values > 1 and lowest[-1] >= highest[0]:
        return 0, n
    if x in lowest:
        return lowest[0], lowest[-1]
    if x in highest:
        return highest[0], highest[-1]
    return x, x


def few_events(x: int) -> tuple[int, int]:
    return (1, 4) if x in (1, 2, 3, 4) else (x, x)


def told(
    rows: dict[str, list[Count]],
    *,
    values: int | None,
    persons: int = 5,
    by_owner: bool = False,
) -> dict[str, list[Told]]:
    """The coarse counts of indicators that are put together alike (a figure and its worst answer).

    Groups of one home (of one owner, where ``by_owner``) are put together until ``persons`` were asked and five
    answered each. ``values`` are those an end class holds; None of events, which have no other end.
    """
    first = next(iter(rows))
    found: dict[str, list[Told]] = {name: [] for name in rows}
    ordered = sorted(rows[first], key=lambda one: (one.quarter, one.group))
    for whose in sorted({one.owner if by_owner else one.home for one in ordered}):
        taken: list[str] = []
        owner = None
        for one in ordered:
            if (one.owner if by_owner else one.home) != whose:
                continue
            if owner != one.owner:
                taken, owner = [], one.owner
            taken.append(one.group)
            parts = {name: [row for row in counted if row.group in taken] for name, counted in rows.items()}
            everybody = frozenset().union(*(part.persons for part in parts[first]))
            twice = sum(len(part.persons) for part in parts[first]) - len(everybody)
            fewest = min(sum(part.n for part in one_of) for one_of in parts.values())
            if len(everybody) >= persons and fewest - twice >= 5:
                for name, one_of in parts.items():
                    found[name].append(_together(one_of, everybody, values))
                taken = []
    return found


def _together(parts: list[Count], everybody: frozenset[str], values: int | None) -> Told:
    n, x = sum(part.n for part in parts), sum(part.x for part in parts)
    low, high = few_events(x) if values is None else blurred(n, x, values)
    homes = {part.home for part in parts}
    return Told(
        home=homes.pop() if len(homes) == 1 else "",
        owner=parts[-1].owner,
        quarter=max(part.quarter for part in parts),
        periods=tuple(sorted(period for part in parts for period in part.periods)),
        places=frozenset.intersection(*(part.places for part in parts)),
        waves=frozenset().union(*(part.waves for part in parts)),
        persons=everybody,
        n=n,
        x_lo=low,
        x_hi=high,
    )


def limits_of_share(x_lo: int, x_hi: int, n: int) -> tuple[float, float]:
    """Wilson's limits, found by trying: the shares that lie 1.96 of their own standard errors from the count."""

    def off(share: float, x: int) -> float:
        return abs(x / n - share) - Z * math.sqrt(share * (1 - share) / n)

    low = 0.0 if x_lo == 0 else _where(lambda share: -off(share, x_lo), 0.0, x_lo / n)
    high = 1.0 if x_hi == n else _where(lambda share: off(share, x_hi), x_hi / n, 1.0)
    return low, high


def limits_of_rate(x_lo: int, x_hi: int, days: int) -> tuple[float, float]:
    """Per 1 000 care days. Below ten events exact: as many or more (fewer) have a chance of 2.5 per cent."""
    if x_lo == 0:
        low = 0.0
    elif x_lo < 10:
        low = _where(lambda mean: 1 - _poisson(x_lo - 1, mean) - 0.025, 0.0, float(x_lo))
    else:
        low = x_lo * (1 - 1 / (9 * x_lo) - Z / (3 * math.sqrt(x_lo))) ** 3
    one = x_hi + 1
    if x_hi < 10:
        high = _where(lambda mean: 0.025 - _poisson(x_hi, mean), float(x_hi), 10.0 * one)
    else:
        high = one * (1 - 1 / (9 * one) + Z / (3 * math.sqrt(one))) ** 3
    return 1000 * low / days, 1000 * high / days


def _poisson(x: int, mean: float) -> float:
    """The chance of at most x events."""
    return sum(math.exp(-mean) * mean**k / math.factorial(k) for k in range(x + 1))


def _where(rises: Callable[[float], float], low: float, high: float) -> float:
    """Where something that rises is nought."""
    for _ in range(200):
        middle = (low + high) / 2
        if rises(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def whole_per_cent(n: int, x_lo: int, x_hi: int) -> int:
    middle = Decimal(100 * (x_lo + x_hi)) / Decimal(2 * n)
    return int(middle.quantize(Decimal(1), ROUND_HALF_UP))


def six(value: float) -> float:
    return float(f"{value:.6g}")


def response(waves: frozenset[tuple[str, str]], asked: dict[tuple[str, str], tuple[int, int]]) -> str | None:
    """The band of those who answered, of all who were asked in these waves of homes."""
    valid = sum(asked[wave][0] for wave in waves)
    invited = sum(asked[wave][1] for wave in waves)
    if not invited:
        return None
    for limit, name in ((30, "< 30 %"), (50, "30–49 %"), (70, "50–69 %")):
        if 100 * valid < limit * invited:
            return name
    return "≥ 70 %"


def word(n: int, x_lo: int, x_hi: int) -> str:
    if x_hi <= n / 3:
        return "få"
    return "de flesta" if x_lo >= 2 * n / 3 else "blandat"


def expected(
    chosen: list[Told],
    *,
    level: str,
    public_from: int = 10,
    scale: str = "share",
    may_be_in_words: bool = True,
) -> dict[str, Any]:
    """The figure of a place, as everybody (or in words: its own home) is told it, without its sentences."""
    if not chosen:
        return {"status": "..", "outcome": "waiting"}
    n = sum(one.n for one in chosen)
    x_lo, x_hi = sum(one.x_lo for one in chosen), sum(one.x_hi for one in chosen)
    size = min(n, len(frozenset().union(*(one.persons for one in chosen))))
    silent = {"status": "..", "outcome": "too_few"}
    if scale == "codes" and (x_lo < 5 or n - x_hi < 5):
        return silent
    periods = sorted(period for one in chosen for period in one.periods)
    if size < public_from:
        is_in_words = size >= 5 and level in ("unit", "provider") and scale in ("share", "endings")
        if not (is_in_words and may_be_in_words):
            return silent
        return {"status": "..", "outcome": "waiting", "word": word(n, x_lo, x_hi), "n": n}
    if scale == "rate":
        low, high = limits_of_rate(x_lo, x_hi, n)
        value: float = six(1000 * (x_lo + x_hi) / (2 * n))
    else:
        low, high = (100 * limit for limit in limits_of_share(x_lo, x_hi, n))
        value = whole_per_cent(n, x_lo, x_hi)
    return {
        "status": "",
        "outcome": "shown",
        "n": n,
        "x_lo": x_lo,
        "x_hi": x_hi,
        "lo": low,
        "hi": high,
        "value": value,
        "period_from": periods[0],
        "period_to": periods[-1],
    }
