"""Places beside one another, once more with loops: pooled levels, probabilities, flags, pairs, gates and words.

What is published is *defined* on a grid (``dashboards/methods/jamforelse.toml``): μ in 33 steps, τ in 30, and levels
on an even grid of logits no wider than 0.06. So is it here, cell by cell and level by level; how near that lies to
the same model without any grid is another question, asked beside it in the tests (``without_grid``).

The definition, in order: a coarse look finds where cells of (μ, τ) have more than 1/100 000 of the likeliest one's
weight; the fine cells cover that with a margin of 0.25 in μ and 15 % in τ, and those with less than 1/100 000 000 are
let go. Levels reach 5.5 τ beyond μ. A normal curve narrower than 0.8 steps becomes five points with its first four
moments. Pairs are summed over cells of more than 1/10 000 of the likeliest one's weight, thinned to one in a standard
deviation (two where τ leans on zero).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, cached_property
from operator import mul
from types import MappingProxyType
from typing import Any, NamedTuple

Row = list[float]


class Place(NamedTuple):
    """Between so many and so many of n, and how far its circumstances move what is expected (logits)."""

    x_lo: int
    x_hi: int
    n: int
    offset: float = 0.0


class Cell(NamedTuple):
    """A level μ and a spread τ, how much it weighs, and the normal curve over the levels."""

    mu: float
    tau: float
    weight: float
    curve: Row


def share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(map(mul, one, other))


def ways(n: int, x: int, p: float, q: float) -> float:
    """The probability of x of n."""
    return math.comb(n, x) * p**x * q ** (n - x)


def chance(place: Place, level: float) -> float:
    """The probability of what is known of a place, at a level of the group's kind."""
    if (place.x_lo, place.x_hi) == (0, place.n):
        return 1.0
    p, q = share(level + place.offset), share(-level - place.offset)
    return sum(ways(place.n, x, p, q) for x in range(place.x_lo, place.x_hi + 1))


@cache
def through(point: int) -> tuple[Fraction, ...]:
    """The polynomial that is 1 at one of −2 … 2 and 0 at the other four: its coefficients, lowest first."""
    made = [Fraction(1)]
    for other in range(-2, 3):
        if other != point:
            shifted = [Fraction(0), *made]
            made = [
                (one - other * two) / (point - other)
                for one, two in zip(shifted, [*made, Fraction(0)], strict=True)
            ]
    return tuple(made)


def curve(levels: Row, step: float, mu: float, tau: float) -> Row:
    """N(μ, τ²) over the levels, adding up to 1."""
    if tau >= 0.8 * step:
        made = [math.exp(-((level - mu) ** 2) / (2 * tau**2)) for level in levels]
    else:
        nearest = min(range(len(levels)), key=lambda one: abs(levels[one] - mu))
        off, s2 = (mu - levels[nearest]) / step, (tau / step) ** 2
        moments = [1, off, off**2 + s2, off**3 + 3 * off * s2, off**4 + 6 * off**2 * s2 + 3 * s2**2]
        made = [0.0] * len(levels)
        for point in range(-2, 3):
            made[nearest + point] = sum(
                float(one) * moment for one, moment in zip(through(point), moments, strict=True)
            )
    whole = sum(made)
    return [one / whole for one in made]


def belief(mu: float, tau: float) -> float:
    """What is believed beforehand, in logarithms: μ around 0 with 2.5, τ falling by e for every 1."""
    return -((mu / 2.5) ** 2) / 2 - tau


class Group:
    """What the model says of a group of places."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        self.kinds = list(dict.fromkeys(places))
        self.times = [list(places).count(kind) for kind in self.kinds]
        self.step = min(0.06, 0.6 / math.sqrt(max(one.n for one in places) / 4))
        self.furthest = math.ceil(16 / self.step) + 3
        mu, tau = self._fine(*self._look())
        self.levels = [self.step * one for one in self._reach(self.step, self.furthest, mu, tau[-1])]
        self.likely = self._scaled(self.levels)
        cells = [(one, two, curve(self.levels, self.step, one, two)) for one in mu for two in tau]
        weights = self._weights(cells, self.likely)
        kept = [(cell, weight) for cell, weight in zip(cells, weights, strict=True) if weight > 1e-8]
        whole = sum(weight for _, weight in kept)
        self.cells = [Cell(*cell[:2], weight / whole, cell[2]) for cell, weight in kept]
        self.alone = [[dot(row, cell.curve) for cell in self.cells] for row in self.likely]

    def _look(self) -> tuple[float, float, float]:
        """From what μ to what, and up to what τ, anything is likely: every other level, 65 μ and 40 τ."""
        points = [2 * self.step * one for one in range(-(self.furthest // 2), self.furthest // 2 + 1)]
        cells = [
            (mu, tau, curve(points, 2 * self.step, mu, tau))
            for mu in (-8 + 0.25 * one for one in range(65))
            for tau in (0.05 * 240 ** (one / 39) for one in range(40))
        ]
        weights = self._weights(cells, self._scaled(points))
        seen = [cell for cell, weight in zip(cells, weights, strict=True) if weight > 1e-5]
        return min(one[0] for one in seen), max(one[0] for one in seen), max(one[1] for one in seen)

    @staticmethod
    def _fine(low: float, high: float, widest: float) -> tuple[Row, Row]:
        wide = high - low + 0.5
        return [low - 0.25 + wide * one / 32 for one in range(33)], [
            (one + 0.5) * 1.15 * widest / 30 for one in range(30)
        ]

    @staticmethod
    def _reach(step: float, furthest: int, mu: Row, widest: float) -> range:
        low, high = max(mu[0] - 5.5 * widest, -16.0), min(mu[-1] + 5.5 * widest, 16.0)
        return range(
            max(math.floor(low / step) - 3, -furthest), min(math.ceil(high / step) + 3, furthest) + 1
        )

    def _scaled(self, levels: Row) -> list[Row]:
        """How likely each kind is at each level."""
        return [[chance(kind, level) for level in levels] for kind in self.kinds]

    def _weights(self, cells: Sequence[tuple[float, float, Row]], likely: list[Row]) -> Row:
        """How likely each cell is beside the likeliest one."""
        logs = [
            belief(mu, tau)
            + sum(
                times * math.log(max(dot(row, over), 1e-300))
                for times, row in zip(self.times, likely, strict=True)
            )
            for mu, tau, over in cells
        ]
        most = max(logs)
        return [math.exp(one - most) for one in logs]

    @cached_property
    def mu(self) -> float:
        return sum(cell.weight * cell.mu for cell in self.cells)

    @cached_property
    def tau(self) -> float:
        return sum(cell.weight * cell.tau for cell in self.cells)

    @cached_property
    def tau2(self) -> float:
        return sum(cell.weight * cell.tau**2 for cell in self.cells)

    @property
    def centre(self) -> float:
        return share(self.mu)

    @property
    def tells_nothing_apart(self) -> bool:
        return sum(cell.weight for cell in self.cells if cell.tau < 0.1) > 0.5

    @property
    def needed(self) -> int:
        """Exact answers for a reliability of one half: as many as make the sampling variance τ²."""
        return math.ceil(float(f"{1 / (self.centre * (1 - self.centre)) / self.tau2:.5e}"))

    def density(self, place: Place) -> Row:
        """How likely each level is, of a place of this group of which so much is known."""
        if place in self.kinds:
            row = self.likely[self.kinds.index(place)]
            alone = self.alone[self.kinds.index(place)]
        else:
            row = [chance(place, level) for level in self.levels]
            alone = [dot(row, cell.curve) for cell in self.cells]
        factors = [
            cell.weight / max(marginal, 1e-300) for cell, marginal in zip(self.cells, alone, strict=True)
        ]
        return [likely * dot(factors, over) for likely, over in zip(row, self.over, strict=True)]

    @cached_property
    def over(self) -> list[Sequence[float]]:
        """The cells' curves, level by level."""
        return list(zip(*(cell.curve for cell in self.cells), strict=True))

    def middle(self, place: Place) -> float:
        """The share to be expected of it, were its circumstances the common ones."""
        return dot(self.density(place), [share(level) for level in self.levels])

    def end(self, place: Place, x: int, p: float) -> float:
        """The level that it lies below with probability p, had it been exactly x."""
        passed = 0.0
        for level, mass in zip(self.levels, self.density(Place(x, x, place.n, place.offset)), strict=True):
            if passed + mass >= p:
                return share(level + self.step * ((p - passed) / mass - 0.5))
            passed += mass
        raise AssertionError("the density does not add up")

    def above(self, place: Place) -> float:
        """The chance that it lies above the group; the level that μ lies in counts in part."""
        row, alone = self.likely[self.kinds.index(place)], self.alone[self.kinds.index(place)]
        return sum(
            cell.weight / marginal * dot(list(map(mul, row, cell.curve)), self.part[cell.mu])
            for cell, marginal in zip(self.cells, alone, strict=True)
        )

    @cached_property
    def part(self) -> dict[float, Row]:
        """How much of each level lies above each μ."""
        return {
            mu: [min(max((level - mu) / self.step + 0.5, 0.0), 1.0) for level in self.levels]
            for mu in {cell.mu for cell in self.cells}
        }

    @cached_property
    def another(self) -> Row:
        """How likely each level is of a place that nobody has seen."""
        return [dot([cell.weight for cell in self.cells], over) for over in self.over]

    def tails(self, place: Place) -> tuple[float, float]:
        """Mid-p of so few, and of so many, among places that differ: the greatest of all counts it may be."""
        moved = [(share(level + place.offset), share(-level - place.offset)) for level in self.levels]

        def odds(x: int) -> float:
            return sum(
                mass * ways(place.n, x, p, q) for mass, (p, q) in zip(self.another, moved, strict=True)
            )

        return mid_tails(place, odds)

    def exact(self, place: Place) -> str:
        """Whether its count is unlikely (2.5 % on a side) had it the level that is expected of it."""
        p = float(f"{share(self.mu + place.offset):.5e}")
        low, high = mid_tails(place, lambda x: ways(place.n, x, p, 1 - p))
        return "low" if low < 0.025 else "high" if high < 0.025 else "none"

    def reliability(self, place: Place) -> float:
        """τ² of τ² and what its classes leave open: Fisher's information about its logit, class by class."""
        p = share(self.mu + place.offset)
        told = 0.0
        for low, high in classes(place):
            mass = [(x, ways(place.n, x, p, 1 - p)) for x in range(low, high + 1)]
            whole = sum(one for _, one in mass)
            told += sum((x - place.n * p) * one for x, one in mass) ** 2 / whole if whole else 0.0
        return self.tau2 * told / (self.tau2 * told + 1)

    @cached_property
    def thinned(self) -> list[tuple[Cell, float]]:
        """The cells that pairs are summed over, with their weights."""
        fits = [self._steps(lambda cell: cell.mu), self._steps(lambda cell: cell.tau)]
        least = max(cell.weight for cell in self.cells) / 10_000
        kept = [
            cell for cell in self.cells if cell.weight > least and cell.mu in fits[0] and cell.tau in fits[1]
        ]
        whole = sum(cell.weight for cell in kept)
        return [(cell, cell.weight / whole) for cell in kept]

    def _steps(self, of: Callable[[Cell], float]) -> set[float]:
        points = sorted({of(cell) for cell in self.cells})
        if len(points) == 1:
            return set(points)
        mass = [sum(cell.weight for cell in self.cells if of(cell) == point) for point in points]
        spread = math.sqrt(max(dot(mass, [one**2 for one in points]) - dot(mass, points) ** 2, 0.0))
        parts = 1 if mass[0] < max(mass) / 1000 else 2
        step = max(1, int(spread / parts / (points[1] - points[0])))
        return {point for place, point in enumerate(points) if place % step == step // 2}

    def pairs(self, kinds: Sequence[Place]) -> dict[tuple[int, int], float]:
        """The chance that the one lies above the other, each as to its own circumstances, of every two."""
        rows = [(self.likely[place], self.alone[place]) for place in map(self.kinds.index, kinds)]
        of_cell = {id(cell): place for place, cell in enumerate(self.cells)}
        found: dict[tuple[int, int], float] = {}
        for low, (there, alone) in enumerate(rows[:-1]):
            below = [
                (cell, weight / alone[of_cell[id(cell)]], self._below(list(map(mul, there, cell.curve))))
                for cell, weight in self.thinned
            ]
            for high, (here, its) in list(enumerate(rows))[low + 1 :]:
                found[high, low] = sum(
                    weight / its[of_cell[id(cell)]] * dot(list(map(mul, here, cell.curve)), under)
                    for cell, weight, under in below
                )
        return found

    @staticmethod
    def _below(mass: Row) -> Row:
        """How much lies below each level, the level itself with half."""
        under, passed = [], 0.0
        for one in mass:
            under.append(passed + one / 2)
            passed += one
        return under


def mid_tails(place: Place, odds: Callable[[int], float]) -> tuple[float, float]:
    """Half the count's own chance, and of all below the highest that it may be, or above the lowest."""
    low = sum(odds(x) for x in range(place.x_hi)) + odds(place.x_hi) / 2
    high = sum(odds(x) for x in range(place.x_lo + 1, place.n + 1)) + odds(place.x_lo) / 2
    return low, high


def classes(place: Place) -> Iterator[tuple[int, int]]:
    """All counts, cut as coarsely everywhere as the place's own."""
    wide = place.x_hi - place.x_lo + 1
    first = place.x_lo
    while first > 0:
        first -= wide
    while first <= place.n:
        yield max(first, 0), min(first + wide - 1, place.n)
        first += wide


# --- what may be said ----------------------------------------------------------------------------------------

LEAST = {"< 30 %": 0.0, "30–49 %": 0.3, "50–69 %": 0.5, "≥ 70 %": 0.7}


def six(value: float) -> float:
    return float(f"{value:.5e}")


def false_discoveries(p: Sequence[float]) -> list[bool]:
    """Benjamini and Hochberg: up to the largest p that lies below its own part of 5 per cent."""
    ordered = sorted(p)
    reach = [one for place, one in enumerate(ordered, 1) if six(one * len(p) / place) <= 0.05]
    return [one <= max(reach, default=-1.0) for one in p]


def word(above: float, flag: str, before: str) -> str:
    """The verdict of a place that may be compared (R3 §4.2)."""
    high, low = six(above), six(1 - above)
    if flag != "none" and flag == before and max(high, low) >= 0.975:
        return f"unusual_{flag}"
    if max(high, low) >= 0.975:
        return "higher" if high >= low else "lower"
    if max(high, low) > 0.9:
        return "sign_higher" if high > low else "sign_lower"
    return "alike"


def pair_code(above: float) -> str:
    if max(six(above), six(1 - above)) >= 0.975:
        return "first" if above > 0.5 else "second"
    if max(six(above), six(1 - above)) > 0.9:
        return "sign_first" if above > 0.5 else "sign_second"
    return "alike"


def half_up(value: float) -> int:
    return math.floor(round(value, 6) + 0.5)


class Seen(NamedTuple):
    """A public row with what the case-mix gate said of the place, and how it was flagged in an earlier window."""

    row: dict[str, Any]
    mix: str = "not_needed"
    offset: float = 0.0
    before: str = "none"


class Said(NamedTuple):
    """What is to be said of a place; numbers (shares) where it is compared."""

    gates: tuple[str, ...]
    verdict: str
    flag: str = "none"
    numbers: Mapping[str, float] = MappingProxyType({})
    exact: str = "none"
    place: Place | None = None


class Beside(NamedTuple):
    """What is to be said of all places that are shown, by whose they are; ``group`` or why there is none."""

    of: dict[str, Said]
    group: Group | None
    closed: str
    n_group: int

    @property
    def flagged(self) -> int:
        return sum(one.flag != "none" for one in self.of.values())

    @property
    def compared(self) -> list[Said]:
        return [one for one in self.of.values() if one.numbers]


PASSING = {"open", "not_asked", "not_needed", "not_adjusted", "unknown_mix", "case_mix"}
NAMES = 7


def beside(seen: Sequence[Seen], *, is_asked: bool, never: str = "") -> Beside:
    """Every shown place through the gates: persons, response, shown, case-mix, pooling, reliability, words."""
    shown = [one for one in seen if not one.row["status"]]
    early = [_early(one, is_asked=is_asked) for one in shown]
    members = [
        one for one, gates in zip(shown, early, strict=True) if len(gates) == 4 and gates[-1] in PASSING
    ]
    few = ("no_units", "one_unit")[len(members)] if len(members) < 2 else "too_few"
    closed = never or (few if len(members) < 10 else "")
    group = None if closed else Group([_place(one) for one in members])
    of: dict[str, Said] = {}
    reliable = {one.row["whose"]: group.reliability(_place(one)) for one in members} if group else {}
    tested = [one for one in members if six(reliable.get(one.row["whose"], 0.0)) >= 0.5]
    tails = {one.row["whose"]: group.tails(_place(one)) for one in tested} if group else {}
    stands = false_discoveries([min(1.0, 2 * min(tails[one.row["whose"]])) for one in tested])
    unusual = {one.row["whose"] for one, is_one in zip(tested, stands, strict=True) if is_one}
    for one, gates in zip(shown, early, strict=True):
        whose = one.row["whose"]
        if len(gates) < 4 or gates[-1] not in PASSING:
            asked = {"response": "response", "no_answers": "no_persons"}
            of[whose] = _closed(gates, asked.get(gates[-1], "not_fitted"))
        elif group is None:
            of[whose] = _closed([*gates, closed], "not_fitted")
        elif whose not in tails:
            of[whose] = _closed([*gates, "open", "reliability"], "reliability")
        else:
            of[whose] = _compared(group, one, gates, reliable[whose], tails[whose], whose in unusual)
    return Beside(of, group, closed, len(members))


def _place(one: Seen) -> Place:
    return Place(one.row["x_lo"], one.row["x_hi"], one.row["n"], one.offset)


def _early(one: Seen, *, is_asked: bool) -> list[str]:
    if not one.row["n"]:
        return ["no_answers"]
    band = one.row["response"]
    response = "not_asked"
    if is_asked:
        response = "response_unknown" if band not in LEAST else "open" if LEAST[band] >= 0.5 else "response"
        response = "more_than_invited" if band == "> 100 %" else response
    return ["open", response] if response not in PASSING else ["open", response, "open", one.mix]


def _closed(gates: Sequence[str], verdict: str) -> Said:
    return Said((*gates, *["not_reached"] * (NAMES - len(gates))), verdict)


def _compared(
    group: Group,
    one: Seen,
    gates: Sequence[str],
    reliability: float,
    tails: tuple[float, float],
    stands: bool,
) -> Said:
    place = _place(one)
    flag = (
        "none"
        if not stands
        else "low"
        if six(tails[0]) < 0.001
        else "high"
        if six(tails[1]) < 0.001
        else "none"
    )
    above = group.above(place)
    found = word(above, flag, one.before)
    return Said(
        (*gates, "open", "open", found),
        found,
        flag,
        {
            "lo": group.end(place, place.x_lo, 0.025),
            "middle": group.middle(place),
            "hi": group.end(place, place.x_hi, 0.975),
            "above": above,
            "tail": min(tails),
            "reliability": reliability,
        },
        group.exact(place),
        place,
    )


def silent(row: dict[str, Any]) -> tuple[float, float] | None:
    """Where the share of all who were asked may lie: the silent would all have said no, or all yes."""
    if row["response"] not in LEAST or row["status"]:
        return None
    if not LEAST[row["response"]]:
        return 0.0, 1.0
    asked = row["n"] / LEAST[row["response"]]
    return row["x_lo"] / asked, (row["x_hi"] + asked - row["n"]) / asked


# --- the same without a grid ----------------------------------------------------------------------------------


def without_grid(places: Sequence[Place], nodes: int = 48, sides: int = 64) -> list[tuple[float, float]]:
    """Each place's expected share and its chance to lie above the group, by Gauss's rules instead of a grid.

    Within a place Gauss–Legendre over ±8.5 τ, over μ and τ Gauss–Legendre: nothing in common with the published grid
    but the model.
    """
    at, mass = _legendre(sides)
    inner, inner_mass = _legendre(nodes)
    rough = [(one.x_lo + one.x_hi + 1) / (2 * one.n + 2) for one in places]
    middle = math.log(sum(rough) / (len(rough) - sum(rough)))
    logs: Row = []
    told: list[list[tuple[float, float]]] = []
    for mu, mu_mass in ((middle + 2.2 * one, weight) for one, weight in zip(at, mass, strict=True)):
        for tau, tau_mass in ((1.25 * (one + 1), weight) for one, weight in zip(at, mass, strict=True)):
            total, of_each = belief(mu, tau) + math.log(mu_mass * tau_mass), []
            for one in places:
                sums = [0.0, 0.0, 0.0]
                for side in (-1, 1):
                    for z, weight in zip(inner, inner_mass, strict=True):
                        deviate = side * 3.5 * (z + 1)
                        likely = weight * math.exp(-(deviate**2) / 2) * chance(one, mu + tau * deviate)
                        sums = [
                            sums[0] + likely,
                            sums[1] + likely * share(mu + tau * deviate),
                            sums[2] + likely * (side > 0),
                        ]
                total += math.log(sums[0])
                of_each.append((sums[1] / sums[0], sums[2] / sums[0]))
            logs.append(total)
            told.append(of_each)
    weights = [math.exp(one - max(logs)) for one in logs]
    whole = sum(weights)
    return [
        (
            sum(weight * of_each[place][0] for weight, of_each in zip(weights, told, strict=True)) / whole,
            sum(weight * of_each[place][1] for weight, of_each in zip(weights, told, strict=True)) / whole,
        )
        for place in range(len(places))
    ]


@cache
def _legendre(points: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Where Gauss looks between −1 and 1, and how much each look weighs: Newton's steps to the polynomial's zeros."""
    found = []
    for place in range(points):
        x = math.cos(math.pi * (place + 0.75) / (points + 0.5))
        for _ in range(100):
            before, now = 1.0, x
            for n in range(2, points + 1):
                before, now = now, ((2 * n - 1) * x * now - (n - 1) * before) / n
            slope = points * (x * now - before) / (x * x - 1)
            x -= now / slope
        found.append((x, 2 / ((1 - x * x) * slope**2)))
    return tuple(one for one, _ in found), tuple(one for _, one in found)
